/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/custom-diffusion-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "models/concept-private.h"
#include "models/files/torch-write.h"

#define STEM "pytorch_custom_diffusion_weights"
#define METHOD "custom-diffusion"
#define PROCESSOR ".attn2.processor."
#define CROSS ".attn2."

static const char *const endings[] = { ".bin", ".safetensors" };

/* The weights of a cross attention that may be trained: names in the file and names in the network. */
static const struct
{
  const char *file, *network;
} parts[] = {
  { "to_k_custom_diffusion.weight", "to_k.weight" },
  { "to_v_custom_diffusion.weight", "to_v.weight" },
  { "to_q_custom_diffusion.weight", "to_q.weight" },
  { "to_out_custom_diffusion.0.weight", "to_out.0.weight" },
  { "to_out_custom_diffusion.0.bias", "to_out.0.bias" },
};

/* ---- finding ---- */

gboolean
pz_custom_diffusion_is (const PzTensorFile *file)
{
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    if (strstr (pz_tensor_file_get_tensor (file, i)->name, "_custom_diffusion.") != NULL)
      return TRUE;
  return FALSE;
}

char *
pz_custom_diffusion_find_file (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_str_has_prefix (name, STEM) ? g_strdup (path) : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *file = g_strconcat (path, G_DIR_SEPARATOR_S STEM, endings[i], NULL);

      if (g_file_test (file, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&file);
    }
  return NULL;
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
pz_custom_diffusion_list_words (const char *weights_file)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = g_path_get_dirname (weights_file);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!g_str_has_prefix (name, STEM)
        && (g_str_has_suffix (name, endings[0]) || g_str_has_suffix (name, endings[1])))
      g_ptr_array_add (words, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (words, compare_paths);
  return words;
}

/* ---- reading ---- */

static gboolean
refuse (const PzTensorFile *file,
        const PzFileTensor *tensor,
        const char *expected,
        GError **error)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: “%s”: expected %s",
               pz_tensor_file_get_path (file), tensor->name, expected);
  return FALSE;
}

/* "….attn2.processor.to_k_custom_diffusion.weight" -> "….attn2.to_k.weight". (transfer full), or NULL for any other name. */
static char *
network_name (const char *name)
{
  const char *at = strstr (name, PROCESSOR);

  for (guint i = 0; at != NULL && i < G_N_ELEMENTS (parts); i++)
    if (strcmp (at + strlen (PROCESSOR), parts[i].file) == 0)
      return g_strdup_printf ("%.*s" CROSS "%s", (int) (at - name), name, parts[i].network);
  return NULL;
}

static void
override_clear (gpointer data)
{
  PzConceptOverride *override = data;

  g_free ((char *) override->name);
  g_free ((float *) override->values);
}

static gboolean
read_values (const PzTensorFile *file,
             const PzFileTensor *tensor,
             float *values,
             GError **error)
{
  if (!pz_tensor_file_read_f32 (file, tensor, 0, (gsize) tensor->n_elements, values, error))
    return FALSE;
  for (guint64 i = 0; i < tensor->n_elements; i++)
    if (!isfinite (values[i]))
      return refuse (file, tensor, "finite numbers, found NaN or infinity", error);
  return TRUE;
}

static gboolean
read_override (const PzTensorFile *file,
               const PzFileTensor *tensor,
               GArray *overrides,
               GError **error)
{
  char *name = network_name (tensor->name);
  PzConceptOverride override = { .name = name, .n_dims = tensor->n_dims };
  float *values;

  if (name == NULL)
    return refuse (file, tensor, "a weight of a cross attention", error);
  if (tensor->n_dims < 1 || tensor->n_dims > 2 || tensor->n_elements == 0)
    {
      g_free (name);
      return refuse (file, tensor, "1 or 2 dimensions, none of them 0", error);
    }
  for (guint i = 0; i < tensor->n_dims; i++)
    override.dims[i] = tensor->dims[i];
  values = g_new (float, (gsize) tensor->n_elements);
  override.values = values;
  g_array_append_val (overrides, override);
  return read_values (file, tensor, values, error);
}

PzConcept *
pz_custom_diffusion_load (const char *path, GError **error)
{
  g_autofree char *found = pz_custom_diffusion_find_file (path);
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (found != NULL ? found : path, error);
  g_autoptr (GArray) overrides = g_array_new (FALSE, TRUE, sizeof (PzConceptOverride));
  g_autofree char *title = g_path_get_basename (path);

  g_array_set_clear_func (overrides, override_clear);
  if (file == NULL || !pz_tensor_file_check_all (file, error))
    return NULL;
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    if (!read_override (file, pz_tensor_file_get_tensor (file, i), overrides, error))
      return NULL;
  if (overrides->len == 0)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected keys and values of Custom Diffusion, found none",
                   pz_tensor_file_get_path (file));
      return NULL;
    }
  return pz_concept_new (&(PzConceptParts) {
    .title = title,
    .method = METHOD,
    .overrides = (const PzConceptOverride *) (gpointer) overrides->data,
    .n_overrides = overrides->len,
  });
}

