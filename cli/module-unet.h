/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `personalize module`: the U-Net with all that may stand beside its prompt, and what makes image tokens of a picture's features.
 */
#pragma once

#include "cli/module-io.h"
#include "models/files/model-folder.h"
#include "models/nets/image-prompt.h"

void pz_module_build_unet (PzModuleIo *io, const PzModelFolder *model);
/* Weights are asked for in the scope "ip". */
void pz_module_build_ip_adapter (PzModuleIo *io, const PzImagePromptConfig *config);
