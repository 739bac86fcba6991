/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that others have learned, as given on the command line: --embedding and --lora. Thread: the main one.
 */
#pragma once

#include "cli/generate-options.h"

G_BEGIN_DECLS

/* Fills o->params and the two lists. USAGE_ERROR: what follows the colon is not a weight. */
gboolean pz_generate_learned_understand (PzGenerateOptions *o, GError **error);

G_END_DECLS
