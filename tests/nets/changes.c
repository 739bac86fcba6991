/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Concepts that replace weights, with the embedded model on a device: each replaced weight has an effect, a change of the
 * fidelity alone runs one more program, and without the concept the model's own weights are in use again. The memory for them
 * is known beforehand, and networks still take turns if memory is saved.
 */
#include <string.h>

#include "compute/run.h"
#include "models/concept-private.h"
#include "models/files/weight-names.h"
#include "models/session.h"

#define SIDE 64 /* decoded without tiles */
#define N_PIXELS (SIDE * SIDE * 3)

/* A convolution, a value matrix of a cross attention and a weight of the text encoder. */
static const char *const replaced[] = {
  "conv_in.weight",
  "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v.weight",
  "text_model.encoder.layers.0.mlp.fc1.weight",
};

typedef struct
{
  PzModelFolder *model;
  PzSession *session;
  float pixels[N_PIXELS]; /* of the last picture */
  guint n_runs; /* program runs for it */
} Fixture;

static void
on_ran (PzProgram *program, gpointer data)
{
  (void) program;
  ((Fixture *) data)->n_runs++;
}

static gboolean
on_variant (const PzVariant *variant, gpointer data, GError **error)
{
  (void) error;
  memcpy (((Fixture *) data)->pixels, pz_image_get_pixels (variant->image),
          sizeof (float) * N_PIXELS);
  return TRUE;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->model = pz_model_folder_open (data, PZ_PARTS_GENERATE, 0, &error);
  g_assert_no_error (error);
  fixture->session =
    pz_session_open (&(PzSessionParams) { .model = data, .validate = TRUE }, &error);
  if (g_error_matches (error, PZ_ERROR, PZ_ERROR_NO_DEVICE))
    {
      g_test_skip ("no Vulkan device");
      return;
    }
  g_assert_no_error (error);
  pz_gpu_watch (pz_session_get_gpu (fixture->session), FALSE, on_ran, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data;
  if (fixture->session != NULL)
    g_assert_cmpuint (pz_session_get_validation_messages (fixture->session), ==, 0);
  g_clear_pointer (&fixture->session, pz_session_close);
  g_clear_pointer (&fixture->model, pz_model_folder_close);
}

/* The model's own values, multiplied by `scale`. */
static float *
read_scaled (const Fixture *fixture, const PzNamedWeight *weight, float scale, gsize *n)
{
  PzWeights *weights =
    weight->is_text ? fixture->model->text_weights : fixture->model->unet_weights;
  const PzFileTensor *tensor = pz_weights_lookup (weights, weight->name);
  g_autoptr (GError) error = NULL;
  float *values;

  g_assert_nonnull (tensor);
  *n = tensor->n_elements;
  values = g_new (float, *n);
  pz_tensor_file_read_f32 (pz_weights_get_file (weights), tensor, 0, *n, values, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < *n; i++)
    values[i] *= scale;
  return values;
}

/* A concept that replaces one weight with its scaled values. */
static PzConcept *
make_concept (const Fixture *fixture, const char *title, const char *name, float scale)
{
  g_autoptr (PzWeightNames) names = pz_weight_names_new (fixture->model);
  const PzNamedWeight *weight = pz_weight_names_lookup (names, name);
  PzConceptOverride override = { .name = name };
  g_autofree float *values = NULL;
  gsize n;

  g_assert_nonnull (weight);
  values = read_scaled (fixture, weight, scale, &n);
  override.values = values;
  override.n_dims = weight->n_dims;
  for (guint i = 0; i < weight->n_dims; i++)
    override.dims[i] = weight->dims[i];
  return pz_concept_new (&(PzConceptParts) {
    .title = title,
    .method = "test",
    .class_word = "ball",
    .overrides = &override,
    .n_overrides = 1,
  });
}

/* A concept that replaces every weight that can be. */
static PzConcept *
make_whole_concept (const Fixture *fixture)
{
  g_autoptr (PzWeightNames) names = pz_weight_names_new (fixture->model);
  g_autofree const char **all = pz_weight_names_list (names);
  const guint n_all = g_strv_length ((char **) all);
  g_autofree PzConceptOverride *overrides = g_new0 (PzConceptOverride, n_all);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_all; i++)
    {
      const PzNamedWeight *weight = pz_weight_names_lookup (names, all[i]);
      gsize n;

      g_ptr_array_add (values, read_scaled (fixture, weight, 0.98f, &n));
      overrides[i] = (PzConceptOverride) { .name = all[i],
                                           .n_dims = weight->n_dims,
                                           .values = values->pdata[i] };
      for (guint j = 0; j < weight->n_dims; j++)
        overrides[i].dims[j] = weight->dims[j];
    }
  return pz_concept_new (&(PzConceptParts) {
    .title = "whole",
    .method = "test",
    .class_word = "ball",
    .overrides = overrides,
    .n_overrides = n_all,
  });
}

