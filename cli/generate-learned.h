/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What others have learned, as the command line names it: --embedding and --lora. Thread: the main one.
 */
#pragma once

#include "cli/generate-options.h"

G_BEGIN_DECLS

/* Fills params and the two lists. USAGE_ERROR: no weight behind the colon. */
gboolean pz_generate_learned_understand (PzGenerateOptions *o, GError **error);

G_END_DECLS
