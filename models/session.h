/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The door to everything: open a model on a device, encode a concept, generate pictures.
 *
 * Thread: a session belongs to one thread (the worker) from open to close. pz_model_find () and
 * friends: any.
 */
#pragma once

#include "compute/gpu.h"
#include "models/learned.h"
#include "models/params.h"

G_BEGIN_DECLS

/* ---- which models are there ---- */

typedef struct
{
  char *path; /* folder (or file) */
  char *name; /* from model.json, else the folder's name */
  char *family; /* "sd-1.x" ...: what the network is, by its own shapes */
  char *licence; /* from model.json, or NULL */
  guint64 size_bytes;
  char *precision; /* of its U-Net's file: "f16", "f32", "bf16"; NULL = unknown */
  char *missing; /* parts it does not have, "image_encoder, elite"; NULL = none */
  gboolean personalizes; /* has ELITE mappers */
  guint concepts_by; /* bit 1 << PzConceptBy: what there is to make concepts of pictures with */
  char *problem; /* NULL = usable; else one sentence naming what is wrong */
  /* Defaults for this model (model.json, else by family). */
  char *sampler;
  guint steps;
  PzStepLimits step_limits;
  double guidance;
  double fidelity;
  gboolean guidance_embedded; /* one network call per step, negative prompt ignored */
  guint width, height;
  guint size_multiple; /* width and height must be multiples of this */
  guint max_tokens; /* of a prompt, begin and end tokens included */
  guint text_width; /* of the text encoder: learned words and adapters must have it */
  /* 64 hex digits of what concepts belong to: text encoder and U-Net; ELITE's mappers. Of an open session's model; else NULL. */
  char *fingerprint, *elite_fingerprint;
} PzModelInfo;

PzModelInfo *pz_model_info_copy (const PzModelInfo *info);
void pz_model_info_free (PzModelInfo *info);

/* Folders searched, in order: each entry of $PERSONALIZE_MODEL_PATH (as PATH), the user data folder's
 * gimp-personalize/models, `beside` (a folder with the running binary's own models; may be NULL; its sub-folder "models" too), the source tree's
 * data/models where the binary still lies in its build folder. (transfer full) */
GStrv pz_model_search_path (const char *beside);
/* The first folder of that name in them; what: how people call what is looked for, "a folder … to …". Fails with
 * BAD_FILE, which lists where it was looked for. (transfer full) */
char *
pz_model_search_folder (const char *beside, const char *name, const char *what, GError **error);

/* All models found there, usable or not; a folder itself may be one or hold several. Headers are
 * read, not weights. (transfer full) array of PzModelInfo, never NULL. */
GPtrArray *pz_model_find (const char *beside);

/* The path of the first usable one. (transfer full), or NULL with BAD_FILE saying what is wrong with those there are. */
char *pz_model_find_first (const char *beside, GError **error);

/* One folder or file. Never NULL: a problem is said in ->problem. */
PzModelInfo *pz_model_inspect (const char *path);

/* ---- a session ---- */

typedef struct _PzSession PzSession;

typedef struct
{
  const char *model; /* folder or file; NULL = the first usable one found */
  const char *beside; /* see pz_model_search_path () */
  const char *elite; /* folder with ELITE's mappers; NULL = as the model says */
  const char
    *ip_adapter; /* folder with IP-Adapters, or a file of one; NULL = as the model says */
  const char
    *vae; /* an autoencoder: its folder or file, or a whole model's; NULL = as model says */
  const char *device; /* see PzGpuParams; NULL = default */
  gboolean f32; /* all-f32, for checking */
  gboolean
    packs_weights; /* in 8 bits on the device: half the memory, nearly the same picture */
  gboolean
    saves_memory; /* what has done its work leaves the device, for each run anew: slower, less memory */
  gboolean validate;
  gboolean trace;
  GCancellable *cancellable;
  PzProgressFunc progress;
  gpointer progress_data;
} PzSessionParams;

/* Opens the device and reads the model's headers and configuration; weights stream in when a task first needs them.
 * (transfer full). Fails with NO_DEVICE, BAD_FILE (all misfits named at once), UNSUPPORTED_MODEL, GPU_MEMORY, CANCELLED. */
PzSession *pz_session_open (const PzSessionParams *params, GError **error);
void pz_session_close (PzSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzSession, pz_session_close)

const PzModelInfo *pz_session_get_model (const PzSession *session);
const char *pz_session_get_device_name (const PzSession *session);
const char *pz_session_get_driver (const PzSession *session);
/* The device is the processor, through a software driver. */
gboolean pz_session_is_on_processor (const PzSession *session);
/* Asks the driver how much of the device's memory is free now. */
guint64 pz_session_get_free_bytes (PzSession *session);
/* What encoding so many concepts by `by` and generating so will hold of the device's memory at most, from the plans of what would
 * run: nothing is loaded. Where the model has no such encoder there are no concepts. Fails with what a network's graph refuses. */
gboolean pz_session_measure_memory (PzSession *session,
                                    const PzGenerateParams *params,
                                    PzConceptBy by,
                                    guint n_concepts,
                                    guint64 *bytes,
                                    GError **error);
