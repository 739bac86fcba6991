/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/self-check.h"

#include "compute/conformance/product-forms.h"
#include "compute/gpu/pipeline-cache.h"

#define GROUP "forms"
#define WRONG "wrong"
#define CHECKED "checked"

/* ---- the cached result ---- */

/* Nothing is known if there is no valid file. */
static PzFormResults
recall (const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  guint64 checked, wrong = 0;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return (PzFormResults) { 0 };
  checked = g_key_file_get_uint64 (file, GROUP, CHECKED, &error);
  if (error == NULL)
    wrong = g_key_file_get_uint64 (file, GROUP, WRONG, &error);
  if (error != NULL || checked > PZ_FORMS_ALL)
    return (PzFormResults) { 0 };
  return (PzFormResults) { (guint) checked, (guint) (wrong & checked) };
}

/* A write failure only costs time later. */
static void
remember (const char *path, const PzFormResults *results)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_key_file_set_uint64 (file, GROUP, CHECKED, results->checked);
  g_key_file_set_uint64 (file, GROUP, WRONG, results->wrong & results->checked);
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
      g_message ("%s (%s): %s do not work and are not used", info->name, info->driver,
                 pz_product_form_name ((PzProductForm) form));
}

static gboolean
check (PzGpu *gpu, GCancellable *cancellable, GError **error)
{
  const PzGpuInfo *info = pz_gpu_get_info (gpu);
  g_autofree char *path = pz_pipeline_cache_path (gpu, "forms", "ini");
  PzFormResults results = recall (path);

  if (results.checked != PZ_FORMS_ALL)
    {
      const gboolean done = pz_form_checks_run (gpu, pz_form_checks, pz_n_form_checks,
                                                cancellable, &results, error);

      /* Also after a lost device, so that the next start avoids the form that lost it. */
      if ((results.wrong & PZ_FORM_PLAIN) == 0)
        remember (path, &results);
      if (!done)
        return FALSE;
      tell (info, results.wrong);
    }
  if ((results.wrong & PZ_FORM_PLAIN) != 0)
    {
      g_set_error (
        error, PZ_ERROR, PZ_ERROR_NO_DEVICE,
        "%s: expected right products of known matrices, found wrong ones with driver "
        "%s; “personalize selftest” tells more",
        info->name, info->driver);
      return FALSE;
    }
  pz_gpu_avoid_forms (gpu, info->limits.avoided_forms | results.wrong);
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
