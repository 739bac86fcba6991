/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Concepts in memory, as .pzconcept files and in third-party formats.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "models/concept-fit.h"
#include "models/concept-private.h"
#include "models/files/adapter-file.h"
#include "models/concept-shelf.h"
#include "models/files/embedding-file.h"
#include "models/saved-concepts.h"
#include "tests/unit/learned-files.h"

#define D 8
#define N_VALUES 256

static const float *
numbers (void)
{
  static float values[N_VALUES];

  for (guint i = 0; i < N_VALUES; i++)
    values[i] = (float) i * 0.5f - 3.0f;
  return values;
}

/* A concept with words, local features, an adapter and two changed weights. */
static PzConcept *
make_concept (const char *method, guint n_words, guint n_patches, guint length)
{
  const PzConceptOverride overrides[] = {
    { "unet.w", 2, { 2, 3 }, numbers (), 0, NULL, NULL },
    { "unet.x", 2, { 2, 3 }, NULL, 1, numbers (), numbers () + 2 },
  };
  g_autofree float *pixels = g_new (float, 12);
  g_autoptr (PzImage) thumbnail = NULL;

  for (guint i = 0; i < 12; i++)
    pixels[i] = (float) i / 255.0f;
  thumbnail = pz_image_new (2, 2, 3, pixels);
  return pz_concept_new (&(PzConceptParts) {
    .name = "<mug>",
    .title = "My mug",
    .method = method,
    .class_word = "mug",
    .recipe = "{\"steps\":320}",
    .licence = "CC0",
    .thumbnail = thumbnail,
    .width = D,
    .n_words = n_words,
    .words = numbers (),
    .n_patches = n_patches,
    .local = numbers () + 40,
    .prefix = { .length = length, .n_layers = 3, .first_layer = 9, .rows = numbers () + 80 },
    .overrides = overrides,
    .n_overrides = length > 0 && n_words > 0 ? G_N_ELEMENTS (overrides) : 0,
    .model = "f00d",
    .elite = n_patches > 0 ? "beef" : NULL,
  });
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "a.pzconcept", NULL);
  g_autoptr (PzConcept) made = make_concept ("elite", 2, 4, 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzConcept) read = NULL;
  g_autoptr (PzSavedConcept) inspected = NULL;
  g_autofree char *hash = pz_concept_hash (made);
  g_autofree char *read_hash = NULL;
  const PzConceptOverride *override;

  (void) data;
  pz_concept_save (made, path, &error);
  g_assert_no_error (error);
  read = pz_concept_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pz_concept_get_name (read), ==, "<mug>");
  g_assert_cmpstr (pz_concept_get_title (read), ==, "My mug");
  g_assert_cmpstr (pz_concept_get_method (read), ==, "elite");
  g_assert_cmpstr (pz_concept_get_class_word (read), ==, "mug");
  g_assert_cmpstr (pz_concept_get_recipe (read), ==, "{\"steps\":320}");
  g_assert_cmpstr (pz_concept_get_licence (read), ==, "CC0");
  g_assert_cmpstr (pz_concept_get_model (read), ==, "f00d");
  g_assert_cmpstr (pz_concept_get_elite (read), ==, "beef");
  g_assert_cmpuint (pz_concept_get_n_words (read), ==, 2);
  g_assert_cmpuint (pz_concept_get_n_primary (read), ==, 1);
  g_assert_cmpmem (pz_concept_get_words (read), 2 * D * 4, numbers (), 2 * D * 4);
  g_assert_cmpmem (pz_concept_get_local (read), 4 * D * 4, numbers () + 40, 4 * D * 4);
  g_assert_cmpuint (pz_concept_get_prefix (read)->length, ==, 2);
  g_assert_cmpuint (pz_concept_get_prefix (read)->n_layers, ==, 3);
  g_assert_cmpuint (pz_concept_get_prefix (read)->first_layer, ==, 9);
  g_assert_cmpmem (pz_concept_get_prefix (read)->rows, 2 * 6 * D * 4, numbers () + 80,
                   2 * 6 * D * 4);
  override = pz_concept_get_override (read, 0);
  g_assert_cmpstr (override->name, ==, "unet.w");
  g_assert_cmpuint (override->dims[1], ==, 3);
  g_assert_cmpfloat (override->values[5], ==, -0.5f);
  override = pz_concept_get_override (read, 1);
  g_assert_cmpstr (override->name, ==, "unet.x");
  g_assert_cmpuint (override->rank, ==, 1);
  g_assert_cmpmem (override->up, 2 * sizeof (float), numbers (), 2 * sizeof (float));
  g_assert_cmpmem (override->down, 3 * sizeof (float), numbers () + 2, 3 * sizeof (float));
  g_assert_true (pz_concept_takes_fidelity (read));
  inspected = pz_saved_concept_inspect (path);
  g_assert_null (inspected->problem);
  g_assert_true (inspected->takes_fidelity);
  read_hash = pz_concept_hash (read);
  g_assert_cmpstr (hash, ==, read_hash);
  g_assert_cmpfloat_with_epsilon (pz_image_get_pixels (pz_concept_get_thumbnail (read))[11],
                                  11.0f / 255.0f, 1e-6f);
}

