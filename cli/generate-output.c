/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/generate-output.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/generate-recipe.h"
#include "cli/image-file.h"
#include "cli/json.h"
#include "cli/output-file.h"
#include "cli/terminal.h"

typedef struct
{
  char *path;
  char *recipe;
  guint64 seed;
  GArray *people; /* PzLikeness that own their names */
} Made;

static void
likeness_clear (gpointer data)
{
  g_free ((char *) ((PzLikeness *) data)->name);
}

static void
made_free (gpointer data)
{
  Made *made = data;

  g_free (made->path);
  g_free (made->recipe);
  g_array_unref (made->people);
  g_free (made);
}

/* ---- where to write ---- */

/* Whether `out` is FILE.png, and not an existing folder of that name. */
static gboolean
names_a_file (const char *out)
{
  g_autofree char *lower = g_ascii_strdown (out, -1);

  return g_str_has_suffix (lower, ".png") && !g_file_test (out, G_FILE_TEST_IS_DIR);
}

gboolean
pz_generate_output_init (PzGenerateOutput *output, const PzGenerateOptions *o, GError **error)
{
  const char *out = o->out != NULL ? o->out : ".";
  gboolean file = names_a_file (out);

  output->options = o;
  output->folder = file ? NULL : out;
  output->made = g_ptr_array_new_with_free_func (made_free);
  output->notes = g_ptr_array_new_with_free_func (g_free);
  pz_progress_line_init (&output->line);
  if (file && o->variants > 1)
    return pz_bad_option (error, "--out", "a folder for more than one variant", out);
  if (!file && o->force)
    return pz_bad_option (error, "--force", "an --out that names a file", out);
  return file ? pz_output_check_file (out, o->force, error)
              : pz_output_check_folder (out, error);
}

void
pz_generate_output_clear (PzGenerateOutput *output)
{
  g_clear_pointer (&output->made, g_ptr_array_unref);
  g_clear_pointer (&output->notes, g_ptr_array_unref);
}

/* ---- notes and paths ---- */

void
pz_generate_output_note (PzNote note, const char *sentence, gpointer data)
{
  (void) note;
  pz_generate_output_say (data, sentence);
}

void
pz_generate_output_say (PzGenerateOutput *output, const char *sentence)
{
  g_autofree char *shown = pz_show (sentence);

  g_ptr_array_add (output->notes, g_strdup (sentence));
  if (output->options->quiet)
    return;
  pz_progress_line_clear (&output->line);
  fprintf (stderr, "personalize: note: %s\n", shown);
}

/* The exact path for programs; on a terminal, without characters that control it. */
static void
print_path (PzGenerateOutput *output, const char *path)
{
  g_autofree char *shown = isatty (STDOUT_FILENO) ? pz_show (path) : g_strdup (path);

  pz_progress_line_clear (&output->line);
  printf ("%s\n", shown);
  fflush (stdout);
}

/* ---- pictures ---- */

/* Stores the recipe in our text chunk, and in the one that other programs for generated pictures look for. */
static GBytes *
to_png (const PzVariant *variant, const char *recipe, GError **error)
{
  g_autoptr (PzRecipeReader) reader = pz_recipe_reader_new (recipe, error);
  g_autofree char *parameters = reader != NULL ? pz_recipe_reader_to_text (reader) : NULL;
  const PzPngText texts[] = {
    { "personalize", recipe },
    { "parameters", parameters },
  };

  return reader != NULL ? pz_image_to_png (variant->image, texts, G_N_ELEMENTS (texts), error)
                        : NULL;
}

/* Returns the path. (transfer full) */
static char *
write_png (const PzGenerateOutput *output, GBytes *png, guint64 seed, GError **error)
{
  g_autofree char *stem = g_strdup_printf ("personalize-%" G_GUINT64_FORMAT, seed);
  gsize n_bytes;
  const void *data = g_bytes_get_data (png, &n_bytes);
  const PzGenerateOptions *o = output->options;

  if (output->folder != NULL)
    return pz_output_add (output->folder, stem, "png", data, n_bytes, error);
  return pz_output_write (o->out, o->force, data, n_bytes, error) ? g_strdup (o->out) : NULL;
}

