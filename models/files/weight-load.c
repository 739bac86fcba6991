/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/weight-load.h"

#include <math.h>

#include "models/files/weight-numbers.h"

/* A piece and its results fit in a processor core's own cache. */
#define PIECE_ELEMENTS (1u << 18)
#define MOST_WORKERS 4
#define PIECES_A_WORKER 4
/* Below this size, starting threads is not worthwhile. */
#define LEAST_SHARED_BYTES ((guint64) 4 << 20)

/* Elements of one tensor; whole rows of the first dimension if they are reordered or packed. */
typedef struct
{
  const PzWeightLoad *load;
  gsize first, n;
  guint8 *target; /* where its bytes go; scales: where the scales of its rows go */
  float *scales;
  gpointer buffer; /* holds both unless device memory is mapped */
  gsize capacity; /* of the buffer, in elements */
  gboolean is_ready, is_finite;
  GError *error;
} Piece;

/* A thread's buffers, kept between pieces so that they stay in the processor's cache. */
typedef struct
{
  float *buffers[3];
  gsize capacity; /* elements of each */
} Workspace;

/* Pieces are finished in order, so that the first error is always the same one. */
typedef struct
{
  const PzWeightParams *params;
  guint64 done_bytes, total_bytes; /* of the files */
  GThreadPool *workers; /* NULL = none */
  GMutex lock;
  GCond ready;
  Piece *pieces; /* a ring buffer */
  guint n_pieces, first, n_begun;
  Workspace workspaces[MOST_WORKERS + 1]; /* the first n_free are free */
  guint n_free;
} Loader;

/* ---- processing a piece: on any thread ---- */

/* Whether elements need no conversion: file and device use the same bits. */
static gboolean
is_same_dtype (PzFileDtype from, PzDtype to)
{
  return G_BYTE_ORDER == G_LITTLE_ENDIAN
         && ((from == PZ_FILE_F32 && to == PZ_F32) || (from == PZ_FILE_F16 && to == PZ_F16));
}

static gsize
n_taps (const PzWeightLoad *load)
{
  const guint64 *dims = load->source->dims;

  return load->layout == PZ_WEIGHT_CONV ? (gsize) (dims[2] * dims[3]) : 1;
}

static gsize
row_elements (const PzWeightLoad *load)
{
  return (gsize) (load->source->n_elements / load->source->dims[0]);
}

/* Reads as dtype, F32 or F16, into `to`, if necessary through the first buffer. */
static gboolean
read_numbers (const Piece *piece,
              const Workspace *space,
              PzDtype dtype,
              void *to,
              GError **error)
{
  const PzWeightLoad *load = piece->load;
  const PzFileTensor *source = load->source;

  if (is_same_dtype (source->dtype, dtype))
    return pz_tensor_file_read (load->file, source, piece->first, piece->n, to, error);
  if (dtype == PZ_F32)
    return pz_tensor_file_read_f32 (load->file, source, piece->first, piece->n, to, error);
  if (!pz_tensor_file_read_f32 (load->file, source, piece->first, piece->n, space->buffers[0],
                                error))
    return FALSE;
  pz_halves_from_floats (to, space->buffers[0], piece->n);
  return TRUE;
}

static void
pack_rows (Piece *piece, const float *values)
{
  const gsize row = row_elements (piece->load);

  for (gsize i = 0; i < piece->n / row; i++)
    piece->scales[i] =
      pz_bytes_from_floats ((gint8 *) piece->target + i * row, values + i * row, row);
}

static gboolean
convert (Piece *piece, const Workspace *space, GError **error)
{
  const PzWeightLoad *load = piece->load;
  const PzDtype dtype = pz_storage_get_dtype (load->storage);
  const PzDtype numbers = dtype == PZ_ROWS8 ? PZ_F32 : dtype;
  const gsize taps = n_taps (load), n_in = row_elements (load) / taps;
  void *read =
    taps > 1 || dtype == PZ_ROWS8 ? (gpointer) space->buffers[1] : (gpointer) piece->target;
  void *moved = dtype == PZ_ROWS8 ? (gpointer) space->buffers[2] : (gpointer) piece->target;

  if (!read_numbers (piece, space, numbers, read, error))
    return FALSE;
  piece->is_finite = pz_are_finite (read, piece->n, numbers);
  if (taps > 1 && numbers == PZ_F16)
    pz_move_halves (moved, read, piece->n / (n_in * taps), n_in, taps);
  else if (taps > 1)
    pz_move_floats (moved, read, piece->n / (n_in * taps), n_in, taps);
  if (dtype == PZ_ROWS8)
    pack_rows (piece, taps > 1 ? moved : read);
  return TRUE;
}

