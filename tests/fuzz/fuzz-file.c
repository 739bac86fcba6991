/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/fuzz/fuzz-file.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "models/files/tensor-file.h"

#define MOST_READ 64

static void
read_tensor (const PzTensorFile *file, const PzFileTensor *tensor)
{
  const gsize n = MIN (tensor->n_elements, MOST_READ);
  float values[MOST_READ];
  gint32 numbers[MOST_READ];

  g_assert_true (pz_tensor_file_lookup (file, tensor->name) == tensor);
  g_assert_true (pz_tensor_file_find (file, tensor->name) == tensor);
  if (tensor->problem != NULL)
    {
      g_assert_false (pz_tensor_file_read_f32 (file, tensor, 0, MIN (n, 1), values, NULL));
      return;
    }
  g_assert_cmpuint (tensor->n_bytes, ==,
                    tensor->n_elements * pz_file_dtype_bytes (tensor->dtype));
  g_assert_cmpuint (tensor->n_bytes, <=, pz_byte_source_get_n_bytes (tensor->source));
  pz_tensor_file_read_f32 (file, tensor, tensor->n_elements - n, n, values, NULL);
  pz_tensor_file_read_i32 (file, tensor, 0, n, numbers, NULL);
}

void
pz_fuzz_tensor_file (const guint8 *data, gsize size)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTensorFile) file = NULL;
  const int fd = g_file_open_tmp ("pz-fuzz-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  file = pz_tensor_file_open (path, &error);
  g_unlink (path);
  g_assert_true ((file == NULL) == (error != NULL));
  for (guint i = 0; file != NULL && i < pz_tensor_file_get_n_tensors (file); i++)
    read_tensor (file, pz_tensor_file_get_tensor (file, i));
  close (fd);
}
