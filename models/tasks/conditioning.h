/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the two halves of guidance are told: the prompts with their concepts and learned words, a
 * text encoder adapter on the conditional half, an encoded prompt in the negative one's place; and which weights concepts
 * and LoRA files change meanwhile.
 * Read and checked here, then written where the pipeline's condition program reads it.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/adapter-file.h"
#include "models/files/encoding-file.h"
#include "models/files/word-shelf.h"
#include "models/tasks/pipeline.h"
#include "models/tasks/prompt.h"

G_BEGIN_DECLS

typedef struct
{
  PzLora *lora;
  double unet, text; /* how much of it */
  gboolean in_prompt; /* asked for there */
} PzConditioningLora;

/* Read-only to callers. */
typedef struct
{
  PzPrompt *prompt, *negative;
  PzConcept *const *concepts; /* not owned */
  guint n_concepts;
  double fidelities[PZ_MAX_CONCEPTS];
  guint locals[PZ_MAX_CONCEPTS]; /* those of the concepts that have local features */
  guint n_locals;
  guint images[PZ_MAX_CONCEPTS]; /* those that have image tokens */
  const PzImagePrompt
    *image_prompts[PZ_MAX_CONCEPTS]; /* the IP-Adapter of each of these; not owned */
  guint n_images;
  PzTextAdapter *adapter; /* from a file of its own; NULL = none */
  PzConceptPrefix prefix; /* the adapter's rows, or those of a concept; length 0 = none */
  PzEncoding *encoding; /* in the negative prompt's place; NULL = none */
  GArray *loras; /* PzConditioningLora */
  gboolean negative_asks; /* the negative prompt asks for some, too */
  GArray *changes; /* PzOverlaySource: who changes weights */
  GArray *strengths; /* PzOverlayStrength: how much, in the same order */
} PzConditioning;

/* Fails with BAD_INPUT (a word, an adapter or an encoding made for another text encoder), BAD_LORA (one that the prompt asks for) or
 * as their files do, IP-Adapters among them. words, image_prompts, model and concepts are not owned. (transfer full) */
PzConditioning *pz_conditioning_new (const PzModelFolder *model,
                                     PzWordShelf *words,
                                     PzImagePrompts *image_prompts,
                                     const PzGenerateParams *params,
                                     PzConcept *const concepts[],
                                     guint n_concepts,
                                     GError **error);
void pz_conditioning_free (PzConditioning *conditioning);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzConditioning, pz_conditioning_free)

/* A LoRA for few steps acts: the sampler must be LCM's (Luo et al., 2023). */
gboolean pz_conditioning_is_lcm (const PzConditioning *conditioning);

/* Fills the members that make a pipeline right for it; guided and the size are the caller's. */
void pz_conditioning_shape (const PzConditioning *conditioning, PzPipelineShape *shape);

/* What of the prompts is not read, as notes. task may be NULL. */
void pz_conditioning_say (const PzConditioning *conditioning, const PzTaskParams *task);

/* Into the inputs of a pipeline of that shape. Blocks. */
gboolean pz_conditioning_write (const PzConditioning *conditioning,
                                const PzPipeline *pipeline,
                                GError **error);

/* Where no fidelity was asked for (asked < 0), weights and products count in full: 0.8 of a LoRA is another one. So do image tokens, whose
 * authors' scale is 1. */
void pz_conditioning_fill_fidelities (PzGenerateParams *params,
                                      double asked,
                                      PzConcept *const concepts[],
                                      guint n_concepts);

G_END_DECLS
