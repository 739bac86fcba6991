/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/concept.h"

#include <string.h>

#include "models/concept-private.h"

#define MAX_NAME_BYTES 64

struct _PzConcept
{
  gatomicrefcount refs;
  PzConceptParts parts; /* its pointers are owned */
};

static gsize
override_bytes (const PzConceptOverride *override)
{
  gsize bytes = sizeof (float);

  for (guint i = 0; i < override->n_dims; i++)
    bytes *= override->dims[i];
  return bytes;
}

/* Size of one of the two matrices of its product. */
static gsize
product_bytes (const PzConceptOverride *override, guint dim)
{
  return sizeof (float) * override->rank * override->dims[dim];
}

static gsize
prefix_bytes (const PzConceptParts *parts)
{
  return sizeof (float) * 2 * parts->prefix.length * parts->prefix.n_layers * parts->width;
}

static gsize
coefficient_bytes (const PzConceptParts *parts)
{
  return sizeof (float) * parts->n_words * parts->n_coefficients;
}

static gsize
image_bytes (const PzConceptParts *parts)
{
  return sizeof (float) * 2 * parts->n_image_tokens * parts->width;
}

static PzImage *
ref_or_null (PzImage *image)
{
  return image != NULL ? pz_image_ref (image) : NULL;
}

static void
copy_strings (PzConceptParts *to)
{
  const char **strings[] = { &to->name,       &to->title,  &to->method,
                             &to->class_word, &to->recipe, &to->licence,
                             &to->model,      &to->elite,  &to->ip_adapter };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    *strings[i] = g_strdup (*strings[i]);
}

static void
copy_overrides (PzConceptParts *to)
{
  PzConceptOverride *copies =
    g_memdup2 (to->overrides, to->n_overrides * sizeof (PzConceptOverride));

  for (guint i = 0; i < to->n_overrides; i++)
    {
      copies[i].name = g_strdup (copies[i].name);
      copies[i].values = g_memdup2 (copies[i].values, override_bytes (&copies[i]));
      copies[i].up = g_memdup2 (copies[i].up, product_bytes (&copies[i], 0));
      copies[i].down = g_memdup2 (copies[i].down, product_bytes (&copies[i], 1));
    }
  to->overrides = copies;
}

PzConcept *
pz_concept_new (const PzConceptParts *parts)
{
  PzConcept *concept = g_new0 (PzConcept, 1);
  PzConceptParts *own = &concept->parts;
  gsize row_bytes = sizeof (float) * parts->width;

  g_atomic_ref_count_init (&concept->refs);
  *own = *parts;
  copy_strings (own);
  own->words = g_memdup2 (parts->words, row_bytes * parts->n_words);
  own->coefficients = g_memdup2 (parts->coefficients, coefficient_bytes (parts));
  own->face = g_memdup2 (parts->face, sizeof (float) * parts->n_face);
  own->local = g_memdup2 (parts->local, row_bytes * parts->n_patches);
  own->image_tokens = g_memdup2 (parts->image_tokens, image_bytes (parts));
  own->prefix.rows = g_memdup2 (parts->prefix.rows, prefix_bytes (parts));
  copy_overrides (own);
  own->thumbnail = ref_or_null (parts->thumbnail);
  own->crop = ref_or_null (parts->crop);
  own->crop_mask = ref_or_null (parts->crop_mask);
  return concept;
}

PzConcept *
pz_concept_ref (PzConcept *concept)
{
  g_atomic_ref_count_inc (&concept->refs);
  return concept;
}

void
pz_concept_unref (PzConcept *concept)
{
  if (concept == NULL || !g_atomic_ref_count_dec (&concept->refs))
    return;

  PzConceptParts *parts = &concept->parts;
  gconstpointer owned[] = { parts->name,         parts->title,       parts->method,
                            parts->class_word,   parts->recipe,      parts->licence,
                            parts->model,        parts->elite,       parts->ip_adapter,
                            parts->words,        parts->local,       parts->coefficients,
                            parts->image_tokens, parts->prefix.rows, parts->face };
  PzImage *images[] = { parts->thumbnail, parts->crop, parts->crop_mask };

  for (guint i = 0; i < G_N_ELEMENTS (owned); i++)
    g_free ((gpointer) owned[i]);
  for (guint i = 0; i < parts->n_overrides; i++)
    {
      g_free ((char *) parts->overrides[i].name);
      g_free ((float *) parts->overrides[i].values);
      g_free ((float *) parts->overrides[i].up);
      g_free ((float *) parts->overrides[i].down);
    }
  g_free ((PzConceptOverride *) parts->overrides);
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    if (images[i] != NULL)
      pz_image_unref (images[i]);
  g_free (concept);
}

/* ---- queries ---- */

const char *
pz_concept_get_name (const PzConcept *concept)
{
  return concept->parts.name;
}

const char *
pz_concept_get_title (const PzConcept *concept)
{
  return concept->parts.title != NULL ? concept->parts.title : concept->parts.name;
}

const char *
pz_concept_get_method (const PzConcept *concept)
{
  return concept->parts.method;
}

const char *
pz_concept_get_class_word (const PzConcept *concept)
{
  return concept->parts.class_word;
}

