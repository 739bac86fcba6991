/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program that computes weights of an overlay, and its inputs: see overlay-private.h.
 */
#include "models/tasks/overlay-private.h"

#include <string.h>

#include "models/files/weight-numbers.h"

/* The rank of a change's product; 0 = a replacement. */
static guint
rank_of (const PzOverlay *overlay, const PzOverlayChange *change)
{
  const PzOverlaySource *source = &overlay->sources[change->source];

  return source->lora != NULL ? pz_lora_get_part (source->lora, change->index)->rank
                              : pz_concept_get_override (source->concept, change->index)->rank;
}

/* ---- the program of a piece ---- */

typedef struct
{
  PzOverlay *overlay;
  PzGraph *graph;
  GHashTable *inputs; /* name -> PzTensor; changes can share inputs */
} Build;

static PzTensor *
input_of (Build *b, const char *name, guint n_dims, const guint dims[])
{
  PzTensor *input = g_hash_table_lookup (b->inputs, name);

  if (input != NULL)
    return input;
  input = pz_graph_input (b->graph, name, PZ_F32, n_dims, dims);
  if (input != NULL)
    g_hash_table_insert (b->inputs, (gpointer) input->name, input);
  return input;
}

static PzTensor *
knob_of (Build *b, const PzOverlayChange *change, const PzNamedWeight *weight)
{
  const guint knob = 2 * change->source + (weight->is_text ? 1 : 0);
  g_autofree char *name = g_strdup_printf ("strength.%u", knob);
  PzTensor *input = input_of (b, name, 1, (guint[]) { 1 });

  if (b->overlay->knobs[knob] != NULL)
    pz_graph_bind (b->graph, input, b->overlay->knobs[knob]);
  return input;
}

static void
name_of_change (char name[32], const char *what, const PzOverlayChange *change)
{
  g_snprintf (name, 32, "%s.%u.%u", what, change->source, change->index);
}

static PzTensor *
weight_of (Build *b, const char *name, const PzNamedWeight *weight)
{
  PzTensor *own =
    pz_graph_weight (b->graph, weight->layout, name, weight->n_dims, weight->dims);

  return pz_cast (b->graph, own, PZ_F32);
}

/* sum + f (W' - W) */
static PzTensor *
add_replacement (Build *b,
                 PzTensor *sum,
                 const PzOverlayChanged *changed,
                 const PzOverlayChange *change)
{
  PzTensor *own = weight_of (b, changed->name, changed->weight);
  PzTensor *other, *difference;
  char name[32];

  if (own == NULL)
    return NULL;
  name_of_change (name, "replacement", change);
  other = input_of (b, name, own->n_dims, own->dims);
  difference = pz_add (b->graph, other, pz_affine (b->graph, own, -1.0f, 0.0f));
  return pz_add (b->graph, sum,
                 pz_mul (b->graph, difference, knob_of (b, change, changed->weight)));
}

/* sum + s * up * down. The sum is the residual of the product, as a matrix [O, K]. */
static PzTensor *
add_product (Build *b,
             PzTensor *sum,
             const PzOverlayChanged *changed,
             const PzOverlayChange *change)
{
  const guint rank = rank_of (b->overlay, change);
  PzTensor *knob = knob_of (b, change, changed->weight);
  char name[32];

  if (sum == NULL)
    return NULL;
  const guint n_out = sum->dims[0];
  guint n_in = 1;

  for (guint i = 1; i < sum->n_dims; i++)
    n_in *= sum->dims[i];
  name_of_change (name, "up", change);
  PzTensor *up = input_of (b, name, 2, (guint[]) { n_out, rank });
  name_of_change (name, "down", change);
  PzTensor *down = input_of (b, name, 2, (guint[]) { n_in, rank });
  PzTensor *matrix = pz_reshape (b->graph, sum, 2, (guint[]) { n_out, n_in });
  PzTensor *product = pz_linear (b->graph, pz_mul (b->graph, up, knob), down,
                                 &(PzEpilogue) { .residual = matrix });
  return pz_reshape (b->graph, product, sum->n_dims, sum->dims);
}

static void
build_target (Build *b, const PzOverlayTarget *target)
{
  const PzOverlayChanged *changed = target->changed;
  g_autofree char *name = g_strconcat ("changed.", target->name, NULL);
  PzTensor *sum = weight_of (b, target->name, changed->weight);

  for (guint i = 0; i < changed->changes->len; i++)
    {
      const PzOverlayChange *change = &g_array_index (changed->changes, PzOverlayChange, i);

      sum = rank_of (b->overlay, change) > 0 ? add_product (b, sum, changed, change)
                                             : add_replacement (b, sum, changed, change);
    }
  sum = pz_graph_output (b->graph, pz_cast (b->graph, sum, target->dtype), name);
  if (target->storage != NULL)
    pz_graph_bind (b->graph, sum, target->storage);
}

