/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/lora-keys.h"

#include <string.h>

void
pz_lora_key_clear (PzLoraKey *key)
{
  g_clear_pointer (&key->path, g_free);
}

/* ---- endings ---- */

#define KOHYA "kohya-ss"
#define DIFFUSERS "diffusers"
#define OLDER "diffusers, older"
#define PEFT "PEFT"
#define CLONEOFSIMO "cloneofsimo"

static const struct
{
  const char *ending;
  PzLoraRole role;
  const char *dialect;
} endings[] = {
  { ".lora_down.weight", PZ_LORA_DOWN, KOHYA },
  { ".lora_up.weight", PZ_LORA_UP, KOHYA },
  { ".lora_mid.weight", PZ_LORA_MID, KOHYA },
  { "_lora_down.weight", PZ_LORA_DOWN, KOHYA },
  { "_lora_up.weight", PZ_LORA_UP, KOHYA },
  { ".lora.down.weight", PZ_LORA_DOWN, DIFFUSERS },
  { ".lora.up.weight", PZ_LORA_UP, DIFFUSERS },
  { ".lora_linear_layer.down.weight", PZ_LORA_DOWN, DIFFUSERS },
  { ".lora_linear_layer.up.weight", PZ_LORA_UP, DIFFUSERS },
  { "_lora.down.weight", PZ_LORA_DOWN, OLDER },
  { "_lora.up.weight", PZ_LORA_UP, OLDER },
  { ":down", PZ_LORA_DOWN, CLONEOFSIMO },
  { ":up", PZ_LORA_UP, CLONEOFSIMO },
  { ".alpha", PZ_LORA_ALPHA, NULL },
};

/* The name of an adapter may be in between: ".lora_A.default.weight". */
static gboolean
read_peft (const char *name, PzLoraKey *key, gsize *n_path)
{
  static const struct
  {
    const char *part;
    PzLoraRole role;
  } parts[] = { { ".lora_A.", PZ_LORA_DOWN }, { ".lora_B.", PZ_LORA_UP } };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const char *at = g_strrstr (name, parts[i].part);
      const char *end = at != NULL ? at + strlen (parts[i].part) : NULL;
      const char *dot = end != NULL ? strchr (end, '.') : NULL;

      if (end == NULL || (strcmp (end, "weight") != 0 && g_strcmp0 (dot, ".weight") != 0))
        continue;
      key->role = parts[i].role;
      key->dialect = PEFT;
      *n_path = (gsize) (at - name);
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_ending (const char *name, PzLoraKey *key, gsize *n_path)
{
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i].ending))
      {
        key->role = endings[i].role;
        key->dialect = endings[i].dialect;
        *n_path = strlen (name) - strlen (endings[i].ending);
        return TRUE;
      }
  return read_peft (name, key, n_path);
}

/* ---- beginnings ---- */

/* Removed for as long as one matches. */
static const struct
{
  const char *beginning;
  PzLoraNetwork network;
} beginnings[] = {
  { "lora_unet_unet_", PZ_LORA_OF_UNET },
  { "lora_unet_", PZ_LORA_OF_UNET },
  { "lora_te_text_encoder_", PZ_LORA_OF_TEXT },
  { "lora_te1_", PZ_LORA_OF_TEXT },
  { "lora_te_", PZ_LORA_OF_TEXT },
  { "base_model.model.", PZ_LORA_OF_EITHER },
  { "unet.", PZ_LORA_OF_UNET },
  { "text_encoder.", PZ_LORA_OF_TEXT },
};

static void
take_beginnings (PzLoraKey *key)
{
  const char *at = key->path;

  key->network = PZ_LORA_OF_EITHER;
  for (guint i = 0; i < G_N_ELEMENTS (beginnings);)
    {
      if (!g_str_has_prefix (at, beginnings[i].beginning))
        {
          i++;
          continue;
        }
      at += strlen (beginnings[i].beginning);
      if (beginnings[i].network != PZ_LORA_OF_EITHER)
        key->network = beginnings[i].network;
      i = 0;
    }
  memmove (key->path, at, strlen (at) + 1);
}

