/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loading weights from a file to a real device (a software device is enough).
 */
#include <math.h>
#include <glib/gstdio.h>
#include <string.h>

#include "compute/gpu/hooks.h"
#include "compute/run.h"
#include "models/files/safetensors.h"
#include "models/files/weight-numbers.h"
#include "models/files/weights.h"

static char *folder;
static PzGpu *gpu;

/* The values of every tensor, which are exact in all dtypes. */
static float
value_at (gsize i)
{
  return (float) ((gint) (i * 7 % 129) - 64) / 8.0f;
}
#define LARGEST 8.0f

static const struct
{
  const char *name;
  PzWeightLayout layout;
  guint n_dims;
  guint dims[4];
} tensors[] = {
  { "plain", PZ_WEIGHT_PLAIN, 2, { 3, 5 } },
  { "conv", PZ_WEIGHT_CONV, 4, { 4, 3, 3, 2 } },
  { "point", PZ_WEIGHT_CONV, 4, { 6, 5, 1, 1 } },
  { "scalar", PZ_WEIGHT_PLAIN, 1, { 1 } },
  { "long", PZ_WEIGHT_MATRIX, 2, { 1200, 1000 } }, /* more than one chunk */
  { "long_conv",
    PZ_WEIGHT_CONV,
    4,
    { 1201, 110, 3, 3 } }, /* chunks of whole rows, with a remainder */
  { "words_conv", PZ_WEIGHT_CONV, 4, { 1201, 108, 3, 3 } }, /* the same, rows of whole words */
};

#define LONG 4

static gsize
n_elements (guint index)
{
  gsize n = 1;

  for (guint i = 0; i < tensors[index].n_dims; i++)
    n *= tensors[index].dims[i];
  return n;
}

static void
append_value (GByteArray *bytes, PzFileDtype dtype, float value)
{
  guint32 bits;
  guint16 half;
  double wide = (double) value;

  memcpy (&bits, &value, sizeof bits);
  if (dtype == PZ_FILE_F64)
    g_byte_array_append (bytes, (const guint8 *) &wide, 8);
  else if (dtype == PZ_FILE_F32)
    g_byte_array_append (bytes, (const guint8 *) &value, 4);
  else if (dtype == PZ_FILE_BF16)
    g_byte_array_append (bytes, (const guint8 *) &bits + 2, 2);
  else
    {
      pz_halves_from_floats (&half, &value, 1);
      g_byte_array_append (bytes, (const guint8 *) &half, 2);
    }
}

