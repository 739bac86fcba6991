/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/learning/learn-times.h"

#include "ui/store/user-file.h"

#define FILE_NAME "learning-times.ini"

/* A hash, because names of groups in a key file cannot have every character that a path can. (transfer full) */
static char *
group_of (const char *model, const char *device)
{
  g_autofree char *both = g_strconcat (model, "\n", device, NULL);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);
}

void
pz_learn_times_keep (const char *model,
                     const char *device,
                     const char *method,
                     double sample_seconds)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);
  g_autofree char *group = group_of (model, device);

  g_key_file_set_double (file, group, method, sample_seconds);
  pz_user_file_save (FILE_NAME, file);
}

double
pz_learn_times_get (const char *model, const char *device, const char *method)
{
  g_autoptr (GKeyFile) file = pz_user_file_load (FILE_NAME);
  g_autofree char *group = group_of (model, device);
  g_auto (GStrv) methods = NULL;
  gsize n = 0;
  double sum = 0;

  if (g_key_file_has_key (file, group, method, NULL))
    return g_key_file_get_double (file, group, method, NULL);
  methods = g_key_file_get_keys (file, group, &n, NULL);
  for (gsize i = 0; i < n; i++)
    sum += g_key_file_get_double (file, group, methods[i], NULL);
  return n > 0 ? sum / (double) n : -1;
}
