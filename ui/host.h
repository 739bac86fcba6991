/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the panel needs from its host program. The GIMP plug-in implements it; tests use a fake.
 * Thread: main.
 */
#pragma once

#include "models/session.h"
#include "ui/seeker.h"

G_BEGIN_DECLS

typedef struct
{
  PzImage *image; /* R'G'B'(A) of the concept, with effects and layer mask applied */
  PzImage *mask; /* 1 channel, same size; NULL = everything */
  char *name; /* the layer's name, for display */
  guint layer_width, layer_height; /* of the whole layer, in pixels */
  char *mask_source; /* "selection", "layer-mask", "alpha", "layer", "subject" */
  gboolean hinted; /* "subject": found within the selection, not in the whole layer */
  PzImage *found; /* "subject": its mask, 1 channel, to be scaled to the layer; else NULL */
  gboolean nothing_found; /* a subject was searched for first, but nothing stands out */
} PzHostConcept;

void pz_host_concept_free (PzHostConcept *concept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzHostConcept, pz_host_concept_free)

typedef struct
{
  PzImage *image;
  guint64 seed;
  char *recipe; /* JSON */
} PzHostResult;

/* The part of the image that a run paints over. Reference-counted, immutable. */
typedef struct
{
  gint x, y, width, height; /* in the image */
  PzImage *picture; /* R'G'B', scaled to cover it; a large area has fewer pixels */
  PzImage *mask; /* 1 channel, size of the picture: paint only there; NULL = everywhere */
  char *place; /* the host's name for that place; NULL = not needed */
} PzHostStart;

/* Takes ownership of the members of `start`. (transfer full) */
PzHostStart *pz_host_start_new (const PzHostStart *start);
PzHostStart *pz_host_start_ref (PzHostStart *start);
void pz_host_start_unref (PzHostStart *start);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzHostStart, pz_host_start_unref)

/* A mask source: like "auto", but never the selection. */
#define PZ_MASK_BESIDE_SELECTION "beside-selection"

/* The results of a run, kept until they are added: a GArray of PzHostResult that owns their contents. (transfer full) */
GArray *pz_host_results_new (void);
void pz_host_results_keep (GArray *results, const PzHostResult *result);

/* Errors of a host. The messages are translated sentences for the user. */
#define PZ_HOST_ERROR (pz_host_error_quark ())
typedef enum
{
  PZ_HOST_ERROR_IMAGE_CLOSED,
  PZ_HOST_ERROR_NO_LAYER, /* the concept's layer is gone, or not exactly one layer is active */
  PZ_HOST_ERROR_NO_MASK, /* the requested mask does not exist, or it is empty */
  PZ_HOST_ERROR_EMPTY_LAYER, /* nothing is visible on the layer */
  PZ_HOST_ERROR_NO_RECIPE, /* the active layer is not one of our results */
  PZ_HOST_ERROR_REFUSED, /* the image did not accept the layers */
  PZ_HOST_ERROR_NO_START, /* there is nothing to paint over */
  PZ_HOST_ERROR_NO_SUBJECT, /* a subject was requested, but nothing stands out */
  PZ_HOST_ERROR_NO_CONCEPT, /* a chosen saved concept is missing or cannot be read */
  PZ_HOST_ERROR_NO_MODEL, /* no model was chosen, and none was found */
  PZ_HOST_ERROR_BAD_PICTURE, /* a picture file cannot be read as a picture */
} PzHostError;
GQuark pz_host_error_quark (void);

/* Where results go, and which metadata is written with them. */
typedef struct
{
  const char *prompt; /* used in the names of the group and the layers */
  const PzHostResult *results;
  guint n_results;
  gboolean new_image; /* into a new image instead of a group above the concept */
  gboolean native_size; /* at the model's size, not scaled to the concept */
  const PzHostStart
    *start; /* what was painted over: results get its position and mask; NULL = nothing */
  gboolean without_prompt; /* write the prompt neither into recipes nor into names */
  const char *comment; /* becomes the image's comment; NULL = leave the comment unchanged */
  gboolean
    mark_origin; /* record in the image's metadata that a model made it (IPTC digital source type) */
} PzHostAddition;

/* The visibility of a result in the image. */
typedef enum
{
  PZ_HOST_GONE, /* deleted or undone; an undo or redo may restore it */
  PZ_HOST_HIDDEN, /* the layer itself, or a group around it, is hidden */
  PZ_HOST_SHOWN,
} PzHostState;

