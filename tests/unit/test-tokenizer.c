/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compares with the tokens of Hugging Face's tokenizer library for the same texts (tests/reference/clip-tokens.mjs), with
 * CLIP's published table.
 */
#include <string.h>

#include "models/files/tokenizer.h"
#include "tests/patience.h"
#include "tests/unit/clip-folder.h"

static char *clip_folder;
static PzTokenizer *clip;

static char *
encode (const PzTokenizer *tokenizer, const char *text, gssize length)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));
  GString *joined = g_string_new (NULL);

  pz_tokenizer_encode (tokenizer, text, length, ids);
  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (joined, "%s%u", i > 0 ? " " : "", g_array_index (ids, guint, i));
  return g_string_free_and_steal (joined);
}

static void
test_against_reference (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "clip-tokens.tsv", NULL);
  g_autofree char *all = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_checked = 0;

  g_assert_true (g_file_get_contents (path, &all, NULL, NULL));
  lines = g_strsplit (all, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) columns = g_strsplit (lines[i], "\t", 2);
      g_autofree char *quoted = NULL;
      g_autoptr (JsonNode) text = NULL;
      g_autofree char *ids = NULL;

      if (columns[0] == NULL || columns[1] == NULL)
        continue;
      quoted = g_strdup_printf ("\"%s\"", columns[0]);
      text = json_from_string (quoted, NULL);
      g_assert_nonnull (text);
      ids = encode (clip, json_node_get_string (text), -1);
      if (!g_str_equal (ids, columns[1]))
        g_error ("%s: found %s, expected %s", columns[0], ids, columns[1]);
      n_checked++;
    }
  g_assert_cmpuint (n_checked, ==, 80);
}

static void
test_special (void)
{
  g_autofree char *ids = NULL;

  g_assert_cmpuint (pz_tokenizer_get_vocab_size (clip), ==, 49408);
  g_assert_cmpuint (pz_tokenizer_get_begin (clip), ==, 49406);
  g_assert_cmpuint (pz_tokenizer_get_end (clip), ==, 49407);
  g_assert_cmpuint (pz_tokenizer_get_pad (clip), ==, 49407);
  ids = encode (clip, "<|StartOfText|>a <|end|>", -1);
  g_assert_true (g_str_has_prefix (ids, "49406 320 "));
  g_assert_cmpuint (strlen (ids), >, 20);
}

static const struct
{
  const char *name;
  const char *text;
  guint pad;
} pads[] = {
  { "special_tokens_map.json", "{\"pad_token\": \"!\"}", 0 },
  { "special_tokens_map.json",
    "{\"pad_token\": {\"content\": \"<|endoftext|>\", \"lstrip\": false}}", 49407 },
  { "tokenizer_config.json", "{\"pad_token\": \"!\", \"model_max_length\": 77}", 0 },
  { "tokenizer_config.json", "{\"pad_token\": null}", 49407 },
};

