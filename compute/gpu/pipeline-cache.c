/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/gpu-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include "compute/gpu/pipeline-cache.h"
#include "shaders/kernels.h"

#define CHECKSUM_LENGTH 64 /* hexadecimal digits of SHA-256 */

/* A file that was not used for so long belongs to a device, a driver or a version of this program that is gone. */
#define UNUSED_S (90 * 24 * 3600)

/* The files that pz_pipeline_cache_path () names. */
static const struct
{
  const char *what, *ending;
} kinds[] = { { "pipelines", "bin" }, { "forms", "ini" } };

/* A hash of everything that the driver's data depends on. It covers all kernels, so it is computed once and kept. */
static const char *
fingerprint (PzGpu *gpu)
{
  if (gpu->fingerprint != NULL)
    return gpu->fingerprint;

  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (sum, gpu->info->uuid, sizeof gpu->info->uuid);
  g_checksum_update (sum, (const guchar *) gpu->info->driver, -1);
  /* Software devices of all vector widths have the same UUID. */
  g_checksum_update (sum, (const guchar *) gpu->info->name, -1);
  g_checksum_update (sum, (const guchar *) &gpu->info->limits.subgroup_size,
                     sizeof gpu->info->limits.subgroup_size);
  for (guint i = 0; i < PZ_N_KERNELS; i++)
    g_checksum_update (sum, (const guchar *) pz_kernels[i].words,
                       (gssize) pz_kernels[i].n_bytes);
  gpu->fingerprint = g_strdup (g_checksum_get_string (sum));
  return gpu->fingerprint;
}

char *
pz_pipeline_cache_path (PzGpu *gpu, const char *what, const char *ending)
{
  g_autofree char *name = g_strdup_printf ("%s-%.32s.%s", what, fingerprint (gpu), ending);

  return g_build_filename (g_get_user_cache_dir (), "gimp-personalize", name, NULL);
}

/* ---- old files ---- */

/* The time of a file's last change is that of its last use. */
static void
mark_used (PzGpu *gpu)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = pz_pipeline_cache_path (gpu, kinds[i].what, kinds[i].ending);

      g_utime (path, NULL);
    }
}

static gboolean
is_ours (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *pattern = g_strdup_printf ("%s-*.%s", kinds[i].what, kinds[i].ending);

      if (g_pattern_match_simple (pattern, name))
        return TRUE;
    }
  return FALSE;
}

static void
drop_unused (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf status;

      if (is_ours (name) && g_stat (path, &status) == 0
          && (gint64) status.st_mtime < now - UNUSED_S)
        g_unlink (path);
    }
}

/* ---- the file ---- */

GBytes *
pz_pipeline_cache_wrap (GBytes *payload)
{
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, payload);
  GByteArray *file = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (payload, &size);

  g_byte_array_append (file, (const guint8 *) sum, CHECKSUM_LENGTH);
  g_byte_array_append (file, data, (guint) size);
  return g_byte_array_free_to_bytes (file);
}

GBytes *
pz_pipeline_cache_unwrap (GBytes *file)
{
  g_autoptr (GBytes) payload = NULL;
  g_autofree char *sum = NULL;
  gsize size = g_bytes_get_size (file);

  if (size <= CHECKSUM_LENGTH)
    return NULL;
  payload = g_bytes_new_from_bytes (file, CHECKSUM_LENGTH, size - CHECKSUM_LENGTH);
  sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, payload);
  if (memcmp (sum, g_bytes_get_data (file, NULL), CHECKSUM_LENGTH) != 0)
    return NULL;
  return g_steal_pointer (&payload);
}

/* Moves the names into `known` and returns the driver's data (transfer full), or NULL if the payload is too short. */
static GBytes *
take_known (GBytes *payload, GArray *known)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (payload, &size);
  guint64 n = 0;

  if (size >= sizeof n)
    memcpy (&n, data, sizeof n);
  if (size < sizeof n || n > size / sizeof n - 1)
    return NULL;
  g_array_set_size (known, (guint) n);
  memcpy (known->data, data + sizeof n, n * sizeof n);
  return g_bytes_new_from_bytes (payload, (n + 1) * sizeof n, size - (n + 1) * sizeof n);
}

gboolean
pz_pipeline_cache_load (PzGpu *gpu, VkPipelineCache *cache, GArray *known, GError **error)
{
  g_autofree char *path = pz_pipeline_cache_path (gpu, "pipelines", "bin");
  g_autofree char *contents = NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GBytes) driver_bytes = NULL;
  gsize length = 0;
  VkPipelineCacheCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
  };

  if (g_file_get_contents (path, &contents, &length, NULL))
    {
      g_autoptr (GBytes) file = g_bytes_new_static (contents, length);

      payload = pz_pipeline_cache_unwrap (file);
      mark_used (gpu);
    }
  if (payload != NULL)
    driver_bytes = take_known (payload, known);
  if (driver_bytes != NULL)
    {
      info.pInitialData = g_bytes_get_data (driver_bytes, NULL);
      info.initialDataSize = g_bytes_get_size (driver_bytes);
    }
  return pz_gpu_ok (gpu, gpu->vk.CreatePipelineCache (gpu->device, &info, NULL, cache),
                    "create a pipeline cache", error);
}

void
pz_pipeline_cache_save (PzGpu *gpu, VkPipelineCache cache, const GArray *known)
{
  const guint64 n_known = known->len;
  const gsize head = (known->len + 1) * sizeof n_known;
  g_autofree char *path = pz_pipeline_cache_path (gpu, "pipelines", "bin");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree guint8 *data = NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) failed = NULL;
  gsize size = 0;

  if (gpu->queue.lost
      || gpu->vk.GetPipelineCacheData (gpu->device, cache, &size, NULL) != VK_SUCCESS
      || size == 0)
    return;
  data = g_try_malloc (head + size);
  if (data == NULL)
    return;
  memcpy (data, &n_known, sizeof n_known);
  memcpy (data + sizeof n_known, known->data, head - sizeof n_known);
  if (gpu->vk.GetPipelineCacheData (gpu->device, cache, &size, data + head) != VK_SUCCESS)
    return;
  payload = g_bytes_new (data, head + size);
  file = pz_pipeline_cache_wrap (payload);
  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (path, g_bytes_get_data (file, NULL),
                                 (gssize) g_bytes_get_size (file),
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &failed))
    g_debug ("pipeline cache not written: %s", failed->message);
  drop_unused (folder);
}
