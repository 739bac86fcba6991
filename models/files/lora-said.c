/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the metadata of a LoRA file: see lora-file.h.
 */
#include <math.h>
#include <string.h>

#include "models/files/json-text.h"
#include "models/files/lora-private.h"
#include "models/files/text-file.h"

#define MOST_SETTINGS_BYTES (1u << 20)
#define N_KEY_WORDS 8

/* ---- other model families ---- */

/* Prefixes of the values that training programs write (kohya-ss, the modelspec standard). */
static const struct
{
  const char *key, *beginning, *kind;
} families[] = {
  { "ss_base_model_version", "sdxl", "a LoRA of Stable Diffusion XL" },
  { "ss_base_model_version", "sd3", "a LoRA of Stable Diffusion 3" },
  { "ss_base_model_version", "flux", "a LoRA of Flux" },
  { "modelspec.architecture", "stable-diffusion-xl", "a LoRA of Stable Diffusion XL" },
  { "modelspec.architecture", "stable-diffusion-3", "a LoRA of Stable Diffusion 3" },
  { "modelspec.architecture", "flux", "a LoRA of Flux" },
};

static gboolean
refuse_family (const PzLora *lora, const char *kind, GError **error)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
               "%s: %s; expected one for Stable Diffusion 1.x or 2.x",
               pz_tensor_file_get_path (lora->file), kind);
  return FALSE;
}

/* Checks the module classes in which cloneofsimo's code searched for layers: JSON lists in the metadata "unet" and
 * "text_encoder". */
static gboolean
check_classes (PzLora *lora, GError **error)
{
  static const char *const known[] = { "\"CrossAttention\"", "\"Attention\"", "\"GEGLU\"",
                                       "\"CLIPAttention\"" };
  static const char *const keys[] = { "unet", "text_encoder" };
  const char *unet = pz_tensor_file_get_metadata (lora->file, keys[0]);

  lora->has_geglu = unet == NULL || strstr (unet, known[2]) != NULL;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *said = pz_tensor_file_get_metadata (lora->file, keys[i]);
      g_auto (GStrv) classes =
        g_strsplit_set (said != NULL && said[0] == '[' ? said : "", "[], ", -1);

      for (guint j = 0; classes[j] != NULL; j++)
        {
          gboolean good = classes[j][0] == '\0';

          for (guint k = 0; !good && k < G_N_ELEMENTS (known); k++)
            good = strcmp (classes[j], known[k]) == 0;
          if (!good)
            return pz_lora_refuse (lora, keys[i], error,
                                   "expected layers of attentions and GEGLU, found %s",
                                   classes[j]);
        }
    }
  return TRUE;
}

gboolean
pz_lora_check_said (PzLora *lora, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      const char *said = pz_tensor_file_get_metadata (lora->file, families[i].key);

      if (said != NULL && g_str_has_prefix (said, families[i].beginning))
        return refuse_family (lora, families[i].kind, error);
    }
  return check_classes (lora, error);
}

/* ---- PEFT's settings ---- */

typedef struct
{
  PzLora *lora;
  JsonObject *settings;
  const char *prefix; /* of the settings' names: "unet." */
  const char *where; /* for messages */
  PzLoraNetwork network; /* the network whose parts they apply to */
  GArray *patterns; /* of Pattern: alpha_pattern; take_all_settings () fills it */
} Settings;

/* A separate alpha for layers whose path ends like this (PEFT: a regular expression, matched after a dot or from the start). */
typedef struct
{
  GRegex *regex;
  JsonNode *alpha;
} Pattern;

static void
pattern_clear (gpointer pattern)
{
  g_clear_pointer (&((Pattern *) pattern)->regex, g_regex_unref);
}

/* (transfer full) */
static GArray *
patterns_new (void)
{
  GArray *patterns = g_array_new (FALSE, FALSE, sizeof (Pattern));

  g_array_set_clear_func (patterns, pattern_clear);
  return patterns;
}