/* Writes all tensors in this dtype. Returns the path. (transfer full) */
static char *
write_file (const char *name, PzFileDtype dtype)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autoptr (GString) header = g_string_new ("{");
  char *path = g_build_filename (folder, name, NULL);
  guint64 length;

  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    {
      guint begin = data->len;

      for (gsize j = 0; j < n_elements (i); j++)
        append_value (data, dtype, value_at (j));
      g_string_append_printf (header, "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[",
                              i > 0 ? "," : "", tensors[i].name, pz_file_dtype_name (dtype));
      for (guint j = 0; j < tensors[i].n_dims; j++)
        g_string_append_printf (header, "%s%u", j > 0 ? "," : "", tensors[i].dims[j]);
      g_string_append_printf (header, "],\"data_offsets\":[%u,%u]}", begin, data->len);
    }
  g_string_append_c (header, '}');
  length = header->len;
  g_byte_array_append (all, (const guint8 *) &length, 8);
  g_byte_array_append (all, (const guint8 *) header->str, (guint) header->len);
  g_byte_array_append (all, data->data, data->len);
  g_assert_true (g_file_set_contents_full (path, (const char *) all->data, all->len,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  return path;
}

static PzWeights *
open_weights (const char *name, PzFileDtype dtype)
{
  g_autofree char *path = write_file (name, dtype);
  g_autoptr (GError) error = NULL;
  PzWeights *weights = pz_weights_open (path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0); /* the file stays open */
  return weights;
}

/* Requests all tensors in a scope, each with a result of the same name. */
static PzGraph *
make_graph (PzDtype activation, const char *scope, gboolean packs)
{
  PzGraph *graph = pz_graph_new (activation);

  if (packs)
    pz_graph_pack_weights (graph);
  if (scope[0] != '\0')
    pz_graph_push (graph, "%s", scope);
  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    {
      PzTensor *weight = pz_graph_weight (graph, tensors[i].layout, tensors[i].name,
                                          tensors[i].n_dims, tensors[i].dims);

      pz_graph_output (graph,
                       pz_affine (graph, pz_cast (graph, weight, activation), 1.0f, 0.0f),
                       tensors[i].name);
    }
  if (scope[0] != '\0')
    pz_graph_pop (graph);
  return graph;
}

/* The position in the file of element j of a tensor in its layout on the device. */
static gsize
file_position (guint index, gsize j)
{
  const guint *dims = tensors[index].dims;
  gsize n_taps;

  if (tensors[index].layout != PZ_WEIGHT_CONV)
    return j;
  n_taps = (gsize) dims[2] * dims[3];
  return j / (n_taps * dims[1]) * n_taps * dims[1] + j % dims[1] * n_taps
         + j / dims[1] % n_taps;
}

/* The largest magnitude of a row is 127 steps, and rounding is off by at most half a step. */
static float
packing_error (const PzTensor *weight)
{
  return weight->dtype == PZ_ROWS8 ? LARGEST / 127.0f * 0.5001f : 0.0f;
}

static void
assert_values (PzGraph *graph)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzProgram) program = pz_program_new (gpu, graph, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (pz_program_run (program, NULL, &error));
  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    {
      gsize n = n_elements (i);
      g_autofree float *values = g_new (float, n);
      const float most_off = packing_error (pz_graph_get_weight (graph, i));

      g_assert_true (pz_storage_read_f32 (pz_program_get_storage (program, tensors[i].name),
                                          values, n, &error));
      for (gsize j = 0; j < n; j++)
        if (fabsf (values[j] - value_at (file_position (i, j))) > most_off)
          g_error ("%s, element %zu: expected %g, found %g", tensors[i].name, j,
                   (double) value_at (file_position (i, j)), (double) values[j]);
    }
}

static void
count_progress (guint64 done, guint64 total, gpointer data)
{
  guint64 *last = data;

  g_assert_cmpuint (done, >, *last);
  g_assert_cmpuint (done, <=, total);
  *last = done;
}

