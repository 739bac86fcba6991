/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the subject of a picture, with or without a rough selection: see models/finder.h.
 */
#include <math.h>
#include <string.h>

#include "models/finder.h"

#include "compute/run.h"
#include "compute/self-check.h"
#include "models/files/model-folder.h"
#include "models/nets/subject-finder.h"
#include "models/tasks/found-mask.h"

/* A hint that fills at least this fraction of its bounding box encloses or covers the subject: the network sees the box with a
 * margin on each side, a fraction of its width and height. A hint that fills less is a stroke over the subject, which may be
 * larger, so the network sees the whole picture. */
#define AROUND 0.4f
#define MARGIN 0.25f
#define HINT_SIDE 256 /* of the reduced hint in which its bounding box is determined */
#define INSIDE 0.5f /* relative to the hint's maximum */
/* The network sees the picture unchanged and mirrored; the mean of the two results is more accurate than either. */
#define N_VIEWS 2
/* The levels of each channel of a flat picture differ by at most this. */
#define FLAT (4.0f / 255.0f)

struct _PzFinder
{
  PzGpu *gpu;
  PzModelFolder *model;
  PzProgram *program; /* pictures (unchanged, mirrored) -> places */
};

/* ---- opening ---- */

static PzProgram *
make_program (PzFinder *finder, const PzFinderParams *params, GError **error)
{
  const PzSubjectFinderConfig *config = &finder->model->subject_finder;
  const guint side = config->sample_size;
  const PzWeightSource source = { "", finder->model->subject_finder_weights };
  g_autoptr (PzGraph) graph = pz_graph_new (params->f32 ? PZ_F32 : PZ_F16);
  PzTensor *pictures = pz_graph_input (graph, "pictures", PZ_F32, 4,
                                       (guint[]) { N_VIEWS, side, side, config->in_channels });

  pz_graph_output (graph, pz_cast (graph, pz_subject_finder (graph, config, pictures), PZ_F32),
                   "places");
  if (!pz_weights_bind (graph, &source, 1, finder->gpu,
                        &(PzWeightParams) { .cancellable = params->cancellable }, error))
    return NULL;
  return pz_program_new (finder->gpu, graph,
                         &(PzRunParams) { .cancellable = params->cancellable }, error);
}

char *
pz_finder_search (const char *beside, GError **error)
{
  return pz_model_search_folder (beside, PZ_FINDER_FOLDER,
                                 "a folder " PZ_FINDER_FOLDER " to find things with", error);
}

PzFinder *
pz_finder_open (const PzFinderParams *params, GError **error)
{
  g_autoptr (PzFinder) finder = g_new0 (PzFinder, 1);
  g_autofree char *folder = params->folder != NULL ? g_strdup (params->folder)
                                                   : pz_finder_search (params->beside, error);

  if (folder == NULL)
    return NULL;
  finder->model = pz_model_folder_open (folder, PZ_PART_SUBJECT_FINDER, 0, error);
  if (finder->model == NULL)
    return NULL;
  finder->gpu = pz_gpu_open_checked (&(PzGpuParams) { .device = params->device },
                                     params->cancellable, error);
  if (finder->gpu == NULL)
    return NULL;
  finder->program = make_program (finder, params, error);
  return finder->program != NULL ? g_steal_pointer (&finder) : NULL;
}

void
pz_finder_close (PzFinder *finder)
{
  if (finder == NULL)
    return;
  g_clear_pointer (&finder->program, pz_program_free);
  if (finder->model != NULL)
    pz_model_folder_release (finder->model);
  g_clear_pointer (&finder->gpu, pz_gpu_close);
  g_clear_pointer (&finder->model, pz_model_folder_close);
  g_free (finder);
}

/* ---- hints ---- */

/* The minimum value of a pixel inside the hint; G_MAXFLOAT if the hint is empty. It is relative to the maximum, because a hint
 * that is smaller than a reduced pixel has low values. */
static float
inside_from (const PzImage *hint)
{
  const float *pixels = pz_image_get_pixels (hint);
  const gsize n = (gsize) pz_image_get_width (hint) * pz_image_get_height (hint);
  float most = 0.0f;

  for (gsize i = 0; i < n; i++)
    most = MAX (most, pixels[i]);
  return most > 0.0f ? MIN (most, 1.0f) * INSIDE : G_MAXFLOAT;
}

