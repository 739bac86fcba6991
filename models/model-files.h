/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files that make up a model, to help users find a missing or damaged one.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a file is used for. */
typedef enum
{
  PZ_FILE_READS_PROMPT = 1 << 0, /* tokenizer */
  PZ_FILE_TEXT_ENCODER = 1 << 1,
  PZ_FILE_IMAGE_ENCODER = 1 << 2,
  PZ_FILE_GLOBAL_MAPPER = 1 << 3,
  PZ_FILE_LOCAL_MAPPER = 1 << 4,
  PZ_FILE_UNET = 1 << 5,
  PZ_FILE_VAE = 1 << 6,
} PzModelFileUse;

typedef struct
{
  guint uses; /* PzModelFileUse; a single-file model has several */
  char *name; /* relative to the model's folder; full path if elsewhere */
  char *path; /* NULL = not known: `name` says what to set, and where */
  gboolean found;
  guint64 size_bytes; /* if found */
  guint64 usual_bytes; /* typical, SD 1.x in 16 bits and its mappers; 0 = < 2 MB or unknown */
} PzModelFile;

/* model: a folder or a file; NULL = the files that any model folder needs. Locations come from model.json; formats are those
 * that can be read. Missing files are listed by their usual names. (transfer full) array of PzModelFile. */
GPtrArray *pz_model_list_files (const char *model);

/* The folder that names are relative to: the model itself, or the folder of its file. (transfer full) */
char *pz_model_home (const char *model);

G_END_DECLS
