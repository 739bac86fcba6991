/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The IP-Adapters of a model, each opened when it is first asked for. They lie in ip_adapter/ of the model's folder, or where
 * model.json or the caller says: a folder with files of any name, or one file. Of several of a kind the one with the published name
 * counts ("ip-adapter_sd15", "ip-adapter-plus_sd15"), else the first by name. The image encoder that they were made with is the
 * image_encoder/ in that folder, else the model's own.
 *
 * Thread: the session's; pz_image_prompts_find (): any.
 */
#pragma once

#include "models/files/image-prompt-file.h"
#include "models/files/model-folder.h"

G_BEGIN_DECLS

/* One of them: measured, checked against the model, and ready to be bound. Read-only to callers. */
typedef struct
{
  PzImagePromptConfig config;
  PzWeights *weights;
  PzVisionConfig vision;
  PzWeights *vision_weights;
  char *
    fingerprint; /* of the adapter, without the image encoder: as pz_model_folder_fingerprint () */
} PzImagePrompt;

typedef struct _PzImagePrompts PzImagePrompts;

/* model is not owned. place: folder or file instead of what the model says; NULL = as it says. */
PzImagePrompts *pz_image_prompts_new (const PzModelFolder *model, const char *place);
void pz_image_prompts_free (PzImagePrompts *prompts);
/* Lets go of everything on the device; before pz_gpu_close (). */
void pz_image_prompts_release (PzImagePrompts *prompts);

/* (transfer none), valid as long as prompts. Fails with UNSUPPORTED_MODEL (there is none of this kind; one for another family of
 * models) or BAD_FILE (unreadable, weights missing or of another shape, an image encoder that does not go with it). */
const PzImagePrompt *
pz_image_prompts_get (PzImagePrompts *prompts, PzImagePromptKind kind, GError **error);

/* The file of a kind; NULL where there is none. (transfer full) */
char *pz_image_prompts_find (const char *model, const char *place, PzImagePromptKind kind);

G_END_DECLS
