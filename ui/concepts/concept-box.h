/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The concept's section of the panel: preview, name, mask source, and a button that takes the layer that is active now.
 * Thread: main.
 *
 * Signal "changed": another concept, or none, is shown. The getters below tell which.
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/host.h"
#include "ui/settings.h"

G_BEGIN_DECLS

#define PZ_TYPE_CONCEPT_BOX (pz_concept_box_get_type ())
G_DECLARE_FINAL_TYPE (PzConceptBox, pz_concept_box, PZ, CONCEPT_BOX, GtkBox)

GtkWidget *pz_concept_box_new (PzSettings *settings, const PzHost *host);

/* concept: (transfer full), NULL if there is none. */
typedef void (*PzConceptFunc) (PzHostConcept *concept, gpointer data);
/* Reads the concept again, shows it and emits "changed"; then calls `func`, possibly before this returns. `func` is not
 * called if another reading starts first, or if pz_concept_box_stop () is called. */
void pz_concept_box_read (PzConceptBox *box, PzConceptFunc func, gpointer data);
void pz_concept_box_stop (PzConceptBox *box);

/* Makes the layer that is active in the image now the concept, if the host supports that. */
void pz_concept_box_use_active (PzConceptBox *box);

/* The size in pixels of the layer that was read last; 0 = none. */
void pz_concept_box_get_layer_size (PzConceptBox *box, guint *width, guint *height);
/* Why there is no concept; NULL = there is one. (transfer none) */
const GError *pz_concept_box_get_error (PzConceptBox *box);

/* Reads the concept again if that is quick. For the moment when the user returns from the image. */
void pz_concept_box_refresh (PzConceptBox *box);

G_END_DECLS