PzGraph *
pz_overlay_build_piece (const PzOverlayPiece *piece)
{
  const GPtrArray *targets = piece->overlay->targets;
  const PzOverlayTarget *first = targets->pdata[piece->first];
  PzGraph *graph = pz_model_graph_new (piece->overlay->model, first->dtype);
  g_autoptr (GHashTable) inputs = g_hash_table_new (g_str_hash, g_str_equal);
  Build b = { piece->overlay, graph, inputs };

  for (guint i = piece->first; i < piece->end; i++)
    build_target (&b, targets->pdata[i]);
  return graph;
}

/* ---- writing the changes to the device ---- */

static gboolean
write_replacement (const PzOverlay *overlay,
                   PzProgram *program,
                   const PzOverlayChanged *changed,
                   const PzOverlayChange *change,
                   GError **error)
{
  const PzConcept *concept = overlay->sources[change->source].concept;
  const PzConceptOverride *override = pz_concept_get_override (concept, change->index);
  const PzNamedWeight *weight = changed->weight;
  g_autofree float *moved = NULL;
  const float *values = override->values;
  PzStorage *storage;
  gsize n;
  char name[32];

  name_of_change (name, "replacement", change);
  storage = pz_program_get_storage (program, name);
  n = pz_storage_get_n_elements (storage);
  if (weight->layout == PZ_WEIGHT_CONV)
    {
      moved = g_new (float, n);
      pz_move_floats (moved, values, weight->dims[0], weight->dims[1],
                      (gsize) weight->dims[2] * weight->dims[3]);
      values = moved;
    }
  return pz_storage_write_f32 (storage, values, n, error);
}

/* Reads up [O, rank] and down [K, rank]. */
static gboolean
read_product (const PzOverlay *overlay,
              const PzOverlayChanged *changed,
              const PzOverlayChange *change,
              float *up,
              float *down,
              GError **error)
{
  const PzOverlaySource *source = &overlay->sources[change->source];
  const PzConceptOverride *override;

  if (source->lora != NULL)
    return pz_lora_read (source->lora, pz_lora_get_part (source->lora, change->index),
                         changed->weight, up, down, error);
  override = pz_concept_get_override (source->concept, change->index);
  memcpy (up, override->up, (gsize) override->dims[0] * override->rank * sizeof *up);
  for (gsize k = 0; k < override->dims[1]; k++)
    for (gsize r = 0; r < override->rank; r++)
      *down++ = override->down[r * override->dims[1] + k];
  return TRUE;
}

static gboolean
write_product (const PzOverlay *overlay,
               PzProgram *program,
               const PzOverlayChanged *changed,
               const PzOverlayChange *change,
               GError **error)
{
  char name[32];

  name_of_change (name, "up", change);
  PzStorage *up = pz_program_get_storage (program, name);
  name_of_change (name, "down", change);
  PzStorage *down = pz_program_get_storage (program, name);
  const gsize n_up = pz_storage_get_n_elements (up), n_down = pz_storage_get_n_elements (down);
  g_autofree float *ups = g_new (float, n_up);
  g_autofree float *downs = g_new (float, n_down);

  return read_product (overlay, changed, change, ups, downs, error)
         && pz_storage_write_f32 (up, ups, n_up, error)
         && pz_storage_write_f32 (down, downs, n_down, error);
}

static gboolean
write_change (const PzOverlay *overlay,
              PzProgram *program,
              const PzOverlayChanged *changed,
              const PzOverlayChange *change,
              GError **error)
{
  return rank_of (overlay, change) > 0
           ? write_product (overlay, program, changed, change, error)
           : write_replacement (overlay, program, changed, change, error);
}

static gboolean
write_changes (const PzOverlayPiece *piece,
               PzProgram *program,
               GCancellable *cancellable,
               GError **error)
{
  const PzOverlay *overlay = piece->overlay;

  for (guint i = piece->first; i < piece->end; i++)
    {
      const PzOverlayChanged *changed =
        ((const PzOverlayTarget *) overlay->targets->pdata[i])->changed;

      for (guint j = 0; j < changed->changes->len; j++)
        if (g_cancellable_set_error_if_cancelled (cancellable, error)
            || !write_change (overlay, program, changed,
                              &g_array_index (changed->changes, PzOverlayChange, j), error))
          return FALSE;
    }
  return TRUE;
}

PzProgram *
pz_overlay_load_piece (const PzOverlayPiece *piece,
                       PzGpu *gpu,
                       GCancellable *cancellable,
                       GError **error)
{
  const PzOverlay *overlay = piece->overlay;
  const PzModelFolder *model = overlay->model;
  const PzWeightSource sources[] = {
    { PZ_OVERLAY_TEXT, model->text_weights },
    { "global/", model->global_mapper_weights },
    { "", model->unet_weights },
  };
  g_autoptr (PzGraph) graph = pz_overlay_build_piece (piece);
  g_autoptr (PzProgram) program = NULL;

  if (!pz_weights_bind (graph, sources, G_N_ELEMENTS (sources), gpu,
                        &(PzWeightParams) { .cancellable = cancellable }, error))
    return NULL;
  program = pz_program_new (gpu, graph, &(PzRunParams) { .cancellable = cancellable }, error);
  return program != NULL && write_changes (piece, program, cancellable, error)
           ? g_steal_pointer (&program)
           : NULL;
}
