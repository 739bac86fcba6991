/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/judging.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/image-file.h"
#include "cli/judging-faces.h"
#include "cli/mask-choice.h"
#include "cli/terminal.h"
#include "models/faces.h"
#include "models/files/iresnet-file.h"

#define PLACEHOLDER "{}"

/* ---- pictures and texts ---- */

PzLook *
pz_look_new (char *path, char *mask)
{
  PzLook *look = g_new0 (PzLook, 1);

  look->path = path;
  look->mask = mask;
  return look;
}

void
pz_look_free (PzLook *look)
{
  g_clear_pointer (&look->inside, pz_image_unref);
  g_free (look->path);
  g_free (look->mask);
  for (guint i = 0; i < PZ_N_VIEWS; i++)
    g_free (look->directions[i]);
  g_free (look);
}

PzReading *
pz_reading_new (const char *prompt)
{
  g_auto (GStrv) parts = g_strsplit (prompt, PLACEHOLDER, -1);
  PzReading *reading = g_new0 (PzReading, 1);

  reading->text = g_strjoinv ("", parts);
  return reading;
}

void
pz_reading_free (PzReading *reading)
{
  g_free (reading->text);
  g_free (reading->clip);
  g_free (reading);
}

/* ---- judges ---- */

const char *
pz_seer_name (guint seer)
{
  return seer == PZ_SEER_FACES ? "faces" : pz_judge_kind_name (seer);
}

gboolean
pz_judging_leaves_out (const PzJudging *judging, guint seer)
{
  return g_strcmp0 (judging->paths[seer], PZ_JUDGE_NONE) == 0;
}

void
pz_judging_clear (PzJudging *judging)
{
  for (guint i = 0; i < PZ_N_SEERS; i++)
    {
      g_clear_pointer (&judging->names[i], g_free);
      g_clear_pointer (&judging->views[i], g_free);
    }
  g_clear_pointer (&judging->finder, g_free);
}

static PzJudgeParams
params_of (const PzJudging *judging, PzJudgeKind kind, const char *beside)
{
  return (PzJudgeParams) {
    .kind = kind,
    .path = judging->paths[kind],
    .beside = beside,
    .device = judging->device,
    .f32 = judging->f32,
    .cancellable = judging->cancellable,
  };
}

/* path: NULL = the included one */
static gboolean
check_recognizer (const char *path, GError **error)
{
  g_autoptr (PzTensorFile) file = path != NULL ? pz_tensor_file_open (path, error) : NULL;
  PzIresnetConfig config;

  return path == NULL || (file != NULL && pz_iresnet_file_read (file, &config, error));
}

static gboolean
check_one (const PzJudging *judging, guint seer, const char *beside, GError **error)
{
  const PzJudgeParams params =
    seer < PZ_N_JUDGES ? params_of (judging, seer, beside) : (PzJudgeParams) { 0 };
  g_autofree char *folder = NULL;

  if (seer < PZ_N_JUDGES)
    return pz_judge_check (&params, error);
  folder = pz_faces_search (judging->paths[seer], beside, error);
  return folder != NULL && check_recognizer (judging->recognizer, error);
}

gboolean
pz_judging_check (const PzJudging *judging, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();
  guint n = 0;

  for (guint seer = 0; seer < PZ_N_SEERS; seer++)
    {
      if (pz_judging_leaves_out (judging, seer))
        continue;
      n++;
      if (check_one (judging, seer, beside, error))
        continue;
      g_prefix_error (error, "--%s: ", pz_seer_name (seer));
      return FALSE;
    }
  if (judging->recognizer != NULL && pz_judging_leaves_out (judging, PZ_SEER_FACES))
    return pz_bad_option (error, "--recognizer", "--faces to use it", PZ_JUDGE_NONE);
  return n > 0
         || pz_bad_option (error, "--clip, --dino and --faces", "one judge at least",
                           PZ_JUDGE_NONE);
}

/* Folders of a judge's folder that are looked into: those of a model folder. */
#define DEPTH 2

static void add_files_of (GString *text, const char *folder, guint depth);

/* Adds the path, size and modification time of a file, or those of all files in a folder; only the path if it does not exist. */
static void
add_file (GString *text, const char *path, guint depth)
{
  g_autofree char *whole = g_canonicalize_filename (path, NULL);
  GStatBuf info;

  g_string_append (text, whole);
  if (g_stat (path, &info) != 0)
    return;
  g_string_append_printf (text, "|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|",
                          (gint64) info.st_size, (gint64) info.st_mtime);
  if (S_ISDIR (info.st_mode) && depth > 0)
    add_files_of (text, path, depth - 1);
}

