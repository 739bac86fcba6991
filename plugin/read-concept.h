/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A layer to the picture and mask of a concept. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/host.h"

G_BEGIN_DECLS

/* The layer as it looks, alone: effects merged, layer mask applied, transparency over white, colours
 * converted to sRGB whatever the image's profile and precision. Only the square that the model
 * looks at is read (plus the mask). The image is not changed. (transfer full). mask_source, room: see
 * PzHostClass.get_concept. square: where that is in the image, no more than the layer has room for. Fails with BAD_INPUT, translated. */
PzHostConcept *pz_read_concept (GimpLayer *layer,
                                const char *mask_source,
                                double room,
                                GeglRectangle *square,
                                GError **error);

G_END_DECLS
