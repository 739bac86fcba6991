/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A name consists of a place (a block) and the rest. Each part is rewritten by a table row that matches its beginning, or stays
 * as it is. The first combination of rows that gives the name of an existing tensor is used.
 */
#include "models/files/key-map.h"

#include <string.h>

#define MAX_NUMBERS 2

/* A number of the file's name, computed from the numbers i and j of the network's name: of_i * i + of_j * j + plus. */
typedef struct
{
  gint8 of_i, of_j, plus;
} Number;

typedef struct
{
  const char *ours; /* the network's name; '#' is a number */
  const char *theirs;
  Number numbers[MAX_NUMBERS]; /* the numbers of `theirs`, in order */
  guint8 part, n_parts; /* which rows of a fused matrix; n_parts 0 = all rows */
  gboolean is_matrix; /* the file may store it as a 1x1 convolution */
  gboolean is_turned; /* the file stores it transposed */
} Row;

struct _PzKeyMap
{
  const char *prefix; /* of all names in the file */
  const Row *places;
  const Row *rests;
};

#define OF_I { 1, 0, 0 }
#define OF_J { 0, 1, 0 }

static const Row no_rows[] = { { NULL } };

/* ---- older folders ---- */

/* Names of the VAE's attention in diffusers before 0.17, and text encoders saved without "text_model.". */
static const Row folder_places[] = {
  { "text_model.", "text_model." },
  { "text_model.", "" },
  { "encoder.mid_block.attentions.0.", "encoder.mid_block.attentions.0." },
  { "decoder.mid_block.attentions.0.", "decoder.mid_block.attentions.0." },
  { NULL },
};

static const Row folder_rests[] = {
  { "to_", "to_" },      { "to_q.", "query." },         { "to_k.", "key." },
  { "to_v.", "value." }, { "to_out.0.", "proj_attn." }, { NULL },
};

const PzKeyMap pz_key_map_folder = { "", folder_places, folder_rests };

/* ---- the U-Net in one file: four levels of two layers ---- */

static const Row unet_places[] = {
  { "time_embedding.linear_1.", "time_embed.0." },
  { "time_embedding.linear_2.", "time_embed.2." },
  { "time_embedding.cond_proj.", "time_embed.cond_proj." },
  { "conv_in.", "input_blocks.0.0." },
  { "conv_norm_out.", "out.0." },
  { "conv_out.", "out.2." },
  { "down_blocks.#.resnets.#.", "input_blocks.#.0.", { { 3, 1, 1 } } },
  { "down_blocks.#.attentions.#.", "input_blocks.#.1.", { { 3, 1, 1 } } },
  { "down_blocks.#.downsamplers.0.conv.", "input_blocks.#.0.op.", { { 3, 0, 3 } } },
  { "mid_block.resnets.#.", "middle_block.#.", { { 2, 0, 0 } } },
  { "mid_block.attentions.0.", "middle_block.1." },
  { "up_blocks.#.resnets.#.", "output_blocks.#.0.", { { 3, 1, 0 } } },
  { "up_blocks.#.attentions.#.", "output_blocks.#.1.", { { 3, 1, 0 } } },
  { "up_blocks.0.upsamplers.0.conv.", "output_blocks.2.1.conv." },
  { "up_blocks.#.upsamplers.0.conv.", "output_blocks.#.2.conv.", { { 3, 0, 2 } } },
  { NULL },
};

static const Row unet_rests[] = {
  { "norm1.", "in_layers.0." },
  { "conv1.", "in_layers.2." },
  { "time_emb_proj.", "emb_layers.1." },
  { "norm2.", "out_layers.0." },
  { "conv2.", "out_layers.3." },
  { "conv_shortcut.", "skip_connection." },
  { NULL },
};

const PzKeyMap pz_key_map_ldm_unet = { "model.diffusion_model.", unet_places, unet_rests };

/* ---- the VAE in one file, where the decoder's levels are numbered from full resolution ---- */

