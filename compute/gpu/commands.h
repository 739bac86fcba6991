/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A command buffer with its timestamps, for compute/run, without Vulkan types.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/kernel.h"

G_BEGIN_DECLS

typedef struct _PzCommands PzCommands;

typedef enum
{
  PZ_BARRIER_BEFORE, /* start of a run: waits for copies and earlier runs */
  PZ_BARRIER_BETWEEN, /* between dispatches */
  PZ_BARRIER_AFTER, /* end of a run: makes its writes visible to the host and to copies */
} PzBarrier;

/* n_timestamps may be 0; on a device without timestamps they are not written. (transfer
 * full) */
PzCommands *pz_commands_new (PzGpu *gpu, guint n_timestamps, GError **error);
/* Must not be in flight. */
void pz_commands_free (PzCommands *commands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzCommands, pz_commands_free)

gboolean pz_commands_begin (PzCommands *commands, GError **error);
void pz_commands_barrier (PzCommands *commands, PzBarrier barrier);

/* Kernel and push constants of the following dispatches. */
void pz_commands_bind (PzCommands *commands,
                       const PzPipeline *pipeline,
                       gconstpointer args,
                       guint args_bytes);
/* Groups base[] .. base[] + groups[] - 1. */
void pz_commands_dispatch (PzCommands *commands, const guint base[3], const guint groups[3]);
/* Written when everything recorded before is done. */
void pz_commands_timestamp (PzCommands *commands, guint index);
gboolean pz_commands_end (PzCommands *commands, GError **error);

/* May be submitted again after waiting for it. `value` is for pz_gpu_wait (). Fails with DEVICE_LOST. */
gboolean pz_commands_submit (PzCommands *commands, guint64 *value, GError **error);
/* Blocks until that submit and all earlier ones are done. */
gboolean pz_gpu_wait (PzGpu *gpu, guint64 value, GError **error);

/* Blocks until the device is idle, even if lost. Call before freeing anything that it may use. */
void pz_gpu_drain (PzGpu *gpu);

/* Timestamps of the last submit in nanoseconds of the device's clock; FALSE where there are
 * none. */
gboolean pz_commands_read_timestamps (PzCommands *commands, guint64 ns[]);

/* Callback after every finished run, and tracing: see pz_gpu_watch () in run.h. */
typedef struct _PzProgram PzProgram;
typedef struct
{
  gboolean trace;
  void (*ran) (PzProgram *program, gpointer data); /* NULL = none */
  gpointer data;
} PzWatch;

PzWatch *pz_gpu_get_watch (PzGpu *gpu);

/* One number per kernel (run/pace.h), for all programs of the device. Initially 0. */
gdouble *pz_gpu_get_pace (PzGpu *gpu);

G_END_DECLS
