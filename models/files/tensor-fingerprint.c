/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tells files of tensors apart without reading gigabytes: samples from the beginning to the
 * end of every tensor. A beginning alone would take a network whose later rows were trained
 * further (a vocabulary with new words, a merged adapter) for the one it came from.
 */
#include <string.h>

#include "models/files/tensor-file.h"

#define SAMPLES 4
#define SAMPLE_BYTES 1024

static gboolean
add_samples (GChecksum *checksum,
             const PzTensorFile *file,
             const PzFileTensor *tensor,
             GError **error)
{
  const guint bytes = pz_file_dtype_bytes (tensor->dtype);
  const gsize n = MIN (tensor->n_elements, SAMPLE_BYTES / bytes);
  guint8 sample[SAMPLE_BYTES];

  for (guint i = 0; i < SAMPLES; i++)
    {
      const guint64 first = (tensor->n_elements - n) * i / (SAMPLES - 1);

      if (!pz_tensor_file_read (file, tensor, first, n, sample, error))
        return FALSE;
      g_checksum_update (checksum, sample, (gssize) (n * bytes));
    }
  return TRUE;
}

char *
pz_tensor_file_fingerprint (const PzTensorFile *file, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);

      g_checksum_update (checksum, (const guchar *) tensor->name,
                         (gssize) strlen (tensor->name) + 1);
      g_checksum_update (checksum, (const guchar *) pz_file_dtype_name (tensor->dtype), -1);
      for (guint j = 0; j < tensor->n_dims; j++)
        {
          const guint64 dim = GUINT64_TO_LE (tensor->dims[j]);

          g_checksum_update (checksum, (const guchar *) &dim, sizeof dim);
        }
      if (!add_samples (checksum, file, tensor, error))
        return NULL;
    }
  return g_strdup (g_checksum_get_string (checksum));
}
