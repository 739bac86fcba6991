/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The networks of the judges and the face recogniser as modules: from tensors of a file to tensors of a file.
 */
#pragma once

#include "cli/module-io.h"
#include "models/files/judge-file.h"
#include "models/nets/iresnet.h"

void pz_module_build_clip_text (PzModuleIo *io, const PzJudgeFile *judge);
void pz_module_build_clip_image (PzModuleIo *io, const PzJudgeFile *judge);
void pz_module_build_dino (PzModuleIo *io, const PzJudgeFile *judge);
void pz_module_build_recognizer (PzModuleIo *io, const PzIresnetConfig *config);
