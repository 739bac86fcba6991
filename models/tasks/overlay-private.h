/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An overlay inside, for the files that make one: overlay.c says which weights change, overlay-program.c makes them.
 */
#pragma once

#include "models/tasks/overlay.h"

G_BEGIN_DECLS

/* The text encoder's scope in the graphs that pictures are made with. */
#define PZ_OVERLAY_TEXT "text."

typedef struct
{
  guint source;
  guint index; /* of the concept's overrides or of the LoRA's parts */
} PzOverlayChange;

/* A weight that the sources change. */
typedef struct
{
  const PzNamedWeight *weight;
  char *name; /* in graphs */
  GArray *changes; /* PzOverlayChange */
} PzOverlayChanged;

/* What programs read in the place of a weight. */
typedef struct
{
  char *name; /* in graphs: of the weight whose place it takes */
  const PzOverlayChanged
    *changed; /* what is added: to that weight, or to ELITE's in its stead */
  PzDtype dtype;
  PzStorage *storage;
} PzOverlayTarget;

struct _PzOverlay
{
  const PzModelFolder *model;
  PzWeightNames *names;
  PzOverlaySource *sources;
  char **notes; /* of each source; NULL = nothing to say */
  PzOverlayStrength *applied; /* strengths of the last time; NULL = never yet */
  guint n_sources;
  GHashTable *changed; /* name in graphs -> PzOverlayChanged, owned */
  GHashTable
    *tuned; /* ELITE's name of a key's or value's weight -> the U-Net's name, both owned */
  GPtrArray *targets; /* of PzOverlayTarget, in order of binding */
  PzProgram *program; /* NULL until compiled */
  PzStorage **knobs; /* F32 [1]: two for each source, the U-Net's first */
};

G_END_DECLS
