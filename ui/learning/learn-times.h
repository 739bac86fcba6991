/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Records how long learning took on this computer, to estimate the time of the next run before it starts. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For a method with that model on that device: the time per sample of a step, in seconds. */
void pz_learn_times_keep (const char *model,
                          const char *device,
                          const char *method,
                          double sample_seconds);
/* The same time. If the method was not run there yet, the mean of the other methods; < 0 = no method was run there. */
double pz_learn_times_get (const char *model, const char *device, const char *method);

G_END_DECLS
