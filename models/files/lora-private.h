/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Internals of a LoRA file: lora-file.c makes parts from tensors, lora-said.c reads the metadata, lora-values.c reads the
 * matrices.
 */
#pragma once

#include "models/files/lora-file.h"

G_BEGIN_DECLS

struct _PzLora
{
  gatomicrefcount refs;
  PzTensorFile *file;
  char *name;
  char *sha256;
  const char *dialect;
  GPtrArray *parts; /* PzLoraPart */
  GPtrArray *words; /* PzEmbedding */
  gboolean has_geglu; /* cloneofsimo's numbering includes the GEGLU layers */
};

/* Sets BAD_FILE with the file and the key; always FALSE. */
gboolean
pz_lora_refuse (const PzLora *lora, const char *key, GError **error, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

/* Refuses files whose metadata name another model family or unsupported layer classes. Sets has_geglu. */
gboolean pz_lora_check_said (PzLora *lora, GError **error);
/* Applies PEFT's settings from the metadata or from a file in the same folder: alpha, rank-stabilised scales. Refuses DoRA. */
gboolean pz_lora_take_settings (PzLora *lora, GError **error);

G_END_DECLS
