/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize inspect FILE: shows what a file of tensors is, what it can be used for, and everything in it.
 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "models/files/adapter-file.h"
#include "models/files/file-kind.h"
#include "models/files/lora-file.h"
#include "models/learned.h"

typedef struct
{
  const char *path;
  const PzTensorFile *file;
  const PzFileKind *kind;
  guint64 n_elements; /* of all tensors */
} Report;

/* ---- JSON output ---- */

static void
add_learned (JsonBuilder *builder, const PzFileKind *kind)
{
  pz_json_begin_array (builder, "learned");
  for (guint i = 0; kind->learned != NULL && i < kind->learned->len; i++)
    {
      const PzLearnedInfo *info = kind->learned->pdata[i];

      json_builder_begin_object (builder);
      pz_json_add_string (builder, "name", info->name);
      pz_json_add_int (builder, "vectors", info->n_vectors);
      pz_json_add_int (builder, "width", info->width);
      if (info->detail != NULL)
        pz_json_add_string (builder, "detail", info->detail);
      if (info->key_words != NULL)
        pz_json_add_string (builder, "key_words", info->key_words);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_metadata (JsonBuilder *builder, const PzTensorFile *file)
{
  g_autofree const char **keys = pz_tensor_file_list_metadata (file);

  json_builder_set_member_name (builder, "metadata");
  json_builder_begin_object (builder);
  for (guint i = 0; keys[i] != NULL; i++)
    pz_json_add_string (builder, keys[i], pz_tensor_file_get_metadata (file, keys[i]));
  json_builder_end_object (builder);
}

static void
add_tensors (JsonBuilder *builder, const PzTensorFile *file)
{
  pz_json_begin_array (builder, "tensors");
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);

      json_builder_begin_object (builder);
      pz_json_add_string (builder, "name", tensor->name);
      pz_json_add_string (builder, "dtype", pz_file_dtype_name (tensor->dtype));
      pz_json_begin_array (builder, "shape");
      for (guint j = 0; j < tensor->n_dims; j++)
        json_builder_add_int_value (builder, (gint64) tensor->dims[j]);
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_json (const Report *report)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pz_json_add_string (builder, "path", report->path);
  pz_json_add_string (builder, "format", pz_tensor_file_get_format (report->file));
  pz_json_add_int (builder, "size_bytes", pz_tensor_file_get_file_bytes (report->file));
  pz_json_add_string (builder, "kind", report->kind->kind);
  pz_json_add_string (builder, "what", report->kind->what);
  pz_json_add_string (builder, "family", report->kind->family);
  pz_json_add_string (builder, "use", report->kind->use);
  pz_json_add_string (builder, "problem", report->kind->problem);
  add_learned (builder, report->kind);
  pz_json_add_int (builder, "parameters", report->n_elements);
  add_metadata (builder, report->file);
  add_tensors (builder, report->file);
  json_builder_end_object (builder);
  pz_json_print (builder);
}

/* ---- text output ---- */

static void
print_learned (const PzFileKind *kind)
{
  for (guint i = 0; kind->learned != NULL && i < kind->learned->len; i++)
    {
      const PzLearnedInfo *info = kind->learned->pdata[i];
      g_autofree char *name = pz_show (info->name);

      g_autofree char *measure = pz_learned_info_measure (info);

      g_autofree char *key_words = pz_show (info->key_words);

      if (info->problem == NULL)
        printf ("    %s: %s\n", name, measure);
      if (key_words != NULL)
        printf ("    key words: %s\n", key_words);
    }
}

static void
print_metadata (const PzTensorFile *file)
{
  g_autofree const char **keys = pz_tensor_file_list_metadata (file);

  if (keys[0] != NULL)
    printf ("  metadata:\n");
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *key = pz_show (keys[i]);
      g_autofree char *value = pz_show (pz_tensor_file_get_metadata (file, keys[i]));

      printf ("    %s: %s\n", key, value);
    }
}

