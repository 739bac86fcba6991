/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model as a folder in the diffusers layout: text_encoder/, image_encoder/, unet/, vae/,
 * tokenizer/, scheduler/, and ours: elite/{global,local}_mapper.{safetensors,pt},
 * elite/config.json (which hidden states the mappers look at), subject_finder/ and model.json (name, licence,
 * defaults, and parts that lie elsewhere: model-json.h). Or all of Stable Diffusion in one file in
 * the LDM layout. Configurations and headers are read and checked here, no weights.
 *
 * Thread: any to open; then the one that owns the weights.
 */
#pragma once

#include "models/files/model-json.h"
#include "models/files/tokenizer.h"
#include "models/files/weights.h"
#include "models/nets/autoencoder.h"
#include "models/session.h"
#include "models/tasks/noise-schedule.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_PART_TOKENIZER = 1 << 0,
  PZ_PART_TEXT_ENCODER = 1 << 1,
  PZ_PART_IMAGE_ENCODER = 1 << 2,
  PZ_PART_UNET = 1 << 3,
  PZ_PART_VAE = 1 << 4,
  PZ_PART_GLOBAL_MAPPER = 1 << 5,
  PZ_PART_LOCAL_MAPPER = 1 << 6,
  PZ_PART_SUBJECT_FINDER = 1 << 7, /* in a folder of its own, with no other part */
} PzModelPart;

/* Text to picture. */
#define PZ_PARTS_GENERATE \
  (PZ_PART_TOKENIZER | PZ_PART_TEXT_ENCODER | PZ_PART_UNET | PZ_PART_VAE)
/* What a concept needs besides. */
#define PZ_PARTS_PERSONALIZE \
  (PZ_PART_IMAGE_ENCODER | PZ_PART_GLOBAL_MAPPER | PZ_PART_LOCAL_MAPPER)

/* Everything is read-only to callers. Members of parts that were not asked for are zero. */
typedef struct
{
  char *path;
  guint parts; /* PzModelPart: those that are open */
  PzTokenizer *tokenizer;
  PzTextConfig text;
  PzVisionConfig vision;
  PzUnetConfig unet;
  PzAutoencoder vae;
  PzAutoencoder
    preview; /* a small decoder beside the model, for pictures on the way; no class = none */
  PzMapperConfig mapper;
  PzSubjectFinderConfig subject_finder;
  PzScheduleConfig schedule; /* Stable Diffusion's where the folder has none */
  gboolean prediction_known; /* else schedule.prediction_type is a guess: ask the network */
  gboolean
    packs_weights; /* networks but the autoencoder keep weights of products in 8 bits on the device */
  gboolean
    saves_memory; /* what is not needed any more leaves the device, and decoders see small tiles */
  gboolean size_guessed; /* no config says for which size the U-Net was made: one file */
  PzWeights *text_weights;
  PzWeights *vision_weights;
  PzWeights *unet_weights;
  PzWeights *vae_weights;
  PzWeights *preview_weights; /* NULL = none */
  PzWeights *global_mapper_weights;
  PzWeights *local_mapper_weights;
  PzWeights *subject_finder_weights;
  PzTensorFile *shared; /* what parts that lie in one file share; NULL = none does */
  PzModelJson json;
  PzModelInfo info; /* filled as far as the open parts allow; problem is NULL */
} PzModelFolder;

/* Opens the parts in `required`, and those in `wanted` that are there (the three for a
 * concept together or not at all: a folder elite/ makes them required). Fails with BAD_FILE
 * (a part missing, unreadable, or not fitting another part) or UNSUPPORTED_MODEL (a class, a
 * key, another kind of model). (transfer full) */
PzModelFolder *
pz_model_folder_open (const char *path, guint required, guint wanted, GError **error);
/* Parts that lie elsewhere than the model says; NULL = where it says. */
typedef struct
{
  const char *elite; /* the mappers' folder (and an image_encoder/, if there) */
  const char *vae; /* folder or file */
} PzModelOther;
/* The same with other parts. */
PzModelFolder *pz_model_folder_open_other (const char *path,
                                           const PzModelOther *other,
                                           guint required,
                                           guint wanted,
                                           GError **error);
void pz_model_folder_close (PzModelFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzModelFolder, pz_model_folder_close)

/* For networks of the model other than the autoencoder. (transfer full) */
PzGraph *pz_model_graph_new (const PzModelFolder *model, PzDtype activation);

/* FALSE with UNSUPPORTED_MODEL where the VAE is a decoder alone: for what begins with a picture. */
gboolean pz_model_folder_check_encoder (const PzModelFolder *folder, GError **error);

/* A row of the text encoder's table of words, before positions are added: [D]. */
gboolean
pz_model_folder_read_token (const PzModelFolder *folder, guint id, float *row, GError **error);

/* What the network was found to predict, and the size that goes with it where it is a guess. */
void pz_model_folder_set_prediction (PzModelFolder *folder, PzPrediction prediction);

/* Every part's weights in a fixed order, NULL where a part is not open. (transfer none) */
#define PZ_MODEL_N_WEIGHTS 8
void pz_model_folder_list_weights (const PzModelFolder *folder,
                                   PzWeights *weights[PZ_MODEL_N_WEIGHTS]);

/* Lets go of everything on the device; before pz_gpu_close (). */
void pz_model_folder_release (PzModelFolder *folder);

/* 64 hex digits that tell models apart by those of the `parts` that are open; the same for every precision, container
 * and layout of the same weights. (transfer full), or NULL with BAD_FILE. */
char *pz_model_folder_fingerprint (const PzModelFolder *folder, guint parts, GError **error);

/* All there is; and what learned things other than words belong to: what says what a picture shows, whatever
 * decoder develops it. ELITE's local features belong to the mappers besides. */
#define PZ_PARTS_ALL (PZ_PARTS_GENERATE | PZ_PARTS_PERSONALIZE)
#define PZ_PARTS_LEARNED_FOR (PZ_PART_TEXT_ENCODER | PZ_PART_UNET)
#define PZ_PARTS_ELITE (PZ_PART_GLOBAL_MAPPER | PZ_PART_LOCAL_MAPPER)

typedef struct
{
  char *all; /* PZ_PARTS_ALL: what recipes name */
  char *model; /* PZ_PARTS_LEARNED_FOR */
  char *elite; /* PZ_PARTS_ELITE; NULL without mappers */
} PzModelFingerprints;

gboolean pz_model_fingerprints_init (PzModelFingerprints *prints,
                                     const PzModelFolder *folder,
                                     GError **error);
void pz_model_fingerprints_clear (PzModelFingerprints *prints);

G_END_DECLS
