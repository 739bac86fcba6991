/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize concept FILE: shows and renames a saved concept, and exports it in a published format.
 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/concept-output.h"
#include "cli/json.h"
#include "cli/output-file.h"
#include "cli/terminal.h"

/* ---- JSON output ---- */

static void
print_json (const char *path, const PzConcept *concept)
{
  const PzConceptPrefix *prefix = pz_concept_get_prefix (concept);
  g_autofree char *hash = pz_concept_hash (concept);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pz_json_add_string (builder, "path", path);
  pz_json_add_string (builder, "name", pz_concept_get_name (concept));
  pz_json_add_string (builder, "title", pz_concept_get_title (concept));
  pz_json_add_string (builder, "method", pz_concept_get_method (concept));
  pz_json_add_string (builder, "class_word", pz_concept_get_class_word (concept));
  pz_json_add_string (builder, "licence", pz_concept_get_licence (concept));
  pz_json_add_string (builder, "recipe", pz_concept_get_recipe (concept));
  pz_json_add_string (builder, "model_fingerprint", pz_concept_get_model (concept));
  pz_json_add_string (builder, "elite_fingerprint", pz_concept_get_elite (concept));
  pz_json_add_string (builder, "ip_adapter_fingerprint", pz_concept_get_ip_adapter (concept));
  pz_json_add_string (builder, "sha256", hash);
  pz_json_add_int (builder, "width", pz_concept_get_width (concept));
  pz_json_add_int (builder, "words", pz_concept_get_n_words (concept));
  pz_json_add_int (builder, "coefficients", pz_concept_get_n_coefficients (concept));
  pz_json_add_int (builder, "local", pz_concept_get_n_patches (concept));
  pz_json_add_int (builder, "image_tokens", pz_concept_get_n_image_tokens (concept));
  pz_json_add_int (builder, "prefix_length", prefix->length);
  pz_json_add_int (builder, "prefix_layers", prefix->n_layers);
  pz_json_begin_array (builder, "overrides");
  for (guint i = 0; i < pz_concept_get_n_overrides (concept); i++)
    pz_json_add_text (builder, pz_concept_get_override (concept, i)->name);
  json_builder_end_array (builder);
  pz_json_add_bool (builder, "takes_fidelity", pz_concept_takes_fidelity (concept));
  pz_json_add_bool (builder, "has_thumbnail", pz_concept_get_thumbnail (concept) != NULL);
  json_builder_end_object (builder);
  pz_json_print (builder);
}

/* ---- text output ---- */

/* The file is untrusted: none of its text reaches the terminal unfiltered. */
static void
print_line (const char *what, const char *value)
{
  g_autofree char *shown = pz_show (value);

  if (shown != NULL)
    printf ("  %s: %s\n", what, shown);
}

static void
print_text (const char *path, const PzConcept *concept)
{
  const PzConceptPrefix *prefix = pz_concept_get_prefix (concept);
  const guint width = pz_concept_get_width (concept);
  g_autofree char *shown = pz_show (path);

  printf ("%s\n", shown);
  print_line ("title", pz_concept_get_title (concept));
  print_line ("name", pz_concept_get_name (concept));
  print_line ("method", pz_concept_get_method (concept));
  print_line ("class word", pz_concept_get_class_word (concept));
  if (pz_concept_get_n_words (concept) > 0)
    printf ("  words: %u of width %u\n", pz_concept_get_n_words (concept), width);
  if (pz_concept_get_n_coefficients (concept) > 0)
    printf ("  Celeb Basis coefficients: %u per word\n",
            pz_concept_get_n_coefficients (concept));
  if (pz_concept_get_n_patches (concept) > 0)
    printf ("  local features: %u patches of width %u\n", pz_concept_get_n_patches (concept),
            width);
  if (pz_concept_get_n_image_tokens (concept) > 0)
    printf ("  image tokens: %u of width %u\n", pz_concept_get_n_image_tokens (concept), width);
  if (prefix->length > 0)
    printf ("  text encoder adapter: %u positions for %u layers of width %u\n", prefix->length,
            prefix->n_layers, width);
  for (guint i = 0; i < pz_concept_get_n_overrides (concept); i++)
    print_line ("weight", pz_concept_get_override (concept, i)->name);
  print_line ("model", pz_concept_get_model (concept));
  print_line ("ELITE mappers", pz_concept_get_elite (concept));
  print_line ("IP-Adapter", pz_concept_get_ip_adapter (concept));
  print_line ("licence", pz_concept_get_licence (concept));
  print_line ("recipe", pz_concept_get_recipe (concept));
}

typedef struct
{
  char *rename, *title, *export;
  gboolean json, force;
} Options;

static gboolean
show (const Options *o, const char *path, GError **error)
{
  g_autoptr (PzConcept) concept = NULL;
  g_autoptr (PzConcept) named = NULL;
  const gboolean renamed = o->rename != NULL || o->title != NULL;

  if ((o->rename != NULL && !pz_concept_check_name (o->rename, error))
      || (renamed && !pz_output_check_file (path, TRUE, error))
      || (o->export != NULL && !pz_concept_output_check (o->export, o->force, error)))
    return FALSE;
  concept = pz_concept_load (path, error);
  if (concept == NULL)
    return FALSE;
  named = pz_concept_rename (concept, o->rename, o->title);
  if ((o->export != NULL && !pz_concept_output_write (named, o->export, o->force, error))
      || (renamed && !pz_concept_output_save (named, path, TRUE, error)))
    return FALSE;
  if (o->json)
    print_json (path, named);
  else
    print_text (path, named);
  return TRUE;
}

static const PzOption options[] = {
  PZ_OPTION (Options, rename, "rename", 0, STRING, "New name for the concept", "TOKEN"),
  PZ_OPTION (Options, title, "title", 0, STRING, "New display name for the concept", "TEXT"),
  PZ_OPTION (
    Options,
    export,
    "export",
    0,
    FILENAME,
    "Export to a published format: .safetensors, .bin or .pt for words, .safetensors for a LoRA, "
    "or a folder for an adapter or weights",
    "PATH"),
  PZ_OPTION (Options, force, "force", 0, NONE, "Overwrite an existing exported file", NULL),
  PZ_OPTION (Options, json, "json", 0, NONE, "Print the concept as JSON", NULL),
  PZ_OPTIONS_END,
};

static int
run (int argc, char **argv)
{
  Options o = { 0 };
  GError *error = NULL;
  gboolean done;
  int status;

  if (!pz_options_parse (&pz_command_concept, &o, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return pz_refuse_usage (&pz_command_concept, o.json, "concept takes one file, found %d",
                            argc - 1);
  done = show (&o, argv[1], &error);
  g_free (o.rename);
  g_free (o.title);
  g_free (o.export);
  if (done)
    return PZ_EXIT_OK;
  return pz_command_fail (&pz_command_concept, o.json, error);
}

const PzCommand pz_command_concept = {
  .name = "concept",
  .about = "show, rename or export a saved concept",
  .summary = "Shows, renames or exports a saved concept.",
  .parameters = "FILE",
  .options = options,
  .run = run,
};
