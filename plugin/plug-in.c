/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The GIMP plug-in: the procedure with the dialog, its arguments, and which way it runs; learn-procedure.c has the other one.
 * Names and order of the arguments are the scripting interface: they never change.
 */
#include <fcntl.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>

#include "compute/gpu.h"
#include "plugin/end-with-gimp.h"
#include "plugin/find-concept.h"
#include "plugin/gimp-host.h"
#include "plugin/learn-procedure.h"
#include "plugin/run.h"
#include "ui/settings.h"

#define PZ_PROCEDURE "plug-in-personalize-concept"
/* GEGL's own would hold a huge layer as a whole. */
#define TILE_CACHE_BYTES ((guint64) 128 << 20)

#define PZ_TYPE_PLUG_IN (pz_plug_in_get_type ())
G_DECLARE_FINAL_TYPE (PzPlugIn, pz_plug_in, PZ, PLUG_IN, GimpPlugIn)

struct _PzPlugIn
{
  GimpPlugIn parent;
  gboolean ran; /* was started for a run, not to be asked for procedures */
};

G_DEFINE_FINAL_TYPE (PzPlugIn, pz_plug_in, GIMP_TYPE_PLUG_IN)

/* ---- running ---- */

/* The one layer, or NULL + an error that says what there is instead. */
static GimpLayer *
the_layer (GimpDrawable **drawables, GError **error)
{
  gint n = gimp_core_object_array_get_length ((GObject **) drawables);

  if (n == 1 && GIMP_IS_LAYER (drawables[0]))
    return GIMP_LAYER (drawables[0]);
  if (n == 1 && GIMP_IS_LAYER_MASK (drawables[0]))
    return gimp_layer_from_mask (GIMP_LAYER_MASK (drawables[0]));
  if (n == 1)
    g_set_error_literal (error, GIMP_PLUG_IN_ERROR, 0,
                         _ ("The concept must be a layer, but a channel is selected."));
  else
    g_set_error (error, GIMP_PLUG_IN_ERROR, 0,
                 ngettext ("The concept must be exactly one layer, but %d layer is selected.",
                           "The concept must be exactly one layer, but %d layers are selected.",
                           n),
                 n);
  return NULL;
}

static GimpValueArray *
answer (GimpProcedure *procedure, GimpPDBStatusType status, PzGimpHost *gimp, GError *error)
{
  GimpValueArray *values = gimp_procedure_new_return_values (procedure, status, error);

  if (status == GIMP_PDB_SUCCESS)
    GIMP_VALUES_TAKE_CORE_OBJECT_ARRAY (values, 1, pz_gimp_host_get_layers (gimp));
  return values;
}

/* Once per run, before any pixels. */
static void
begin (GimpProcedure *procedure)
{
  PZ_PLUG_IN (gimp_procedure_get_plug_in (procedure))->ran = TRUE;
  gegl_init (NULL, NULL);
  g_object_set (gegl_config (), "tile-cache-size", TILE_CACHE_BYTES, NULL);
}

static GimpValueArray *
run_learning (GimpProcedure *procedure, GimpProcedureConfig *config, gpointer data)
{
  GError *error = NULL;
  char **saved;
  GimpValueArray *values;

  (void) data;
  begin (procedure);
  saved = pz_run_learning (config, &error);
  values =
    gimp_procedure_new_return_values (procedure,
                                      saved ? GIMP_PDB_SUCCESS : GIMP_PDB_EXECUTION_ERROR,
                                      error);
  if (saved)
    GIMP_VALUES_TAKE_STRV (values, 1, saved);
  return values;
}

static GimpValueArray *
run (GimpProcedure *procedure,
     GimpRunMode run_mode,
     GimpImage *image,
     GimpDrawable **drawables,
     GimpProcedureConfig *config,
     gpointer data)
{
  GError *error = NULL;
  GimpLayer *layer = the_layer (drawables, &error);
  g_autoptr (PzGimpHost) gimp = NULL;
  g_autoptr (PzOneDialog) one = NULL;
  GimpPDBStatusType status;

  (void) data;
  begin (procedure);
  if (!layer)
    return answer (procedure, GIMP_PDB_CALLING_ERROR, NULL, error);

  if (run_mode == GIMP_RUN_INTERACTIVE && !(one = pz_one_dialog_new (image)))
    return answer (procedure, GIMP_PDB_CANCEL, NULL, NULL);

  gimp = pz_gimp_host_new (one ? pz_find_concept (layer) : layer,
                           run_mode != GIMP_RUN_NONINTERACTIVE);
  status =
    one ? pz_run_dialog (procedure, config, gimp, one) : pz_run_straight (config, gimp, &error);
  return answer (procedure, status, gimp, error);
}

