/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the panel needs from the program it lives in. The GIMP plug-in implements it; tests fake it.
 * Thread: main, all of it.
 */
#pragma once

#include "models/session.h"
#include "ui/seeker.h"

G_BEGIN_DECLS

typedef struct
{
  PzImage *image; /* R'G'B'(A) of the concept, effects and layer mask applied */
  PzImage *mask; /* 1 channel, same size; NULL = everything */
  char *name; /* for people: the layer's name */
  guint layer_width, layer_height; /* of the whole layer, in pixels */
  char *mask_source; /* "selection", "layer-mask", "alpha", "layer", "subject" */
  gboolean hinted; /* "subject": it was found in the selection, not in the whole layer */
  PzImage *found; /* "subject": its mask, 1 channel, stretched over the layer; else NULL */
  gboolean nothing_found; /* it was sought first, and nothing stands out */
} PzHostConcept;

void pz_host_concept_free (PzHostConcept *concept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzHostConcept, pz_host_concept_free)

typedef struct
{
  PzImage *image;
  guint64 seed;
  char *recipe; /* JSON */
} PzHostResult;

/* What a run paints over: a part of the image. Reference-counted, immutable. */
typedef struct
{
  gint x, y, width, height; /* in the image */
  PzImage *picture; /* R'G'B', stretched over it: a large part in fewer pixels */
  PzImage *mask; /* 1 channel, same size as the picture: only there; NULL = everywhere */
  char *place; /* the host's own name for where that is; NULL = it needs none */
} PzHostStart;

/* Takes over what it points to. (transfer full) */
PzHostStart *pz_host_start_new (const PzHostStart *start);
PzHostStart *pz_host_start_ref (PzHostStart *start);
void pz_host_start_unref (PzHostStart *start);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzHostStart, pz_host_start_unref)

/* A mask source: as "auto", but never the selection. */
#define PZ_MASK_BESIDE_SELECTION "beside-selection"

/* Results of a run, kept until they are added: a GArray of PzHostResult that owns what is in them. (transfer full) */
GArray *pz_host_results_new (void);
void pz_host_results_keep (GArray *results, const PzHostResult *result);

/* What a host cannot do; the messages are translated sentences for people. */
#define PZ_HOST_ERROR (pz_host_error_quark ())
typedef enum
{
  PZ_HOST_ERROR_IMAGE_CLOSED,
  PZ_HOST_ERROR_NO_LAYER, /* the concept's is gone, or not exactly one is active */
  PZ_HOST_ERROR_NO_MASK, /* the mask asked for is not there, or nothing is inside */
  PZ_HOST_ERROR_EMPTY_LAYER, /* there is nothing to see on it */
  PZ_HOST_ERROR_NO_RECIPE, /* the active layer was not made by us */
  PZ_HOST_ERROR_REFUSED, /* the image did not take the layers */
  PZ_HOST_ERROR_NO_START, /* there is nothing to paint over */
  PZ_HOST_ERROR_NO_SUBJECT, /* the thing was to be found, and nothing stands out */
  PZ_HOST_ERROR_NO_CONCEPT, /* a saved one that was chosen is not there */
  PZ_HOST_ERROR_NO_MODEL, /* none was chosen, and there is none where models are looked for */
} PzHostError;
GQuark pz_host_error_quark (void);

/* Where results go, and what is written beside them. */
typedef struct
{
  const char *prompt; /* names group and layers */
  const PzHostResult *results;
  guint n_results;
  gboolean new_image; /* into an image of their own instead of a group above the concept */
  gboolean native_size; /* as large as the model made them, not scaled to the concept */
  const PzHostStart
    *start; /* what was painted over: results have its place and mask; NULL = nothing */
  gboolean without_prompt; /* neither recipes nor names tell it */
  const char *comment; /* becomes the image's comment; NULL = it stays as it is */
  gboolean
    mark_origin; /* say in the image's metadata that a model made it (IPTC digital source type) */
} PzHostAddition;

/* What can be seen of a result in the image. */
typedef enum
{
  PZ_HOST_GONE, /* deleted or undone; an undo or redo may bring it back */
  PZ_HOST_HIDDEN, /* itself, or a group around it */
  PZ_HOST_SHOWN,
} PzHostState;