static void
test_pads (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PzTokenizer) tokenizer = NULL;
      g_autofree char *path = g_build_filename (clip_folder, pads[i].name, NULL);

      clip_write_file (clip_folder, pads[i].name, pads[i].text);
      tokenizer = pz_tokenizer_open (clip_folder, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (pz_tokenizer_get_pad (tokenizer), ==, pads[i].pad);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

/* Each added word is one token anywhere in the text and in any case. If two words match, the longer one is used. */
static void
test_added_words (void)
{
  static const struct
  {
    const char *text, *ids;
  } cases[] = {
    { "a <cat> photo", "320 49408 1125" },
    { "a<CAT>photo", "320 49408 1125" },
    { "<cat><cat-toy>", "49408 49409" },
    { "<cat-toyphoto", NULL },
    { "a photo of Skopelos", "320 1125 539 49410" },
  };
  g_autofree char *path = g_build_filename (clip_folder, "added_tokens.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTokenizer) tokenizer = NULL;

  clip_write_file (clip_folder, "added_tokens.json",
                   "{\"<cat>\": 49408, \"<cat-toy>\": 49409, \"Skopelos\": 49410, "
                   "\"<|endoftext|>\": 49407}");
  tokenizer = pz_tokenizer_open (clip_folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pz_tokenizer_get_vocab_size (tokenizer), ==, 49411);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *ids = encode (tokenizer, cases[i].text, -1);
      g_autofree char *without = encode (clip, cases[i].text, -1);

      g_assert_cmpstr (ids, ==, cases[i].ids != NULL ? cases[i].ids : without);
    }
  clip_write_file (clip_folder, "added_tokens.json", "{\"<cat>\": -1}");
  g_assert_null (pz_tokenizer_open (clip_folder, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "added_tokens.json: \"<cat>\""));
  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
test_lengths (void)
{
  g_autofree char *part = encode (clip, "a photo of", 7);
  g_autofree char *none = encode (clip, "a photo", 0);
  g_autofree char *broken = encode (clip, "a\xff", -1);
  g_autofree char *replaced = encode (clip, "a\xef\xbf\xbd", -1);

  g_assert_cmpstr (part, ==, "320 1125");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (broken, ==, replaced);
}

/* An algorithm that is quadratic in the length of a word would take minutes here. */
static void
test_long_word (void)
{
  g_autofree char *text = g_strnfill (20000, 'a');
  g_autofree char *ids = NULL;
  gint64 began;

  began = g_get_monotonic_time ();
  ids = encode (clip, text, -1);
  g_assert_cmpuint (strlen (ids), >, 1000);
  g_assert_cmpint (g_get_monotonic_time () - began, <, pz_patience_us (20));
}

static const struct
{
  const char *vocab;
  const char *merges;
  const char *what;
} broken[] = {
  { "[]", "", "vocab.json: a JSON object expected" },
  { "{", "", "vocab.json: not JSON" },
  { "{\"a\": \"0\"}", "", "vocab.json: \"a\": a number" },
  { "{\"a\": -1}", "", "vocab.json: \"a\": a number" },
  { "{\"a\": 99999999}", "", "vocab.json: \"a\": a number" },
  { "{\"a\": 0}", "#version: 0.2\n", "<|startoftext|>" },
  { "{\"a\": 0}", "#version: 0.2\na\n", "merges.txt: line 2: two tokens" },
  { "{\"a\": 0}", "#version: 0.2\na a a\n", "merges.txt: line 2: two tokens" },
  { "{\"a\": 0}", "#version: 0.2\n a\n", "merges.txt: line 2: two tokens" },
  { "{\"a\": 0}", "\xff\xfe", "merges.txt: UTF-8" },
  { "{\"a\": 0, \"b\": 1}", "#version: 0.2\na b\n",
    "merges.txt: line 2: \"a b\": both tokens" },
};

static void
test_broken (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pz-tokenizer-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;

      clip_write_file (folder, "vocab.json", broken[i].vocab);
      clip_write_file (folder, "merges.txt", broken[i].merges);
      g_assert_null (pz_tokenizer_open (folder, &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
      if (strstr (error->message, broken[i].what) == NULL)
        g_error ("\"%s\" expected in: %s", broken[i].what, error->message);
    }
  clip_remove_folder (folder);
}

static void
test_small_vocabulary (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pz-tokenizer-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTokenizer) tokenizer = NULL;
  g_autofree char *ids = NULL;

  clip_write_file (
    folder, "vocab.json",
    "{\"a\": 0, \"b</w>\": 1, \"ab</w>\": 2, \"<|startoftext|>\": 3, \"<|endoftext|>\": 4}");
  clip_write_file (folder, "merges.txt", "#version: 0.2\r\na b</w>\r\n");
  tokenizer = pz_tokenizer_open (folder, &error);
  g_assert_no_error (error);
  ids = encode (tokenizer, "ab aab b c", -1);
  g_assert_cmpstr (ids, ==, "2 0 2 1 4");
  clip_remove_folder (folder);
}

/* The built-in tokenizer, which single-file checkpoints need, gives the same tokens as the one in folders. */
static void
test_built_in (void)
{
  static const char *const texts[] = { "a photo of S in a teddybear",
                                       "\u00fcber 99 \U0001f600 it's" };
  g_autoptr (PzTokenizer) plain = pz_tokenizer_new_clip (NULL);
  g_autoptr (PzTokenizer) second = pz_tokenizer_new_clip ("!");

  g_assert_cmpuint (pz_tokenizer_get_vocab_size (plain), ==, 49408);
  g_assert_cmpuint (pz_tokenizer_get_begin (plain), ==, 49406);
  g_assert_cmpuint (pz_tokenizer_get_end (plain), ==, 49407);
  g_assert_cmpuint (pz_tokenizer_get_pad (plain), ==, 49407);
  g_assert_cmpuint (pz_tokenizer_get_pad (second), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *expected = encode (clip, texts[i], -1);
      g_autofree char *found = encode (plain, texts[i], -1);

      g_assert_cmpstr (found, ==, expected);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  clip_folder = clip_make_folder ();
  clip = pz_tokenizer_open (clip_folder, &error);
  g_assert_no_error (error);
  g_test_add_func ("/tokenizer/tricky-texts-become-the-published-ids", test_against_reference);
  g_test_add_func ("/tokenizer/begin-and-end-are-found-by-name", test_special);
  g_test_add_func ("/tokenizer/padding-is-what-the-folder-says", test_pads);
  g_test_add_func ("/tokenizer/added-words-are-one-token-each", test_added_words);
  g_test_add_func ("/tokenizer/lengths-and-broken-text-are-taken-as-they-are", test_lengths);
  g_test_add_func ("/tokenizer/a-very-long-word-takes-no-time", test_long_word);
  g_test_add_func ("/tokenizer/broken-files-are-refused-by-name-and-line", test_broken);
  g_test_add_func ("/tokenizer/letters-outside-a-small-vocabulary-become-the-end-token",
                   test_small_vocabulary);
  g_test_add_func ("/tokenizer/the-built-in-vocabulary-is-the-published-one", test_built_in);
  result = g_test_run ();
  pz_tokenizer_free (clip);
  clip_remove_folder (clip_folder);
  g_free (clip_folder);
  return result;
}
