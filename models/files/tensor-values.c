/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the elements of a tensor in a file: in their own dtype, as floats, or as integers.
 */
#include <math.h>
#include <string.h>

#include "compute/gpu.h"
#include "models/files/tensor-view.h"

/* Elements converted at a time. Views use larger batches, since each batch may read all the data between its elements. */
#define BATCH 16384u
#define VIEW_BATCH (1024u * 1024u)

typedef void (*ToFloats) (const void *source, gsize n, float *values);
/* FALSE at the first element that is not a gint32; *bad is then its value. */
typedef gboolean (*ToInts) (const void *source, gsize n, gint32 *values, double *bad);

static const struct
{
  const char *name;
  guint bytes;
} file_dtypes[PZ_N_FILE_DTYPES] = {
  [PZ_FILE_F64] = { "F64", 8 },
  [PZ_FILE_F32] = { "F32", 4 },
  [PZ_FILE_F16] = { "F16", 2 },
  [PZ_FILE_BF16] = { "BF16", 2 },
  [PZ_FILE_I64] = { "I64", 8 },
  [PZ_FILE_I32] = { "I32", 4 },
  [PZ_FILE_I16] = { "I16", 2 },
  [PZ_FILE_I8] = { "I8", 1 },
  [PZ_FILE_U64] = { "U64", 8 },
  [PZ_FILE_U32] = { "U32", 4 },
  [PZ_FILE_U16] = { "U16", 2 },
  [PZ_FILE_U8] = { "U8", 1 },
  [PZ_FILE_BOOL] = { "BOOL", 1 },
  [PZ_FILE_C64] = { "C64", 8 },
  [PZ_FILE_C128] = { "C128", 16 },
  [PZ_FILE_F8_E4M3] = { "F8_E4M3", 1 },
  [PZ_FILE_F8_E5M2] = { "F8_E5M2", 1 },
  [PZ_FILE_F8_E8M0] = { "F8_E8M0", 1 },
  [PZ_FILE_OTHER] = { "another type", 0 },
};

const char *
pz_file_dtype_name (PzFileDtype dtype)
{
  return file_dtypes[dtype].name;
}

guint
pz_file_dtype_bytes (PzFileDtype dtype)
{
  return file_dtypes[dtype].bytes;
}

/* ---- conversions ---- */

static void
floats_from_f64 (const void *source, gsize n, float *values)
{
  const double *from = source;

  for (gsize i = 0; i < n; i++)
    values[i] = (float) from[i];
}

static void
floats_from_f32 (const void *source, gsize n, float *values)
{
  memcpy (values, source, n * sizeof (float));
}

static void
floats_from_f16 (const void *source, gsize n, float *values)
{
  pz_floats_from_halves (values, source, n);
}

static void
floats_from_bf16 (const void *source, gsize n, float *values)
{
  const guint16 *from = source;

  for (gsize i = 0; i < n; i++)
    {
      guint32 bits = (guint32) from[i] << 16;

      memcpy (&values[i], &bits, sizeof bits);
    }
}

static gboolean
int_from_double (double value, gint32 *result, double *bad)
{
  *bad = value;
  if (!(value >= G_MININT32 && value <= G_MAXINT32) || value != floor (value))
    return FALSE;
  *result = (gint32) value;
  return TRUE;
}

/* A double represents every 32-bit integer exactly. Larger integers may be rounded, but only to values that are refused too. */
#define INTS_FROM(name, Type) \
  static gboolean ints_from_##name (const void *source, gsize n, gint32 *values, double *bad) \
  { \
    const Type *from = source; \
\
    for (gsize i = 0; i < n; i++) \
      if (!int_from_double ((double) from[i], &values[i], bad)) \
        return FALSE; \
    return TRUE; \
  }
INTS_FROM (i64, gint64)
INTS_FROM (i32, gint32)
INTS_FROM (i16, gint16)
INTS_FROM (i8, gint8)
INTS_FROM (u64, guint64)
INTS_FROM (u32, guint32)
INTS_FROM (u16, guint16)
INTS_FROM (u8, guint8)
INTS_FROM (f64, double)
INTS_FROM (f32, float)

