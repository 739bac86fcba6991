/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One command buffer with its timestamps, for compute/run: no Vulkan types here.
 * Thread: the gpu's.
 */
#pragma once

#include "compute/gpu/kernel.h"

G_BEGIN_DECLS

typedef struct _PzCommands PzCommands;

typedef enum
{
  PZ_BARRIER_BEFORE, /* opens a run: waits for copies and whatever ran earlier */
  PZ_BARRIER_BETWEEN, /* between dispatches */
  PZ_BARRIER_AFTER, /* closes a run: lets the host and copies see its writes */
} PzBarrier;

/* n_timestamps may be 0; on a device without timestamps they are not written. (transfer
 * full) */
PzCommands *pz_commands_new (PzGpu *gpu, guint n_timestamps, GError **error);
/* Must not be in flight. */
void pz_commands_free (PzCommands *commands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzCommands, pz_commands_free)

gboolean pz_commands_begin (PzCommands *commands, GError **error);
void pz_commands_barrier (PzCommands *commands, PzBarrier barrier);

/* What follows runs this kernel with these push constants. */
void pz_commands_bind (PzCommands *commands,
                       const PzPipeline *pipeline,
                       gconstpointer args,
                       guint args_bytes);
/* Groups base[] .. base[] + groups[] - 1. */
void pz_commands_dispatch (PzCommands *commands, const guint base[3], const guint groups[3]);
/* The time when everything recorded before is done. */
void pz_commands_timestamp (PzCommands *commands, guint index);
gboolean pz_commands_end (PzCommands *commands, GError **error);

/* May be submitted again once waited for. `value` is what pz_gpu_wait () takes. Fails with
 * DEVICE_LOST. */
gboolean pz_commands_submit (PzCommands *commands, guint64 *value, GError **error);
/* Blocks until that submit and all earlier ones are done. */
gboolean pz_gpu_wait (PzGpu *gpu, guint64 value, GError **error);

/* Blocks until the device does nothing, lost or not: before things it may use are freed. */
void pz_gpu_drain (PzGpu *gpu);

/* Timestamps of the last submit in nanoseconds of the device's clock; FALSE where there are
 * none. */
gboolean pz_commands_read_timestamps (PzCommands *commands, guint64 ns[]);

/* Who is told of every finished run, and whether recordings are traced: see run.h. */
typedef struct _PzProgram PzProgram;
typedef struct
{
  gboolean trace;
  void (*ran) (PzProgram *program, gpointer data); /* NULL = nobody */
  gpointer data;
} PzWatch;

PzWatch *pz_gpu_get_watch (PzGpu *gpu);

/* One number per kernel, kept with the device over all its programs; run/pace.h says what it
 * means. Starts as 0. */
gdouble *pz_gpu_get_pace (PzGpu *gpu);

G_END_DECLS
