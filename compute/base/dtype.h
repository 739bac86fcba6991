/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of element types, and f16 conversion on the host.
 * Thread: any.
 */
#pragma once

#include "compute/gpu.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name; /* its name in safetensors */
  guint bytes;
} PzDtypeInfo;

extern const PzDtypeInfo pz_dtypes[PZ_N_DTYPES];

/* IEEE binary16 (for arrays see gpu.h): rounds to nearest even, overflows to infinity, NaN stays NaN. */
guint16 pz_half_from_float (float value);
float pz_float_from_half (guint16 half);

G_END_DECLS
