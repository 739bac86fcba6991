/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes NAME.pzconcept: see concept.h.
 */
#include <string.h>

#include "models/files/concept-keys.h"
#include "models/files/png.h"
#include "models/files/safetensors.h"

const PzConceptText pz_concept_texts[PZ_CONCEPT_N_TEXTS] = {
  { "method", G_STRUCT_OFFSET (PzConceptParts, method) },
  { "name", G_STRUCT_OFFSET (PzConceptParts, name) },
  { "title", G_STRUCT_OFFSET (PzConceptParts, title) },
  { "class_word", G_STRUCT_OFFSET (PzConceptParts, class_word) },
  { "recipe", G_STRUCT_OFFSET (PzConceptParts, recipe) },
  { "licence", G_STRUCT_OFFSET (PzConceptParts, licence) },
  { "model_fingerprint", G_STRUCT_OFFSET (PzConceptParts, model) },
  { "elite_fingerprint", G_STRUCT_OFFSET (PzConceptParts, elite) },
  { "ip_adapter_fingerprint", G_STRUCT_OFFSET (PzConceptParts, ip_adapter) },
};

static void
add_text (GPtrArray *metadata, const char *key, char *value)
{
  g_ptr_array_add (metadata, g_strdup (key));
  g_ptr_array_add (metadata, value);
}

/* Key, value, ..., NULL. (transfer full), or NULL with an error */
static GPtrArray *
list_metadata (const PzConcept *concept, GError **error)
{
  g_autoptr (GPtrArray) metadata = g_ptr_array_new_with_free_func (g_free);
  const PzConceptPrefix *prefix = pz_concept_get_prefix (concept);
  PzImage *thumbnail = pz_concept_get_thumbnail (concept);
  const char *const values[PZ_CONCEPT_N_TEXTS] = {
    pz_concept_get_method (concept),     pz_concept_get_name (concept),
    pz_concept_get_title (concept),      pz_concept_get_class_word (concept),
    pz_concept_get_recipe (concept),     pz_concept_get_licence (concept),
    pz_concept_get_model (concept),      pz_concept_get_elite (concept),
    pz_concept_get_ip_adapter (concept),
  };

  add_text (metadata, "format", g_strdup (PZ_CONCEPT_FORMAT));
  for (guint i = 0; i < PZ_CONCEPT_N_TEXTS; i++)
    if (values[i] != NULL)
      add_text (metadata, pz_concept_texts[i].key, g_strdup (values[i]));
  if (prefix->length > 0)
    add_text (metadata, PZ_CONCEPT_FIRST_LAYER, g_strdup_printf ("%u", prefix->first_layer));
  if (thumbnail != NULL)
    {
      g_autoptr (GBytes) png = pz_png_encode (thumbnail, error);

      if (png == NULL)
        return NULL;
      add_text (metadata, PZ_CONCEPT_THUMBNAIL,
                g_base64_encode (g_bytes_get_data (png, NULL), g_bytes_get_size (png)));
    }
  g_ptr_array_add (metadata, NULL);
  return g_steal_pointer (&metadata);
}

static void
add_tensor (GArray *tensors,
            const char *name,
            guint n_dims,
            const guint64 dims[],
            const float *values)
{
  PzSafetensorF32 tensor = { .name = name, .n_dims = n_dims, .values = values };

  memcpy (tensor.dims, dims, n_dims * sizeof *dims);
  g_array_append_val (tensors, tensor);
}

/* names: takes ownership of the tensors' names. */
static void
add_product (GArray *tensors, GPtrArray *names, const PzConceptOverride *override)
{
  char *up = g_strconcat (PZ_CONCEPT_PRODUCT, override->name, PZ_CONCEPT_UP, NULL);
  char *down = g_strconcat (PZ_CONCEPT_PRODUCT, override->name, PZ_CONCEPT_DOWN, NULL);

  g_ptr_array_add (names, up);
  g_ptr_array_add (names, down);
  add_tensor (tensors, up, 2, (guint64[]) { override->dims[0], override->rank }, override->up);
  add_tensor (tensors, down, 2, (guint64[]) { override->rank, override->dims[1] },
              override->down);
}

gboolean
pz_concept_save (const PzConcept *concept, const char *path, GError **error)
{
  const PzConceptPrefix *prefix = pz_concept_get_prefix (concept);
  const guint64 d = pz_concept_get_width (concept);
  const guint64 n_words = pz_concept_get_n_words (concept);
  const guint64 n_patches = pz_concept_get_n_patches (concept);
  const guint64 n_image = pz_concept_get_n_image_tokens (concept);
  g_autoptr (GArray) tensors = g_array_new (FALSE, FALSE, sizeof (PzSafetensorF32));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) metadata = list_metadata (concept, error);

  if (metadata == NULL)
    return FALSE;
  if (n_words > 0)
    add_tensor (tensors, "words", 2, (guint64[]) { n_words, d },
                pz_concept_get_words (concept));
  if (pz_concept_get_n_coefficients (concept) > 0)
    add_tensor (tensors, "coefficients", 2,
                (guint64[]) { n_words, pz_concept_get_n_coefficients (concept) },
                pz_concept_get_coefficients (concept));
  if (pz_concept_get_n_face (concept) > 0)
    add_tensor (tensors, "face", 1, (guint64[]) { pz_concept_get_n_face (concept) },
                pz_concept_get_face (concept));
  if (n_patches > 0)
    add_tensor (tensors, "local", 2, (guint64[]) { n_patches, d },
                pz_concept_get_local (concept));
  if (n_image > 0)
    add_tensor (tensors, "image", 3, (guint64[]) { 2, n_image, d },
                pz_concept_get_image_tokens (concept));
  if (prefix->length > 0)
    add_tensor (tensors, "prefix", 3, (guint64[]) { prefix->length, 2 * prefix->n_layers, d },
                prefix->rows);
  for (guint i = 0; i < pz_concept_get_n_overrides (concept); i++)
    {
      const PzConceptOverride *override = pz_concept_get_override (concept, i);

      if (override->rank > 0)
        {
          add_product (tensors, names, override);
          continue;
        }
      g_ptr_array_add (names, g_strconcat (PZ_CONCEPT_OVERRIDE, override->name, NULL));
      add_tensor (tensors, names->pdata[names->len - 1], override->n_dims, override->dims,
                  override->values);
    }
  return pz_safetensors_write (path, (const PzSafetensorF32 *) (gpointer) tensors->data,
                               tensors->len, (const char *const *) metadata->pdata, error);
}
