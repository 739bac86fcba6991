/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The results of a learning run: concepts.
 */
#include "models/concept-private.h"
#include "models/tasks/learn-params.h"
#include "models/tasks/learn-run.h"

/* The names of all things as a list: "my-dog my-cat". (transfer full) */
static char *
join_names (const PzLearnParams *params)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < pz_learner_n_things (params); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " " : "", pz_learner_thing (params, i).name);
  return g_string_free_and_steal (names);
}

/* up multiplied by the products' scale, because files store only the product. (transfer full) */
static float *
scale_up (const PzTrained *trained, const PzTrainedPart *part, const float *value)
{
  const gsize n = (gsize) part->out * part->rank;
  float *up = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    up[i] = (float) (trained->scale * (double) value[part->offset + i]);
  return up;
}

/* ups: takes ownership of the matrices created for the overrides. (transfer full) array of PzConceptOverride */
static GArray *
list_overrides (const PzTrained *trained, const float *value, GPtrArray *ups)
{
  GArray *overrides = g_array_new (FALSE, TRUE, sizeof (PzConceptOverride));

  for (guint i = 0; trained->parts != NULL && i < trained->parts->len; i++)
    {
      const PzTrainedPart *part = &g_array_index (trained->parts, PzTrainedPart, i);
      PzConceptOverride override = {
        .name = part->name,
        .n_dims = 2,
        .dims = { part->out, part->in },
        .rank = part->rank,
      };

      if (part->rank == 0)
        override.values = value + part->offset;
      else
        {
          override.up = scale_up (trained, part, value);
          override.down = value + part->offset + (gsize) part->out * part->rank;
          g_ptr_array_add (ups, (gpointer) override.up);
        }
      g_array_append_val (overrides, override);
    }
  return overrides;
}

/* Fills in the learned parts, depending on what was trained. */
static void
fill_learned (const PzLearnRun *run, const float *value, PzConceptParts *parts)
{
  const PzModelFolder *model = run->room->model;
  const PzTrained *trained = &run->trained;

  parts->n_words = trained->n_words;
  parts->words = value;
  if (trained->what == PZ_TRAINS_ELITE)
    {
      parts->n_patches = trained->dims[0] - trained->n_words;
      parts->local = value + (gsize) trained->n_words * trained->dims[1];
      parts->model = run->room->fingerprints->model;
      parts->elite = run->room->fingerprints->elite;
      parts->licence = model->info.licence;
    }
  else if (trained->what == PZ_TRAINS_PREFIX)
    {
      parts->prefix = (PzConceptPrefix) {
        .length = trained->dims[0],
        .n_layers = trained->dims[1] / 2,
        .first_layer = model->text.num_hidden_layers - trained->dims[1] / 2,
        .rows = value,
      };
      parts->model = run->room->fingerprints->model;
    }
  else if (parts->n_overrides > 0)
    parts->model = run->room->fingerprints->model;
}

/* Everything except the learned parts. */
static PzConceptParts
describe (const PzLearnRun *run, const char *recipe, PzImage *thumbnail)
{
  return (PzConceptParts) {
    .title = run->params.title,
    .method = run->params.method,
    .class_word = run->params.class_word,
    .recipe = recipe,
    .thumbnail = thumbnail,
    .width = run->room->model->text.hidden_size,
  };
}

/* Uses the mean of the last steps' coefficients, not normalised, as the authors do (methods: Celeb Basis, training). */
static PzConcept *
make_person (const PzLearnRun *run, guint index, const char *recipe)
{
  const PzPeople *people = &run->people.people;
  const gsize n = (gsize) PZ_BASIS_N_WORDS * people->basis->n_rows;
  const float *coefficients = run->state.kept + index * n;
  g_autofree float *words = g_new (float, (gsize) PZ_BASIS_N_WORDS * people->basis->width);
  g_autoptr (PzImage) thumbnail =
    pz_image_shrink (run->params.images[index], PZ_CONCEPT_THUMBNAIL_SIDE);
  PzConceptParts parts = describe (run, recipe, thumbnail);

  pz_basis_words (people->basis, coefficients, words);
  parts.name = run->params.people[index];
  parts.title = NULL;
  parts.n_words = PZ_BASIS_N_WORDS;
  parts.words = words;
  parts.n_coefficients = people->basis->n_rows;
  parts.coefficients = coefficients;
  if (run->people.faces != NULL)
    {
      parts.n_face = people->n_seen - 1;
      parts.face = run->people.faces + (gsize) index * parts.n_face;
    }
  return pz_concept_new (&parts);
}

static PzConcept *
make_thing (const PzLearnRun *run, const float *value, const char *recipe)
{
  g_autoptr (PzImage) thumbnail =
    pz_image_shrink (run->params.images[0], PZ_CONCEPT_THUMBNAIL_SIDE);
  g_autofree char *name = join_names (&run->params);
  g_autofree char *text = pz_learn_params_thing_text (&run->params, run->learner, 0);
  g_autoptr (GPtrArray) ups = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) overrides = list_overrides (&run->trained, value, ups);
  PzConceptParts parts = describe (run, recipe, thumbnail);

  parts.name = name;
  parts.class_word = text;
  parts.overrides = (const PzConceptOverride *) (gpointer) overrides->data;
  parts.n_overrides = overrides->len;
  fill_learned (run, value, &parts);
  return pz_concept_new (&parts);
}

GPtrArray *
pz_learn_run_concepts (const PzLearnRun *run, const float *value)
{
  GPtrArray *concepts = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_concept_unref);
  g_autofree char *recipe =
    pz_learn_params_recipe (&run->params, &run->room->model->info, run->state.step,
                            pz_gpu_get_info (run->room->gpu)->name,
                            pz_learn_run_precision (run));

  if (run->trained.what == PZ_TRAINS_PEOPLE)
    for (guint i = 0; i < run->params.n_images; i++)
      g_ptr_array_add (concepts, make_person (run, i, recipe));
  else
    g_ptr_array_add (concepts, make_thing (run, value, recipe));
  return concepts;
}
