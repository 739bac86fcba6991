/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/loss-curve.h"

#include <math.h>

#include "cli/image-file.h"
#include "cli/output-file.h"

#define WIDTH 640
#define HEIGHT 320
#define MARGIN 16
#define GRID_LINES 4

gboolean
pz_loss_curve_save_csv (const GArray *steps, const char *path, gboolean force, GError **error)
{
  g_autoptr (GString) text = g_string_new ("step,loss,level,fixed_batch_loss\n");

  for (guint i = 0; i < steps->len; i++)
    {
      const PzLearnStep *step = &g_array_index (steps, PzLearnStep, i);

      g_string_append_printf (text, "%u,%.9g,%.9g,", step->step, step->loss, step->level);
      if (step->still_loss >= 0.0)
        g_string_append_printf (text, "%.9g", step->still_loss);
      g_string_append_c (text, '\n');
    }
  return pz_output_write (path, force, text->str, text->len, error);
}

/* ---- the picture ---- */

typedef struct
{
  float *pixels; /* [HEIGHT, WIDTH, 3] */
  float colour[3];
} Canvas;

static void
dot (Canvas *canvas, gint x, gint y)
{
  if (x < 0 || x >= WIDTH || y < 0 || y >= HEIGHT)
    return;
  for (guint c = 0; c < 3; c++)
    canvas->pixels[((gsize) y * WIDTH + x) * 3 + c] = canvas->colour[c];
}

static void
line (Canvas *canvas, double x0, double y0, double x1, double y1)
{
  const gint n = (gint) MAX (fabs (x1 - x0), fabs (y1 - y0)) + 1;

  for (gint i = 0; i <= n; i++)
    dot (canvas, (gint) lround (x0 + (x1 - x0) * i / n),
         (gint) lround (y0 + (y1 - y0) * i / n));
}

static double
value_of (const PzLearnStep *step, gboolean level)
{
  return level ? step->level : step->loss;
}

static void
curve (Canvas *canvas, const GArray *steps, gboolean level)
{
  const double width = WIDTH - 2 * MARGIN, height = HEIGHT - 2 * MARGIN;
  double most = 1e-12, last_x = 0.0, last_y = 0.0;

  for (guint i = 0; i < steps->len; i++)
    most = MAX (most, value_of (&g_array_index (steps, PzLearnStep, i), level));
  for (guint i = 0; i < steps->len; i++)
    {
      const double value = value_of (&g_array_index (steps, PzLearnStep, i), level);
      const double x = MARGIN + width * i / MAX (steps->len - 1, 1);
      const double y = MARGIN + height * (1.0 - value / most);

      if (i > 0)
        line (canvas, last_x, last_y, x, y);
      last_x = x;
      last_y = y;
    }
}

gboolean
pz_loss_curve_save_png (const GArray *steps, const char *path, gboolean force, GError **error)
{
  const gsize n = (gsize) WIDTH * HEIGHT * 3;
  Canvas canvas = { .pixels = g_new (float, n), .colour = { 0.85f, 0.85f, 0.85f } };
  g_autoptr (PzImage) image = NULL;
  g_autoptr (GBytes) png = NULL;

  for (gsize i = 0; i < n; i++)
    canvas.pixels[i] = 1.0f;
  for (guint i = 0; i <= GRID_LINES; i++)
    {
      const double y = MARGIN + (double) (HEIGHT - 2 * MARGIN) * i / GRID_LINES;

      line (&canvas, MARGIN, y, WIDTH - MARGIN, y);
    }
  for (guint c = 0; c < 3; c++)
    canvas.colour[c] = 0.6f;
  curve (&canvas, steps, FALSE);
  canvas.colour[0] = 0.1f;
  canvas.colour[1] = 0.2f;
  canvas.colour[2] = 0.5f;
  curve (&canvas, steps, TRUE);
  image = pz_image_new_take (WIDTH, HEIGHT, 3, canvas.pixels);
  png = pz_image_to_png (image, NULL, 0, error);
  return png != NULL
         && pz_output_write (path, force, g_bytes_get_data (png, NULL), g_bytes_get_size (png),
                             error);
}