static void
test_shelf (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "a.pzconcept", NULL);
  const char *const both[] = { "elsewhere", path, NULL };
  g_autoptr (PzConcept) made = make_concept ("elite", 2, 4, 2);
  g_autoptr (PzConcept) other = make_concept ("elite", 1, 4, 2);
  g_autoptr (PzConceptShelf) shelf = pz_concept_shelf_new ();
  g_autoptr (PzConcept) first = NULL, second = NULL, third = NULL, fourth = NULL;
  g_autoptr (GError) error = NULL;

  (void) data;
  g_assert_true (pz_concept_save (made, path, NULL));
  first = pz_concept_shelf_load (shelf, path, NULL);
  pz_concept_shelf_keep (shelf, both);
  second = pz_concept_shelf_load (shelf, path, NULL);
  g_assert_true (first == second);
  g_assert_true (pz_concept_save (other, path, NULL));
  third = pz_concept_shelf_load (shelf, path, NULL);
  g_assert_cmpuint (pz_concept_get_n_words (third), ==, 1);
  pz_concept_shelf_keep (shelf, (const char *const[]) { NULL });
  fourth = pz_concept_shelf_load (shelf, path, NULL);
  g_assert_true (third != fourth);
  g_unlink (path);
  g_assert_null (pz_concept_shelf_load (shelf, path, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
}

static void
test_names (void)
{
  static const char *const bad[] = { "", "two words", "line\nbreak", "a\tb", "\xff" };
  g_autoptr (PzConcept) made = make_concept ("textual-inversion", 3, 0, 0);
  g_autoptr (PzConcept) other = pz_concept_rename (made, "cup", NULL);
  g_autofree char *hash = pz_concept_hash (made);
  g_autofree char *other_hash = pz_concept_hash (other);
  g_autofree char *longest = g_strnfill (65, 'a');

  g_assert_cmpstr (pz_concept_get_name (other), ==, "cup");
  g_assert_cmpstr (pz_concept_get_title (other), ==, "My mug");
  g_assert_cmpstr (hash, ==, other_hash);
  g_assert_cmpuint (pz_concept_get_n_primary (other), ==, 3);
  g_assert_false (pz_concept_takes_fidelity (other));
  g_assert_true (pz_concept_check_name ("<tasse-ß>", NULL));
  g_assert_false (pz_concept_check_name (longest, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (pz_concept_check_name (bad[i], NULL));
}

/* ---- rejected files ---- */

typedef struct
{
  const char *what;
  Made made[4];
  const char *metadata[12];
  const char *refused;
} BadCase;

#define GOOD_METADATA "format", "1", "method", "textual-inversion", "model_fingerprint", "f00d"

static const BadCase bad_cases[] = {
  { "no-format", { { "words", { 1, D } } }, { "method", "x" }, "format 1, found none" },
  { "another-format",
    { { "words", { 1, D } } },
    { "format", "2", "method", "x" },
    "format 1, found 2" },
  { "nothing", { { NULL } }, { GOOD_METADATA }, "found nothing" },
  { "no-method", { { "words", { 1, D } } }, { "format", "1" }, "expected a method" },
  { "stranger", { { "words", { 1, D } }, { "weight", { 2 } } }, { GOOD_METADATA }, "“weight”" },
  { "flat-words", { { "words", { D } } }, { GOOD_METADATA }, "2 dimensions" },
  { "too-many-words", { { "words", { 17, D } } }, { GOOD_METADATA }, "at most 16 words" },
  { "two-widths",
    { { "words", { 1, D } }, { "prefix", { 1, 2, 4 } } },
    { GOOD_METADATA, "prefix_first_layer", "3" },
    "one width" },
  { "odd-prefix",
    { { "prefix", { 1, 3, D } } },
    { GOOD_METADATA, "prefix_first_layer", "3" },
    "a key and a value" },
  { "prefix-of-no-layer", { { "prefix", { 1, 2, D } } }, { GOOD_METADATA }, "found “none”" },
  { "local-of-no-mappers", { { "local", { 4, D } } }, { GOOD_METADATA }, "ELITE mappers" },
  { "prefix-of-no-model",
    { { "prefix", { 1, 2, D } } },
    { "format", "1", "method", "catversion", "prefix_first_layer", "3" },
    "the model it belongs to" },
  { "a-name-with-blanks",
    { { "words", { 1, D } } },
    { GOOD_METADATA, "name", "a b" },
    "without blanks" },
};

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  const BadCase *c = data;
  g_autofree char *path = g_build_filename (fixture->folder, "bad.pzconcept", NULL);
  PzSafetensorF32 tensors[4] = { 0 };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  for (; n < 4 && c->made[n].name != NULL; n++)
    {
      tensors[n].name = c->made[n].name;
      tensors[n].values = numbers ();
      for (guint i = 0; i < 4 && c->made[n].dims[i] > 0; i++)
        tensors[n].dims[tensors[n].n_dims++] = c->made[n].dims[i];
    }
  pz_safetensors_write (path, tensors, n, c->metadata, &error);
  g_assert_no_error (error);
  g_assert_null (pz_concept_load (path, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  if (strstr (error->message, c->refused) == NULL)
    g_error ("“%s” expected in: %s", c->refused, error->message);
}

static void
test_not_finite (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "nan.pzconcept", NULL);
  const float values[] = { 1.0f, NAN };
  const PzSafetensorF32 tensor = { "words", 2, { 1, 2 }, values };
  g_autoptr (GError) error = NULL;

  (void) data;
  pz_safetensors_write (path, &tensor, 1, (const char *const[]) { GOOD_METADATA, NULL },
                        &error);
  g_assert_no_error (error);
  g_assert_null (pz_concept_load (path, &error));
  g_assert_nonnull (strstr (error->message, "finite"));
}

/* Saving to a folder that does not exist fails. */
static void
test_unwritable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "no", "a.pzconcept", NULL);
  g_autoptr (PzConcept) made = make_concept ("elite", 1, 4, 0);
  g_autoptr (GError) error = NULL;

  (void) data;
  g_assert_false (pz_concept_save (made, path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* ---- exports, checked with the readers of these formats ---- */

static void
assert_words (const char *path, guint n_entries, const char *first, guint n_vectors)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) words = pz_embedding_file_read (path, NULL, &error);
  const PzEmbedding *word;

  g_assert_no_error (error);
  g_assert_cmpuint (words->len, ==, n_entries);
  word = words->pdata[0];
  g_assert_cmpstr (word->name, ==, first);
  g_assert_cmpuint (word->n_vectors, ==, n_vectors);
  g_assert_cmpuint (word->width, ==, D);
  g_assert_cmpmem (word->vectors, n_vectors * D * 4, numbers (), n_vectors * D * 4);
}

static void
test_exported_words (Fixture *fixture, gconstpointer data)
{
  static const char *const endings[] = { "a.safetensors", "a.bin", "a.pt" };
  g_autoptr (PzConcept) inversion = make_concept ("textual-inversion", 2, 0, 0);
  g_autoptr (PzConcept) crossed = make_concept ("cross-initialization", 2, 0, 0);
  g_autoptr (GError) error = NULL;

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, endings[i], NULL);
      const gboolean each = i < 2;

      pz_concept_export (inversion, path, &error);
      g_assert_no_error (error);
      assert_words (path, 1, "<mug>", 2);
      pz_concept_export (crossed, path, &error);
      g_assert_no_error (error);
      assert_words (path, each ? 2 : 1, each ? "<mug>_v0" : "<mug>", each ? 1 : 2);
    }
}

