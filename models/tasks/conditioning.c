/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/conditioning.h"

#include <string.h>

#include "models/tasks/prompt-loras.h"

/* ---- reading files and texts ---- */

static gboolean
check_width (const char *path, const char *what, guint expected, guint found, GError **error)
{
  if (expected == found)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "%s: expected %s of width %u, the text encoder's, found %u; it was made for "
               "another family of models",
               path, what, expected, found);
  return FALSE;
}

static gboolean
read_adapter (PzConditioning *conditioning,
              const PzTextConfig *text,
              const char *path,
              GError **error)
{
  PzTextAdapter *adapter = pz_text_adapter_read (path, error);

  conditioning->adapter = adapter;
  if (adapter == NULL
      || !check_width (adapter->path, "an adapter", text->hidden_size, adapter->width, error))
    return FALSE;
  if (adapter->n_layers <= text->num_hidden_layers)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "%s: expected an adapter for at most %u layers, the text encoder's, found %u",
               adapter->path, text->num_hidden_layers, adapter->n_layers);
  return FALSE;
}

static void
add_change (PzConditioning *conditioning, PzOverlaySource source, PzOverlayStrength strength)
{
  g_array_append_val (conditioning->changes, source);
  g_array_append_val (conditioning->strengths, strength);
}

static void
clear_lora (gpointer data)
{
  pz_lora_unref (((PzConditioningLora *) data)->lora);
}

/* Takes ownership of lora. FALSE: it is NULL. */
static gboolean
add_lora (PzConditioning *conditioning,
          PzLora *lora,
          double unet,
          double text,
          gboolean in_prompt)
{
  const PzConditioningLora one = { lora, unet, text, in_prompt };

  if (lora == NULL)
    return FALSE;
  g_array_append_val (conditioning->loras, one);
  add_change (conditioning, (PzOverlaySource) { .lora = lora },
              (PzOverlayStrength) { unet, text });
  return TRUE;
}

/* Adds the LoRAs given as parameters, then those that the prompt requests. */
static gboolean
take_loras (PzConditioning *conditioning,
            PzLoraShelf *shelf,
            const PzGenerateParams *params,
            GError **error)
{
  g_autoptr (GArray) asked = pz_prompt_loras (params->prompt, error);

  if (asked == NULL)
    return FALSE;
  for (guint i = 0; i < params->n_loras; i++)
    {
      const PzLoraFile *file = &params->loras[i];
      PzLora *lora = g_file_test (file->path, G_FILE_TEST_EXISTS)
                       ? pz_lora_shelf_open (shelf, file->path, error)
                       : pz_lora_shelf_find (shelf, file->path, error);

      if (!add_lora (conditioning, lora, file->weight, file->weight, FALSE))
        return FALSE;
    }
  for (guint i = 0; i < asked->len; i++)
    {
      const PzPromptLora *one = &g_array_index (asked, PzPromptLora, i);

      if (!add_lora (conditioning, pz_lora_shelf_find (shelf, one->name, error), one->unet,
                     one->text, TRUE))
        return FALSE;
    }
  return TRUE;
}

/* Collects the parts of the concepts and their fidelities. A prompt can have only one adapter as its prefix. */
static gboolean
take_concepts (PzConditioning *conditioning, const PzGenerateParams *params, GError **error)
{
  const char *first = conditioning->adapter != NULL ? conditioning->adapter->path : NULL;

  if (conditioning->adapter != NULL)
    conditioning->prefix = (PzConceptPrefix) {
      .length = conditioning->adapter->length,
      .n_layers = conditioning->adapter->n_layers,
      .rows = conditioning->adapter->rows,
    };
  for (guint i = 0; i < conditioning->n_concepts; i++)
    {
      PzConcept *concept = conditioning->concepts[i];
      const char *title = NULL;

      if (concept == NULL)
        continue;
      conditioning->fidelities[i] = params->n_fidelities == 0
                                      ? params->fidelity
                                      : params->fidelities[MIN (i, params->n_fidelities - 1)];
      if (pz_concept_get_n_patches (concept) > 0)
        conditioning->locals[conditioning->n_locals++] = i;
      if (pz_concept_get_n_overrides (concept) > 0)
        add_change (conditioning, (PzOverlaySource) { .concept = concept },
                    (PzOverlayStrength) { conditioning->fidelities[i],
                                          conditioning->fidelities[i] });
      if (pz_concept_get_prefix (concept)->length == 0)
        continue;
      title = pz_concept_get_title (concept);
      title = title != NULL ? title : "a concept without a name";
      if (first != NULL)
        {
          g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                       "expected one text encoder adapter, found “%s” and “%s”", first, title);
          return FALSE;
        }
      first = title;
      conditioning->prefix = *pz_concept_get_prefix (concept);
    }
  return TRUE;
}

