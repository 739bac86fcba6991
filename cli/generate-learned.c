/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/generate-learned.h"

#include <string.h>

#include "models/files/custom-diffusion-file.h"

static void
word_file_clear (gpointer data)
{
  PzWordFile *file = data;

  g_free ((char *) file->path);
  g_free ((char *) file->name);
}

/* Custom Diffusion stores words in files next to its weights. */
static void
add_words_beside (PzGenerateOptions *o, const char *concept)
{
  g_autofree char *weights = pz_custom_diffusion_find_file (concept);
  g_autoptr (GPtrArray) words =
    weights != NULL ? pz_custom_diffusion_list_words (weights) : NULL;

  for (guint i = 0; words != NULL && i < words->len; i++)
    {
      const PzWordFile file = { .path = g_strdup (words->pdata[i]) };

      g_array_append_val (o->word_files, file);
    }
}

/* "FILE" or "NAME=FILE"; an existing file whose name contains "=" is taken as FILE. */
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
  for (guint i = 0; o->concepts != NULL && o->concepts[i] != NULL; i++)
    add_words_beside (o, o->concepts[i]);
  o->params.embeddings = (const PzWordFile *) (gpointer) o->word_files->data;
  o->params.n_embeddings = o->word_files->len;
}

static void
lora_file_clear (gpointer data)
{
  g_free ((char *) ((PzLoraFile *) data)->path);
}

/* "FILE" or "FILE:WEIGHT"; an existing file whose name ends like that is taken as FILE. */
static gboolean
understand_loras (PzGenerateOptions *o, GError **error)
{
  o->lora_files = g_array_new (FALSE, TRUE, sizeof (PzLoraFile));
  g_array_set_clear_func (o->lora_files, lora_file_clear);
  for (guint i = 0; o->loras != NULL && o->loras[i] != NULL; i++)
    {
      const char *text = o->loras[i];
      const char *colon = g_file_test (text, G_FILE_TEST_EXISTS) ? NULL : strrchr (text, ':');
      PzLoraFile file = { .weight = 1.0 };
      char *end = NULL;

      if (colon != NULL)
        file.weight = g_ascii_strtod (colon + 1, &end);
      if (colon != NULL
          && (end == colon + 1 || *end != '\0' || colon == text
              || !(ABS (file.weight) <= PZ_MAX_LORA_WEIGHT)))
        return pz_bad_option (error, "--lora",
                              "FILE or FILE:WEIGHT, with a weight from -10 to 10", text);
      file.path = colon != NULL ? g_strndup (text, (gsize) (colon - text)) : g_strdup (text);
      g_array_append_val (o->lora_files, file);
    }
  o->params.loras = (const PzLoraFile *) (gpointer) o->lora_files->data;
  o->params.n_loras = o->lora_files->len;
  return TRUE;
}

gboolean
pz_generate_learned_understand (PzGenerateOptions *o, GError **error)
{
  understand_embeddings (o);
  return understand_loras (o, error);
}