static void
add_files_of (GString *text, const char *folder, guint depth)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort_values (paths, (GCompareFunc) strcmp);
  for (guint i = 0; i < paths->len; i++)
    add_file (text, paths->pdata[i], depth);
}

char *
pz_judging_key (const PzJudging *judging, guint seer, PzView view, const PzLook *look)
{
  g_autofree char *beside = pz_binary_folder ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *found = NULL;

  if (judging->journal == NULL)
    return NULL;
  if (judging->paths[seer] == NULL)
    found = seer == PZ_SEER_FACES ? pz_faces_search (NULL, beside, NULL)
                                  : pz_judge_find (seer, beside, NULL);
  g_string_append_printf (text, "%u|%d|", view, judging->f32);
  add_file (text, found != NULL ? found : judging->paths[seer], DEPTH);
  if (seer == PZ_SEER_FACES && judging->recognizer != NULL)
    add_file (text, judging->recognizer, 0);
  add_file (text, look->path, 0);
  if (view == PZ_VIEW_MASKED)
    g_string_append_printf (text, "%d|", look->boxed);
  if (view == PZ_VIEW_MASKED && look->mask != NULL)
    add_file (text, look->mask, 0);
  if (view == PZ_VIEW_MASKED && look->mask == NULL && judging->finder != NULL)
    add_file (text, judging->finder, DEPTH);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, -1);
}

/* ---- masks ---- */

/* A mask of the pixels of an RGBA picture with an alpha of at least 0.5. (transfer full) */
static PzImage *
opaque_part (const PzImage *image)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  g_autofree float *row = g_new (float, (gsize) width * 4);
  guint8 *inside = g_malloc ((gsize) width * height);
  g_autoptr (GBytes) bytes = g_bytes_new_take (inside, (gsize) width * height);

  for (guint y = 0; y < height; y++)
    {
      pz_image_read_row (image, 0, y, width, row);
      for (guint x = 0; x < width; x++)
        *inside++ = row[(gsize) x * 4 + 3] >= 0.5f ? 255 : 0;
    }
  return pz_image_new_bytes (width, height, 1, width, bytes);
}

/* The filled bounding box of a mask. (transfer full) */
static PzImage *
box_around (const PzImage *mask)
{
  const guint width = pz_image_get_width (mask), height = pz_image_get_height (mask);
  guint left = width, right = 0, top = height, bottom = 0;
  g_autofree float *row = g_new (float, width);
  guint8 *inside = g_malloc0 ((gsize) width * height);
  g_autoptr (GBytes) bytes = g_bytes_new_take (inside, (gsize) width * height);

  for (guint y = 0; y < height; y++)
    {
      pz_image_read_row (mask, 0, y, width, row);
      for (guint x = 0; x < width; x++)
        if (row[x] >= 0.5f)
          {
            left = MIN (left, x);
            right = MAX (right, x + 1);
            top = MIN (top, y);
            bottom = y + 1;
          }
    }
  for (guint y = top; y < bottom && left < right; y++)
    memset (inside + (gsize) y * width + left, 255, right - left);
  return pz_image_new_bytes (width, height, 1, width, bytes);
}

static gboolean
find_mask (PzMaskChoice *choice, PzLook *look, GError **error)
{
  g_autoptr (PzImage) image = NULL;
  g_autoptr (PzImage) mask = NULL;

  if (!pz_mask_choose (choice, look->path, look->mask, &image, &mask, error))
    return FALSE;
  if (mask == NULL && pz_image_has_transparency (image))
    mask = opaque_part (image);
  look->inside = mask != NULL && look->boxed ? box_around (mask) : g_steal_pointer (&mask);
  return TRUE;
}

static gboolean
needs_finder (GPtrArray *looks)
{
  for (guint i = 0; i < looks->len; i++)
    if (((const PzLook *) looks->pdata[i])->mask == NULL)
      return TRUE;
  return FALSE;
}

/* Must precede reading the journal: the keys of masked views include the finder. */
static void
look_for_finder (PzJudging *judging, GPtrArray *looks)
{
  g_autofree char *beside = pz_binary_folder ();
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;

  g_clear_pointer (&judging->finder, g_free);
  if (!judging->masked || !needs_finder (looks))
    return;
  judging->finder = pz_finder_search (beside, &error);
  if (judging->finder != NULL)
    return;
  shown = pz_show (error->message);
  fprintf (stderr, "personalize: masked CLIP-I: %s; pictures without a mask are judged whole\n",
           shown);
}

