/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A double of the program that the panel lives in: an image with one layer, and what became of the panel's results there.
 */
#pragma once

#include "ui/host.h"

G_BEGIN_DECLS

typedef struct
{
  /* What it should do. */
  gint concept_error; /* PZ_HOST_ERROR code for every mask but "layer", or -1 */
  gint add_error; /* PZ_HOST_ERROR code unless a new image is asked for, or -1 */
  const char *recipe; /* of the active layer; NULL = none */
  /* Whether reading the concept, reading what is painted over, and adding results only end in pz_fake_host_release (). */
  gboolean hold_reading, hold_start, hold_adding;
  guint n_selections; /* a different number is a different selection */
  /* What it saw. */
  guint n_calls, n_results, n_reads, n_uses, n_forgotten;
  gboolean new_image, native_size, mark_origin, without_prompt, painted_over;
  double room;
  char *mask_source, *prompt, *comment;
  char *start; /* place, size and mask of what was painted over; NULL = nothing */
  GPtrArray *
    told; /* char *: "show 0", "add 0" (shown beside others), "hide 0", "delete 0", "native 0" */
  /* The reading under way. */
  GCancellable *reading;
  PzHostConceptFunc done;
  gpointer done_data;
  GCancellable *reading_start;
  PzHostStartFunc start_done;
  gpointer start_data;
  /* The adding under way. */
  GCancellable *adding;
  const PzHostAddition *addition;
  PzHostDoneFunc added;
  gpointer added_data;
  /* What is in the image: PzHostState of each result. Tests do here what a user does in GIMP's layer list. */
  GArray *states;
} PzFakeHost;

extern const PzHostClass pz_fake_host_class;

void pz_fake_host_init (PzFakeHost *host);
void pz_fake_host_clear (PzFakeHost *host);

/* Ends the reading and adding under way, and holds none from now on. */
void pz_fake_host_release (PzFakeHost *host);

G_END_DECLS
