/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Adds results as the layers of one group, with their recipes as parasites. The layers are written before they are
 * inserted into the image, because writing takes time; inserting them is fast. Opens no undo group: the caller does.
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
  GimpLayer *concept; /* in target: the group goes above it; NULL = on top */
  GeglRectangle
    square; /* in target: the area the model saw; layers are scaled to it. Empty = centred on the concept, else the image */
  const PzRecipeSource *source;
} PzAddLayers;

typedef struct _PzNewLayers PzNewLayers;

/* Layers for the target that are in no image yet. `addition`, and what `params` points to, must outlive them. */
PzNewLayers *pz_new_layers_new (const PzAddLayers *params, const PzHostAddition *addition);
/* Writes some rows, which takes a few milliseconds. FALSE = everything is written, or GIMP has refused something: there
 * is nothing left to do. The target must exist. */
gboolean pz_new_layers_write (PzNewLayers *layers);
/* Inserts the layers into the target, at the place that `params` (with its values of now) specifies. All or nothing.
 * Appends the new layers to `added` (GimpLayer, unowned), the first variant first: it is visible, the others are
 * hidden. */
gboolean
pz_new_layers_insert (PzNewLayers *layers, const PzAddLayers *params, GPtrArray *added);
/* Deletes the layers that are in no image. */
void pz_new_layers_free (PzNewLayers *layers);

/* The name of a layer: the prompt, shortened to fit, and the seed; at most PZ_LAYER_NAME_CHARS characters. (transfer
 * full) */
#define PZ_LAYER_NAME_CHARS 60
char *pz_layer_name (const char *prompt, guint64 seed);
/* The text as one line for a name: white space becomes blanks, and blanks at the ends are removed. (transfer full) */
char *pz_name_line (const char *text);
/* The name of a group: the prompt, shortened to fit. (transfer full) */
char *pz_group_name (const char *prompt);

G_END_DECLS
