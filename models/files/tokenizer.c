/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/tokenizer.h"

#include <string.h>

#include "models/files/added-words.h"
#include "models/files/clip-text.h"
#include "models/files/clip-vocabulary.h"
#include "models/files/json-text.h"
#include "models/files/text-file.h"

/* CLIP's files are below 1 MiB. */
#define MAX_FILE_BYTES (16u * 1024u * 1024u)
#define MAX_ID (1 << 24)
#define WORD_END "</w>"
#define NO_ID G_MAXUINT

/* Splits text, already in lower case, into the pieces within which byte pairs are merged. */
#define SPLIT \
  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+"

typedef struct
{
  guint rank; /* line in merges.txt; lower ranks are merged first */
  guint id; /* of the merged pair */
} Merge;

struct _PzTokenizer
{
  GHashTable *vocab; /* string -> id */
  GHashTable *merges; /* gint64: both ids of a pair -> Merge */
  guint vocab_size;
  guint begin, end, pad;
  guint bytes[256]; /* id of a byte inside a word */
  guint last_bytes[256]; /* id of a byte that ends a word */
  GRegex *split;
  PzAddedWords *added;
};

/* ---- loading ---- */

static gboolean bad_file (GError **error, const char *path, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

static gboolean
bad_file (GError **error, const char *path, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s", path, what);
  return FALSE;
}

static guint
lookup (const PzTokenizer *tokenizer, const char *token)
{
  gpointer id;

  return g_hash_table_lookup_extended (tokenizer->vocab, token, NULL, &id)
           ? GPOINTER_TO_UINT (id)
           : NO_ID;
}

/* Reads the object in a JSON file; NULL with an error. (transfer full) */
static JsonNode *
load_object (const char *path, GError **error)
{
  gsize length;
  g_autofree char *text = pz_text_file_read (path, MAX_FILE_BYTES, &length, error);

  return text != NULL ? pz_json_read_object (path, text, (gssize) length, PZ_JSON_ANY, error)
                      : NULL;
}

const char *
pz_tokenizer_get_token (const PzTokenizer *tokenizer, guint id)
{
  GHashTableIter iter;
  gpointer token, value;

  g_hash_table_iter_init (&iter, tokenizer->vocab);
  while (g_hash_table_iter_next (&iter, &token, &value))
    if (GPOINTER_TO_UINT (value) == id)
      return token;
  return NULL;
}

typedef void (*TakeToken) (PzTokenizer *tokenizer, const char *token, guint id);

static void
take_token (PzTokenizer *tokenizer, const char *token, guint id)
{
  g_hash_table_insert (tokenizer->vocab, g_strdup (token), GUINT_TO_POINTER (id));
  tokenizer->vocab_size = MAX (tokenizer->vocab_size, id + 1);
}

/* Registers a token that is recognised anywhere in a text. "<|endoftext|>" and the like already are. */
static void
take_added (PzTokenizer *tokenizer, const char *token, guint id)
{
  g_autofree char *plain = pz_clip_normalize (token, -1);

  if (lookup (tokenizer, token) == NO_ID && plain[0] != '\0')
    pz_added_words_add (tokenizer->added, plain, id);
  take_token (tokenizer, token, id);
}

/* Each member of an object is a token and its id. */
static gboolean
load_vocab (PzTokenizer *tokenizer, const char *path, TakeToken take, GError **error)
{
  g_autoptr (JsonNode) root = load_object (path, error);
  JsonObjectIter iter;
  const char *token;
  JsonNode *node;

  if (root == NULL)
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &token, &node))
    {
      gint64 id = -1;

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
        id = json_node_get_int (node);
      if (id < 0 || id >= MAX_ID)
        return bad_file (error, path, "\"%s\": a number from 0 to %d expected", token,
                         MAX_ID - 1);
      take (tokenizer, token, (guint) id);
    }
  return TRUE;
}

