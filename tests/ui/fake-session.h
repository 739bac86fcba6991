/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A double of the engine for tests of ui/: models/session.h without networks or a device. It checks
 * that a session stays on one thread and paints a picture that tells its seed.
 */
#pragma once

#include "models/session.h"

G_BEGIN_DECLS

typedef struct
{
  /* What it should do. */
  guint step_ms; /* how long a step takes */
  guint open_ms;
  gint open_error; /* PZ_ERROR code, or -1 */
  gint generate_error; /* PZ_ERROR code for the second variant, or -1 */
  /* What it saw. */
  guint n_open, n_encode, n_variants;
  gboolean wrong_thread;
} PzFake;

extern PzFake pz_fake;

/* Back to a quick engine that never fails. */
void pz_fake_reset (void);

G_END_DECLS