static const struct
{
  ToFloats to_floats;
  ToInts to_ints;
} conversions[PZ_N_FILE_DTYPES] = {
  [PZ_FILE_F64] = { floats_from_f64, ints_from_f64 },
  [PZ_FILE_F32] = { floats_from_f32, ints_from_f32 },
  [PZ_FILE_F16] = { floats_from_f16, NULL },
  [PZ_FILE_BF16] = { floats_from_bf16, NULL },
  [PZ_FILE_I64] = { NULL, ints_from_i64 },
  [PZ_FILE_I32] = { NULL, ints_from_i32 },
  [PZ_FILE_I16] = { NULL, ints_from_i16 },
  [PZ_FILE_I8] = { NULL, ints_from_i8 },
  [PZ_FILE_U64] = { NULL, ints_from_u64 },
  [PZ_FILE_U32] = { NULL, ints_from_u32 },
  [PZ_FILE_U16] = { NULL, ints_from_u16 },
  [PZ_FILE_U8] = { NULL, ints_from_u8 },
  [PZ_FILE_BOOL] = { NULL, ints_from_u8 },
  [PZ_FILE_C64] = { NULL, NULL },
  [PZ_FILE_C128] = { NULL, NULL },
  [PZ_FILE_F8_E4M3] = { NULL, NULL },
  [PZ_FILE_F8_E5M2] = { NULL, NULL },
  [PZ_FILE_F8_E8M0] = { NULL, NULL },
  [PZ_FILE_OTHER] = { NULL, NULL },
};

gboolean
pz_file_dtype_is_floating (PzFileDtype dtype)
{
  return conversions[dtype].to_floats != NULL;
}

static void
swap_elements (void *data, gsize n, guint bytes)
{
  guint8 *at = data;

  for (gsize i = 0; i < n; i++, at += bytes)
    for (guint j = 0; j < bytes / 2; j++)
      {
        const guint8 kept = at[j];

        at[j] = at[bytes - 1 - j];
        at[bytes - 1 - j] = kept;
      }
}

gboolean
pz_tensor_file_read (const PzTensorFile *file,
                     const PzFileTensor *tensor,
                     guint64 first,
                     gsize n,
                     gpointer data,
                     GError **error)
{
  const guint bytes = pz_file_dtype_bytes (tensor->dtype);

  g_return_val_if_fail (first <= tensor->n_elements && n <= tensor->n_elements - first, FALSE);

  if (tensor->problem != NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s: %s",
                   pz_tensor_file_get_path (file), tensor->name, tensor->problem);
      return FALSE;
    }
  if (n == 0)
    return TRUE;
  if (tensor->is_view
        ? !pz_tensor_view_read (tensor, first, n, data, error)
        : !pz_byte_source_read (tensor->source, tensor->offset_bytes + first * bytes, n * bytes,
                                data, error))
    return FALSE;
  if (tensor->is_big_endian != (G_BYTE_ORDER == G_BIG_ENDIAN))
    swap_elements (data, n, bytes);
  return TRUE;
}

static gboolean
refuse (const PzTensorFile *file,
        const PzFileTensor *tensor,
        const char *expected,
        GError **error)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s: %s expected, %s found",
               pz_tensor_file_get_path (file), tensor->name, expected,
               pz_file_dtype_name (tensor->dtype));
  return FALSE;
}

gboolean
pz_tensor_file_read_f32 (const PzTensorFile *file,
                         const PzFileTensor *tensor,
                         guint64 first,
                         gsize n,
                         float *values,
                         GError **error)
{
  ToFloats to_floats = conversions[tensor->dtype].to_floats;
  const gsize capacity = MIN (n, tensor->is_view ? VIEW_BATCH : BATCH);
  g_autofree guint64 *buffer = NULL;

  g_return_val_if_fail (first <= tensor->n_elements && n <= tensor->n_elements - first, FALSE);

  if (to_floats == NULL)
    return refuse (file, tensor, "F32, F16, BF16 or F64", error);
  buffer = g_malloc (capacity * pz_file_dtype_bytes (tensor->dtype));
  for (gsize done = 0, batch; done < n; done += batch)
    {
      batch = MIN (n - done, capacity);
      if (!pz_tensor_file_read (file, tensor, first + done, batch, buffer, error))
        return FALSE;
      to_floats (buffer, batch, values + done);
    }
  return TRUE;
}

gboolean
pz_tensor_file_read_i32 (const PzTensorFile *file,
                         const PzFileTensor *tensor,
                         guint64 first,
                         gsize n,
                         gint32 *values,
                         GError **error)
{
  ToInts to_ints = conversions[tensor->dtype].to_ints;
  const gsize capacity = MIN (n, tensor->is_view ? VIEW_BATCH : BATCH);
  g_autofree guint64 *buffer = NULL;
  double bad;

  g_return_val_if_fail (first <= tensor->n_elements && n <= tensor->n_elements - first, FALSE);

  if (to_ints == NULL)
    return refuse (file, tensor, "whole numbers", error);
  buffer = g_malloc (capacity * pz_file_dtype_bytes (tensor->dtype));
  for (gsize done = 0, batch; done < n; done += batch)
    {
      batch = MIN (n - done, capacity);
      if (!pz_tensor_file_read (file, tensor, first + done, batch, buffer, error))
        return FALSE;
      if (!to_ints (buffer, batch, values + done, &bad))
        {
          g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
                       "%s: %s: whole numbers of 32 bits expected, %g found",
                       pz_tensor_file_get_path (file), tensor->name, bad);
          return FALSE;
        }
    }
  return TRUE;
}