static void
work (gpointer data, gpointer user_data)
{
  Piece *piece = data;
  Loader *loader = user_data;
  GError *error = NULL;
  Workspace space;

  g_mutex_lock (&loader->lock);
  space = loader->workspaces[--loader->n_free];
  g_mutex_unlock (&loader->lock);
  if (space.capacity < piece->n)
    {
      for (guint i = 0; i < G_N_ELEMENTS (space.buffers); i++)
        space.buffers[i] = g_renew (float, space.buffers[i], piece->n);
      space.capacity = piece->n;
    }
  convert (piece, &space, &error);
  g_mutex_lock (&loader->lock);
  loader->workspaces[loader->n_free++] = space;
  piece->error = error;
  piece->is_ready = TRUE;
  g_cond_signal (&loader->ready);
  g_mutex_unlock (&loader->lock);
}

/* ---- on the gpu's thread ---- */

/* A single such weight makes the picture blank or wrong. The error names the tensor. */
static gboolean
refuse (const Piece *piece, GError **error)
{
  const PzWeightLoad *load = piece->load;
  g_autofree char *name = pz_key_map_name (load->map, load->source->name);
  g_autofree float *values = g_new (float, piece->n);
  double largest = 0.0;

  if (!pz_tensor_file_read_f32 (load->file, load->source, piece->first, piece->n, values,
                                error))
    return FALSE;
  for (gsize i = 0; i < piece->n && isfinite (largest); i++)
    if (!(fabs ((double) values[i]) <= largest))
      largest = fabs ((double) values[i]);
  if (isfinite (largest))
    g_set_error (
      error, PZ_ERROR, PZ_ERROR_BAD_NUMBERS,
      "%s: %s: weights reach %g, halves end at 65504: what helps is --f32, or another "
      "model",
      pz_tensor_file_get_path (load->file), name, largest);
  else
    g_set_error (
      error, PZ_ERROR, PZ_ERROR_BAD_FILE,
      "%s: %s: finite weights expected, found %g: damaged? What helps is another copy "
      "of the file",
      pz_tensor_file_get_path (load->file), name, largest);
  return FALSE;
}

static gsize
element_bytes (PzDtype dtype)
{
  return dtype == PZ_ROWS8 ? 1 : pz_dtype_size (dtype, 1, (guint[]) { 1 });
}

/* The offset of the scale of the piece's first row, for PZ_ROWS8. */
static gsize
scale_offset (const Piece *piece)
{
  return pz_storage_get_n_elements (piece->load->storage)
         + piece->first / row_elements (piece->load) * sizeof (float);
}

static gboolean
upload (const Piece *piece, GCancellable *cancellable, GError **error)
{
  PzStorage *storage = piece->load->storage;
  const PzDtype dtype = pz_storage_get_dtype (storage);
  const gsize element = element_bytes (dtype);

  if (piece->target != piece->buffer)
    return piece->first + piece->n < piece->load->source->n_elements
           || pz_storage_filled (storage, error);
  return pz_storage_write (storage, piece->first * element, piece->target, piece->n * element,
                           cancellable, error)
         && (dtype != PZ_ROWS8
             || pz_storage_write (storage, scale_offset (piece), piece->scales,
                                  piece->n / row_elements (piece->load) * sizeof (float),
                                  cancellable, error));
}

static gboolean
finish (Loader *loader, GError **error)
{
  Piece *piece = &loader->pieces[loader->first];

  g_mutex_lock (&loader->lock);
  while (!piece->is_ready)
    g_cond_wait (&loader->ready, &loader->lock);
  g_mutex_unlock (&loader->lock);
  loader->first = (loader->first + 1) % loader->n_pieces;
  loader->n_begun--;
  if (piece->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&piece->error));
      return FALSE;
    }
  if (!piece->is_finite)
    return refuse (piece, error);
  if (!upload (piece, loader->params->cancellable, error))
    return FALSE;
  loader->done_bytes += piece->n * pz_file_dtype_bytes (piece->load->source->dtype);
  if (loader->params->progress != NULL)
    loader->params->progress (loader->done_bytes, loader->total_bytes,
                              loader->params->progress_data);
  return TRUE;
}

