/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of a picture as floats with the pixels of a channel side by side, padding written out:
 * planar[line, channel, column]. With stride 2 the even pixels come first, then the odd ones,
 * phase_columns of each. Where several short lines share a vector, their pixels stand one line after
 * the other, once for every tap of the window's width. Group x is a line, group y PZ_PLANAR_CHANNELS channels, group z
 * a picture.
 */
#include "shaders/args/args.h"

PZ_ARGS_BEGIN (PzToPlanarArgs)
  pz_u64 x;     /* [height, width, channels], the last line may be incomplete */
  pz_u64 planar; /* f32 [lines, channels, columns] */
  pz_u32 pixels; /* of x */
  pz_u32 height;
  pz_u32 width;
  pz_u32 channels;
  pz_u32 columns; /* a multiple of the workgroup's lanes */
  pz_u32 phase_columns;
  pz_u32 stride; /* 1 or 2 */
  pz_u32 fold_width; /* of a line that shares a vector with the next ones; 0 = they do not */
  pz_i32 first_line; /* line of x that is the planar's first; outside x it is zeros */
  pz_i32 pad_left;
  pz_u32 x_picture;     /* elements from one picture to the next; 0 for one picture */
  pz_u32 planar_picture; /* and of the planar */
PZ_ARGS_END (PzToPlanarArgs);