/* ---- the window ---- */

typedef struct
{
  const PzImage *image;
  guint x, y, width, height;
} Window;

static void
read_window (guint x, guint y, guint n, float *values, gpointer data)
{
  const Window *window = data;

  pz_image_read_row (window->image, window->x + x, window->y + y, n, values);
}

/* The part of the picture inside the window. Keeps a pointer to the window. (transfer full) */
static PzImage *
look_through (Window *window)
{
  return pz_image_new_rows (window->width, window->height,
                            pz_image_get_channels (window->image), read_window, window);
}

/* Converts cells [first, end) of HINT_SIDE to pixels of `n`, extended by the margin. */
static void
widen (guint first, guint end, guint n, guint *from, guint *size)
{
  const double cell = (double) n / HINT_SIDE, margin = (end - first) * cell * (double) MARGIN;

  *from = (guint) MAX (first * cell - margin, 0.0);
  *size = MAX ((guint) MIN (end * cell + margin + 0.5, (double) n), *from + 1) - *from;
}

/* Sets the window to the surroundings of the hint, or leaves it at the whole picture. FALSE + error: nothing is inside the
 * hint. */
static gboolean
choose_window (const PzImage *hint, Window *window, GError **error)
{
  g_autoptr (PzImage) outlined = pz_image_reduce (hint, HINT_SIDE, HINT_SIDE);
  const float *pixels = pz_image_get_pixels (outlined);
  const float least = inside_from (outlined);
  guint left = HINT_SIDE, right = 0, top = HINT_SIDE, bottom = 0, n_inside = 0;

  for (guint i = 0; i < HINT_SIDE * HINT_SIDE; i++)
    if (pixels[i] >= least)
      {
        left = MIN (left, i % HINT_SIDE);
        right = MAX (right, i % HINT_SIDE + 1);
        top = MIN (top, i / HINT_SIDE);
        bottom = MAX (bottom, i / HINT_SIDE + 1);
        n_inside++;
      }
  if (n_inside == 0)
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "hint: expected some of it to be inside, found nothing");
      return FALSE;
    }
  if ((float) n_inside < AROUND * (float) ((right - left) * (bottom - top)))
    return TRUE;
  widen (left, right, window->width, &window->x, &window->width);
  widen (top, bottom, window->height, &window->y, &window->height);
  return TRUE;
}

/* ---- the network's input ---- */

static gboolean
is_flat (const float *pixels, gsize n)
{
  for (guint c = 0; c < 3; c++)
    {
      float least = pixels[c], most = pixels[c];

      for (gsize i = 1; i < n; i++)
        {
          least = MIN (least, pixels[i * 3 + c]);
          most = MAX (most, pixels[i * 3 + c]);
        }
      if (most - least > FLAT)
        return FALSE;
    }
  return TRUE;
}

static gboolean
nothing_found (GError **error)
{
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_NO_SUBJECT,
                       "expected something that stands out in the picture, found nothing");
  return FALSE;
}

/* Fills the network's input, seen [side, side, 4], and whether each pixel is inside the hint, hinted [side, side]. */
static void
see (const float *pixels, const PzImage *hint, guint side, float *seen, guint8 *hinted)
{
  const gsize n = (gsize) side * side;
  g_autoptr (PzImage) outlined = hint != NULL ? pz_image_reduce (hint, side, side) : NULL;
  const float *inside = outlined != NULL ? pz_image_get_pixels (outlined) : NULL;
  const float least = outlined != NULL ? inside_from (outlined) : G_MAXFLOAT;

  for (gsize i = 0; i < n; i++)
    {
      for (guint c = 0; c < 3; c++)
        seen[i * 4 + c] = 2.0f * pixels[i * 3 + c] - 1.0f;
      hinted[i] = inside != NULL && inside[i] >= least;
      seen[i * 4 + 3] = hinted[i] ? 1.0f : 0.0f;
    }
}

/* Mirrors an input [side, side, 4] horizontally. */
static void
mirror (const float *seen, guint side, float *mirrored)
{
  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      memcpy (mirrored + ((gsize) y * side + x) * 4,
              seen + ((gsize) y * side + side - 1 - x) * 4, 4 * sizeof *seen);
}

