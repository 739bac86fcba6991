/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long learning took here before: what the next one will take is known from it before it begins. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of a method with that model on that device, for each sample of a step. */
void pz_learn_times_keep (const char *model,
                          const char *device,
                          const char *method,
                          double sample_seconds);
/* Where the method was not run there yet, as others were; < 0 = none was. */
double pz_learn_times_get (const char *model, const char *device, const char *method);

G_END_DECLS