static void
print_tensors (const PzTensorFile *file)
{
  printf ("  tensors:\n");
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, i);
      g_autofree char *name = pz_show (tensor->name);

      printf ("    %s %s [", name, pz_file_dtype_name (tensor->dtype));
      for (guint j = 0; j < tensor->n_dims; j++)
        printf ("%s%" G_GUINT64_FORMAT, j > 0 ? ", " : "", tensor->dims[j]);
      printf ("]\n");
    }
}

/* "F16, I64": each dtype that occurs, once. (transfer full) */
static char *
list_dtypes (const PzTensorFile *file)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const char *name = pz_file_dtype_name (pz_tensor_file_get_tensor (file, i)->dtype);

      if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, (gpointer) name);
    }
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

/* "9216 parameters", "1066.2 million parameters". (transfer full) */
static char *
count_numbers (guint64 n)
{
  return n < 1000000 ? g_strdup_printf ("%" G_GUINT64_FORMAT " parameters", n)
                     : g_strdup_printf ("%.1f million parameters", (double) n / 1e6);
}

static void
print_text (const Report *report)
{
  const PzFileKind *kind = report->kind;
  const guint n_tensors = pz_tensor_file_get_n_tensors (report->file);
  g_autofree char *size = g_format_size (pz_tensor_file_get_file_bytes (report->file));
  g_autofree char *numbers = count_numbers (report->n_elements);
  g_autofree char *dtypes = list_dtypes (report->file);

  g_autofree char *path = pz_show (report->path);
  g_autofree char *problem = pz_show (kind->problem);

  printf ("%s\n", path);
  printf ("  %s%s%s%s\n", kind->what, kind->family != NULL ? " (" : "",
          kind->family != NULL ? kind->family : "", kind->family != NULL ? ")" : "");
  print_learned (kind);
  if (problem != NULL)
    printf ("  cannot be used: %s\n", problem);
  else if (kind->use != NULL)
    printf ("  can be used %s\n", kind->use);
  printf ("  %s, %s, %u tensor%s with %s%s%s\n", pz_tensor_file_get_format (report->file), size,
          n_tensors, n_tensors == 1 ? "" : "s", numbers, n_tensors > 0 ? ": " : "", dtypes);
  print_metadata (report->file);
  print_tensors (report->file);
}

static guint64
count_elements (const PzTensorFile *file)
{
  guint64 sum = 0;

  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    sum += pz_tensor_file_get_tensor (file, i)->n_elements;
  return sum;
}

typedef struct
{
  gboolean json;
} Options;

static const PzOption options[] = {
  PZ_OPTION (Options, json, "json", 0, NONE, "Print the report as JSON", NULL),
  PZ_OPTIONS_END,
};

/* (transfer full), or NULL + error. */
static PzTensorFile *
open_file (const char *path, GError **error)
{
  g_autofree char *adapter = pz_text_adapter_find_file (path);
  g_autofree char *file =
    adapter != NULL ? g_steal_pointer (&adapter) : pz_lora_find_file (path);

  if (file != NULL)
    return pz_tensor_file_open (file, error);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE,
               "%s: inspect takes a file, found a folder; “PERSONALIZE_MODEL_PATH=%s "
               "personalize info” says which models are in it",
               path, path);
  return NULL;
}

static int
run (int argc, char **argv)
{
  Options o = { 0 };
  int status;

  if (!pz_options_parse (&pz_command_inspect, &o, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return pz_refuse_usage (&pz_command_inspect, o.json, "inspect takes one file, found %d",
                            argc - 1);

  GError *error = NULL;
  g_autoptr (PzTensorFile) file = open_file (argv[1], &error);

  if (file == NULL)
    return pz_command_fail (&pz_command_inspect, o.json, error);

  g_autoptr (PzFileKind) kind = pz_file_kind_find (file);
  const Report report = {
    .path = pz_tensor_file_get_path (file),
    .file = file,
    .kind = kind,
    .n_elements = count_elements (file),
  };

  (o.json ? print_json : print_text) (&report);
  return PZ_EXIT_OK;
}

const PzCommand pz_command_inspect = {
  .name = "inspect",
  .about = "show what a file of weights is and what it contains",
  .summary = "Shows what a file of weights is, what it can be used for, and what it contains.",
  .parameters = "FILE",
  .options = options,
  .run = run,
};
