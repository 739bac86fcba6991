/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A judge: a network of others that turns pictures, and CLIP texts too, into directions; the more two of them agree, the more alike
 * are what they were made of (methods: evaluation metrics).
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

/* "clip", "dino": in options and as folders. */
const char *pz_judge_kind_name (PzJudgeKind kind);

typedef struct _PzJudge PzJudge;

/* Zero is the default. */
typedef struct
{
  PzJudgeKind kind;
  const char *path; /* folder or file; NULL = pz_judge_find () */
  const char *beside; /* see pz_model_search_path () */
  const char *device; /* see PzGpuParams */
  gboolean f32;
  GCancellable *cancellable;
} PzJudgeParams;

/* judges/NAME in the first of the folders where models are looked for that has it; else pz-judges/NAME, the included one. (transfer full), or
 * NULL with BAD_FILE. */
char *pz_judge_find (PzJudgeKind kind, const char *beside, GError **error);

/* Whether there is such a judge, by its configuration and the names in its files: no device is needed. Fails as opening does. */
gboolean pz_judge_check (const PzJudgeParams *params, GError **error);

/* Opens the device and loads the network. (transfer full). Fails with NO_DEVICE, BAD_FILE, UNSUPPORTED_MODEL, GPU_MEMORY,
 * CANCELLED. */
PzJudge *pz_judge_open (const PzJudgeParams *params, GError **error);
void pz_judge_close (PzJudge *judge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzJudge, pz_judge_close)

const char *pz_judge_get_path (const PzJudge *judge);
guint pz_judge_get_width (const PzJudge *judge); /* of its directions */
/* What it does with a picture before it looks, for reports: "shortest side to 224 pixels (bicubic), …". (transfer none) */
const char *pz_judge_get_view (const PzJudge *judge);

/* The picture's direction [width], of length 1. RGB or RGBA, whose alpha is left out as the authors' scripts do. mask, 1 channel of the
 * same size or NULL: black outside of it. A picture above 8192 pixels a side is averaged down first. Fails with BAD_INPUT (mask of
 * another size), BAD_OUTPUT (the answer is not finite or nothing), DEVICE_LOST, CANCELLED. */
gboolean
pz_judge_see (PzJudge *judge, PzImage *image, PzImage *mask, float *direction, GError **error);

/* A text's direction [width], of length 1, by CLIP alone. What is too long is cut off. Fails as above. */
gboolean pz_judge_read (PzJudge *judge, const char *text, float *direction, GError **error);

G_END_DECLS