static gboolean
paint_at (Fixture *fixture,
          PzConcept *const concepts[],
          guint n_concepts,
          double fidelity,
          GError **error)
{
  const PzGenerateParams params = {
    .prompt = "a red ball",
    .variants = 1,
    .steps = 2,
    .guidance = -1.0,
    .fidelity = fidelity,
    .width = SIDE,
    .height = SIDE,
  };

  fixture->n_runs = 0;
  return pz_session_generate (fixture->session, &params, concepts, n_concepts, NULL, on_variant,
                              fixture, error);
}

static void
paint (Fixture *fixture, PzConcept *const concepts[], guint n_concepts, double fidelity)
{
  g_autoptr (GError) error = NULL;

  paint_at (fixture, concepts, n_concepts, fidelity, &error);
  g_assert_no_error (error);
}

static double
largest_difference (const float *a, const float *b)
{
  double largest = 0.0;

  for (guint i = 0; i < N_PIXELS; i++)
    largest = MAX (largest, ABS ((double) a[i] - (double) b[i]));
  return largest;
}

static void
test_each_acts (Fixture *fixture, gconstpointer data)
{
  g_autofree float *plain = g_new (float, N_PIXELS);

  (void) data;
  if (fixture->session == NULL)
    return;
  paint (fixture, NULL, 0, -1.0);
  memcpy (plain, fixture->pixels, sizeof fixture->pixels);
  for (guint i = 0; i < G_N_ELEMENTS (replaced); i++)
    {
      g_autoptr (PzConcept) other = make_concept (fixture, "other", replaced[i], 0.5f);
      g_autoptr (PzConcept) same = make_concept (fixture, "same", replaced[i], 1.0f);

      paint (fixture, &other, 1, 1.0);
      g_assert_cmpfloat (largest_difference (plain, fixture->pixels), >, 1e-2);
      paint (fixture, &other, 1, 0.0);
      g_assert_cmpmem (fixture->pixels, sizeof fixture->pixels, plain, sizeof fixture->pixels);
      paint (fixture, &same, 1, 1.5);
      g_assert_cmpmem (fixture->pixels, sizeof fixture->pixels, plain, sizeof fixture->pixels);
    }
}

static void
test_another_fidelity_costs_one_program (Fixture *fixture, gconstpointer data)
{
  g_autofree float *plain = g_new (float, N_PIXELS);
  g_autofree float *first = g_new (float, N_PIXELS);
  g_autoptr (PzConcept) concept = NULL;
  PzGpu *gpu;
  guint n_runs, n_pipelines;
  guint64 used;

  (void) data;
  if (fixture->session == NULL)
    return;
  gpu = pz_session_get_gpu (fixture->session);
  concept = make_concept (fixture, "thing", replaced[1], 0.25f);
  paint (fixture, NULL, 0, -1.0);
  memcpy (plain, fixture->pixels, sizeof fixture->pixels);
  n_runs = fixture->n_runs;

  paint (fixture, &concept, 1, 0.7);
  memcpy (first, fixture->pixels, sizeof fixture->pixels);
  g_assert_cmpuint (fixture->n_runs, ==, n_runs + 1);
  n_pipelines = pz_gpu_get_n_pipelines (gpu);
  used = pz_gpu_used_bytes (gpu);

  paint (fixture, &concept, 1, 1.0);
  g_assert_cmpuint (fixture->n_runs, ==, n_runs + 1);
  g_assert_cmpfloat (largest_difference (first, fixture->pixels), >, 0.0);
  paint (fixture, &concept, 1, 0.7);
  g_assert_cmpuint (fixture->n_runs, ==, n_runs + 1);
  g_assert_cmpmem (fixture->pixels, sizeof fixture->pixels, first, sizeof fixture->pixels);
  paint (fixture, &concept, 1, 0.7);
  g_assert_cmpuint (fixture->n_runs, ==, n_runs);
  g_assert_cmpuint (pz_gpu_get_n_pipelines (gpu), ==, n_pipelines);
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), ==, used);

  paint (fixture, NULL, 0, -1.0);
  g_assert_cmpuint (fixture->n_runs, ==, n_runs);
  g_assert_cmpmem (fixture->pixels, sizeof fixture->pixels, plain, sizeof fixture->pixels);
}

