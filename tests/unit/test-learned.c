/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learned words, in files that the tests create and in real files, and the folders that are searched for them.
 */
#include <string.h>

#include "models/files/word-shelf.h"
#include "tests/unit/learned-files.h"

/* ---- words ---- */

typedef struct
{
  const char *file;
  Made made[4];
  const char *given; /* requested name; NULL = none */
  struct
  {
    const char *name;
    guint n_vectors, width;
  } words[3];
  const char *refused; /* part of the error */
} WordCase;

static const WordCase word_cases[] = {
  { "one.safetensors", { { "<cat-toy>", { 768 } } }, NULL, { { "<cat-toy>", 1, 768 } }, NULL },
  { "rows.safetensors", { { "tok", { 3, 768 } } }, NULL, { { "tok", 3, 768 } }, NULL },
  { "two.safetensors",
    { { "x_v0", { 1024 } }, { "x_v1", { 1024 } } },
    NULL,
    { { "x_v0", 1, 1024 }, { "x_v1", 1, 1024 } },
    NULL },
  { "two.safetensors",
    { { "x_v0", { 1024 } }, { "x_v1", { 1024 } } },
    "anna",
    { { "anna", 2, 1024 } },
    NULL },
  { "EasyNegative.v2.safetensors",
    { { "emb_params", { 8, 768 } } },
    NULL,
    { { "EasyNegative.v2", 8, 768 } },
    NULL },
  { "old.safetensors",
    { { "string_to_param.*", { 2, 768 } }, { "string_to_token.*", { 1 } } },
    NULL,
    { { "old", 2, 768 } },
    NULL },
  { "l.safetensors", { { "clip_l", { 2, 768 } } }, NULL, { { "l", 2, 768 } }, NULL },
  { "xl.safetensors",
    { { "clip_l", { 2, 768 } }, { "clip_g", { 2, 1280 } } },
    NULL,
    { { 0 } },
    "Stable Diffusion XL" },
  { "deep.safetensors",
    { { "x", { 1, 77, 8 } } },
    NULL,
    { { 0 } },
    "found “x” of shape [1, 77, 8]" },
  { "layers.safetensors",
    { { "a.weight", { 8, 8 } }, { "b.weight", { 8, 8 } } },
    NULL,
    { { 0 } },
    "“b.weight”" },
  { "widths.safetensors",
    { { "a", { 768 } }, { "b", { 1024 } } },
    NULL,
    { { 0 } },
    "“a” of width 768 and “b” of width 1024" },
  { "adapter.safetensors", { { "x" CONTROL, { 24 } } }, NULL, { { 0 } }, "CatVersion" },
};

static void
test_words (Fixture *fixture, gconstpointer data)
{
  const WordCase *c = data;
  g_autofree char *path = make_file (fixture, c->file, c->made);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) words = pz_embedding_file_read (path, c->given, &error);
  guint n = 0;

  if (c->refused != NULL)
    {
      g_assert_null (words);
      if (strstr (error->message, c->refused) == NULL || strstr (error->message, path) == NULL)
        g_error ("“%s” expected in: %s", c->refused, error->message);
      return;
    }
  g_assert_no_error (error);
  for (; n < 3 && c->words[n].name != NULL; n++)
    {
      const PzEmbedding *word = words->pdata[n];

      g_assert_cmpstr (word->name, ==, c->words[n].name);
      g_assert_cmpuint (word->n_vectors, ==, c->words[n].n_vectors);
      g_assert_cmpuint (word->width, ==, c->words[n].width);
      g_assert_cmpfloat (word->vectors[1], ==, 1.0f);
      g_assert_cmpuint (strlen (word->sha256), ==, 64);
    }
  g_assert_cmpuint (words->len, ==, n);
}

/* A real result of Cross Initialization: two entries with one vector each. */
static void
test_real_words (void)
{
  g_autofree char *path = real_file ("cross-init-28017-learned_embeds.bin");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) words = NULL;
  static const double norms[] = { 32.94293213, 33.57206345 };

  if (path == NULL)
    return;
  words = pz_embedding_file_read (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (words->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const PzEmbedding *word = words->pdata[i];

      g_assert_cmpstr (word->name, ==, i == 0 ? "28017_v0" : "28017_v1");
      g_assert_cmpuint (word->n_vectors, ==, 1);
      g_assert_cmpuint (word->width, ==, 1024);
      g_assert_cmpfloat_with_epsilon (norm (word->vectors, 1024), norms[i], 1e-5);
      g_assert_cmpstr (word->sha256, ==,
                       "0ab0a2b4bd2219307a4cb1b827dc600679c732e4975482dbc9fb30205b77b7df");
    }
}

/* ---- folders ---- */

static const PzLearnedInfo *
find_info (GPtrArray *found, const char *name)
{
  for (guint i = 0; i < found->len; i++)
    {
      const PzLearnedInfo *info = found->pdata[i];

      if (strcmp (info->name, name) == 0)
        return info;
    }
  g_error ("“%s” was not found", name);
}

