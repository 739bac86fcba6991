/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The IP-Adapters of a model. Each is opened when it is first requested. They are in ip_adapter/ of the model's folder, or at
 * the place given by model.json or the caller: a folder with files of any name, or one file. If there are several of a kind,
 * the one with the published name is used ("ip-adapter_sd15", "ip-adapter-plus_sd15"), else the first by name. The image
 * encoder they were trained with is image_encoder/ in the same folder, else the model's own.
 *
 * Thread: the session's; pz_image_prompts_find (): any.
 */
#pragma once

#include "models/files/image-prompt-file.h"
#include "models/files/model-folder.h"

G_BEGIN_DECLS

/* An IP-Adapter that is measured, checked against the model and ready to be bound. Read-only to callers. */
typedef struct
{
  PzImagePromptConfig config;
  PzWeights *weights;
  PzVisionConfig vision;
  PzWeights *vision_weights;
  char *
    fingerprint; /* of the adapter without its image encoder, see pz_model_folder_fingerprint () */
} PzImagePrompt;

typedef struct _PzImagePrompts PzImagePrompts;

/* model: not owned, must outlive the result. place: a folder or file to use instead of the model's; NULL = the model's. */
PzImagePrompts *pz_image_prompts_new (const PzModelFolder *model, const char *place);
void pz_image_prompts_free (PzImagePrompts *prompts);
/* Frees everything on the device. Call it before pz_gpu_close (). */
void pz_image_prompts_release (PzImagePrompts *prompts);

/* (transfer none), valid as long as prompts. Fails with UNSUPPORTED_MODEL (none of this kind, or one for another model family)
 * or BAD_FILE (unreadable, weights missing or of the wrong shape, an image encoder that does not match). */
const PzImagePrompt *
pz_image_prompts_get (PzImagePrompts *prompts, PzImagePromptKind kind, GError **error);

/* The file of a kind, or NULL if there is none. (transfer full) */
char *pz_image_prompts_find (const char *model, const char *place, PzImagePromptKind kind);

G_END_DECLS
