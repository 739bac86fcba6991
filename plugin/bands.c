/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/bands.h"

#include <string.h>

/* Pixels per fetch: it takes some milliseconds, during which the window does not respond. */
#define BAND_PIXELS (1 << 18)

/* GIMP defines masks and the selection as linear, so "Y" reads them as stored. */
static const struct
{
  const char *format;
  guint channels;
  GeglAbyssPolicy outside;
} kinds[] = {
  [PZ_PLANE_MASK] = { "Y float", 1, GEGL_ABYSS_NONE },
  [PZ_PLANE_COLOURS] = { "R'G'B' float", 3, GEGL_ABYSS_NONE },
  [PZ_PLANE_ALPHA] = { "A float", 1, GEGL_ABYSS_NONE },
  [PZ_PLANE_PICTURE] = { "R'G'B'A float", 4, GEGL_ABYSS_CLAMP },
};

typedef struct
{
  GeglBuffer *buffer;
  gint x, y; /* of the drawable's corner */
  PzPlane what;
  GeglRectangle band; /* the rows that are kept; empty = none */
  float *pixels; /* of the band */
  gsize n_room; /* allocated size of pixels, in floats */
} Plane;

struct _PzBands
{
  gatomicrefcount refs;
  gboolean (*still_there) (gpointer data);
  gpointer data;
  GThread *main;
  GArray *planes; /* Plane */
  GMutex mutex; /* protects what follows */
  GCond cond;
  Plane *asked; /* requested by the waiting reader; NULL = nothing, or it was fetched */
  gboolean stopped;
};

static void
plane_clear (gpointer data)
{
  Plane *plane = data;

  g_object_unref (plane->buffer);
  g_free (plane->pixels);
}

PzBands *
pz_bands_new (gboolean (*still_there) (gpointer data), gpointer data)
{
  PzBands *bands = g_new0 (PzBands, 1);

  g_atomic_ref_count_init (&bands->refs);
  bands->main = g_thread_self ();
  bands->still_there = still_there;
  bands->data = data;
  bands->planes = g_array_new (FALSE, TRUE, sizeof (Plane));
  g_array_set_clear_func (bands->planes, plane_clear);
  g_mutex_init (&bands->mutex);
  g_cond_init (&bands->cond);
  return bands;
}

PzBands *
pz_bands_ref (PzBands *bands)
{
  g_atomic_ref_count_inc (&bands->refs);
  return bands;
}

void
pz_bands_unref (PzBands *bands)
{
  if (!g_atomic_ref_count_dec (&bands->refs))
    return;
  g_array_unref (bands->planes);
  g_mutex_clear (&bands->mutex);
  g_cond_clear (&bands->cond);
  g_free (bands);
}

guint
pz_bands_add (PzBands *bands, GimpDrawable *drawable, gint x, gint y, PzPlane what)
{
  Plane plane = {
    .buffer = gimp_drawable_get_buffer (drawable),
    .x = x,
    .y = y,
    .what = what,
  };

  g_array_append_val (bands->planes, plane);
  return bands->planes->len - 1;
}

/* ---- fetching: main thread ---- */

static void
fetch (PzBands *bands, Plane *plane)
{
  const GeglRectangle *band = &plane->band;
  const gsize n = (gsize) band->width * (gsize) band->height * kinds[plane->what].channels;

  if (n > plane->n_room)
    {
      g_free (plane->pixels);
      plane->pixels = g_new (float, n);
      plane->n_room = n;
    }
  /* GIMP ends a plug-in that requests pixels of a deleted drawable. */
  if (bands->stopped || !bands->still_there (bands->data))
    {
      bands->stopped = TRUE;
      return;
    }
  gegl_buffer_get (plane->buffer,
                   GEGL_RECTANGLE (band->x - plane->x, band->y - plane->y, band->width,
                                   band->height),
                   1.0, babl_format (kinds[plane->what].format), plane->pixels,
                   GEGL_AUTO_ROWSTRIDE, kinds[plane->what].outside);
}

static gboolean
on_asked (gpointer data)
{
  PzBands *bands = data;

  g_mutex_lock (&bands->mutex);
  if (bands->asked)
    fetch (bands, bands->asked);
  bands->asked = NULL;
  g_cond_signal (&bands->cond);
  g_mutex_unlock (&bands->mutex);
  return G_SOURCE_REMOVE;
}

/* Lets the main loop fetch the band at idle priority, after user input and drawing. */
static void
ask (PzBands *bands, Plane *plane)
{
  g_mutex_lock (&bands->mutex);
  bands->asked = plane;
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_asked, pz_bands_ref (bands),
                   (GDestroyNotify) pz_bands_unref);
  while (bands->asked && !bands->stopped)
    g_cond_wait (&bands->cond, &bands->mutex);
  bands->asked = NULL;
  g_mutex_unlock (&bands->mutex);
}

void
pz_bands_stop (PzBands *bands)
{
  g_mutex_lock (&bands->mutex);
  bands->stopped = TRUE;
  g_cond_signal (&bands->cond);
  g_mutex_unlock (&bands->mutex);
}

/* ---- reading ---- */

static void
get_band (PzBands *bands, Plane *plane, gint x, gint y, gint n)
{
  gint rows = MAX (BAND_PIXELS / n, 1);
  gint end = gegl_buffer_get_height (plane->buffer) + plane->y;

  if (y < end)
    rows = MIN (rows, end - y);
  plane->band = (GeglRectangle) { x, y, n, rows };
  if (g_thread_self () == bands->main)
    fetch (bands, plane);
  else
    ask (bands, plane);
}

void
pz_bands_read (PzBands *bands, guint index, gint x, gint y, gint n, float *values)
{
  Plane *plane = &g_array_index (bands->planes, Plane, index);
  const gsize n_row = (gsize) n * kinds[plane->what].channels;

  if (plane->band.x != x || plane->band.width != n || y < plane->band.y
      || y >= plane->band.y + plane->band.height)
    get_band (bands, plane, x, y, n);
  if (bands->stopped)
    memset (values, 0, n_row * sizeof *values);
  else
    memcpy (values, plane->pixels + (gsize) (y - plane->band.y) * n_row,
            n_row * sizeof *values);
}
