/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A judge is a published kind of network (CLIP or DINO) that maps pictures, and for CLIP also texts, to unit vectors, called
 * directions. The larger the cosine of two directions, the more similar are their inputs (methods: evaluation metrics).
 *
 * Thread: a judge belongs to one thread from open to close.
 */
#pragma once

#include <gio/gio.h>

#include "models/image.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_JUDGE_CLIP, /* texts and pictures (Radford et al., 2021) */
  PZ_JUDGE_DINO, /* pictures (Caron et al., 2021) */
  PZ_N_JUDGES,
} PzJudgeKind;

/* "clip", "dino": the name in options and of the folder. */
const char *pz_judge_kind_name (PzJudgeKind kind);

typedef struct _PzJudge PzJudge;

/* Zero-initialised members mean the default. */
typedef struct
{
  PzJudgeKind kind;
  const char *path; /* folder or file; NULL = pz_judge_find () */
  const char *beside; /* see pz_model_search_path () */
  const char *device; /* see PzGpuParams */
  gboolean f32;
  GCancellable *cancellable;
} PzJudgeParams;

/* judges/NAME from the first folder of the model search path that has it, otherwise pz-judges/NAME, the included judge.
 * (transfer full), or NULL with BAD_FILE. */
char *pz_judge_find (PzJudgeKind kind, const char *beside, GError **error);

/* Checks a judge's configuration and the tensor names in its files, without a device. Fails as pz_judge_open () does. */
gboolean pz_judge_check (const PzJudgeParams *params, GError **error);

/* Opens the device and loads the network. (transfer full). Fails with NO_DEVICE, BAD_FILE, UNSUPPORTED_MODEL, GPU_MEMORY,
 * CANCELLED. */
PzJudge *pz_judge_open (const PzJudgeParams *params, GError **error);
void pz_judge_close (PzJudge *judge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzJudge, pz_judge_close)

const char *pz_judge_get_path (const PzJudge *judge);
guint pz_judge_get_width (const PzJudge *judge); /* length of a direction */
/* How a picture is preprocessed, for reports: "shortest side to 224 pixels (bicubic), …". (transfer none) */
const char *pz_judge_get_view (const PzJudge *judge);

/* Computes a picture's direction [width], a unit vector. image: RGB or RGBA, alpha is ignored as in the authors' scripts. mask:
 * 1 channel of the same size, pixels outside become black; NULL = none. A picture with a side above 8192 pixels is averaged
 * down first. Fails with BAD_INPUT (mask of another size), BAD_OUTPUT (a result that is not finite, or zero), DEVICE_LOST,
 * CANCELLED. */
gboolean
pz_judge_see (PzJudge *judge, PzImage *image, PzImage *mask, float *direction, GError **error);

/* Computes a text's direction [width], a unit vector; CLIP only. Text that is too long is truncated. Fails as above. */
gboolean pz_judge_read (PzJudge *judge, const char *text, float *direction, GError **error);

G_END_DECLS
