/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inputs of the two halves of classifier-free guidance: the prompts with their concepts and learned words, a text encoder
 * adapter for the conditional half, an encoded prompt that replaces the negative one; and the weight changes by concepts and
 * LoRA files. Reads and checks them, then writes them to the inputs of the pipeline's condition program.
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
  double unet, text; /* strengths */
  gboolean in_prompt; /* requested by the prompt */
} PzConditioningLora;

/* Read-only for callers. */
typedef struct
{
  PzPrompt *prompt, *negative;
  PzConcept *const *concepts; /* not owned */
  guint n_concepts;
  double fidelities[PZ_MAX_CONCEPTS];
  guint locals[PZ_MAX_CONCEPTS]; /* indices of concepts with local features */
  guint n_locals;
  guint images[PZ_MAX_CONCEPTS]; /* indices of concepts with image tokens */
  const PzImagePrompt
    *image_prompts[PZ_MAX_CONCEPTS]; /* the IP-Adapter for each of images; not owned */
  guint n_images;
  PzTextAdapter *adapter; /* read from its own file; NULL = none */
  PzConceptPrefix prefix; /* rows of the adapter or of a concept; length 0 = none */
  PzEncoding *encoding; /* replaces the negative prompt; NULL = none */
  GArray *loras; /* PzConditioningLora */
  gboolean negative_asks; /* the negative prompt requests LoRAs, too */
  GArray *changes; /* PzOverlaySource: what changes weights */
  GArray *strengths; /* PzOverlayStrength: how strongly, in the same order */
} PzConditioning;

/* Fails with BAD_INPUT (a word, an adapter or an encoding made for another text encoder), BAD_LORA (for a LoRA that the prompt
 * requests), or as reading the files does, including IP-Adapters. words, image_prompts, model and concepts are not owned.
 * (transfer full) */
PzConditioning *pz_conditioning_new (const PzModelFolder *model,
                                     PzWordShelf *words,
                                     PzImagePrompts *image_prompts,
                                     const PzGenerateParams *params,
                                     PzConcept *const concepts[],
                                     guint n_concepts,
                                     GError **error);
/* The same without prompts and words, for measuring. A concept that is not encoded yet is NULL, and adds nothing. */
PzConditioning *pz_conditioning_new_to_measure (const PzModelFolder *model,
                                                PzWordShelf *words,
                                                PzImagePrompts *image_prompts,
                                                const PzGenerateParams *params,
                                                PzConcept *const concepts[],
                                                guint n_concepts,
                                                GError **error);
void pz_conditioning_free (PzConditioning *conditioning);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzConditioning, pz_conditioning_free)

/* Whether an active LoRA is an LCM-LoRA, which requires the LCM sampler (Luo et al., 2023). */
gboolean pz_conditioning_is_lcm (const PzConditioning *conditioning);

/* Fills in the members of shape that depend on the conditioning, except the size. shape->guided must be set. */
void pz_conditioning_shape (const PzConditioning *conditioning, PzPipelineShape *shape);

/* Reports, as notes, which parts of the prompts are not read. task may be NULL. */
void pz_conditioning_say (const PzConditioning *conditioning, const PzTaskParams *task);

/* Writes to the inputs of a pipeline of that shape. Blocks. */
gboolean pz_conditioning_write (const PzConditioning *conditioning,
                                const PzPipeline *pipeline,
                                GError **error);

/* Fills in the fidelities. If none was requested (asked < 0), concepts with weight changes get 1, because a LoRA at 0.8 is a
 * different one. So do image tokens, for which the authors use a scale of 1. */
void pz_conditioning_fill_fidelities (PzGenerateParams *params,
                                      double asked,
                                      PzConcept *const concepts[],
                                      guint n_concepts);

G_END_DECLS
