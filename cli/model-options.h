/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Option rows that several commands share: which model, on which device. `type` is the command's struct, whose members
 * have the names of the options; a letter of 0 means that there is no short form.
 */
#pragma once

#include "cli/options.h"

#define PZ_OPTION_MODEL(type, letter) \
  PZ_OPTION (type, model, "model", letter, FILENAME, \
             "Model folder or single-file model; default: the first usable one found", "PATH")
#define PZ_OPTION_ELITE(type) \
  PZ_OPTION (type, elite, "elite", 0, FILENAME, \
             "Folder with ELITE's mappers; default: the model's", "DIR")
#define PZ_OPTION_IP_ADAPTER(type) \
  PZ_OPTION (type, ip_adapter, "ip-adapter", 0, FILENAME, \
             "IP-Adapter file, or folder with IP-Adapters; default: the model's", "PATH")
#define PZ_OPTION_CONCEPT_BY(type) \
  PZ_OPTION (type, concept_by, "concept-by", 0, STRING, \
             "Encoder for pictures: elite, ip-adapter or ip-adapter-plus; default: elite", \
             "WHICH")
#define PZ_OPTION_DEVICE(type) \
  PZ_OPTION (type, device, "device", 0, STRING, \
             "Device, by number or part of its name; default: the best usable one", "N|NAME")
#define PZ_OPTION_WEIGHTS(type) \
  PZ_OPTION (type, weights, "weights", 0, STRING, \
             "Store weights in 8 bits: half the memory, nearly the same result", "8")
#define PZ_OPTION_F32(type) \
  PZ_OPTION (type, f32, "f32", 0, NONE, "Compute in 32-bit floating point, for verification", \
             NULL)
