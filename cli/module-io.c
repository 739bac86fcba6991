/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/module-io.h"

#include <string.h>

#include "compute/autodiff.h"

typedef struct
{
  char *name;
  gpointer values; /* float or gint32 */
  gsize n;
  gboolean is_ids;
  gboolean is_picture;
  PzTensor
    *wanted; /* --vjp computes its gradient: an input read from the file as floats; else NULL */
} Input;

typedef struct
{
  char *name;
  guint n_dims;
  guint dims[PZ_MAX_DIMS];
  gboolean is_picture;
  PzTensor *tensor;
} Result;

struct _PzModuleIo
{
  PzGraph *graph;
  const PzTensorFile *in;
  GPtrArray *inputs; /* of Input */
  GPtrArray *results; /* of Result */
  GError *error;
};

static void
input_free (gpointer data)
{
  Input *input = data;

  g_free (input->name);
  g_free (input->values);
  g_free (input);
}

static void
result_free (gpointer data)
{
  Result *result = data;

  g_free (result->name);
  g_free (result);
}

PzModuleIo *
pz_module_io_new (PzGraph *graph, const PzTensorFile *in)
{
  PzModuleIo *io = g_new0 (PzModuleIo, 1);

  io->graph = graph;
  io->in = in;
  io->inputs = g_ptr_array_new_with_free_func (input_free);
  io->results = g_ptr_array_new_with_free_func (result_free);
  return io;
}

void
pz_module_io_free (PzModuleIo *io)
{
  g_ptr_array_unref (io->inputs);
  g_ptr_array_unref (io->results);
  g_clear_error (&io->error);
  g_free (io);
}

gboolean
pz_module_io_check (PzModuleIo *io, GError **error)
{
  if (io->error != NULL)
    {
      g_propagate_error (error, g_error_copy (io->error));
      return FALSE;
    }
  return pz_graph_check (io->graph, error);
}

PzGraph *
pz_module_io_get_graph (PzModuleIo *io)
{
  return io->graph;
}

gboolean
pz_module_io_has (PzModuleIo *io, const char *name)
{
  return pz_tensor_file_lookup (io->in, name) != NULL;
}

/* ---- inputs ---- */

/* "[1, 4, ?, ?]": a dimension of 0 stands for any. (transfer full) */
static char *
dims_to_text (guint n_dims, const guint64 dims[])
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < n_dims; i++)
    {
      if (i > 0)
        g_string_append (text, ", ");
      if (dims[i] == 0)
        g_string_append_c (text, '?');
      else
        g_string_append_printf (text, "%" G_GUINT64_FORMAT, dims[i]);
    }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* The tensor if it has these dimensions (0 = any), else NULL and an error. */
static const PzFileTensor *
find (PzModuleIo *io, const char *name, guint n_dims, const guint dims[])
{
  const char *path = pz_tensor_file_get_path (io->in);
  const PzFileTensor *tensor = pz_tensor_file_lookup (io->in, name);
  guint64 wanted[PZ_MAX_DIMS];
  gboolean fits;

  if (io->error != NULL)
    return NULL;
  for (guint i = 0; i < n_dims; i++)
    wanted[i] = dims[i];
  g_autofree char *expected = dims_to_text (n_dims, wanted);
  if (tensor == NULL)
    {
      g_set_error (&io->error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "%s: expected a tensor “%s” %s, found none", path, name, expected);
      return NULL;
    }
  fits = tensor->n_dims == n_dims && tensor->n_elements > 0;
  for (guint i = 0; fits && i < n_dims; i++)
    fits = (dims[i] == 0 || tensor->dims[i] == dims[i]) && tensor->dims[i] <= G_MAXUINT;
  if (!fits)
    {
      g_autofree char *found = dims_to_text (tensor->n_dims, tensor->dims);
      g_set_error (&io->error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "%s: %s: expected %s, found %s",
                   path, name, expected, found);
      return NULL;
    }
  return tensor;
}

