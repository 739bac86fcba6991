/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The interface of an op and of its lowering to dispatches. Private to compute/. Ops never call Vulkan, so shape rules and
 * lowering can be tested without a device.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

#define PZ_MAX_SRC 8
#define PZ_MAX_SPEC 12
#define PZ_MAX_RANGES 10
#define PZ_MAX_ARGS 128 /* bytes of push constants that every Vulkan device has */
#define PZ_VIEW_ALIGNMENT 16 /* bytes: the largest single access of a kernel */

typedef struct
{
  gdouble flops;
  gdouble bytes; /* read and written */
} PzCost;

typedef struct _PzNode PzNode;

/* The private part of a tensor. A PzTensor * from pz_graph_* is always a PzNode *. */
struct _PzNode
{
  PzTensor tensor; /* the public part, must be first */
  const PzOpClass *op; /* NULL for inputs and weights */
  PzGraph *graph;
  guint id; /* position in the graph: sources come first */
  PzNode *src[PZ_MAX_SRC]; /* NULL = optional and absent */
  union
  {
    gpointer align;
    guint8 bytes[64];
  } params; /* the op's own struct; a static assertion checks that it fits */
  PzNode *view_of; /* a view: the node whose bytes it uses, not itself a view; else NULL */
  gsize view_offset; /* byte offset of a view in those, a multiple of PZ_VIEW_ALIGNMENT */
  PzStorage *storage; /* bound; NULL = planned scratch, or allocated by the program */
  const char *scope; /* name scope where it was created, "" = none */
  guint is_input : 1;
  guint is_weight : 1;
  guint is_output : 1; /* a result: its bytes are in a storage */
};

static inline gsize
pz_node_n_elements (const PzNode *node)
{
  gsize n = 1;
  for (guint i = 0; i < node->tensor.n_dims; i++)
    n *= node->tensor.dims[i];
  return n;
}

gsize pz_node_bytes (const PzNode *node);

typedef struct
{
  guint64 address;
  guint64 bytes;
} PzRange;

/* One vkCmdDispatch. If its cost exceeds the budget, the recorder may split it along groups[] with vkCmdDispatchBase, so
 * kernels use gl_WorkGroupID but never gl_NumWorkGroups. */
typedef struct
{
  guint kernel; /* PzKernel of shaders/kernels.h */
  guint spec
    [PZ_MAX_SPEC]; /* specialisation constants, ids 0.. n_spec-1 as named in shaders/args/spec.h */
  guint n_spec;
  guint subgroup_size; /* required, 0 = any */
  guint8 args[PZ_MAX_ARGS];
  guint args_bytes;
  guint groups[3];
  PzRange reads[PZ_MAX_RANGES];
  guint n_reads;
  PzRange writes[2];
  guint n_writes;
  PzCost cost;
  const PzNode *node; /* node of the op, for labels and traces */
} PzDispatch;

/* Passed to lower (). Addresses are final; of the device only its limits are known. */
typedef struct
{
  const PzGpuLimits *limits;
  const guint64 *node_address; /* by node id */
  guint64 scratch_address; /* private scratch of this node, see scratch_bytes () */
  GArray *dispatches; /* of PzDispatch; append with pz_lowering_add () */
} PzLowering;

struct _PzOpClass
{
  const char *name;
  guint n_src; /* at most PZ_MAX_SRC */
  guint optional; /* bit i: src[i] may be NULL */
  /* Checks sources and params and sets tensor.dtype, n_dims, dims (and view_of, view_offset). The error says which rule was
   * violated. */
  gboolean (*shape) (PzNode *node, GError **error);
  /* Bit i: the result may overwrite src[i] if this is the last use of src[i] and the sizes are equal. Requires that every lane
   * reads its elements of src[i] before it writes them, and that no other lane reads them. */
  guint in_place;
  /* Bytes of private scratch needed while the op runs; NULL = none. */
  gsize (*scratch_bytes) (const PzNode *node, const PzGpuLimits *limits);
  /* Appends dispatches; NULL for views. */
  void (*lower) (const PzNode *node, PzLowering *lowering);
  /* Makes the op add a tensor of its result's dtype and dims to its result. FALSE if it cannot. NULL = it never can. */
  gboolean (*take_addend) (PzNode *node, PzNode *addend);
  /* Bit i: the result has no gradient with respect to src[i]: ids, masks, knobs, the source of stop_gradient. */
  guint constant;
  /* TRUE if the backward rule reads only d_out, never the elements of a source, and so accepts an F32 gradient of an F16
   * result. Other rules get d_out in the result's dtype. */
  gboolean passes_f32;
  /* The backward rule. For every wanted[i] it appends nodes that compute d_src[i], the gradient of src[i], from the gradient of
   * the result. All entries of d_src are NULL on entry; unwanted entries stay NULL. d_src[i] has the dims of src[i], and its
   * dtype or F32. The rule may read the sources and the result. Errors are recorded in the graph. NULL = not differentiable:
   * pz_graph_backward () reports an error that names the op. */
  void (*backward) (PzGraph *graph,
                    const PzNode *node,
                    PzTensor *d_out,
                    const gboolean wanted[PZ_MAX_SRC],
                    PzTensor *d_src[PZ_MAX_SRC]);
};

/* For the public constructors in ops/: appends a node and copies `params_bytes` of params. Errors are sticky. Returns NULL if a
 * required source is NULL or shape () fails. */
PzNode *pz_graph_append (PzGraph *graph,
                         const PzOpClass *op,
                         PzTensor *const src[],
                         gconstpointer params,
                         gsize params_bytes);

static inline guint64
pz_lowering_address (const PzLowering *lowering, const PzNode *node)
{
  return node != NULL ? lowering->node_address[node->id] : 0;
}

/* Appends a copy. If n_reads and n_writes are both 0, adds reads of all sources and the write of the node. */
void pz_lowering_add (PzLowering *lowering, const PzNode *node, const PzDispatch *dispatch);

/* The list of ops, from ops.def. */
extern const PzOpClass *const pz_op_classes[];
extern const guint pz_n_op_classes;

G_END_DECLS