/* Sets where the piece is written: device memory if it is mapped, else the piece's buffer. */
static void
aim (Piece *piece)
{
  PzStorage *storage = piece->load->storage;
  const PzDtype dtype = pz_storage_get_dtype (storage);
  const gsize element = element_bytes (dtype);
  guint8 *mapped = pz_storage_get_mapped (storage);

  if (mapped == NULL && piece->capacity < piece->n)
    {
      /* Room for a float and a scale per element: rows may have only one. */
      piece->buffer = g_realloc_n (piece->buffer, piece->n, 2 * sizeof (float));
      piece->capacity = piece->n;
    }
  piece->target = mapped != NULL ? mapped + piece->first * element : piece->buffer;
  if (dtype == PZ_ROWS8)
    piece->scales =
      (float *) (gpointer) (mapped != NULL ? mapped + scale_offset (piece)
                                           : piece->target + piece->n * sizeof (float));
}

/* Plain files can be read at any position; other sources are unpacked from their beginning. */
static gboolean
is_shared (const Loader *loader, const PzWeightLoad *load)
{
  return loader->workers != NULL && !load->source->is_view
         && pz_byte_source_is_file (load->source->source);
}

static gboolean
begin (Loader *loader, const PzWeightLoad *load, gsize first, gsize n, GError **error)
{
  Piece *piece;

  if (g_cancellable_set_error_if_cancelled (loader->params->cancellable, error)
      || (loader->n_begun == loader->n_pieces && !finish (loader, error)))
    return FALSE;
  piece = &loader->pieces[(loader->first + loader->n_begun++) % loader->n_pieces];
  piece->load = load;
  piece->first = first;
  piece->n = n;
  piece->is_ready = FALSE;
  aim (piece);
  if (is_shared (loader, load))
    g_thread_pool_push (loader->workers, piece, NULL);
  else
    work (piece, loader);
  return TRUE;
}

static gboolean
load_one (Loader *loader, const PzWeightLoad *load, GError **error)
{
  const gsize n = (gsize) load->source->n_elements;
  const gboolean in_rows =
    load->layout == PZ_WEIGHT_CONV || pz_storage_get_dtype (load->storage) == PZ_ROWS8;
  const gsize row = in_rows ? row_elements (load) : 1;
  const gsize piece = MIN (n, MAX (PIECE_ELEMENTS / row, 1) * row);

  for (gsize first = 0; first < n; first += piece)
    if (!begin (loader, load, first, MIN (piece, n - first), error))
      return FALSE;
  return TRUE;
}

/* Starts all of the threads, or none: then NULL. (transfer full) */
static GThreadPool *
make_workers (Loader *loader, guint n_workers)
{
  g_autoptr (GError) error = NULL;
  GThreadPool *workers = g_thread_pool_new (work, loader, (gint) n_workers, TRUE, &error);

  if (error != NULL)
    {
      g_thread_pool_free (workers, TRUE, TRUE);
      return NULL;
    }
  return workers;
}

static void
loader_init (Loader *loader)
{
  const guint n_workers = MIN (g_get_num_processors (), MOST_WORKERS);

  g_mutex_init (&loader->lock);
  g_cond_init (&loader->ready);
  if (n_workers > 1 && loader->total_bytes >= LEAST_SHARED_BYTES)
    loader->workers = make_workers (loader, n_workers);
  loader->n_pieces = loader->workers != NULL ? PIECES_A_WORKER * n_workers : 1;
  loader->pieces = g_new0 (Piece, loader->n_pieces);
  loader->n_free = G_N_ELEMENTS (loader->workspaces);
}

static void
loader_clear (Loader *loader)
{
  if (loader->workers != NULL)
    g_thread_pool_free (loader->workers, FALSE, TRUE);
  for (guint i = 0; i < loader->n_pieces; i++)
    {
      g_clear_error (&loader->pieces[i].error);
      g_free (loader->pieces[i].buffer);
    }
  for (guint i = 0; i < G_N_ELEMENTS (loader->workspaces); i++)
    for (guint j = 0; j < G_N_ELEMENTS (loader->workspaces[i].buffers); j++)
      g_free (loader->workspaces[i].buffers[j]);
  g_free (loader->pieces);
  g_cond_clear (&loader->ready);
  g_mutex_clear (&loader->lock);
}

gboolean
pz_weight_load (const PzWeightLoad loads[],
                guint n_loads,
                const PzWeightParams *params,
                GError **error)
{
  static const PzWeightParams no_params = { 0 };
  Loader loader = { .params = params != NULL ? params : &no_params };
  gboolean good = TRUE;

  for (guint i = 0; i < n_loads; i++)
    loader.total_bytes += loads[i].source->n_bytes;
  loader_init (&loader);
  for (guint i = 0; good && i < n_loads; i++)
    good = load_one (&loader, &loads[i], error);
  while (good && loader.n_begun > 0)
    good = finish (&loader, error);
  loader_clear (&loader);
  return good;
}
