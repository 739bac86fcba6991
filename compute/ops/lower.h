/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Helpers for lowering ops.
 */
#pragma once

#include "compute/graph/op.h"
#include "shaders/args/spec.h"
#include "shaders/kernels.h"

G_BEGIN_DECLS

/* Workgroup size of elementwise kernels; Vulkan guarantees 128. */
#define PZ_LANES 128

/* Selects the f16 or f32 variant of a kernel by dtype. */
static inline guint
pz_kernel_for (PzDtype dtype, guint f16_kernel, guint f32_kernel)
{
  return dtype == PZ_F16 ? f16_kernel : f32_kernel;
}

static inline gsize
pz_div_up (gsize n, gsize by)
{
  return (n + by - 1) / by;
}

/* Sets the workgroup size and folded workgroup counts (PZ_FOLD) so that at least n_lanes lanes run. */
void pz_dispatch_lanes (PzDispatch *dispatch, gsize n_lanes);

/* The same for n_groups workgroups of `lanes` each. */
void pz_dispatch_groups (PzDispatch *dispatch, gsize n_groups, guint lanes);

/* The same for n elements, if each workgroup is one subgroup that loads PZ_CHUNK_QUADS quads per lane from uniform addresses.
 * Returns FALSE and sets nothing if the device does not benefit from this, or if n is too large or not a multiple of a
 * workgroup's elements. */
gboolean pz_dispatch_chunks (PzDispatch *dispatch, const PzGpuLimits *limits, gsize n);

/* Copies a push-constant struct into the dispatch. */
#define pz_dispatch_args(dispatch, args) pz_dispatch_set_args (dispatch, args, sizeof *(args))
void pz_dispatch_set_args (PzDispatch *dispatch, gconstpointer args, gsize n_bytes);

/* Gives the result the dtype and dims of `source`. */
void pz_node_like (PzNode *node, const PzNode *source);

/* Cost of an op that reads each source once, writes its result once, and does flops_each operations per element of the
 * result. */
void pz_cost_elementwise (const PzNode *node, gdouble flops_each, PzCost *cost);

/* Computes n / d by a multiplication, for n below 2^31: see pz_divide () in shaders/lib/index.glsl. */
typedef struct
{
  guint32 multiplier;
  guint32 shift;
} PzDivisor;

PzDivisor pz_divisor (guint32 d);

/* Sets a BAD_INPUT error that states which shape rule was violated; returns FALSE. */
gboolean pz_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* For backward rules that cannot compute the gradient of some sources: records an error with the op's name in the graph. */
void pz_refuse_gradient (PzGraph *graph, const PzNode *node, const char *sources);

/* Common shape rules; FALSE with the error set. */
gboolean pz_require_float (const PzNode *source, GError **error);
gboolean pz_require_dims (const PzNode *source,
                          const char *name,
                          guint n_dims,
                          const guint dims[],
                          GError **error);

G_END_DECLS
