/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/config-json.h"

#include <math.h>
#include <string.h>

#include "models/files/json-text.h"
#include "models/files/text-file.h"

/* A config.json has a few KiB; a much larger file is something else. */
#define MAX_FILE_BYTES (1024u * 1024u)
#define MAX_UINT (1u << 24)

/* Reads one value of a field into `to`, which points at the element. FALSE if the value does not fit; *unsupported then tells
 * whether it is valid but not supported. */
typedef gboolean (*ReadValue) (const PzConfigField *field,
                               JsonNode *node,
                               gpointer to,
                               gboolean *unsupported);

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
read_uint (const PzConfigField *field, JsonNode *node, gpointer to, gboolean *unsupported)
{
  gint64 value;

  (void) field;
  (void) unsupported;
  if (!holds (node, G_TYPE_INT64))
    return FALSE;
  value = json_node_get_int (node);
  if (value < 0 || value > MAX_UINT)
    return FALSE;
  *(guint *) to = (guint) value;
  return TRUE;
}

/* A list must repeat a single number; other lists are not supported. */
static gboolean
read_alike (const PzConfigField *field, JsonNode *node, gpointer to, gboolean *unsupported)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  const guint n = array != NULL ? json_array_get_length (array) : 0;
  guint first = 0, other;

  if (array == NULL)
    return read_uint (field, node, to, unsupported);
  for (guint i = 0; i < n; i++)
    {
      if (!read_uint (field, json_array_get_element (array, i), i == 0 ? &first : &other,
                      unsupported))
        return FALSE;
      *unsupported = *unsupported || (i > 0 && other != first);
    }
  *(guint *) to = first;
  return n > 0 && !*unsupported;
}