/* ---- layer names of older diffusers versions ---- */

/* Ends of paths. The text encoder's must come before the U-Net's, which also matches some of them. */
static const struct
{
  const char *theirs, *ours;
} older_ends[] = {
  { "self_attn.to_q", "self_attn.q_proj" },
  { "self_attn.to_k", "self_attn.k_proj" },
  { "self_attn.to_v", "self_attn.v_proj" },
  { "self_attn.to_out", "self_attn.out_proj" },
  { ".to_out", ".to_out.0" },
};

static void
take_older_names (PzLoraKey *key)
{
  static const char processor[] = ".processor";
  char *at = strstr (key->path, processor);

  if (at != NULL)
    memmove (at, at + strlen (processor), strlen (at + strlen (processor)) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (older_ends); i++)
    if (g_str_has_suffix (key->path, older_ends[i].theirs))
      {
        g_autofree char *path = g_steal_pointer (&key->path);

        path[strlen (path) - strlen (older_ends[i].theirs)] = '\0';
        key->path = g_strconcat (path, older_ends[i].ours, NULL);
        return;
      }
}

/* ---- cloneofsimo: "unet:12" ---- */

static gboolean
read_number (PzLoraKey *key)
{
  static const struct
  {
    const char *beginning;
    PzLoraNetwork network;
  } networks[] = { { "unet:", PZ_LORA_OF_UNET }, { "text_encoder:", PZ_LORA_OF_TEXT } };

  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      const char *number = key->path + strlen (networks[i].beginning);

      if (!g_str_has_prefix (key->path, networks[i].beginning)
          || !g_ascii_string_to_unsigned (number, 10, 0, G_MAXUINT16, NULL, NULL))
        continue;
      key->network = networks[i].network;
      key->is_numbered = TRUE;
      memmove (key->path, number, strlen (number) + 1);
      return TRUE;
    }
  return FALSE;
}

gboolean
pz_lora_key_read (const char *name, PzLoraKey *key)
{
  gsize n_path;

  if (!read_ending (name, key, &n_path))
    return FALSE;
  key->path = g_strndup (name, n_path);
  if (g_strcmp0 (key->dialect, CLONEOFSIMO) == 0)
    return read_number (key);
  take_beginnings (key);
  if (g_strcmp0 (key->dialect, OLDER) == 0)
    take_older_names (key);
  return key->path[0] != '\0';
}

/* ---- other kinds of weight changes ---- */

static const struct
{
  const char *part;
  const char *kind;
  gboolean at_end; /* at the end of the name; else anywhere */
} others[] = {
  { ".hada_", "LoHa" },
  { ".lokr_", "LoKr" },
  { ".dora_scale", "DoRA" },
  { "lora_magnitude_vector", "DoRA" },
  { ".oft_", "OFT" },
  { ".boft_", "BOFT" },
  { ".on_input", "(IA)^3" },
  { ".diff_b", "LyCORIS's whole differences", TRUE },
  { ".diff", "LyCORIS's whole differences", TRUE },
  { ".w_norm", "LyCORIS's norms" },
  { ".b_norm", "LyCORIS's norms" },
  { ".lora_embedding_", "PEFT's changes of an embedding" },
  { ".lora_B.bias", "PEFT's changes of a bias" },
  { "lora_te2_", "a LoRA of Stable Diffusion XL" },
  { "lora_te3_", "a LoRA of Stable Diffusion 3" },
  { "text_encoder_2.", "a LoRA of Stable Diffusion XL" },
  { "double_blocks_", "a LoRA of Flux" },
  { "single_transformer_blocks", "a LoRA of Flux" },
  { "joint_blocks_", "a LoRA of Stable Diffusion 3" },
  { "transformer.transformer_blocks.", "a LoRA of Stable Diffusion 3 or Flux" },
};

const char *
pz_lora_key_other_kind (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (others[i].at_end ? g_str_has_suffix (name, others[i].part)
                         : strstr (name, others[i].part) != NULL)
      return others[i].kind;
  return NULL;
}