/* ---- the network's result ---- */

/* The probability of one pixel. places: [side / 2, side / 2, 4] logits, one place for 2x2 pixels. */
static float
chance_at (const float *places, guint side, guint x, guint y)
{
  const gsize place = (gsize) (y / 2) * (side / 2) + x / 2;

  return 1.0f / (1.0f + expf (-places[place * 4 + y % 2 * 2 + x % 2]));
}

/* Converts the places of both views to one probability per pixel. */
static void
spread (const float *places, guint side, float *chances)
{
  const float *mirrored = places + (gsize) side * side;

  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      chances[(gsize) y * side + x] =
        0.5f * (chance_at (places, side, x, y) + chance_at (mirrored, side, side - 1 - x, y));
}

/* ---- the task ---- */

static gboolean
same_size (const PzImage *image, const PzImage *hint, GError **error)
{
  if (hint == NULL
      || (pz_image_get_width (image) == pz_image_get_width (hint)
          && pz_image_get_height (image) == pz_image_get_height (hint)))
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "hint: expected %ux%u pixels, the picture's, found %ux%u",
               pz_image_get_width (image), pz_image_get_height (image),
               pz_image_get_width (hint), pz_image_get_height (hint));
  return FALSE;
}

/* The probability of each pixel of the network's square to belong to the subject; the square is scaled like the picture.
 * (transfer full) */
static PzImage *
look (PzFinder *finder,
      const PzImage *image,
      const PzImage *hint,
      GCancellable *cancellable,
      GError **error)
{
  const guint side = finder->model->subject_finder.sample_size;
  const gsize n = (gsize) side * side;
  const PzRunParams run = { .cancellable = cancellable };
  PzProgram *program = finder->program;
  g_autofree float *seen = g_new (float, N_VIEWS *n * 4);
  g_autofree float *chances = g_new (float, n);
  g_autofree guint8 *hinted = g_new0 (guint8, n);
  g_autoptr (PzImage) small = pz_image_reduce (image, side, side);
  const float *pixels = pz_image_get_pixels (small);

  if (is_flat (pixels, n))
    {
      nothing_found (error);
      return NULL;
    }
  see (pixels, hint, side, seen, hinted);
  mirror (seen, side, seen + n * 4);
  if (!pz_storage_write_f32 (pz_program_get_storage (program, "pictures"), seen,
                             N_VIEWS * n * 4, error)
      || !pz_program_run (program, &run, error)
      || !pz_storage_read_f32 (pz_program_get_storage (program, "places"), seen, N_VIEWS * n,
                               error))
    return NULL;
  spread (seen, side, chances);
  if (hint != NULL)
    pz_mask_reach_box (chances, hinted, side);
  if (!pz_mask_keep_thing (chances, hint != NULL ? hinted : NULL, side))
    {
      nothing_found (error);
      return NULL;
    }
  pz_mask_by_colours (pixels, side, chances);
  pz_mask_keep_thing (chances, hint != NULL ? hinted : NULL, side);
  pz_mask_fill_holes (chances, side);
  return pz_image_new_take (side, side, 1, g_steal_pointer (&chances));
}

PzImage *
pz_finder_find (PzFinder *finder,
                PzImage *image,
                PzImage *hint,
                GCancellable *cancellable,
                GError **error)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  Window window = { .image = image, .width = width, .height = height };
  Window outlined;
  g_autoptr (PzImage) part = NULL;
  g_autoptr (PzImage) hint_part = NULL;
  g_autoptr (PzImage) coarse = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint8 *mask;

  if (!same_size (image, hint, error)
      || (hint != NULL && !choose_window (hint, &window, error)))
    return NULL;
  part = look_through (&window);
  outlined = window;
  outlined.image = hint;
  hint_part = hint != NULL ? look_through (&outlined) : NULL;
  coarse = look (finder, part, hint_part, cancellable, error);
  if (coarse == NULL)
    return NULL;
  mask = g_malloc0 ((gsize) width * height);
  bytes = g_bytes_new_take (mask, (gsize) width * height);
  if (!pz_mask_along_edges (part, coarse, mask + (gsize) window.y * width + window.x, width,
                            cancellable, error))
    return NULL;
  return pz_image_new_bytes (width, height, 1, width, bytes);
}