static void
test_exported_adapter (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "adapter", NULL);
  g_autofree char *config_path = g_build_filename (path, "adapter_config.json", NULL);
  g_autofree char *config = NULL;
  g_autofree char *real = real_file ("catversion-teapot/adapter_config.json");
  g_autoptr (PzConcept) made = make_concept ("catversion", 0, 0, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTextAdapter) adapter = NULL;

  (void) data;
  pz_concept_export (made, path, &error);
  g_assert_no_error (error);
  adapter = pz_text_adapter_read (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (adapter->n_layers, ==, 3);
  g_assert_cmpuint (adapter->width, ==, D);
  g_assert_cmpmem (adapter->rows, 6 * D * 4, numbers () + 80, 6 * D * 4);
  g_assert_true (g_file_get_contents (config_path, &config, NULL, NULL));
  if (real != NULL)
    {
      g_autofree char *expected = NULL;
      GString *text;

      g_assert_true (g_file_get_contents (real, &expected, NULL, NULL));
      text = g_string_new (expected);
      g_assert_cmpuint (g_string_replace (text, "\"hidden_size\": 768", "\"hidden_size\": 8",
                                          0),
                        ==, 1);
      g_assert_cmpstr (config, ==, text->str);
      g_string_free (text, TRUE);
    }
}

