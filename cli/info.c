/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize info: lists devices with their limits and missing features, the models, learned words and adapters that are
 * found, and what is wrong with unusable ones.
 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/device-info.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "compute/gpu.h"

static void
model_to_json (JsonBuilder *builder, const PzModelInfo *info)
{
  json_builder_begin_object (builder);
  pz_json_add_string (builder, "path", info->path);
  pz_json_add_string (builder, "name", info->name);
  pz_json_add_string (builder, "family", info->family);
  pz_json_add_string (builder, "licence", info->licence);
  pz_json_add_string (builder, "precision", info->precision);
  pz_json_add_string (builder, "missing", info->missing);
  pz_json_add_string (builder, "problem", info->problem);
  pz_json_add_int (builder, "size_bytes", (gint64) info->size_bytes);
  pz_json_add_bool (builder, "personalizes", info->personalizes);
  pz_json_begin_array (builder, "concepts_by");
  for (guint i = 0; i < PZ_N_CONCEPT_BY; i++)
    if ((info->concepts_by & 1u << i) != 0)
      pz_json_add_text (builder, pz_concept_by_name (i));
  json_builder_end_array (builder);
  if (info->problem == NULL)
    {
      pz_json_add_string (builder, "sampler", info->sampler);
      pz_json_add_int (builder, "steps", info->steps);
      json_builder_set_member_name (builder, "guidance");
      json_builder_add_double_value (builder, info->guidance);
      pz_json_add_int (builder, "width", info->width);
      pz_json_add_int (builder, "height", info->height);
      pz_json_add_int (builder, "max_tokens", info->max_tokens);
    }
  json_builder_end_object (builder);
}

static const char *const learned_kinds[] = {
  [PZ_LEARNED_WORDS] = "words",
  [PZ_LEARNED_ADAPTER] = "adapter",
  [PZ_LEARNED_ENCODING] = "encoding",
  [PZ_LEARNED_LORA] = "lora",
};

static void
learned_to_json (JsonBuilder *builder, const PzLearnedInfo *info)
{
  json_builder_begin_object (builder);
  pz_json_add_string (builder, "kind", learned_kinds[info->kind]);
  pz_json_add_string (builder, "name", info->name);
  pz_json_add_string (builder, "path", info->path);
  pz_json_add_int (builder, "vectors", info->n_vectors);
  pz_json_add_int (builder, "width", info->width);
  if (info->detail != NULL)
    pz_json_add_string (builder, "detail", info->detail);
  if (info->key_words != NULL)
    pz_json_add_string (builder, "key_words", info->key_words);
  pz_json_add_string (builder, "problem", info->problem);
  json_builder_end_object (builder);
}