static void
map_bytes (PzTokenizer *tokenizer)
{
  gunichar letters[256];

  pz_clip_byte_letters (letters);
  for (guint byte = 0; byte < 256; byte++)
    {
      char text[6 + sizeof WORD_END] = { 0 };
      gint n = g_unichar_to_utf8 (letters[byte], text);

      tokenizer->bytes[byte] = lookup (tokenizer, text);
      memcpy (text + n, WORD_END, sizeof WORD_END);
      tokenizer->last_bytes[byte] = lookup (tokenizer, text);
    }
}

static gint64
pair_key (guint left, guint right)
{
  return (gint64) left << 32 | right;
}

/* One line: "left right". */
static gboolean
add_merge (PzTokenizer *tokenizer,
           const char *path,
           guint number,
           const char *line,
           guint rank,
           GError **error)
{
  const char *space = strchr (line, ' ');
  g_autofree char *left = space != NULL ? g_strndup (line, (gsize) (space - line)) : NULL;
  g_autofree char *both = NULL;
  guint left_id, right_id;
  Merge *merge;
  gint64 *key;

  if (space == NULL || space == line || space[1] == '\0' || strchr (space + 1, ' ') != NULL)
    return bad_file (error, path, "line %u: two tokens expected, found \"%.60s\"", number,
                     line);
  both = g_strconcat (left, space + 1, NULL);
  left_id = lookup (tokenizer, left);
  right_id = lookup (tokenizer, space + 1);
  if (left_id == NO_ID || right_id == NO_ID || lookup (tokenizer, both) == NO_ID)
    return bad_file (error, path,
                     "line %u: \"%.60s\": both tokens and their pair expected in vocab.json",
                     number, line);
  merge = g_new (Merge, 1);
  *merge = (Merge) { .rank = rank, .id = lookup (tokenizer, both) };
  key = g_new (gint64, 1);
  *key = pair_key (left_id, right_id);
  if (g_hash_table_contains (tokenizer->merges, key))
    {
      g_free (key);
      g_free (merge);
      return TRUE;
    }
  g_hash_table_insert (tokenizer->merges, key, merge);
  return TRUE;
}