static float *
read_floats (PzModuleIo *io, const PzFileTensor *tensor)
{
  float *values = g_try_new (float, tensor->n_elements);

  if (values == NULL)
    g_set_error (&io->error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                 "%s: %s: %" G_GUINT64_FORMAT " elements do not fit into memory",
                 pz_tensor_file_get_path (io->in), tensor->name, tensor->n_elements);
  else if (pz_tensor_file_read_f32 (io->in, tensor, 0, tensor->n_elements, values, &io->error))
    return values;
  g_free (values);
  return NULL;
}

/* values: gint32 if is_ids, else float; takes ownership of them. */
static PzTensor *
add_input (PzModuleIo *io,
           const char *name,
           gboolean is_ids,
           guint n_dims,
           const guint dims[],
           gpointer values)
{
  Input *input = g_new0 (Input, 1);

  input->name = g_strdup (name);
  input->values = values;
  input->is_ids = is_ids;
  input->n = 1;
  for (guint i = 0; i < n_dims; i++)
    input->n *= dims[i];
  g_ptr_array_add (io->inputs, input);
  return pz_graph_input (io->graph, name, is_ids ? PZ_I32 : PZ_F32, n_dims, dims);
}

/* [outer, a, b] -> [outer, b, a]: NCHW to NHWC and back. (transfer full) */
static float *
swap_last_two (const float *values, gsize outer, gsize a, gsize b)
{
  float *swapped = g_new (float, outer *a *b);

  for (gsize o = 0; o < outer; o++)
    for (gsize i = 0; i < a; i++)
      for (gsize j = 0; j < b; j++)
        swapped[(o * b + j) * a + i] = values[(o * a + i) * b + j];
  return swapped;
}

/* Marks the input that was added last as one that gets a gradient. */
static PzTensor *
wanted (PzModuleIo *io, PzTensor *tensor, gboolean is_picture)
{
  Input *input = g_ptr_array_index (io->inputs, io->inputs->len - 1);

  input->wanted = tensor;
  input->is_picture = is_picture;
  return tensor;
}

/* The file's tensor [B, C, H, W] with these dimensions (0 = any), as [B, H, W, C]. */
static PzTensor *
take_picture (PzModuleIo *io, const char *name, const guint file_dims[4])
{
  const PzFileTensor *tensor = find (io, name, 4, file_dims);
  g_autofree float *values = tensor != NULL ? read_floats (io, tensor) : NULL;

  if (values == NULL)
    return NULL;
  guint dims[] = { (guint) tensor->dims[0], (guint) tensor->dims[2], (guint) tensor->dims[3],
                   (guint) tensor->dims[1] };
  return pz_module_io_made (io, name, 4, dims,
                            swap_last_two (values, dims[0], dims[3],
                                           (gsize) dims[1] * dims[2]));
}

PzTensor *
pz_module_io_picture (PzModuleIo *io, const char *name, guint channels)
{
  PzTensor *picture = take_picture (io, name, (guint[]) { 0, channels, 0, 0 });

  return picture != NULL ? wanted (io, picture, TRUE) : NULL;
}

static PzTensor *
take_tokens (PzModuleIo *io, const char *name, guint n_dims, const guint dims[])
{
  const PzFileTensor *tensor = find (io, name, n_dims, dims);
  float *values = tensor != NULL ? read_floats (io, tensor) : NULL;
  guint found[PZ_MAX_DIMS];

  if (values == NULL)
    return NULL;
  for (guint i = 0; i < n_dims; i++)
    found[i] = (guint) tensor->dims[i];
  return pz_module_io_made (io, name, n_dims, found, values);
}

PzTensor *
pz_module_io_tokens (PzModuleIo *io, const char *name, guint n_dims, const guint dims[])
{
  PzTensor *tokens = take_tokens (io, name, n_dims, dims);

  return tokens != NULL ? wanted (io, tokens, FALSE) : NULL;
}

