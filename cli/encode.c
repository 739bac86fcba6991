/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize encode: encodes a picture with ELITE or an IP-Adapter, and saves the result as a concept.
 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/concept-output.h"
#include "cli/mask-choice.h"
#include "cli/model-options.h"

typedef struct
{
  char *image, *mask, *model, *elite, *ip_adapter, *concept_by, *device, *name, *title, *out;
  PzConceptBy by; /* parsed */
  gdouble room;
  gboolean f32, force;
} Options;

static void
options_clear (Options *o)
{
  char **strings[] = { &o->image,      &o->mask,   &o->model, &o->elite, &o->ip_adapter,
                       &o->concept_by, &o->device, &o->name,  &o->title, &o->out };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_clear_pointer (strings[i], g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
understand (Options *o, GError **error)
{
  if (o->image == NULL)
    return pz_bad_option (error, "--image", "a picture", "none");
  if (o->out == NULL || !g_str_has_suffix (o->out, PZ_CONCEPT_ENDING))
    return pz_bad_option (error, "--out", "a path that ends in " PZ_CONCEPT_ENDING,
                          o->out != NULL ? o->out : "none");
  /* Written so that NaN is refused. */
  if (!(o->room >= 0.0 && o->room <= PZ_MAX_ROOM))
    return pz_bad_option (error, "--room", "0 to 1", "another number");
  if (!pz_parse_concept_by (o->concept_by, &o->by, error))
    return FALSE;
  return (o->name == NULL || pz_concept_check_name (o->name, error))
         && pz_concept_output_check (o->out, o->force, error);
}

static gboolean
encode (Options *o, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();
  PzTaskParams task = { .cancellable = pz_interrupt (), .room = o->room };
  g_auto (PzMaskChoice) choice = {
    .device = o->device,
    .note = pz_mask_choice_tell,
    .cancellable = task.cancellable,
  };
  g_autoptr (PzImage) image = NULL;
  g_autoptr (PzImage) mask = NULL;
  g_autoptr (PzSession) session = NULL;
  g_autoptr (PzConcept) encoded = NULL;
  g_autoptr (PzConcept) named = NULL;

  if (!understand (o, error))
    return FALSE;
  task.concept_by = o->by;
  if (!pz_mask_choose (&choice, o->image, o->mask, &image, &mask, error))
    return FALSE;
  pz_mask_choice_clear (&choice);
  session = pz_session_open (
    &(PzSessionParams) {
      .model = o->model,
      .beside = beside,
      .elite = o->elite,
      .ip_adapter = o->ip_adapter,
      .device = o->device,
      .f32 = o->f32,
      .cancellable = task.cancellable,
    },
    error);
  encoded = session != NULL ? pz_session_encode (session, image, mask, &task, error) : NULL;
  if (encoded == NULL)
    return FALSE;
  named = pz_concept_rename (encoded, o->name, o->title);
  if (!pz_concept_output_write (named, o->out, o->force, error))
    return FALSE;
  printf ("%s\n", o->out);
  return TRUE;
}

static const PzOption options[] = {
  PZ_OPTION (Options, image, "image", 0, FILENAME, "Picture of the concept", "IMG"),
  PZ_OPTION (Options,
             mask,
             "mask",
             0,
             FILENAME,
             "Mask of the concept (white), or none: the whole picture; default: its "
             "transparency, else the detected subject",
             "IMG|none"),
  PZ_OPTION (Options,
             room,
             "room",
             0,
             DOUBLE,
             "Extra margin around the concept, 0 to 1; default: 0",
             "X"),
  PZ_OPTION (Options, name, "name", 0, STRING, "Name of the concept", "TOKEN"),
  PZ_OPTION (Options,
             title,
             "title",
             0,
             STRING,
             "Display name of the concept; default: the name",
             "TEXT"),
  PZ_OPTION_MODEL (Options, 0),
  PZ_OPTION_CONCEPT_BY (Options),
  PZ_OPTION_ELITE (Options),
  PZ_OPTION_IP_ADAPTER (Options),
  PZ_OPTION (Options, out, "out", 0, FILENAME, "File to write: NAME" PZ_CONCEPT_ENDING, "PATH"),
  PZ_OPTION (Options, force, "force", 0, NONE, "Overwrite an existing file", NULL),
  PZ_OPTION_DEVICE (Options),
  PZ_OPTION_F32 (Options),
  PZ_OPTIONS_END,
};

static int
run (int argc, char **argv)
{
  g_auto (Options) o = { 0 };
  GError *error = NULL;
  int status;

  pz_interrupt ();
  if (!pz_options_parse (&pz_command_encode, &o, &argc, &argv, &status))
    return status;
  if (argc > 1)
    return pz_refuse_arguments (&pz_command_encode, FALSE, argv);
  return encode (&o, &error) ? PZ_EXIT_OK : pz_fail (error);
}

const PzCommand pz_command_encode = {
  .name = "encode",
  .about = "encode a picture with ELITE or an IP-Adapter and save the concept",
  .summary =
    "Encodes a picture with ELITE or an IP-Adapter and saves it as a concept for generate.",
  .parameters = "",
  .options = options,
  .run = run,
};
