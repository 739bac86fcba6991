/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/fake-concepts.h"

#include <string.h>

#include "compute/error.h"
#include "tests/ui/fake-session.h"

struct _PzConcept
{
  gint ref_count;
  PzImage *image;
  char *crop, *mask; /* hashes of the pictures */
  char *title, *model, *values; /* contents of the file; NULL = made from a picture */
};

/* SHA-256 of the values in 8 bits. */
static char *
hash (const PzImage *image)
{
  const guint width = pz_image_get_width (image), n = width * pz_image_get_channels (image);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree float *row = g_new (float, n);
  g_autofree guint8 *bytes = g_new (guint8, n);

  for (guint y = 0; y < pz_image_get_height (image); y++)
    {
      pz_image_read_row (image, 0, y, width, row);
      for (guint i = 0; i < n; i++)
        bytes[i] = (guint8) (CLAMP (row[i], 0, 1) * 255 + 0.5f);
      g_checksum_update (sum, bytes, n);
    }
  return g_strdup (g_checksum_get_string (sum));
}

PzConcept *
pz_fake_concept_new (PzImage *image, PzImage *mask)
{
  PzConcept *concept = g_new0 (PzConcept, 1);

  concept->ref_count = 1;
  concept->image = pz_image_ref (image);
  concept->crop = hash (image);
  concept->mask = mask ? hash (mask) : g_strdup ("");
  return concept;
}

char *
pz_fake_concept_to_json (const PzConcept *concept)
{
  g_autofree char *hash = concept->values ? pz_concept_hash (concept) : NULL;

  return hash ? g_strdup_printf ("{\"name\":\"%s\",\"method\":\"textual-inversion\","
                                 "\"sha256\":\"%s\"}",
                                 concept->title, hash)
              : g_strdup_printf ("{\"crop_sha256\":\"%s\",\"mask_sha256\":\"%s\"}",
                                 concept->crop, concept->mask);
}

PzImage *
pz_fake_concept_get_image (PzConcept *concept)
{
  return concept->image;
}

PzConcept *
pz_concept_ref (PzConcept *concept)
{
  g_atomic_int_inc (&concept->ref_count);
  return concept;
}

void
pz_concept_unref (PzConcept *concept)
{
  if (!g_atomic_int_dec_and_test (&concept->ref_count))
    return;
  pz_image_unref (concept->image);
  g_free (concept->crop);
  g_free (concept->mask);
  g_free (concept->title);
  g_free (concept->model);
  g_free (concept->values);
  g_free (concept);
}

/* ---- files ---- */

char *
pz_concept_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "gimp-personalize", "concepts", NULL);
}

/* A saved concept consists of these three lines. */
static gboolean
write_lines (const char *path, const char *const lines[3], GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s", lines[0] ? lines[0] : "",
                                           lines[1] ? lines[1] : "", lines[2] ? lines[2] : "");

  g_mkdir_with_parents (folder, 0700);
  return g_file_set_contents (path, text, -1, error);
}

/* The lines; NULL = not a concept. (transfer full) */
static GStrv
read_lines (const char *path)
{
  g_autofree char *text = NULL;
  GStrv lines;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  lines = g_strsplit (text, "\n", 3);
  if (g_strv_length (lines) == 3)
    return lines;
  g_strfreev (lines);
  return NULL;
}

gboolean
pz_concept_save (const PzConcept *concept, const char *path, GError **error)
{
  return write_lines (path,
                      (const char *const[]) { concept->title, concept->model, concept->values },
                      error);
}

gboolean
pz_concept_export (const PzConcept *concept, const char *path, GError **error)
{
  (void) concept;
  return g_file_set_contents (path, "exported", -1, error);
}

const char *
pz_concept_suggest_ending (const PzConcept *concept)
{
  (void) concept;
  return ".safetensors";
}

PzConcept *
pz_concept_load (const char *path, GError **error)
{
  const float gray[3] = { 0.5f, 0.5f, 0.5f };
  g_autoptr (PzImage) image = NULL;
  g_auto (GStrv) lines = read_lines (path);
  PzConcept *concept;

  if (!lines)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: fake: found none", path);
      return NULL;
    }
  image = pz_image_new (1, 1, 3, gray);
  pz_fake.n_loaded++;
  concept = pz_fake_concept_new (image, NULL);
  concept->title = g_strdup (lines[0]);
  concept->model = g_strdup (lines[1]);
  concept->values = g_strdup (lines[2]);
  return concept;
}

PzConcept *
pz_concept_rename (const PzConcept *concept, const char *name, const char *title)
{
  PzConcept *other = pz_fake_concept_new (concept->image, NULL);

  (void) name;
  other->title = g_strdup (title ? title : concept->title);
  other->model = g_strdup (concept->model);
  other->values = g_strdup (concept->values);
  return other;
}

char *
pz_concept_hash (const PzConcept *concept)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, concept->values, -1);
}

void
pz_saved_concept_free (PzSavedConcept *saved)
{
  g_free (saved->path);
  g_free (saved->title);
  g_free (saved->method);
  g_free (saved->model);
  g_free (saved->problem);
  g_free (saved);
}

PzSavedConcept *
pz_saved_concept_inspect (const char *path)
{
  PzSavedConcept *saved = g_new0 (PzSavedConcept, 1);
  g_auto (GStrv) lines = read_lines (path);

  saved->path = g_strdup (path);
  saved->title = lines && *lines[0] ? g_strdup (lines[0]) : g_path_get_basename (path);
  if (g_str_has_suffix (saved->title, PZ_CONCEPT_ENDING))
    saved->title[strlen (saved->title) - strlen (PZ_CONCEPT_ENDING)] = '\0';
  saved->method = g_strdup ("textual-inversion");
  saved->model = lines && *lines[1] ? g_strdup (lines[1]) : NULL;
  saved->size_bytes = 1000;
  saved->n_words = 2;
  if (!lines)
    saved->problem = g_strdup ("fake: found none");
  return saved;
}

GPtrArray *
pz_saved_concepts_find (void)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_saved_concept_free);
  g_autofree char *folder = pz_concept_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_ptr_array_add (found, pz_saved_concept_inspect (path));
    }
  return found;
}

char *
pz_saved_concept_path (const char *name)
{
  g_autofree char *folder = pz_concept_folder ();

  return g_path_is_absolute (name) ? g_strdup (name) : g_build_filename (folder, name, NULL);
}

char *
pz_saved_concept_free_path (const char *title)
{
  g_autofree char *name = g_strconcat (title, PZ_CONCEPT_ENDING, NULL);

  return pz_saved_concept_path (name);
}

char *
pz_fake_concept_keep_for (const char *title, const char *model, const char *values)
{
  char *path = pz_saved_concept_free_path (title);

  g_assert_true (write_lines (path,
                              (const char *const[]) { title, model,
                                                      values ? values : "values" },
                              NULL));
  return path;
}

char *
pz_fake_concept_keep (const char *title)
{
  return pz_fake_concept_keep_for (title, NULL, NULL);
}