/* concept: (transfer full); NULL + error if there is none. */
typedef void (*PzHostConceptFunc) (PzHostConcept *concept, const GError *error, gpointer data);
/* start: (transfer full); NULL + error if there is none. */
typedef void (*PzHostStartFunc) (PzHostStart *start, const GError *error, gpointer data);
/* error NULL = success. */
typedef void (*PzHostDoneFunc) (const GError *error, gpointer data);

/* Called for each layer as soon as it is read. concept: (transfer full) */
typedef void (*PzHostLayerFunc) (PzHostConcept *concept, gpointer data);

typedef struct
{
  /* Reads the concept as it is now. mask_source is one of:
   *   "auto"      the selection, else the layer mask, else the alpha channel. If none of them exists, if the alpha channel
   *               hides nothing, or if the selection is a rectangle or an ellipse: "subject", and if nothing stands out,
   *               the selection or the whole layer
   *   "subject"   the subject that is found in the selection, or in the layer
   *   "selection", "layer-mask", "alpha", "layer"   that one only
   * room: see pz_concept_square (). Calls `done` once, from the main loop, or before this returns if reading is quick;
   * never after `cancellable` was cancelled. There is no concept if the image was closed, the selection does not touch
   * the layer, or the requested mask does not exist. */
  void (*read_concept) (gpointer host,
                        const char *mask_source,
                        double room,
                        GCancellable *cancellable,
                        PzHostConceptFunc done,
                        gpointer data);
  /* Reads what is painted over, as the setting "target" of PzSettings says, with about that aspect ratio (width /
   * height). `done` as above. NULL = not supported by the host. */
  void (*read_start) (gpointer host,
                      const char *target,
                      double aspect,
                      GCancellable *cancellable,
                      PzHostStartFunc done,
                      gpointer data);
  /* Reads every layer that is selected in the image, from the top, as read_concept () does with "auto" and some room
   * around the subject. Calls `each` for one layer after the other, and `done` as above after the last one. NULL = the
   * host has no layers. */
  void (*read_layers) (gpointer host,
                       GCancellable *cancellable,
                       PzHostLayerFunc each,
                       PzHostDoneFunc done,
                       gpointer data);
  /* A string that changes whenever the bounds of the selection, or the existence of the image or the layer, have
   * changed. Cheap enough to be called once a second. (transfer full). NULL = the host cannot tell. */
  char *(*get_stamp) (gpointer host);
  /* Makes the active layer the concept. NULL = not supported by the host. */
  gboolean (*use_active) (gpointer host, GError **error);
  /* Makes a concept's `found` mask the selection of the image; one undo step. NULL = not supported by the host. */
  gboolean (*select) (gpointer host, PzImage *mask, GError **error);
  /* Inserts finished variants together, above those of earlier calls, as one undo step; all or nothing. The layers are
   * written first, in parts between the other work of the main loop, and then inserted all at once: until then the
   * image is unchanged, and the user may edit it. The first variant is visible; variants that earlier calls added for
   * the same place become hidden. Result numbers continue over all calls: the first result of the second call follows
   * the last of the first. `done` as above; `addition` must live until then, or until `cancellable` is cancelled. One
   * call at a time. */
  void (*add_results) (gpointer host,
                       const PzHostAddition *addition,
                       GCancellable *cancellable,
                       PzHostDoneFunc done,
                       gpointer data);
  /* Shows, hides or removes a result that was added; does nothing if it is gone. alone: also hides all other results
   * that were made for the same place. Only removing is an undo step. */
  void (*show_result) (gpointer host, guint result, gboolean shown, gboolean alone);
  void (*delete_result) (gpointer host, guint result);
  /* Replaces a result by one at the model's size; does nothing if it is gone. One undo step. */
  void (*make_native) (gpointer host, guint result);
  /* Polled repeatedly, because the user edits layers and uses undo. */
  PzHostState (*get_state) (gpointer host, guint result);
  /* The recipe of the active layer. (transfer full); NULL + error if it has none. NULL = not supported by the host. */
  char *(*get_recipe) (gpointer host, GError **error);
  /* Removes every prompt from the image: recipes, names of results, stored settings. The image's own undo restores
   * them. NULL = not supported by the host. */
  gboolean (*forget_prompts) (gpointer host, GError **error);
} PzHostClass;

typedef struct
{
  const PzHostClass *klass;
  gpointer host;
  char *beside; /* folder of the running binary, see pz_model_search_path () */
  PzSeeker *seeker; /* finds subjects in pictures that are not layers; NULL = no search */
} PzHost;

G_END_DECLS