static const Row vae_places[] = {
  { "encoder.down_blocks.#.resnets.#.", "encoder.down.#.block.#.", { OF_I, OF_J } },
  { "encoder.down_blocks.#.downsamplers.0.", "encoder.down.#.downsample.", { OF_I } },
  { "encoder.mid_block.resnets.#.", "encoder.mid.block_#.", { { 1, 0, 1 } } },
  { "encoder.mid_block.attentions.0.", "encoder.mid.attn_1." },
  { "encoder.conv_norm_out.", "encoder.norm_out." },
  { "decoder.up_blocks.#.resnets.#.", "decoder.up.#.block.#.", { { -1, 0, 3 }, OF_J } },
  { "decoder.up_blocks.#.upsamplers.0.", "decoder.up.#.upsample.", { { -1, 0, 3 } } },
  { "decoder.mid_block.resnets.#.", "decoder.mid.block_#.", { { 1, 0, 1 } } },
  { "decoder.mid_block.attentions.0.", "decoder.mid.attn_1." },
  { "decoder.conv_norm_out.", "decoder.norm_out." },
  /* A separate file may have diffusers' places: see vae_rests. */
  { "encoder.mid_block.attentions.0.", "encoder.mid_block.attentions.0." },
  { "decoder.mid_block.attentions.0.", "decoder.mid_block.attentions.0." },
  { NULL },
};

static const Row vae_rests[] = {
  { "conv_shortcut.", "nin_shortcut." },
  { "group_norm.", "norm." },
  { "to_q.", "query." }, /* names of diffusers before 0.17, in a separate file */
  { "to_k.", "key." },
  { "to_v.", "value." },
  { "to_out.0.", "proj_attn." },
  { "to_q.", "q.", .is_matrix = TRUE },
  { "to_k.", "k.", .is_matrix = TRUE },
  { "to_v.", "v.", .is_matrix = TRUE },
  { "to_out.0.", "proj_out.", .is_matrix = TRUE },
  { NULL },
};

const PzKeyMap pz_key_map_ldm_vae = { "first_stage_model.", vae_places, vae_rests };
const PzKeyMap pz_key_map_vae_alone = { "", vae_places, vae_rests };

/* ---- TAESD's decoder in its author's file, where the clamp before it counts as a layer ---- */

static const Row tiny_decoder_places[] = {
  { "decoder.layers.#.", "#.", { { 1, 0, 1 } } },
  { NULL },
};

const PzKeyMap pz_key_map_tiny_decoder = { "", tiny_decoder_places, no_rows };

/* ---- text towers in one file ---- */

/* Some files omit "text_model.". */
static const Row clip_places[] = {
  { "text_model.", "text_model." },
  { "text_model.", "" },
  { NULL },
};

const PzKeyMap pz_key_map_ldm_clip = { "cond_stage_model.transformer.", clip_places, no_rows };

#define OPEN_CLIP_PLACES \
  { "text_model.embeddings.token_embedding.", "token_embedding." }, \
    { "text_model.embeddings.position_embedding.weight", "positional_embedding" }, \
    { "text_model.encoder.layers.#.", "transformer.resblocks.#.", { OF_I } }, \
    { "text_model.final_layer_norm.", "ln_final." }

static const Row open_clip_places[] = { OPEN_CLIP_PLACES, { NULL } };

static const Row open_clip_rests[] = {
  { "layer_norm1.", "ln_1." },
  { "layer_norm2.", "ln_2." },
  { "self_attn.q_proj.", "attn.in_proj_", .part = 0, .n_parts = 3 },
  { "self_attn.k_proj.", "attn.in_proj_", .part = 1, .n_parts = 3 },
  { "self_attn.v_proj.", "attn.in_proj_", .part = 2, .n_parts = 3 },
  { "self_attn.out_proj.", "attn.out_proj." },
  { "mlp.fc1.", "mlp.c_fc." },
  { "mlp.fc2.", "mlp.c_proj." },
  { NULL },
};

const PzKeyMap pz_key_map_ldm_open_clip = {
  "cond_stage_model.model.",
  open_clip_places,
  open_clip_rests,
};

/* ---- CLIP's two towers: Hugging Face's names, also with the misspelling corrected, or OpenAI's ---- */

