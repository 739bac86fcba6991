/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu.h"

/* Mesa's software driver computes in registers of 256 bits unless this variable says otherwise, also
 * where there are wider ones. With 512 bits the products of our networks take about two thirds of the
 * time. Processors with VBMI (Ice Lake, Zen 4 and later) keep their clock then; the first ones with
 * AVX-512 did not. */
#define VECTOR_WIDTH "LP_NATIVE_VECTOR_WIDTH"

void
pz_gpu_prepare_process (void)
{
#ifdef __x86_64__
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx512vbmi"))
    g_setenv (VECTOR_WIDTH, "512", FALSE);
#endif
}
