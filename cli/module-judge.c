/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/module-judge.h"

#include "models/nets/clip-features.h"
#include "models/nets/vit.h"

void
pz_module_build_clip_text (PzModuleIo *io, const PzJudgeFile *judge)
{
  const PzClipConfig *config = &judge->clip;
  PzTensor *ids =
    pz_module_io_ids (io, "input_ids", 2, (guint[]) { 0, 0 }, config->text.vocab_size);

  if (ids == NULL)
    return;
  PzTensor *ends = pz_module_io_ids (io, "ends", 2, (guint[]) { 1, ids->dims[0] },
                                     ids->dims[0] * ids->dims[1]);
  pz_module_io_result (io,
                       pz_clip_text_features (pz_module_io_get_graph (io), config, ids, ends),
                       "features");
}

void
pz_module_build_clip_image (PzModuleIo *io, const PzJudgeFile *judge)
{
  PzTensor *pixels = pz_module_io_picture (io, "pixel_values", 3);

  pz_module_io_result (io,
                       pz_clip_image_features (pz_module_io_get_graph (io), &judge->clip,
                                               pixels),
                       "features");
}

void
pz_module_build_dino (PzModuleIo *io, const PzJudgeFile *judge)
{
  PzTensor *pixels = pz_module_io_picture (io, "pixel_values", 3);

  pz_module_io_result (io, pz_vit (pz_module_io_get_graph (io), &judge->vit, pixels),
                       "features");
}

void
pz_module_build_recognizer (PzModuleIo *io, const PzIresnetConfig *config)
{
  PzTensor *picture = pz_module_io_picture (io, "picture", 3);

  if (picture != NULL)
    pz_module_io_result (io, pz_iresnet (pz_module_io_get_graph (io), config, picture),
                         "features");
}
