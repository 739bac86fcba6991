/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/file-kind.h"

#include <string.h>

#include "models/files/adapter-file.h"
#include "models/files/concept-file.h"
#include "models/files/custom-diffusion-file.h"
#include "models/files/embedding-file.h"
#include "models/files/encoding-file.h"
#include "models/files/image-prompt-file.h"
#include "models/files/lora-file.h"
#include "models/files/unsupported.h"
#include "models/learned.h"

#define LATENT_CHANNELS 4
#define MAX_KEYS 2

#define LDM_UNET "model.diffusion_model."
#define ATTENTION "transformer_blocks.0.attn2.to_k.weight"
#define TEXT_TOKENS "text_model.embeddings.token_embedding.weight"

/* ---- families, by the width of their text encoder's output ---- */

static const struct
{
  guint64 width;
  const char *name;
} families[] = {
  { 768, "sd-1.x" },
  { 1024, "sd-2.x" },
  { 2048, "sdxl" },
};

static const char *
find_family (guint64 width)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (families[i].width == width)
      return families[i].name;
  return NULL;
}

/* ---- problems ---- */

typedef char *(*FindProblem) (const PzTensorFile *file);

static char *
take_message (GError *error)
{
  char *message = error != NULL ? g_strdup (error->message) : NULL;

  g_clear_error (&error);
  return message;
}

/* A U-Net's output is a latent. If it takes more channels than that, it is made for another purpose. */
static char *
check_channels (const PzTensorFile *file, const char *in_key, const char *out_key)
{
  const PzFileTensor *in = pz_tensor_file_find (file, in_key);
  const PzFileTensor *out = pz_tensor_file_find (file, out_key);
  guint latent = out != NULL && out->n_dims > 0 ? (guint) out->dims[0] : LATENT_CHANNELS;
  GError *error = NULL;

  if (in->n_dims > 1)
    pz_supported_channels (pz_tensor_file_get_path (file), (guint) in->dims[1], latent, latent,
                           &error);
  return take_message (error);
}

static char *
check_unet (const PzTensorFile *file)
{
  return check_channels (file, "conv_in.weight", "conv_out.weight");
}

static char *
check_checkpoint (const PzTensorFile *file)
{
  return check_channels (file, LDM_UNET "input_blocks.0.0.weight", LDM_UNET "out.2.weight");
}

static char *
check_whole (const PzTensorFile *file)
{
  GError *error = NULL;

  pz_supported_file (file, &error);
  return take_message (error);
}

static char *
say_unused (const PzTensorFile *file)
{
  return g_strdup_printf ("%s: nothing here uses files of this kind",
                          pz_tensor_file_get_path (file));
}

static char *
check_concept (const PzTensorFile *file)
{
  GError *error = NULL;
  g_autoptr (PzConcept) concept = pz_concept_load (pz_tensor_file_get_path (file), &error);

  return take_message (error);
}

static char *
check_custom_diffusion (const PzTensorFile *file)
{
  GError *error = NULL;
  g_autoptr (PzConcept) concept =
    pz_custom_diffusion_load (pz_tensor_file_get_path (file), &error);

  return take_message (error);
}

static char *
check_ip_adapter (const PzTensorFile *file)
{
  GError *error = NULL;
  PzImagePromptConfig config = { 0 };

  pz_image_prompt_file_measure (file, &config, &error);
  return take_message (error);
}

static char *
check_lora (const PzTensorFile *file)
{
  GError *error = NULL;
  g_autoptr (PzLora) lora = pz_lora_open (pz_tensor_file_get_path (file), FALSE, &error);

  return take_message (error);
}

/* ---- features other than a single tensor name ---- */

/* Both mappers have the same tensors; only the file's name distinguishes them. */
static gboolean
is_local_mapper (const PzTensorFile *file)
{
  g_autofree char *name = g_path_get_basename (pz_tensor_file_get_path (file));

  return strstr (name, "local") != NULL;
}

static gboolean
is_unsupported_whole (const PzTensorFile *file)
{
  return pz_is_whole_model (file) && !pz_supported_file (file, NULL);
}

/* ---- the kinds ---- */

#define A_PART "as a part of a model folder: "

typedef struct
{
  const char *kind;
  const char *what;
  const char *use;
  const char *keys[MAX_KEYS]; /* tensors that it must have; NULL = any */
  gboolean (*is) (const PzTensorFile *file); /* must hold too; NULL = nothing more */
  const char *text_key; /* tensor with a dimension that is the text's width; NULL = none */
  guint text_dim;
  FindProblem find_problem; /* NULL = none */
} Row;