/* ---- writing ---- */

/* "….attn2.to_k.weight" -> "….attn2.processor.to_k_custom_diffusion.weight". (transfer full), or NULL for any other weight. */
static char *
file_name (const char *name)
{
  const char *at = strstr (name, CROSS);

  for (guint i = 0; at != NULL && i < G_N_ELEMENTS (parts); i++)
    if (strcmp (at + strlen (CROSS), parts[i].network) == 0)
      return g_strdup_printf ("%.*s" PROCESSOR "%s", (int) (at - name), name, parts[i].file);
  return NULL;
}

static gboolean
put_weight (PzTorchWriter *writer, const PzConceptOverride *override, GError **error)
{
  g_autofree char *name = override->rank == 0 ? file_name (override->name) : NULL;
  gsize n = 1;

  if (name == NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "%s: expected a weight of a cross attention, which Custom Diffusion's files "
                   "hold, found another",
                   override->name);
      return FALSE;
    }
  for (guint i = 0; i < override->n_dims; i++)
    n *= (gsize) override->dims[i];
  pz_torch_writer_string (writer, name);
  pz_torch_writer_tensor (writer, pz_torch_writer_add_storage (writer, override->values, n),
                          override->n_dims, override->dims);
  return TRUE;
}

/* UNet2DConditionModel lists its middle block last. */
static gboolean
put_weights (PzTorchWriter *writer, const PzConcept *concept, GError **error)
{
  const guint n = pz_concept_get_n_overrides (concept);

  for (guint is_middle = 0; is_middle < 2; is_middle++)
    for (guint i = 0; i < n; i++)
      {
        const PzConceptOverride *override = pz_concept_get_override (concept, i);

        if (g_str_has_prefix (override->name, "mid_block.") == (is_middle == 1)
            && !put_weight (writer, override, error))
          return FALSE;
      }
  return TRUE;
}

/* Writes an empty dictionary for each self attention, as diffusers does: their processors have no weights. */
static void
put_empty (PzTorchWriter *writer, const PzConcept *concept)
{
  g_autofree char *last = NULL;

  for (guint i = 0; i < pz_concept_get_n_overrides (concept); i++)
    {
      const char *name = pz_concept_get_override (concept, i)->name;
      char *own =
        g_strdup_printf ("%.*s.attn1.processor", (int) (strstr (name, CROSS) - name), name);

      if (g_strcmp0 (own, last) != 0)
        {
          pz_torch_writer_string (writer, own);
          pz_torch_writer_begin_dict (writer);
          pz_torch_writer_end_dict (writer);
        }
      g_free (last);
      last = own;
    }
}

static gboolean
write_word (const char *folder,
            const char *name,
            const float *row,
            guint64 width,
            GError **error)
{
  g_autofree char *file = g_strconcat (folder, G_DIR_SEPARATOR_S, name, endings[0], NULL);
  g_autoptr (PzTorchWriter) writer = pz_torch_writer_new ();

  pz_torch_writer_begin_dict (writer);
  pz_torch_writer_string (writer, name);
  pz_torch_writer_tensor (writer, pz_torch_writer_add_storage (writer, row, (gsize) width), 1,
                          &width);
  pz_torch_writer_end_dict (writer);
  return pz_torch_writer_save (writer, file, error);
}

/* There must be one name for each row, and each must be usable as a file name. */
static gboolean
check_names (const PzConcept *concept, char **names, const char *path, GError **error)
{
  gboolean good = g_strv_length (names) == pz_concept_get_n_words (concept);

  for (guint i = 0; good && names[i] != NULL; i++)
    good = strchr (names[i], G_DIR_SEPARATOR) == NULL && names[i][0] != '\0'
           && !g_str_has_prefix (names[i], STEM);
  if (good)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "%s: expected a name for each of %u words that can be a file's, found “%s”",
               path, pz_concept_get_n_words (concept), pz_concept_get_name (concept));
  return FALSE;
}

gboolean
pz_custom_diffusion_export (const PzConcept *concept, const char *path, GError **error)
{
  const guint width = pz_concept_get_width (concept);
  g_auto (GStrv) names = g_strsplit (pz_concept_get_name (concept), " ", -1);
  g_autofree char *weights = g_strconcat (path, G_DIR_SEPARATOR_S STEM, endings[0], NULL);
  g_autoptr (PzTorchWriter) writer = pz_torch_writer_new ();

  if (!check_names (concept, names, path, error))
    return FALSE;
  pz_torch_writer_begin_dict (writer);
  if (!put_weights (writer, concept, error))
    return FALSE;
  put_empty (writer, concept);
  pz_torch_writer_end_dict (writer);
  if (g_mkdir_with_parents (path, 0777) != 0)
    {
      const int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   "%s: expected a folder to write to, found: %s", path, g_strerror (code));
      return FALSE;
    }
  for (guint i = 0; names[i] != NULL; i++)
    if (!write_word (path, names[i], pz_concept_get_words (concept) + (gsize) i * width, width,
                     error))
      return FALSE;
  return pz_torch_writer_save (writer, weights, error);
}