static gboolean
read_bool (const PzConfigField *field, JsonNode *node, gpointer to, gboolean *unsupported)
{
  (void) field;
  (void) unsupported;
  if (!holds (node, G_TYPE_BOOLEAN))
    return FALSE;
  *(gboolean *) to = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_double (const PzConfigField *field, JsonNode *node, gpointer to, gboolean *unsupported)
{
  double value;

  (void) field;
  (void) unsupported;
  if (!holds (node, G_TYPE_DOUBLE) && !holds (node, G_TYPE_INT64))
    return FALSE;
  value = json_node_get_double (node);
  if (!isfinite (value))
    return FALSE;
  *(double *) to = value;
  return TRUE;
}

static gboolean
read_float (const PzConfigField *field, JsonNode *node, gpointer to, gboolean *unsupported)
{
  double value;

  if (!read_double (field, node, &value, unsupported) || !isfinite ((float) value))
    return FALSE;
  *(float *) to = (float) value;
  return TRUE;
}

static gboolean
read_string (const PzConfigField *field, JsonNode *node, gpointer to, gboolean *unsupported)
{
  (void) field;
  (void) unsupported;
  if (!JSON_NODE_HOLDS_NULL (node) && !holds (node, G_TYPE_STRING))
    return FALSE;
  g_free (*(char **) to);
  *(char **) to = JSON_NODE_HOLDS_NULL (node) ? NULL : json_node_dup_string (node);
  return TRUE;
}

static gboolean
read_enum (const PzConfigField *field, JsonNode *node, gpointer to, gboolean *unsupported)
{
  if (!holds (node, G_TYPE_STRING))
    return FALSE;
  for (guint i = 0; field->names[i] != NULL; i++)
    if (strcmp (field->names[i], json_node_get_string (node)) == 0)
      {
        *(guint *) to = i;
        return TRUE;
      }
  *unsupported = TRUE;
  return FALSE;
}

/* Whether the values are equal; 1 and 1.0 are. */
static gboolean
same_value (JsonNode *a, JsonNode *b)
{
  gboolean numbers = (holds (a, G_TYPE_DOUBLE) || holds (a, G_TYPE_INT64))
                     && (holds (b, G_TYPE_DOUBLE) || holds (b, G_TYPE_INT64));

  return numbers ? json_node_get_double (a) == json_node_get_double (b)
                 : json_node_equal (a, b);
}

static gboolean
read_must (const PzConfigField *field, JsonNode *node, gpointer to, gboolean *unsupported)
{
  g_autoptr (JsonNode) expected = json_from_string (field->fallback, NULL);
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  const guint n = array != NULL ? json_array_get_length (array) : 0;

  (void) to;
  g_assert (expected != NULL);
  for (guint i = 0; i < n; i++)
    *unsupported = *unsupported || !same_value (expected, json_array_get_element (array, i));
  if (n == 0)
    *unsupported = !same_value (expected, node);
  return !*unsupported;
}

static const struct
{
  ReadValue read; /* NULL = ignored */
  gsize size; /* of a list's element; 0 = not a list */
  const char *expected;
} types[] = {
  [PZ_CONFIG_UINT] = { read_uint, 0, "a whole number from 0 to 2^24" },
  [PZ_CONFIG_BOOL] = { read_bool, 0, "true or false" },
  [PZ_CONFIG_FLOAT] = { read_float, 0, "a number" },
  [PZ_CONFIG_DOUBLE] = { read_double, 0, "a number" },
  [PZ_CONFIG_STRING] = { read_string, 0, "a string" },
  [PZ_CONFIG_ENUM] = { read_enum, 0, "one of" },
  [PZ_CONFIG_UINTS] = { read_uint, sizeof (guint),
                        "a list of 1 to 16 whole numbers from 0 to 2^24" },
  [PZ_CONFIG_BOOLS] = { read_bool, sizeof (gboolean), "a list of 1 to 16 times true or false" },
  [PZ_CONFIG_FLOATS] = { read_float, sizeof (float), "a list of 1 to 16 numbers" },
  [PZ_CONFIG_ENUMS] = { read_enum, sizeof (guint), "a list of 1 to 16 of" },
  [PZ_CONFIG_ALIKE] = { read_alike, 0, "a whole number from 0 to 2^24, or a list of the same" },
  [PZ_CONFIG_MUST] = { read_must, 0, "" },
  [PZ_CONFIG_IGNORED] = { NULL, 0, "" },
};
G_STATIC_ASSERT (PZ_CONFIG_MAX_LIST == 16); /* the messages above say 16 */

/* Describes the expected value of a field, for messages. (transfer full) */
static char *
describe (const PzConfigField *field)
{
  g_autofree char *names = NULL;

  if (field->type == PZ_CONFIG_MUST)
    return g_strdup (field->fallback);
  if (field->names == NULL)
    return g_strdup (types[field->type].expected);
  names = g_strjoinv ("\", \"", (GStrv) field->names);
  return g_strdup_printf ("%s \"%s\"", types[field->type].expected, names);
}

static gboolean
read_list (const PzConfigField *field, JsonNode *node, guint8 *config, gboolean *unsupported)
{
  gsize size = types[field->type].size;
  JsonArray *array;
  guint n;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      *(guint *) (config + field->count_offset) = 1;
      return types[field->type].read (field, node, config + field->offset, unsupported);
    }
  array = json_node_get_array (node);
  n = json_array_get_length (array);
  if (n < 1 || n > PZ_CONFIG_MAX_LIST)
    return FALSE;
  *(guint *) (config + field->count_offset) = n;
  for (guint i = 0; i < n; i++)
    if (!types[field->type].read (field, json_array_get_element (array, i),
                                  config + field->offset + i * size, unsupported))
      return FALSE;
  return TRUE;
}

static gboolean
read_field (const char *name,
            const PzConfigField *field,
            JsonNode *node,
            guint8 *config,
            GError **error)
{
  gboolean unsupported = FALSE;
  gboolean fits =
    types[field->type].size > 0
      ? read_list (field, node, config, &unsupported)
      : types[field->type].read (field, node, config + field->offset, &unsupported);
  g_autofree char *expected = NULL;
  g_autofree char *found = NULL;

  if (fits)
    return TRUE;
  expected = describe (field);
  found = json_to_string (node, FALSE);
  g_set_error (error, PZ_ERROR, unsupported ? PZ_ERROR_UNSUPPORTED_MODEL : PZ_ERROR_BAD_FILE,
               "%s: %s: expected %s, found %.200s", name, field->key, expected, found);
  return FALSE;
}

