/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/generate-options.h"

#include <string.h>
#include <unistd.h>

#include "cli/generate-learned.h"
#include "cli/generate-recipe.h"
#include "cli/model-options.h"
#include "models/files/text-file.h"

#define DEFAULT_STRENGTH 0.75
#define MOST_PROMPT_BYTES (1u << 20)
#define MOST_SEED ((guint64) G_MAXINT64 - PZ_MAX_VARIANTS)

const PzOption pz_generate_options[] = {
  PZ_OPTION (
    PzGenerateOptions,
    concepts,
    "concept",
    'c',
    FILENAME_ARRAY,
    "Picture of the concept, .pzconcept file or Custom Diffusion folder; repeat for S2, S3, S4",
    "FILE"),
  PZ_OPTION_OF (
    "concept",
    PzGenerateOptions,
    masks,
    "mask",
    "Mask of the preceding --concept (white), or none: the whole picture; default: its "
    "transparency, else the detected subject",
    "IMG|none"),
  PZ_OPTION (PzGenerateOptions,
             room,
             "room",
             0,
             DOUBLE,
             "Extra margin around the concept, 0 to 1; default: 0",
             "X"),
  PZ_OPTION (PzGenerateOptions,
             prompt,
             "prompt",
             'p',
             STRING,
             "Prompt, in which S stands for the concept",
             "TEXT"),
  PZ_OPTION (PzGenerateOptions,
             prompt_file,
             "prompt-file",
             0,
             FILENAME,
             "File to read the prompt from, - for standard input",
             "FILE"),
  PZ_OPTION (PzGenerateOptions,
             negative,
             "negative",
             'n',
             STRING,
             "Negative prompt: what to avoid",
             "TEXT"),
  PZ_OPTION_MODEL (PzGenerateOptions, 'm'),
  PZ_OPTION_CONCEPT_BY (PzGenerateOptions),
  PZ_OPTION_ELITE (PzGenerateOptions),
  PZ_OPTION_IP_ADAPTER (PzGenerateOptions),
  PZ_OPTION (
    PzGenerateOptions,
    vae,
    "vae",
    0,
    FILENAME,
    "VAE to use instead: folder or file, also TAESD or a whole model; default: the model's",
    "PATH"),
  PZ_OPTION (
    PzGenerateOptions,
    out,
    "out",
    'o',
    FILENAME,
    "Output folder, where nothing is overwritten, or FILE.png; default: the current folder",
    "PATH"),
  PZ_OPTION (PzGenerateOptions,
             force,
             "force",
             'f',
             NONE,
             "Overwrite the file given as --out",
             NULL),
  PZ_OPTION (PzGenerateOptions,
             variants,
             "variants",
             'b',
             INT,
             "Number of variants, 1 to 16; variant i uses seed + i; default: 1",
             "N"),
  PZ_OPTION (PzGenerateOptions,
             seed,
             "seed",
             's',
             STRING,
             "Seed of the first variant; -1: pick one at random and print it; default: 0",
             "N"),
  PZ_OPTION (PzGenerateOptions,
             steps,
             "steps",
             0,
             INT,
             "Number of sampling steps; default: the model's",
             "N"),
  PZ_OPTION (PzGenerateOptions,
             guidance,
             "guidance",
             'g',
             DOUBLE,
             "Guidance scale, 0 to 100; 1 or less: no guidance; default: the model's",
             "X"),
  PZ_OPTION (
    PzGenerateOptions,
    fidelities,
    "fidelity",
    0,
    STRING_ARRAY,
    "Strength of the concept, 0 to 1.5, once for all or once per --concept; default: the model's "
    "for local detail, 1 for image tokens and weights",
    "X"),
  PZ_OPTION (PzGenerateOptions,
             words,
             "words",
             0,
             STRING,
             "Words of the concept to use: primary (easiest to edit) or all (best likeness); "
             "default: primary",
             "WHICH"),
  PZ_OPTION (PzGenerateOptions,
             embeddings,
             "embedding",
             0,
             FILENAME_ARRAY,
             "Learned words, used by their own names or as NAME; repeat for more",
             "[NAME=]FILE"),
  PZ_OPTION (
    PzGenerateOptions,
    loras,
    "lora",
    0,
    FILENAME_ARRAY,
    "LoRA file, folder or name, with a weight from -10 to 10 (default: 1); repeat for more",
    "FILE[:WEIGHT]"),
  PZ_OPTION (PzGenerateOptions,
             adapter,
             "adapter",
             0,
             FILENAME,
             "Text encoder adapter (CatVersion): folder or file",
             "PATH"),
  PZ_OPTION (PzGenerateOptions,
             negative_encoding,
             "negative-encoding",
             0,
             FILENAME,
             "Encoded prompt to use instead of the negative prompt",
             "FILE"),
  PZ_OPTION (PzGenerateOptions,
             sampler,
             "sampler",
             0,
             STRING,
             "Sampler; default: the model's",
             "NAME"),
  PZ_OPTION (PzGenerateOptions,
             size,
             "size",
             0,
             STRING,
             "Picture size; default: the model's",
             "WxH"),
  PZ_OPTION (PzGenerateOptions,
             init_image,
             "init-image",
             'i',
             FILENAME,
             "Picture to start from, scaled and centre-cropped to the size",
             "IMG"),
  PZ_OPTION (PzGenerateOptions,
             strength,
             "strength",
             0,
             DOUBLE,
             "Denoising strength for --init-image, above 0 to 1; default: 0.75",
             "X"),
  PZ_OPTION (PzGenerateOptions,
             paint_mask,
             "paint-mask",
             0,
             FILENAME,
             "Where to repaint --init-image (white), same size; default: everywhere",
             "IMG"),
  PZ_OPTION (
    PzGenerateOptions,
    recipe,
    "recipe",
    'r',
    FILENAME,
    "Reproduce a picture from its PNG or a JSON recipe; other options override the recipe",
    "FILE"),
  PZ_OPTION (PzGenerateOptions,
             recognizer,
             "recognizer",
             0,
             FILENAME,
             "insightface network (IResNet) that people were learned with, to compare faces",
             "FILE.pth"),
  PZ_OPTION_DEVICE (PzGenerateOptions),
  PZ_OPTION_F32 (PzGenerateOptions),
  PZ_OPTION_WEIGHTS (PzGenerateOptions),
  PZ_OPTION (PzGenerateOptions,
             low_memory,
             "low-memory",
             0,
             NONE,
             "Unload each part of the model after use: less memory, but slower",
             NULL),
  PZ_OPTION (PzGenerateOptions,
             quiet,
             "quiet",
             'q',
             NONE,
             "Do not print progress or notes",
             NULL),
  PZ_OPTION (PzGenerateOptions,
             json,
             "json",
             0,
             NONE,
             "Print JSON: files, seeds, recipes, times, memory, device and errors",
             NULL),
  PZ_OPTIONS_END,
};