/* Gets the IP-Adapter for each concept with image tokens. It must be the one that made them. */
static gboolean
take_images (PzConditioning *conditioning, PzImagePrompts *prompts, GError **error)
{
  for (guint i = 0; i < conditioning->n_concepts; i++)
    {
      const PzConcept *concept = conditioning->concepts[i];
      const char *title = concept != NULL ? pz_concept_get_title (concept) : NULL;
      const PzImagePrompt *prompt;
      PzImagePromptKind kind;

      if (concept == NULL || pz_concept_get_n_image_tokens (concept) == 0
          || !pz_image_prompt_by_name (pz_concept_get_method (concept), &kind))
        continue;
      prompt = pz_image_prompts_get (prompts, kind, error);
      if (prompt == NULL)
        return FALSE;
      if (g_strcmp0 (prompt->fingerprint, pz_concept_get_ip_adapter (concept)) != 0
          || prompt->config.n_tokens != pz_concept_get_n_image_tokens (concept))
        {
          g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                       "%s%s%s was made with another IP-Adapter than %s: make it again",
                       title != NULL ? "“" : "", title != NULL ? title : "a concept",
                       title != NULL ? "”" : "", pz_weights_get_path (prompt->weights));
          return FALSE;
        }
      conditioning->image_prompts[conditioning->n_images] = prompt;
      conditioning->images[conditioning->n_images++] = i;
    }
  return TRUE;
}

static gboolean
read_encoding (PzConditioning *conditioning,
               const PzTextConfig *text,
               const char *path,
               GError **error)
{
  PzEncoding *encoding = pz_encoding_read (path, error);

  conditioning->encoding = encoding;
  if (encoding == NULL
      || !check_width (path, "an encoded prompt", text->hidden_size, encoding->width, error))
    return FALSE;
  if (encoding->n_tokens == text->max_position_embeddings)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "%s: expected an encoded prompt of %u tokens, found %u", path,
               text->max_position_embeddings, encoding->n_tokens);
  return FALSE;
}

static void
add_words (GPtrArray *all, GPtrArray *words)
{
  for (guint i = 0; i < words->len; i++)
    g_ptr_array_add (all, pz_embedding_ref (words->pdata[i]));
}

/* The words of the given files, then those contained in LoRA files, then those of the shelf. (transfer full) */
static GPtrArray *
gather_words (const PzTextConfig *text,
              PzWordShelf *shelf,
              const GArray *loras,
              const PzGenerateParams *params,
              GError **error)
{
  g_autoptr (GPtrArray) all =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pz_embedding_unref);
  g_autoptr (GPtrArray) found = NULL;

  for (guint i = 0; i < params->n_embeddings; i++)
    {
      const PzWordFile *file = &params->embeddings[i];
      GPtrArray *words = pz_embedding_file_read (file->path, file->name, error);

      if (words == NULL)
        return NULL;
      g_ptr_array_extend_and_steal (all, words);
    }
  for (guint i = 0; i < loras->len; i++)
    add_words (all, pz_lora_get_words (g_array_index (loras, PzConditioningLora, i).lora));
  for (guint i = 0; i < all->len; i++)
    {
      const PzEmbedding *word = all->pdata[i];

      if (!check_width (word->path, "a learned word", text->hidden_size, word->width, error))
        return NULL;
    }
  found = pz_word_shelf_list (shelf);
  g_ptr_array_extend_and_steal (all, g_steal_pointer (&found));
  return g_steal_pointer (&all);
}

static gboolean
read_prompts (PzConditioning *conditioning,
              const PzModelFolder *model,
              GPtrArray *words,
              const PzGenerateParams *given,
              GError **error)
{
  PzPromptParams params = {
    .tokenizer = model->tokenizer,
    .vocab_size = model->text.vocab_size,
    .max_tokens = model->text.max_position_embeddings,
    .concepts = conditioning->concepts,
    .n_concepts = conditioning->n_concepts,
    .words = given->words,
    .learned = (PzEmbedding *const *) words->pdata,
    .n_learned = words->len,
    .width = model->text.hidden_size,
  };
  const gboolean reads_negative =
    given->negative_prompt != NULL && conditioning->encoding == NULL;
  const char *whole = reads_negative ? given->negative_prompt : "";
  g_autofree char *prompt = pz_prompt_without_loras (given->prompt, FALSE);
  g_autofree char *negative = pz_prompt_without_loras (whole, FALSE);

  conditioning->negative_asks = !g_str_equal (whole, negative);

  conditioning->prompt = pz_prompt_new (prompt, &params, error);
  if (conditioning->prompt == NULL)
    return FALSE;
  /* ELITE's unconditional half never contains the concept, so S is an ordinary letter there. */
  params.concepts = NULL;
  params.n_concepts = 0;
  conditioning->negative = pz_prompt_new (negative, &params, error);
  return conditioning->negative != NULL;
}