static gboolean
says_nothing (JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (JSON_NODE_HOLDS_ARRAY (node))
    return json_array_get_length (json_node_get_array (node)) == 0;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_object_get_size (json_node_get_object (node)) == 0;
  return holds (node, G_TYPE_BOOLEAN) && !json_node_get_boolean (node);
}

static const PzConfigField *
find_field (const PzConfigField fields[], const char *key)
{
  for (; fields->key != NULL; fields++)
    if (strcmp (fields->key, key) == 0)
      return fields;
  return NULL;
}

static gboolean
refuse_unknown (const char *name,
                const PzConfigField fields[],
                JsonObject *object,
                GError **error)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &key, &node))
    {
      g_autofree char *found = NULL;

      if (key[0] == '_' || says_nothing (node) || find_field (fields, key) != NULL
          || find_field (fields, "*") != NULL)
        continue;
      found = json_to_string (node, FALSE);
      g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                   "%s: the key \"%s\" (%.200s) is not known here and may change the network",
                   name, key, found);
      return FALSE;
    }
  return TRUE;
}

static gboolean
fill (const char *name,
      const PzConfigField fields[],
      JsonObject *object,
      gpointer config,
      GError **error)
{
  for (const PzConfigField *field = fields; field->key != NULL; field++)
    {
      JsonNode *node = json_object_get_member (object, field->key);
      gboolean absent = node == NULL || JSON_NODE_HOLDS_NULL (node);
      g_autoptr (JsonNode) fallback = NULL;

      if (field->type == PZ_CONFIG_IGNORED || (absent && field->type == PZ_CONFIG_MUST))
        continue;
      if (absent && field->fallback == NULL)
        {
          g_autofree char *expected = describe (field);

          g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s: expected %s, found nothing",
                       name, field->key, expected);
          return FALSE;
        }
      if (absent)
        {
          node = fallback = json_from_string (field->fallback, NULL);
          g_assert (node != NULL);
        }
      if (!read_field (name, field, node, config, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pz_config_parse (const char *json,
                 gssize length,
                 const char *name,
                 const PzConfigField fields[],
                 gpointer config,
                 GError **error)
{
  g_autoptr (JsonNode) root = pz_json_read_object (name, json, length, PZ_JSON_ANY, error);

  if (root == NULL)
    return FALSE;
  return refuse_unknown (name, fields, json_node_get_object (root), error)
         && fill (name, fields, json_node_get_object (root), config, error);
}

gboolean
pz_config_read (const char *path, const PzConfigField fields[], gpointer config, GError **error)
{
  gsize length;
  g_autofree char *text = pz_text_file_read (path, MAX_FILE_BYTES, &length, error);

  if (text == NULL)
    return FALSE;
  return pz_config_parse (text, (gssize) length, path, fields, config, error);
}

char *
pz_config_inner_object (const char *path, const char *key)
{
  gsize length;
  g_autofree char *text = pz_text_file_read (path, MAX_FILE_BYTES, &length, NULL);
  g_autoptr (JsonNode) root =
    text != NULL ? pz_json_read_object (path, text, (gssize) length, PZ_JSON_ANY, NULL) : NULL;
  JsonNode *inner = NULL;

  if (root != NULL)
    inner = json_object_get_member (json_node_get_object (root), key);
  return inner != NULL && JSON_NODE_HOLDS_OBJECT (inner) ? json_to_string (inner, FALSE) : NULL;
}

void
pz_config_clear (const PzConfigField fields[], gpointer config)
{
  for (; fields->key != NULL; fields++)
    if (fields->type == PZ_CONFIG_STRING)
      g_clear_pointer ((char **) ((guint8 *) config + fields->offset), g_free);
}
