/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GIMP as the panel's host: the concept is a layer, results become layers. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/host.h"

G_BEGIN_DECLS

typedef struct _PzGimpHost PzGimpHost;

/* displays: images that have to be created (for a grey concept) are shown in a window. */
PzGimpHost *pz_gimp_host_new (GimpLayer *concept, gboolean displays);
void pz_gimp_host_free (PzGimpHost *gimp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzGimpHost, pz_gimp_host_free)

/* For the panel; owned by the host. */
const PzHost *pz_gimp_host_get_host (PzGimpHost *gimp);

/* The layers added so far that the user has not removed, NULL-terminated. (transfer container) */
GimpLayer **pz_gimp_host_get_layers (PzGimpHost *gimp);

/* The folder of the running binary. (transfer full) */
char *pz_gimp_host_folder (void);

gboolean pz_gimp_host_has_displays (PzGimpHost *gimp);

/* Prompts were removed from the image since the last results were added: the settings must not bring them back. */
gboolean pz_gimp_host_has_forgotten (PzGimpHost *gimp);

G_END_DECLS
