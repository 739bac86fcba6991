/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learns a concept from pictures: the loop over steps, for all methods. See models/learn.h.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/model-folder.h"
#include "models/learn.h"
#include "models/tasks/encode.h"
#include "models/tasks/generate.h"

G_BEGIN_DECLS

typedef struct
{
  PzGpu *gpu;
  PzModelFolder *model; /* the U-Net's prediction type is probed if no file states it */
  const PzModelFingerprints *fingerprints;
  PzEncoder *encoder;
  PzGenerator *generator; /* for pictures of the classes */
  const char *beside; /* see pz_model_search_path () */
  PzDtype activation;
} PzLearnRoom;

/* As pz_session_measure_learning () and pz_session_learn (). */
gboolean pz_learn_measure (const PzLearnRoom *room,
                           const PzLearnParams *params,
                           guint64 free_bytes,
                           guint64 *bytes,
                           guint *micro_batch,
                           GError **error);
GPtrArray *pz_learn_run (const PzLearnRoom *room,
                         const PzLearnParams *params,
                         const PzLearnTask *task,
                         GError **error);

G_END_DECLS
