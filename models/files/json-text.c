/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/json-text.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Numbers that JSON cannot represent. */
static const char *const words[] = { "NaN", "Infinity", "-Infinity" };

/* ---- limits, checked before parsing ---- */

typedef struct
{
  const char *at, *end;
  guint depth;
  gboolean has_words;
  PzReadBudget budget;
} Scan;

static gboolean
refuse (const char *name, const char *reason, GError **error)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: not JSON: %s", name, reason);
  return FALSE;
}

/* The position after a string's closing quote, or the end of the text. */
static const char *
end_of_string (const char *at, const char *end)
{
  for (at++; at < end && *at != '"'; at++)
    if (*at == '\\' && at + 1 < end)
      at++;
  return at < end ? at + 1 : end;
}

/* The word at this position, or NULL. */
static const char *
find_word (const char *at, const char *end)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const gsize n = strlen (words[i]);

      if ((gsize) (end - at) >= n && memcmp (at, words[i], n) == 0
          && (at + n == end || !g_ascii_isalnum (at[n])))
        return words[i];
    }
  return NULL;
}

/* Handles one character outside strings. Every value except the outermost follows '[', '{', ',' or ':', so counting these
 * limits the number of values. */
static gboolean
scan_mark (Scan *scan, const char *name, GError **error)
{
  const char mark = *scan->at++;

  if (strchr ("[{,:", mark) != NULL && !pz_budget_take (&scan->budget, PZ_BUDGET_VALUES, 1))
    return pz_budget_check (&scan->budget, name, "its JSON", error);
  if (mark == '[' || mark == '{')
    scan->depth++;
  if ((mark == ']' || mark == '}') && scan->depth-- == 0)
    return refuse (name, "more brackets closed than opened", error);
  if (scan->depth > PZ_JSON_MAX_DEPTH)
    return refuse (name, "its brackets are nested deeper than 64 levels", error);
  return TRUE;
}
G_STATIC_ASSERT (PZ_JSON_MAX_DEPTH == 64); /* the message says 64 */

static gboolean
scan_text (Scan *scan, const char *name, GError **error)
{
  while (scan->at < scan->end)
    {
      const char *word = find_word (scan->at, scan->end);

      if (word != NULL)
        {
          scan->has_words = TRUE;
          scan->at += strlen (word);
        }
      else if (*scan->at == '"')
        scan->at = end_of_string (scan->at, scan->end);
      /* The parser also accepts other quotes, and comments, in which brackets and commas would be miscounted. */
      else if (*scan->at == '\'' || *scan->at == '/' || *scan->at == '\0')
        return refuse (name, "quotes, a comment or a zero byte where a value was expected",
                       error);
      else if (!scan_mark (scan, name, error))
        return FALSE;
    }
  return TRUE;
}

/* The text with these words in quotes. (transfer full) */
static GString *
quote_words (const char *at, const char *end)
{
  GString *text = g_string_sized_new ((gsize) (end - at));

  while (at < end)
    {
      const char *word = find_word (at, end);
      const char *next = word != NULL ? at + strlen (word)
                         : *at == '"' ? end_of_string (at, end)
                                      : at + 1;

      if (word != NULL)
        g_string_append_printf (text, "\"%s\"", word);
      else
        g_string_append_len (text, at, next - at);
      at = next;
    }
  return text;
}

/* ---- parsing ---- */

/* JsonObject keeps only the last of several members with the same name; the signal is emitted for each of them. */
static void
count_member (JsonParser *parser, JsonObject *object, const char *name, gpointer data)
{
  (void) parser;
  (void) object;
  (void) name;
  ++*(guint64 *) data;
}

static guint64
count_kept_members (JsonNode *node)
{
  guint64 count = 0;
  JsonObjectIter iter;
  JsonNode *value;

  if (JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
      count += count_kept_members (json_array_get_element (json_node_get_array (node), i));
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return count;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, NULL, &value))
    count += 1 + count_kept_members (value);
  return count;
}

static JsonNode *
parse (const char *name, const char *text, gsize length, PzJsonFlags flags, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) reason = NULL;
  guint64 n_seen = 0;

  json_parser_set_strict (parser, TRUE);
  g_signal_connect (parser, "object-member", G_CALLBACK (count_member), &n_seen);
  if (json_parser_load_from_data (parser, text, (gssize) length, &reason))
    root = json_parser_steal_root (parser);
  if (root == NULL)
    refuse (name, reason != NULL ? reason->message : "it is empty", error);
  else if ((flags & PZ_JSON_NAMES_ONCE) != 0 && count_kept_members (root) != n_seen)
    g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: a name appears twice in its JSON",
                 name);
  else
    return g_steal_pointer (&root);
  return NULL;
}

JsonNode *
pz_json_read (const char *name,
              const char *text,
              gssize length,
              PzJsonFlags flags,
              GError **error)
{
  const gsize mark = strlen (BYTE_ORDER_MARK);
  const char *end = text + (length < 0 ? strlen (text) : (gsize) length);
  g_autoptr (GString) quoted = NULL;
  Scan scan = { 0 };

  if ((gsize) (end - text) >= mark && memcmp (text, BYTE_ORDER_MARK, mark) == 0)
    text += mark;
  while (end > text && end[-1] == '\0')
    end--;
  scan.at = text;
  scan.end = end;
  if (!scan_text (&scan, name, error))
    return NULL;
  if (!scan.has_words)
    return parse (name, text, (gsize) (end - text), flags, error);
  quoted = quote_words (text, end);
  return parse (name, quoted->str, quoted->len, flags, error);
}

JsonNode *
pz_json_read_object (const char *name,
                     const char *text,
                     gssize length,
                     PzJsonFlags flags,
                     GError **error)
{
  g_autoptr (JsonNode) root = pz_json_read (name, text, length, flags, error);

  if (root == NULL || JSON_NODE_HOLDS_OBJECT (root))
    return g_steal_pointer (&root);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: a JSON object expected, something else found", name);
  return NULL;
}
