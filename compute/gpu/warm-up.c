/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/gpu/warm-up.h"

#include "compute/gpu/commands.h"

gboolean
pz_gpu_warm_pipeline (PzGpu *gpu, const PzPipeline *pipeline, GError **error)
{
  const guint8 args[PZ_PIPELINE_PUSH] = { 0 };
  const guint nothing[3] = { 0, 0, 0 };
  g_autoptr (PzCommands) commands = pz_commands_new (gpu, 0, error);
  guint64 value;
  gboolean done;

  if (commands == NULL || !pz_commands_begin (commands, error))
    return FALSE;
  pz_commands_bind (commands, pipeline, args, sizeof args);
  pz_commands_dispatch (commands, nothing, nothing);
  done = pz_commands_end (commands, error) && pz_commands_submit (commands, &value, error)
         && pz_gpu_wait (gpu, value, error);
  /* If the wait failed, the device may still be executing the commands. */
  if (!done)
    pz_gpu_drain (gpu);
  return done;
}