/* Only for pictures whose masked view is not known yet. */
static gboolean
find_masks (PzJudging *judging, GPtrArray *looks, GError **error)
{
  g_auto (PzMaskChoice)
    choice = { .device = judging->device, .cancellable = judging->cancellable };

  for (guint i = 0; i < looks->len; i++)
    {
      PzLook *look = looks->pdata[i];

      if (!look->looked[PZ_VIEW_MASKED] && !find_mask (&choice, look, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- judging ---- */

static gboolean
see (const PzJudging *judging,
     PzJudge *judge,
     PzJudgeKind kind,
     PzView view,
     PzLook *look,
     GError **error)
{
  const guint width = pz_judge_get_width (judge);
  g_autofree char *key = NULL;
  g_autoptr (PzImage) image = NULL;

  if (look->looked[view])
    return TRUE;
  image = pz_image_load (look->path, error);
  if (image == NULL)
    return FALSE;
  look->directions[view] = g_new0 (float, width);
  if (!pz_judge_see (judge, image, view == PZ_VIEW_MASKED ? look->inside : NULL,
                     look->directions[view], error))
    {
      g_prefix_error (error, "%s: ", look->path);
      return FALSE;
    }
  look->looked[view] = TRUE;
  key = pz_judging_key (judging, kind, view, look);
  return pz_journal_note (judging->journal, key, width, look->directions[view], error);
}

static gboolean
read_all (PzJudge *judge, GPtrArray *readings, GError **error)
{
  for (guint i = 0; i < readings->len; i++)
    {
      PzReading *reading = readings->pdata[i];

      g_free (reading->clip);
      reading->clip = g_new0 (float, pz_judge_get_width (judge));
      if (!pz_judge_read (judge, reading->text, reading->clip, error))
        return FALSE;
    }
  return TRUE;
}

/* The views of each judge; PZ_N_VIEWS = no second view. */
static const PzView ways[PZ_N_JUDGES][2] = {
  [PZ_JUDGE_CLIP] = { PZ_VIEW_CLIP, PZ_VIEW_MASKED },
  [PZ_JUDGE_DINO] = { PZ_VIEW_DINO, PZ_N_VIEWS },
};

static gboolean
is_asked (const PzJudging *judging, PzView view)
{
  return view < PZ_N_VIEWS && (view != PZ_VIEW_MASKED || judging->masked);
}

static void
recall_all (const PzJudging *judging, PzJudgeKind kind, guint width, GPtrArray *looks)
{
  for (guint i = 0; i < looks->len; i++)
    for (guint w = 0; w < G_N_ELEMENTS (ways[kind]); w++)
      {
        PzLook *look = looks->pdata[i];
        const PzView view = ways[kind][w];
        g_autofree char *key =
          is_asked (judging, view) ? pz_judging_key (judging, kind, view, look) : NULL;

        if (key != NULL)
          look->looked[view] =
            pz_journal_recall (judging->journal, key, width, &look->directions[view]);
      }
}

static gboolean
see_all (const PzJudging *judging,
         PzJudge *judge,
         PzJudgeKind kind,
         GPtrArray *looks,
         GError **error)
{
  for (guint i = 0; i < looks->len; i++)
    for (guint w = 0; w < G_N_ELEMENTS (ways[kind]); w++)
      if (is_asked (judging, ways[kind][w])
          && !see (judging, judge, kind, ways[kind][w], looks->pdata[i], error))
        return FALSE;
  return TRUE;
}

static gboolean
run_one (PzJudging *judging,
         PzJudgeKind kind,
         GPtrArray *looks,
         GPtrArray *readings,
         GError **error)
{
  g_autofree char *beside = pz_binary_folder ();
  const PzJudgeParams params = params_of (judging, kind, beside);
  g_autoptr (PzJudge) judge = pz_judge_open (&params, error);

  if (judge == NULL)
    return FALSE;
  for (guint w = 0; w < G_N_ELEMENTS (ways[kind]); w++)
    if (is_asked (judging, ways[kind][w]))
      judging->widths[ways[kind][w]] = pz_judge_get_width (judge);
  g_set_str (&judging->names[kind], pz_judge_get_path (judge));
  g_set_str (&judging->views[kind], pz_judge_get_view (judge));
  if (kind == PZ_JUDGE_CLIP)
    look_for_finder (judging, looks);
  recall_all (judging, kind, pz_judge_get_width (judge), looks);
  return (kind != PZ_JUDGE_CLIP
          || (read_all (judge, readings, error)
              && (!judging->masked || find_masks (judging, looks, error))))
         && see_all (judging, judge, kind, looks, error);
}

gboolean
pz_judging_run (PzJudging *judging, GPtrArray *looks, GPtrArray *readings, GError **error)
{
  for (PzJudgeKind kind = 0; kind < PZ_N_JUDGES; kind++)
    if (!pz_judging_leaves_out (judging, kind)
        && !run_one (judging, kind, looks, readings, error))
      return FALSE;
  return pz_judging_leaves_out (judging, PZ_SEER_FACES)
         || pz_judging_see_faces (judging, looks, error);
}