static const Row clip_both_places[] = {
  { "vision_model.", "vision_model." },
  { "vision_model.", "" },
  { "vision_model.pre_layrnorm.", "vision_model.pre_layernorm." },
  { "vision_model.embeddings.class_embedding", "visual.class_embedding" },
  { "vision_model.embeddings.patch_embedding.", "visual.conv1." },
  { "vision_model.embeddings.position_embedding.weight", "visual.positional_embedding" },
  { "vision_model.pre_layrnorm.", "visual.ln_pre." },
  { "vision_model.encoder.layers.#.", "visual.transformer.resblocks.#.", { OF_I } },
  { "vision_model.post_layernorm.", "visual.ln_post." },
  { "visual_projection.", "visual_projection." },
  { "visual_projection.weight", "visual.proj", .is_turned = TRUE },
  { "text_model.", "text_model." },
  OPEN_CLIP_PLACES,
  { "text_projection.", "text_projection." },
  { "text_projection.weight", "text_projection", .is_turned = TRUE },
  { NULL },
};

const PzKeyMap pz_key_map_clip = { "", clip_both_places, open_clip_rests };

/* ---- a vision transformer, possibly inside a classifier, or in the file of DINO's authors ---- */

static const Row vit_places[] = {
  { "embeddings.", "embeddings." },
  { "encoder.", "encoder." },
  { "layernorm.", "layernorm." },
  { "embeddings.cls_token", "cls_token" },
  { "embeddings.position_embeddings", "pos_embed" },
  { "embeddings.patch_embeddings.projection.", "patch_embed.proj." },
  { "encoder.layer.#.", "blocks.#.", { OF_I } },
  { "layernorm.", "norm." },
  { "embeddings.", "vit.embeddings." },
  { "encoder.", "vit.encoder." },
  { "layernorm.", "vit.layernorm." },
  { NULL },
};

static const Row vit_rests[] = {
  { "layernorm_before.", "norm1." },
  { "layernorm_after.", "norm2." },
  { "attention.attention.query.", "attn.qkv.", .part = 0, .n_parts = 3 },
  { "attention.attention.key.", "attn.qkv.", .part = 1, .n_parts = 3 },
  { "attention.attention.value.", "attn.qkv.", .part = 2, .n_parts = 3 },
  { "attention.output.dense.", "attn.proj." },
  { "intermediate.dense.", "mlp.fc1." },
  { "output.dense.", "mlp.fc2." },
  { NULL },
};

const PzKeyMap pz_key_map_vit = { "", vit_places, vit_rests };

/* ---- one name ---- */

/* Returns what follows the part of `name` that the pattern matches, or NULL. numbers: the numbers found, in order. */
static const char *
match (const char *pattern, const char *name, gint numbers[MAX_NUMBERS])
{
  guint n = 0;

  for (; *pattern != '\0'; pattern++)
    {
      if (*pattern != '#')
        {
          if (*name++ != *pattern)
            return NULL;
          continue;
        }
      if (!g_ascii_isdigit (*name) || n == MAX_NUMBERS)
        return NULL;
      numbers[n] = 0;
      for (; g_ascii_isdigit (*name) && numbers[n] < 1000; name++)
        numbers[n] = numbers[n] * 10 + *name - '0';
      n++;
    }
  return name;
}

static void
append_theirs (GString *text, const Row *row, const gint numbers[MAX_NUMBERS])
{
  const Number *number = row->numbers;

  for (const char *at = row->theirs; *at != '\0'; at++)
    {
      if (*at != '#')
        {
          g_string_append_c (text, *at);
          continue;
        }
      g_string_append_printf (text, "%d",
                              number->of_i * numbers[0] + number->of_j * numbers[1]
                                + number->plus);
      number++;
    }
}

/* Appends the row's replacement for the beginning of `name`. Returns the rest of `name`, or NULL if the row does not match. row
 * NULL: appends nothing and returns `name`. */
static const char *
rewrite (GString *text, const Row *row, const char *name)
{
  gint numbers[MAX_NUMBERS] = { 0 };
  const char *left = row != NULL ? match (row->ours, name, numbers) : name;

  if (left != NULL && row != NULL)
    append_theirs (text, row, numbers);
  return left;
}