#define TEXT_WIDTH(key, dim) .text_key = key, .text_dim = dim
#define UNET_WIDTH TEXT_WIDTH ("down_blocks.0.attentions.0." ATTENTION, 1)
#define CONTROL "control_model."

/* The first row that matches is used: files of the upper rows may also have the tensors of lower ones. */
static const Row rows[] = {
  { .kind = "concept",
    .what = "a saved concept",
    .use = "in prompts, as S (generate --concept FILE)",
    .is = pz_concept_file_is,
    .find_problem = check_concept },
  { .kind = "unsupported-model",
    .what = "another kind of model in one file",
    .is = is_unsupported_whole,
    .find_problem = check_whole },
  { .kind = "checkpoint",
    .what = "Stable Diffusion in one file",
    .use = "as a model: it makes pictures (--model FILE)",
    .keys = { LDM_UNET "input_blocks.0.0.weight" },
    TEXT_WIDTH (LDM_UNET "input_blocks.1.1." ATTENTION, 1),
    .find_problem = check_checkpoint },
  { .kind = "controlnet",
    .what = "a ControlNet",
    .keys = { "controlnet_cond_embedding.conv_in.weight" },
    UNET_WIDTH,
    .find_problem = say_unused },
  { .kind = "controlnet",
    .what = "a ControlNet",
    .keys = { CONTROL "input_blocks.0.0.weight" },
    TEXT_WIDTH (CONTROL "input_blocks.1.1." ATTENTION, 1),
    .find_problem = say_unused },
  { .kind = "lora",
    .what = "low-rank changes of a model's weights (LoRA)",
    .use = "in prompts, as <lora:NAME:1> from a folder “loras” (or --lora FILE)",
    .is = pz_lora_is,
    .find_problem = check_lora },
  { .kind = "ip-adapter",
    .what = "an IP-Adapter plus",
    .use = A_PART "ip_adapter/, for pictures in addition to a prompt (--concept-by "
                  "ip-adapter-plus)",
    .keys = { "image_proj.latents" },
    .is = pz_image_prompt_file_is,
    TEXT_WIDTH ("image_proj.proj_out.weight", 0),
    .find_problem = check_ip_adapter },
  { .kind = "ip-adapter",
    .what = "an IP-Adapter",
    .use = A_PART "ip_adapter/, for pictures in addition to a prompt (--concept-by ip-adapter)",
    .is = pz_image_prompt_file_is,
    TEXT_WIDTH ("image_proj.norm.weight", 0),
    .find_problem = check_ip_adapter },
  { .kind = "custom-diffusion",
    .what = "keys and values of Custom Diffusion",
    .use = "in prompts, together with its words (--concept FILE, or the folder with both)",
    .is = pz_custom_diffusion_is,
    .find_problem = check_custom_diffusion },
  { .kind = "elite-local-mapper",
    .what = "ELITE's local mapper",
    .use = A_PART "elite/, to personalize",
    .keys = { "mapping_0.0.weight", "mapping_patch_0.0.weight" },
    .is = is_local_mapper,
    TEXT_WIDTH ("mapping_0.6.weight", 0) },
  { .kind = "elite-global-mapper",
    .what = "ELITE's global mapper",
    .use = A_PART "elite/, to personalize",
    .keys = { "mapping_0.0.weight", "mapping_patch_0.0.weight" },
    TEXT_WIDTH ("mapping_0.6.weight", 0) },
  { .kind = "unet",
    .what = "a U-Net of Stable Diffusion XL",
    .keys = { "add_embedding.linear_1.weight" },
    .find_problem = say_unused },
  { .kind = "unet",
    .what = "a U-Net of latent consistency",
    .use = A_PART "unet/",
    .keys = { "conv_in.weight", "time_embedding.cond_proj.weight" },
    UNET_WIDTH,
    .find_problem = check_unet },
  { .kind = "unet",
    .what = "a U-Net",
    .use = A_PART "unet/",
    .keys = { "conv_in.weight", "time_embedding.linear_1.weight" },
    UNET_WIDTH,
    .find_problem = check_unet },
  { .kind = "vae",
    .what = "a VAE (AutoencoderKL)",
    .use = A_PART "vae/, or by itself (--vae FILE)",
    .keys = { "encoder.conv_in.weight", "decoder.conv_in.weight" } },
  { .kind = "vae",
    .what = "a small VAE (TAESD)",
    .use = A_PART "vae/, or by itself (--vae FILE)",
    .keys = { "encoder.layers.0.weight", "decoder.layers.0.weight" } },
  { .kind = "vae",
    .what = "the decoder of a small VAE (TAESD)",
    .use = "as a fast decoder (--vae FILE)",
    .keys = { "1.weight", "3.conv.0.weight" } },
  { .kind = "vae",
    .what = "the encoder of a small VAE (TAESD), which nothing here uses without its decoder",
    .keys = { "0.weight", "1.conv.0.weight" },
    .find_problem = say_unused },
  { .kind = "image-encoder",
    .what = "CLIP's image encoder",
    .use = A_PART "image_encoder/",
    .keys = { "vision_model.embeddings.patch_embedding.weight" } },
  { .kind = "image-encoder",
    .what = "CLIP in its authors' layout, with its image encoder",
    .use = A_PART "image_encoder/",
    .keys = { "visual.conv1.weight" } },
  { .kind = "text-encoder",
    .what = "a text encoder (CLIP)",
    .use = A_PART "text_encoder/",
    .keys = { TEXT_TOKENS },
    TEXT_WIDTH (TEXT_TOKENS, 1) },
};

