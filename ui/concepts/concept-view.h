/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows what the model will look at: the square around the object, tinted outside the mask, with a line along the
 * mask's edge. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/host.h"

G_BEGIN_DECLS

#define PZ_TYPE_CONCEPT_VIEW (pz_concept_view_get_type ())
G_DECLARE_FINAL_TYPE (PzConceptView, pz_concept_view, PZ, CONCEPT_VIEW, GtkDrawingArea)

GtkWidget *pz_concept_view_new (void);

/* concept NULL = nothing to show. room: see pz_concept_square (). A large picture appears a moment later. */
void pz_concept_view_set (PzConceptView *view, const PzHostConcept *concept, double room);

G_END_DECLS
