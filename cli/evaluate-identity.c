/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/evaluate-identity.h"

#include <string.h>

#include "cli/json.h"
#include "models/files/file-hash.h"
#include "models/files/json-text.h"
#include "models/files/text-file.h"

#define BASIS "basis"
#define FEATURES "features"

/* The texts of all prompts, which may come from another file than the set's. (transfer full) */
static char *
hash_prompts (const PzSet *set)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < set->prompts->len; i++)
    {
      const char *text = ((const PzSetPrompt *) set->prompts->pdata[i])->text;

      g_checksum_update (sum, (const guchar *) text, (gssize) strlen (text) + 1);
    }
  return g_strdup (g_checksum_get_string (sum));
}

static gboolean
hash_files (GChecksum *sum, const GPtrArray *paths, GError **error)
{
  for (guint i = 0; paths != NULL && i < paths->len; i++)
    {
      g_autofree char *digest = pz_file_sha256 (paths->pdata[i], error);

      if (digest == NULL)
        return FALSE;
      g_checksum_update (sum, (const guchar *) digest, -1);
    }
  return TRUE;
}

/* The pictures and masks of all things. (transfer full) */
static char *
hash_pictures (const PzSet *set, GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < set->things->len; i++)
    {
      const PzSetThing *thing = set->things->pdata[i];

      if (!hash_files (sum, thing->images, error) || !hash_files (sum, thing->masks, error))
        return NULL;
    }
  return g_strdup (g_checksum_get_string (sum));
}

char *
pz_run_identity_to_json (const PzRunIdentity *run, GError **error)
{
  g_autofree char *set = pz_file_sha256 (run->set->path, error);
  g_autofree char *basis =
    set != NULL && run->basis != NULL ? pz_file_sha256 (run->basis, error) : NULL;
  g_autofree char *prompts = hash_prompts (run->set);
  g_autofree char *pictures = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  if (set == NULL || (run->basis != NULL && basis == NULL))
    return NULL;
  pictures = hash_pictures (run->set, error);
  if (pictures == NULL)
    return NULL;
  json_builder_begin_object (builder);
  pz_json_add_string (builder, "set", set);
  pz_json_add_string (builder, "prompts", prompts);
  pz_json_add_string (builder, "pictures", pictures);
  pz_json_add_string (builder, "model", run->model);
  pz_json_add_string (builder, BASIS, basis);
  pz_json_add_string (builder, FEATURES, run->features);
  pz_json_add_int (builder, "steps", run->steps);
  pz_json_add_int (builder, "paint_steps", run->paint_steps);
  pz_json_add_int (builder, "seed", run->seed);
  pz_json_add_bool (builder, "f32", run->f32);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}

static gboolean
has_basis (JsonObject *run)
{
  JsonNode *basis = json_object_get_member (run, BASIS);

  return basis != NULL && !JSON_NODE_HOLDS_NULL (basis);
}

/* Without a basis nothing is learned that depends on it or on what people are told apart by. */
static gboolean
may_differ (const char *key, JsonObject *was, JsonObject *is)
{
  return (g_str_equal (key, BASIS) || g_str_equal (key, FEATURES))
         && !(has_basis (was) && has_basis (is));
}

gboolean
pz_run_identity_check (const char *path, const char *now, GError **error)
{
  g_autofree char *text = pz_text_file_read (path, 65536, NULL, error);
  g_autoptr (JsonNode) before =
    text != NULL ? pz_json_read_object (path, text, -1, PZ_JSON_ANY, error) : NULL;
  g_autoptr (JsonNode) after = json_from_string (now, NULL);
  g_autoptr (GList) keys = json_object_get_members (json_node_get_object (after));

  if (before == NULL)
    return FALSE;
  for (GList *at = keys; at != NULL; at = at->next)
    {
      JsonObject *earlier = json_node_get_object (before),
                 *later = json_node_get_object (after);
      JsonNode *was = json_object_get_member (earlier, at->data);
      JsonNode *is = json_object_get_member (later, at->data);

      if ((was != NULL && json_node_equal (was, is)) || may_differ (at->data, earlier, later))
        continue;
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "%s: expected the same %s as in the run to continue, found another", path,
                   (const char *) at->data);
      return FALSE;
    }
  return TRUE;
}
