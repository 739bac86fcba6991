/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/evaluate-report.h"

#include <math.h>

#include "cli/image-file.h"

#define SHEET_SIDE 128 /* pixels; longer side of a picture in a sheet */

static const char head[] =
  "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n"
  ":root{color-scheme:light dark;--line:#8886}\n"
  "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem}\n"
  "h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}\n"
  ".wide{overflow-x:auto}table{border-collapse:collapse}\n"
  "th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid var(--line);"
  "white-space:nowrap}\n"
  "th:first-child,td:first-child{text-align:left;position:sticky;left:0;"
  "background:Canvas}\n"
  ".sheet td,.sheet th{padding:.15rem;text-align:center;white-space:normal;"
  "font-weight:normal;font-size:.8rem;vertical-align:bottom;width:128px;min-width:128px;"
  "border:0}.sheet th:first-child,.sheet td:first-child{min-width:6rem}\n"
  "img{width:128px;height:auto;display:block}svg{width:100%;min-width:34rem;max-width:48rem;"
  "height:auto;color:CanvasText}\n"
  "small{opacity:.75}\n"
  "@media(max-width:30rem){th:first-child,td:first-child{white-space:normal;"
  "max-width:7rem}}\n</style>\n";

/* ---- text ---- */

G_GNUC_PRINTF (2, 3)
static void
add (GString *html, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (html, format, args);
  va_end (args);
}

/* For text from files: makes it valid UTF-8 and escapes it. */
static void
add_text (GString *html, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *escaped = g_markup_escape_text (valid, -1);

  g_string_append (html, escaped);
}

/* A table cell: "0.251 ± 0.004", or a dash if there is no score. */
static void
add_score (GString *html, const PzScore *score)
{
  if (score->n == 0)
    add (html, "<td>–</td>");
  else if (isfinite (score->error))
    add (html, "<td title=\"95 %%: %.4f to %.4f\">%.3f <small>± %.3f</small></td>", score->low,
         score->high, score->mean, score->error);
  else
    add (html, "<td>%.3f</td>", score->mean);
}

static void
add_number (GString *html, double value, const char *format_unit, double unit)
{
  if (isfinite (value))
    add (html, "<td>%.*f %s</td>", value / unit < 10 ? 1 : 0, value / unit, format_unit);
  else
    add (html, "<td>–</td>");
}

/* ---- tables ---- */

/* Finds the columns that have a score for at least one method. */
static void
find_columns (const PzResults *r, gboolean there[PZ_N_COLUMNS])
{
  PzScore scores[PZ_N_COLUMNS];

  for (guint c = 0; c < PZ_N_COLUMNS; c++)
    there[c] = FALSE;
  for (guint m = 0; m < r->n_methods; m++)
    {
      pz_results_row (r, m, NULL, scores);
      for (guint c = 0; c < PZ_N_COLUMNS; c++)
        there[c] = there[c] || scores[c].n > 0;
    }
}

static void
add_table (GString *html, const PzResults *r, const char *family)
{
  gboolean there[PZ_N_COLUMNS];

  find_columns (r, there);
  add (html, "<div class=\"wide\"><table><tr><th>Method</th>");
  for (guint c = 0; c < PZ_N_COLUMNS; c++)
    if (there[c])
      add (html, "<th>%s</th>", pz_columns[c].title);
  add (html, "<th>Geometric mean</th>");
  add (html, family == NULL ? "<th>Time</th><th>Size</th></tr>\n" : "</tr>\n");
  for (guint m = 0; m < r->n_methods; m++)
    {
      PzScore scores[PZ_N_COLUMNS];
      double both;

      pz_results_row (r, m, family, scores);
      both = pz_columns_geometric (scores);
      add (html, "<tr><td>%s</td>", r->e->methods[m]);
      for (guint c = 0; c < PZ_N_COLUMNS; c++)
        if (there[c])
          add_score (html, &scores[c]);
      add_score (html, &(PzScore) { .n = isfinite (both) ? 1 : 0, .mean = both, .error = NAN });
      if (family == NULL)
        {
          add_number (html, pz_results_seconds (r, m).mean, "s", 1.0);
          add_number (html, pz_results_bytes (r, m).mean, "KiB", 1024.0);
        }
      add (html, "</tr>\n");
    }
  add (html, "</table></div>\n");
}

/* ---- the scatter plot ---- */

#define WIDTH 760.0
#define HEIGHT 400.0
#define EDGE 56.0
#define NAMES 560.0 /* where the names begin, to the right of the plot */
#define NAME_STEP 16.0 /* minimum distance from one to the next */

typedef struct
{
  double low, high;
} Range;

