/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A layer to the picture and mask of a concept. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/seeker.h"
#include "ui/host.h"

G_BEGIN_DECLS

typedef struct _PzConceptReading PzConceptReading;

/* concept: (transfer full); square: where it is in the image, no more than the layer has room for. NULL + error: there is no
 * concept, BAD_INPUT or a PzHostError, translated. NULL without an error: the reading was stopped, or the layer went meanwhile. */
typedef void (*PzConceptReadFunc) (PzHostConcept *concept,
                                   const GeglRectangle *square,
                                   const GError *error,
                                   gpointer data);

/* Reads the layer as it looks, alone: effects merged, layer mask applied, transparency over white, colours converted to sRGB
 * whatever the image's profile and precision. Kept is the square that the model looks at, with at most PZ_MAX_CROP pixels on a side;
 * of all else only some rows at a time; where the thing is sought, the whole layer with as many on its longer side. The image is not changed. mask_source, room:
 * see PzHostClass.read_concept. seeker: lives as long as the reading; NULL = nothing is looked for. `done` is called
 * once, by the main loop, in which the reading takes some milliseconds at a time; for a small layer before this returns, which is
 * NULL then. */
PzConceptReading *pz_concept_reading_begin (GimpLayer *layer,
                                            const char *mask_source,
                                            double room,
                                            PzSeeker *seeker,
                                            PzConceptReadFunc done,
                                            gpointer data);
/* `done` will still come. */
void pz_concept_reading_stop (PzConceptReading *reading);

G_END_DECLS
