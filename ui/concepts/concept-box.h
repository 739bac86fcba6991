/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The concept's corner of the panel: preview, name, where the mask comes from, and a button that
 * takes the layer that is active now. Thread: main.
 *
 * Signal "changed": another concept, or none, is shown. Property-like getters below tell which.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/host.h"
#include "ui/settings.h"

G_BEGIN_DECLS

#define PZ_TYPE_CONCEPT_BOX (pz_concept_box_get_type ())
G_DECLARE_FINAL_TYPE (PzConceptBox, pz_concept_box, PZ, CONCEPT_BOX, GtkBox)

GtkWidget *pz_concept_box_new (PzSettings *settings, const PzHost *host);

/* concept: (transfer full), NULL where there is none. */
typedef void (*PzConceptFunc) (PzHostConcept *concept, gpointer data);
/* Reads the concept anew, shows it and says "changed"; then `func` gets it, maybe before this returns, and not at all once
 * another reading begins or pz_concept_box_stop () is called. */
void pz_concept_box_read (PzConceptBox *box, PzConceptFunc func, gpointer data);
void pz_concept_box_stop (PzConceptBox *box);

/* Makes the layer that is active in the image now the concept, where the host can. */
void pz_concept_box_use_active (PzConceptBox *box);

/* Why there is no concept; NULL = there is one. (transfer none) */
/* Of the layer that was read last; 0 = none. */
void pz_concept_box_get_layer_size (PzConceptBox *box, guint *width, guint *height);
const GError *pz_concept_box_get_error (PzConceptBox *box);

/* Reads anew when that is quick: for the moment the user comes back from the image. */
void pz_concept_box_refresh (PzConceptBox *box);

G_END_DECLS
