/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/lora-export.h"

#include <string.h>

#include "models/files/safetensors.h"

#define WEIGHT ".weight"

/* The network that a weight belongs to, by its name, and what diffusers writes before and after the layer's path. */
static const struct
{
  const char *begins;
  const char *before, *after;
} dialects[] = {
  { "text_model.", "text_encoder.", ".lora_linear_layer" },
  { "", "unet.", ".lora" },
};

/* (transfer full) */
static char *
name_of (const PzConceptOverride *override, const char *which)
{
  const int length = (int) (strlen (override->name) - strlen (WEIGHT));
  guint i = 0;

  while (!g_str_has_prefix (override->name, dialects[i].begins))
    i++;
  return g_strdup_printf ("%s%.*s%s.%s" WEIGHT, dialects[i].before, length, override->name,
                          dialects[i].after, which);
}

gboolean
pz_lora_export (const PzConcept *concept, const char *path, GError **error)
{
  const guint n = pz_concept_get_n_overrides (concept);
  g_autofree PzSafetensorF32 *tensors = g_new0 (PzSafetensorF32, 2 * n);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      const PzConceptOverride *override = pz_concept_get_override (concept, i);
      char *down = name_of (override, "down"), *up = name_of (override, "up");

      g_ptr_array_add (names, down);
      g_ptr_array_add (names, up);
      tensors[2 * i] = (PzSafetensorF32) {
        .name = down,
        .n_dims = 2,
        .dims = { override->rank, override->dims[1] },
        .values = override->down,
      };
      tensors[2 * i + 1] = (PzSafetensorF32) {
        .name = up,
        .n_dims = 2,
        .dims = { override->dims[0], override->rank },
        .values = override->up,
      };
    }
  return pz_safetensors_write (path, tensors, 2 * n,
                               (const char *const[]) { "format", "pt", NULL }, error);
}