static void
test_dtypes (gconstpointer data)
{
  PzFileDtype dtype = GPOINTER_TO_UINT (data) / PZ_N_DTYPES;
  PzDtype activation = GPOINTER_TO_UINT (data) % PZ_N_DTYPES;
  g_autoptr (PzWeights) weights = open_weights ("x.safetensors", dtype);
  g_autoptr (PzGraph) graph = make_graph (activation, "net", FALSE);
  g_autoptr (GError) error = NULL;
  PzWeightSource source = { "net.", weights };
  guint64 done = 0;
  PzWeightParams params = { .progress = count_progress, .progress_data = &done };

  pz_weights_bind (graph, &source, 1, gpu, &params, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (done, >, 2000000);
  assert_values (graph);
}

static void
test_packed (void)
{
  g_autoptr (PzWeights) weights = open_weights ("x.safetensors", PZ_FILE_F16);
  g_autoptr (PzGraph) packed = make_graph (PZ_F32, "", TRUE);
  g_autoptr (PzGraph) other = make_graph (PZ_F32, "", TRUE);
  const PzWeightSource source = { "", weights };
  g_autoptr (GError) error = NULL;
  const gsize n = n_elements (LONG);
  g_autofree float *values = g_new (float, n);
  guint n_packed = 0;

  for (guint i = 0; i < pz_graph_get_n_weights (packed); i++)
    n_packed += pz_graph_get_weight (packed, i)->dtype == PZ_ROWS8;
  g_assert_cmpuint (n_packed, ==, 2); /* weights of products, rows of whole words */
  g_assert_true (pz_weights_bind (packed, &source, 1, gpu, NULL, &error));
  assert_values (packed);
  pz_graph_unpack_weight (other, pz_graph_get_weight (other, LONG));
  g_assert_true (pz_weights_bind (other, &source, 1, gpu, NULL, &error));
  g_assert_true (pz_storage_read_f32 (pz_graph_get_bound (pz_graph_get_weight (other, LONG)),
                                      values, n, &error));
  g_assert_no_error (error);
  for (gsize j = 0; j < n; j++)
    g_assert_cmpfloat (values[j], ==, value_at (j));
}

/* With device memory that the host cannot map. */
static void
test_staged (void)
{
  PzGpu *usual = gpu;
  g_autoptr (GError) error = NULL;

  gpu = pz_gpu_open (&(PzGpuParams) { .validate = TRUE, .staged = TRUE }, &error);
  g_assert_no_error (error);
  test_dtypes (GUINT_TO_POINTER (PZ_FILE_F16 * PZ_N_DTYPES + PZ_F16));
  test_dtypes (GUINT_TO_POINTER (PZ_FILE_F32 * PZ_N_DTYPES + PZ_F16));
  test_packed ();
  g_assert_cmpuint (pz_gpu_validation_messages (gpu), ==, 0);
  pz_gpu_close (gpu);
  gpu = usual;
}

/* Puts infinity into the last element of two tensors that are read at the same time. The error must always name the first. */
static PzWeights *
open_damaged (void)
{
  static const char *const damaged[] = { "long_conv", "long" };
  static const guint16 infinity = 0x7c00;
  g_autofree char *path = write_file ("damaged.safetensors", PZ_FILE_F16);
  g_autoptr (GError) error = NULL;
  PzWeights *weights = pz_weights_open (path, &error);
  FILE *file = g_fopen (path, "r+b");

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      const PzFileTensor *tensor = pz_weights_lookup (weights, damaged[i]);
      const guint64 last = tensor->offset_bytes + tensor->n_bytes - sizeof infinity;

      g_assert_cmpint (fseek (file, (long) last, SEEK_SET), ==, 0);
      g_assert_cmpuint (fwrite (&infinity, sizeof infinity, 1, file), ==, 1);
    }
  fclose (file);
  g_assert_cmpint (g_unlink (path), ==, 0);
  return weights;
}

