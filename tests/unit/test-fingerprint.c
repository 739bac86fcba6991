/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fingerprint of a model: the same in every precision, another one after further training.
 */
#include <math.h>
#include <string.h>

#include "models/files/safetensors.h"
#include "tests/unit/small-model.h"

/* Replaces the link to the text encoder with a file in which `change` was applied to each value. */
static void
rewrite_text_encoder (const Fixture *fixture, float (*change) (float value))
{
  g_autofree char *path =
    g_build_filename (fixture->model, "text_encoder", "model.safetensors", NULL);
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, NULL);
  const guint n = pz_tensor_file_get_n_tensors (file);
  g_autofree PzSafetensorF32 *tensors = g_new0 (PzSafetensorF32, n);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);
      float *floats = g_new (float, tensor->n_elements);

      g_ptr_array_add (values, floats);
      g_assert_true (pz_tensor_file_read_f32 (file, tensor, 0, tensor->n_elements, floats,
                                              NULL));
      for (gsize j = 0; j < tensor->n_elements; j++)
        floats[j] = change (floats[j]);
      tensors[i] = (PzSafetensorF32) { tensor->name, tensor->n_dims, { 0 }, floats };
      memcpy (tensors[i].dims, tensor->dims, sizeof tensors[i].dims);
    }
  g_unlink (path); /* removes the link, not its target */
  g_assert_true (pz_safetensors_write (path, tensors, n, NULL, NULL));
}

/* Rounds the mantissa to 8 bits, like bfloat16: coarser than f16. */
static float
round_value (float value)
{
  int exponent;
  const float mantissa = frexpf (value, &exponent);

  return ldexpf (roundf (mantissa * 256.0f) / 256.0f, exponent);
}

static float
move_value (float value)
{
  return value + 1e-3f;
}

static char *
fingerprint (const Fixture *fixture, guint parts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzModelFolder) folder =
    pz_model_folder_open (fixture->model, PZ_PARTS_GENERATE, PZ_PARTS_PERSONALIZE, &error);
  char *print;

  g_assert_no_error (error);
  print = pz_model_folder_fingerprint (folder, parts, &error);
  g_assert_no_error (error);
  return print;
}

static void
test_precision (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = fingerprint (fixture, PZ_PARTS_LEARNED_FOR);
  g_autofree char *whole = fingerprint (fixture, PZ_PARTS_ALL);
  g_autofree char *elite = fingerprint (fixture, PZ_PARTS_ELITE);
  g_autofree char *rounded = NULL;
  g_autofree char *moved = NULL;
  g_autofree char *elite_after = NULL;

  (void) data;
  g_assert_cmpstr (before, !=, whole);
  g_assert_cmpstr (before, !=, elite);
  rewrite_text_encoder (fixture, round_value);
  rounded = fingerprint (fixture, PZ_PARTS_LEARNED_FOR);
  g_assert_cmpstr (before, ==, rounded);
  rewrite_text_encoder (fixture, move_value);
  moved = fingerprint (fixture, PZ_PARTS_LEARNED_FOR);
  elite_after = fingerprint (fixture, PZ_PARTS_ELITE);
  g_assert_cmpstr (before, !=, moved);
  g_assert_cmpstr (elite, ==, elite_after);
}

/* The parts that words and adapters are learned for include neither mappers nor a VAE. */
static void
test_without_elite (Fixture *fixture, gconstpointer data)
{
  g_autofree char *with = fingerprint (fixture, PZ_PARTS_LEARNED_FOR);
  g_autofree char *elite = g_build_filename (fixture->model, "elite", NULL);
  g_autofree char *without = NULL;

  (void) data;
  remove_tree (elite);
  without = fingerprint (fixture, PZ_PARTS_LEARNED_FOR);
  g_assert_cmpstr (with, ==, without);
}

/* A single changed element, as in a vocabulary of which one word was trained further. */
static guint changed_element;
static guint seen_elements;

static float
turn_one (float value)
{
  return seen_elements++ == changed_element ? -value : value;
}

static void
test_all_parts_of_a_tensor (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path =
    g_build_filename (fixture->model, "text_encoder", "model.safetensors", NULL);
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, NULL);
  const guint n = (guint) pz_tensor_file_get_tensor (file, 0)->n_elements;
  g_autofree char *before = fingerprint (fixture, PZ_PARTS_LEARNED_FOR);
  const guint changed[] = { 0, n / 3, 2 * n / 3, n - 1 };

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (changed); i++)
    {
      g_autofree char *after = NULL;

      changed_element = changed[i];
      seen_elements = 0;
      rewrite_text_encoder (fixture, turn_one);
      after = fingerprint (fixture, PZ_PARTS_LEARNED_FOR);
      g_assert_cmpstr (before, !=, after);
      seen_elements = 0;
      rewrite_text_encoder (fixture, turn_one); /* restores the element */
    }
}

/* Replaces a value in a config.json. */
static void
change_setting (const Fixture *fixture, const char *file, const char *from, const char *to)
{
  g_autofree char *path = g_build_filename (fixture->model, file, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) changed = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, from, to, 0), ==, 1);
  put (fixture, file, changed->str);
}

/* Settings that shapes do not show change the fingerprint; the size that a model was made for does not, because it changes no
 * network. */
static void
test_settings (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *file, *from, *to;
    gboolean changes;
  } cases[] = {
    { "text_encoder/config.json", "quick_gelu", "gelu", TRUE },
    { "unet/config.json", "\"sample_size\": 8", "\"sample_size\": [8, 16]", FALSE },
    { "unet/config.json", "\"norm_eps\": 1e-05", "\"norm_eps\": 1e-06", TRUE },
    { "image_encoder/config.json", "quick_gelu", "gelu",
      FALSE }, /* not a part that words are learned for */
  };
  g_autofree char *before = fingerprint (fixture, PZ_PARTS_LEARNED_FOR);
  g_autofree char *whole = fingerprint (fixture, PZ_PARTS_ALL);
  g_autofree char *whole_after = NULL;

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *after = NULL;

      change_setting (fixture, cases[i].file, cases[i].from, cases[i].to);
      after = fingerprint (fixture, PZ_PARTS_LEARNED_FOR);
      g_assert_true ((strcmp (before, after) != 0) == cases[i].changes);
      g_free (before);
      before = g_steal_pointer (&after);
    }
  whole_after = fingerprint (fixture, PZ_PARTS_ALL);
  g_assert_cmpstr (whole, !=, whole_after);
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/fingerprint/another-precision-is-the-same-model", test_precision);
  ADD ("/fingerprint/mappers-are-known-by-themselves", test_without_elite);
  ADD ("/fingerprint/sees-all-parts-of-a-tensor", test_all_parts_of_a_tensor);
  ADD ("/fingerprint/sees-what-configurations-alone-say", test_settings);
  return g_test_run ();
}
