/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/generate-output.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/image-file.h"
#include "cli/json.h"

gboolean
pz_generate_output_init (PzGenerateOutput *output, const PzGenerateOptions *o, GError **error)
{
  output->folder = o->out != NULL ? o->out : ".";
  output->quiet = o->json;
  output->files = g_ptr_array_new_with_free_func (g_free);
  return pz_check_out_folder (output->folder, error);
}

void
pz_generate_output_clear (PzGenerateOutput *output)
{
  g_clear_pointer (&output->files, g_ptr_array_unref);
}

gboolean
pz_generate_output_save (const PzVariant *variant, gpointer data, GError **error)
{
  PzGenerateOutput *output = data;
  g_autofree char *name =
    g_strdup_printf ("personalize-%" G_GUINT64_FORMAT ".png", variant->seed);
  g_autofree char *path = g_build_filename (output->folder, name, NULL);

  if (g_mkdir_with_parents (output->folder, 0755) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "%s: expected a folder to write to, found: %s", output->folder,
                   g_strerror (errno));
      return FALSE;
    }
  if (!pz_image_save_png (variant->image, path, "personalize", variant->recipe, error))
    return FALSE;
  g_ptr_array_add (output->files, g_steal_pointer (&path));
  if (!output->quiet)
    {
      printf ("%s\n", (char *) g_ptr_array_index (output->files, output->files->len - 1));
      fflush (stdout);
    }
  return TRUE;
}

void
pz_generate_output_print_json (const PzGenerateOutput *output, PzSession *session)
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
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      pz_json_add_number (builder, rows[i].key, rows[i].ms);
    }
  pz_json_add_int (builder, "peak_device_bytes", (gint64) pz_session_get_peak_bytes (session));
  pz_json_add_string (builder, "device", pz_session_get_device_name (session));
  pz_json_add_string (builder, "driver", pz_session_get_driver (session));
  pz_json_begin_array (builder, "files");
  for (guint i = 0; i < output->files->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (output->files, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, TRUE);
  printf ("%s\n", text);
}