/* The file's name, made by one row for the place and one for the rest; either may be NULL. NULL if a row does not match.
 * (transfer full) */
static char *
compose (const PzKeyMap *map, const Row *place, const Row *rest, const char *name)
{
  g_autoptr (GString) text = g_string_new (map->prefix);
  const char *left = rewrite (text, place, name);

  if (left != NULL)
    left = rewrite (text, rest, left);
  if (left == NULL)
    return NULL;
  g_string_append (text, left);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* place and rest: the rows that made the name; either may be NULL. */
typedef gboolean (*Visit) (const char *theirs,
                           const Row *place,
                           const Row *rest,
                           gpointer data);

/* Calls visit with every possible name, the most likely first, until it returns TRUE. */
static gboolean
visit_names (const PzKeyMap *map, const char *name, Visit visit, gpointer data)
{
  for (const Row *place = map->places;; place++)
    {
      const Row *this_place = place->ours != NULL ? place : NULL;

      for (const Row *rest = map->rests;; rest++)
        {
          const Row *this_rest = rest->ours != NULL ? rest : NULL;
          g_autofree char *theirs = compose (map, this_place, this_rest, name);

          if (theirs != NULL && visit (theirs, this_place, this_rest, data))
            return TRUE;
          if (this_rest == NULL)
            break;
        }
      if (this_place == NULL)
        return FALSE;
    }
}

/* ---- from names to tensors ---- */

typedef struct
{
  const PzTensorFile *file;
  const PzFileTensor *found;
  const Row *place, *rest;
} Search;

static gboolean
visit_file (const char *theirs, const Row *place, const Row *rest, gpointer data)
{
  Search *search = data;

  search->found = pz_tensor_file_find (search->file, theirs);
  search->place = place;
  search->rest = rest;
  return search->found != NULL;
}

/* [O, I, 1, 1] -> [O, I]. */
static void
show_as_matrix (PzFileTensor *tensor)
{
  if (tensor->n_dims == 4 && tensor->dims[2] == 1 && tensor->dims[3] == 1)
    tensor->n_dims = 2;
}

/* [I, O] -> [O, I]. */
static void
turn (PzFileTensor *tensor)
{
  const guint64 dim = tensor->dims[0], stride = tensor->strides[0];

  if (tensor->n_dims != 2)
    return;
  tensor->dims[0] = tensor->dims[1];
  tensor->strides[0] = tensor->strides[1];
  tensor->dims[1] = dim;
  tensor->strides[1] = stride;
  tensor->is_view = TRUE;
}

/* FALSE if the rows cannot be divided evenly. */
static gboolean
take_part (PzFileTensor *tensor, guint part, guint n_parts)
{
  guint bytes = pz_file_dtype_bytes (tensor->dtype);

  if (tensor->n_dims == 0 || tensor->dims[0] % n_parts != 0)
    return FALSE;
  tensor->dims[0] /= n_parts;
  tensor->n_elements /= n_parts;
  tensor->n_bytes /= n_parts;
  tensor->offset_bytes += part * tensor->dims[0] * tensor->strides[0] * bytes;
  return TRUE;
}

gboolean
pz_key_map_find (const PzKeyMap *map,
                 const PzTensorFile *file,
                 const char *name,
                 PzFileTensor *tensor)
{
  Search search = { .file = file };

  if (!visit_names (map, name, visit_file, &search))
    return FALSE;
  *tensor = *search.found;
  tensor->name = name;
  if (search.place != NULL && search.place->is_turned)
    turn (tensor);
  if (search.rest == NULL)
    return TRUE;
  if (search.rest->is_matrix)
    show_as_matrix (tensor);
  return search.rest->n_parts == 0
         || take_part (tensor, search.rest->part, search.rest->n_parts);
}

static gboolean
visit_first (const char *theirs, const Row *place, const Row *rest, gpointer data)
{
  (void) place;
  (void) rest;
  *(char **) data = g_strdup (theirs);
  return TRUE;
}

char *
pz_key_map_name (const PzKeyMap *map, const char *name)
{
  char *first = NULL;

  visit_names (map, name, visit_first, &first);
  return first;
}