static gboolean
fits (const Row *row, const PzTensorFile *file)
{
  for (guint i = 0; i < MAX_KEYS; i++)
    if (row->keys[i] != NULL && pz_tensor_file_find (file, row->keys[i]) == NULL)
      return FALSE;
  return row->is == NULL || row->is (file);
}

static void
fill (PzFileKind *kind, const Row *row, const PzTensorFile *file)
{
  const PzFileTensor *text =
    row->text_key != NULL ? pz_tensor_file_find (file, row->text_key) : NULL;

  kind->kind = row->kind;
  kind->what = row->what;
  kind->use = row->use;
  if (text != NULL && text->n_dims > row->text_dim)
    kind->family = find_family (text->dims[row->text_dim]);
  if (row->find_problem != NULL)
    kind->problem = row->find_problem (file);
  if (row->is == pz_lora_is && kind->problem == NULL)
    {
      kind->learned = pz_learned_inspect (pz_tensor_file_get_path (file));
      kind->family = find_family (((const PzLearnedInfo *) kind->learned->pdata[0])->width);
    }
}

/* ---- learned files ---- */

static const struct
{
  const char *kind;
  const char *what;
  const char *use;
} learned_kinds[] = {
  [PZ_LEARNED_WORDS] = { "words", "learned words",
                         "in prompts, by their names (--embedding FILE)" },
  [PZ_LEARNED_ADAPTER] = { "adapter", "CatVersion's adapter of the text encoder",
                           "with a prompt, as an adapter for all of it (--adapter FOLDER)" },
  [PZ_LEARNED_ENCODING] = { "encoding", "an encoded prompt",
                            "in place of a negative prompt (--negative-encoding FILE)" },
  /* PZ_LEARNED_LORA: one of the rows above. */
};

/* FALSE if the file contains nothing learned. */
static gboolean
fill_learned (PzFileKind *kind, const PzTensorFile *file)
{
  g_autoptr (GPtrArray) learned = NULL;
  const PzLearnedInfo *first;

  if (pz_tensor_file_get_file_bytes (file) > PZ_EMBEDDING_MAX_FILE_BYTES
      || pz_tensor_file_get_n_tensors (file) == 0)
    return FALSE;
  learned = pz_learned_inspect (pz_tensor_file_get_path (file));
  if (learned->len == 0)
    return FALSE;
  first = learned->pdata[0];
  if (first->problem != NULL && first->kind == PZ_LEARNED_WORDS
      && pz_tensor_file_find (file, "clip_g") == NULL)
    return FALSE;
  kind->kind = learned_kinds[first->kind].kind;
  kind->what = learned_kinds[first->kind].what;
  kind->use = learned_kinds[first->kind].use;
  kind->family = find_family (first->width);
  kind->problem = g_strdup (first->problem);
  kind->learned = g_steal_pointer (&learned);
  return TRUE;
}

PzFileKind *
pz_file_kind_find (const PzTensorFile *file)
{
  PzFileKind *kind = g_new0 (PzFileKind, 1);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (fits (&rows[i], file))
      {
        fill (kind, &rows[i], file);
        return kind;
      }
  if (fill_learned (kind, file))
    return kind;
  kind->kind = "unknown";
  kind->what = "tensors of an unknown kind";
  kind->problem = say_unused (file);
  return kind;
}

void
pz_file_kind_free (PzFileKind *kind)
{
  if (kind == NULL)
    return;
  g_clear_pointer (&kind->learned, g_ptr_array_unref);
  g_free (kind->problem);
  g_free (kind);
}
