/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/host.h"

G_DEFINE_QUARK (pz - host - error - quark, pz_host_error)

void
pz_host_concept_free (PzHostConcept *concept)
{
  g_clear_pointer (&concept->image, pz_image_unref);
  g_clear_pointer (&concept->mask, pz_image_unref);
  g_clear_pointer (&concept->found, pz_image_unref);
  g_free (concept->name);
  g_free (concept->mask_source);
  g_free (concept);
}

PzHostStart *
pz_host_start_new (const PzHostStart *start)
{
  PzHostStart *copy = g_atomic_rc_box_new (PzHostStart);

  *copy = *start;
  return copy;
}

PzHostStart *
pz_host_start_ref (PzHostStart *start)
{
  return g_atomic_rc_box_acquire (start);
}

static void
clear_start (gpointer data)
{
  PzHostStart *start = data;

  g_clear_pointer (&start->picture, pz_image_unref);
  g_clear_pointer (&start->mask, pz_image_unref);
  g_clear_pointer (&start->place, g_free);
}

void
pz_host_start_unref (PzHostStart *start)
{
  g_atomic_rc_box_release_full (start, clear_start);
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
