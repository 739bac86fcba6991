/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads a layer as the picture and mask of a concept. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/seeker.h"
#include "ui/host.h"

G_BEGIN_DECLS

typedef struct _PzConceptReading PzConceptReading;

/* concept: (transfer full); square: its place in the image, no larger than fits on the layer. NULL + error: there is no
 * concept, BAD_INPUT or a PzHostError, translated. NULL without an error: the reading was stopped, or the layer was
 * deleted meanwhile. */
typedef void (*PzConceptReadFunc) (PzHostConcept *concept,
                                   const GeglRectangle *square,
                                   const GError *error,
                                   gpointer data);

/* Reads the layer alone, as it looks: effects merged, layer mask applied, transparency over white, colours converted to
 * sRGB whatever the image's profile and precision are. Keeps the square that the model looks at, at most PZ_MAX_CROP
 * pixels a side; everything else is in memory only some rows at a time. If a subject is searched for, the whole layer
 * is kept, with at most PZ_MAX_CROP pixels on its longer side. The image is not changed.
 *
 * mask_source, room: see PzHostClass.read_concept. seeker: must outlive the reading; NULL = no search. Calls `done`
 * once from the main loop, in which reading takes a few milliseconds at a time; for a small layer before this returns,
 * and then returns NULL. */
PzConceptReading *pz_concept_reading_begin (GimpLayer *layer,
                                            const char *mask_source,
                                            double room,
                                            PzSeeker *seeker,
                                            PzConceptReadFunc done,
                                            gpointer data);
/* `done` is still called. */
void pz_concept_reading_stop (PzConceptReading *reading);

G_END_DECLS
