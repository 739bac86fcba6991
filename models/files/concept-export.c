/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exports concepts to third-party formats: one table row for each format (methods: file formats).
 */
#include "models/concept.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "models/files/custom-diffusion-file.h"
#include "models/files/json-text.h"
#include "models/files/lora-export.h"
#include "models/files/safetensors.h"
#include "models/files/torch-write.h"

/* Prefix of the methods whose authors publish each vector as a separate entry. */
#define ONE_ENTRY_EACH "cross-initialization"
#define ADAPTER_SUFFIX "prefix_tunings.prefix_tuning1.clip_text_model_self_prefix.control_trans"
/* The id of "*" in CLIP's vocabulary; every file of AUTOMATIC1111 contains it. */
#define STAR_TOKEN 265

typedef struct
{
  char *name;
  guint n_dims;
  guint64 dims[2];
  const float *values;
} Entry;

static void
entry_clear (gpointer data)
{
  g_free (((Entry *) data)->name);
}

/* (transfer full) of Entry */
static GArray *
list_entries (const PzConcept *concept)
{
  const guint n = pz_concept_get_n_words (concept), d = pz_concept_get_width (concept);
  const float *words = pz_concept_get_words (concept);
  const char *name = pz_concept_get_name (concept);
  const gboolean each = g_str_has_prefix (pz_concept_get_method (concept), ONE_ENTRY_EACH);
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  g_array_set_clear_func (entries, entry_clear);
  for (guint i = 0; i < (each ? n : 1); i++)
    {
      Entry entry = { .values = words + (gsize) i * d };

      if (each)
        {
          entry.name = g_strdup_printf ("%s_v%u", name, i);
          entry.n_dims = 1;
          entry.dims[0] = d;
        }
      else
        {
          entry.name = g_strdup (name);
          entry.n_dims = 2;
          entry.dims[0] = n;
          entry.dims[1] = d;
        }
      g_array_append_val (entries, entry);
    }
  return entries;
}

/* ---- the formats ---- */

static gboolean
write_safetensors (const PzConcept *concept, const char *path, GError **error)
{
  g_autoptr (GArray) entries = list_entries (concept);
  g_autofree PzSafetensorF32 *tensors = g_new0 (PzSafetensorF32, entries->len);

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      tensors[i].name = entry->name;
      tensors[i].n_dims = entry->n_dims;
      memcpy (tensors[i].dims, entry->dims, sizeof entry->dims);
      tensors[i].values = entry->values;
    }
  return pz_safetensors_write (path, tensors, entries->len,
                               (const char *const[]) { "format", "pt", NULL }, error);
}

static gboolean
write_bin (const PzConcept *concept, const char *path, GError **error)
{
  g_autoptr (GArray) entries = list_entries (concept);
  g_autoptr (PzTorchWriter) writer = pz_torch_writer_new ();

  pz_torch_writer_begin_dict (writer);
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);
      const gsize n = (gsize) entry->dims[0] * (entry->n_dims == 2 ? entry->dims[1] : 1);

      pz_torch_writer_string (writer, entry->name);
      pz_torch_writer_tensor (writer, pz_torch_writer_add_storage (writer, entry->values, n),
                              entry->n_dims, entry->dims);
    }
  pz_torch_writer_end_dict (writer);
  return pz_torch_writer_save (writer, path, error);
}

/* The number of training steps in the recipe; 0 = unknown. */
static gint32
find_steps (const PzConcept *concept)
{
  const char *recipe = pz_concept_get_recipe (concept);
  g_autoptr (JsonNode) root =
    recipe != NULL ? pz_json_read_object ("recipe", recipe, -1, PZ_JSON_ANY, NULL) : NULL;

  if (root == NULL)
    return 0;
  return (gint32) json_object_get_int_member_with_default (json_node_get_object (root), "steps",
                                                           0);
}

