/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu.h"

/* Mesa's software driver uses 256-bit vector registers unless this variable is set. 512 bits are faster on CPUs with VBMI (Ice
 * Lake, Zen 4 and later); the first CPUs with AVX-512 reduced their clock rate. */
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
