/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes to weights during generation. A weight W that a concept replaces by W' acts as W + f (W' - W). Each LoRA adds s times
 * its product; a concept with products adds them f times.
 *
 * The model's weights on the device are not modified. Each changed weight gets a second storage, to which programs are bound
 * instead. One program computes all of these from the model's weights, the changes and their strengths, which all are on the
 * device. Another strength therefore costs writing a few numbers and running this program once. Pictures without changes are
 * not affected.
 *
 * If memory is saved, only the second storages stay on the device. They are filled piece by piece, before the network that
 * reads them is loaded, and each piece of the model's weights and of the changes is freed before the next. Another strength
 * then costs loading all of this again.
 *
 * If a concept has local features, ELITE's tuned keys and values replace the U-Net's own. A change to one of the U-Net's own
 * keys or values is then added to the tuned one.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/lora-file.h"
#include "models/tasks/footprint.h"
#include "models/tasks/meter.h"

G_BEGIN_DECLS

/* The source of changes: a concept with overrides, or a LoRA; the other is NULL. Not owned. */
typedef struct
{
  PzConcept *concept;
  PzLora *lora;
} PzOverlaySource;

/* The strength of a source; 0 = no effect. */
typedef struct
{
  double unet, text;
} PzOverlayStrength;

typedef struct _PzOverlay PzOverlay;

/* Checks names and shapes; allocates nothing on the device. Fails with BAD_INPUT: a concept changes a weight that the model
 * does not have, a LoRA matches no layer of the model, a shape differs, a weight is replaced twice. Keeps references to the
 * sources; model must outlive the overlay. (transfer full) */
PzOverlay *pz_overlay_new (const PzModelFolder *model,
                           const PzOverlaySource sources[],
                           guint n_sources,
                           GError **error);
void pz_overlay_free (PzOverlay *overlay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzOverlay, pz_overlay_free)

/* Whether the overlay has exactly these sources, in this order. overlay may be NULL: no sources. */
gboolean
pz_overlay_is_of (const PzOverlay *overlay, const PzOverlaySource sources[], guint n_sources);

/* One sentence about layers of a LoRA that the model does not have, which have no effect; NULL = everything is used. overlay
 * may be NULL. (transfer none) */
const char *pz_overlay_get_note (const PzOverlay *overlay, guint source);

/* Sets the strengths for pz_overlay_apply () and pz_overlay_fill (), one per source. overlay may be NULL. */
void pz_overlay_set_strengths (PzOverlay *overlay, const PzOverlayStrength strengths[]);

/* Binds the changed weights of a graph. Call before pz_weights_bind (), for each graph that reads weights. gpu NULL: only
 * notes them, for measuring. Fails with GPU_MEMORY. */
gboolean pz_overlay_bind (PzOverlay *overlay, PzGpu *gpu, PzGraph *graph, GError **error);

/* Forgets the graphs that were bound, and frees the changed weights and the program. */
void pz_overlay_drop (PzOverlay *overlay);

/* ---- everything stays on the device ---- */

/* Loads the changes and compiles the program. Call after binding all graphs. Fails as loading and compiling do. */
gboolean
pz_overlay_compile (PzOverlay *overlay, PzGpu *gpu, GCancellable *cancellable, GError **error);
/* Adds the needs of this to a footprint that has the graphs already, whose changed weights are counted there. */
gboolean pz_overlay_measure (PzOverlay *overlay, PzFootprint *footprint, GError **error);

/* The work of pz_overlay_apply () in flops; 0 if the strengths are already applied, or without a program. overlay may be
 * NULL. */
double pz_overlay_work (const PzOverlay *overlay);
/* Computes the weights for the strengths. They stay until the next call. overlay may be NULL. */
gboolean pz_overlay_apply (PzOverlay *overlay, PzMeter *meter, GError **error);

/* ---- only the changed weights stay on the device ---- */

/* Computes the weights for the strengths at once, piece by piece. Call after binding a graph, before loading its other weights:
 * frees all storages of the files that its weights come from. Fails as loading and compiling do. */
gboolean
pz_overlay_fill (PzOverlay *overlay, PzGpu *gpu, GCancellable *cancellable, GError **error);
/* Adds the needs of this to a footprint: the changed weights and the largest piece. */
gboolean pz_overlay_measure_fill (PzOverlay *overlay, PzFootprint *footprint, GError **error);

G_END_DECLS
