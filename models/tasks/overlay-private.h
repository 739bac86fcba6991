/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The internals of an overlay: overlay.c determines which weights change, overlay-program.c makes programs that compute them,
 * overlay-fill.c runs these.
 */
#pragma once

#include "models/tasks/overlay.h"

G_BEGIN_DECLS

/* The text encoder's scope in the graphs of a pipeline. */
#define PZ_OVERLAY_TEXT "text."

typedef struct
{
  guint source;
  guint index; /* in the concept's overrides or the LoRA's parts */
} PzOverlayChange;

/* A weight that is changed by at least one source. */
typedef struct
{
  const PzNamedWeight *weight;
  char *name; /* in graphs */
  GArray *changes; /* PzOverlayChange */
} PzOverlayChanged;

/* The replacement for a weight that programs read. */
typedef struct
{
  char *name; /* in graphs: of the replaced weight */
  const PzOverlayChanged
    *changed; /* its changes, or those of the own weight that ELITE's stands for */
  PzDtype dtype;
  guint64 size_bytes;
  PzStorage *storage; /* NULL while measuring */
} PzOverlayTarget;

struct _PzOverlay
{
  const PzModelFolder *model;
  PzWeightNames *names;
  PzOverlaySource *sources;
  char **notes; /* per source; NULL = none */
  PzOverlayStrength *strengths;
  PzOverlayStrength *applied; /* by the program; NULL = never */
  guint n_sources;
  GHashTable *changed; /* name in graphs -> PzOverlayChanged, owned */
  GHashTable *tuned; /* ELITE's name of a key or value weight -> the U-Net's name, both owned */
  GPtrArray *targets; /* PzOverlayTarget, in binding order */
  PzProgram *program; /* NULL until compiled */
  PzStorage **knobs; /* F32 [1]: two per source, for the U-Net and the text encoder */
};

/* Consecutive targets that one program computes. */
typedef struct
{
  PzOverlay *overlay;
  guint first, end; /* indices of targets, without end */
} PzOverlayPiece;

/* A graph whose results are the targets, and whose inputs are the changes and the strengths. Storages that do not exist yet are
 * left unbound. (transfer full) */
PzGraph *pz_overlay_build_piece (const PzOverlayPiece *piece);
/* Loads the model's weights and the changes. The targets and the knobs must exist. (transfer full) */
PzProgram *pz_overlay_load_piece (const PzOverlayPiece *piece,
                                  PzGpu *gpu,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
