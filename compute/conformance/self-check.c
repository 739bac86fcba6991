/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/self-check.h"

#include "compute/conformance/product-forms.h"
#include "compute/gpu/pipeline-cache.h"

#define GROUP "forms"
#define WRONG "wrong"
#define CHECKED "checked" /* the forms that existed when the file was written */

/* ---- the cached result ---- */

static gboolean
recall (const char *path, guint *wrong)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  guint64 forms;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL)
      || g_key_file_get_uint64 (file, GROUP, CHECKED, NULL) != PZ_FORMS_ALL)
    return FALSE;
  forms = g_key_file_get_uint64 (file, GROUP, WRONG, &error);
  *wrong = (guint) forms;
  return error == NULL && forms <= PZ_FORMS_ALL;
}

/* A write failure only costs time later. */
static void
remember (const char *path, guint wrong)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_key_file_set_uint64 (file, GROUP, CHECKED, PZ_FORMS_ALL);
  g_key_file_set_uint64 (file, GROUP, WRONG, wrong);
  g_mkdir_with_parents (folder, 0700);
  if (!g_key_file_save_to_file (file, path, &error))
    g_debug ("self-check not written: %s", error->message);
}

/* ---- using the result ---- */

static void
tell (const PzGpuInfo *info, guint wrong)
{
  for (guint form = 1; form <= PZ_FORMS_ALL; form <<= 1)
    if ((wrong & form) != 0)
      g_message ("%s (%s): %s give wrong results and are not used", info->name, info->driver,
                 pz_product_form_name ((PzProductForm) form));
}

static gboolean
check (PzGpu *gpu, GCancellable *cancellable, GError **error)
{
  const PzGpuInfo *info = pz_gpu_get_info (gpu);
  g_autofree char *path = pz_pipeline_cache_path (gpu, "forms", "ini");
  guint wrong;

  if (!recall (path, &wrong))
    {
      if (!pz_form_checks_run (gpu, pz_form_checks, pz_n_form_checks, cancellable, &wrong,
                               error))
        return FALSE;
      if ((wrong & PZ_FORM_PLAIN) == 0)
        remember (path, wrong);
      tell (info, wrong);
    }
  if ((wrong & PZ_FORM_PLAIN) != 0)
    {
      g_set_error (
        error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
        "%s: expected right products of known matrices, found wrong ones with driver "
        "%s; “personalize selftest” tells more",
        info->name, info->driver);
      return FALSE;
    }
  pz_gpu_avoid_forms (gpu, info->limits.avoided_forms | wrong);
  return TRUE;
}

PzGpu *
pz_gpu_open_checked (const PzGpuParams *params, GCancellable *cancellable, GError **error)
{
  g_autoptr (PzGpu) gpu = pz_gpu_open (params, error);

  if (gpu == NULL || !check (gpu, cancellable, error))
    return NULL;
  return g_steal_pointer (&gpu);
}