static void
test_one_weight_is_replaced_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzConcept) a = NULL;
  g_autoptr (PzConcept) b = NULL;
  g_autoptr (PzConcept) c = NULL;

  (void) data;
  if (fixture->session == NULL)
    return;
  a = make_concept (fixture, "the mug", replaced[0], 0.5f);
  b = make_concept (fixture, "the dog", replaced[0], 0.25f);
  c = make_concept (fixture, "the cat", replaced[2], 0.5f);
  paint (fixture, (PzConcept *const[]) { a, c }, 2, 1.0);
  g_assert_false (paint_at (fixture, (PzConcept *const[]) { a, b }, 2, 1.0, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_assert_nonnull (strstr (error->message, "conv_in.weight"));
  g_assert_nonnull (strstr (error->message, "“the mug” and “the dog”"));
}

static void
test_what_the_model_does_not_have (Fixture *fixture, gconstpointer data)
{
  const float values[6] = { 0.0f };
  const PzConceptOverride cases[] = {
    { "conv_in.wight", 2, { 2, 3 }, values },
    { "conv_in.weight", 2, { 2, 3 }, values },
    { "decoder.conv_in.weight", 2, { 2, 3 }, values },
  };

  (void) data;
  for (guint i = 0; fixture->session != NULL && i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PzConcept) concept = pz_concept_new (&(PzConceptParts) {
        .title = "odd",
        .method = "test",
        .overrides = &cases[i],
        .n_overrides = 1,
      });

      g_assert_false (paint_at (fixture, &concept, 1, 1.0, &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
      g_assert_nonnull (strstr (error->message, cases[i].name));
      g_assert_nonnull (strstr (error->message, "found [2, 3]"));
    }
}

/* Opens the session again, on a device with a limit that is far away: it then allocates no more than what is asked for. */
static void
open_again (Fixture *fixture, const char *path, gboolean saves_memory)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->session, pz_session_close);
  g_setenv ("PERSONALIZE_MEMORY_LIMIT", "1024", TRUE);
  fixture->session = pz_session_open (&(PzSessionParams) { .model = path,
                                                           .validate = TRUE,
                                                           .saves_memory = saves_memory },
                                      &error);
  g_unsetenv ("PERSONALIZE_MEMORY_LIMIT");
  g_assert_no_error (error);
}

typedef struct
{
  guint64 said, peak; /* bytes */
} Memory;

/* What was said of a picture, and what it took. */
static Memory
take (Fixture *fixture, PzConcept *const concepts[], guint n_concepts)
{
  const PzGenerateParams params = {
    .prompt = "a red ball",
    .guidance = -1.0,
    .fidelity = -1.0,
    .width = SIDE,
    .height = SIDE,
  };
  g_autoptr (GError) error = NULL;
  Memory memory;

  pz_session_measure_memory (fixture->session, &params, PZ_CONCEPT_BY_ELITE, concepts,
                             n_concepts, &memory.said, &error);
  g_assert_no_error (error);
  paint (fixture, concepts, n_concepts, 0.5);
  memory.peak = pz_session_get_peak_bytes (fixture->session);
  g_test_message ("%.2f MB said, %.2f MB taken", (double) memory.said / 1e6,
                  (double) memory.peak / 1e6);
  g_assert_cmpuint (memory.said, >, memory.peak * 95 / 100);
  g_assert_cmpuint (memory.said, <, memory.peak * 105 / 100);
  return memory;
}

/* All weights of a network are replaced, so that nothing else weighs as much. */
static void
test_memory (Fixture *fixture, gconstpointer data)
{
  g_autofree float *usual = g_new (float, N_PIXELS);
  g_autoptr (PzConcept) concept = NULL;
  Memory plain[2], changed[2];

  if (fixture->session == NULL)
    return;
  concept = make_whole_concept (fixture);
  for (guint saves = 0; saves < 2; saves++)
    {
      open_again (fixture, data, saves != 0);
      plain[saves] = take (fixture, NULL, 0);
      open_again (fixture, data, saves != 0);
      changed[saves] = take (fixture, &concept, 1);
      if (saves == 0)
        memcpy (usual, fixture->pixels, sizeof fixture->pixels);
    }
  g_assert_cmpmem (fixture->pixels, sizeof fixture->pixels, usual, sizeof fixture->pixels);
  /* Beside the changed weights there are the model's own in halves and the concept's in floats. */
  g_assert_cmpuint (changed[0].peak, >, 3 * plain[0].peak);
  /* Only a piece of both is there in addition. */
  g_assert_cmpuint (changed[1].peak, <, changed[0].peak / 2);

  /* Another fidelity, and back. */
  paint (fixture, &concept, 1, 1.0);
  g_assert_cmpfloat (largest_difference (usual, fixture->pixels), >, 1e-3);
  paint (fixture, &concept, 1, 0.5);
  g_assert_cmpmem (fixture->pixels, sizeof fixture->pixels, usual, sizeof fixture->pixels);
  g_assert_cmpuint (pz_session_get_peak_bytes (fixture->session), <=,
                    changed[1].peak * 105 / 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
#define ADD(path, function) \
  g_test_add ("/nets/changes/" path, Fixture, argv[1], set_up, function, tear_down)
  ADD ("each-program's-weights-can-be-replaced", test_each_acts);
  ADD ("another-fidelity-costs-one-program", test_another_fidelity_costs_one_program);
  ADD ("one-weight-is-replaced-once", test_one_weight_is_replaced_once);
  ADD ("what-the-model-does-not-have-is-refused", test_what_the_model_does_not_have);
  ADD ("memory-is-known-and-networks-take-turns", test_memory);
  return g_test_run ();
}
