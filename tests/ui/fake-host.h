/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fake of the panel's host program: an image with one layer, and the state of the panel's results in it.
 */
#pragma once

#include "ui/host.h"

G_BEGIN_DECLS

typedef struct
{
  /* Behaviour. */
  gint concept_error; /* PZ_HOST_ERROR code for every mask source except "layer", or -1 */
  gboolean finds; /* the concept's mask was found in the layer */
  gint add_error; /* PZ_HOST_ERROR code unless a new image is requested, or -1 */
  const char *recipe; /* of the active layer; NULL = none */
  /* Whether reading the concept, reading what is painted over, and adding results finish only in pz_fake_host_release (). */
  gboolean hold_reading, hold_start, hold_adding;
  guint n_selections; /* a different number means a different selection */
  /* Records. */
  guint n_calls, n_results, n_reads, n_uses, n_forgotten;
  gboolean new_image, native_size, mark_origin, without_prompt, painted_over;
  double room;
  char *mask_source, *prompt, *comment;
  char *start; /* place, extents and mask hash of what was painted over; NULL = nothing */
  GPtrArray
    *told; /* char *: "show 0", "add 0" (shown with others), "hide 0", "delete 0", "native 0" */
  /* The reading in progress. */
  GCancellable *reading;
  PzHostConceptFunc done;
  gpointer done_data;
  GCancellable *reading_start;
  PzHostStartFunc start_done;
  gpointer start_data;
  /* The adding in progress. */
  GCancellable *adding;
  const PzHostAddition *addition;
  PzHostDoneFunc added;
  gpointer added_data;
  /* PzHostState of each result in the image. Tests change it like a user who changes the layer list in GIMP. */
  GArray *states;
} PzFakeHost;

extern const PzHostClass pz_fake_host_class;

void pz_fake_host_init (PzFakeHost *host);
void pz_fake_host_clear (PzFakeHost *host);

/* Finishes the reading and adding in progress, and holds none from now on. */
void pz_fake_host_release (PzFakeHost *host);

G_END_DECLS