char *
pz_generate_options_describe (void)
{
  GString *text = g_string_new ("Samplers: ");

  for (guint i = 0; pz_sampler_name (i) != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", pz_sampler_name (i));
  return g_string_free_and_steal (text);
}

void
pz_generate_options_clear (PzGenerateOptions *o)
{
  char *strings[] = { o->prompt,     o->prompt_file, o->negative,
                      o->model,      o->out,         o->seed,
                      o->words,      o->sampler,     o->size,
                      o->device,     o->elite,       o->vae,
                      o->adapter,    o->recipe,      o->negative_encoding,
                      o->init_image, o->paint_mask,  o->ip_adapter,
                      o->concept_by, o->recognizer,  o->weights };

  g_strfreev (o->concepts);
  g_strfreev (o->masks);
  g_strfreev (o->embeddings);
  g_strfreev (o->loras);
  g_strfreev (o->fidelities);
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (strings[i]);
  g_clear_pointer (&o->word_files, g_array_unref);
  g_clear_pointer (&o->lora_files, g_array_unref);
  g_clear_pointer (&o->wanted, pz_recipe_reader_free);
}

/* One fidelity for all concepts, or one for each --concept. */
static gboolean
understand_fidelities (PzGenerateOptions *o, guint n_concepts, GError **error)
{
  const guint n = o->fidelities != NULL ? g_strv_length (o->fidelities) : 0;

  o->params.fidelity = -1.0;
  if (n > 1 && (n != n_concepts || n > PZ_MAX_CONCEPTS))
    return pz_bad_option (error, "--fidelity", "one, or one for each --concept",
                          o->fidelities[n - 1]);
  for (guint i = 0; i < n; i++)
    {
      char *end;
      const double value = g_ascii_strtod (o->fidelities[i], &end);

      if (end == o->fidelities[i] || *end != '\0'
          || !(value >= 0.0 && value <= PZ_MAX_FIDELITY))
        return pz_bad_option (error, "--fidelity", "0 to 1.5", o->fidelities[i]);
      o->params.fidelities[i] = value;
    }
  o->params.n_fidelities = n;
  return TRUE;
}

/* ---- texts ---- */

/* Reads standard input to its end. Fails if it is too long for a prompt. (transfer full) */
static char *
read_input (GError **error)
{
  GString *text = g_string_new (NULL);
  char part[4096];
  gssize got;

  while ((got = read (STDIN_FILENO, part, sizeof part)) > 0 && text->len < MOST_PROMPT_BYTES)
    g_string_append_len (text, part, got);
  if (got == 0)
    return g_string_free_and_steal (text);
  g_string_free (text, TRUE);
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                       "--prompt-file: standard input cannot be read to its end");
  return NULL;
}

