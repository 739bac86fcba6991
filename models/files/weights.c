/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/weights.h"

#include <string.h>

#include "models/files/weight-load.h"

#define MISFITS_LISTED 10
/* A storage may use more than its own bytes, since addresses are aligned to 256 bytes. */
#define STORAGE_ALIGNMENT 256

struct _PzWeights
{
  grefcount refs;
  PzTensorFile *file;
  const PzKeyMap *map;
  GHashTable *tensors; /* requested name -> PzFileTensor, for names looked up so far */
  GHashTable *storages; /* storage_key () -> PzStorage */
};

PzWeights *
pz_weights_open (const char *path, GError **error)
{
  return pz_weights_open_mapped (path, &pz_key_map_folder, error);
}

PzWeights *
pz_weights_open_mapped (const char *path, const PzKeyMap *map, GError **error)
{
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, error);

  return file != NULL ? pz_weights_new (file, map) : NULL;
}

PzWeights *
pz_weights_new (PzTensorFile *file, const PzKeyMap *map)
{
  PzWeights *weights = g_new0 (PzWeights, 1);

  g_ref_count_init (&weights->refs);
  weights->file = pz_tensor_file_ref (file);
  weights->map = map;
  weights->tensors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  weights->storages =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pz_storage_unref);
  return weights;
}

PzWeights *
pz_weights_ref (PzWeights *weights)
{
  g_ref_count_inc (&weights->refs);
  return weights;
}

void
pz_weights_unref (PzWeights *weights)
{
  if (weights == NULL || !g_ref_count_dec (&weights->refs))
    return;
  g_hash_table_unref (weights->storages);
  g_hash_table_unref (weights->tensors);
  pz_tensor_file_close (weights->file);
  g_free (weights);
}

const char *
pz_weights_get_path (const PzWeights *weights)
{
  return pz_tensor_file_get_path (weights->file);
}

const PzTensorFile *
pz_weights_get_file (const PzWeights *weights)
{
  return weights->file;
}

guint64
pz_weights_get_file_bytes (const PzWeights *weights)
{
  return pz_tensor_file_get_file_bytes (weights->file);
}

const PzFileTensor *
pz_weights_lookup (PzWeights *weights, const char *name)
{
  PzFileTensor *tensor = g_hash_table_lookup (weights->tensors, name);
  g_autofree char *kept = NULL;

  if (tensor != NULL)
    return tensor;
  tensor = g_new (PzFileTensor, 1);
  kept = g_strdup (name);
  if (!pz_key_map_find (weights->map, weights->file, kept, tensor))
    {
      g_free (tensor);
      return NULL;
    }
  g_hash_table_insert (weights->tensors, g_steal_pointer (&kept), tensor);
  return tensor;
}

void
pz_weights_release (PzWeights *weights)
{
  g_hash_table_remove_all (weights->storages);
}

/* ---- the source of each weight ---- */

typedef struct
{
  PzTensor *tensor;
  PzWeightLayout layout;
  PzWeights *weights;
  const PzFileTensor *source;
} Item;

const PzWeightSource *
pz_weights_find_source (const PzWeightSource sources[], guint n_sources, const char *name)
{
  const PzWeightSource *best = NULL;

  for (guint i = 0; i < n_sources; i++)
    if (g_str_has_prefix (name, sources[i].prefix)
        && (best == NULL || strlen (sources[i].prefix) > strlen (best->prefix)))
      best = &sources[i];
  return best;
}

static char *
shape_to_text (guint n_dims, const guint64 dims[])
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < n_dims; i++)
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, i > 0 ? ", " : "", dims[i]);
  return g_string_free_and_steal (g_string_append_c (text, ']'));
}

/* Describes the mismatch between a weight and its tensor in the file; NULL = none. (transfer full) */
static char *
find_misfit (const PzGraph *graph, guint index, const PzWeightSource *from, Item *item)
{
  const char *name = item->tensor->name;
  const char *path = from != NULL ? pz_weights_get_path (from->weights) : "no file";
  const char *rest = from != NULL ? name + strlen (from->prefix) : name;
  g_autofree char *there =
    from != NULL ? pz_key_map_name (from->weights->map, rest) : g_strdup (name);
  guint n_dims;
  const guint *dims = pz_graph_get_weight_file_dims (graph, index, &n_dims);
  guint64 expected[PZ_MAX_DIMS];
  gboolean same;
  g_autofree char *expected_text = NULL;
  g_autofree char *found_text = NULL;

  for (guint i = 0; i < n_dims; i++)
    expected[i] = dims[i];
  expected_text = shape_to_text (n_dims, expected);
  item->weights = from != NULL ? from->weights : NULL;
  item->source = from != NULL ? pz_weights_lookup (from->weights, rest) : NULL;
  if (item->source == NULL)
    return g_strdup_printf ("%s: %s: expected %s, found no such tensor", path, there,
                            expected_text);
  if (!pz_file_dtype_is_floating (item->source->dtype))
    return g_strdup_printf ("%s: %s: expected F32, F16, BF16 or F64, found %s", path, there,
                            pz_file_dtype_name (item->source->dtype));
  same = item->source->n_dims == n_dims;
  for (guint i = 0; same && i < n_dims; i++)
    same = item->source->dims[i] == expected[i];
  if (same)
    return NULL;
  found_text = shape_to_text (item->source->n_dims, item->source->dims);
  return g_strdup_printf ("%s: %s: expected %s, found %s", path, there, expected_text,
                          found_text);
}

