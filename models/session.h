/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The entry point to everything: opens a model on a device, encodes concepts, generates pictures.
 *
 * Thread: a session belongs to one thread (the worker) from open to close. pz_model_find () and the other functions without a
 * session: any.
 */
#pragma once

#include "compute/gpu.h"
#include "models/learned.h"
#include "models/params.h"

G_BEGIN_DECLS

/* ---- available models ---- */

typedef struct
{
  char *path; /* folder or file */
  char *name; /* from model.json, otherwise the folder's name */
  char *family; /* "sd-1.x" ...: the kind of network, derived from its shapes */
  char *licence; /* from model.json, or NULL */
  guint64 size_bytes;
  char *precision; /* of the U-Net's file: "f16", "f32", "bf16"; NULL = unknown */
  char *missing; /* absent parts, "image_encoder, elite"; NULL = none */
  gboolean personalizes; /* has ELITE mappers */
  guint concepts_by; /* bit mask of 1 << PzConceptBy: encoders that are available */
  char *problem; /* NULL = usable; otherwise one sentence that says what is wrong */
  /* Defaults for this model (from model.json, otherwise by family). */
  char *sampler;
  guint steps;
  PzStepLimits step_limits;
  double guidance;
  double fidelity;
  gboolean guidance_embedded; /* one network call per step, negative prompt ignored */
  guint width, height;
  guint size_multiple; /* width and height must be multiples of this */
  guint max_tokens; /* of a prompt, including begin and end tokens */
  guint text_width; /* of the text encoder; required of learned words and adapters */
  /* 64 hex digits each, of what concepts belong to: text encoder and U-Net; ELITE's mappers. NULL unless the model of an open
   * session. */
  char *fingerprint, *elite_fingerprint;
} PzModelInfo;

PzModelInfo *pz_model_info_copy (const PzModelInfo *info);
void pz_model_info_free (PzModelInfo *info);

/* The folders that are searched, in this order: each entry of $PERSONALIZE_MODEL_PATH (separated as in PATH);
 * gimp-personalize/models in the user's data folder; `beside` (a folder with the running binary's own models; may be NULL) and
 * its subfolder "models"; data/models of the source tree if the binary is in its build folder. (transfer full) */
GStrv pz_model_search_path (const char *beside);
/* The first folder with this name in the search path. what: a description for the error message, "a folder … to …". Fails with
 * BAD_FILE, listing the folders that were searched. (transfer full) */
char *
pz_model_search_folder (const char *beside, const char *name, const char *what, GError **error);

/* All models found in the search path, usable or not; each entry may be a model or a folder of models. Reads headers, not
 * weights. (transfer full) array of PzModelInfo, never NULL. */
GPtrArray *pz_model_find (const char *beside);

/* The path of the first usable model. (transfer full), or NULL with BAD_FILE, which says what is wrong with the models
 * found. */
char *pz_model_find_first (const char *beside, GError **error);

/* Inspects one folder or file. Never NULL: an error is stored in ->problem. */
PzModelInfo *pz_model_inspect (const char *path);

/* ---- a session ---- */

typedef struct _PzSession PzSession;

typedef struct
{
  const char *model; /* folder or file; NULL = the first usable one found */
  const char *beside; /* see pz_model_search_path () */
  const char *elite; /* folder with ELITE's mappers; NULL = the model's own */
  const char *ip_adapter; /* folder of IP-Adapters or a file of one; NULL = the model's own */
  const char *vae; /* an autoencoder's or a whole model's folder or file; NULL = its own */
  const char *device; /* see PzGpuParams; NULL = default */
  gboolean f32; /* compute in f32 throughout, for verification */
  gboolean packs_weights; /* 8-bit weights on the device: half the memory, small error */
  gboolean
    saves_memory; /* free each part after use and reload it per run: slower, less memory */
  gboolean validate;
  gboolean trace;
  GCancellable *cancellable;
  PzProgressFunc progress;
  gpointer progress_data;
} PzSessionParams;

/* Opens the device and reads the model's headers and configuration. Weights are loaded when a task first needs them.
 * (transfer full). Fails with NO_DEVICE, BAD_FILE (names all mismatches at once), UNSUPPORTED_MODEL, GPU_MEMORY, CANCELLED. */
PzSession *pz_session_open (const PzSessionParams *params, GError **error);
void pz_session_close (PzSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzSession, pz_session_close)

const PzModelInfo *pz_session_get_model (const PzSession *session);
const char *pz_session_get_device_name (const PzSession *session);
const char *pz_session_get_driver (const PzSession *session);
/* Whether the device is the CPU, through a software driver. */
gboolean pz_session_is_on_processor (const PzSession *session);
/* Queries the driver for the device memory that is free now. */
guint64 pz_session_get_free_bytes (PzSession *session);
/* The maximum device memory for encoding concepts with `by` and generating with params, computed from the plans of the programs
 * without loading anything. A concept that has yet to be encoded is NULL; if the model lacks this encoder, it is not counted.
 * What LoRAs and the other concepts add is counted, including the weights that they change. Fails with BAD_INPUT for a
 * concept of another model, or as a network's graph and reading LoRAs and adapters do. */
gboolean pz_session_measure_memory (PzSession *session,
                                    const PzGenerateParams *params,
                                    PzConceptBy by,
                                    PzConcept *const concepts[],
                                    guint n_concepts,
                                    guint64 *bytes,
                                    GError **error);
/* Device memory that the session holds now, and its peak. */
guint64 pz_session_get_used_bytes (const PzSession *session);
guint64 pz_session_get_peak_bytes (const PzSession *session);
/* For benchmarks. (transfer none) */
PzGpu *pz_session_get_gpu (const PzSession *session);
/* Number of validation layer messages, if opened with .validate. */
guint pz_session_get_validation_messages (const PzSession *session);

