/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * IP-Adapter's encoder: a picture to tokens that are attended beside the prompt (Ye et al., IP-Adapter, 2023; methods: IP-Adapter).
 *
 * Thread: the session's.
 */
#pragma once

#include "compute/run.h"
#include "models/files/image-prompts.h"
#include "models/session.h"
#include "models/tasks/footprint.h"

G_BEGIN_DECLS

typedef struct _PzImagePromptEncoder PzImagePromptEncoder;

/* Nothing is loaded yet. model and prompts are not owned and must outlive the encoder. */
PzImagePromptEncoder *pz_image_prompt_encoder_new (PzGpu *gpu,
                                                   const PzModelFolder *model,
                                                   PzImagePrompts *prompts,
                                                   PzDtype activation);
void pz_image_prompt_encoder_free (PzImagePromptEncoder *encoder);

/* Lets go of what it has on the device, until it is used again. */
void pz_image_prompt_encoder_rest (PzImagePromptEncoder *encoder);

/* What one kind adds to a footprint. Fails as pz_image_prompts_get () does. */
gboolean pz_image_prompt_encoder_measure (PzImagePromptEncoder *encoder,
                                          PzImagePromptKind kind,
                                          PzFootprint *footprint,
                                          GError **error);

/* As pz_session_encode (). What is looked at is the square around the mask with all that is in it; without a mask, as its authors do, the
 * square in the middle of the picture that its shorter side spans. load_us gets the time spent on weights and pipelines. */
PzConcept *pz_image_prompt_encoder_run (PzImagePromptEncoder *encoder,
                                        PzImagePromptKind kind,
                                        PzImage *image,
                                        PzImage *mask,
                                        const PzTaskParams *task,
                                        gint64 *load_us,
                                        GError **error);

G_END_DECLS
