/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `personalize module`: the U-Net with all optional inputs besides the prompt, and the network that turns the features
 * of a picture into image tokens.
 */
#pragma once

#include "cli/module-io.h"
#include "models/files/model-folder.h"
#include "models/nets/image-prompt.h"

void pz_module_build_unet (PzModuleIo *io, const PzModelFolder *model);
/* Reads its weights from the scope "ip". */
void pz_module_build_ip_adapter (PzModuleIo *io, const PzImagePromptConfig *config);
