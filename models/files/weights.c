/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/weights.h"

#include <math.h>
#include <string.h>

#include "models/files/weight-numbers.h"

#define CHUNK_ELEMENTS (1u << 20)
#define MISFITS_LISTED 10
/* What a storage may cost beyond its bytes (addresses are aligned to 256). */
#define STORAGE_ALIGNMENT 256

struct _PzWeights
{
  grefcount refs;
  PzTensorFile *file;
  const PzKeyMap *map;
  GHashTable *tensors; /* a network's name -> PzFileTensor, those looked up so far */
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

/* ---- which weight comes from where ---- */

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

/* What is wrong between a weight and its tensor in the file; NULL = nothing. (transfer full) */
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

/* One Item per weight of the graph, or NULL with all misfits. (transfer full) */
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

typedef struct
{
  const PzWeightParams *params;
  guint64 done_bytes, total_bytes; /* of the file */
  void *buffers[2]; /* one chunk of 4-byte elements each */
  gsize capacity; /* elements */
} Loader;

static void
reserve (Loader *loader, gsize n)
{
  if (n <= loader->capacity)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (loader->buffers); i++)
    loader->buffers[i] = g_realloc_n (loader->buffers[i], n, sizeof (float));
  loader->capacity = n;
}

static void
clear_loader (Loader *loader)
{
  for (guint i = 0; i < G_N_ELEMENTS (loader->buffers); i++)
    g_free (loader->buffers[i]);
}

/* Elements that need no conversion: bits in the file are bits on the device. */
static gboolean
is_same_dtype (PzFileDtype from, PzDtype to)
{
  return G_BYTE_ORDER == G_LITTLE_ENDIAN
         && ((from == PZ_FILE_F32 && to == PZ_F32) || (from == PZ_FILE_F16 && to == PZ_F16));
}

/* Reads n elements in the storage's dtype, of what is to be packed as floats, into one of the two buffers; *data and *other
 * are that one and its neighbour. */
static gboolean
read_chunk (Loader *loader,
            const Item *item,
            PzDtype dtype,
            gsize first,
            gsize n,
            void **data,
            void **other,
            GError **error)
{
  const PzFileTensor *source = item->source;

  *data = loader->buffers[0];
  *other = loader->buffers[1];
  if (is_same_dtype (source->dtype, dtype == PZ_ROWS8 ? PZ_F32 : dtype))
    return pz_tensor_file_read (item->weights->file, source, first, n, *data, error);
  if (!pz_tensor_file_read_f32 (item->weights->file, source, first, n, *data, error))
    return FALSE;
  if (dtype == PZ_F16)
    {
      pz_halves_from_floats (*other, *data, n);
      *data = loader->buffers[1];
      *other = loader->buffers[0];
    }
  return TRUE;
}

/* One such weight makes a picture of nothing, or of something else; which one is told here. */
static gboolean
refuse_chunk (const Item *item, gsize first, gsize n, GError **error)
{
  const PzTensorFile *file = item->weights->file;
  g_autofree char *name = pz_key_map_name (item->weights->map, item->source->name);
  g_autofree float *values = g_new (float, n);
  double largest = 0.0;

  if (!pz_tensor_file_read_f32 (file, item->source, first, n, values, error))
    return FALSE;
  for (gsize i = 0; i < n && isfinite (largest); i++)
    if (!(fabs ((double) values[i]) <= largest))
      largest = fabs ((double) values[i]);
  if (isfinite (largest))
    g_set_error (
      error, PZ_ERROR, PZ_ERROR_BAD_NUMBERS,
      "%s: %s: weights reach %g, halves end at 65504: what helps is --f32, or another "
      "model",
      pz_tensor_file_get_path (file), name, largest);
  else
    g_set_error (
      error, PZ_ERROR, PZ_ERROR_BAD_FILE,
      "%s: %s: finite weights expected, found %g: damaged? What helps is another copy "
      "of the file",
      pz_tensor_file_get_path (file), name, largest);
  return FALSE;
}

/* Whole rows, from floats. packed: a buffer. */
static gboolean
upload_rows (Loader *loader,
             PzStorage *storage,
             gsize first,
             gsize n,
             const float *values,
             gint8 *packed,
             GError **error)
{
  const gsize n_elements = pz_storage_get_n_elements (storage);
  const gsize row = n_elements / pz_storage_get_dims (storage)[0], n_rows = n / row;
  float *scales = (float *) (gpointer) (packed + n);

  for (gsize i = 0; i < n_rows; i++)
    scales[i] = pz_bytes_from_floats (packed + i * row, values + i * row, row);
  return pz_storage_write (storage, first, packed, n, loader->params->cancellable, error)
         && pz_storage_write (storage, n_elements + first / row * sizeof *scales, scales,
                              n_rows * sizeof *scales, loader->params->cancellable, error);
}

