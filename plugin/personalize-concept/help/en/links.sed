# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# For sed -E. The pages of the help link to each other; links to other files of the source, which are not installed, and
# pictures become plain text.
s/href="(dialog|learned|learning|models)\.md/href="\1.html/g
s/<a href="[^"#:]*(\.md|\.json)[^"]*">([^<]*)<\/a>/\2/g
s/<a href="(\.\.\/|scripts)[^"]*">([^<]*)<\/a>/\2/g
s/<img [^>]*>//g