/* Modifies the text. */
static gboolean
add_merges (PzTokenizer *tokenizer, const char *path, char *text, GError **error)
{
  guint number = 0, rank = 0;

  for (char *line = text, *next; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      number++;
      if (g_str_has_suffix (line, "\r"))
        line[strlen (line) - 1] = '\0';
      /* The first line is "#version: 0.2". Elsewhere "#" is a token, as in the merge "# #". */
      if (line[0] == '\0' || (number == 1 && g_str_has_prefix (line, "#version")))
        continue;
      if (!add_merge (tokenizer, path, number, line, rank++, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
load_merges (PzTokenizer *tokenizer, const char *path, GError **error)
{
  g_autofree char *text = pz_text_file_read (path, MAX_FILE_BYTES, NULL, error);

  if (text == NULL)
    return FALSE;
  if (!g_utf8_validate (text, -1, NULL))
    return bad_file (error, path, "UTF-8 text expected");
  return add_merges (tokenizer, path, text, error);
}

/* ---- special tokens ---- */

/* A member is the token itself, or an object with the token as "content". NULL = not given. */
static const char *
token_name (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    node = json_object_get_member (json_node_get_object (node), "content");
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

/* Reads the begin, end and padding tokens that one of the optional files gives. */
static gboolean
load_special (const PzTokenizer *tokenizer, const char *path, guint ids[3], GError **error)
{
  static const char *const keys[3] = { "bos_token", "eos_token", "pad_token" };
  g_autoptr (JsonNode) root = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  root = load_object (path, error);
  if (root == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *name = token_name (json_node_get_object (root), keys[i]);

      if (name == NULL)
        continue;
      ids[i] = lookup (tokenizer, name);
      if (ids[i] == NO_ID)
        return bad_file (error, path, "%s: \"%.60s\" is not in vocab.json", keys[i], name);
    }
  return TRUE;
}

static gboolean
find_special (PzTokenizer *tokenizer, const char *folder, GError **error)
{
  g_autofree char *config = g_build_filename (folder, "tokenizer_config.json", NULL);
  g_autofree char *map = g_build_filename (folder, "special_tokens_map.json", NULL);
  guint ids[3] = { lookup (tokenizer, "<|startoftext|>"), lookup (tokenizer, "<|endoftext|>"),
                   NO_ID };

  if (!load_special (tokenizer, config, ids, error)
      || !load_special (tokenizer, map, ids, error))
    return FALSE;
  if (ids[0] == NO_ID || ids[1] == NO_ID)
    return bad_file (error, folder,
                     "vocab.json: \"<|startoftext|>\" and \"<|endoftext|>\" expected");
  tokenizer->begin = ids[0];
  tokenizer->end = ids[1];
  tokenizer->pad = ids[2] != NO_ID ? ids[2] : ids[1];
  return TRUE;
}

static PzTokenizer *
new_tokenizer (void)
{
  PzTokenizer *tokenizer = g_new0 (PzTokenizer, 1);

  tokenizer->vocab = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  tokenizer->merges = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  tokenizer->added = pz_added_words_new ();
  tokenizer->split = g_regex_new (SPLIT, G_REGEX_OPTIMIZE, G_REGEX_MATCH_DEFAULT, NULL);
  g_assert (tokenizer->split != NULL);
  return tokenizer;
}

PzTokenizer *
pz_tokenizer_open (const char *folder, GError **error)
{
  g_autoptr (PzTokenizer) tokenizer = new_tokenizer ();
  g_autofree char *vocab = g_build_filename (folder, "vocab.json", NULL);
  g_autofree char *merges = g_build_filename (folder, "merges.txt", NULL);
  g_autofree char *added = g_build_filename (folder, "added_tokens.json", NULL);

  if (!load_vocab (tokenizer, vocab, take_token, error)
      || !load_merges (tokenizer, merges, error)
      || (g_file_test (added, G_FILE_TEST_EXISTS)
          && !load_vocab (tokenizer, added, take_added, error))
      || !find_special (tokenizer, folder, error))
    return NULL;
  map_bytes (tokenizer);
  return g_steal_pointer (&tokenizer);
}

PzTokenizer *
pz_tokenizer_new_clip (const char *pad)
{
  PzTokenizer *tokenizer = new_tokenizer ();
  g_autofree char *merges = pz_clip_vocabulary_merges ();
  g_autoptr (GPtrArray) tokens = pz_clip_vocabulary_tokens (merges);
  gboolean good;

  for (guint i = 0; i < tokens->len; i++)
    g_hash_table_insert (tokenizer->vocab, g_strdup (tokens->pdata[i]), GUINT_TO_POINTER (i));
  tokenizer->vocab_size = tokens->len;
  good = add_merges (tokenizer, "the built-in vocabulary", merges, NULL);
  g_assert (good);
  tokenizer->begin = lookup (tokenizer, "<|startoftext|>");
  tokenizer->end = lookup (tokenizer, "<|endoftext|>");
  tokenizer->pad = pad != NULL ? lookup (tokenizer, pad) : tokenizer->end;
  g_assert (tokenizer->pad != NO_ID);
  map_bytes (tokenizer);
  return tokenizer;
}

void
pz_tokenizer_free (PzTokenizer *tokenizer)
{
  if (tokenizer == NULL)
    return;
  g_hash_table_unref (tokenizer->vocab);
  g_hash_table_unref (tokenizer->merges);
  g_regex_unref (tokenizer->split);
  pz_added_words_free (tokenizer->added);
  g_free (tokenizer);
}

guint
pz_tokenizer_get_vocab_size (const PzTokenizer *tokenizer)
{
  return tokenizer->vocab_size;
}

guint
pz_tokenizer_get_begin (const PzTokenizer *tokenizer)
{
  return tokenizer->begin;
}

guint
pz_tokenizer_get_end (const PzTokenizer *tokenizer)
{
  return tokenizer->end;
}

guint
pz_tokenizer_get_pad (const PzTokenizer *tokenizer)
{
  return tokenizer->pad;
}

/* ---- encoding ---- */

static const Merge *
find_merge (const PzTokenizer *tokenizer, const guint *ids, guint at)
{
  gint64 key;

  if (ids[at] == NO_ID || ids[at + 1] == NO_ID)
    return NULL;
  key = pair_key (ids[at], ids[at + 1]);
  return g_hash_table_lookup (tokenizer->merges, &key);
}

/* Joins every occurrence of the pair with the lowest rank; FALSE if there is nothing to join. merges[i] is the merge of ids[i]
 * and ids[i + 1]. Only merges next to a new id are looked up again, so that words of thousands of letters stay cheap. */
static gboolean
join_best (const PzTokenizer *tokenizer, guint *ids, const Merge **merges, guint *n)
{
  const Merge *best = NULL;
  guint kept = 0;

  for (guint i = 0; i + 1 < *n; i++)
    if (merges[i] != NULL && (best == NULL || merges[i]->rank < best->rank))
      best = merges[i];
  if (best == NULL)
    return FALSE;
  for (guint i = 0; i < *n; i++, kept++)
    {
      gboolean joins = i + 1 < *n && merges[i] == best;

      ids[kept] = joins ? best->id : ids[i];
      merges[kept] = merges[i];
      i += joins ? 1 : 0;
    }
  *n = kept;
  for (guint i = 0; i + 1 < *n; i++)
    if (ids[i] == best->id || ids[i + 1] == best->id)
      merges[i] = find_merge (tokenizer, ids, i);
  return TRUE;
}

static void
encode_word (const PzTokenizer *tokenizer, const char *word, gsize length, GArray *ids)
{
  guint n = (guint) length;
  g_autofree guint *pieces = g_new (guint, length);
  g_autofree const Merge **merges = g_new0 (const Merge *, length);

  for (guint i = 0; i < n; i++)
    pieces[i] = (i + 1 < n ? tokenizer->bytes : tokenizer->last_bytes)[(guint8) word[i]];
  for (guint i = 0; i + 1 < n; i++)
    merges[i] = find_merge (tokenizer, pieces, i);
  while (join_best (tokenizer, pieces, merges, &n))
    ;
  /* The vocabulary lacks this byte: the end token is also CLIP's unknown token. */
  for (guint i = 0; i < n; i++)
    if (pieces[i] == NO_ID)
      pieces[i] = tokenizer->end;
  g_array_append_vals (ids, pieces, n);
}

/* "<|startoftext|>" and the like are tokens of their own. */
static gboolean
encode_special (const PzTokenizer *tokenizer, const char *word, gsize length, GArray *ids)
{
  g_autofree char *token = NULL;
  guint id;

  if (length < 4 || strncmp (word, "<|", 2) != 0 || strncmp (word + length - 2, "|>", 2) != 0)
    return FALSE;
  token = g_strndup (word, length);
  id = lookup (tokenizer, token);
  if (id == NO_ID)
    return FALSE;
  g_array_append_val (ids, id);
  return TRUE;
}

static void
encode_plain (const PzTokenizer *tokenizer, const char *plain, GArray *ids)
{
  g_autoptr (GMatchInfo) match = NULL;

  g_regex_match (tokenizer->split, plain, G_REGEX_MATCH_DEFAULT, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      gint start, end;

      g_match_info_fetch_pos (match, 0, &start, &end);
      if (!encode_special (tokenizer, plain + start, (gsize) (end - start), ids))
        encode_word (tokenizer, plain + start, (gsize) (end - start), ids);
    }
}

void
pz_tokenizer_encode (const PzTokenizer *tokenizer, const char *text, gssize length, GArray *ids)
{
  g_autofree char *plain = pz_clip_normalize (text, length);
  const char *at = plain, *word;
  gsize n;
  guint id;

  g_return_if_fail (g_array_get_element_size (ids) == sizeof (guint));
  while ((word = pz_added_words_find (tokenizer->added, at, &n, &id)) != NULL)
    {
      g_autofree char *before = g_strndup (at, (gsize) (word - at));

      encode_plain (tokenizer, before, ids);
      g_array_append_val (ids, id);
      at = word + n;
    }
  encode_plain (tokenizer, at, ids);
}