/* What it holds now. */
guint64 pz_session_get_used_bytes (const PzSession *session);
guint64 pz_session_get_peak_bytes (const PzSession *session);
/* For people who measure. (transfer none) */
PzGpu *pz_session_get_gpu (const PzSession *session);
/* Of the validation layers, when opened with .validate. */
guint pz_session_get_validation_messages (const PzSession *session);

/* Milliseconds spent, for people who measure; wall time, medians where several. */
typedef struct
{
  double load_ms, encode_ms, text_ms, step_ms, decode_ms, variant_ms, total_ms;
} PzTimes;
const PzTimes *pz_session_get_times (const PzSession *session);

/* The picture of the variant under way as the sampler believes it to be, one pixel for each latent pixel: after each
 * step. Called on the worker; must not block. image: RGB, (transfer none). */
typedef void (*PzPreviewFunc) (PzImage *image, gpointer data);

/* What the user may not expect but what does not stop the task. */
typedef enum
{
  PZ_NOTE_PROMPT_CUT, /* it has more tokens than the text encoder has room for */
  PZ_NOTE_NEGATIVE_CUT,
  PZ_NOTE_NEGATIVE_LORA, /* the negative prompt asks for one */
  PZ_NOTE_LORA_LAYERS, /* a file has layers that the model has not */
  PZ_NOTE_WHOLE_PICTURE, /* nothing in it stands out, so all of it is the concept */
} PzNote;

/* sentence: in English, with the thing, what was expected and what was found. Called on the worker; must not block. */
typedef void (*PzNoteFunc) (PzNote note, const char *sentence, gpointer data);

typedef struct
{
  GCancellable *cancellable;
  PzProgressFunc progress;
  gpointer progress_data;
  PzNoteFunc note; /* NULL = nobody asks */
  gpointer note_data;
  PzPreviewFunc preview; /* of pz_session_generate (); NULL = nobody looks */
  gpointer preview_data;
  double room; /* of pz_session_encode (): see pz_concept_square () */
  PzConceptBy concept_by; /* of pz_session_encode () */
} PzTaskParams;

typedef struct
{
  guint n_tokens; /* that the prompt needs, begin, end and an appended placeholder included */
  guint max_tokens; /* that the text encoder has room for */
  gsize read_bytes; /* of the prompt that find room: what comes after is cut off */
} PzPromptLength;

/* How many tokens a placeholder stands for. */
typedef struct
{
  guint n_words; /* 0 = the class word's tokens */
  gboolean has_local; /* of its words the first alone edits best */
  const char *class_word; /* may be NULL */
} PzConceptSize;

/* What a concept of a layer will have. */
extern const PzConceptSize pz_layer_concept_size;

/* How long a prompt with these concepts is for this model; n_concepts at most PZ_MAX_CONCEPTS. Nothing runs on the device. */
void pz_session_measure_prompt (PzSession *session,
                                const char *prompt,
                                PzWords words,
                                const PzConceptSize concepts[],
                                guint n_concepts,
                                PzPromptLength *length);

/* Of how many tokens of the vocabulary a text is. Nothing runs on the device. */
guint pz_session_count_tokens (PzSession *session, const char *text);

/* Whether the model makes concepts of pictures by itself: has ELITE's mappers. Fails with UNSUPPORTED_MODEL, saying where they would be. */
gboolean pz_session_can_encode (PzSession *session, GError **error);

/* image: RGB or RGBA (transparent parts are white and outside the mask); mask: 1 channel of the same size, or NULL = everything.
 * ELITE's encoder: crop, CLIP features of the whole crop and of the object on black, both mappers. IP-Adapter's: the square around the
 * mask with all that is in it; without one the middle of the picture. (transfer full). Fails with BAD_INPUT (empty mask, sizes differ),
 * UNSUPPORTED_MODEL (no mappers, no IP-Adapter), and as above. task may be NULL. */
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
  char *recipe; /* JSON, everything needed to make it again; (transfer none) */
} PzVariant;

/* Called on the worker for each finished variant; keep a reference to the image. FALSE + error stops the run. */
typedef gboolean (*PzVariantFunc) (const PzVariant *variant, gpointer data, GError **error);

/* Refuses what cannot work before anything runs (BAD_INPUT: blank prompt, impossible size with the nearest valid one named, unknown
 * sampler, too many steps). A concept without a placeholder in what is read of the prompt is appended (" S"); the recipe says so. What of the
 * prompts is too long to be read is said as a note, before anything is painted. Variants are made
 * one after the other with the same recorded programs, so each has the same bits alone or in a
 * batch. On cancel the variants already handed over stay. task may be NULL. */
gboolean pz_session_generate (PzSession *session,
                              const PzGenerateParams *params,
                              PzConcept *const concepts[],
                              guint n_concepts,
                              const PzTaskParams *task,
                              PzVariantFunc variant,
                              gpointer data,
                              GError **error);

/* Checks params against the model without running anything: same errors as generate. */
gboolean pz_generate_params_check (const PzGenerateParams *params,
                                   const PzModelInfo *model,
                                   GError **error);

G_END_DECLS
