/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks that the parts of a model folder match their files and each other. Thread: any.
 */
#pragma once

#include "models/files/model-folder.h"

G_BEGIN_DECLS

/* Builds the network of every open part without a device and compares the weights it requests with the file's header; then
 * compares the parts' widths. Fails with BAD_FILE (all mismatches of all files in one sentence, or the two widths) or
 * UNSUPPORTED_MODEL. */
gboolean pz_model_check (const PzModelFolder *folder, GError **error);

G_END_DECLS
