/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/generate-options.h"

#include <math.h>
#include <string.h>

const PzOption pz_generate_options[] = {
  PZ_OPTION (PzGenerateOptions,
             concepts,
             "concept",
             0,
             FILENAME_ARRAY,
             "Picture of the concept, or a saved one (.pzconcept); again for S2, S3…",
             "FILE"),
  PZ_OPTION (PzGenerateOptions,
             masks,
             "mask",
             0,
             FILENAME_ARRAY,
             "Where the concept is in it (not black); one for each picture",
             "IMG"),
  PZ_OPTION (PzGenerateOptions,
             prompt,
             "prompt",
             0,
             STRING,
             "What to paint; S stands for the concept",
             "TEXT"),
  PZ_OPTION (PzGenerateOptions,
             negative,
             "negative",
             0,
             STRING,
             "What to keep away from",
             "TEXT"),
  PZ_OPTION (PzGenerateOptions,
             model,
             "model",
             0,
             FILENAME,
             "Model folder; default: the first usable one found",
             "DIR"),
  PZ_OPTION (PzGenerateOptions,
             elite,
             "elite",
             0,
             FILENAME,
             "Folder with ELITE's mappers; default: the model's",
             "DIR"),
  PZ_OPTION (PzGenerateOptions,
             out,
             "out",
             0,
             FILENAME,
             "Folder for the pictures; default: here",
             "DIR"),
  PZ_OPTION (PzGenerateOptions,
             variants,
             "variants",
             0,
             INT,
             "How many, 1 to 16; variant i uses seed + i",
             "N"),
  PZ_OPTION (PzGenerateOptions,
             seed,
             "seed",
             0,
             STRING,
             "Seed of the first variant; default 0",
             "N"),
  PZ_OPTION (PzGenerateOptions,
             steps,
             "steps",
             0,
             INT,
             "Sampler steps; default: the model's",
             "N"),
  PZ_OPTION (PzGenerateOptions,
             guidance,
             "guidance",
             0,
             DOUBLE,
             "Guidance scale, 1 = none; default: the model's",
             "X"),
  PZ_OPTION (
    PzGenerateOptions,
    fidelities,
    "fidelity",
    0,
    STRING_ARRAY,
    "Strength of the concept's local detail, 0 to 1.5; again for S2, S3…, else for all; "
    "default: the model's",
    "X"),
  PZ_OPTION (PzGenerateOptions,
             words,
             "words",
             0,
             STRING,
             "primary (default, best to edit) or all (best to reconstruct)",
             "WHICH"),
  PZ_OPTION (PzGenerateOptions,
             embeddings,
             "embedding",
             0,
             FILENAME_ARRAY,
             "Learned words, under their own names or NAME; again for more",
             "[NAME=]FILE"),
  PZ_OPTION (PzGenerateOptions,
             adapter,
             "adapter",
             0,
             FILENAME,
             "Text encoder adapter (CatVersion): its folder or file",
             "PATH"),
  PZ_OPTION (PzGenerateOptions,
             negative_encoding,
             "negative-encoding",
             0,
             FILENAME,
             "Encoded prompt in the negative one's place",
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
             "Size of the pictures; default: the model's",
             "WxH"),
  PZ_OPTION (PzGenerateOptions,
             device,
             "device",
             0,
             STRING,
             "Device by number or part of its name",
             "N|NAME"),
  PZ_OPTION (PzGenerateOptions, f32, "f32", 0, NONE, "Compute in 32 bits, for checking", NULL),
  PZ_OPTION (PzGenerateOptions,
             json,
             "json",
             0,
             NONE,
             "Times, memory, device and files for programs",
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
  char *strings[] = { o->prompt, o->negative, o->model,   o->out,
                      o->seed,   o->words,    o->sampler, o->size,
                      o->device, o->elite,    o->adapter, o->negative_encoding };

  g_strfreev (o->concepts);
  g_strfreev (o->masks);
  g_strfreev (o->embeddings);
  g_strfreev (o->fidelities);
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (strings[i]);
  g_clear_pointer (&o->word_files, g_array_unref);
}

static void
word_file_clear (gpointer data)
{
  PzWordFile *file = data;

  g_free ((char *) file->path);
  g_free ((char *) file->name);
}

/* "FILE" or "NAME=FILE"; a file whose own name has the sign is taken as it is. */
static void
understand_embeddings (PzGenerateOptions *o)
{
  o->word_files = g_array_new (FALSE, TRUE, sizeof (PzWordFile));
  g_array_set_clear_func (o->word_files, word_file_clear);
  for (guint i = 0; o->embeddings != NULL && o->embeddings[i] != NULL; i++)
    {
      const char *text = o->embeddings[i];
      const char *sign = strchr (text, '=');
      PzWordFile file = { 0 };

      if (sign == NULL || sign == text || g_file_test (text, G_FILE_TEST_EXISTS))
        file.path = g_strdup (text);
      else
        {
          file.name = g_strndup (text, (gsize) (sign - text));
          file.path = g_strdup (sign + 1);
        }
      g_array_append_val (o->word_files, file);
    }
  o->params.embeddings = (const PzWordFile *) (gpointer) o->word_files->data;
  o->params.n_embeddings = o->word_files->len;
}

/* One for all, or one for each --concept. */
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

gboolean
pz_generate_options_understand (PzGenerateOptions *o, GError **error)
{
  g_autofree char *number = NULL;
  guint n_concepts = o->concepts != NULL ? g_strv_length (o->concepts) : 0;

  if (o->prompt == NULL)
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "--prompt: expected a text, found none");
      return FALSE;
    }
  if (o->variants < 1 || o->variants > PZ_MAX_VARIANTS)
    return pz_bad_option (error, "--variants", "1 to 16",
                          number = g_strdup_printf ("%d", o->variants));
  if (o->steps < 0)
    return pz_bad_option (error, "--steps", "a positive number",
                          number = g_strdup_printf ("%d", o->steps));
  if (!understand_fidelities (o, n_concepts, error))
    return FALSE;
  if (isnan (o->guidance) || o->guidance > 100.0)
    return pz_bad_option (error, "--guidance", "0 to 100",
                          number = g_strdup_printf ("%g", o->guidance));
  if (o->words != NULL && !g_str_equal (o->words, "primary") && !g_str_equal (o->words, "all"))
    return pz_bad_option (error, "--words", "“primary” or “all”", o->words);
  if (o->size != NULL && !pz_parse_size (o->size, &o->params.width, &o->params.height))
    return pz_bad_option (error, "--size", "WIDTHxHEIGHT, as 512x512", o->size);
  if (o->seed != NULL
      && !g_ascii_string_to_unsigned (o->seed, 10, 0, G_MAXINT64 - PZ_MAX_VARIANTS,
                                      &o->params.seed, NULL))
    return pz_bad_option (error, "--seed", "a whole number from 0 on", o->seed);
  if (n_concepts > PZ_MAX_CONCEPTS)
    return pz_bad_option (error, "--concept", "at most 4", "more");
  if (o->masks != NULL && g_strv_length (o->masks) > n_concepts)
    return pz_bad_option (error, "--mask", "a --concept for each", o->masks[n_concepts]);

  o->params.prompt = o->prompt;
  o->params.negative_prompt = o->negative;
  o->params.variants = (guint) o->variants;
  o->params.steps = (guint) o->steps;
  o->params.guidance = o->guidance;
  o->params.words =
    o->words != NULL && g_str_equal (o->words, "all") ? PZ_WORDS_ALL : PZ_WORDS_PRIMARY;
  o->params.sampler = o->sampler;
  o->params.adapter = o->adapter;
  o->params.negative_encoding = o->negative_encoding;
  understand_embeddings (o);
  return TRUE;
}