static JsonNode *
get_setting (const Settings *s, const char *name)
{
  g_autofree char *full = g_strconcat (s->prefix, name, NULL);
  JsonNode *node = json_object_get_member (s->settings, full);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static gboolean
is_true (const Settings *s, const char *name)
{
  JsonNode *node = get_setting (s, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN
         && json_node_get_boolean (node);
}

static gboolean
read_number (const Settings *s,
             JsonNode *node,
             const char *name,
             double *number,
             GError **error)
{
  const GType type = json_node_get_value_type (node);

  if (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE)
    *number = json_node_get_double (node);
  if ((type == G_TYPE_INT64 || type == G_TYPE_DOUBLE) && isfinite (*number))
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: “%s%s”: expected a number, found something else", s->where, s->prefix,
               name);
  return FALSE;
}

/* The limit is far above what layers' paths need, and ends what would take exponential time. Expressions that are not valid match
 * nothing. */
static void
compile_patterns (Settings *s)
{
  JsonNode *node = get_setting (s, "alpha_pattern");
  g_autoptr (GList) names = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  names = json_object_get_members (json_node_get_object (node));
  for (GList *at = names; at != NULL; at = at->next)
    {
      g_autofree char *text =
        g_strdup_printf ("(*LIMIT_MATCH=10000)^(.*\\.)?(%s)$", (char *) at->data);
      const Pattern pattern = {
        g_regex_new (text, 0, 0, NULL),
        json_object_get_member (json_node_get_object (node), at->data),
      };

      if (pattern.regex != NULL)
        g_array_append_val (s->patterns, pattern);
    }
}

static gboolean
find_pattern (const Settings *s, const PzLoraPart *part, double *alpha, GError **error)
{
  for (guint i = 0; i < s->patterns->len; i++)
    {
      const Pattern *pattern = &g_array_index (s->patterns, Pattern, i);

      if (g_regex_match (pattern->regex, part->path, 0, NULL))
        return read_number (s, pattern->alpha, "alpha_pattern", alpha, error);
    }
  return TRUE;
}

static gboolean
take_part_settings (const Settings *s, PzLoraPart *part, GError **error)
{
  JsonNode *node = get_setting (s, "lora_alpha");
  double alpha = part->rank;

  if ((node != NULL && !read_number (s, node, "lora_alpha", &alpha, error))
      || !find_pattern (s, part, &alpha, error))
    return FALSE;
  part->scale = alpha / (is_true (s, "use_rslora") ? sqrt (part->rank) : part->rank);
  return TRUE;
}

static gboolean
take_all_settings (const Settings *given, GError **error)
{
  g_autoptr (GArray) patterns = patterns_new ();
  Settings settings = *given, *s = &settings;
  PzReadBudget budget = { 0 };

  if (is_true (s, "use_dora"))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a LoRA or LoCon, found a DoRA",
                   pz_tensor_file_get_path (s->lora->file));
      return FALSE;
    }
  s->patterns = patterns;
  compile_patterns (s);
  if (!pz_budget_take (&budget, PZ_BUDGET_COPIES,
                       (guint64) s->patterns->len * s->lora->parts->len))
    return pz_budget_check (&budget, s->where, "alpha_pattern", error);
  for (guint i = 0; i < s->lora->parts->len; i++)
    {
      PzLoraPart *part = s->lora->parts->pdata[i];

      if ((s->network == PZ_LORA_OF_EITHER || s->network == part->network)
          && !take_part_settings (s, part, error))
        return FALSE;
    }
  return TRUE;
}

