/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/host.h"

void
pz_host_concept_free (PzHostConcept *concept)
{
  g_clear_pointer (&concept->image, pz_image_unref);
  g_clear_pointer (&concept->mask, pz_image_unref);
  g_free (concept->name);
  g_free (concept->mask_source);
  g_free (concept);
}

static void
clear_result (gpointer data)
{
  PzHostResult *result = data;

  g_clear_pointer (&result->image, pz_image_unref);
  g_clear_pointer (&result->recipe, g_free);
}

GArray *
pz_host_results_new (void)
{
  GArray *results = g_array_new (FALSE, FALSE, sizeof (PzHostResult));

  g_array_set_clear_func (results, clear_result);
  return results;
}

void
pz_host_results_keep (GArray *results, const PzHostResult *result)
{
  PzHostResult kept = {
    .image = pz_image_ref (result->image),
    .seed = result->seed,
    .recipe = g_strdup (result->recipe),
  };

  g_array_append_val (results, kept);
}