static gboolean
upload_chunk (Loader *loader,
              const Item *item,
              PzStorage *storage,
              gsize first,
              gsize n,
              GError **error)
{
  const guint64 *dims = item->source->dims;
  PzDtype dtype = pz_storage_get_dtype (storage);
  gsize bytes = pz_dtype_size (dtype, 1, (guint[]) { 1 });
  void *data, *other, *moved;

  if (!read_chunk (loader, item, dtype, first, n, &data, &other, error))
    return FALSE;
  if (!pz_are_finite (data, n, dtype))
    return refuse_chunk (item, first, n, error);
  if (item->layout == PZ_WEIGHT_CONV && dims[2] * dims[3] > 1)
    {
      gsize n_taps = dims[2] * dims[3];
      gsize n_rows = n / (dims[1] * n_taps);

      if (dtype == PZ_F16)
        pz_move_halves (other, data, n_rows, dims[1], n_taps);
      else
        pz_move_floats (other, data, n_rows, dims[1], n_taps);
      moved = data;
      data = other;
      other = moved;
    }
  if (dtype == PZ_ROWS8)
    return upload_rows (loader, storage, first, n, data, other, error);
  return pz_storage_write (storage, first * bytes, data, n * bytes, loader->params->cancellable,
                           error);
}

/* In chunks of whole rows of the first dimension where the layout changes or they are packed. */
static gboolean
upload (Loader *loader, const Item *item, PzStorage *storage, GError **error)
{
  const PzFileTensor *source = item->source;
  gsize n = source->n_elements;
  const gboolean in_rows =
    item->layout == PZ_WEIGHT_CONV || pz_storage_get_dtype (storage) == PZ_ROWS8;
  gsize row = in_rows ? n / source->dims[0] : 1;
  gsize chunk = MIN (n, MAX (CHUNK_ELEMENTS / row, 1) * row);

  reserve (loader, chunk);
  for (gsize first = 0; first < n; first += chunk)
    {
      gsize n_now = MIN (chunk, n - first);

      if (g_cancellable_set_error_if_cancelled (loader->params->cancellable, error)
          || !upload_chunk (loader, item, storage, first, n_now, error))
        return FALSE;
      loader->done_bytes += n_now * pz_file_dtype_bytes (source->dtype);
      if (loader->params->progress != NULL)
        loader->params->progress (loader->done_bytes, loader->total_bytes,
                                  loader->params->progress_data);
    }
  return TRUE;
}

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

/* Compares what is still missing on the device with what is free there. */
static gboolean
check_memory (Loader *loader, GArray *items, PzGpu *gpu, GError **error)
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
      loader->total_bytes += item->source->n_bytes;
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

static gboolean
load (Loader *loader, const Item *item, PzGpu *gpu, GError **error)
{
  g_autoptr (PzStorage) storage =
    pz_storage_new (gpu, PZ_ARENA_WEIGHTS, item->tensor->dtype, item->tensor->n_dims,
                    item->tensor->dims, item->tensor->name, error);

  if (storage == NULL || !upload (loader, item, storage, error))
    return FALSE;
  g_hash_table_insert (item->weights->storages, storage_key (item), g_steal_pointer (&storage));
  return TRUE;
}

gboolean
pz_weights_bind (PzGraph *graph,
                 const PzWeightSource sources[],
                 guint n_sources,
                 PzGpu *gpu,
                 const PzWeightParams *params,
                 GError **error)
{
  static const PzWeightParams no_params = { 0 };
  Loader loader = { .params = params != NULL ? params : &no_params };
  g_autoptr (GArray) items = NULL;
  gboolean fits;

  if (!pz_graph_check (graph, error))
    return FALSE;
  items = resolve (graph, sources, n_sources, error);
  fits = items != NULL && check_memory (&loader, items, gpu, error);
  for (guint i = 0; fits && i < items->len; i++)
    {
      const Item *item = &g_array_index (items, Item, i);

      if (pz_graph_get_bound (item->tensor) != NULL)
        continue;
      if (lookup_storage (item) == NULL)
        fits = load (&loader, item, gpu, error);
      if (fits)
        pz_graph_bind (graph, item->tensor, lookup_storage (item));
    }
  clear_loader (&loader);
  return fits;
}
