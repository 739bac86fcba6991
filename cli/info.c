/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize info: devices with their limits and missing features, models found and what is
 * wrong with unusable ones.
 */
#include <json-glib/json-glib.h>
#include <stdio.h>

#include "cli/commands.h"
#include "compute/gpu.h"

static const char *const kind_names[] = {
  [PZ_GPU_DISCRETE] = "discrete",
  [PZ_GPU_INTEGRATED] = "integrated",
  [PZ_GPU_VIRTUAL] = "virtual",
  [PZ_GPU_SOFTWARE] = "software",
};

/* One row per limit shown, for both kinds of output. */
typedef struct
{
  const char *key;
  gsize offset;
  gboolean is_64;
} LimitRow;

#define ROW(field, wide) { #field, G_STRUCT_OFFSET (PzGpuLimits, field), wide }

static const LimitRow limit_rows[] = {
  ROW (memory_bytes, TRUE),
  ROW (free_bytes, TRUE),
  ROW (max_allocation_bytes, TRUE),
  ROW (subgroup_size, FALSE),
  ROW (min_subgroup_size, FALSE),
  ROW (max_subgroup_size, FALSE),
  ROW (max_workgroup_invocations, FALSE),
  ROW (max_shared_bytes, FALSE),
  ROW (max_push_bytes, FALSE),
  ROW (f16_arithmetic, FALSE),
  ROW (coop_m, FALSE),
  ROW (coop_n, FALSE),
  ROW (coop_k, FALSE),
};

static gint64
limit_value (const PzGpuLimits *limits, const LimitRow *row)
{
  const guint8 *at = (const guint8 *) limits + row->offset;

  return row->is_64 ? (gint64) * (const guint64 *) at : (gint64) * (const guint *) at;
}

static void
add_string (JsonBuilder *builder, const char *key, const char *value)
{
  json_builder_set_member_name (builder, key);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_int (JsonBuilder *builder, const char *key, gint64 value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

static void
device_to_json (JsonBuilder *builder, const PzGpuInfo *info)
{
  json_builder_begin_object (builder);
  add_int (builder, "index", info->index);
  add_string (builder, "name", info->name);
  add_string (builder, "driver", info->driver);
  add_string (builder, "kind", kind_names[info->kind]);
  json_builder_set_member_name (builder, "usable");
  json_builder_add_boolean_value (builder, info->missing[0] == NULL);
  json_builder_set_member_name (builder, "missing");
  json_builder_begin_array (builder);
  for (char **name = info->missing; *name != NULL; name++)
    json_builder_add_string_value (builder, *name);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "limits");
  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (limit_rows); i++)
    add_int (builder, limit_rows[i].key, limit_value (&info->limits, &limit_rows[i]));
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static void
model_to_json (JsonBuilder *builder, const PzModelInfo *info)
{
  json_builder_begin_object (builder);
  add_string (builder, "path", info->path);
  add_string (builder, "name", info->name);
  add_string (builder, "family", info->family);
  add_string (builder, "licence", info->licence);
  add_string (builder, "problem", info->problem);
  add_int (builder, "size_bytes", (gint64) info->size_bytes);
  json_builder_set_member_name (builder, "personalizes");
  json_builder_add_boolean_value (builder, info->personalizes);
  if (info->problem == NULL)
    {
      add_string (builder, "sampler", info->sampler);
      add_int (builder, "steps", info->steps);
      json_builder_set_member_name (builder, "guidance");
      json_builder_add_double_value (builder, info->guidance);
      add_int (builder, "width", info->width);
      add_int (builder, "height", info->height);
      add_int (builder, "max_tokens", info->max_tokens);
    }
  json_builder_end_object (builder);
}

static void
print_json (GPtrArray *devices, const char *device_problem, char **folders, GPtrArray *models)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_string (builder, "version", PZ_VERSION);
  add_string (builder, "device_problem", device_problem);
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (guint i = 0; devices != NULL && i < devices->len; i++)
    device_to_json (builder, g_ptr_array_index (devices, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "model_folders");
  json_builder_begin_array (builder);
  for (char **folder = folders; *folder != NULL; folder++)
    json_builder_add_string_value (builder, *folder);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "models");
  json_builder_begin_array (builder);
  for (guint i = 0; i < models->len; i++)
    model_to_json (builder, g_ptr_array_index (models, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, TRUE);
  printf ("%s\n", text);
}

static void
print_device (const PzGpuInfo *info)
{
  printf ("  %u  %s\n     %s, %s\n", info->index, info->name, kind_names[info->kind],
          info->driver);
  if (info->missing[0] != NULL)
    {
      g_autofree char *missing = g_strjoinv (", ", info->missing);
      printf ("     cannot be used, it lacks: %s\n", missing);
    }
  printf ("    ");
  for (gsize i = 0; i < G_N_ELEMENTS (limit_rows); i++)
    printf (" %s %" G_GINT64_FORMAT "%s", limit_rows[i].key,
            limit_value (&info->limits, &limit_rows[i]),
            i + 1 == G_N_ELEMENTS (limit_rows) ? "\n" : (i % 4 == 3 ? ",\n    " : ","));
}

static void
print_model (const PzModelInfo *info)
{
  g_autofree char *size = g_format_size (info->size_bytes);

  printf ("  %s (%s)\n", info->name, info->path);
  if (info->problem != NULL)
    {
      printf ("     cannot be used: %s\n", info->problem);
      return;
    }
  printf ("     %s, %s, %s; %ux%u, %u %s steps, guidance %g, prompts of up to %u tokens\n",
          info->family, size, info->personalizes ? "personalizes" : "text to image only",
          info->width, info->height, info->steps, info->sampler, info->guidance,
          info->max_tokens);
}

static void
print_text (GPtrArray *devices, const char *device_problem, char **folders, GPtrArray *models)
{
  printf ("Devices:\n");
  for (guint i = 0; devices != NULL && i < devices->len; i++)
    print_device (g_ptr_array_index (devices, i));
  if (device_problem != NULL)
    printf ("  %s\n", device_problem);
  printf ("Models:\n");
  for (guint i = 0; i < models->len; i++)
    print_model (g_ptr_array_index (models, i));
  if (models->len == 0)
    printf ("  none\n");
  printf ("Model folders, in order:\n");
  for (char **folder = folders; *folder != NULL; folder++)
    printf ("  %s%s\n", *folder,
            g_file_test (*folder, G_FILE_TEST_IS_DIR) ? "" : " (not there)");
}

int
pz_cmd_info (int argc, char **argv)
{
  gboolean json = FALSE;
  int status;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "For programs", NULL },
    { NULL },
  };

  if (!pz_parse_options (&argc, &argv, "", "Lists devices and models.", entries, &status))
    return status;
  if (argc > 1)
    {
      fprintf (stderr, "personalize: info takes no argument, found “%s”\n", argv[1]);
      return PZ_EXIT_USAGE;
    }

  g_autoptr (GError) error = NULL;
  g_autofree char *beside = pz_binary_folder ();
  g_autoptr (GPtrArray) devices = pz_gpu_list (&error);
  g_auto (GStrv) folders = pz_model_search_path (beside);
  g_autoptr (GPtrArray) models = pz_model_find (beside);

  if (json)
    print_json (devices, error != NULL ? error->message : NULL, folders, models);
  else
    print_text (devices, error != NULL ? error->message : NULL, folders, models);
  return PZ_EXIT_OK;
}