static Range
range_of (const PzResults *r, PzColumn column)
{
  Range range = { INFINITY, -INFINITY };
  PzScore scores[PZ_N_COLUMNS];

  for (guint m = 0; m < r->n_methods; m++)
    {
      pz_results_row (r, m, NULL, scores);
      if (scores[column].n == 0)
        continue;
      const PzScore *score = &scores[column];
      const double error = isfinite (score->error) ? score->error : 0.0;
      range.low = MIN (range.low, score->mean - error);
      range.high = MAX (range.high, score->mean + error);
    }
  const double room = MAX (0.15 * (range.high - range.low), 0.01);
  range.low -= room;
  range.high += room;
  return range;
}

static double
across (const Range *range, double value)
{
  return EDGE + (value - range->low) / (range->high - range->low) * (NAMES - 2 * EDGE);
}

static double
down (const Range *range, double value)
{
  return HEIGHT - EDGE
         - (value - range->low) / (range->high - range->low) * (HEIGHT - 2 * EDGE);
}

static void
add_axes (GString *html, const Range *x, const Range *y, PzColumn image)
{
  add (html, "<path d=\"M%.0f %.0fV%.0fH%.0f\" fill=\"none\" stroke=\"currentColor\"/>\n", EDGE,
       EDGE / 2, HEIGHT - EDGE, NAMES - EDGE / 2);
  for (guint i = 0; i <= 4; i++)
    {
      const double at = i / 4.0;
      const double of_x = x->low + at * (x->high - x->low);
      const double of_y = y->low + at * (y->high - y->low);

      add (html, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.3f</text>\n",
           across (x, of_x), HEIGHT - EDGE + 18, of_x);
      add (html, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.3f</text>\n", EDGE - 6,
           down (y, of_y) + 4, of_y);
    }
  add (html, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">text: CLIP-T</text>\n",
       NAMES / 2, HEIGHT - 12);
  add (html, "<text x=\"%.1f\" y=\"14\">image: %s</text>\n", EDGE / 2, pz_columns[image].title);
}

typedef struct
{
  const char *method;
  double x, y;
  double name_y;
} Point;

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const Point *one = a, *other = b;

  return (one->y > other->y) - (one->y < other->y);
}

/* Places the names in the order of their points and as close to them as the line height allows: the points of similar methods
 * overlap. */
static void
place_names (GArray *points)
{
  double least = EDGE / 2, most = HEIGHT - EDGE;

  g_array_sort (points, compare_points);
  for (guint i = 0; i < points->len; i++)
    {
      Point *point = &g_array_index (points, Point, i);

      point->name_y = MAX (point->y, least);
      least = point->name_y + NAME_STEP;
    }
  for (guint i = points->len; i-- > 0;)
    {
      Point *point = &g_array_index (points, Point, i);

      point->name_y = MIN (point->name_y, most);
      most = point->name_y - NAME_STEP;
    }
}

/* A point with its standard errors as bars. */
static void
add_point (GString *html,
           const Range *x,
           const Range *y,
           const PzScore *text,
           const PzScore *image,
           const Point *point)
{
  if (isfinite (text->error))
    add (html,
         "<path d=\"M%.1f %.1fH%.1fM%.1f %.1fV%.1f\" stroke=\"currentColor\" "
         "opacity=\".5\"/>\n",
         across (x, text->mean - text->error), point->y, across (x, text->mean + text->error),
         point->x, down (y, image->mean - image->error), down (y, image->mean + image->error));
  add (html, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"currentColor\"/>\n", point->x,
       point->y);
}

static void
add_name (GString *html, const Point *point)
{
  add (html,
       "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"currentColor\" stroke-dasharray=\"1 3\"/>\n",
       point->x + 6, point->y, NAMES - 6, point->name_y);
  add (html, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", NAMES, point->name_y + 4,
       point->method);
}

static void
add_scatter (GString *html, const PzResults *r, PzColumn image)
{
  const Range x = range_of (r, PZ_COLUMN_CLIP_T), y = range_of (r, image);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (Point));
  PzScore scores[PZ_N_COLUMNS];

  if (!isfinite (x.low) || !isfinite (y.low))
    return;
  add (
    html,
    "<div class=\"wide\"><svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Text against "
    "image alignment\" font-size=\"12\" fill=\"currentColor\">\n",
    WIDTH, HEIGHT);
  add_axes (html, &x, &y, image);
  for (guint m = 0; m < r->n_methods; m++)
    {
      Point point = { .method = r->e->methods[m] };

      pz_results_row (r, m, NULL, scores);
      if (scores[PZ_COLUMN_CLIP_T].n == 0 || scores[image].n == 0)
        continue;
      point.x = across (&x, scores[PZ_COLUMN_CLIP_T].mean);
      point.y = down (&y, scores[image].mean);
      add_point (html, &x, &y, &scores[PZ_COLUMN_CLIP_T], &scores[image], &point);
      g_array_append_val (points, point);
    }
  place_names (points);
  for (guint i = 0; i < points->len; i++)
    add_name (html, &g_array_index (points, Point, i));
  add (html, "</svg></div>\n");
}