/* ---- the procedure ---- */

static void
add_prompts (GimpProcedure *procedure)
{
  gimp_procedure_add_string_argument (
    procedure, "prompt", _ ("_Prompt"),
    _ ("What the new pictures show, in English; S stands for the concept"), PZ_SETTINGS_PROMPT,
    GIMP_PARAM_READWRITE);
  gimp_procedure_add_string_argument (procedure, "negative-prompt", _ ("Nega_tive prompt"),
                                      _ ("What the new pictures should not show"), "",
                                      GIMP_PARAM_READWRITE);
}

static void
add_numbers (GimpProcedure *procedure)
{
  gimp_procedure_add_int_argument (procedure, "variants", _ ("_Variants"),
                                   _ ("How many new layers to make"), 1, PZ_MAX_VARIANTS, 4,
                                   GIMP_PARAM_READWRITE);
  gimp_procedure_add_int_argument (procedure, "seed", _ ("S_eed"),
                                   _ ("Seed of the first variant; -1 picks one at random"), -1,
                                   PZ_SETTINGS_MAX_SEED, -1, GIMP_PARAM_READWRITE);
  gimp_procedure_add_int_argument (procedure, "steps", _ ("Num_ber of steps"),
                                   _ ("Number of denoising steps; 0 uses the model's default"),
                                   0, PZ_SETTINGS_MAX_STEPS, 0, GIMP_PARAM_READWRITE);
  gimp_procedure_add_double_argument (
    procedure, "guidance", _ ("G_uidance"),
    _ ("How closely the prompt is followed; below 0 uses the model's default, "
       "1 turns guidance off"),
    -1, PZ_SETTINGS_MAX_GUIDANCE, -1, GIMP_PARAM_READWRITE);
  gimp_procedure_add_double_argument (
    procedure, "fidelity", _ ("Concept _fidelity"),
    _ ("Small values follow the prompt, large ones the concept; below 0 uses "
       "the model's default"),
    -1, PZ_MAX_FIDELITY, -1, GIMP_PARAM_READWRITE);
}

/* (transfer full) */
static GimpChoice *
sampler_choice (void)
{
  GimpChoice *choice = gimp_choice_new ();

  gimp_choice_add (choice, PZ_SETTINGS_SAMPLER, 0, _ ("Default"), NULL);
  for (guint i = 0; pz_sampler_name (i); i++)
    gimp_choice_add (choice, pz_sampler_name (i), (gint) i + 1, pz_sampler_title (i), NULL);
  return choice;
}

static void
add_choices (GimpProcedure *procedure)
{
  gimp_procedure_add_choice_argument (
    procedure, "words", _ ("_Words"),
    _ ("How many of the words that describe the concept stand for S"),
    gimp_choice_new_with_values ("primary", 0, _ ("Main word"), NULL, "all", 1, _ ("All words"),
                                 NULL, NULL),
    "primary", GIMP_PARAM_READWRITE);
  gimp_procedure_add_choice_argument (procedure, "sampler", _ ("Samp_ler"),
                                      _ ("The method that turns noise into a picture"),
                                      sampler_choice (), PZ_SETTINGS_SAMPLER,
                                      GIMP_PARAM_READWRITE);
  gimp_procedure_add_choice_argument (procedure, "mask-source", _ ("Mas_k"),
                                      _ ("Which part of the layer is the concept"),
                                      gimp_choice_new_with_values ("auto", 0, _ ("Automatic"),
                                                                   NULL, "subject", 5,
                                                                   _ ("Found thing"), NULL,
                                                                   "selection", 1,
                                                                   _ ("Selection"), NULL,
                                                                   "layer-mask", 2,
                                                                   _ ("Layer mask"), NULL,
                                                                   "alpha", 3,
                                                                   _ ("Transparency"), NULL,
                                                                   "layer", 4,
                                                                   _ ("Whole layer"), NULL,
                                                                   NULL),
                                      "auto", GIMP_PARAM_READWRITE);
}