gboolean
pz_generate_output_save (const PzVariant *variant, gpointer data, GError **error)
{
  PzGenerateOutput *output = data;
  g_autofree char *recipe = pz_generate_recipe_complete (output->options, variant->recipe);
  g_autoptr (GBytes) png = to_png (variant, recipe, error);
  g_autofree char *path = png != NULL ? write_png (output, png, variant->seed, error) : NULL;
  Made *made;

  if (path == NULL)
    return FALSE;
  if (output->options->wanted != NULL && output->made->len == 0)
    {
      g_auto (GStrv) differences =
        pz_generate_recipe_compare (output->options->wanted, variant->recipe);

      for (guint i = 0; differences[i] != NULL; i++)
        pz_generate_output_say (output, differences[i]);
    }
  made = g_new (Made, 1);
  *made = (Made) {
    .path = g_steal_pointer (&path),
    .recipe = g_steal_pointer (&recipe),
    .seed = variant->seed,
    .people = g_array_new (FALSE, FALSE, sizeof (PzLikeness)),
  };
  g_array_set_clear_func (made->people, likeness_clear);
  g_ptr_array_add (output->made, made);
  if (!output->options->json)
    print_path (output, made->path);
  return TRUE;
}

const char *
pz_generate_output_path (const PzGenerateOutput *output, guint index)
{
  return ((const Made *) output->made->pdata[index])->path;
}

void
pz_generate_output_add_likeness (PzGenerateOutput *output,
                                 guint index,
                                 const PzLikeness *likeness)
{
  PzLikeness copy = *likeness;

  copy.name = g_strdup (likeness->name);
  g_array_append_val (((Made *) output->made->pdata[index])->people, copy);
}

/* ---- JSON output ---- */

static void
add_figures (JsonBuilder *builder, const PzGenerateOutput *output, PzSession *session)
{
  const PzTimes *times = pz_session_get_times (session);
  const struct
  {
    const char *key;
    double ms;
  } rows[] = {
    { "load_ms", times->load_ms },     { "encode_ms", times->encode_ms },
    { "text_ms", times->text_ms },     { "step_ms", times->step_ms },
    { "decode_ms", times->decode_ms }, { "variant_ms", times->variant_ms },
    { "total_ms", times->total_ms },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    pz_json_add_number (builder, rows[i].key, rows[i].ms);
  if (output->forecast_bytes > 0)
    pz_json_add_int (builder, "forecast_device_bytes", (gint64) output->forecast_bytes);
  pz_json_add_int (builder, "peak_device_bytes", (gint64) pz_session_get_peak_bytes (session));
  pz_json_add_string (builder, "device", pz_session_get_device_name (session));
  pz_json_add_string (builder, "driver", pz_session_get_driver (session));
}

/* Adds nothing if no person was compared. */
static void
add_people (JsonBuilder *builder, const GArray *people)
{
  if (people->len == 0)
    return;
  pz_json_begin_array (builder, "people");
  for (guint i = 0; i < people->len; i++)
    {
      const PzLikeness *likeness = &g_array_index (people, PzLikeness, i);

      json_builder_begin_object (builder);
      pz_json_add_string (builder, "name", likeness->name);
      pz_json_add_int (builder, "faces", likeness->n_faces);
      if (likeness->n_faces > 0)
        pz_json_add_exact (builder, "similarity", likeness->similarity);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_variants (JsonBuilder *builder, GPtrArray *all)
{
  pz_json_begin_array (builder, "files");
  for (guint i = 0; i < all->len; i++)
    pz_json_add_text (builder, ((const Made *) all->pdata[i])->path);
  json_builder_end_array (builder);
  pz_json_begin_array (builder, "variants");
  for (guint i = 0; i < all->len; i++)
    {
      const Made *made = all->pdata[i];

      json_builder_begin_object (builder);
      pz_json_add_string (builder, "file", made->path);
      pz_json_add_int (builder, "seed", (gint64) made->seed);
      json_builder_set_member_name (builder, "recipe");
      json_builder_add_value (builder, json_from_string (made->recipe, NULL));
      add_people (builder, made->people);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

void
pz_generate_output_print_json (const PzGenerateOutput *output,
                               PzSession *session,
                               const GError *error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pz_json_add_error (builder, error);
  if (session != NULL)
    add_figures (builder, output, session);
  if (output->made != NULL)
    add_variants (builder, output->made);
  pz_json_begin_array (builder, "notes");
  for (guint i = 0; output->notes != NULL && i < output->notes->len; i++)
    pz_json_add_text (builder, output->notes->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pz_json_print (builder);
}
