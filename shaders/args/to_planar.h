/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Converts lines of a picture from interleaved (NHWC) to planar f32, planar[line, channel, column], so that neighbouring pixels
 * of a channel are contiguous. The padding is written out. With stride 2 the even pixels come first, then the odd ones,
 * phase_columns of each. Short lines may be folded: the pixels of several lines are concatenated to fill a vector, once for
 * each horizontal tap of the kernel. gl_WorkGroupID: x = line, y = PZ_PLANAR_CHANNELS channels, z = picture.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzToPlanarArgs)
  pz_u64 x;     /* [height, width, channels], the last line may be incomplete */
  pz_u64 planar; /* f32 [lines, channels, columns] */
  pz_u32 pixels; /* of x */
  pz_u32 height;
  pz_u32 width;
  pz_u32 channels;
  pz_u32 columns; /* a multiple of the workgroup size */
  pz_u32 phase_columns; /* folded: the workgroup size */
  pz_i32 first_line; /* line of x at which the planar copy begins; lines outside x are zeros */
  pz_i32 pad_left;
  pz_u32 x_picture;     /* elements from one picture to the next; 0 for a single picture */
  pz_u32 planar_picture; /* the same for the planar copy */
PZ_ARGS_END (PzToPlanarArgs);