static void
test_catalog (Fixture *fixture, gconstpointer data)
{
  g_autofree char *word =
    make_file (fixture, "embeddings/cat.safetensors", (const Made[4]) { { "cat", { 2, 8 } } });
  g_autofree char *inner = make_file (fixture, "embeddings/toy/learned_embeds.bin",
                                      (const Made[4]) { { "<toy>", { 8 } } });
  g_autofree char *adapter = make_file (fixture, "embeddings/teapot/pytorch_adapter.bin",
                                        (const Made[4]) { { LAYER (1), { 16 } } });
  g_autofree char *uc =
    make_file (fixture, "embeddings/uc.pt", (const Made[4]) { { "uc", { 1, 5, 8 } } });
  g_autofree char *xl = make_file (fixture, "embeddings/xl.safetensors",
                                   (const Made[4]) { { "clip_g", { 2, 8 } } });
  g_autofree char *note =
    make_file (fixture, "embeddings/readme.md", (const Made[4]) { { "x", { 8 } } });
  g_autoptr (GPtrArray) found = NULL;
  const PzLearnedInfo *info;

  (void) data;
  found = pz_learned_find (fixture->folder, NULL);
  g_assert_cmpuint (found->len, ==, 5);
  info = find_info (found, "cat");
  g_assert_cmpint (info->kind, ==, PZ_LEARNED_WORDS);
  g_assert_cmpuint (info->n_vectors, ==, 2);
  g_assert_cmpuint (info->width, ==, 8);
  g_assert_cmpstr (info->path, ==, word);
  g_assert_null (info->problem);
  g_assert_cmpint (find_info (found, "<toy>")->kind, ==, PZ_LEARNED_WORDS);
  g_assert_cmpint (find_info (found, "teapot")->kind, ==, PZ_LEARNED_ADAPTER);
  info = find_info (found, "uc.pt");
  g_assert_cmpint (info->kind, ==, PZ_LEARNED_ENCODING);
  g_assert_cmpuint (info->n_vectors, ==, 5);
  g_assert_nonnull (strstr (find_info (found, "xl.safetensors")->problem, "XL"));
}

/* New and changed files are noticed; an unchanged file gives the same object. */
static void
test_shelf (Fixture *fixture, gconstpointer data)
{
  g_autofree char *cat =
    make_file (fixture, "embeddings/a.safetensors", (const Made[4]) { { "cat", { 2, 8 } } });
  g_autoptr (PzWordShelf) shelf = pz_word_shelf_new (fixture->folder, NULL);
  g_autoptr (GPtrArray) first = pz_word_shelf_list (shelf);
  g_autofree char *dog =
    make_file (fixture, "embeddings/b.safetensors", (const Made[4]) { { "dog", { 2, 8 } } });
  g_autoptr (GPtrArray) second = pz_word_shelf_list (shelf);
  g_autofree char *cow =
    make_file (fixture, "embeddings/a.safetensors", (const Made[4]) { { "cow", { 3, 8 } } });
  g_autoptr (GPtrArray) third = pz_word_shelf_list (shelf);

  (void) data;
  g_assert_cmpuint (first->len, ==, 1);
  g_assert_cmpuint (second->len, ==, 2);
  g_assert_true (first->pdata[0] == second->pdata[0]);
  g_assert_cmpstr (((PzEmbedding *) second->pdata[1])->name, ==, "dog");
  g_assert_cmpstr (((PzEmbedding *) third->pdata[0])->name, ==, "cow");
  g_assert_true (second->pdata[1] == third->pdata[1]);
}

static void
test_model_json (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) folders = NULL;
  g_autofree char *expected = g_build_filename (fixture->folder, "words", NULL);

  (void) data;
  put (fixture, "model.json", "{\"embeddings\": \"words\"}");
  folders = pz_learned_search_path (fixture->folder, NULL);
  g_assert_cmpstr (folders[0], ==, expected);
}

static void
test_search_path (void)
{
  g_auto (GStrv) folders = NULL;

  g_setenv ("PERSONALIZE_EMBEDDING_PATH", "/one:/two", TRUE);
  folders = pz_learned_search_path ("/models/m", "/opt");
  g_unsetenv ("PERSONALIZE_EMBEDDING_PATH");
  g_assert_cmpuint (g_strv_length (folders), ==, 5);
  g_assert_cmpstr (folders[0], ==, "/models/m/embeddings");
  g_assert_cmpstr (folders[1], ==, "/one");
  g_assert_cmpstr (folders[2], ==, "/two");
  g_assert_true (g_str_has_suffix (folders[3], "/gimp-personalize/embeddings"));
  g_assert_cmpstr (folders[4], ==, "/opt/embeddings");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (word_cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/learned/words/%u-%s", i, word_cases[i].file);

      ADD (name, &word_cases[i], test_words);
    }
  g_test_add_func ("/learned/words/cross-initialization-s-own-file", test_real_words);
  ADD ("/learned/everything-in-a-folder-is-listed", NULL, test_catalog);
  ADD ("/learned/the-shelf-follows-the-folder", NULL, test_shelf);
  ADD ("/learned/model-json-says-where-words-are", NULL, test_model_json);
  g_test_add_func ("/learned/folders-in-their-order", test_search_path);
  return g_test_run ();
}
