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
