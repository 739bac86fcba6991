/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Weights changed while pictures are made: a weight W that a concept replaces by W' acts as W + f (W' - W), and each LoRA adds
 * s times its product; so does a concept that has products, f times.
 *
 * The model's weights stay as they are on the device. Each that changes gets a second storage, which programs are bound
 * to in its place, and one program makes all of these from the model's weights, what changes them and how much of it: three
 * things that lie on the device. So another strength is a few numbers written and that program run once, and pictures
 * without changes are made as if there had never been any.
 *
 * ELITE's tuned keys and values stand for the U-Net's own where a concept has local features; what changes an own one
 * is added to the tuned one.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/lora-file.h"
#include "models/tasks/meter.h"

G_BEGIN_DECLS

/* Whose changes: a concept that has overrides, or a LoRA; the other is NULL. Not owned. */
typedef struct
{
  PzConcept *concept;
  PzLora *lora;
} PzOverlaySource;

/* How much of a source; 0 = nothing. */
typedef struct
{
  double unet, text;
} PzOverlayStrength;

typedef struct _PzOverlay PzOverlay;

/* Checks names and shapes; nothing is made on the device yet. Fails with BAD_INPUT: a concept's weight that the model does not
 * have, a LoRA of which it has no layer, another shape, a weight replaced twice. References to the sources are kept; model must outlive it. (transfer full) */
PzOverlay *pz_overlay_new (const PzModelFolder *model,
                           const PzOverlaySource sources[],
                           guint n_sources,
                           GError **error);
void pz_overlay_free (PzOverlay *overlay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzOverlay, pz_overlay_free)

/* Of exactly these, in this order. overlay may be NULL: of none. */
gboolean
pz_overlay_is_of (const PzOverlay *overlay, const PzOverlaySource sources[], guint n_sources);

/* What of a LoRA changes nothing here: one sentence about layers that the model does not have; NULL = everything acts. overlay may
 * be NULL. (transfer none) */
const char *pz_overlay_get_note (const PzOverlay *overlay, guint source);

/* Before pz_weights_bind () of each graph that reads weights: binds those that change. Fails with GPU_MEMORY. */
gboolean pz_overlay_bind (PzOverlay *overlay, PzGpu *gpu, PzGraph *graph, GError **error);

/* After all of them: loads what changes weights, and compiles. Fails as loading and compiling do. */
gboolean
pz_overlay_compile (PzOverlay *overlay, PzGpu *gpu, GCancellable *cancellable, GError **error);

/* What pz_overlay_apply () will have to do, in flops; 0 where the weights are so already. overlay may be NULL. */
double pz_overlay_work (const PzOverlay *overlay, const PzOverlayStrength strengths[]);
/* From now on the weights are so: one strength for each source. overlay may be NULL. */
gboolean pz_overlay_apply (PzOverlay *overlay,
                           const PzOverlayStrength strengths[],
                           PzMeter *meter,
                           GError **error);

G_END_DECLS