static void
test_what_a_format_cannot_hold (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint n_words, n_patches, length;
    const char *path, *refused;
  } cases[] = {
    { 1, 4, 0, "a.safetensors", "found words and local features" },
    { 0, 0, 1, "a.bin", "found a text encoder adapter" },
    { 2, 0, 0, "folder", "a text encoder adapter or words and weights alone" },
  };

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PzConcept) made =
        make_concept ("elite", cases[i].n_words, cases[i].n_patches, cases[i].length);
      g_autofree char *path = g_build_filename (fixture->folder, cases[i].path, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (pz_concept_export (made, path, &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
      g_assert_nonnull (strstr (error->message, cases[i].refused));
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
}

/* A third-party format if one can hold the whole concept, otherwise ours. */
static void
test_suggested_endings (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint n_words, n_patches, length;
    const char *ending;
  } cases[] = {
    { 2, 0, 0, ".safetensors" },
    { 0, 0, 1, "" },
    { 1, 4, 0, PZ_CONCEPT_ENDING },
  };

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PzConcept) made =
        make_concept ("elite", cases[i].n_words, cases[i].n_patches, cases[i].length);
      g_autofree char *path = NULL, *file = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpstr (pz_concept_suggest_ending (made), ==, cases[i].ending);
      file = g_strdup_printf ("suggested-%u%s", i, cases[i].ending);
      path = g_build_filename (fixture->folder, file, NULL);
      pz_concept_export (made, path, &error);
      g_assert_no_error (error);
    }
}

static void
test_whom_it_fits (void)
{
  const PzModelInfo model = { .fingerprint = (char *) "a",
                              .elite_fingerprint = (char *) "b",
                              .text_width = 8 };
  const struct
  {
    PzConceptHome home;
    PzConceptFit fit;
  } cases[] = {
    { { NULL, NULL, 0 }, PZ_CONCEPT_FITS },       { { NULL, NULL, 8 }, PZ_CONCEPT_FITS },
    { { "a", "b", 8 }, PZ_CONCEPT_FITS },         { { NULL, NULL, 4 }, PZ_CONCEPT_OTHER_WIDTH },
    { { "c", NULL, 8 }, PZ_CONCEPT_OTHER_MODEL }, { { "a", "c", 8 }, PZ_CONCEPT_OTHER_MODEL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (pz_concept_fit (&cases[i].home, &model), ==, cases[i].fit);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/concept/every-part-comes-back-from-a-file", NULL, test_round_trip);
  ADD ("/concept/a-file-that-has-not-changed-is-read-once", NULL, test_shelf);
  g_test_add_func ("/concept/another-name-changes-nothing-else", test_names);
  for (guint i = 0; i < G_N_ELEMENTS (bad_cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/concept/refused/%s", bad_cases[i].what);

      ADD (name, &bad_cases[i], test_refused);
    }
  ADD ("/concept/refused/numbers-that-are-not-finite", NULL, test_not_finite);
  ADD ("/concept/what-cannot-be-written-is-said", NULL, test_unwritable);
  ADD ("/concept/words-in-the-formats-of-others", NULL, test_exported_words);
  ADD ("/concept/suggested-endings", NULL, test_suggested_endings);
  g_test_add_func ("/concept/whom-it-fits", test_whom_it_fits);
  ADD ("/concept/adapters-as-catversion-keeps-them", NULL, test_exported_adapter);
  ADD ("/concept/a-format-that-cannot-hold-it-is-refused", NULL,
       test_what_a_format_cannot_hold);
  return g_test_run ();
}