static void
add_model (GimpProcedure *procedure)
{
  gimp_procedure_add_file_argument (
    procedure, "model-folder", _ ("_Model"),
    _ ("Folder with a model, or model of one file; without one, the first model found is used"),
    GIMP_FILE_CHOOSER_ACTION_ANY, TRUE, NULL, GIMP_PARAM_READWRITE);
  gimp_procedure_add_string_argument (
    procedure, "device", _ ("Dev_ice"),
    _ ("Number of a Vulkan device or part of its name; if empty, the best one "
       "is used"),
    "", GIMP_PARAM_READWRITE);
  gimp_procedure_add_int_argument (procedure, "width", _ ("Width"),
                                   _ ("In pixels; 0 uses the model's default width"), 0,
                                   PZ_SETTINGS_MAX_SIZE, 0, GIMP_PARAM_READWRITE);
  gimp_procedure_add_int_argument (procedure, "height", _ ("Height"),
                                   _ ("In pixels; 0 uses the model's default height"), 0,
                                   PZ_SETTINGS_MAX_SIZE, 0, GIMP_PARAM_READWRITE);
}

static void
add_results (GimpProcedure *procedure)
{
  gimp_procedure_add_choice_argument (procedure, "target", _ ("Results"),
                                      _ ("Where the new layers go"),
                                      gimp_choice_new_with_values ("layers", 0,
                                                                   _ ("Above the concept"),
                                                                   NULL, "new-image", 1,
                                                                   _ ("New image"), NULL,
                                                                   "selection", 2,
                                                                   _ ("Into the selection"),
                                                                   NULL, "below", 3,
                                                                   _ ("Over the layer below"),
                                                                   NULL, NULL),
                                      "layers", GIMP_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "image-comment", _ ("Save settings in the image comment"),
    _ ("Save prompt and settings as text in the image comment, which is "
       "exported with the image"),
    FALSE, GIMP_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "mark-origin", _ ("Label as AI-generated"),
    _ ("State in the image's metadata (IPTC Digital Source Type) that AI "
       "generated parts of it"),
    FALSE, GIMP_PARAM_READWRITE);
  gimp_procedure_add_double_argument (
    procedure, "room", _ ("Surroundings"),
    _ ("How much of the concept's surroundings the model sees as well, as a "
       "fraction of the concept's size"),
    0, PZ_MAX_ROOM, 0, GIMP_PARAM_READWRITE);
  gimp_procedure_add_double_argument (
    procedure, "strength", _ ("Strength"),
    _ ("How much the area that is painted over changes; 1 leaves nothing of it"),
    PZ_SETTINGS_MIN_STRENGTH, 1, 0.75, GIMP_PARAM_READWRITE);
  gimp_procedure_add_int_argument (procedure, "variation-of", _ ("Variations of seed"),
                                   _ ("Make variations of this seed's picture; -1 makes none"),
                                   -1, PZ_SETTINGS_MAX_SEED, -1, GIMP_PARAM_READWRITE);
  gimp_procedure_add_double_argument (procedure, "variation", _ ("Variation"),
                                      _ ("How much variations differ from that picture"),
                                      PZ_SETTINGS_MIN_VARIATION, 1, 0.3, GIMP_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "keep-prompts", _ ("Save prompts in the image"),
    _ ("Save prompts in the image: in the settings of each result, in layer "
       "names and in the last settings"),
    TRUE, GIMP_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "native-size", _ ("Native size"),
    _ ("Keep results as large as the model made them; else they are scaled to the concept"),
    FALSE, GIMP_PARAM_READWRITE);
  gimp_procedure_add_string_array_argument (
    procedure, "concepts", _ ("Concepts"),
    _ (
      "What S1, S2, … stand for: “layer”, the path of a saved concept, or the name of one in your concepts folder; if "
      "empty, the layer alone"),
    GIMP_PARAM_READWRITE);
  gimp_procedure_add_double_array_argument (
    procedure, "fidelities", _ ("Fidelities"),
    _ ("Concept fidelity of each of them; below 0 or missing: as Concept fidelity says"),
    GIMP_PARAM_READWRITE);
  gimp_procedure_add_boolean_aux_argument (procedure, "preview", _ ("Preview"),
                                           _ ("Show each variant while it is being made"), TRUE,
                                           GIMP_PARAM_READWRITE);
  gimp_procedure_add_boolean_aux_argument (
    procedure, "recovery", _ ("Recovery"),
    _ ("Keep finished variants in a private folder until they have become "
       "layers"),
    TRUE, GIMP_PARAM_READWRITE);
}