/* ---- sheets ---- */

static gboolean
add_picture (GString *html, const char *path, const char *about, GError **error)
{
  g_autoptr (PzImage) image = pz_image_load (path, error);
  g_autoptr (PzImage) small = image != NULL ? pz_image_shrink (image, SHEET_SIDE) : NULL;
  g_autoptr (GBytes) png = small != NULL ? pz_image_to_png (small, NULL, 0, error) : NULL;
  g_autofree char *base64 = NULL;

  if (png == NULL)
    return FALSE;
  base64 = g_base64_encode (g_bytes_get_data (png, NULL), g_bytes_get_size (png));
  add (html, "<td><img alt=\"");
  add_text (html, about);
  add (html, "\" src=\"data:image/png;base64,%s\"></td>", base64);
  return TRUE;
}

/* Rows: the references, then the methods. Columns: the prompts, with the first seed. */
static gboolean
add_sheet (GString *html, const PzResults *r, guint thing, GError **error)
{
  const PzSetThing *it = r->e->set->things->pdata[thing];
  const guint n = r->e->n_prompts;

  add (html, "<h2>");
  add_text (html, it->name);
  add (html, "</h2>\n<div class=\"wide\"><table class=\"sheet\"><tr><td>references</td>");
  for (guint i = 0; i < MIN (n, it->images->len); i++)
    if (!add_picture (html, it->images->pdata[i], it->name, error))
      return FALSE;
  add (html, "</tr>\n<tr><td></td>");
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = pz_set_prompt (r->e->set->prompts->pdata[i], it, "S");

      add (html, "<th>");
      add_text (html, text);
      add (html, "</th>");
    }
  add (html, "</tr>\n");
  for (guint m = 0; m < r->n_methods; m++)
    {
      add (html, "<tr><td>%s</td>", r->e->methods[m]);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *path = pz_evaluation_picture (r->e, thing, m, i, 0);

          if (!add_picture (html, path, r->e->methods[m], error))
            return FALSE;
        }
      add (html, "</tr>\n");
    }
  add (html, "</table></div>\n");
  return TRUE;
}

/* ---- the page ---- */

static void
add_opening (GString *html, const PzResults *r)
{
  const PzEvaluation *e = r->e;

  add (html, "%s<title>", head);
  add_text (html, e->set->name);
  add (html, "</title></head><body>\n<h1>");
  add_text (html, e->set->name);
  add (html, "</h1>\n<p>Things: %u, prompts: %u, pictures per prompt: %u; generated with ",
       e->n_things, e->n_prompts, e->n_seeds);
  add_text (html, r->model_name);
  add (html, " <small>%.12s</small>.</p>\n", r->fingerprint);
}

static void
add_judges (GString *html, const PzResults *r)
{
  add (
    html,
    "<p><small>The table shows means over things ± standard error. Texts are compared without "
    "the placeholder. Masked CLIP-I: pictures of the thing are black outside their mask, ");
  if (r->judging.finder != NULL)
    {
      g_autofree char *finder = g_path_get_basename (r->judging.finder);

      add (html, "generated pictures outside the box of the subject that ");
      add_text (html, finder);
      add (html, " finds.");
    }
  else
    add (html, "but generated pictures are judged whole, because there is no subject finder.");
  for (guint i = 0; i < PZ_N_SEERS; i++)
    if (r->judging.names[i] != NULL)
      {
        g_autofree char *base = g_path_get_basename (r->judging.names[i]);

        add (html, " Judge %s (", pz_seer_name (i));
        add_text (html, base);
        add (html, "): %s.", r->judging.views[i]);
      }
  add (html, "</small></p>\n");
}

char *
pz_report_new (const PzResults *results, GError **error)
{
  g_autoptr (GString) html = g_string_new (NULL);
  g_autoptr (GPtrArray) families = pz_results_families (results);

  add_opening (html, results);
  add_table (html, results, NULL);
  add_judges (html, results);
  add_scatter (html, results, PZ_COLUMN_CLIP_I);
  add_scatter (html, results, PZ_COLUMN_DINO_I);
  for (guint i = 0; i < families->len; i++)
    {
      add (html, "<h2>Prompts: ");
      add_text (html, families->pdata[i]);
      add (html, "</h2>\n");
      add_table (html, results, families->pdata[i]);
    }
  for (guint t = 0; t < results->e->n_things; t++)
    if (!add_sheet (html, results, t, error))
      return NULL;
  add (html, "</body></html>\n");
  return g_string_free_and_steal (g_steal_pointer (&html));
}
