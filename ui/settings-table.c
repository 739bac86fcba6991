/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/settings-table.h"

#include <glib/gi18n.h>

#include "ui/settings.h"

static const PzSettingChoice words[] = {
  { "primary", N_ ("Main word (easiest to edit)") },
  { "all", N_ ("All words (closest likeness)") },
  { NULL, NULL },
};

static const PzSettingChoice masks[] = {
  { "auto", N_ ("Automatic") },
  { "subject", N_ ("Found thing") },
  { "selection", N_ ("Selection") },
  { "layer-mask", N_ ("Layer mask") },
  { "alpha", N_ ("Transparency") },
  { "layer", N_ ("Whole layer") },
  { NULL, NULL },
};

static const PzSettingChoice targets[] = {
  { "layers", N_ ("Above the concept") },
  { "new-image", N_ ("New image") },
  { "selection", N_ ("Into the selection") },
  { "below", N_ ("Over the layer below") },
  { NULL, NULL },
};

const PzSetting pz_settings_table[] = {
  {
    .name = "prompt",
    .kind = PZ_SETTING_TEXT,
    .text = PZ_SETTINGS_PROMPT,
    .label = N_ ("_Prompt"),
    .about = N_ ("What the new pictures show, in English; S stands for the concept"),
    .recipe = "prompt",
  },
  {
    .name = "negative-prompt",
    .kind = PZ_SETTING_TEXT,
    .text = "",
    .label = N_ ("Nega_tive prompt"),
    .about = N_ ("What the new pictures should not show"),
    .recipe = "negative_prompt",
    .in_presets = TRUE,
  },
  {
    .name = "variants",
    .kind = PZ_SETTING_WHOLE,
    .min = 1,
    .max = PZ_MAX_VARIANTS,
    .value = 4,
    .label = N_ ("_Variants"),
    .about = N_ ("How many new layers to make"),
    .in_presets = TRUE,
  },
  {
    .name = "seed",
    .kind = PZ_SETTING_WHOLE,
    .min = -1,
    .max = PZ_SETTINGS_MAX_SEED,
    .value = -1,
    .label = N_ ("S_eed"),
    .about = N_ ("Seed of the first variant; -1 picks one at random"),
    .recipe = "seed",
  },
  {
    .name = "steps",
    .kind = PZ_SETTING_WHOLE,
    .max = PZ_SETTINGS_MAX_STEPS,
    .label = N_ ("Num_ber of steps"),
    .about = N_ ("Number of denoising steps; 0 uses the model's default"),
    .recipe = "steps",
    .in_presets = TRUE,
  },
  {
    .name = "guidance",
    .kind = PZ_SETTING_REAL,
    .min = -1,
    .max = PZ_SETTINGS_MAX_GUIDANCE,
    .value = -1,
    .label = N_ ("G_uidance"),
    .about = N_ (
      "How closely the prompt is followed; below 0 uses the model's default, 1 turns guidance off"),
    .recipe = "guidance",
    .in_presets = TRUE,
  },
  {
    .name = "fidelity",
    .kind = PZ_SETTING_REAL,
    .min = -1,
    .max = PZ_MAX_FIDELITY,
    .value = -1,
    .label = N_ ("Concept _fidelity"),
    .about = N_ (
      "Small values follow the prompt, large ones the concept; below 0 uses the model's default"),
    .recipe = "fidelity",
    .in_presets = TRUE,
  },
  {
    .name = "words",
    .kind = PZ_SETTING_CHOICE,
    .text = "primary",
    .choices = words,
    .label = N_ ("_Words"),
    .about = N_ ("How many of the words that describe the concept stand for S"),
    .recipe = "words",
    .in_presets = TRUE,
  },
  {
    .name = "sampler",
    .kind = PZ_SETTING_CHOICE,
    .text = PZ_SETTINGS_SAMPLER,
    .label = N_ ("Samp_ler"),
    .about = N_ ("The method that turns noise into a picture"),
    .recipe = "sampler",
    .in_presets = TRUE,
  },
  {
    .name = "mask-source",
    .kind = PZ_SETTING_CHOICE,
    .text = "auto",
    .choices = masks,
    .label = N_ ("Mas_k"),
    .about = N_ ("Which part of the layer is the concept"),
  },
  {
    .name = "model-folder",
    .kind = PZ_SETTING_FILE,
    .label = N_ ("_Model"),
    .about =
      N_ ("Folder with a model, or model of one file; if empty, the first model found is used"),
  },
  {
    .name = "device",
    .kind = PZ_SETTING_TEXT,
    .text = "",
    .label = N_ ("Dev_ice"),
    .about =
      N_ ("Number of a Vulkan device or part of its name; if empty, the best one is used"),
  },
  {
    .name = "width",
    .kind = PZ_SETTING_WHOLE,
    .max = PZ_SETTINGS_MAX_SIZE,
    .label = N_ ("Width"),
    .about = N_ ("In pixels; 0 uses the model's default width"),
    .recipe = "width",
    .in_presets = TRUE,
  },
  {
    .name = "height",
    .kind = PZ_SETTING_WHOLE,
    .max = PZ_SETTINGS_MAX_SIZE,
    .label = N_ ("Height"),
    .about = N_ ("In pixels; 0 uses the model's default height"),
    .recipe = "height",
    .in_presets = TRUE,
  },
  {
    .name = "target",
    .kind = PZ_SETTING_CHOICE,
    .text = "layers",
    .choices = targets,
    .label = N_ ("Results"),
    .about = N_ ("Where the new layers go"),
    .in_presets = TRUE,
  },
  {
    .name = "image-comment",
    .kind = PZ_SETTING_FLAG,
    .label = N_ ("Save settings in the image comment"),
    .about = N_ (
      "Save prompt and settings as text in the image comment, which is exported with the image"),
  },
  {
    .name = "mark-origin",
    .kind = PZ_SETTING_FLAG,
    .label = N_ ("Label as AI-generated"),
    .about = N_ (
      "State in the image's metadata (IPTC Digital Source Type) that AI generated parts of it"),
  },
  {
    .name = "room",
    .kind = PZ_SETTING_REAL,
    .max = PZ_MAX_ROOM,
    .label = N_ ("Surroundings"),
    .about = N_ (
      "How much of the concept's surroundings the model sees as well, as a fraction of the concept's size"),
    .in_presets = TRUE,
  },
  {
    .name = "strength",
    .kind = PZ_SETTING_REAL,
    .min = PZ_SETTINGS_MIN_STRENGTH,
    .max = 1,
    .value = 0.75,
    .label = N_ ("Strength"),
    .about = N_ ("How much the area that is painted over changes; 1 leaves nothing of it"),
    .recipe = "strength",
    .in_presets = TRUE,
  },
  {
    .name = "variation-of",
    .kind = PZ_SETTING_WHOLE,
    .min = -1,
    .max = PZ_SETTINGS_MAX_SEED,
    .value = -1,
    .label = N_ ("Variations of seed"),
    .about = N_ ("Make variations of this seed's picture; -1 makes none"),
    .recipe = "variation_of",
  },
  {
    .name = "variation",
    .kind = PZ_SETTING_REAL,
    .min = PZ_SETTINGS_MIN_VARIATION,
    .max = 1,
    .value = 0.3,
    .label = N_ ("Variation"),
    .about = N_ ("How much variations differ from that picture"),
    .recipe = "variation",
  },
  {
    .name = "keep-prompts",
    .kind = PZ_SETTING_FLAG,
    .value = TRUE,
    .label = N_ ("Save prompts in the image"),
    .about = N_ (
      "Save prompts in the image: in the settings of each result, in layer names and in the last settings"),
  },
  {
    .name = "native-size",
    .kind = PZ_SETTING_FLAG,
    .label = N_ ("Native size"),
    .about = N_ (
      "Keep results as large as the model made them; otherwise they are scaled to the concept"),
  },
  {
    .name = "concepts",
    .kind = PZ_SETTING_TEXTS,
    .label = N_ ("Concepts"),
    .about = N_ (
      "What S1, S2, … stand for: “layer”, the path of a saved concept, or the name of one in your concepts folder; if empty, the layer alone"),
  },
  {
    .name = "fidelities",
    .kind = PZ_SETTING_REALS,
    .label = N_ ("Fidelities"),
    .about = N_ (
      "Concept fidelity of each of them; below 0 or missing: the value of “Concept fidelity”"),
  },
  {
    .name = "preview",
    .kind = PZ_SETTING_FLAG,
    .value = TRUE,
    .label = N_ ("Preview"),
    .about = N_ ("Show each variant while it is being made"),
    .is_of_dialog = TRUE,
  },
  {
    .name = "recovery",
    .kind = PZ_SETTING_FLAG,
    .value = TRUE,
    .label = N_ ("Recovery"),
    .about = N_ ("Keep finished variants in a private folder until they have become layers"),
    .is_of_dialog = TRUE,
  },
};

const guint pz_n_settings = G_N_ELEMENTS (pz_settings_table);

const PzSetting *
pz_setting_find (const char *name)
{
  for (guint i = 0; i < pz_n_settings; i++)
    if (g_str_equal (pz_settings_table[i].name, name))
      return &pz_settings_table[i];
  g_assert_not_reached ();
}
