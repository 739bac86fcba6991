/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which files a model consists of, for people who look for one that is missing or damaged.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a file is for. */
typedef enum
{
  PZ_FILE_READS_PROMPT = 1 << 0, /* words to numbers */
  PZ_FILE_TEXT_ENCODER = 1 << 1,
  PZ_FILE_IMAGE_ENCODER = 1 << 2,
  PZ_FILE_GLOBAL_MAPPER = 1 << 3,
  PZ_FILE_LOCAL_MAPPER = 1 << 4,
  PZ_FILE_UNET = 1 << 5,
  PZ_FILE_VAE = 1 << 6,
} PzModelFileUse;

typedef struct
{
  guint uses; /* PzModelFileUse: a single file has several */
  char *name; /* below the model's folder; elsewhere the whole path */
  char *path; /* NULL = no path is known: what has to be said and where is in `name` */
  gboolean found;
  guint64 size_bytes; /* where found */
  guint64
    usual_bytes; /* of Stable Diffusion 1.x in 16 bits, and ELITE's mappers for it; 0 = less than 2 MB, or of another kind */
} PzModelFile;

/* model: a folder or a file, or NULL for what any folder needs. Files are where model.json says, of the kinds that are read; those
 * that are missing are listed by their usual names. (transfer full) array of PzModelFile. */
GPtrArray *pz_model_list_files (const char *model);

/* The folder that names count from: the model itself, or the one that its file lies in. (transfer full) */
char *pz_model_home (const char *model);

G_END_DECLS