/* concept: (transfer full); NULL + error when there is none. */
typedef void (*PzHostConceptFunc) (PzHostConcept *concept, const GError *error, gpointer data);
/* start: (transfer full); NULL + error when there is none. */
typedef void (*PzHostStartFunc) (PzHostStart *start, const GError *error, gpointer data);
/* error NULL = done. */
typedef void (*PzHostDoneFunc) (const GError *error, gpointer data);

/* One of several, as it comes. concept: (transfer full) */
typedef void (*PzHostLayerFunc) (PzHostConcept *concept, gpointer data);

typedef struct
{
  /* Reads the concept as it is now, its mask taken from mask_source: "auto" (selection, else layer mask, else alpha;
   * where there is none of them, or the selection is a box or an ellipse, "subject", and where nothing stands out the selection or
   * the whole layer), "subject" (the thing that is found in the selection, or in the layer) or one of those four alone; room: see pz_concept_square (). `done` gets it once, by the main loop, or
   * before this returns where that is quick; never once `cancellable` was cancelled. There is none when the image was closed, the
   * selection does not touch the layer, or there is no such mask. */
  void (*read_concept) (gpointer host,
                        const char *mask_source,
                        double room,
                        GCancellable *cancellable,
                        PzHostConceptFunc done,
                        gpointer data);
  /* Reads what is painted over, as PzSettings says of "target": about of that aspect (width by height). `done` as above. NULL =
   * the host has no such thing. */
  void (*read_start) (gpointer host,
                      const char *target,
                      double aspect,
                      GCancellable *cancellable,
                      PzHostStartFunc done,
                      gpointer data);
  /* Reads every layer that is selected in the image, from the top, as read_concept () does with "auto" and some room around
   * the thing: `each` gets one after the other, `done` comes after the last, as above. NULL = the host has no layers. */
  void (*read_layers) (gpointer host,
                       GCancellable *cancellable,
                       PzHostLayerFunc each,
                       PzHostDoneFunc done,
                       gpointer data);
  /* A text that differs when the selection, or whether image and layer are there, has changed: cheap enough to be asked
   * once a second. (transfer full). NULL = the host cannot tell. */
  char *(*get_stamp) (gpointer host);
  /* Makes the layer that is active now the concept. NULL = the host has no such thing. */
  gboolean (*use_active) (gpointer host, GError **error);
  /* Makes a concept's `found` the image's selection, one undo step. NULL = the host has no such thing. */
  gboolean (*select) (gpointer host, PzImage *mask, GError **error);
  /* Inserts finished variants together, above those of earlier calls, as one undo step; all or nothing. They are written
   * first, a part at a time between what else the main loop has to do, and then all come at once: until then the image is as it
   * was, and the user may change it. The first one is shown; what earlier calls added for the same place is hidden. The results
   * count on over all calls: the first of the second call follows the last of the first. `done` as above; addition lives until
   * then, or until `cancellable` is cancelled. One call at a time. */
  void (*add_results) (gpointer host,
                       const PzHostAddition *addition,
                       GCancellable *cancellable,
                       PzHostDoneFunc done,
                       gpointer data);
  /* Shows, hides or removes a result that was added; does nothing when it is gone. alone: all others that were made for
   * the same place are hidden. Only removing is an undo step. */
  void (*show_result) (gpointer host, guint result, gboolean shown, gboolean alone);
  void (*delete_result) (gpointer host, guint result);
  /* Gives a result the size that the model made it in; does nothing when it is gone. One undo step. */
  void (*make_native) (gpointer host, guint result);
  /* The user edits layers and undoes: asked again and again. */
  PzHostState (*get_state) (gpointer host, guint result);
  /* The recipe of the layer that is active now. (transfer full); NULL + error when it has none. NULL = cannot. */
  char *(*get_recipe) (gpointer host, GError **error);
  /* Takes every prompt out of the image: recipes, names of results, stored settings; the image's own undo brings them
   * back. NULL = cannot. */
  gboolean (*forget_prompts) (gpointer host, GError **error);
} PzHostClass;

typedef struct
{
  const PzHostClass *klass;
  gpointer host;
  char *beside; /* folder of the running binary, see pz_model_search_path () */
  PzSeeker *seeker; /* finds things in pictures that no layers are; NULL = nobody looks */
} PzHost;

G_END_DECLS