static void
set_misfit_error (GPtrArray *misfits, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (misfits->len > 1)
    g_string_append_printf (text, "%u weights do not fit: ", misfits->len);
  for (guint i = 0; i < MIN (misfits->len, MISFITS_LISTED); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", (char *) misfits->pdata[i]);
  if (misfits->len > MISFITS_LISTED)
    g_string_append_printf (text, "; and %u more", misfits->len - MISFITS_LISTED);
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_FILE, text->str);
}

/* One Item for each weight of the graph, or NULL with an error for all mismatches. (transfer full) */
static GArray *
resolve (const PzGraph *graph, const PzWeightSource sources[], guint n_sources, GError **error)
{
  guint n = pz_graph_get_n_weights (graph);
  g_autoptr (GArray) items = g_array_sized_new (FALSE, TRUE, sizeof (Item), n);
  g_autoptr (GPtrArray) misfits = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      Item item = { .tensor = pz_graph_get_weight (graph, i),
                    .layout = pz_graph_get_weight_layout (graph, i) };
      char *misfit =
        find_misfit (graph, i, pz_weights_find_source (sources, n_sources, item.tensor->name),
                     &item);

      if (misfit != NULL)
        g_ptr_array_add (misfits, misfit);
      g_array_append_val (items, item);
    }
  if (misfits->len > 0)
    {
      set_misfit_error (misfits, error);
      return NULL;
    }
  return g_steal_pointer (&items);
}

gboolean
pz_weights_check (const PzGraph *graph,
                  const PzWeightSource sources[],
                  guint n_sources,
                  GError **error)
{
  g_autoptr (GArray) items = resolve (graph, sources, n_sources, error);

  return items != NULL;
}

/* ---- from the file to the device ---- */

static char *
storage_key (const Item *item)
{
  return g_strdup_printf ("%u %u %s", (guint) item->tensor->dtype,
                          item->layout == PZ_WEIGHT_CONV, item->source->name);
}

static PzStorage *
lookup_storage (const Item *item)
{
  g_autofree char *key = storage_key (item);

  return g_hash_table_lookup (item->weights->storages, key);
}

/* Compares the memory needed by weights that are not on the device yet with the free memory. */
static gboolean
check_memory (GArray *items, PzGpu *gpu, GError **error)
{
  guint64 needed = 0, free_bytes = pz_gpu_free_bytes (gpu);
  g_autofree char *needed_text = NULL;
  g_autofree char *free_text = NULL;

  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = &g_array_index (items, Item, i);
      guint64 bytes =
        pz_dtype_size (item->tensor->dtype, item->tensor->n_dims, item->tensor->dims);

      if (pz_graph_get_bound (item->tensor) != NULL || lookup_storage (item) != NULL)
        continue;
      needed += bytes + (STORAGE_ALIGNMENT - bytes % STORAGE_ALIGNMENT) % STORAGE_ALIGNMENT;
    }
  if (needed <= free_bytes)
    return TRUE;
  needed_text = g_format_size_full (needed, G_FORMAT_SIZE_IEC_UNITS);
  free_text = g_format_size_full (free_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY,
               "the model's weights need %s of device memory, but only %s are free",
               needed_text, free_text);
  return FALSE;
}

/* Creates an empty storage for each weight that has none yet, and lists what to load into it. On FALSE, some may have been
 * created. */
static gboolean
make_storages (GArray *items, PzGpu *gpu, GArray *loads, GError **error)
{
  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = &g_array_index (items, Item, i);
      const PzTensor *tensor = item->tensor;
      PzWeightLoad load = { item->weights->file, item->weights->map, item->source, item->layout,
                            NULL };

      if (pz_graph_get_bound (tensor) != NULL || lookup_storage (item) != NULL)
        continue;
      load.storage = pz_storage_new (gpu, PZ_ARENA_WEIGHTS, tensor->dtype, tensor->n_dims,
                                     tensor->dims, tensor->name, error);
      if (load.storage == NULL)
        return FALSE;
      g_hash_table_insert (item->weights->storages, storage_key (item), load.storage);
      g_array_append_val (loads, load);
    }
  return TRUE;
}

/* Drops the storages that this call created, since they may not be filled. */
static void
drop_storages (GArray *items, const GArray *loads)
{
  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = &g_array_index (items, Item, i);
      const PzStorage *storage = lookup_storage (item);
      g_autofree char *key = storage_key (item);

      for (guint j = 0; storage != NULL && j < loads->len; j++)
        if (g_array_index (loads, PzWeightLoad, j).storage == storage)
          {
            g_hash_table_remove (item->weights->storages, key);
            storage = NULL;
          }
    }
}

gboolean
pz_weights_bind (PzGraph *graph,
                 const PzWeightSource sources[],
                 guint n_sources,
                 PzGpu *gpu,
                 const PzWeightParams *params,
                 GError **error)
{
  g_autoptr (GArray) loads = g_array_new (FALSE, FALSE, sizeof (PzWeightLoad));
  g_autoptr (GArray) items = NULL;

  if (!pz_graph_check (graph, error))
    return FALSE;
  items = resolve (graph, sources, n_sources, error);
  if (items == NULL || !check_memory (items, gpu, error))
    return FALSE;
  if (!make_storages (items, gpu, loads, error)
      || !pz_weight_load ((const PzWeightLoad *) (gpointer) loads->data, loads->len, params,
                          error))
    {
      drop_storages (items, loads);
      return FALSE;
    }
  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = &g_array_index (items, Item, i);

      if (pz_graph_get_bound (item->tensor) == NULL)
        pz_graph_bind (graph, item->tensor, lookup_storage (item));
    }
  return TRUE;
}
