/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * IP-Adapter's encoder: maps a picture to tokens that are attended to in addition to the prompt (Ye et al., IP-Adapter, 2023;
 * methods: IP-Adapter).
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

/* Loads nothing yet. model and prompts are not owned and must outlive the encoder. */
PzImagePromptEncoder *pz_image_prompt_encoder_new (PzGpu *gpu,
                                                   const PzModelFolder *model,
                                                   PzImagePrompts *prompts,
                                                   PzDtype activation);
void pz_image_prompt_encoder_free (PzImagePromptEncoder *encoder);

/* Frees the encoder's device memory. It is allocated again on the next use. */
void pz_image_prompt_encoder_rest (PzImagePromptEncoder *encoder);

/* Adds the needs of one kind to a footprint. Fails as pz_image_prompts_get () does. */
gboolean pz_image_prompt_encoder_measure (PzImagePromptEncoder *encoder,
                                          PzImagePromptKind kind,
                                          PzFootprint *footprint,
                                          GError **error);

/* As pz_session_encode (). The input is the square around the mask, including its background. For an RGB picture without a mask
 * it is the centre square with the length of the shorter side, as the authors do it. The time spent on loading weights and
 * compiling pipelines is added to *load_us. */
PzConcept *pz_image_prompt_encoder_run (PzImagePromptEncoder *encoder,
                                        PzImagePromptKind kind,
                                        PzImage *image,
                                        PzImage *mask,
                                        const PzTaskParams *task,
                                        gint64 *load_us,
                                        GError **error);

G_END_DECLS
