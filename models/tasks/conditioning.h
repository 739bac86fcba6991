/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the two halves of guidance are told: the prompts with their concepts and learned words, a
 * text encoder adapter on the conditional half, an encoded prompt in the negative one's place; and which weights concepts
 * change meanwhile.
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

/* Read-only to callers. */
typedef struct
{
  PzPrompt *prompt, *negative;
  PzConcept *const *concepts; /* not owned */
  guint n_concepts;
  double fidelities[PZ_MAX_CONCEPTS];
  guint locals[PZ_MAX_CONCEPTS]; /* those of the concepts that have local features */
  guint n_locals;
  PzTextAdapter *adapter; /* from a file of its own; NULL = none */
  PzConceptPrefix prefix; /* the adapter's rows, or those of a concept; length 0 = none */
  PzEncoding *encoding; /* in the negative prompt's place; NULL = none */
  GArray *changes; /* PzOverlaySource: who changes weights */
  GArray *strengths; /* PzOverlayStrength: how much, in the same order */
} PzConditioning;

/* Fails with BAD_INPUT (a word, an adapter or an encoding made for another text encoder) or as
 * their files do. words, model and concepts are not owned. (transfer full) */
PzConditioning *pz_conditioning_new (const PzModelFolder *model,
                                     PzWordShelf *words,
                                     const PzGenerateParams *params,
                                     PzConcept *const concepts[],
                                     guint n_concepts,
                                     GError **error);
void pz_conditioning_free (PzConditioning *conditioning);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzConditioning, pz_conditioning_free)

/* Fills the members that make a pipeline right for it; guided and the size are the caller's. */
void pz_conditioning_shape (const PzConditioning *conditioning, PzPipelineShape *shape);

/* Into the inputs of a pipeline of that shape. Blocks. */
gboolean pz_conditioning_write (const PzConditioning *conditioning,
                                const PzPipeline *pipeline,
                                GError **error);

G_END_DECLS
