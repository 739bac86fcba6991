/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The host in two files: gimp-host.c (the concept, and actions on existing results) and add-results.c (adding results).
 * Thread: main (libgimp).
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
  GimpImage *image; /* the concept's image */
  GimpLayer *concept;
  GimpImage
    *fresh; /* the image for results that cannot go into `image`; NULL = not needed so far */
  gboolean displays;
  PzResults *results;
  GeglRectangle
    square; /* the area the model looks at, relative to the concept's corner; empty = not read yet */
  PzRecipeSource source; /* of the last read */
  gboolean forgot; /* prompts were removed from the image since the last results */
  GPtrArray *under_way; /* GCancellable: operations that the main loop has not finished */
  GThread *preparing; /* prepares the first write of results; NULL = not started */
};

/* FALSE + error if the image was closed. */
gboolean pz_gimp_host_image_is_open (PzGimpHost *gimp, GError **error);

/* An operation in the main loop begins or ends. The host waits for all of them before it is freed. */
void pz_gimp_host_begin (PzGimpHost *gimp, GCancellable *cancellable);
void pz_gimp_host_end (PzGimpHost *gimp, GCancellable *cancellable);

/* A PzHostClass.add_results. */
void pz_gimp_host_add_results (gpointer host,
                               const PzHostAddition *addition,
                               GCancellable *cancellable,
                               PzHostDoneFunc done,
                               gpointer data);

G_END_DECLS
