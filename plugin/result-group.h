/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Groups of results. A parasite tells them from the user's own, and names the place they were made for: results of one
 * place are alternatives to each other, so a new run hides the earlier ones. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/host.h"

G_BEGIN_DECLS

/* Where a run's results go: above a concept, or into a part of the image, as `start` says. start NULL = nothing is painted
 * over. (transfer full) */
char *pz_result_place (GimpLayer *concept, const PzHostStart *start);
/* A start's, for a selection: what lies in its bounds, whose corner is at (x, y) of the image. How much around it is painted
 * depends on the pictures' shape, so the same selection is the same place. (transfer full) */
char *pz_result_place_of_selection (gint x, gint y, const PzImage *selected);

gboolean pz_result_group_mark (GimpLayer *group, const char *place);

/* NULL = not a group of results. (transfer full) */
char *pz_result_group_get_place (GimpItem *item);

/* Whether a group that can be seen was made for the place. */
gboolean pz_result_groups_are_seen (GimpImage *image, const char *place);

/* Hides the groups in the image that were made for the place, but for one. */
void pz_result_groups_hide (GimpImage *image, const char *place, GimpLayer *but);

G_END_DECLS
