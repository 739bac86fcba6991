/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The host in two files: gimp-host.c (the concept, and what is done with results that are there) and add-results.c (how they get
 * there). Thread: main (libgimp).
 */
#pragma once

#include "plugin/gimp-host.h"
#include "plugin/recipe.h"
#include "plugin/results.h"
#include "ui/seeker.h"

G_BEGIN_DECLS

struct _PzGimpHost
{
  PzHost host;
  GimpImage *image; /* the concept's */
  GimpLayer *concept;
  GimpImage
    *fresh; /* where results go when they cannot go into `image`; NULL = not needed yet */
  gboolean displays;
  PzResults *results;
  GeglRectangle
    square; /* what the model looks at, from the concept's corner; empty = not read yet */
  PzRecipeSource source; /* of the last reading */
  gboolean forgot; /* prompts were taken out since the last results */
  GPtrArray *under_way; /* GCancellable: of what the main loop has still to do for the host */
  GThread *preparing; /* the first writing of results; NULL = nobody would wait for it */
};

/* FALSE + error when it was closed. */
gboolean pz_gimp_host_image_is_open (PzGimpHost *gimp, GError **error);

/* What is begun is ended, in the main loop: the host waits for it before it goes. */
void pz_gimp_host_begin (PzGimpHost *gimp, GCancellable *cancellable);
void pz_gimp_host_end (PzGimpHost *gimp, GCancellable *cancellable);

/* A PzHostClass.add_results. */
void pz_gimp_host_add_results (gpointer host,
                               const PzHostAddition *addition,
                               GCancellable *cancellable,
                               PzHostDoneFunc done,
                               gpointer data);

G_END_DECLS
