/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When the weights of an overlay are computed, and what that needs on the device: see overlay.h.
 */
#include "models/tasks/overlay-private.h"

#include <string.h>

/* ---- strengths ---- */

static gboolean
make_knobs (PzOverlay *overlay, PzGpu *gpu, GError **error)
{
  for (guint i = 0; i < 2 * overlay->n_sources; i++)
    {
      if (overlay->knobs[i] == NULL)
        overlay->knobs[i] =
          pz_storage_new (gpu, PZ_ARENA_KNOBS, PZ_F32, 1, (guint[]) { 1 }, "strength", error);
      if (overlay->knobs[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

void
pz_overlay_set_strengths (PzOverlay *overlay, const PzOverlayStrength strengths[])
{
  if (overlay != NULL)
    memcpy (overlay->strengths, strengths, overlay->n_sources * sizeof *strengths);
}

static gboolean
write_strengths (const PzOverlay *overlay, GError **error)
{
  for (guint i = 0; i < overlay->n_sources; i++)
    {
      const float both[] = { (float) overlay->strengths[i].unet,
                             (float) overlay->strengths[i].text };

      for (guint j = 0; j < G_N_ELEMENTS (both); j++)
        if (!pz_storage_write_f32 (overlay->knobs[2 * i + j], &both[j], 1, error))
          return FALSE;
    }
  return TRUE;
}

/* ---- everything in one piece, which stays ---- */

static PzOverlayPiece
whole (PzOverlay *overlay)
{
  return (PzOverlayPiece) { overlay, 0, overlay->targets->len };
}

gboolean
pz_overlay_compile (PzOverlay *overlay, PzGpu *gpu, GCancellable *cancellable, GError **error)
{
  const PzOverlayPiece piece = whole (overlay);

  if (piece.end == 0)
    return TRUE;
  if (!make_knobs (overlay, gpu, error))
    return FALSE;
  overlay->program = pz_overlay_load_piece (&piece, gpu, cancellable, error);
  return overlay->program != NULL;
}

double
pz_overlay_work (const PzOverlay *overlay)
{
  if (overlay == NULL || overlay->program == NULL)
    return 0.0;
  for (guint i = 0; i < overlay->n_sources; i++)
    if (overlay->applied == NULL || overlay->applied[i].unet != overlay->strengths[i].unet
        || overlay->applied[i].text != overlay->strengths[i].text)
      return pz_program_get_flops (overlay->program);
  return 0.0;
}

gboolean
pz_overlay_apply (PzOverlay *overlay, PzMeter *meter, GError **error)
{
  if (pz_overlay_work (overlay) == 0.0)
    return TRUE;
  /* If this is stopped halfway, the weights match neither the old nor the new strengths. */
  g_clear_pointer (&overlay->applied, g_free);
  if (!write_strengths (overlay, error) || !pz_meter_run (meter, overlay->program, error))
    return FALSE;
  overlay->applied =
    g_memdup2 (overlay->strengths, overlay->n_sources * sizeof *overlay->strengths);
  return TRUE;
}

/* ---- one piece after the other ---- */

/* Of changed weights. A larger piece needs more memory beside all changed weights, smaller ones only cost time. */
#define PIECE_BYTES (8 << 20)

static guint64
size_of (const PzOverlay *overlay, guint target)
{
  return ((const PzOverlayTarget *) overlay->targets->pdata[target])->size_bytes;
}

/* The piece that starts at this target: as many as fit, but at least one. */
static PzOverlayPiece
piece_at (PzOverlay *overlay, guint first)
{
  PzOverlayPiece piece = { overlay, first, first + 1 };
  guint64 bytes = size_of (overlay, first);

  while (piece.end < overlay->targets->len
         && bytes + size_of (overlay, piece.end) <= PIECE_BYTES)
    bytes += size_of (overlay, piece.end++);
  return piece;
}

static gboolean
fill_piece (const PzOverlayPiece *piece, PzGpu *gpu, GCancellable *cancellable, GError **error)
{
  g_autoptr (PzProgram) program = pz_overlay_load_piece (piece, gpu, cancellable, error);

  return program != NULL
         && pz_program_run (program, &(PzRunParams) { .cancellable = cancellable }, error);
}

gboolean
pz_overlay_fill (PzOverlay *overlay, PzGpu *gpu, GCancellable *cancellable, GError **error)
{
  PzWeights *const read[] = { overlay->model->text_weights, overlay->model->unet_weights,
                              overlay->model->global_mapper_weights };
  PzOverlayPiece piece = { overlay, 0, 0 };

  if (overlay->targets->len == 0)
    return TRUE;
  if (!make_knobs (overlay, gpu, error) || !write_strengths (overlay, error))
    return FALSE;
  while (piece.end < overlay->targets->len)
    {
      piece = piece_at (overlay, piece.end);
      if (!fill_piece (&piece, gpu, cancellable, error))
        return FALSE;
      for (guint i = 0; i < G_N_ELEMENTS (read); i++)
        if (read[i] != NULL)
          pz_weights_release (read[i]);
    }
  return TRUE;
}

/* ---- measuring ---- */

/* The targets are results of this graph, but counted elsewhere. Its weights are counted even if another graph has weights of
 * the same names, which are the targets. */
static gboolean
measure_piece (const PzOverlayPiece *piece, PzFootprint *footprint, GError **error)
{
  g_autoptr (PzGraph) graph = pz_overlay_build_piece (piece);
  g_auto (PzFootprint)
    own = { .limits = footprint->limits, .largest_scratch = footprint->largest_scratch };

  if (!pz_footprint_add (&own, graph, error))
    return FALSE;
  for (guint i = piece->first; i < piece->end; i++)
    own.bytes -= size_of (piece->overlay, i);
  footprint->bytes += own.bytes;
  footprint->largest_scratch = own.largest_scratch;
  return TRUE;
}

gboolean
pz_overlay_measure (PzOverlay *overlay, PzFootprint *footprint, GError **error)
{
  const PzOverlayPiece piece = whole (overlay);

  return piece.end == 0 || measure_piece (&piece, footprint, error);
}

gboolean
pz_overlay_measure_fill (PzOverlay *overlay, PzFootprint *footprint, GError **error)
{
  PzOverlayPiece piece = { overlay, 0, 0 };
  guint64 most = 0;

  for (guint i = 0; i < overlay->targets->len; i++)
    footprint->bytes += size_of (overlay, i);
  while (piece.end < overlay->targets->len)
    {
      g_auto (PzFootprint) own = { .limits = footprint->limits };

      piece = piece_at (overlay, piece.end);
      if (!measure_piece (&piece, &own, error))
        return FALSE;
      most = MAX (most, own.bytes);
    }
  footprint->bytes += most;
  return TRUE;
}
