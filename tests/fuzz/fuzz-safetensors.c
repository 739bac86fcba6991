/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <sys/mman.h>
#include <unistd.h>

#include "models/files/safetensors.h"
#include "tests/fuzz/fuzz.h"

#define MOST_READ 64

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const int fd = memfd_create ("fuzz", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzSafetensors) file = NULL;

  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  file = pz_safetensors_open (path, &error);
  g_assert_true ((file == NULL) == (error != NULL));
  for (guint i = 0; file != NULL && i < pz_safetensors_get_n_tensors (file); i++)
    {
      const PzSafetensor *tensor = pz_safetensors_get_tensor (file, i);
      const gsize n = MIN (tensor->n_elements, MOST_READ);
      float values[MOST_READ];
      gint32 numbers[MOST_READ];

      g_assert_cmpuint (tensor->offset_bytes + tensor->n_bytes, <=, size);
      g_assert_true (pz_safetensors_lookup (file, tensor->name) == tensor);
      pz_safetensors_read_f32 (file, tensor, tensor->n_elements - n, n, values, NULL);
      pz_safetensors_read_i32 (file, tensor, tensor->n_elements - n, n, numbers, NULL);
    }
  close (fd);
  return 0;
}
