/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the panel needs from the program it lives in. The GIMP plug-in implements it; tests fake it.
 * Thread: main, all of it.
 */
#pragma once

#include "models/session.h"

G_BEGIN_DECLS

typedef struct
{
  PzImage *image; /* R'G'B'(A) of the concept, effects and layer mask applied */
  PzImage *mask; /* 1 channel, same size; NULL = everything */
  char *name; /* for people: the layer's name */
  char *mask_source; /* "selection", "layer-mask", "alpha", "layer" */
} PzHostConcept;

void pz_host_concept_free (PzHostConcept *concept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzHostConcept, pz_host_concept_free)

typedef struct
{
  PzImage *image;
  guint64 seed;
  char *recipe; /* JSON */
} PzHostResult;

/* Results of a run, kept until they are added: a GArray of PzHostResult that owns what is in them. (transfer full) */
GArray *pz_host_results_new (void);
void pz_host_results_keep (GArray *results, const PzHostResult *result);

typedef struct
{
  /* Reads the concept as it is now, its mask taken from mask_source: "auto" (selection, else layer mask, else alpha,
   * else the whole layer) or one of those four alone. (transfer full); NULL + error when there is none (image closed,
   * selection does not touch the layer, no such mask). The message is translated. */
  PzHostConcept *(*get_concept) (gpointer host, const char *mask_source, GError **error);
  /* Makes the layer that is active now the concept. NULL = the host has no such thing. */
  gboolean (*use_active) (gpointer host, GError **error);
  /* Inserts finished variants together, as one undo step. `prompt` names group and layers. The results count on over
   * all calls: the first of the second call follows the last of the first. */
  gboolean (*add_results) (gpointer host,
                           const char *prompt,
                           const PzHostResult results[],
                           guint n_results,
                           GError **error);
  /* Shows or hides a result that was added; does nothing when the user has deleted it. NULL = cannot. */
  void (*show_result) (gpointer host, guint result, gboolean shown);
} PzHostClass;

typedef struct
{
  const PzHostClass *klass;
  gpointer host;
  char *beside; /* folder of the running binary, see pz_model_search_path () */
} PzHost;

G_END_DECLS