static gboolean
write_pt (const PzConcept *concept, const char *path, GError **error)
{
  const guint64 dims[] = { pz_concept_get_n_words (concept), pz_concept_get_width (concept) };
  g_autoptr (PzTorchWriter) writer = pz_torch_writer_new ();
  const guint storage = pz_torch_writer_add_storage (writer, pz_concept_get_words (concept),
                                                     (gsize) (dims[0] * dims[1]));

  pz_torch_writer_begin_dict (writer);
  pz_torch_writer_string (writer, "string_to_token");
  pz_torch_writer_begin_dict (writer);
  pz_torch_writer_string (writer, "*");
  pz_torch_writer_int (writer, STAR_TOKEN);
  pz_torch_writer_end_dict (writer);
  pz_torch_writer_string (writer, "string_to_param");
  pz_torch_writer_begin_dict (writer);
  pz_torch_writer_string (writer, "*");
  pz_torch_writer_tensor (writer, storage, 2, dims);
  pz_torch_writer_end_dict (writer);
  pz_torch_writer_string (writer, "name");
  pz_torch_writer_string (writer, pz_concept_get_name (concept));
  pz_torch_writer_string (writer, "step");
  pz_torch_writer_int (writer, find_steps (concept));
  pz_torch_writer_string (writer, "sd_checkpoint");
  pz_torch_writer_none (writer);
  pz_torch_writer_string (writer, "sd_checkpoint_name");
  pz_torch_writer_none (writer);
  pz_torch_writer_end_dict (writer);
  return pz_torch_writer_save (writer, path, error);
}

/* Members and their order as adapter-transformers 3.2.1 writes them. Members that do not apply to a flat prefix have their
 * default values. */
static char *
adapter_config (const PzConcept *concept)
{
  return g_strdup_printf ("{\n"
                          "  \"config\": {\n"
                          "    \"architecture\": \"prefix_tuning\",\n"
                          "    \"bottleneck_size\": 512,\n"
                          "    \"cross_prefix\": true,\n"
                          "    \"dropout\": 0.0,\n"
                          "    \"encoder_prefix\": true,\n"
                          "    \"flat\": true,\n"
                          "    \"leave_out\": [],\n"
                          "    \"non_linearity\": \"tanh\",\n"
                          "    \"prefix_length\": %u,\n"
                          "    \"shared_gating\": true,\n"
                          "    \"use_gating\": false\n"
                          "  },\n"
                          "  \"hidden_size\": %u,\n"
                          "  \"model_class\": \"CLIPTextModel\",\n"
                          "  \"model_name\": null,\n"
                          "  \"model_type\": \"clip_text_model\",\n"
                          "  \"name\": \"prefix_tuning1\",\n"
                          "  \"version\": \"3.2.1\"\n"
                          "}",
                          pz_concept_get_prefix (concept)->length,
                          pz_concept_get_width (concept));
}

static void
put_adapter (PzTorchWriter *writer, const PzConcept *concept)
{
  const PzConceptPrefix *prefix = pz_concept_get_prefix (concept);
  const guint64 n =
    (guint64) prefix->length * 2 * prefix->n_layers * pz_concept_get_width (concept);
  const guint storage = pz_torch_writer_add_storage (writer, prefix->rows, (gsize) n);

  pz_torch_writer_begin_dict (writer);
  for (guint i = 0; i <= prefix->n_layers; i++)
    {
      g_autofree char *name =
        i < prefix->n_layers
          ? g_strdup_printf ("text_model.encoder.layers.%u.self_attn.prefix_tuning."
                             "pool." ADAPTER_SUFFIX,
                             prefix->first_layer + i)
          : g_strdup ("prefix_tuning." ADAPTER_SUFFIX);

      pz_torch_writer_string (writer, name);
      pz_torch_writer_tensor (writer, storage, 1, &n);
    }
  pz_torch_writer_end_dict (writer);
}

static gboolean
write_adapter (const PzConcept *concept, const char *path, GError **error)
{
  g_autofree char *tensors = g_build_filename (path, "pytorch_adapter.bin", NULL);
  g_autofree char *config_path = g_build_filename (path, "adapter_config.json", NULL);
  g_autofree char *config = adapter_config (concept);
  g_autoptr (PzTorchWriter) writer = pz_torch_writer_new ();

  if (g_mkdir_with_parents (path, 0777) != 0)
    {
      const int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   "%s: expected a folder to write to, found: %s", path, g_strerror (code));
      return FALSE;
    }
  put_adapter (writer, concept);
  return pz_torch_writer_save (writer, tensors, error)
         && g_file_set_contents_full (config_path, config, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                      0666, error);
}

