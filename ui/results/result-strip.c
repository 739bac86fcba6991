/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/results/result-strip.h"

#include <glib/gi18n.h>

#include "ui/widgets/tile-grid.h"
#include "ui/window-fit.h"

#define EDGE 6 /* around and between tiles */
#define STRIP_HEIGHT (PZ_TILE_SIZE + 52) /* of one row, with room for a caption */
#define LOW_HEIGHT 60

#define NO_RESULT G_MAXUINT

/* A tile and its result. */
typedef struct
{
  PzResultTile *tile;
  guint result; /* NO_RESULT until it is a layer */
} Entry;

struct _PzResultStrip
{
  GtkBox parent;

  GtkWidget *scrolled;
  PzTileGrid *grid;
  GtkLabel *empty;
  GArray *entries; /* Entry, of all runs */
  guint first; /* index of the last run's first entry */
  guint n_filled; /* in the last run */
  guint n_results; /* added so far, including deleted ones */
  guint scroll_id;
};

G_DEFINE_FINAL_TYPE (PzResultStrip, pz_result_strip, GTK_TYPE_BOX)

enum
{
  SIGNAL_SHOWN,
  SIGNAL_ACTION,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static Entry *
entry_at (PzResultStrip *strip, guint index)
{
  return &g_array_index (strip->entries, Entry, index);
}

static Entry *
entry_of (PzResultStrip *strip, PzResultTile *tile)
{
  for (guint i = 0; i < strip->entries->len; i++)
    if (entry_at (strip, i)->tile == tile)
      return entry_at (strip, i);
  g_assert_not_reached ();
}

/* ---- what the user does ---- */

static void
on_shown (PzResultTile *tile, gboolean shown, gboolean alone, PzResultStrip *strip)
{
  g_signal_emit (strip, signals[SIGNAL_SHOWN], 0, entry_of (strip, tile)->result, shown, alone);
}

static void
on_action (PzResultTile *tile, guint action, PzResultStrip *strip)
{
  g_signal_emit (strip, signals[SIGNAL_ACTION], 0, entry_of (strip, tile)->result, action);
}

/* ---- the widget ---- */

static void
pz_result_strip_dispose (GObject *object)
{
  g_clear_handle_id (&PZ_RESULT_STRIP (object)->scroll_id, g_source_remove);
  G_OBJECT_CLASS (pz_result_strip_parent_class)->dispose (object);
}

static void
pz_result_strip_finalize (GObject *object)
{
  g_array_unref (PZ_RESULT_STRIP (object)->entries);
  G_OBJECT_CLASS (pz_result_strip_parent_class)->finalize (object);
}

static void
pz_result_strip_class_init (PzResultStripClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pz_result_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = pz_result_strip_finalize;
  signals[SIGNAL_SHOWN] =
    g_signal_new ("shown", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                  G_TYPE_UINT, G_TYPE_BOOLEAN, G_TYPE_BOOLEAN);
  signals[SIGNAL_ACTION] = g_signal_new ("action", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

/* Reserves one row even if the strip is empty, so that the layout does not change when it is filled. On a low screen an
 * empty strip is lower. */
static void
follow_height (PzResultStrip *strip)
{
  gint height = STRIP_HEIGHT;

  if (strip->entries->len > 0)
    gtk_widget_get_preferred_height (GTK_WIDGET (entry_at (strip, 0)->tile), NULL, &height);
  else if (pz_window_is_on_low_screen (GTK_WIDGET (strip)))
    height = LOW_HEIGHT;
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (strip->scrolled),
                                              height + 2 * EDGE);
}

static void
on_size (PzResultStrip *strip, const GdkRectangle *size)
{
  pz_tile_grid_set_width (strip->grid, size->width - 2 * EDGE);
}

static void
pz_result_strip_init (PzResultStrip *strip)
{
  GtkWidget *overlay = gtk_overlay_new ();

  strip->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  strip->grid = PZ_TILE_GRID (pz_tile_grid_new (EDGE));
  g_object_set (strip->grid, "margin", EDGE, "halign", GTK_ALIGN_START, "valign",
                GTK_ALIGN_START, NULL);

  strip->scrolled = gtk_scrolled_window_new (NULL, NULL);
  atk_object_set_name (gtk_widget_get_accessible (strip->scrolled), _ ("Results"));
  /* EXTERNAL: the width does not depend on the tiles; on_size () arranges them in the width that is available. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (strip->scrolled), GTK_POLICY_EXTERNAL,
                                  GTK_POLICY_AUTOMATIC);
  g_signal_connect_swapped (strip->scrolled, "size-allocate", G_CALLBACK (on_size), strip);
  gtk_scrolled_window_set_shadow_type (GTK_SCROLLED_WINDOW (strip->scrolled), GTK_SHADOW_IN);
  gtk_container_add (GTK_CONTAINER (strip->scrolled), GTK_WIDGET (strip->grid));

  strip->empty =
    GTK_LABEL (gtk_label_new (_ ("Results appear here and as layers in the image.")));
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (strip->empty)),
                               GTK_STYLE_CLASS_DIM_LABEL);
  gtk_container_add (GTK_CONTAINER (overlay), strip->scrolled);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), GTK_WIDGET (strip->empty));
  gtk_overlay_set_overlay_pass_through (GTK_OVERLAY (overlay), GTK_WIDGET (strip->empty), TRUE);
  gtk_box_pack_start (GTK_BOX (strip), overlay, TRUE, TRUE, 0);
  gtk_widget_show_all (overlay);
  follow_height (strip);
  g_signal_connect (strip, "hierarchy-changed", G_CALLBACK (follow_height), NULL);
}

GtkWidget *
pz_result_strip_new (void)
{
  return g_object_new (PZ_TYPE_RESULT_STRIP, NULL);
}

/* ---- a run ---- */

static void
cut (PzResultStrip *strip, guint n_entries)
{
  while (strip->entries->len > n_entries)
    {
      gtk_widget_destroy (GTK_WIDGET (entry_at (strip, strip->entries->len - 1)->tile));
      g_array_set_size (strip->entries, strip->entries->len - 1);
    }
  gtk_widget_set_visible (GTK_WIDGET (strip->empty), strip->entries->len == 0);
}

/* Scrolls to the tile that is being generated, or to the first one when all are finished, because the image shows that one.
 * Called when idle, because tiles have positions only after the layout. */
static gboolean
scroll (gpointer data)
{
  PzResultStrip *strip = data;
  GtkAdjustment *adjustment =
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (strip->scrolled));
  guint made = strip->first + strip->n_filled;
  guint index = made < strip->entries->len ? made : strip->first;
  GtkAllocation place;

  strip->scroll_id = 0;
  if (index < strip->entries->len)
    {
      gtk_widget_get_allocation (GTK_WIDGET (entry_at (strip, index)->tile), &place);
      gtk_adjustment_clamp_page (adjustment, place.y, place.y + place.height + EDGE);
    }
  return G_SOURCE_REMOVE;
}

static void
scroll_later (PzResultStrip *strip)
{
  if (strip->scroll_id == 0)
    strip->scroll_id = g_idle_add_full (G_PRIORITY_LOW, scroll, strip, NULL);
}

void
pz_result_strip_begin (PzResultStrip *strip, guint n)
{
  gtk_widget_hide (GTK_WIDGET (strip->empty));
  strip->first = strip->entries->len;
  strip->n_filled = 0;
  for (guint i = 1; i <= n; i++)
    {
      GtkWidget *tile = pz_result_tile_new (i);
      Entry entry = { PZ_RESULT_TILE (tile), NO_RESULT };

      g_array_append_val (strip->entries, entry);
      gtk_container_add (GTK_CONTAINER (strip->grid), tile);
      g_signal_connect (tile, "shown", G_CALLBACK (on_shown), strip);
      g_signal_connect (tile, "action", G_CALLBACK (on_action), strip);
    }
  follow_height (strip);
  scroll_later (strip);
}

void
pz_result_strip_preview (PzResultStrip *strip, const PzImage *image)
{
  guint index = strip->first + strip->n_filled;

  if (index < strip->entries->len)
    pz_result_tile_preview (entry_at (strip, index)->tile, image);
}

void
pz_result_strip_fill (PzResultStrip *strip, const PzImage *image, guint64 seed)
{
  guint index = strip->first + strip->n_filled;

  g_return_if_fail (index < strip->entries->len);
  pz_result_tile_fill (entry_at (strip, index)->tile, image, seed);
  strip->n_filled++;
  scroll_later (strip);
}

void
pz_result_strip_end (PzResultStrip *strip)
{
  cut (strip, strip->first + strip->n_filled);
  scroll_later (strip);
}

void
pz_result_strip_added (PzResultStrip *strip, gboolean scaled)
{
  for (guint i = strip->first; i < strip->first + strip->n_filled; i++)
    {
      entry_at (strip, i)->result = strip->n_results++;
      pz_result_tile_enable (entry_at (strip, i)->tile, scaled);
    }
}

void
pz_result_strip_dropped (PzResultStrip *strip)
{
  cut (strip, strip->first);
}

/* Moves the focus to the nearest tile when the focused one becomes invisible. */
static void
move_focus (PzResultStrip *strip, guint from)
{
  for (guint distance = 1; distance < strip->entries->len; distance++)
    {
      guint before = from - distance,
            after = from + distance; /* below 0, `before` wraps around */

      if (after < strip->entries->len && pz_result_tile_focus (entry_at (strip, after)->tile))
        return;
      if (before < strip->entries->len && pz_result_tile_focus (entry_at (strip, before)->tile))
        return;
    }
}

void
pz_result_strip_follow (PzResultStrip *strip, PzResultStateFunc state, gpointer data)
{
  guint n_visible = 0;

  for (guint i = 0; i < strip->entries->len; i++)
    {
      const Entry *entry = entry_at (strip, i);
      PzHostState now =
        entry->result == NO_RESULT ? PZ_HOST_HIDDEN : state (data, entry->result);

      n_visible += now != PZ_HOST_GONE;
      if (entry->result == NO_RESULT)
        continue;
      if (now == PZ_HOST_GONE && pz_result_tile_has_focus (entry->tile))
        move_focus (strip, i);
      gtk_widget_set_visible (GTK_WIDGET (entry->tile), now != PZ_HOST_GONE);
      pz_result_tile_set_shown (entry->tile, now == PZ_HOST_SHOWN);
    }
  gtk_widget_set_visible (GTK_WIDGET (strip->empty), n_visible == 0);
}
