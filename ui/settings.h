/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every choice of the user, as properties of one object: widgets bind to them, the host binds its own stored settings
 * to properties of the same names, and a job takes a snapshot.
 *
 *   prompt, negative-prompt   string
 *   variants                  int 1..16
 *   seed                      int -1..G_MAXINT, -1 = draw one for each run
 *   steps                     int 0..100, 0 = the model's default
 *   guidance                  double -1..30, below 0 = the model's default
 *   fidelity                  double -1..1.5, below 0 = the model's default
 *   concepts                  GStrv, at most PZ_MAX_CONCEPTS: "layer" (the active one) or saved concepts, see
 *                             pz_saved_concept_path (); NULL or empty = the layer alone
 *   fidelities                GArray of double, one for each concept: -1..1.5, below 0 = use "fidelity"; NULL = all do
 *   words                     string "primary", "all"
 *   sampler                   string, a name of pz_sampler_name (), "default" = the model's
 *   mask-source               string "auto", "subject", "selection", "layer-mask", "alpha", "layer"
 *   model-folder              GFile, a folder or a file, NULL = the first usable model found
 *   device                    string, "" = the best
 *   width, height             int, 0 = the model's default
 *   target                    string "layers" (a group above the concept), "new-image"; to paint over: "selection", "below"
 *                             (what is visible under the selection; the layer below the concept)
 *   image-comment             boolean, write the recipe as text into the image's comment
 *   mark-origin               boolean, record in the image's metadata that a model made it
 *   preview                   boolean, show the picture while it is being made
 *   recovery                  boolean, keep finished variants on disk until they are layers
 *   room                      double 0..1, see pz_concept_square ()
 *   strength                  double 0.05..1, for painting over
 *   variation-of              int -1..G_MAXINT, seed of the picture to vary, -1 = none
 *   variation                 double 0.01..1, how much to vary it
 *   native-size               boolean, results keep the model's size; otherwise they are scaled to the concept
 *   keep-prompts              boolean, write prompts into the image: recipes, names of layers, last settings
 *
 * Thread: main; a snapshot: any.
 */
#pragma once

#include "ui/host.h"

G_BEGIN_DECLS

#define PZ_SETTINGS_PROMPT "a photo of an S"
#define PZ_SETTINGS_SAMPLER "default"
#define PZ_CONCEPT_LAYER "layer" /* among "concepts" */
#define PZ_SETTINGS_MAX_STEPS 100
#define PZ_SETTINGS_MAX_GUIDANCE 30.0
#define PZ_SETTINGS_MAX_SIZE 4096
#define PZ_SETTINGS_MAX_SEED G_MAXINT
#define PZ_SETTINGS_MIN_STRENGTH 0.05
#define PZ_SETTINGS_MIN_VARIATION 0.01

#define PZ_TYPE_SETTINGS (pz_settings_get_type ())
G_DECLARE_FINAL_TYPE (PzSettings, pz_settings, PZ, SETTINGS, GObject)

PzSettings *pz_settings_new (void);

/* The model whose defaults apply to settings that are left to the model. NULL = no model is known. Notifies "fidelity". */
void pz_settings_set_model (PzSettings *settings, const PzModelInfo *model);
gdouble pz_settings_get_model_fidelity (PzSettings *settings);

/* The parameters of a run, with their own copies of the strings; params.seed contains the seed that was drawn. */
typedef struct
{
  PzGenerateParams params;
  char *prompt;
  char *negative_prompt;
  char *sampler;
  char *target;
  GStrv concepts; /* at least one; PZ_CONCEPT_LAYER or a file's path */
  double room;
  PzHostStart *start; /* painted over, from the host, set by the caller; NULL = nothing */
  PzImage *picture, *mask; /* the same at the size of the pictures; for the worker */
  gboolean new_image, native_size, comment, mark_origin, preview, recovery,
    keep_prompts; /* see the properties */
} PzSnapshot;

PzSnapshot *pz_settings_snapshot (PzSettings *settings); /* (transfer full) */
void pz_snapshot_free (PzSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzSnapshot, pz_snapshot_free)

/* At least one, at most PZ_MAX_CONCEPTS, as in "concepts". (transfer full) */
GStrv pz_settings_get_concepts (PzSettings *settings);
/* The fidelity of that concept; below 0 = use "fidelity". */
gdouble pz_settings_get_fidelity (PzSettings *settings, guint concept);
/* Whether the layer is one of the concepts. */
gboolean pz_settings_use_layer (PzSettings *settings);

/* Whether results are painted over existing content, which the host must be asked for. */
gboolean pz_settings_paint_over (PzSettings *settings);
/* The mask source to request from the host: the selection cannot be both target and mask. (transfer full) */
char *pz_settings_get_mask_source (PzSettings *settings);

/* A seed of at most six digits: easy to read and to type. */
gint pz_settings_draw_seed (void);

G_END_DECLS
