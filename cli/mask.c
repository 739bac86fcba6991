/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize mask: finds the thing in a picture, and writes its mask.
 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/image-file.h"
#include "cli/model-options.h"
#include "cli/output-file.h"
#include "models/finder.h"

typedef struct
{
  char *hint, *finder, *device, *out;
  gboolean f32, force;
} Options;

static void
options_clear (Options *o)
{
  g_free (o->hint);
  g_free (o->finder);
  g_free (o->device);
  g_free (o->out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* ---- the hint ---- */

typedef struct
{
  gint64 left, top, right, bottom; /* right and bottom are exclusive */
} Box;

/* Parses "X,Y,W,H". FALSE = the text is something else. */
static gboolean
parse_box (const char *text, Box *box)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  gint64 numbers[4];

  if (g_strv_length (parts) != 4)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    if (!g_ascii_string_to_signed (g_strstrip (parts[i]), 10, i < 2 ? -G_MAXINT : 1, G_MAXINT,
                                   &numbers[i], NULL))
      return FALSE;
  *box = (Box) { numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3] };
  return TRUE;
}

/* A mask of the part of the box that is in the picture; NULL + error if there is none. */
static PzImage *
box_to_hint (const char *text, Box box, const PzImage *image, GError **error)
{
  const gint64 width = pz_image_get_width (image), height = pz_image_get_height (image);
  const gint64 left = MAX (box.left, 0), right = MIN (box.right, width);
  g_autoptr (GBytes) bytes = NULL;
  guint8 *inside;

  if (left >= right || MAX (box.top, 0) >= MIN (box.bottom, height))
    {
      g_autofree char *expected =
        g_strdup_printf ("a box X,Y,W,H that touches the picture of %" G_GINT64_FORMAT
                         "x%" G_GINT64_FORMAT " pixels",
                         width, height);
      pz_bad_option (error, "--hint", expected, text);
      return NULL;
    }
  inside = g_malloc0 ((gsize) width * (gsize) height);
  bytes = g_bytes_new_take (inside, (gsize) width * (gsize) height);
  for (gint64 y = MAX (box.top, 0); y < MIN (box.bottom, height); y++)
    memset (inside + y * width + left, 255, (gsize) (right - left));
  return pz_image_new_bytes ((guint) width, (guint) height, 1, (gsize) width, bytes);
}

/* *hint stays NULL if none was given. */
static gboolean
read_hint (const Options *o, const PzImage *image, PzImage **hint, GError **error)
{
  Box box;

  if (o->hint == NULL)
    return TRUE;
  *hint = parse_box (o->hint, &box) ? box_to_hint (o->hint, box, image, error)
                                    : pz_image_load_mask (o->hint, error);
  return *hint != NULL;
}

/* ---- the command ---- */

static gboolean
find (const Options *o, const char *picture, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();
  const PzFinderParams params = {
    .folder = o->finder,
    .beside = beside,
    .device = o->device,
    .f32 = o->f32,
    .cancellable = pz_interrupt (),
  };
  g_autoptr (PzImage) image = NULL;
  g_autoptr (PzImage) hint = NULL;
  g_autoptr (PzImage) mask = NULL;
  g_autoptr (PzFinder) finder = NULL;
  g_autoptr (GBytes) png = NULL;

  if (o->out == NULL)
    return pz_bad_option (error, "--out", "a file to write", "none");
  if (!pz_output_check_file (o->out, o->force, error))
    return FALSE;
  image = pz_image_load (picture, error);
  if (image == NULL || !read_hint (o, image, &hint, error))
    return FALSE;
  finder = pz_finder_open (&params, error);
  mask =
    finder != NULL ? pz_finder_find (finder, image, hint, params.cancellable, error) : NULL;
  if (mask == NULL)
    {
      g_prefix_error (error, "%s: ", picture);
      return FALSE;
    }
  g_clear_pointer (&image, pz_image_unref);
  png = pz_image_to_png (mask, NULL, 0, error);
  if (png == NULL
      || !pz_output_write (o->out, o->force, g_bytes_get_data (png, NULL),
                           g_bytes_get_size (png), error))
    return FALSE;
  printf ("%s\n", o->out);
  return TRUE;
}

static const PzOption options[] = {
  PZ_OPTION (Options,
             hint,
             "hint",
             0,
             FILENAME,
             "Rough location of the subject: a mask (white), or a box in pixels",
             "MASK|X,Y,W,H"),
  PZ_OPTION (Options,
             out,
             "out",
             'o',
             FILENAME,
             "PNG file to write; the subject is white",
             "PNG"),
  PZ_OPTION (Options, force, "force", 'f', NONE, "Overwrite an existing file", NULL),
  PZ_OPTION (Options,
             finder,
             "finder",
             0,
             FILENAME,
             "Model folder with subject_finder/; default: the first one found",
             "DIR"),
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
  if (!pz_options_parse (&pz_command_mask, &o, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return pz_refuse_usage (&pz_command_mask, FALSE,
                            "mask takes one picture, found %d; see personalize mask --help",
                            argc - 1);
  return find (&o, argv[1], &error) ? PZ_EXIT_OK : pz_fail (error);
}

const PzCommand pz_command_mask = {
  .name = "mask",
  .about = "find the subject of a picture",
  .summary =
    "Finds the subject of a picture, with or without a rough hint, and writes its mask.",
  .parameters = "IMAGE",
  .options = options,
  .run = run,
};
