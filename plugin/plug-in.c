/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The GIMP plug-in: the procedure with the dialog, and the choice of its run mode; the other procedure is in learn-procedure.c.
 * The names and the order of the arguments (arguments.h) are the scripting interface: they never change.
 */
#include <fcntl.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>

#include "compute/gpu.h"
#include "plugin/arguments.h"
#include "plugin/end-with-gimp.h"
#include "plugin/find-concept.h"
#include "plugin/gimp-host.h"
#include "plugin/learn-procedure.h"
#include "plugin/run.h"
#include "ui/settings.h"

#define PZ_PROCEDURE "plug-in-personalize-concept"
/* GEGL's default size would hold a huge layer completely. */
#define TILE_CACHE_BYTES ((guint64) 128 << 20)

#define PZ_TYPE_PLUG_IN (pz_plug_in_get_type ())
G_DECLARE_FINAL_TYPE (PzPlugIn, pz_plug_in, PZ, PLUG_IN, GimpPlugIn)

struct _PzPlugIn
{
  GimpPlugIn parent;
  gboolean ran; /* was started for a run, not to query the procedures */
};

G_DEFINE_FINAL_TYPE (PzPlugIn, pz_plug_in, GIMP_TYPE_PLUG_IN)

/* ---- running ---- */

/* The one layer, or NULL + an error that says what is selected instead. */
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

/* Called once per run, before any pixels are used. */
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
  pz_arguments_add (procedure);
  gimp_procedure_add_core_object_array_return_value (procedure, "layers", _ ("Layers"),
                                                     _ ("The new layers, first variant first"),
                                                     GIMP_TYPE_LAYER, GIMP_PARAM_READWRITE);
  return procedure;
}

/* Sets what Help and F1 open. GIMP accepts it only while it queries the procedures. */
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

/* GIMP closes the pipe as soon as it has the result of a run. The final message that libgimp sends after this then has no
 * reader, and on a busy machine libgimp reports that on GIMP's standard error. So the message goes to /dev/null. */
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

/* Instead of GIMP_MAIN, which leaves no place for calls before it. */
int
main (int argc, char **argv)
{
  pz_end_with_gimp ();
  /* Otherwise babl first measures whether lookup tables of 256 MiB would be faster, which takes half a second and 350 MiB. */
  g_setenv ("BABL_LUT", "0", FALSE);
  pz_gpu_prepare_process ();
  return gimp_main (PZ_TYPE_PLUG_IN, argc, argv);
}