static gboolean
read_prompt (PzGenerateOptions *o, GError **error)
{
  if (o->prompt_file == NULL)
    return TRUE;
  if (o->prompt != NULL)
    return pz_bad_option (error, "--prompt-file", "no --prompt beside it", o->prompt);
  o->prompt = g_str_equal (o->prompt_file, "-")
                ? read_input (error)
                : pz_text_file_read (o->prompt_file, MOST_PROMPT_BYTES, NULL, error);
  if (o->prompt != NULL)
    g_strchomp (o->prompt);
  return o->prompt != NULL;
}

static gboolean
understand_seed (PzGenerateOptions *o, GError **error)
{
  if (o->seed == NULL)
    return TRUE;
  if (g_str_equal (o->seed, "-1"))
    {
      o->seed_is_random = TRUE;
      o->params.seed = g_random_int ();
      return TRUE;
    }
  if (g_ascii_string_to_unsigned (o->seed, 10, 0, MOST_SEED, &o->params.seed, NULL))
    return TRUE;

  g_autofree char *expected =
    g_strdup_printf ("a whole number from 0 to %" G_GUINT64_FORMAT ", or -1 for a random one",
                     MOST_SEED);
  return pz_bad_option (error, "--seed", expected, o->seed);
}

/* ---- numbers ---- */

/* Both ends are included; "above 0" is written with G_MINDOUBLE as the lower end. */
typedef struct
{
  const char *option;
  gsize offset;
  double least, most;
  const char *expected;
} Range;

#define RANGE(field, option, least, most, expected) \
  { option, G_STRUCT_OFFSET (PzGenerateOptions, field), least, most, expected }

static const Range ranges[] = {
  RANGE (guidance, "--guidance", 0, 100, "0 to 100"),
  RANGE (strength, "--strength", G_MINDOUBLE, 1, "above 0 to 1"),
  RANGE (room, "--room", 0, PZ_MAX_ROOM, "0 to 1"),
};

static gboolean
check_ranges (const PzGenerateOptions *o, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      double value = G_STRUCT_MEMBER (double, o, ranges[i].offset);
      g_autofree char *number = g_strdup_printf ("%g", value);

      /* Written so that NaN is refused. */
      if (value != PZ_NOT_GIVEN && !(value >= ranges[i].least && value <= ranges[i].most))
        return pz_bad_option (error, ranges[i].option, ranges[i].expected, number);
    }
  return TRUE;
}

