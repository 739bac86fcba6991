/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-captions.h"

#include <string.h>

#include "models/concept-private.h"
#include "models/tasks/prompt.h"

#define PLACE "{}"

/* ---- the published lines ---- */

/* D in "a photo of D {}"; the face set also has these lines as an illustration and as a depiction. */
static const char *const determiners[] = {
  "a",        "my",       "the",       "one",       "a clean",
  "a dirty",  "a nice",   "a cool",    "a small",   "the clean",
  "the cool", "the nice", "the small", "the weird", "the large",
};

static const char *const object_lines[] = {
  "the photo of a {}",        "a cropped photo of the {}", "a cropped photo of a {}",
  "a dark photo of the {}",   "a close-up photo of a {}",  "a close-up photo of the {}",
  "a bright photo of the {}", "a good photo of the {}",    "a good photo of a {}",
  "a rendering of a {}",      "a rendition of the {}",     "a rendition of a {}",
};

/* "... in the style of {}" */
static const char *const style_nouns[] = {
  "a painting",       "a rendering",         "a cropped painting", "the painting",
  "a clean painting", "a dirty painting",    "a dark painting",    "a picture",
  "a cool painting",  "a close-up painting", "a bright painting",  "a cropped painting",
  "a good painting",  "a close-up painting", "a rendition",        "a nice painting",
  "a small painting", "a weird painting",    "a large painting",
};

static const char *const kinds[] = { "a photo of", "an illustration of", "a depiction of" };

static void
add_objects (GPtrArray *lines, const char *kind, const char *thing)
{
  for (guint i = 0; i < G_N_ELEMENTS (determiners); i++)
    g_ptr_array_add (lines, g_strdup_printf ("%s %s %s", kind, determiners[i], thing));
  for (guint i = 0; i < G_N_ELEMENTS (object_lines); i++)
    {
      g_autoptr (GString) line = g_string_new (object_lines[i]);

      g_string_replace (line, PLACE, thing, 1);
      g_ptr_array_add (lines, g_strdup (line->str));
    }
}

static void
list_objects (GPtrArray *lines)
{
  add_objects (lines, kinds[0], PLACE);
}

static void
list_styles (GPtrArray *lines)
{
  for (guint i = 0; i < G_N_ELEMENTS (style_nouns); i++)
    g_ptr_array_add (lines, g_strdup_printf ("%s in the style of " PLACE, style_nouns[i]));
}

static void
list_faces (GPtrArray *lines)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_objects (lines, kinds[i], "face of " PLACE " person");
}

static const struct
{
  const char *name;
  void (*list) (GPtrArray *lines);
} sets[] = {
  { "object", list_objects },
  { "style", list_styles },
  { "face", list_faces },
};

const char *
pz_learn_templates_name (guint index)
{
  return index < G_N_ELEMENTS (sets) ? sets[index].name : NULL;
}

GPtrArray *
pz_learn_captions_list (const char *templates)
{
  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    if (strcmp (sets[i].name, templates) == 0)
      {
        GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

        sets[i].list (lines);
        return lines;
      }
  return NULL;
}

/* ---- token ids ---- */

static gboolean
refuse (GError **error, const char *line, const char *expected)
{
  g_autofree char *valid = g_utf8_make_valid (line, -1);

  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "captions: expected %s, found “%s”",
               expected, valid);
  return FALSE;
}

/* Caption prefixes for reduced and enlarged pictures (methods: Custom Diffusion). */
static const char *const wordings[PZ_LEARN_N_WORDINGS] = {
  "", "a far away ", "very small ", "zoomed in ", "close up ",
};

static gboolean
add_prompt (PzLearnCaptions *captions,
            guint row,
            const char *line,
            const char *text,
            PzConcept *thing,
            const PzLearnCaptionParams *params,
            GError **error)
{
  const PzPromptParams prompt_params = {
    .tokenizer = params->tokenizer,
    .vocab_size = params->vocab_size,
    .max_tokens = params->max_tokens,
    .concepts = &thing,
    .n_concepts = thing != NULL ? 1 : 0,
    .words = PZ_WORDS_ALL,
    .width = params->width,
  };
  g_autoptr (PzPrompt) prompt = pz_prompt_new (text, &prompt_params, error);

  if (prompt == NULL)
    return FALSE;
  if (prompt->n_cut > 0 || (thing != NULL && prompt->columns[0] == PZ_PROMPT_NO_COLUMN))
    return refuse (error, line, "lines that the text encoder has room for");
  memcpy (captions->ids + (gsize) row * captions->n_tokens, prompt->ids,
          captions->n_tokens * sizeof *captions->ids);
  captions->columns[row] = thing != NULL ? (gint32) prompt->columns[0] : 0;
  return TRUE;
}

