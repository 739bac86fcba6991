/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/evaluate-set.h"

#include <string.h>

#include "models/files/json-text.h"
#include "models/files/text-file.h"

#define MAX_BYTES (4u * 1024u * 1024u)
#define CLASS "{class}"
#define THING "{}"

/* ---- memory ---- */

static void
thing_free (gpointer data)
{
  PzSetThing *thing = data;

  g_free (thing->name);
  g_free (thing->folder);
  g_free (thing->class_word);
  g_clear_pointer (&thing->images, g_ptr_array_unref);
  g_clear_pointer (&thing->masks, g_ptr_array_unref);
  g_free (thing);
}

static void
prompt_free (gpointer data)
{
  PzSetPrompt *prompt = data;

  g_free (prompt->text);
  g_free (prompt->family);
  g_free (prompt);
}

void
pz_set_free (PzSet *set)
{
  if (set == NULL)
    return;
  g_free (set->path);
  g_free (set->name);
  g_ptr_array_unref (set->things);
  g_ptr_array_unref (set->prompts);
  g_free (set);
}

/* ---- reading ---- */

static gboolean bad (const PzSet *set, GError **error, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

static gboolean
bad (const PzSet *set, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s", set->path, what);
  return FALSE;
}

static const char *
text_of (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
             && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

/* NULL if there is no such array. */
static JsonArray *
array_of (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* Paths are relative to the set's file. (transfer full) */
static char *
resolve (const PzSet *set, const char *name)
{
  g_autofree char *folder = g_path_get_dirname (set->path);

  return g_path_is_absolute (name) ? g_strdup (name) : g_build_filename (folder, name, NULL);
}

/* (transfer full), or NULL with the error. */
static GPtrArray *
read_files (const PzSet *set,
            const PzSetThing *thing,
            JsonArray *array,
            const char *what,
            GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      const char *name = text_of (json_array_get_element (array, i));
      g_autofree char *path = name != NULL ? resolve (set, name) : NULL;

      if (path == NULL)
        {
          bad (set, error, "%s: expected %s as texts", thing->name, what);
          return NULL;
        }
      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        {
          bad (set, error, "%s: expected a picture %s, found none at %s", thing->name, name,
               path);
          return NULL;
        }
      g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  return g_steal_pointer (&paths);
}

/* Turns a name into a folder's name: lower-case letters, digits and "-". (transfer full) */
static char *
folder_name (const char *name)
{
  GString *text = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at++)
    if (g_ascii_isalnum (*at))
      g_string_append_c (text, g_ascii_tolower (*at));
    else if (text->len > 0 && text->str[text->len - 1] != '-')
      g_string_append_c (text, '-');
  if (text->len > 0 && text->str[text->len - 1] == '-')
    g_string_truncate (text, text->len - 1);
  return g_string_free_and_steal (text);
}

static gboolean
is_new (const PzSet *set, const PzSetThing *thing, GError **error)
{
  if (thing->folder[0] == '\0')
    return bad (set, error, "expected a name with letters or digits, found “%s”", thing->name);
  for (guint i = 0; i < set->things->len; i++)
    if (g_str_equal (((PzSetThing *) set->things->pdata[i])->folder, thing->folder))
      return bad (set, error, "expected things with different names, found “%s” twice",
                  thing->name);
  return TRUE;
}

static gboolean
read_thing (PzSet *set, JsonObject *object, GError **error)
{
  const char *name = text_of (json_object_get_member (object, "name"));
  const char *class_word = text_of (json_object_get_member (object, "class"));
  JsonArray *images = array_of (object, "images"), *masks = array_of (object, "masks");
  PzSetThing *thing;

  if (name == NULL || class_word == NULL)
    return bad (set, error, "thing %u: expected a name and a class, found no %s",
                set->things->len + 1, name == NULL ? "name" : "class");
  thing = g_new0 (PzSetThing, 1);
  thing->name = g_strdup (name);
  thing->folder = folder_name (name);
  thing->class_word = g_strdup (class_word);
  if (!is_new (set, thing, error))
    {
      thing_free (thing);
      return FALSE;
    }
  g_ptr_array_add (set->things, thing);
  if (images == NULL || json_array_get_length (images) == 0)
    return bad (set, error, "%s: expected a list of images, found none", name);
  thing->images = read_files (set, thing, images, "images", error);
  if (thing->images == NULL)
    return FALSE;
  if (masks == NULL)
    return TRUE;
  if (json_array_get_length (masks) != thing->images->len)
    return bad (set, error, "%s: expected as many masks as images (%u), found %u", name,
                thing->images->len, json_array_get_length (masks));
  thing->masks = read_files (set, thing, masks, "masks", error);
  return thing->masks != NULL;
}

static gboolean
read_prompts (PzSet *set, JsonArray *array, const char *family, GError **error)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      const char *text = text_of (json_array_get_element (array, i));
      PzSetPrompt *prompt;

      if (text == NULL || strstr (text, THING) == NULL)
        return bad (set, error,
                    "prompt %u%s%s: expected a text in which {} stands for the thing", i + 1,
                    family != NULL ? " of " : "", family != NULL ? family : "");
      prompt = g_new0 (PzSetPrompt, 1);
      prompt->text = g_strdup (text);
      prompt->family = g_strdup (family);
      g_ptr_array_add (set->prompts, prompt);
    }
  return TRUE;
}

