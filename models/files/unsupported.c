/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/unsupported.h"

#include <string.h>

#include "models/files/config-json.h"

#define SUPPORTED "Stable Diffusion 1.x or 2.x expected"

static gboolean
refuse (const char *path, const char *what, GError **error)
{
  g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL, "%s: %s is not supported, %s", path,
               what, SUPPORTED);
  return FALSE;
}

/* ---- folders ---- */

/* Parts of a "_class_name", tested in this order. */
static const struct
{
  const char *part;
  const char *what;
} classes[] = {
  { "StableDiffusionXL", "Stable Diffusion XL" },
  { "StableDiffusion3", "Stable Diffusion 3" },
  { "StableCascade", "Stable Cascade" },
  { "StableVideo", "Stable Video Diffusion" },
  { "LatentConsistencyModelXL", "Stable Diffusion XL" },
  { "UnCLIP", "an unCLIP model" },
  { "Flux", "Flux" },
  { "PixArt", "PixArt" },
  { "Kandinsky", "Kandinsky" },
  { "Wuerstchen", "Wuerstchen" },
  { "AnimateDiff", "AnimateDiff" },
  { "ControlNet", "a ControlNet" },
};

typedef struct
{
  char *class_name;
} ClassName;

static const PzConfigField class_fields[] = {
  { "_class_name", PZ_CONFIG_STRING, .offset = G_STRUCT_OFFSET (ClassName, class_name),
    .fallback = "null" },
  { "*", PZ_CONFIG_IGNORED },
  { NULL },
};

gboolean
pz_supported_folder (const char *path, GError **error)
{
  static const char *const names[] = { "model_index.json", "config.json" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_build_filename (path, names[i], NULL);
      g_autofree char *class_name = NULL;
      ClassName found = { 0 };

      if (!g_file_test (file, G_FILE_TEST_EXISTS)
          || !pz_config_read (file, class_fields, &found, NULL))
        continue;
      class_name = found.class_name;
      for (guint j = 0; class_name != NULL && j < G_N_ELEMENTS (classes); j++)
        if (strstr (class_name, classes[j].part) != NULL)
          return refuse (file, classes[j].what, error);
    }
  return TRUE;
}

/* ---- files ---- */

#define UNET "model.diffusion_model."
#define CONDITIONER "conditioner.embedders."

typedef struct
{
  const char *key; /* a tensor that only this kind has */
  const char *what;
  gboolean whole; /* it is a complete model */
} Mark;

/* Tested in this order: files of the upper rows may also have the keys of lower ones. */
static const Mark marks[] = {
  { CONDITIONER "1.model.ln_final.weight", "Stable Diffusion XL", TRUE },
  { CONDITIONER "0.model.ln_final.weight", "the refiner of Stable Diffusion XL", TRUE },
  { UNET "label_emb.0.0.weight", "Stable Diffusion XL", TRUE },
  { UNET "joint_blocks.0.x_block.attn.qkv.weight", "Stable Diffusion 3", TRUE },
  { UNET "double_blocks.0.img_attn.qkv.weight", "Flux", TRUE },
  { "double_blocks.0.img_attn.qkv.weight", "Flux", TRUE },
  { UNET "input_blocks.1.0.time_stack.in_layers.0.weight", "Stable Video Diffusion", TRUE },
  { "control_model.input_blocks.0.0.weight", "a ControlNet", FALSE },
  { "input_hint_block.0.weight", "a ControlNet", FALSE },
  { "controlnet_cond_embedding.conv_in.weight", "a ControlNet", FALSE },
  { "conv_in.weight", "a U-Net alone", FALSE },
  { "decoder.conv_in.weight", "a VAE alone", FALSE },
  { "emb_params", "a learned embedding", FALSE },
};

/* The tensor that every single file of Stable Diffusion 1.x and 2.x has. */
static const char unet_key[] = UNET "input_blocks.0.0.weight";

static const Mark *
find_mark (const PzTensorFile *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (pz_tensor_file_find (file, marks[i].key) != NULL)
      return &marks[i];
  return NULL;
}

gboolean
pz_supported_file (const PzTensorFile *file, GError **error)
{
  const Mark *mark = find_mark (file);

  if (mark != NULL)
    return refuse (pz_tensor_file_get_path (file), mark->what, error);
  if (pz_tensor_file_find (file, unet_key) != NULL)
    return TRUE;
  return refuse (pz_tensor_file_get_path (file), "a file without a U-Net", error);
}

gboolean
pz_is_whole_model (const PzTensorFile *file)
{
  const Mark *mark = find_mark (file);

  return mark != NULL ? mark->whole : pz_tensor_file_find (file, unet_key) != NULL;
}

/* ---- channels ---- */

static const struct
{
  guint in_channels;
  const char *what;
} channels[] = {
  { 5, "a depth-guided model (its U-Net takes 5 channels)" },
  { 7, "an upscaler (its U-Net takes 7 channels)" },
  { 8, "a model edited by instructions (its U-Net takes 8 channels)" },
  { 9, "an inpainting model (its U-Net takes 9 channels)" },
};

gboolean
pz_supported_channels (const char *path,
                       guint in_channels,
                       guint out_channels,
                       guint latent_channels,
                       GError **error)
{
  if (in_channels == latent_channels && out_channels == latent_channels)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (channels); i++)
    if (in_channels == channels[i].in_channels)
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                     "%s: %s is not supported, a model for whole pictures expected", path,
                     channels[i].what);
        return FALSE;
      }
  g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
               "%s: a U-Net with %u channels in and out, the VAE's, expected, found %u in and "
               "%u out",
               path, latent_channels, in_channels, out_channels);
  return FALSE;
}
