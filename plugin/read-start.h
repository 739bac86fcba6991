/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is painted over: a part of the image as it looks. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/host.h"

G_BEGIN_DECLS

/* As PzHostClass.get_start: target "selection" is what is visible under the selection and around it, "below" the middle of
 * the layer below the concept. The image is not changed. Fails with NO_START. (transfer full) */
PzHostStart *
pz_read_start (GimpLayer *concept, const char *target, double aspect, GError **error);

G_END_DECLS
