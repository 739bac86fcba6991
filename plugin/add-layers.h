/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results become layers of one group, and their recipes parasites on them. Layers are written before they are in the image, which
 * takes its time; putting them in takes none. Opens no undo group: the caller does.
 * Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "plugin/recipe.h"
#include "ui/host.h"

G_BEGIN_DECLS

typedef struct
{
  GimpImage *target; /* RGB */
  GimpLayer *concept; /* of target: the group goes above it; NULL = on top */
  GeglRectangle
    square; /* of target: what the model looked at; layers are scaled to it. Empty = they are centred on the concept, else the image */
  const PzRecipeSource *source;
} PzAddLayers;

typedef struct _PzNewLayers PzNewLayers;

/* Layers for the target, in no image yet. addition, and what params points to, must outlive them. */
PzNewLayers *pz_new_layers_new (const PzAddLayers *params, const PzHostAddition *addition);
/* Writes some rows, which takes some milliseconds. FALSE = all is written, or GIMP has refused something: there is no more to do. The
 * target must be there. */
gboolean pz_new_layers_write (PzNewLayers *layers);
/* Puts them into the target, where params, of now, say. All or nothing. Appends the new layers to `added` (GimpLayer, unowned), the
 * first variant first: it is visible, the others are hidden. */
gboolean
pz_new_layers_insert (PzNewLayers *layers, const PzAddLayers *params, GPtrArray *added);
/* What is in no image goes. */
void pz_new_layers_free (PzNewLayers *layers);

/* Layer name: the prompt, cut to fit, and the seed: at most PZ_LAYER_NAME_CHARS characters. (transfer full) */
#define PZ_LAYER_NAME_CHARS 60
char *pz_layer_name (const char *prompt, guint64 seed);
/* The text as one line, as names have it: blanks for white space, none at the ends. (transfer full) */
char *pz_name_line (const char *text);
/* The group's name: the prompt, cut to fit. (transfer full) */
char *pz_group_name (const char *prompt);

G_END_DECLS
