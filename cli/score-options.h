/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Option rows of the commands that judge: which judges. `type` is the command's struct with the members clip, dino,
 * faces and recognizer.
 */
#pragma once

#include "cli/options.h"

#define PZ_OPTIONS_JUDGES(type) \
  PZ_OPTION ( \
    type, clip, "clip", 0, FILENAME, \
    "CLIP: Hugging Face folder or OpenAI file, none to skip it; default: judges/clip " \
    "beside the models, else the included one", \
    "PATH|none"), \
    PZ_OPTION (type, dino, "dino", 0, FILENAME, \
               "DINO: Hugging Face folder or its authors' file, none to skip it; default: " \
               "judges/dino beside the models, else the included one", \
               "PATH|none"), \
    PZ_OPTION ( \
      type, faces, "faces", 0, FILENAME, \
      "Model folder with faces/, for people, none to skip it; default: pz-faces beside the " \
      "models", \
      "DIR|none"), \
    PZ_OPTION (type, recognizer, "recognizer", 0, FILENAME, \
               "insightface recognition network (IResNet) instead of the included one", \
               "FILE.pth")
