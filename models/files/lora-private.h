/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A LoRA file inside: lora-file.c makes parts of tensors, lora-said.c reads what the file says of itself, lora-values.c its
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
  gboolean has_geglu; /* cloneofsimo's numbers count GEGLU's layers too */
};

/* BAD_FILE with the file and the key; FALSE. */
gboolean
pz_lora_refuse (const PzLora *lora, const char *key, GError **error, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

/* Another family of models, or other classes of layers, by the metadata. */
gboolean pz_lora_check_said (PzLora *lora, GError **error);
/* PEFT's settings, in the metadata or in a file beside: alpha, rank-stabilised scales; DoRA is refused. */
gboolean pz_lora_take_settings (PzLora *lora, GError **error);

G_END_DECLS