/* Reads the prompts without a family, then those of the families. */
static gboolean
read_all_prompts (PzSet *set, JsonObject *object, GError **error)
{
  JsonNode *node = json_object_get_member (object, "families");
  g_autoptr (GList) names = NULL;
  JsonObject *families;

  if (!read_prompts (set, array_of (object, "prompts"), NULL, error))
    return FALSE;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  families = json_node_get_object (node);
  names = json_object_get_members (families);
  for (GList *at = names; at != NULL; at = at->next)
    if (!read_prompts (set, array_of (families, at->data), at->data, error))
      return FALSE;
  return TRUE;
}

static JsonNode *
read_json (const char *path, GError **error)
{
  gsize length;
  g_autofree char *text = pz_text_file_read (path, MAX_BYTES, &length, error);

  return text != NULL ? pz_json_read_object (path, text, (gssize) length, PZ_JSON_ANY, error)
                      : NULL;
}

/* Reads the prompts of the file that "prompts_from" names, if any. */
static gboolean
read_borrowed (PzSet *set, JsonObject *object, GError **error)
{
  const char *name = text_of (json_object_get_member (object, "prompts_from"));
  g_autofree char *path = name != NULL ? resolve (set, name) : NULL;
  g_autoptr (JsonNode) node = NULL;

  if (path == NULL)
    return TRUE;
  node = read_json (path, error);
  if (node != NULL)
    return read_all_prompts (set, json_node_get_object (node), error);
  g_prefix_error (error, "%s: prompts_from: ", set->path);
  return FALSE;
}

static gboolean
fill (PzSet *set, JsonObject *object, GError **error)
{
  JsonArray *things = array_of (object, "things");
  const char *name = text_of (json_object_get_member (object, "name"));

  set->name = name != NULL ? g_strdup (name) : g_path_get_basename (set->path);
  for (guint i = 0; things != NULL && i < json_array_get_length (things); i++)
    {
      JsonNode *node = json_array_get_element (things, i);

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return bad (set, error, "thing %u: expected an object", i + 1);
      if (!read_thing (set, json_node_get_object (node), error))
        return FALSE;
    }
  if (set->things->len == 0)
    return bad (set, error, "expected things, found none");
  if (!read_all_prompts (set, object, error) || !read_borrowed (set, object, error))
    return FALSE;
  return set->prompts->len > 0 || bad (set, error, "expected prompts, found none");
}

PzSet *
pz_set_load (const char *path, GError **error)
{
  g_autoptr (JsonNode) node = read_json (path, error);
  g_autoptr (PzSet) set = NULL;

  if (node == NULL)
    return NULL;
  set = g_new0 (PzSet, 1);
  set->path = g_strdup (path);
  set->things = g_ptr_array_new_with_free_func (thing_free);
  set->prompts = g_ptr_array_new_with_free_func (prompt_free);
  return fill (set, json_node_get_object (node), error) ? g_steal_pointer (&set) : NULL;
}

/* ---- use ---- */

char *
pz_set_prompt (const PzSetPrompt *prompt, const PzSetThing *thing, const char *placeholder)
{
  g_autoptr (GString) text = g_string_new (prompt->text);

  g_string_replace (text, CLASS, thing->class_word, 0);
  g_string_replace (text, THING, placeholder, 0);
  return g_string_free_and_steal (g_steal_pointer (&text));
}
