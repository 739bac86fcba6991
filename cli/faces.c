/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize faces: finds the faces in a picture, or compares the largest faces of two pictures.
 */
#include <math.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/image-file.h"
#include "cli/json.h"
#include "cli/model-options.h"
#include "cli/terminal.h"
#include "models/faces.h"

#define MOST_PICTURES 2

typedef struct
{
  char *faces, *recognizer, *device;
  gboolean json;
} Options;

static void
options_clear (Options *o)
{
  g_free (o->faces);
  g_free (o->recognizer);
  g_free (o->device);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* What was found in one picture. */
typedef struct
{
  const char *path;
  GArray *found; /* PzFace */
  guint n_features;
  float features[PZ_FACE_MAX_FEATURES]; /* of the largest face, if there is one */
} Seen;

static gboolean
look (PzFaces *faces, Seen *seen, GError **error)
{
  g_autoptr (PzImage) image = pz_image_load (seen->path, error);

  if (image == NULL)
    return FALSE;
  seen->n_features = pz_faces_get_n_features (faces);
  seen->found = pz_faces_find (faces, image, error);
  return seen->found != NULL
         && (seen->found->len == 0
             || pz_faces_see (faces, image, &g_array_index (seen->found, PzFace, 0),
                              seen->features, error));
}

/* ---- JSON output ---- */

static void
add_point (JsonBuilder *builder, PzFacePoint point)
{
  json_builder_begin_array (builder);
  json_builder_add_double_value (builder, point.x);
  json_builder_add_double_value (builder, point.y);
  json_builder_end_array (builder);
}

static void
add_face (JsonBuilder *builder, const PzFace *face)
{
  const double box[] = { face->x, face->y, face->width, face->height };

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "score");
  json_builder_add_double_value (builder, face->score);
  pz_json_begin_array (builder, "box");
  for (guint i = 0; i < G_N_ELEMENTS (box); i++)
    json_builder_add_double_value (builder, box[i]);
  json_builder_end_array (builder);
  pz_json_begin_array (builder, "five_points");
  for (guint i = 0; i < PZ_N_FACE_PLACES; i++)
    add_point (builder, face->places[i]);
  json_builder_end_array (builder);
  pz_json_begin_array (builder, "points");
  for (guint i = 0; i < PZ_FACE_POINTS; i++)
    add_point (builder, face->points[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "roll");
  json_builder_add_double_value (builder, face->roll);
  pz_json_add_bool (builder, "cut", face->is_cut);
  pz_json_add_bool (builder, "tiny", face->is_tiny);
  json_builder_end_object (builder);
}

static void
add_picture (JsonBuilder *builder, const Seen *seen)
{
  json_builder_begin_object (builder);
  pz_json_add_string (builder, "path", seen->path);
  pz_json_begin_array (builder, "faces");
  for (guint i = 0; i < seen->found->len; i++)
    add_face (builder, &g_array_index (seen->found, PzFace, i));
  json_builder_end_array (builder);
  if (seen->found->len > 0)
    {
      pz_json_begin_array (builder, "features");
      for (guint i = 0; i < seen->n_features; i++)
        json_builder_add_double_value (builder, (double) seen->features[i]);
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
}

static gboolean
can_compare (const Seen seen[], guint n)
{
  return n == 2 && seen[0].found->len > 0 && seen[1].found->len > 0;
}

static void
print_json (const Seen seen[], guint n)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  pz_json_begin_array (builder, "pictures");
  for (guint i = 0; i < n; i++)
    add_picture (builder, &seen[i]);
  json_builder_end_array (builder);
  if (can_compare (seen, n))
    {
      json_builder_set_member_name (builder, "similarity");
      json_builder_add_double_value (builder,
                                     pz_faces_similarity (seen[0].features, seen[1].features,
                                                          seen[0].n_features));
      json_builder_set_member_name (builder, "distance");
      json_builder_add_double_value (builder,
                                     pz_faces_distance (seen[0].features, seen[1].features,
                                                        seen[0].n_features));
    }
  json_builder_end_object (builder);
  pz_json_print (builder);
}

/* ---- text output ---- */

static void
print_face (const PzFace *face)
{
  printf (
    "  face of %.0fx%.0f pixels at %.0f,%.0f, confidence %.0f%%, rotated by %ld degrees\n",
    face->width, face->height, face->x, face->y, 100.0 * face->score, lround (face->roll));
  if (face->is_cut)
    printf ("    cut off by the edge of the picture\n");
  if (face->is_tiny)
    printf ("    smaller than %d pixels: too small to recognise\n", PZ_FACE_TINY);
}

static void
print_picture (const Seen *seen)
{
  g_autofree char *shown = pz_show (seen->path);

  printf ("%s\n", shown);
  if (seen->found->len == 0)
    printf ("  no face found (the networks are made for photographs of people)\n");
  for (guint i = 0; i < seen->found->len; i++)
    print_face (&g_array_index (seen->found, PzFace, i));
  if (seen->found->len > 1)
    printf ("  several faces: the first and largest one is compared and learned\n");
}

/* A distance that separates people is only known for the included recognition network. */
static void
print_likeness (const Seen *a, const Seen *b)
{
  const double distance = pz_faces_distance (a->features, b->features, a->n_features);

  printf ("similarity %.3f, distance %.3f",
          pz_faces_similarity (a->features, b->features, a->n_features), distance);
  if (a->n_features == PZ_FACE_FEATURES)
    printf (": %s", distance < PZ_FACE_SAME ? "same person" : "different people");
  printf ("\n");
}

static void
print_text (const Seen seen[], guint n)
{
  for (guint i = 0; i < n; i++)
    print_picture (&seen[i]);
  if (can_compare (seen, n))
    print_likeness (&seen[0], &seen[1]);
}

/* ---- the command ---- */

/* Fills seen [n]. */
static gboolean
look_at_all (const Options *o, Seen seen[], guint n, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();
  g_autoptr (PzFaces) faces = pz_faces_open (
    &(PzFacesParams) {
      .folder = o->faces,
      .recognizer = o->recognizer,
      .beside = beside,
      .device = o->device,
      .cancellable = pz_interrupt (),
    },
    error);

  if (faces == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!look (faces, &seen[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
show (const Options *o, char **paths, guint n, GError **error)
{
  Seen seen[MOST_PICTURES] = { { .path = paths[0] }, { .path = n > 1 ? paths[1] : NULL } };
  const gboolean done = look_at_all (o, seen, n, error);

  if (done)
    (o->json ? print_json : print_text) (seen, n);
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&seen[i].found, g_array_unref);
  return done;
}

static const PzOption options[] = {
  PZ_OPTION (Options,
             faces,
             "faces",
             0,
             FILENAME,
             "Model folder with faces/; default: the first one found",
             "DIR"),
  PZ_OPTION (Options,
             recognizer,
             "recognizer",
             0,
             FILENAME,
             "insightface recognition network (IResNet) instead of the included one",
             "FILE.pth"),
  PZ_OPTION_DEVICE (Options),
  PZ_OPTION (Options, json, "json", 0, NONE, "Print the faces as JSON", NULL),
  PZ_OPTIONS_END,
};

static int
run (int argc, char **argv)
{
  g_auto (Options) o = { 0 };
  GError *error = NULL;
  int status;

  pz_interrupt ();
  if (!pz_options_parse (&pz_command_faces, &o, &argc, &argv, &status))
    return status;
  if (argc < 2 || argc > 1 + MOST_PICTURES)
    return pz_refuse_usage (
      &pz_command_faces, o.json,
      "faces takes one picture or two, found %d; see personalize faces --help", argc - 1);
  if (show (&o, argv + 1, (guint) argc - 1, &error))
    return PZ_EXIT_OK;
  return pz_command_fail (&pz_command_faces, o.json, error);
}

const PzCommand pz_command_faces = {
  .name = "faces",
  .about = "find the faces in a picture, or compare the faces in two pictures",
  .summary =
    "Finds the faces in photographs and, given two pictures, compares their largest faces.",
  .parameters = "IMAGE [IMAGE]",
  .options = options,
  .run = run,
};