/* Adds a caption in which {} is replaced by the placeholder S of prompts, followed by the class word if there is one. */
static gboolean
add_caption (PzLearnCaptions *captions,
             guint row,
             const char *wording,
             const char *line,
             PzConcept *thing,
             const char *class_word,
             const PzLearnCaptionParams *params,
             GError **error)
{
  g_autofree char *place =
    class_word != NULL ? g_strconcat ("S ", class_word, NULL) : g_strdup ("S");
  g_autoptr (GString) text = g_string_new (wording);

  g_string_append (text, line);
  if (g_string_replace (text, PLACE, place, 1) != 1)
    return refuse (error, line, "lines with {} where the thing stands");
  return add_prompt (captions, row, line, text->str, thing, params, error);
}

/* Adds all rows of one thing. Its vectors are first numbered as if it were the only thing, then shifted past those of the
 * things before it. */
static gboolean
add_thing (PzLearnCaptions *captions,
           GPtrArray *lines,
           guint index,
           const PzLearnCaptionParams *params,
           GError **error)
{
  const guint n_own = params->n_vectors / params->n_things;
  const guint first = pz_learn_captions_row (captions, index, 0, 0);
  const gsize n_ids = (gsize) captions->n * captions->n_wordings * captions->n_tokens;
  const char *class_word = params->class_words != NULL ? params->class_words[index] : NULL;
  gint32 *ids = captions->ids + (gsize) first * captions->n_tokens;
  g_autofree float *zeros = g_new0 (float, MAX (n_own, 1) * params->width);
  g_autoptr (PzConcept) thing = pz_concept_new (&(PzConceptParts) {
    .class_word = params->texts[index],
    .width = params->width,
    .n_words = n_own,
    .words = zeros,
  });

  for (guint i = 0; i < captions->n; i++)
    for (guint j = 0; j < captions->n_wordings; j++)
      if (!add_caption (captions, first + i * captions->n_wordings + j, wordings[j],
                        lines->pdata[i], thing, class_word, params, error))
        return FALSE;
  for (gsize i = 0; i < n_ids; i++)
    if (ids[i] >= (gint32) params->vocab_size)
      ids[i] += (gint32) (index * n_own);
  return TRUE;
}

gboolean
pz_learn_captions_init (PzLearnCaptions *captions,
                        GPtrArray *lines,
                        const PzLearnCaptionParams *params,
                        GError **error)
{
  guint n_rows;

  captions->n = lines->len;
  captions->n_wordings = params->worded ? PZ_LEARN_N_WORDINGS : 1;
  captions->n_things = params->n_things;
  captions->n_tokens = params->max_tokens;
  n_rows = pz_learn_captions_class_row (captions, params->n_things);
  captions->ids = g_new0 (gint32, (gsize) n_rows * captions->n_tokens);
  captions->columns = g_new0 (gint32, n_rows);
  for (guint i = 0; i < params->n_things; i++)
    if (!add_thing (captions, lines, i, params, error)
        || (params->class_lines != NULL
            && !add_prompt (captions, pz_learn_captions_class_row (captions, i),
                            params->class_lines[i], params->class_lines[i], NULL, params,
                            error)))
      return FALSE;
  return TRUE;
}

void
pz_learn_captions_clear (PzLearnCaptions *captions)
{
  g_clear_pointer (&captions->ids, g_free);
  g_clear_pointer (&captions->columns, g_free);
}

guint
pz_learn_captions_row (const PzLearnCaptions *captions, guint thing, guint line, guint wording)
{
  return (thing * captions->n + line) * captions->n_wordings + wording;
}

guint
pz_learn_captions_class_row (const PzLearnCaptions *captions, guint thing)
{
  return pz_learn_captions_row (captions, captions->n_things, 0, 0) + thing;
}