const char *
pz_concept_get_recipe (const PzConcept *concept)
{
  return concept->parts.recipe;
}

const char *
pz_concept_get_licence (const PzConcept *concept)
{
  return concept->parts.licence;
}

PzImage *
pz_concept_get_thumbnail (const PzConcept *concept)
{
  return concept->parts.thumbnail;
}

guint
pz_concept_get_width (const PzConcept *concept)
{
  return concept->parts.width;
}

guint
pz_concept_get_n_words (const PzConcept *concept)
{
  return concept->parts.n_words;
}

guint
pz_concept_get_n_primary (const PzConcept *concept)
{
  return concept->parts.n_patches > 0 ? MIN (1, concept->parts.n_words)
                                      : concept->parts.n_words;
}

const float *
pz_concept_get_words (const PzConcept *concept)
{
  return concept->parts.words;
}

guint
pz_concept_get_n_coefficients (const PzConcept *concept)
{
  return concept->parts.n_coefficients;
}

const float *
pz_concept_get_coefficients (const PzConcept *concept)
{
  return concept->parts.coefficients;
}

guint
pz_concept_get_n_face (const PzConcept *concept)
{
  return concept->parts.n_face;
}

const float *
pz_concept_get_face (const PzConcept *concept)
{
  return concept->parts.face;
}

guint
pz_concept_get_n_patches (const PzConcept *concept)
{
  return concept->parts.n_patches;
}

const float *
pz_concept_get_local (const PzConcept *concept)
{
  return concept->parts.local;
}

guint
pz_concept_get_n_image_tokens (const PzConcept *concept)
{
  return concept->parts.n_image_tokens;
}

const float *
pz_concept_get_image_tokens (const PzConcept *concept)
{
  return concept->parts.image_tokens;
}

const PzConceptPrefix *
pz_concept_get_prefix (const PzConcept *concept)
{
  return &concept->parts.prefix;
}

guint
pz_concept_get_n_overrides (const PzConcept *concept)
{
  return concept->parts.n_overrides;
}

const PzConceptOverride *
pz_concept_get_override (const PzConcept *concept, guint index)
{
  g_return_val_if_fail (index < concept->parts.n_overrides, NULL);
  return &concept->parts.overrides[index];
}

gboolean
pz_concept_takes_fidelity (const PzConcept *concept)
{
  return concept->parts.n_patches > 0 || concept->parts.n_image_tokens > 0 ||
         concept->parts.n_overrides > 0;
}

const char *
pz_concept_get_model (const PzConcept *concept)
{
  return concept->parts.model;
}

const char *
pz_concept_get_elite (const PzConcept *concept)
{
  return concept->parts.elite;
}

const char *
pz_concept_get_ip_adapter (const PzConcept *concept)
{
  return concept->parts.ip_adapter;
}

PzImage *
pz_concept_get_crop (const PzConcept *concept)
{
  return concept->parts.crop;
}

PzImage *
pz_concept_get_crop_mask (const PzConcept *concept)
{
  return concept->parts.crop_mask;
}

/* ---- names ---- */

static void
add_values (GChecksum *checksum, const char *name, const float *values, gsize n_bytes)
{
  if (n_bytes == 0)
    return;
  g_checksum_update (checksum, (const guchar *) name, (gssize) strlen (name) + 1);
  g_checksum_update (checksum, (const guchar *) values, (gssize) n_bytes);
}

char *
pz_concept_hash (const PzConcept *concept)
{
  const PzConceptParts *parts = &concept->parts;
  const gsize row_bytes = sizeof (float) * parts->width;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  add_values (checksum, "words", parts->words, row_bytes * parts->n_words);
  add_values (checksum, "local", parts->local, row_bytes * parts->n_patches);
  add_values (checksum, "image", parts->image_tokens, image_bytes (parts));
  add_values (checksum, "prefix", parts->prefix.rows, prefix_bytes (parts));
  for (guint i = 0; i < parts->n_overrides; i++)
    {
      const PzConceptOverride *override = &parts->overrides[i];

      if (override->rank == 0)
        add_values (checksum, override->name, override->values, override_bytes (override));
      add_values (checksum, override->name, override->up, product_bytes (override, 0));
      add_values (checksum, override->name, override->down, product_bytes (override, 1));
    }
  return g_strdup (g_checksum_get_string (checksum));
}

PzConcept *
pz_concept_rename (const PzConcept *concept, const char *name, const char *title)
{
  PzConceptParts parts = concept->parts;

  if (name != NULL)
    parts.name = name;
  if (title != NULL)
    parts.title = title;
  return pz_concept_new (&parts);
}

gboolean
pz_concept_check_name (const char *name, GError **error)
{
  gboolean good =
    name[0] != '\0' && strlen (name) <= MAX_NAME_BYTES && g_utf8_validate (name, -1, NULL);

  for (const char *at = name; good && *at != '\0'; at = g_utf8_next_char (at))
    good = g_unichar_isgraph (g_utf8_get_char (at));
  if (good)
    return TRUE;
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "name: expected 1 to %d bytes without blanks, found “%s”", MAX_NAME_BYTES,
               valid);
  return FALSE;
}

char *
pz_concept_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "gimp-personalize", "concepts", NULL);
}