#define ANYTHING NULL

static const struct
{
  const char *ending; /* NULL = any other: a folder */
  const char *holds; /* as described by describe (); ANYTHING = any parts */
  gboolean (*write) (const PzConcept *concept, const char *path, GError **error);
} formats[] = {
  { ".safetensors", "words", write_safetensors },
  { ".safetensors", "changes of weights", pz_lora_export },
  { ".bin", "words", write_bin },
  { ".pt", "words", write_pt },
  { PZ_CONCEPT_ENDING, ANYTHING, pz_concept_save },
  { NULL, "a text encoder adapter", write_adapter },
  { NULL, "words and weights", pz_custom_diffusion_export },
};

/* The first row with the extension of `path`. */
static guint
find_ending (const char *path)
{
  guint i = 0;

  while (formats[i].ending != NULL && !g_str_has_suffix (path, formats[i].ending))
    i++;
  return i;
}

gboolean
pz_concept_format_is_file (const char *path)
{
  return formats[find_ending (path)].ending != NULL;
}

static gboolean
has_products (const PzConcept *concept)
{
  return pz_concept_get_n_overrides (concept) > 0
         && pz_concept_get_override (concept, 0)->rank > 0;
}

/* Describes the parts of a concept: "words and local features". (transfer full) */
static char *
describe (const PzConcept *concept)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  if (pz_concept_get_n_words (concept) > 0)
    g_ptr_array_add (parts, "words");
  if (pz_concept_get_n_patches (concept) > 0)
    g_ptr_array_add (parts, "local features");
  if (pz_concept_get_n_image_tokens (concept) > 0)
    g_ptr_array_add (parts, "image tokens");
  if (pz_concept_get_prefix (concept)->length > 0)
    g_ptr_array_add (parts, "a text encoder adapter");
  if (pz_concept_get_n_overrides (concept) > 0)
    g_ptr_array_add (parts, has_products (concept) ? "changes of weights" : "weights");
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" and ", (char **) parts->pdata);
}

/* Describes what the formats with the same extension hold: "words or changes of weights". (transfer full) */
static char *
list_holds (guint first)
{
  GString *text = g_string_new (formats[first].holds);

  for (guint i = first + 1; i < G_N_ELEMENTS (formats); i++)
    if (g_strcmp0 (formats[i].ending, formats[first].ending) == 0)
      g_string_append_printf (text, " or %s", formats[i].holds);
  return g_string_free_and_steal (text);
}

/* The first row from `first` on with the same extension that holds all of these parts. */
static guint
find_format (guint first, const char *found)
{
  guint i = first;

  while (i < G_N_ELEMENTS (formats)
         && (g_strcmp0 (formats[i].ending, formats[first].ending) != 0
             || (formats[i].holds != ANYTHING && strcmp (found, formats[i].holds) != 0)))
    i++;
  return i;
}

const char *
pz_concept_suggest_ending (const PzConcept *concept)
{
  g_autofree char *found = describe (concept);
  guint i = 0;

  /* Our own format holds everything, so it is only used if no other format fits. */
  while (i < G_N_ELEMENTS (formats)
         && (formats[i].holds == ANYTHING || strcmp (found, formats[i].holds) != 0))
    i++;
  if (i == G_N_ELEMENTS (formats))
    return PZ_CONCEPT_ENDING;
  return formats[i].ending != NULL ? formats[i].ending : "";
}

gboolean
pz_concept_export (const PzConcept *concept, const char *path, GError **error)
{
  const guint first = find_ending (path);
  g_autofree char *found = describe (concept);
  const guint format = find_format (first, found);

  if (format == G_N_ELEMENTS (formats))
    {
      g_autofree char *holds = list_holds (first);

      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "%s: expected a concept that is %s alone for a %s, found %s", path, holds,
                   formats[first].ending != NULL ? formats[first].ending : "folder", found);
      return FALSE;
    }
  if (formats[format].holds != ANYTHING && pz_concept_get_n_words (concept) > 0
      && pz_concept_get_name (concept) == NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "%s: expected a concept with a name, found none", path);
      return FALSE;
    }
  return formats[format].write (concept, path, error);
}