/* Milliseconds of wall time, for benchmarks; medians for repeated work. */
typedef struct
{
  double load_ms, encode_ms, text_ms, step_ms, decode_ms, variant_ms, total_ms;
} PzTimes;
const PzTimes *pz_session_get_times (const PzSession *session);

/* Called after each step with the sampler's current estimate of the picture: at full size if the model has a small decoder for
 * previews, otherwise one pixel per latent pixel. Called on the worker; must not block. image: RGB, (transfer none). */
typedef void (*PzPreviewFunc) (PzImage *image, gpointer data);

/* Notable events that do not stop a task. */
typedef enum
{
  PZ_NOTE_PROMPT_CUT, /* it has more tokens than the text encoder accepts */
  PZ_NOTE_NEGATIVE_CUT,
  PZ_NOTE_NEGATIVE_LORA, /* the negative prompt requests a LoRA */
  PZ_NOTE_LORA_LAYERS, /* a file has layers that the model does not have */
  PZ_NOTE_WHOLE_PICTURE, /* no subject found, so the whole picture is the concept */
} PzNote;

/* sentence: in English; names the thing, what was expected and what was found. Called on the worker; must not block. */
typedef void (*PzNoteFunc) (PzNote note, const char *sentence, gpointer data);

typedef struct
{
  GCancellable *cancellable;
  PzProgressFunc progress;
  gpointer progress_data;
  PzNoteFunc note; /* NULL = none */
  gpointer note_data;
  PzPreviewFunc preview; /* for pz_session_generate (); NULL = none */
  gpointer preview_data;
  double room; /* for pz_session_encode (): see pz_concept_square () */
  PzConceptBy concept_by; /* for pz_session_encode () */
} PzTaskParams;

typedef struct
{
  guint n_tokens; /* of the prompt, with begin, end and appended placeholders */
  guint max_tokens; /* that the text encoder accepts */
  gsize read_bytes; /* length of the part of the prompt that is read; the rest is cut */
} PzPromptLength;

/* How many tokens replace a placeholder. */
typedef struct
{
  guint n_words; /* 0 = the tokens of the class word */
  gboolean has_local; /* local features; only the first word is primary */
  const char *class_word; /* may be NULL */
} PzConceptSize;

/* The size of a concept that ELITE encodes from a layer. */
extern const PzConceptSize pz_layer_concept_size;

/* Computes the length of a prompt with these concepts for this model. n_concepts: at most PZ_MAX_CONCEPTS. Does not use the
 * device. */
void pz_session_measure_prompt (PzSession *session,
                                const char *prompt,
                                PzWords words,
                                const PzConceptSize concepts[],
                                guint n_concepts,
                                PzPromptLength *length);

/* The number of vocabulary tokens in a text. Does not use the device. */
guint pz_session_count_tokens (PzSession *session, const char *text);

/* Whether the model can encode concepts by itself, which requires ELITE's mappers. Fails with UNSUPPORTED_MODEL, saying where
 * the mappers would have to be. */
gboolean pz_session_can_encode (PzSession *session, GError **error);

/* Makes a concept from one picture. image: RGB or RGBA (transparent parts become white and are outside the mask). mask: 1
 * channel of the same size; NULL = everything.
 *
 * ELITE's encoder: crop, CLIP features of the whole crop and of the object on black, both mappers. IP-Adapter's encoder: the
 * square around the mask including its background, or the centre of an RGB picture without a mask.
 *
 * (transfer full). Fails with BAD_INPUT (empty mask, sizes differ), UNSUPPORTED_MODEL (no mappers, no IP-Adapter), and as
 * pz_session_open (). task may be NULL. */
PzConcept *pz_session_encode (PzSession *session,
                              PzImage *image,
                              PzImage *mask,
                              const PzTaskParams *task,
                              GError **error);

typedef struct
{
  guint index; /* from 0 */
  guint64 seed;
  PzImage *image; /* RGB, (transfer none) */
  char *recipe; /* JSON with everything needed to make the picture again; (transfer none) */
} PzVariant;

/* Called on the worker for each finished variant. To keep the image, take a reference. FALSE + error stops the run. */
typedef gboolean (*PzVariantFunc) (const PzVariant *variant, gpointer data, GError **error);

/* Finds out what the model's files do not say, by running the network once, if they leave anything open: for some single
 * files, what the network predicts, and with it the size of its pictures. From then on pz_session_get_model () does not change.
 * Painting and learning do this by themselves; call it before, if something is made for that size. Fails as loading does. */
gboolean pz_session_settle (PzSession *session, GCancellable *cancellable, GError **error);

/* Rejects invalid parameters before anything runs (BAD_INPUT: blank prompt; invalid size, with the nearest valid one; unknown
 * sampler; too many steps). A concept without a placeholder in the part of the prompt that is read is appended (" S"), and the
 * recipe says so. If a prompt is too long, a note says which part is not read, before painting starts. Variants are made one
 * after the other with the same recorded programs, so each has the same bits alone or in a batch. After cancelling, variants
 * that were already delivered remain. task may be NULL. */
gboolean pz_session_generate (PzSession *session,
                              const PzGenerateParams *params,
                              PzConcept *const concepts[],
                              guint n_concepts,
                              const PzTaskParams *task,
                              PzVariantFunc variant,
                              gpointer data,
                              GError **error);

/* Checks params against the model without running anything. Same errors as pz_session_generate (). */
gboolean pz_generate_params_check (const PzGenerateParams *params,
                                   const PzModelInfo *model,
                                   GError **error);

G_END_DECLS
