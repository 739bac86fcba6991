/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Do the parts of a model folder fit their files and each other? Thread: any.
 */
#pragma once

#include "models/files/model-folder.h"

G_BEGIN_DECLS

/* Builds every open part's network without a device and compares what it asks for with the
 * file's header; then compares the parts' widths. Fails with BAD_FILE (all misfits of all
 * files in one sentence, or the two widths) or UNSUPPORTED_MODEL. */
gboolean pz_model_check (const PzModelFolder *folder, GError **error);

G_END_DECLS
