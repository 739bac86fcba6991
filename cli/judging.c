/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/judging.h"

#include <string.h>

#include "cli/commands.h"
#include "cli/image-file.h"
#include "cli/mask-choice.h"

#define PLACEHOLDER "{}"

/* ---- what is judged ---- */

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
  g_free (look->clip);
  g_free (look->masked);
  g_free (look->dino);
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

/* ---- which judges ---- */

static gboolean
is_left_out (const PzJudging *judging, PzJudgeKind kind)
{
  return g_strcmp0 (judging->paths[kind], PZ_JUDGE_NONE) == 0;
}

void
pz_judging_clear (PzJudging *judging)
{
  for (guint i = 0; i < PZ_N_JUDGES; i++)
    {
      g_clear_pointer (&judging->names[i], g_free);
      g_clear_pointer (&judging->views[i], g_free);
    }
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

gboolean
pz_judging_check (const PzJudging *judging, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();
  guint n = 0;

  for (PzJudgeKind kind = 0; kind < PZ_N_JUDGES; kind++)
    {
      const PzJudgeParams params = params_of (judging, kind, beside);

      if (is_left_out (judging, kind))
        continue;
      n++;
      if (pz_judge_check (&params, error))
        continue;
      g_prefix_error (error, "--%s: ", pz_judge_kind_name (kind));
      return FALSE;
    }
  return n > 0
         || pz_bad_option (error, "--clip and --dino", "one judge at least", PZ_JUDGE_NONE);
}

/* ---- masks ---- */

/* What is not transparent in an RGBA picture. (transfer full) */
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

/* All of the box around what is inside. (transfer full) */
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
find_masks (const PzJudging *judging, GPtrArray *looks, GError **error)
{
  g_auto (PzMaskChoice)
    choice = { .device = judging->device, .cancellable = judging->cancellable };

  for (guint i = 0; i < looks->len; i++)
    if (!find_mask (&choice, looks->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* ---- before the judges ---- */

static gboolean
see (PzJudge *judge, const PzLook *look, PzImage *mask, float **direction, GError **error)
{
  g_autoptr (PzImage) image = pz_image_load (look->path, error);

  g_free (*direction);
  *direction = g_new0 (float, pz_judge_get_width (judge));
  if (image == NULL)
    return FALSE;
  if (pz_judge_see (judge, image, mask, *direction, error))
    return TRUE;
  g_prefix_error (error, "%s: ", look->path);
  return FALSE;
}

static gboolean
see_all (const PzJudging *judging,
         PzJudge *judge,
         PzJudgeKind kind,
         GPtrArray *looks,
         GError **error)
{
  for (guint i = 0; i < looks->len; i++)
    {
      PzLook *look = looks->pdata[i];

      if (!see (judge, look, NULL, kind == PZ_JUDGE_CLIP ? &look->clip : &look->dino, error))
        return FALSE;
      if (kind == PZ_JUDGE_CLIP && judging->masked
          && !see (judge, look, look->inside, &look->masked, error))
        return FALSE;
      if (judging->progress != NULL)
        judging->progress (i + 1, looks->len, judging->data);
    }
  return TRUE;
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
  judging->widths[kind] = pz_judge_get_width (judge);
  g_set_str (&judging->names[kind], pz_judge_get_path (judge));
  g_set_str (&judging->views[kind], pz_judge_get_view (judge));
  return (kind != PZ_JUDGE_CLIP || read_all (judge, readings, error))
         && see_all (judging, judge, kind, looks, error);
}

gboolean
pz_judging_run (PzJudging *judging, GPtrArray *looks, GPtrArray *readings, GError **error)
{
  if (judging->masked && !is_left_out (judging, PZ_JUDGE_CLIP)
      && !find_masks (judging, looks, error))
    return FALSE;
  for (PzJudgeKind kind = 0; kind < PZ_N_JUDGES; kind++)
    if (!is_left_out (judging, kind) && !run_one (judging, kind, looks, readings, error))
      return FALSE;
  return TRUE;
}
