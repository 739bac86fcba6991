/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A command buffer with timestamps, for compute/run, without Vulkan types.
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

/* n_timestamps may be 0; a device without timestamps writes none. (transfer full) */
PzCommands *pz_commands_new (PzGpu *gpu, guint n_timestamps, GError **error);
/* The commands must not be executing. */
void pz_commands_free (PzCommands *commands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzCommands, pz_commands_free)

gboolean pz_commands_begin (PzCommands *commands, GError **error);
void pz_commands_barrier (PzCommands *commands, PzBarrier barrier);

/* Sets the kernel and push constants of the following dispatches. */
void pz_commands_bind (PzCommands *commands,
                       const PzPipeline *pipeline,
                       gconstpointer args,
                       guint args_bytes);
/* Dispatches the workgroups base[] .. base[] + groups[] - 1. */
void pz_commands_dispatch (PzCommands *commands, const guint base[3], const guint groups[3]);
/* Writes a timestamp after everything recorded so far has finished. */
void pz_commands_timestamp (PzCommands *commands, guint index);
gboolean pz_commands_end (PzCommands *commands, GError **error);

/* Commands may be submitted again after waiting for them. Pass `value` to pz_gpu_wait (). Fails with DEVICE_LOST. */
gboolean pz_commands_submit (PzCommands *commands, guint64 *value, GError **error);
/* Blocks until that submit and all earlier ones have finished. */
gboolean pz_gpu_wait (PzGpu *gpu, guint64 value, GError **error);

/* Blocks until the device is idle, even if it is lost. Call before freeing anything that the device may be using. */
void pz_gpu_drain (PzGpu *gpu);

/* Timestamps of the last submit, in ticks of the device's clock; FALSE if there are none. */
gboolean pz_commands_read_timestamps (PzCommands *commands, guint64 ticks[]);
/* The time between two timestamps. The counter may have wrapped once: with 36 bits it does so every hour on some devices. */
double pz_gpu_seconds_between (PzGpu *gpu, guint64 from, guint64 to);

/* Callback after every finished run, and tracing: see pz_gpu_watch () in run.h. */
typedef struct _PzProgram PzProgram;
typedef struct
{
  gboolean trace;
  void (*ran) (PzProgram *program, gpointer data); /* NULL = none */
  gpointer data;
} PzWatch;

PzWatch *pz_gpu_get_watch (PzGpu *gpu);

/* The learned pace of each kernel (run/pace.h), shared by all programs of the device. Initially 0. */
gdouble *pz_gpu_get_pace (PzGpu *gpu);

G_END_DECLS