PzConditioning *
pz_conditioning_new_to_measure (const PzModelFolder *model,
                                PzWordShelf *words,
                                PzImagePrompts *image_prompts,
                                const PzGenerateParams *params,
                                PzConcept *const concepts[],
                                guint n_concepts,
                                GError **error)
{
  g_autoptr (PzConditioning) conditioning = g_new0 (PzConditioning, 1);

  conditioning->concepts = concepts;
  conditioning->n_concepts = n_concepts;
  conditioning->changes = g_array_new (FALSE, FALSE, sizeof (PzOverlaySource));
  conditioning->strengths = g_array_new (FALSE, FALSE, sizeof (PzOverlayStrength));
  conditioning->loras = g_array_new (FALSE, FALSE, sizeof (PzConditioningLora));
  g_array_set_clear_func (conditioning->loras, clear_lora);
  if ((params->adapter != NULL
       && !read_adapter (conditioning, &model->text, params->adapter, error))
      || !take_concepts (conditioning, params, error)
      || !take_images (conditioning, image_prompts, error)
      || !take_loras (conditioning, pz_word_shelf_get_loras (words), params, error)
      || (params->negative_encoding != NULL
          && !read_encoding (conditioning, &model->text, params->negative_encoding, error)))
    return NULL;
  return g_steal_pointer (&conditioning);
}

PzConditioning *
pz_conditioning_new (const PzModelFolder *model,
                     PzWordShelf *words,
                     PzImagePrompts *image_prompts,
                     const PzGenerateParams *params,
                     PzConcept *const concepts[],
                     guint n_concepts,
                     GError **error)
{
  g_autoptr (PzConditioning) conditioning =
    pz_conditioning_new_to_measure (model, words, image_prompts, params, concepts, n_concepts,
                                    error);
  g_autoptr (GPtrArray) all = NULL;

  if (conditioning == NULL)
    return NULL;
  all = gather_words (&model->text, words, conditioning->loras, params, error);
  if (all == NULL || !read_prompts (conditioning, model, all, params, error))
    return NULL;
  return g_steal_pointer (&conditioning);
}

void
pz_conditioning_free (PzConditioning *conditioning)
{
  if (conditioning == NULL)
    return;
  g_clear_pointer (&conditioning->prompt, pz_prompt_free);
  g_clear_pointer (&conditioning->negative, pz_prompt_free);
  g_clear_pointer (&conditioning->adapter, pz_text_adapter_unref);
  g_clear_pointer (&conditioning->encoding, pz_encoding_free);
  g_array_unref (conditioning->loras);
  g_array_unref (conditioning->changes);
  g_array_unref (conditioning->strengths);
  g_free (conditioning);
}

gboolean
pz_conditioning_is_lcm (const PzConditioning *conditioning)
{
  for (guint i = 0; i < conditioning->loras->len; i++)
    {
      const PzConditioningLora *one =
        &g_array_index (conditioning->loras, PzConditioningLora, i);

      if (one->unet != 0.0 && pz_lora_is_lcm (one->lora))
        return TRUE;
    }
  return FALSE;
}

static void
say_cut (const PzTaskParams *task, PzNote note, const char *which, const PzPrompt *prompt)
{
  g_autofree char *cut = pz_prompt_describe_cut (prompt);
  g_autofree char *sentence = cut != NULL ? g_strdup_printf ("%s: %s", which, cut) : NULL;

  pz_task_note (task, note, sentence);
}

void
pz_conditioning_say (const PzConditioning *conditioning, const PzTaskParams *task)
{
  say_cut (task, PZ_NOTE_PROMPT_CUT, "prompt", conditioning->prompt);
  say_cut (task, PZ_NOTE_NEGATIVE_CUT, "negative prompt", conditioning->negative);
  if (conditioning->negative_asks)
    pz_task_note (
      task, PZ_NOTE_NEGATIVE_LORA,
      "negative prompt: a LoRA acts on the whole picture, so <lora:…> is not read here");
}

void
pz_conditioning_shape (const PzConditioning *conditioning, PzPipelineShape *shape)
{
  shape->n_locals = conditioning->n_locals;
  shape->n_images = conditioning->n_images;
  for (guint i = 0; i < conditioning->n_images; i++)
    shape->images[i] = conditioning->image_prompts[i];
  shape->adapter_length = conditioning->prefix.length;
  shape->adapter_layers = conditioning->prefix.n_layers;
  shape->negative_is_encoded = shape->guided && conditioning->encoding != NULL;
}

void
pz_conditioning_fill_fidelities (PzGenerateParams *params,
                                 double asked,
                                 PzConcept *const concepts[],
                                 guint n_concepts)
{
  const guint n_own = params->n_fidelities, n = MIN (n_concepts, PZ_MAX_CONCEPTS);
  gboolean all_own = n_own > 0;

  for (guint i = 0; i < n_own; i++)
    all_own = all_own && params->fidelities[i] >= 0.0;
  if (all_own || (n_own == 0 && asked >= 0.0))
    return;
  /* Backwards, because the last given fidelity also applies to all following concepts and must not be overwritten first. */
  for (guint i = n; i-- > 0;)
    {
      const gboolean in_full = (pz_concept_get_n_overrides (concepts[i]) > 0
                                || pz_concept_get_n_image_tokens (concepts[i]) > 0)
                               && pz_concept_get_n_patches (concepts[i]) == 0;
      const double own = n_own > 0 ? params->fidelities[MIN (i, n_own - 1)] : -1.0;

      if (own >= 0.0)
        params->fidelities[i] = own;
      else
        params->fidelities[i] = in_full && asked < 0.0 ? 1.0 : params->fidelity;
      if (in_full || n_own > 0)
        params->n_fidelities = n_concepts;
    }
}
