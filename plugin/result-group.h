/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Groups of results. A parasite distinguishes them from the user's own groups, and names the place that they were made
 * for. Results for the same place are alternatives to each other, so a new run hides the earlier ones.
 * Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/host.h"

G_BEGIN_DECLS

/* The place of a run's results: above a concept, or in a part of the image, as `start` specifies. start NULL = nothing
 * is painted over. (transfer full) */
char *pz_result_place (GimpLayer *concept, const PzHostStart *start);
/* The place of a start for a selection: the contents of the selection's bounds, whose corner is at (x, y) of the image.
 * How much around it is painted depends on the shape of the pictures and does not count: the same selection is the same
 * place. (transfer full) */
char *pz_result_place_of_selection (gint x, gint y, const PzImage *selected);

gboolean pz_result_group_mark (GimpLayer *group, const char *place);

/* NULL = this is not a group of results. (transfer full) */
char *pz_result_group_get_place (GimpItem *item);

/* Whether there is a visible group that was made for the place. */
gboolean pz_result_groups_are_seen (GimpImage *image, const char *place);

/* Hides the groups in the image that were made for the place, except `but`. */
void pz_result_groups_hide (GimpImage *image, const char *place, GimpLayer *but);

G_END_DECLS