PzTensor *
pz_module_io_ids (PzModuleIo *io,
                  const char *name,
                  guint n_dims,
                  const guint dims[],
                  guint limit)
{
  const PzFileTensor *tensor = find (io, name, n_dims, dims);
  guint found[PZ_MAX_DIMS];

  if (tensor == NULL)
    return NULL;
  g_autofree gint32 *values = g_new (gint32, tensor->n_elements);
  if (!pz_tensor_file_read_i32 (io->in, tensor, 0, tensor->n_elements, values, &io->error))
    return NULL;
  for (guint64 i = 0; i < tensor->n_elements; i++)
    if (values[i] < 0 || (guint) values[i] >= limit)
      {
        g_set_error (&io->error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                     "%s: %s: expected 0 to %u, found %d", pz_tensor_file_get_path (io->in),
                     name, limit - 1, values[i]);
        return NULL;
      }
  for (guint i = 0; i < n_dims; i++)
    found[i] = (guint) tensor->dims[i];
  return add_input (io, name, TRUE, n_dims, found, g_steal_pointer (&values));
}

float *
pz_module_io_numbers (PzModuleIo *io, const char *name, guint n)
{
  const PzFileTensor *tensor = pz_tensor_file_lookup (io->in, name);
  gboolean one_for_all = tensor != NULL && tensor->n_elements == 1 && tensor->n_dims <= 1;

  if (io->error != NULL)
    return NULL;
  if (!one_for_all)
    tensor = find (io, name, 1, &n);
  float *values = tensor != NULL ? read_floats (io, tensor) : NULL;
  if (values == NULL || !one_for_all)
    return values;
  values = g_renew (float, values, n);
  for (guint i = 1; i < n; i++)
    values[i] = values[0];
  return values;
}

PzTensor *
pz_module_io_made (PzModuleIo *io,
                   const char *name,
                   guint n_dims,
                   const guint dims[],
                   float *values)
{
  return add_input (io, name, FALSE, n_dims, dims, values);
}

/* ---- results ---- */

static void
add_result (PzModuleIo *io, PzTensor *x, const char *name, gboolean is_picture)
{
  Result *result;

  if (x == NULL)
    return;
  result = g_new0 (Result, 1);
  result->name = g_strdup (name);
  result->n_dims = x->n_dims;
  memcpy (result->dims, x->dims, sizeof result->dims);
  result->is_picture = is_picture;
  result->tensor = x;
  g_ptr_array_add (io->results, result);
  /* Inputs and results share one namespace, and a network may map "sample" to "sample". */
  g_autofree char *unique = g_strconcat ("result.", name, NULL);
  pz_graph_output (io->graph, x, unique);
}

void
pz_module_io_result (PzModuleIo *io, PzTensor *x, const char *name)
{
  add_result (io, x, name, FALSE);
}

void
pz_module_io_result_picture (PzModuleIo *io, PzTensor *x, const char *name)
{
  add_result (io, x, name, TRUE);
}

/* ---- gradients ---- */

/* The file's "d_NAME", which has the result's shape in files; NULL if the file has none. */
static PzTensor *
take_seed (PzModuleIo *io, const Result *result)
{
  g_autofree char *name = g_strconcat ("d_", result->name, NULL);
  const guint *d = result->dims;

  if (!pz_module_io_has (io, name))
    return NULL;
  if (result->is_picture)
    return take_picture (io, name, (guint[]) { d[0], d[3], d[1], d[2] });
  return take_tokens (io, name, result->n_dims, d);
}

