/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize basis: computes, for Celeb Basis, the space that people's names span in a model's token embeddings.
 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/model-options.h"
#include "cli/output-file.h"
#include "cli/terminal.h"
#include "cli/text-lines.h"
#include "models/basis.h"

typedef struct
{
  char *model, *names, *out;
  gboolean json, force;
} Options;

static void
options_clear (Options *o)
{
  g_free (o->model);
  g_free (o->names);
  g_free (o->out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
write_basis (const char *path, gpointer data, GError **error)
{
  return pz_basis_save (data, path, error);
}

static void
add_numbers (JsonBuilder *builder, const char *name, const guint numbers[PZ_BASIS_N_WORDS])
{
  pz_json_begin_array (builder, name);
  for (guint e = 0; e < PZ_BASIS_N_WORDS; e++)
    json_builder_add_int_value (builder, numbers[e]);
  json_builder_end_array (builder);
}

static void
print_json (const char *path, const PzBasis *basis)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pz_json_add_string (builder, "path", path);
  pz_json_add_int (builder, "rows", basis->n_rows);
  pz_json_add_int (builder, "width", basis->width);
  add_numbers (builder, "names", basis->n_names);
  add_numbers (builder, "told_rows", basis->n_told);
  json_builder_end_object (builder);
  pz_json_print (builder);
}

static void
print_text (const char *path, const PzBasis *basis)
{
  static const char *const which[PZ_BASIS_N_WORDS] = { "first", "second" };
  g_autofree char *shown = pz_show (path);

  printf ("%s\n  %u directions of width %u for each of two words\n", shown, basis->n_rows,
          basis->width);
  for (guint e = 0; e < PZ_BASIS_N_WORDS; e++)
    printf ("  %s word: %u names, which differ in %u of the directions\n", which[e],
            basis->n_names[e], basis->n_told[e]);
}

static gboolean
make (const Options *o, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();
  g_autofree char *model = NULL;
  g_auto (GStrv) names = NULL;
  g_autoptr (PzBasis) basis = NULL;

  if (o->names == NULL)
    return pz_bad_option (error, "--names", "a file with a name in each line", "none");
  if (o->out == NULL)
    return pz_bad_option (error, "--out", "a file to write", "none");
  if (!pz_output_check_file (o->out, o->force, error))
    return FALSE;
  names = pz_read_lines (o->names, error);
  if (names != NULL)
    model = o->model != NULL ? g_strdup (o->model) : pz_model_find_first (beside, error);
  basis = model != NULL
            ? pz_basis_new (model, (const char *const *) names, pz_interrupt (), error)
            : NULL;
  if (basis == NULL || !pz_output_make (o->out, o->force, write_basis, basis, error))
    return FALSE;
  (o->json ? print_json : print_text) (o->out, basis);
  return TRUE;
}

static const PzOption options[] = {
  PZ_OPTION_MODEL (Options, 'm'),
  PZ_OPTION (Options,
             names,
             "names",
             0,
             FILENAME,
             "File with names of people that the model knows, one per line, ideally hundreds",
             "FILE"),
  PZ_OPTION (Options, out, "out", 'o', FILENAME, "File to write", "FILE.pt"),
  PZ_OPTION (Options, force, "force", 'f', NONE, "Overwrite an existing file", NULL),
  PZ_OPTION (Options, json, "json", 0, NONE, "Print a summary as JSON", NULL),
  PZ_OPTIONS_END,
};

static int
run (int argc, char **argv)
{
  g_auto (Options) o = { 0 };
  GError *error = NULL;
  int status;

  pz_interrupt ();
  if (!pz_options_parse (&pz_command_basis, &o, &argc, &argv, &status))
    return status;
  if (argc != 1)
    return pz_refuse_arguments (&pz_command_basis, o.json, argv);
  if (make (&o, &error))
    return PZ_EXIT_OK;
  return pz_command_fail (&pz_command_basis, o.json, error);
}

const PzCommand pz_command_basis = {
  .name = "basis",
  .about = "compute the basis of names that Celeb Basis learns people in",
  .summary =
    "Computes the basis in which Celeb Basis learns people: the directions in which the words of "
    "names differ.",
  .parameters = "",
  .options = options,
  .run = run,
};
