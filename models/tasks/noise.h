/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Normal numbers as PyTorch's CPU generator draws them (mt19937; Box-Muller over blocks of 16
 * for 16 numbers or more, one by one in double below), so that a seed means what it means
 * there. Equal within 1e-6: PyTorch's vectorised logarithm and cosine differ in the last bits.
 * Thread: any; one generator belongs to one thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PZ_MT19937_WORDS 624

/* Lives on the stack; fields are private. */
typedef struct
{
  guint32 state[PZ_MT19937_WORDS];
  guint next; /* word to be given out; PZ_MT19937_WORDS = a new round is due */
  gboolean has_spare; /* the second of a pair drawn one by one */
  double spare;
} PzNoise;

/* torch.Generator ().manual_seed (seed): only the low 32 bits matter there, so they do here. */
void pz_noise_init (PzNoise *noise, guint64 seed);

/* torch.randint (0, n, (1,), generator=...): n is not 0. */
guint32 pz_noise_below (PzNoise *noise, guint32 n);

/* torch.randn (n, generator=...): draws go on where the last call ended. */
void pz_noise_normal (PzNoise *noise, gsize n, float *values);

G_END_DECLS