/* (transfer full) array of PzSeed, at least one, or NULL and the error. */
static GArray *
take_seeds (PzModuleIo *io)
{
  g_autoptr (GArray) seeds = g_array_new (FALSE, TRUE, sizeof (PzSeed));

  for (guint i = 0; i < io->results->len; i++)
    {
      const Result *result = g_ptr_array_index (io->results, i);
      const PzSeed seed = { result->tensor, take_seed (io, result) };

      if (seed.gradient != NULL)
        g_array_append_val (seeds, seed);
    }
  if (io->error == NULL && seeds->len == 0 && io->results->len > 0)
    g_set_error (&io->error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                 "%s: expected a gradient “d_%s” of a result, found none",
                 pz_tensor_file_get_path (io->in),
                 ((const Result *) g_ptr_array_index (io->results, 0))->name);
  return io->error == NULL && seeds->len > 0 ? g_steal_pointer (&seeds) : NULL;
}

void
pz_module_io_gradients (PzModuleIo *io)
{
  const guint n_inputs = io->inputs->len;
  g_autoptr (GArray) seeds = take_seeds (io);
  g_autofree PzTensor **tensors = g_new0 (PzTensor *, n_inputs + 1);
  g_autofree PzTensor **gradients = g_new0 (PzTensor *, n_inputs + 1);
  guint n = 0;

  if (seeds == NULL)
    return;
  for (guint i = 0; i < n_inputs; i++)
    {
      const Input *input = g_ptr_array_index (io->inputs, i);

      if (input->wanted != NULL)
        tensors[n++] = input->wanted;
    }
  pz_graph_backward (io->graph, (const PzSeed *) (gpointer) seeds->data, seeds->len, tensors, n,
                     gradients);
  n = 0;
  for (guint i = 0; i < n_inputs; i++)
    {
      const Input *input = g_ptr_array_index (io->inputs, i);
      g_autofree char *name = g_strconcat ("d_", input->name, NULL);

      if (input->wanted != NULL)
        add_result (io, gradients[n++], name, input->is_picture);
    }
}

/* ---- the program ---- */

gboolean
pz_module_io_upload (PzModuleIo *io, PzProgram *program, GError **error)
{
  for (guint i = 0; i < io->inputs->len; i++)
    {
      const Input *input = g_ptr_array_index (io->inputs, i);
      PzStorage *storage = pz_program_get_storage (program, input->name);

      /* An input that no op reads has no storage. */
      if (storage == NULL)
        continue;
      if (!pz_storage_write (storage, 0, input->values, input->n * 4, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static void
tensor_clear (gpointer data)
{
  PzSafetensorF32 *tensor = data;

  g_free ((gpointer) tensor->name);
  g_free ((gpointer) tensor->values);
}

static gboolean
download (const Result *result, PzProgram *program, PzSafetensorF32 *tensor, GError **error)
{
  g_autofree char *unique = g_strconcat ("result.", result->name, NULL);
  PzStorage *storage = pz_program_get_storage (program, unique);
  gsize n = pz_storage_get_n_elements (storage);
  g_autofree float *values = g_new (float, n);
  const guint *d = result->dims;

  if (!pz_storage_read_f32 (storage, values, n, error))
    return FALSE;
  tensor->name = g_strdup (result->name);
  tensor->n_dims = result->n_dims;
  for (guint i = 0; i < result->n_dims; i++)
    tensor->dims[i] = d[i];
  if (!result->is_picture)
    {
      tensor->values = g_steal_pointer (&values);
      return TRUE;
    }
  tensor->dims[1] = d[3];
  tensor->dims[2] = d[1];
  tensor->dims[3] = d[2];
  tensor->values = swap_last_two (values, d[0], (gsize) d[1] * d[2], d[3]);
  return TRUE;
}

GArray *
pz_module_io_download (PzModuleIo *io, PzProgram *program, GError **error)
{
  g_autoptr (GArray) tensors = g_array_new (FALSE, TRUE, sizeof (PzSafetensorF32));

  g_array_set_clear_func (tensors, tensor_clear);
  for (guint i = 0; i < io->results->len; i++)
    {
      PzSafetensorF32 tensor = { 0 };

      if (!download (g_ptr_array_index (io->results, i), program, &tensor, error))
        return NULL;
      g_array_append_val (tensors, tensor);
    }
  return g_steal_pointer (&tensors);
}
