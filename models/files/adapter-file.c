/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/adapter-file.h"

#include <math.h>
#include <string.h>

#include "models/files/config-json.h"
#include "models/files/file-hash.h"
#include "models/files/read-budget.h"

#define TENSORS "pytorch_adapter.bin"
#define CONFIG "adapter_config.json"
#define SUFFIX ".control_trans"
/* Prefix of one layer's copy; used to count the layers. */
#define LAYER_PREFIX "text_model.encoder.layers."

PzTextAdapter *
pz_text_adapter_ref (PzTextAdapter *adapter)
{
  g_atomic_ref_count_inc (&adapter->refs);
  return adapter;
}

void
pz_text_adapter_unref (PzTextAdapter *adapter)
{
  if (adapter == NULL || !g_atomic_ref_count_dec (&adapter->refs))
    return;
  g_free (adapter->path);
  g_free (adapter->sha256);
  g_free (adapter->rows);
  g_free (adapter);
}

char *
pz_text_adapter_find_file (const char *path)
{
  g_autofree char *file = g_build_filename (path, TENSORS, NULL);

  return g_file_test (file, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&file) : NULL;
}

gboolean
pz_text_adapter_is (const PzTensorFile *file)
{
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    if (g_str_has_suffix (pz_tensor_file_get_tensor (file, i)->name, SUFFIX))
      return TRUE;
  return FALSE;
}

/* ---- adapter_config.json ---- */

typedef struct
{
  guint prefix_length; /* 0 = not given */
  guint hidden_size; /* 0 = not given */
} Config;

static const PzConfigField outer_fields[] = {
  { "hidden_size", PZ_CONFIG_UINT, .offset = G_STRUCT_OFFSET (Config, hidden_size) },
  { "*", PZ_CONFIG_IGNORED },
  { NULL },
};

/* "leave_out" has no row, so it is refused unless it is empty. Gates and the bottleneck are not used, so their widths and
 * activation have no effect. */
static const PzConfigField inner_fields[] = {
  { "architecture", PZ_CONFIG_MUST, .fallback = "\"prefix_tuning\"" },
  { "flat", PZ_CONFIG_MUST, .fallback = "true" },
  { "use_gating", PZ_CONFIG_MUST, .fallback = "false" },
  { "prefix_length", PZ_CONFIG_UINT, .offset = G_STRUCT_OFFSET (Config, prefix_length) },
  { "bottleneck_size", PZ_CONFIG_IGNORED },
  { "cross_prefix", PZ_CONFIG_IGNORED },
  { "dropout", PZ_CONFIG_IGNORED },
  { "encoder_prefix", PZ_CONFIG_IGNORED },
  { "non_linearity", PZ_CONFIG_IGNORED },
  { "shared_gating", PZ_CONFIG_IGNORED },
  { NULL },
};

static gboolean
read_config (const char *path, Config *config, GError **error)
{
  g_autofree char *inner = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!pz_config_read (path, outer_fields, config, error))
    return FALSE;
  inner = pz_config_inner_object (path, "config");
  return pz_config_parse (inner != NULL ? inner : "{}", -1, path, inner_fields, config, error);
}

/* ---- the tensors ---- */

static gboolean
bad (GError **error, const PzTextAdapter *adapter, const char *what)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s", adapter->path, what);
  return FALSE;
}

/* The number of layers that have their own copy. */
static guint
count_layers (const PzTensorFile *file)
{
  guint n = 0;

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const char *name = pz_tensor_file_get_tensor (file, i)->name;

      n += g_str_has_prefix (name, LAYER_PREFIX) && g_str_has_suffix (name, SUFFIX);
    }
  return n;
}

/* Reads the first of the copies; the others must equal it. */
static gboolean
read_rows (PzTextAdapter *adapter, const PzTensorFile *file, gsize *n, GError **error)
{
  PzReadBudget budget = { 0 };

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);
      g_autofree float *values = NULL;

      if (!g_str_has_suffix (tensor->name, SUFFIX))
        continue;
      if (tensor->n_elements == 0 || tensor->n_elements > G_MAXUINT / sizeof (float)
          || (adapter->rows != NULL && tensor->n_elements != *n))
        return bad (error, adapter, "expected " SUFFIX " tensors of one size");
      *n = (gsize) tensor->n_elements;
      pz_budget_take (&budget, PZ_BUDGET_VECTOR_BYTES, *n * sizeof (float));
      if (!pz_budget_check (&budget, adapter->path, tensor->name, error))
        return FALSE;
      values = g_new (float, *n);
      if (!pz_tensor_file_read_f32 (file, tensor, 0, *n, values, error))
        return FALSE;
      for (gsize j = 0; j < *n; j++)
        if (!isfinite (values[j]))
          return bad (error, adapter, "expected finite numbers, found NaN or infinity");
      if (adapter->rows == NULL)
        adapter->rows = g_steal_pointer (&values);
      else if (memcmp (adapter->rows, values, *n * sizeof (float)) != 0)
        return bad (error, adapter, "expected " SUFFIX " tensors that are all the same");
    }
  return adapter->rows != NULL
         || bad (error, adapter, "expected an adapter's " SUFFIX " tensors, found none");
}

static gboolean
read_adapter (PzTextAdapter *adapter, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (adapter->path);
  g_autofree char *config_path = g_build_filename (folder, CONFIG, NULL);
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (adapter->path, error);
  Config config = { 0 };
  gsize n = 0;

  if (file == NULL || !read_config (config_path, &config, error)
      || !read_rows (adapter, file, &n, error))
    return FALSE;
  adapter->length = MAX (config.prefix_length, 1);
  adapter->width = config.hidden_size;
  if (adapter->width == 0 && count_layers (file) > 0)
    adapter->width = (guint) (n / adapter->length / (2 * count_layers (file)));
  if (adapter->width == 0 || n % (2 * (guint64) adapter->width * adapter->length) != 0)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                   "%s: expected a key and a value of width %u for each layer and each of %u "
                   "positions, found %" G_GSIZE_FORMAT " numbers",
                   adapter->path, adapter->width, adapter->length, n);
      return FALSE;
    }
  adapter->n_layers = (guint) (n / (2 * (guint64) adapter->width * adapter->length));
  adapter->sha256 = pz_file_sha256 (adapter->path, error);
  return adapter->sha256 != NULL;
}

PzTextAdapter *
pz_text_adapter_read (const char *path, GError **error)
{
  g_autoptr (PzTextAdapter) adapter = g_new0 (PzTextAdapter, 1);

  g_atomic_ref_count_init (&adapter->refs);
  adapter->path = pz_text_adapter_find_file (path);
  if (adapter->path == NULL)
    adapter->path = g_strdup (path);
  return read_adapter (adapter, error) ? g_steal_pointer (&adapter) : NULL;
}
