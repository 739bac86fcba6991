/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-people.h"

#include <string.h>

#include "models/tasks/learn-eyes.h"
#include "models/tasks/portrait.h"

/* The weight of the previous mean coefficients of a person in an update. There is one update for each sample of the person. */
#define MOMENTUM 0.99f

/* ---- before anything runs ---- */

gboolean
pz_learn_people_init (PzLearnPeople *people,
                      const PzModelFolder *model,
                      const PzLearnParams *params,
                      GError **error)
{
  const PzEyes *chosen = pz_eyes_find (params->features);
  guint size = 0;

  if (params->basis == NULL)
    {
      g_set_error_literal (
        error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
        "basis: expected a basis of names to describe people in, found none");
      return FALSE;
    }
  if (chosen == NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "features: expected face, image or free, found %s", params->features);
      return FALSE;
    }
  if (!chosen->is_free && (size = chosen->size (model, params)) == 0)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                   "%s: expected an image encoder to see pictures with, found none",
                   model->path);
      return FALSE;
    }
  pz_people_init (&people->people, params->basis, params->n_images, size, chosen->is_free);
  return TRUE;
}

void
pz_learn_people_clear (PzLearnPeople *people)
{
  pz_people_clear (&people->people);
  g_clear_pointer (&people->canvases, g_ptr_array_unref);
  g_clear_pointer (&people->canvas_masks, g_ptr_array_unref);
  g_clear_pointer (&people->seen, g_free);
  g_clear_pointer (&people->faces, g_free);
}

gboolean
pz_learn_people_measure (const PzLearnContext *context, PzFootprint *footprint, GError **error)
{
  const PzEyes *chosen = pz_eyes_find (context->params->features);

  return chosen->is_free || chosen->measure (context, footprint, error);
}

/* ---- views and features ---- */

/* The state of pz_learn_people_look (). */
typedef struct
{
  PzLearnPeople *people;
  const PzLearnParams *params;
  const PzEyes *chosen;
  gpointer eyes;
} Look;

static void
look_clear (Look *look)
{
  if (look->eyes != NULL)
    look->chosen->close (look->eyes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static float *
seen_of (const PzLearnPeople *people, gsize slot)
{
  return people->seen + slot * people->people.n_seen;
}

/* Computes the features of one slot. */
static gboolean
see (const Look *look, guint person, gsize slot, const PzImage *portrait, GError **error)
{
  const gboolean is_mirrored = slot % 2 == 1;
  const guint n = look->people->people.n_seen;
  float *seen = seen_of (look->people, slot);

  if (look->chosen->is_free)
    {
      seen[person] = 1.0f;
      return TRUE;
    }
  seen[n - 1] = 1.0f;
  return look->chosen->see (look->eyes, portrait, is_mirrored, seen, error);
}

static gboolean
add_view (const Look *look,
          guint person,
          guint number,
          const PzImage *portrait,
          const PzImage *mask,
          GError **error)
{
  const PzLearnParams *params = look->params;
  const gsize slot = 2 * ((gsize) person * PZ_PEOPLE_VIEWS + number);
  g_autoptr (PzImage) coloured = NULL;
  g_autoptr (PzImage) mirrored = NULL;
  PzPortraitView view;

  pz_portrait_draw (&view, params->seed, slot / 2);
  coloured = pz_portrait_colour (portrait, &view);
  mirrored = pz_portrait_mirror (coloured);
  g_ptr_array_add (look->people->canvases,
                   pz_portrait_place (coloured, &view, params->width, params->height));
  if (look->people->canvas_masks != NULL)
    g_ptr_array_add (look->people->canvas_masks,
                     pz_portrait_place (mask, &view, params->width, params->height));
  return see (look, person, slot, coloured, error)
         && see (look, person, slot + 1, mirrored, error);
}

/* Crops the square around a person and adds views of it. */
static gboolean
add_person (const Look *look, guint person, GError **error)
{
  const PzLearnParams *params = look->params;
  PzImage *image = params->images[person];
  const PzImage *mask = params->masks != NULL ? params->masks[person] : NULL;
  g_autoptr (PzImage) portrait = NULL;
  g_autoptr (PzImage) portrait_mask = NULL;
  PzSquare square;

  if (!look->chosen->frame (look->eyes, image, mask, &square, error))
    {
      g_prefix_error (error, "%s: ", params->people[person]);
      return FALSE;
    }
  pz_concept_crop (image, mask, &square, PZ_PORTRAIT_SIDE, &portrait, &portrait_mask);
  if (look->people->faces != NULL
      && !look->chosen->see (look->eyes, portrait, FALSE,
                             look->people->faces
                               + (gsize) person * (look->people->people.n_seen - 1),
                             error))
    return FALSE;
  for (guint i = 0; i < PZ_PEOPLE_VIEWS; i++)
    if (!add_view (look, person, i, portrait, portrait_mask, error))
      return FALSE;
  return TRUE;
}

gboolean
pz_learn_people_look (PzLearnPeople *people, const PzLearnContext *context, GError **error)
{
  const PzLearnParams *params = context->params;
  const gsize n_slots = 2 * (gsize) people->people.n_people * PZ_PEOPLE_VIEWS;
  g_auto (Look) look = {
    .people = people,
    .params = params,
    .chosen = pz_eyes_find (params->features),
  };

  people->seen = g_new0 (float, n_slots * people->people.n_seen);
  people->canvases = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  if (look.chosen->is_face)
    people->faces =
      g_new0 (float, (gsize) people->people.n_people *(people->people.n_seen - 1));
  if (params->masked && params->masks != NULL)
    people->canvas_masks = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  if (look.chosen->open != NULL)
    {
      look.eyes = look.chosen->open (context, error);
      if (look.eyes == NULL)
        return FALSE;
    }
  for (guint i = 0; i < people->people.n_people; i++)
    if (!add_person (&look, i, error))
      return FALSE;
  return TRUE;
}

/* ---- mean coefficients ---- */

float *
pz_learn_people_start (const PzLearnPeople *people, const float *layer)
{
  const gsize n = (gsize) PZ_BASIS_N_WORDS * people->people.basis->n_rows;
  float *mean = g_new (float, n * people->people.n_people);

  for (guint i = 0; i < people->people.n_people; i++)
    pz_people_coefficients (&people->people, layer,
                            seen_of (people, 2 * (gsize) i * PZ_PEOPLE_VIEWS), mean + i * n);
  return mean;
}

void
pz_learn_people_average (const PzLearnPeople *people,
                         PzLearnState *state,
                         const guint slots[],
                         guint n)
{
  const gsize n_each = (gsize) PZ_BASIS_N_WORDS * people->people.basis->n_rows;
  g_autofree float *now = g_new (float, n_each);

  for (guint i = 0; i < n; i++)
    {
      float *mean = state->kept + slots[i] / (2 * PZ_PEOPLE_VIEWS) * n_each;

      pz_people_coefficients (&people->people, state->value, seen_of (people, slots[i]), now);
      for (gsize k = 0; k < n_each; k++)
        mean[k] = MOMENTUM * mean[k] + (1.0f - MOMENTUM) * now[k];
    }
}
