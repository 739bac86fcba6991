/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Normal random numbers as PyTorch's CPU generator draws them (mt19937; Box-Muller over blocks of 16 for 16 numbers or more,
 * one by one in double for fewer), so that a seed has the same effect as there. Equal within 1e-6: PyTorch's vectorised
 * logarithm and cosine differ in the last bits.
 * Thread: any; one generator belongs to one thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_MT19937_WORDS 624

/* May be allocated on the stack. All members are private. */
typedef struct
{
  guint32 state[PZ_MT19937_WORDS];
  guint next; /* word to return next; PZ_MT19937_WORDS = none left */
  gboolean has_spare; /* the second number of a pair that was drawn one by one */
  double spare;
} PzNoise;

/* torch.Generator ().manual_seed (seed): as there, only the low 32 bits are used. */
void pz_noise_init (PzNoise *noise, guint64 seed);

/* torch.randint (0, n, (1,), generator=...). n must not be 0. */
guint32 pz_noise_below (PzNoise *noise, guint32 n);

/* torch.randn (n, generator=...). Continues where the last call ended. */
void pz_noise_normal (PzNoise *noise, gsize n, float *values);

G_END_DECLS
