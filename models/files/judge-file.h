/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of the networks that judge pictures, in their common formats:
 *
 *   CLIP   Hugging Face's folder (CLIPModel's config.json and weights; vocab.json and merges.txt if the vocabulary is not
 *          CLIP's own), or OpenAI's file (ViT-B-32.pt: TorchScript, read as plain tensors)
 *   DINO   Hugging Face's folder (ViTModel's config.json and weights), or the authors' file (dino_deitsmall16_pretrain.pth)
 *
 * Without a config.json, the network's structure is derived from its tensors. Thread: any.
 */
#pragma once

#include "models/files/tokenizer.h"
#include "models/files/weights.h"
#include "models/judge.h"
#include "models/nets/configs.h"

G_BEGIN_DECLS

/* Read-only to callers. */
typedef struct
{
  PzJudgeKind kind;
  PzClipConfig clip; /* PZ_JUDGE_CLIP only */
  PzVisionConfig vit; /* PZ_JUDGE_DINO only */
  PzTokenizer *tokenizer; /* PZ_JUDGE_CLIP only */
  PzWeights *weights;
} PzJudgeFile;

/* place: the folder or file. (transfer full), or NULL with BAD_FILE (not found, unreadable, no such network in it) or
 * UNSUPPORTED_MODEL (a config.json for something else). */
PzJudgeFile *pz_judge_file_open (const char *place, PzJudgeKind kind, GError **error);
void pz_judge_file_close (PzJudgeFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzJudgeFile, pz_judge_file_close)

G_END_DECLS