static GimpProcedure *
create_procedure (GimpPlugIn *plug_in, const char *name)
{
  GimpProcedure *procedure;

  if (g_str_equal (name, PZ_LEARN_PROCEDURE))
    return pz_learn_procedure_new (plug_in, run_learning);
  procedure =
    gimp_image_procedure_new (plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN, run, NULL, NULL);
  gimp_procedure_set_image_types (procedure, "RGB*, GRAY*");
  gimp_procedure_set_sensitivity_mask (procedure, GIMP_PROCEDURE_SENSITIVE_DRAWABLE);
  gimp_procedure_set_menu_label (procedure, _ ("_Personalize Concept…"));
  gimp_procedure_add_menu_path (procedure, "<Image>/Filters");
  gimp_procedure_set_icon_name (procedure, GIMP_ICON_GEGL);
  gimp_procedure_set_documentation (
    procedure, _ ("Make new pictures of the object on the active layer"),
    _ ("Looks at the active layer (the selection, layer mask or transparency "
       "says which part) and makes new pictures of that object from a prompt, "
       "as layers in a group above it. Everything happens on this computer."),
    name);
  gimp_procedure_set_attribution (procedure, "The gimp-personalize authors",
                                  "The gimp-personalize authors, GPL-3.0-or-later", "2026");
  add_prompts (procedure);
  add_numbers (procedure);
  add_choices (procedure);
  add_model (procedure);
  add_results (procedure);
  gimp_procedure_add_core_object_array_return_value (procedure, "layers", _ ("Layers"),
                                                     _ ("The new layers, first variant first"),
                                                     GIMP_TYPE_LAYER, GIMP_PARAM_READWRITE);
  return procedure;
}

/* What Help and F1 open; GIMP takes it only while it asks for procedures. */
static void
add_help (GimpPlugIn *plug_in)
{
  g_autofree char *folder = pz_gimp_host_folder ();
  g_autoptr (GFile) pages =
    g_file_new_build_filename (folder != NULL ? folder : "", "help", NULL);

  gimp_plug_in_set_help_domain (plug_in, PZ_PROCEDURE, pages);
}

static GList *
query_procedures (GimpPlugIn *plug_in)
{
  add_help (plug_in);
  return g_list_append (g_list_append (NULL, g_strdup (PZ_PROCEDURE)),
                        g_strdup (PZ_LEARN_PROCEDURE));
}

/* GIMP closes the pipe as soon as it has a run's answer; the goodbye that libgimp sends after this would meet nobody, and
 * on a busy machine libgimp complains of that on GIMP's standard error. It goes where nobody complains. */
static void
quit (GimpPlugIn *plug_in)
{
  g_autoptr (GIOChannel) channel = NULL;
  gint nowhere;

  if (!PZ_PLUG_IN (plug_in)->ran)
    return;
  g_object_get (plug_in, "write-channel", &channel, NULL);
  nowhere = g_open ("/dev/null", O_WRONLY | O_CLOEXEC, 0);
  if (channel && nowhere >= 0)
    dup2 (nowhere, g_io_channel_unix_get_fd (channel));
  if (nowhere >= 0)
    close (nowhere);
}

static void
pz_plug_in_class_init (PzPlugInClass *klass)
{
  GimpPlugInClass *plug_in_class = GIMP_PLUG_IN_CLASS (klass);

  plug_in_class->query_procedures = query_procedures;
  plug_in_class->create_procedure = create_procedure;
  plug_in_class->quit = quit;
}

static void
pz_plug_in_init (PzPlugIn *plug_in)
{
  (void) plug_in;
}

/* GIMP_MAIN leaves no room before it. */
int
main (int argc, char **argv)
{
  pz_end_with_gimp ();
  /* Else babl measures first whether tables of 256 MiB would be faster than it is: half a second, and 350 MiB. */
  g_setenv ("BABL_LUT", "0", FALSE);
  pz_gpu_prepare_process ();
  return gimp_main (PZ_TYPE_PLUG_IN, argc, argv);
}