static void
test_damaged (void)
{
  g_autoptr (PzWeights) weights = open_damaged ();
  const PzWeightSource source = { "", weights };
  const guint64 before = pz_gpu_used_bytes (gpu);

  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (PzGraph) graph = make_graph (PZ_F16, "", FALSE);
      g_autoptr (GError) error = NULL;

      g_assert_false (pz_weights_bind (graph, &source, 1, gpu, NULL, &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
      g_assert_nonnull (strstr (error->message, " long: "));
      g_assert_cmpuint (pz_gpu_used_bytes (gpu), ==, before);
    }
}

/* A value that is not finite is found at every position of arrays of 0 to 9 elements. */
static void
test_finite (void)
{
  static const guint16 bad_halves[] = { 0x7c00, 0xfc00, 0x7e01, 0xffff };
  static const guint32 bad_floats[] = { 0x7f800000u, 0xff800000u, 0x7fc00001u, 0xffffffffu };
  guint16 halves[9];
  guint32 floats[9];

  for (gsize n = 0; n <= G_N_ELEMENTS (halves); n++)
    {
      for (gsize i = 0; i < n; i++)
        {
          halves[i] = i % 2 ? 0x7bff : 0xfbff; /* the largest finite values */
          floats[i] = i % 2 ? 0x7f7fffffu : 0xff7fffffu;
        }
      g_assert_true (pz_are_finite (halves, n, PZ_F16));
      g_assert_true (pz_are_finite (floats, n, PZ_F32));
      for (gsize i = 0; i < n; i++)
        for (guint j = 0; j < G_N_ELEMENTS (bad_halves); j++)
          {
            const guint16 half = halves[i];
            const guint32 whole = floats[i];

            halves[i] = bad_halves[j];
            floats[i] = bad_floats[j];
            g_assert_false (pz_are_finite (halves, n, PZ_F16));
            g_assert_false (pz_are_finite (floats, n, PZ_F32));
            halves[i] = half;
            floats[i] = whole;
          }
    }
}

static void
test_sharing (void)
{
  g_autoptr (PzWeights) weights = open_weights ("x.safetensors", PZ_FILE_F32);
  g_autoptr (PzGraph) first = make_graph (PZ_F16, "", FALSE);
  g_autoptr (PzGraph) second = make_graph (PZ_F16, "other", FALSE);
  PzWeightSource sources[] = { { "", weights }, { "other.", weights } };
  g_autoptr (GError) error = NULL;
  guint64 used;

  g_assert_true (pz_weights_bind (first, sources, 2, gpu, NULL, &error));
  used = pz_gpu_used_bytes (gpu);
  g_assert_true (pz_weights_bind (second, sources, 2, gpu, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), ==, used);
  /* The second graph must keep its storages. */
  pz_weights_release (weights);
  g_clear_pointer (&weights, pz_weights_unref);
  assert_values (second);
}

static void
test_longest_prefix (void)
{
  g_autoptr (PzWeights) good = open_weights ("good.safetensors", PZ_FILE_F16);
  g_autoptr (PzWeights) empty = NULL;
  g_autofree char *path = g_build_filename (folder, "empty.safetensors", NULL);
  g_autoptr (PzGraph) graph = make_graph (PZ_F32, "unet.local", FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_true (pz_safetensors_write (path, NULL, 0, NULL, &error));
  empty = pz_weights_open (path, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_assert_true (pz_weights_check (graph,
                                   (PzWeightSource[]) { { "unet.local.", good },
                                                        { "unet.", empty },
                                                        { "", empty } },
                                   3, &error));
  g_assert_true (pz_weights_check (graph,
                                   (PzWeightSource[]) { { "", empty },
                                                        { "unet.", empty },
                                                        { "unet.local.", good } },
                                   3, &error));
  g_assert_no_error (error);
  g_assert_false (pz_weights_check (graph, (PzWeightSource[]) { { "unet.", good } }, 1,
                                    &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message,
                            "local.plain: expected [3, 5], found no such tensor"));
}

static void
test_misfits (void)
{
  static const guint dims[] = { 5, 3 };
  g_autoptr (PzWeights) weights = open_weights ("x.safetensors", PZ_FILE_F32);
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  PzWeightSource source = { "", weights };
  g_autoptr (GError) error = NULL;
  guint64 used = pz_gpu_used_bytes (gpu);

  pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "plain", 2, dims);
  pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "scalar", 1, (const guint[]) { 1 });
  for (guint i = 0; i < 11; i++)
    {
      g_autofree char *name = g_strdup_printf ("missing_%u", i);

      pz_graph_weight (graph, PZ_WEIGHT_PLAIN, name, 2, dims);
    }
  g_assert_false (pz_weights_bind (graph, &source, 1, gpu, NULL, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_true (g_str_has_prefix (error->message, "12 weights do not fit: "));
  g_assert_nonnull (strstr (error->message,
                            "x.safetensors: plain: expected [5, 3], found [3, 5]"));
  g_assert_nonnull (strstr (error->message,
                            "missing_8: expected [5, 3], found no such tensor"));
  g_assert_null (strstr (error->message, "missing_9"));
  g_assert_true (g_str_has_suffix (error->message, "; and 2 more"));
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), ==, used);
}

static void
test_whole_numbers_are_no_weights (void)
{
  const char header[] = "{\"w\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}";
  guint64 length = strlen (header);
  g_autofree char *path = g_build_filename (folder, "ids.safetensors", NULL);
  g_autoptr (GString) bytes = g_string_new_len ((const char *) &length, 8);
  g_autoptr (PzWeights) weights = NULL;
  g_autoptr (PzGraph) graph = pz_graph_new (PZ_F32);
  g_autoptr (GError) error = NULL;

  g_string_append (bytes, header);
  g_string_append_len (bytes, "\1\0\0\0\0\0\0\0", 8);
  g_assert_true (g_file_set_contents_full (path, bytes->str, (gssize) bytes->len,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  weights = pz_weights_open (path, &error);
  g_assert_no_error (error);
  g_unlink (path);
  pz_graph_weight (graph, PZ_WEIGHT_PLAIN, "w", 1, (const guint[]) { 1 });
  g_assert_false (pz_weights_check (graph, &(PzWeightSource) { "", weights }, 1, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "w: expected F32, F16, BF16 or F64, found I64"));
}

static void
test_little_memory (void)
{
  g_autoptr (PzWeights) weights = open_weights ("x.safetensors", PZ_FILE_F16);
  g_autoptr (PzGraph) graph = make_graph (PZ_F16, "", FALSE);
  PzWeightSource source = { "", weights };
  g_autoptr (GError) error = NULL;
  guint64 used = pz_gpu_used_bytes (gpu);
  gboolean bound;

  pz_gpu_set_memory_limit (gpu, used + 1024 * 1024);
  bound = pz_weights_bind (graph, &source, 1, gpu, NULL, &error);
  pz_gpu_set_memory_limit (gpu, 0);
  g_assert_false (bound);
  g_assert_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY);
  g_assert_nonnull (strstr (error->message, "need 6.8"));
  g_assert_nonnull (strstr (error->message, "only 1.0"));
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), ==, used);
}

