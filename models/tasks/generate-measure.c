/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The device memory that a run will need: see generate.h.
 */
#include "models/tasks/generate-private.h"

/* Adds the inputs of the concepts that are not encoded yet. */
static gboolean
add_unencoded (const PzGenerator *generator,
               PzConceptBy by,
               guint n,
               PzPipelineShape *shape,
               GError **error)
{
  const PzImagePrompt *prompt = NULL;
  PzImagePromptKind kind;

  if (n == 0)
    return TRUE;
  if (!pz_image_prompt_by_name (pz_concept_by_name (by), &kind))
    {
      shape->n_locals += n;
      return TRUE;
    }
  prompt = pz_image_prompts_get (generator->image_prompts, kind, error);
  for (guint i = 0; prompt != NULL && i < n; i++)
    shape->images[shape->n_images++] = prompt;
  return prompt != NULL;
}

static gboolean
measure (const PzGeneration *run,
         PzConceptBy by,
         guint n_unencoded,
         PzFootprint *footprint,
         GError **error)
{
  const PzPipelineRoom room = pz_generation_room (run);
  PzPipelineShape shape = pz_generation_shape (run);
  g_autoptr (PzOverlay) overlay = NULL;

  return add_unencoded (run->generator, by, n_unencoded, &shape, error)
         && pz_generation_make_overlay (run, &overlay, error)
         && pz_pipeline_measure (&room, &shape, overlay, footprint, error);
}

gboolean
pz_generator_measure (PzGenerator *generator,
                      const PzGenerateParams *params,
                      PzConceptBy by,
                      PzConcept *const concepts[],
                      guint n_concepts,
                      PzFootprint *footprint,
                      GError **error)
{
  PzGeneration run = { .generator = generator };
  g_autoptr (PzConditioning) conditioning = NULL;
  guint n_unencoded = 0;

  for (guint i = 0; i < n_concepts; i++)
    n_unencoded += concepts[i] == NULL ? 1 : 0;
  pz_generation_fill_defaults (&run, params);
  conditioning = pz_conditioning_new_to_measure (generator->model, generator->words,
                                                 generator->image_prompts, &run.params,
                                                 concepts, n_concepts, error);
  if (conditioning == NULL)
    return FALSE;
  run.conditioning = conditioning;
  pz_generation_fill_sampler (&run);
  return measure (&run, by, n_unencoded, footprint, error);
}
