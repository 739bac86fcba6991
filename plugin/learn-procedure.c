/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/learn-procedure.h"

#include <glib/gi18n.h>

#include "models/learn.h"
#include "ui/settings.h"

/* Also the dialog's default. */
#define DEFAULT_METHOD "cross-initialization-fast"

/* GIMP rejects an omitted array of layers as invalid, so this argument is not validated. */
static void
add_pictures (GimpProcedure *procedure)
{
  gimp_procedure_add_core_object_array_argument (
    procedure, "layers", _ ("Layers"),
    _ ("Layers that show the thing; the selection, layer mask or transparency says which part"),
    GIMP_TYPE_LAYER, GIMP_PARAM_READWRITE | GIMP_PARAM_NO_VALIDATE | G_PARAM_LAX_VALIDATION);
  gimp_procedure_add_string_array_argument (procedure, "files", _ ("Files"),
                                            _ ("Paths of picture files that show the thing"),
                                            GIMP_PARAM_READWRITE);
  gimp_procedure_add_string_array_argument (
    procedure, "masks", _ ("Masks"),
    _ ("For each file: a mask of the same size in which the thing is not "
       "black, “none” for the whole file, or empty for its transparency "
       "or, without transparency, the thing that is found in it"),
    GIMP_PARAM_READWRITE);
}

/* Titles are proper names, which are not translated. (transfer full) */
static GimpChoice *
method_choice (void)
{
  GimpChoice *choice = gimp_choice_new ();

  for (guint i = 0; pz_learn_method (i); i++)
    gimp_choice_add (choice, pz_learn_method (i)->name, (gint) i, pz_learn_method (i)->title,
                     pz_learn_method (i)->about);
  return choice;
}

static void
add_thing (GimpProcedure *procedure)
{
  gimp_procedure_add_string_argument (procedure, "name", _ ("Name"),
                                      _ ("What you call it; the saved concept has this name"),
                                      "", GIMP_PARAM_READWRITE);
  gimp_procedure_add_string_argument (procedure, "class-word", _ ("Kind of thing"),
                                      _ ("What it is, as one English word: dog, toy, vase"), "",
                                      GIMP_PARAM_READWRITE);
  gimp_procedure_add_choice_argument (procedure, "method", _ ("Method"),
                                      _ ("What is learned and how long it takes"),
                                      method_choice (), DEFAULT_METHOD, GIMP_PARAM_READWRITE);
}

/* (transfer full) */
static GimpChoice *
features_choice (void)
{
  const char *const labels[] = { N_ ("Faces"), N_ ("Whole pictures"), N_ ("Nothing") };
  GimpChoice *choice = gimp_choice_new ();

  for (guint i = 0; pz_learn_features_name (i) && i < G_N_ELEMENTS (labels); i++)
    gimp_choice_add (choice, pz_learn_features_name (i), (gint) i, _ (labels[i]), NULL);
  return choice;
}

static void
add_people (GimpProcedure *procedure)
{
  gimp_procedure_add_string_array_argument (
    procedure, "people", _ ("People"),
    _ ("Celeb Basis only, instead of a name: who each layer shows, then "
       "who each file shows; they are learned together"),
    GIMP_PARAM_READWRITE);
  gimp_procedure_add_file_argument (
    procedure, "names", _ ("Names"),
    _ ("Celeb Basis only: a text file with hundreds of names, one per "
       "line, in terms of which people are described; if empty, names of "
       "well-known people are used"),
    GIMP_FILE_CHOOSER_ACTION_OPEN, TRUE, NULL, GIMP_PARAM_READWRITE);
  gimp_procedure_add_choice_argument (procedure, "features", _ ("Features"),
                                      _ ("Celeb Basis only: how people are told apart"),
                                      features_choice (), pz_learn_features_name (0),
                                      GIMP_PARAM_READWRITE);
}

static void
add_rest (GimpProcedure *procedure)
{
  gimp_procedure_add_int_argument (procedure, "steps", _ ("Num_ber of steps"),
                                   _ ("Number of learning steps; 0 uses the method's default"),
                                   0, PZ_LEARN_MAX_STEPS, 0, GIMP_PARAM_READWRITE);
  gimp_procedure_add_int_argument (procedure, "seed", _ ("S_eed"),
                                   _ ("Seed of all random numbers; -1 picks one at random"), -1,
                                   PZ_SETTINGS_MAX_SEED, -1, GIMP_PARAM_READWRITE);
  gimp_procedure_add_file_argument (
    procedure, "model-folder", _ ("_Model"),
    _ ("Folder with a model, or model of one file; if empty, the first model found is used"),
    GIMP_FILE_CHOOSER_ACTION_ANY, TRUE, NULL, GIMP_PARAM_READWRITE);
  gimp_procedure_add_string_argument (
    procedure, "device", _ ("Dev_ice"),
    _ ("Number of a Vulkan device or part of its name; if empty, the best one "
       "is used"),
    "", GIMP_PARAM_READWRITE);
  gimp_procedure_add_file_argument (
    procedure, "out", _ ("Save as"),
    _ ("A new .pzconcept file or, for people, a folder for one file each; "
       "if empty, your concepts folder is used"),
    GIMP_FILE_CHOOSER_ACTION_ANY, TRUE, NULL, GIMP_PARAM_READWRITE);
}

GimpProcedure *
pz_learn_procedure_new (GimpPlugIn *plug_in, GimpRunFunc run)
{
  GimpProcedure *procedure = gimp_procedure_new (plug_in, PZ_LEARN_PROCEDURE,
                                                 GIMP_PDB_PROC_TYPE_PLUGIN, run, NULL, NULL);

  gimp_procedure_set_documentation (
    procedure, _ ("Learn a thing from pictures of it"),
    _ ("Learns what the layers and files show and saves it as a concept, from which "
       "plug-in-personalize-concept makes pictures. Everything happens on this computer."),
    PZ_LEARN_PROCEDURE);
  gimp_procedure_set_attribution (procedure, "The gimp-personalize authors",
                                  "The gimp-personalize authors, GPL-3.0-or-later", "2026");
  add_pictures (procedure);
  add_thing (procedure);
  add_people (procedure);
  add_rest (procedure);
  gimp_procedure_add_string_array_return_value (
    procedure, "concepts", _ ("Concepts"),
    _ ("Paths of the saved concepts: one, or one for each person"), GIMP_PARAM_READWRITE);
  return procedure;
}