static gboolean
check_counts (const PzGenerateOptions *o, GError **error)
{
  guint n_concepts = o->concepts != NULL ? g_strv_length (o->concepts) : 0;
  g_autofree char *variants = g_strdup_printf ("%d", o->variants);
  g_autofree char *steps = g_strdup_printf ("%d", o->steps);

  if (o->variants < 1 || o->variants > PZ_MAX_VARIANTS)
    return pz_bad_option (error, "--variants", "1 to 16", variants);
  if (o->steps < 1 && o->steps != PZ_NOT_GIVEN_INT)
    return pz_bad_option (error, "--steps", "a whole number above 0", steps);
  if (n_concepts > PZ_MAX_CONCEPTS)
    return pz_bad_option (error, "--concept", "at most 4", o->concepts[PZ_MAX_CONCEPTS]);
  return TRUE;
}

/* Options that have no meaning without another one. */
static gboolean
check_companions (const PzGenerateOptions *o, GError **error)
{
  const gboolean has_concept = o->concepts != NULL, has_start = o->init_image != NULL;
  const struct
  {
    const char *option;
    gboolean is_given, has_companion;
    const char *expected;
  } rows[] = {
    { "--room", o->room != PZ_NOT_GIVEN, has_concept, "a --concept that has surroundings" },
    { "--concept-by", o->concept_by != NULL, has_concept, "a --concept that is looked at" },
    { "--elite", o->elite != NULL, has_concept, "a --concept that is looked at" },
    { "--ip-adapter", o->ip_adapter != NULL, has_concept, "a --concept that is looked at" },
    { "--fidelity", o->fidelities != NULL, has_concept, "a --concept to be faithful to" },
    { "--words", o->words != NULL, has_concept, "a --concept that has words" },
    { "--recognizer", o->recognizer != NULL, has_concept, "a --concept of a person" },
    { "--strength", o->strength != PZ_NOT_GIVEN, has_start, "an --init-image to paint over" },
    { "--paint-mask", o->paint_mask != NULL, has_start, "an --init-image to paint over" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].is_given && !rows[i].has_companion)
      return pz_bad_option (error, rows[i].option, rows[i].expected, "none");
  return TRUE;
}

/* ---- all options ---- */

static void
fill_params (PzGenerateOptions *o)
{
  PzGenerateParams *params = &o->params;

  params->prompt = o->prompt;
  params->negative_prompt = o->negative;
  params->variants = (guint) o->variants;
  params->steps = (guint) MAX (o->steps, 0);
  params->guidance = o->guidance == PZ_NOT_GIVEN ? -1.0 : o->guidance;
  params->strength = o->strength == PZ_NOT_GIVEN ? DEFAULT_STRENGTH : o->strength;
  params->words = g_strcmp0 (o->words, "all") == 0 ? PZ_WORDS_ALL : PZ_WORDS_PRIMARY;
  params->sampler = o->sampler;
  params->adapter = o->adapter;
  params->negative_encoding = o->negative_encoding;
}

gboolean
pz_generate_options_understand (PzGenerateOptions *o, GError **error)
{
  /* Before the recipe adds what would not have been asked for. */
  if (!check_companions (o, error) || !read_prompt (o, error)
      || (o->recipe != NULL && !pz_generate_recipe_apply (o, error)))
    return FALSE;
  if (o->prompt == NULL)
    return pz_bad_option (error, "--prompt", "a text", "none");
  if (o->out != NULL && *o->out == '\0')
    return pz_bad_option (error, "--out", "a folder or a file", "");
  if (!check_counts (o, error) || !check_ranges (o, error))
    return FALSE;
  if (o->words != NULL && !g_str_equal (o->words, "primary") && !g_str_equal (o->words, "all"))
    return pz_bad_option (error, "--words", "“primary” or “all”", o->words);
  if (o->size != NULL && !pz_parse_size (o->size, &o->params.width, &o->params.height))
    return pz_bad_option (error, "--size", "WIDTHxHEIGHT, as 512x512", o->size);
  if (!pz_parse_concept_by (o->concept_by, &o->by, error)
      || !pz_parse_weights (o->weights, &o->packs_weights, error) || !understand_seed (o, error)
      || !understand_fidelities (o, o->concepts != NULL ? g_strv_length (o->concepts) : 0,
                                 error)
      || !pz_generate_learned_understand (o, error))
    return FALSE;
  fill_params (o);
  return TRUE;
}