static void
print_json (GPtrArray *devices,
            const char *device_problem,
            char **folders,
            GPtrArray *models,
            GPtrArray *learned)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pz_json_add_string (builder, "version", PZ_VERSION);
  pz_json_add_string (builder, "device_problem", device_problem);
  pz_json_begin_array (builder, "devices");
  for (guint i = 0; devices != NULL && i < devices->len; i++)
    pz_device_to_json (builder, g_ptr_array_index (devices, i));
  json_builder_end_array (builder);
  pz_json_begin_array (builder, "model_folders");
  for (char **folder = folders; *folder != NULL; folder++)
    pz_json_add_text (builder, *folder);
  json_builder_end_array (builder);
  pz_json_begin_array (builder, "model_folders_missing");
  for (char **folder = folders; *folder != NULL; folder++)
    if (!g_file_test (*folder, G_FILE_TEST_EXISTS))
      pz_json_add_text (builder, *folder);
  json_builder_end_array (builder);
  pz_json_begin_array (builder, "models");
  for (guint i = 0; i < models->len; i++)
    model_to_json (builder, g_ptr_array_index (models, i));
  json_builder_end_array (builder);
  pz_json_begin_array (builder, "learned");
  for (guint i = 0; i < learned->len; i++)
    learned_to_json (builder, g_ptr_array_index (learned, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pz_json_print (builder);
}

static void
print_problem (const char *problem)
{
  g_autofree char *shown = pz_show (problem);

  printf ("     cannot be used: %s\n", shown);
}

static void
print_model (const PzModelInfo *info)
{
  g_autofree char *size = g_format_size (info->size_bytes);
  g_autofree char *name = pz_show (info->name);
  g_autofree char *path = pz_show (info->path);
  g_autofree char *missing = pz_show (info->missing);

  printf ("  %s (%s)\n", name, path);
  if (info->problem != NULL)
    {
      print_problem (info->problem);
      if (missing != NULL)
        printf ("     missing: %s\n", missing);
      return;
    }
  printf ("     %s, %s, %s, %s; %ux%u, %u %s steps, guidance %g, prompts of up to %u tokens\n",
          info->family, info->precision, size,
          info->personalizes ? "personalizes" : "text to image only", info->width, info->height,
          info->steps, info->sampler, info->guidance, info->max_tokens);
  for (guint i = PZ_CONCEPT_BY_ELITE + 1; i < PZ_N_CONCEPT_BY; i++)
    if ((info->concepts_by & 1u << i) != 0)
      printf ("     also encodes pictures with --concept-by %s\n", pz_concept_by_name (i));
  if (!info->personalizes)
    printf ("     missing for personalization: %s\n",
            missing != NULL ? missing : "matching mappers");
}

static void
print_learned (const PzLearnedInfo *info)
{
  g_autofree char *measure = pz_learned_info_measure (info);
  g_autofree char *name = pz_show (info->name);
  g_autofree char *path = pz_show (info->path);

  if (info->problem == NULL)
    {
      g_autofree char *key_words = pz_show (info->key_words);

      printf ("  %s (%s): %s, %s\n", name, path, learned_kinds[info->kind], measure);
      if (key_words != NULL)
        printf ("     key words: %s\n", key_words);
      return;
    }
  printf ("  %s\n", name);
  print_problem (info->problem);
}

static void
print_text (GPtrArray *devices,
            const char *device_problem,
            char **folders,
            GPtrArray *models,
            GPtrArray *learned)
{
  printf ("Devices:\n");
  for (guint i = 0; devices != NULL && i < devices->len; i++)
    pz_device_print (g_ptr_array_index (devices, i));
  if (device_problem != NULL)
    {
      g_autofree char *problem = pz_show (device_problem);
      printf ("  %s\n", problem);
    }
  printf ("Models:\n");
  for (guint i = 0; i < models->len; i++)
    print_model (g_ptr_array_index (models, i));
  if (models->len == 0)
    printf ("  none\n");
  printf ("Model folders, in order:\n");
  for (char **folder = folders; *folder != NULL; folder++)
    {
      g_autofree char *shown = pz_show (*folder);
      printf ("  %s%s\n", shown,
              g_file_test (*folder, G_FILE_TEST_EXISTS) ? "" : " (does not exist)");
    }
  if (learned->len > 0)
    printf ("Learned words, adapters and LoRAs:\n");
  for (guint i = 0; i < learned->len; i++)
    print_learned (g_ptr_array_index (learned, i));
}

static gboolean
is_listed (GPtrArray *list, const PzLearnedInfo *info)
{
  for (guint i = 0; i < list->len; i++)
    {
      const PzLearnedInfo *other = g_ptr_array_index (list, i);

      if (g_str_equal (other->path, info->path) && g_str_equal (other->name, info->name))
        return TRUE;
    }
  return FALSE;
}

/* Lists the files for all models first, then those in the folders of single models. */
static GPtrArray *
find_learned (GPtrArray *models, const char *beside)
{
  GPtrArray *all = pz_learned_find (NULL, beside);

  for (guint i = 0; i < models->len; i++)
    {
      const PzModelInfo *model = g_ptr_array_index (models, i);
      g_auto (GStrv) words = pz_learned_search_path (model->path, NULL);
      g_auto (GStrv) loras = pz_lora_search_path (model->path, NULL);
      g_autoptr (GPtrArray) found = NULL;

      if (!g_file_test (words[0], G_FILE_TEST_IS_DIR)
          && !g_file_test (loras[0], G_FILE_TEST_IS_DIR))
        continue;
      found = pz_learned_find (model->path, NULL);
      for (guint j = 0; j < found->len; j++)
        if (!is_listed (all, g_ptr_array_index (found, j)))
          g_ptr_array_add (all, g_steal_pointer (&g_ptr_array_index (found, j)));
    }
  return all;
}

typedef struct
{
  gboolean json;
} Options;

static const PzOption options[] = {
  PZ_OPTION (Options, json, "json", 0, NONE, "Print the list as JSON", NULL),
  PZ_OPTIONS_END,
};

static int
run (int argc, char **argv)
{
  Options o = { 0 };
  int status;

  if (!pz_options_parse (&pz_command_info, &o, &argc, &argv, &status))
    return status;
  if (argc > 1)
    return pz_refuse_arguments (&pz_command_info, o.json, argv);

  g_autoptr (GError) error = NULL;
  g_autofree char *beside = pz_binary_folder ();
  g_autoptr (GPtrArray) devices = pz_gpu_list (&error);
  g_auto (GStrv) folders = pz_model_search_path (beside);
  g_autoptr (GPtrArray) models = pz_model_find (beside);
  g_autoptr (GPtrArray) learned = find_learned (models, beside);

  if (o.json)
    print_json (devices, error != NULL ? error->message : NULL, folders, models, learned);
  else
    print_text (devices, error != NULL ? error->message : NULL, folders, models, learned);
  return PZ_EXIT_OK;
}

const PzCommand pz_command_info = {
  .name = "info",
  .about = "list devices and models, and why any are unusable",
  .summary = "Lists devices, models, learned words, adapters and LoRAs.",
  .parameters = "",
  .options = options,
  .run = run,
};