/* Diffusers stores PEFT's settings of all networks in one text. */
static gboolean
take_metadata (PzLora *lora, const char *text, GError **error)
{
  static const struct
  {
    const char *prefix;
    PzLoraNetwork network;
  } networks[] = { { "unet.", PZ_LORA_OF_UNET }, { "text_encoder.", PZ_LORA_OF_TEXT } };
  const char *path = pz_tensor_file_get_path (lora->file);
  g_autoptr (JsonNode) root = pz_json_read_object (path, text, -1, PZ_JSON_ANY, error);

  if (root == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      const Settings s = { lora, json_node_get_object (root), networks[i].prefix,
                           path, networks[i].network,         NULL };
      g_autofree char *rank = g_strconcat (networks[i].prefix, "r", NULL);

      if (json_object_has_member (s.settings, rank) && !take_all_settings (&s, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pz_lora_take_settings (PzLora *lora, GError **error)
{
  const char *said = pz_tensor_file_get_metadata (lora->file, "lora_adapter_metadata");
  g_autofree char *folder = g_path_get_dirname (pz_tensor_file_get_path (lora->file));
  g_autofree char *base = g_path_get_basename (pz_tensor_file_get_path (lora->file));
  g_autofree char *path = g_build_filename (folder, "adapter_config.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  Settings s = { lora, NULL, "", path, PZ_LORA_OF_EITHER, NULL };

  if (said != NULL)
    return take_metadata (lora, said, error);
  if (!g_str_has_prefix (base, "adapter_model.") || !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  text = pz_text_file_read (path, MOST_SETTINGS_BYTES, NULL, error);
  root = text != NULL ? pz_json_read_object (path, text, -1, PZ_JSON_ANY, error) : NULL;
  if (root == NULL)
    return FALSE;
  s.settings = json_node_get_object (root);
  return take_all_settings (&s, error);
}

/* ---- LCM-LoRA ---- */

/* Whether the text contains "lcm" or "latent consistency" as a separate word: "lcm-lora-sdv1-5", "LCM_LoRA", but not
 * "calcium". */
static gboolean
names_lcm (const char *text)
{
  return text != NULL
         && g_regex_match_simple ("(?<![a-z0-9])(lcm|latent[-_ ]consistency)(?![a-z])", text,
                                  G_REGEX_CASELESS, 0);
}

gboolean
pz_lora_is_lcm (const PzLora *lora)
{
  static const char *const keys[] = { "ss_output_name", "modelspec.title", "name" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (names_lcm (pz_tensor_file_get_metadata (lora->file, keys[i])))
      return TRUE;
  return names_lcm (lora->name);
}

/* ---- trigger words ---- */

typedef struct
{
  const char *tag;
  gint64 n;
} Tag;

static gint
compare_tags (gconstpointer a, gconstpointer b)
{
  const Tag *x = a, *y = b;

  if (x->n != y->n)
    return x->n > y->n ? -1 : 1;
  return strcmp (x->tag, y->tag);
}

/* Reads { folder: { tag: number of captions } }. */
static void
count_tags (JsonObject *folders, GArray *tags)
{
  g_autoptr (GList) names = json_object_get_members (folders);

  for (GList *at = names; at != NULL; at = at->next)
    {
      JsonNode *folder = json_object_get_member (folders, at->data);
      g_autoptr (GList) inner = JSON_NODE_HOLDS_OBJECT (folder)
                                  ? json_object_get_members (json_node_get_object (folder))
                                  : NULL;

      for (GList *name = inner; name != NULL; name = name->next)
        {
          const Tag tag = {
            name->data, json_object_get_int_member_with_default (json_node_get_object (folder),
                                                                 name->data, 0)
          };
          g_array_append_val (tags, tag);
        }
    }
  g_array_sort (tags, compare_tags);
}

static char *
list_tags (const char *text)
{
  g_autoptr (JsonNode) root = pz_json_read_object ("tags", text, -1, PZ_JSON_ANY, NULL);
  g_autoptr (GArray) tags = g_array_new (FALSE, FALSE, sizeof (Tag));
  g_autoptr (GString) list = g_string_new (NULL);

  if (root != NULL)
    count_tags (json_node_get_object (root), tags);
  for (guint i = 0; i < MIN (tags->len, N_KEY_WORDS); i++)
    {
      g_autofree char *tag = g_strstrip (g_strdup (g_array_index (tags, Tag, i).tag));

      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", tag);
    }
  return list->len > 0 ? g_string_free_and_steal (g_steal_pointer (&list)) : NULL;
}

char *
pz_lora_list_key_words (const PzLora *lora)
{
  static const char *const keys[] = { "modelspec.trigger_phrase", "trained_words",
                                      "instance_prompt", "ss_instance_prompt" };
  const char *tags = pz_tensor_file_get_metadata (lora->file, "ss_tag_frequency");
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *said = pz_tensor_file_get_metadata (lora->file, keys[i]);

      if (said != NULL && said[0] != '\0')
        return g_strdup (said);
    }
  for (guint i = 0; i < lora->words->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
                            ((const PzEmbedding *) lora->words->pdata[i])->name);
  if (list->len > 0)
    return g_string_free_and_steal (g_steal_pointer (&list));
  return tags != NULL ? list_tags (tags) : NULL;
}

/* ---- description ---- */

guint
pz_lora_get_text_width (const PzLora *lora)
{
  for (guint i = 0; i < lora->parts->len; i++)
    {
      const PzLoraPart *part = lora->parts->pdata[i];

      const gboolean is_key =
        strstr (part->path, "attn2") != NULL
        && (g_str_has_suffix (part->path, "to_k") || g_str_has_suffix (part->path, "to_v"));
      const gboolean is_text =
        part->network == PZ_LORA_OF_TEXT
        && (part->is_numbered || strstr (part->path, "self_attn") != NULL);

      if (is_key || is_text)
        return (guint) part->down->dims[1];
    }
  return 0;
}

/* "4", "4 to 64" */
static char *
describe_rank (const PzLora *lora)
{
  guint least = G_MAXUINT, most = 0;

  for (guint i = 0; i < lora->parts->len; i++)
    {
      const PzLoraPart *part = lora->parts->pdata[i];

      least = MIN (least, part->rank);
      most = MAX (most, part->rank);
    }
  return least == most ? g_strdup_printf ("%u", least)
                       : g_strdup_printf ("%u to %u", least, most);
}

char *
pz_lora_describe (const PzLora *lora)
{
  g_autofree char *rank = describe_rank (lora);
  guint n_text = 0;

  for (guint i = 0; i < lora->parts->len; i++)
    {
      const PzLoraPart *part = lora->parts->pdata[i];

      n_text += part->network == PZ_LORA_OF_TEXT || g_str_has_prefix (part->path, "text_model");
    }
  return g_strdup_printf ("%s, rank %s, layers: %u of the U-Net, %u of the text encoder%s",
                          lora->dialect, rank, lora->parts->len - n_text, n_text,
                          pz_lora_is_lcm (lora) ? ", for few steps (LCM)" : "");
}

const char *
pz_lora_get_path (const PzLora *lora)
{
  return pz_tensor_file_get_path (lora->file);
}

const char *
pz_lora_get_name (const PzLora *lora)
{
  return lora->name;
}

const char *
pz_lora_get_sha256 (const PzLora *lora)
{
  return lora->sha256;
}

const char *
pz_lora_get_dialect (const PzLora *lora)
{
  return lora->dialect;
}

guint
pz_lora_get_n_parts (const PzLora *lora)
{
  return lora->parts->len;
}

const PzLoraPart *
pz_lora_get_part (const PzLora *lora, guint index)
{
  g_return_val_if_fail (index < lora->parts->len, NULL);
  return lora->parts->pdata[index];
}

GPtrArray *
pz_lora_get_words (const PzLora *lora)
{
  return lora->words;
}
