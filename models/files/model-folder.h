/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model as a folder in the diffusers layout: text_encoder/, image_encoder/, unet/, vae/, tokenizer/, scheduler/, plus this
 * program's own parts: elite/{global,local}_mapper.{safetensors,pt,bin}, elite/config.json (which hidden states the mappers
 * use), subject_finder/ and model.json (name, licence, defaults, and parts stored elsewhere: model-json.h). Or a complete
 * Stable Diffusion in one file in the LDM layout. This module reads and checks configurations and headers, but no weights.
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
  PZ_PART_SUBJECT_FINDER = 1 << 7, /* in a separate folder without other parts */
} PzModelPart;

/* Parts needed to generate pictures from text. */
#define PZ_PARTS_GENERATE \
  (PZ_PART_TOKENIZER | PZ_PART_TEXT_ENCODER | PZ_PART_UNET | PZ_PART_VAE)
/* Additional parts needed to encode a concept. */
#define PZ_PARTS_PERSONALIZE \
  (PZ_PART_IMAGE_ENCODER | PZ_PART_GLOBAL_MAPPER | PZ_PART_LOCAL_MAPPER)

/* Everything is read-only to callers. Members of parts that were not requested are zero. */
typedef struct
{
  char *path;
  guint parts; /* PzModelPart: the open ones */
  PzTokenizer *tokenizer;
  PzTextConfig text;
  PzVisionConfig vision;
  PzUnetConfig unet;
  PzAutoencoder vae;
  PzAutoencoder
    preview; /* a small decoder stored with the model, for previews during generation; no class = none */
  PzMapperConfig mapper;
  PzSubjectFinderConfig subject_finder;
  PzScheduleConfig schedule; /* Stable Diffusion's default if the folder has none */
  gboolean prediction_known; /* else schedule.prediction_type is a guess: test the network */
  gboolean
    packs_weights; /* all networks except the autoencoder keep the weights of products in 8 bits on the device */
  gboolean
    saves_memory; /* data that is no longer needed is freed on the device, and decoders work in small tiles */
  gboolean size_guessed; /* single file: no config gives the U-Net's training size */
  PzWeights *text_weights;
  PzWeights *vision_weights;
  PzWeights *unet_weights;
  PzWeights *vae_weights;
  PzWeights *preview_weights; /* NULL = none */
  PzWeights *global_mapper_weights;
  PzWeights *local_mapper_weights;
  PzWeights *subject_finder_weights;
  PzTensorFile *shared; /* the file that several parts are in; NULL = each has its own */
  PzModelJson json;
  PzModelInfo info; /* filled as far as the open parts allow; problem is NULL */
} PzModelFolder;

/* Opens the parts in `required`, and those in `wanted` that exist. The three parts for a concept are opened together or not at
 * all: if they are wanted and there is a folder elite/, all three are required. Fails with BAD_FILE (a part is missing,
 * unreadable, or does not match another part) or UNSUPPORTED_MODEL (a class, a key, another kind of model). (transfer full) */
PzModelFolder *
pz_model_folder_open (const char *path, guint required, guint wanted, GError **error);
/* Parts to take from another place than the model says; NULL = where it says. */
typedef struct
{
  const char *elite; /* the mappers' folder (and image_encoder/, if it contains one) */
  const char *vae; /* a folder or a file */
} PzModelOther;
/* The same, with parts replaced. */
PzModelFolder *pz_model_folder_open_other (const char *path,
                                           const PzModelOther *other,
                                           guint required,
                                           guint wanted,
                                           GError **error);
void pz_model_folder_close (PzModelFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzModelFolder, pz_model_folder_close)

/* Creates a graph for networks of the model other than the autoencoder. (transfer full) */
PzGraph *pz_model_graph_new (const PzModelFolder *model, PzDtype activation);

/* FALSE with UNSUPPORTED_MODEL if the VAE has only a decoder: for tasks that start from a picture. */
gboolean pz_model_folder_check_encoder (const PzModelFolder *folder, GError **error);

/* Reads one row of the text encoder's embedding table, before positions are added: [D]. */
gboolean
pz_model_folder_read_token (const PzModelFolder *folder, guint id, float *row, GError **error);

/* Records what the network was found to predict, and updates the default size if that is a guess. */
void pz_model_folder_set_prediction (PzModelFolder *folder, PzPrediction prediction);

/* Lists the weights of every part in a fixed order, NULL for parts that are not open. (transfer none) */
#define PZ_MODEL_N_WEIGHTS 8
void pz_model_folder_list_weights (const PzModelFolder *folder,
                                   PzWeights *weights[PZ_MODEL_N_WEIGHTS]);

/* Frees everything on the device. Call it before pz_gpu_close (). */
void pz_model_folder_release (PzModelFolder *folder);

/* 64 hex digits that identify a model by those of the given parts that are open. The same weights give the same fingerprint in
 * every precision, container and layout. (transfer full), or NULL with BAD_FILE. */
char *pz_model_folder_fingerprint (const PzModelFolder *folder, guint parts, GError **error);

/* Parts for fingerprints. PZ_PARTS_ALL: everything that generates or personalizes. PZ_PARTS_LEARNED_FOR: what learned files
 * other than words belong to, the parts that determine what a picture shows, whichever decoder is used. ELITE's local features
 * also belong to the mappers. */
#define PZ_PARTS_ALL (PZ_PARTS_GENERATE | PZ_PARTS_PERSONALIZE)
#define PZ_PARTS_LEARNED_FOR (PZ_PART_TEXT_ENCODER | PZ_PART_UNET)
#define PZ_PARTS_ELITE (PZ_PART_GLOBAL_MAPPER | PZ_PART_LOCAL_MAPPER)

typedef struct
{
  char *all; /* PZ_PARTS_ALL: the one named in recipes */
  char *model; /* PZ_PARTS_LEARNED_FOR */
  char *elite; /* PZ_PARTS_ELITE; NULL if there are no mappers */
} PzModelFingerprints;

gboolean pz_model_fingerprints_init (PzModelFingerprints *prints,
                                     const PzModelFolder *folder,
                                     GError **error);
void pz_model_fingerprints_clear (PzModelFingerprints *prints);

G_END_DECLS
