/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/read-layers.h"

#include "plugin/read-concept.h"

/* Methods learn from pictures that show a thing with some surroundings. */
#define ROOM 0.2

typedef struct
{
  GimpLayer **layers; /* NULL-terminated */
  guint next;
  PzSeeker *seeker;
  GCancellable *cancellable;
  gulong cancelled_id;
  PzConceptReading *reading; /* in progress; NULL = none */
  GError *error; /* of the last reading; no others follow */
  PzHostLayerFunc each;
  PzHostDoneFunc done;
  gpointer data;
} Layers;

static void read_next (Layers *all);

static gboolean
on_idle (gpointer data)
{
  read_next (data);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, Layers *all)
{
  (void) cancellable;
  if (all->reading)
    pz_concept_reading_stop (all->reading);
}

static void
end (Layers *all, const GError *error)
{
  g_cancellable_disconnect (all->cancellable, all->cancelled_id);
  all->done (error, all->data);
  g_clear_error (&all->error);
  g_free (all->layers);
  g_free (all);
}

static void
on_read (PzHostConcept *concept,
         const GeglRectangle *square,
         const GError *error,
         gpointer data)
{
  Layers *all = data;

  (void) square;
  all->reading = NULL;
  if (concept && !g_cancellable_is_cancelled (all->cancellable))
    all->each (concept, all->data);
  else
    g_clear_pointer (&concept, pz_host_concept_free);
  all->error = error ? g_error_copy (error) : NULL;
  all->next++;
  /* Small layers are read before the call returns, so calling read_next () here would nest the calls. */
  g_idle_add (on_idle, all);
}

/* Skips layers that were deleted meanwhile. */
static void
read_next (Layers *all)
{
  GimpLayer *layer = all->layers[all->next];

  if (all->error || !layer
      || g_cancellable_set_error_if_cancelled (all->cancellable, &all->error))
    {
      end (all, all->error);
      return;
    }
  if (!gimp_item_is_valid (GIMP_ITEM (layer)))
    {
      all->next++;
      g_idle_add (on_idle, all);
      return;
    }
  all->reading = pz_concept_reading_begin (layer, "auto", ROOM, all->seeker, on_read, all);
}

void
pz_read_layers (GimpLayer **layers,
                PzSeeker *seeker,
                GCancellable *cancellable,
                PzHostLayerFunc each,
                PzHostDoneFunc done,
                gpointer data)
{
  Layers *all = g_new0 (Layers, 1);

  *all = (Layers) {
    .layers = layers,
    .seeker = seeker,
    .cancellable = cancellable,
    .each = each,
    .done = done,
    .data = data,
  };
  all->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), all, NULL);
  g_idle_add (on_idle, all);
}