static void
cancel_at_once (guint64 done, guint64 total, gpointer data)
{
  (void) done;
  (void) total;
  g_cancellable_cancel (data);
}

static void
test_cancel (void)
{
  g_autoptr (PzWeights) weights = open_weights ("x.safetensors", PZ_FILE_F32);
  g_autoptr (PzGraph) graph = make_graph (PZ_F32, "", FALSE);
  PzWeightSource source = { "", weights };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PzWeightParams params = { .cancellable = cancellable,
                            .progress = cancel_at_once,
                            .progress_data = cancellable };
  g_autoptr (GError) error = NULL;

  g_assert_false (pz_weights_bind (graph, &source, 1, gpu, &params, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  /* A cancelled load must not count as complete. */
  g_assert_true (pz_weights_bind (graph, &source, 1, gpu, NULL, &error));
  g_assert_no_error (error);
  assert_values (graph);
}

int
main (int argc, char **argv)
{
  static const PzFileDtype files[] = { PZ_FILE_F64, PZ_FILE_F32, PZ_FILE_F16, PZ_FILE_BF16 };
  static const PzDtype activations[] = { PZ_F32, PZ_F16 };
  static const char *const names[] = { "f32", "f16" };
  g_autoptr (GError) error = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pz-weights-XXXXXX", NULL);
  gpu = pz_gpu_open (&(PzGpuParams) { .validate = TRUE }, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    for (guint j = 0; j < G_N_ELEMENTS (activations); j++)
      {
        g_autofree char *name =
          g_strdup_printf ("/weights/%s-becomes-%s", pz_file_dtype_name (files[i]), names[j]);

        g_test_add_data_func (name, GUINT_TO_POINTER (files[i] * PZ_N_DTYPES + activations[j]),
                              test_dtypes);
      }
  g_test_add_func ("/weights/those-of-products-are-packed-where-asked", test_packed);
  g_test_add_func ("/weights/go-by-way-of-staging-where-memory-is-not-seen", test_staged);
  g_test_add_func ("/weights/the-first-that-is-damaged-is-named-and-nothing-stays",
                   test_damaged);
  g_test_add_func ("/weights/infinity-and-nan-are-seen-wherever-they-are", test_finite);
  g_test_add_func ("/weights/two-graphs-share-one-upload", test_sharing);
  g_test_add_func ("/weights/the-longest-prefix-says-which-file", test_longest_prefix);
  g_test_add_func ("/weights/all-misfits-are-named-at-once", test_misfits);
  g_test_add_func ("/weights/whole-numbers-are-no-weights", test_whole_numbers_are_no_weights);
  g_test_add_func ("/weights/too-little-memory-is-said-before-anything-is-allocated",
                   test_little_memory);
  g_test_add_func ("/weights/a-cancelled-load-is-whole-the-next-time", test_cancel);
  result = g_test_run ();
  g_assert_cmpuint (pz_gpu_validation_messages (gpu), ==, 0);
  pz_gpu_close (gpu);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
  return result;
}
