/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/learn-people.h"

#include <string.h>

#include "models/tasks/image-features.h"
#include "models/tasks/portrait.h"

/* What a face is cropped to by the authors: views are made from no more pixels. */
#define PORTRAIT_SIDE 512
/* How much of what was learned before stays in a person's mean coefficients, each time the person is seen. */
#define MOMENTUM 0.99f

/* ---- what is seen of a picture ---- */

/* One way to tell people apart. */
typedef struct
{
  const char *name;
  gboolean is_free; /* nothing is seen: the rest is NULL */
  /* How many numbers; 0 = this model cannot. */
  guint (*size) (const PzModelFolder *model);
  gboolean (*measure) (const PzLearnContext *context, PzFootprint *footprint, GError **error);
  gpointer (*open) (const PzLearnContext *context, GError **error);
  gboolean (*see) (gpointer eyes, const PzImage *portrait, float *values, GError **error);
  void (*close) (gpointer eyes);
} Features;

static gboolean
image_measure (const PzLearnContext *context, PzFootprint *footprint, GError **error)
{
  return pz_image_features_measure (context->model, context->activation, footprint, error);
}

static gpointer
image_open (const PzLearnContext *context, GError **error)
{
  return pz_image_features_new (context->gpu, context->model, context->activation,
                                context->cancellable, error);
}

static gboolean
image_see (gpointer eyes, const PzImage *portrait, float *values, GError **error)
{
  return pz_image_features_run (eyes, portrait, values, error);
}

static void
image_close (gpointer eyes)
{
  pz_image_features_free (eyes);
}

static const Features features[] = {
  { "image", FALSE, pz_image_features_size, image_measure, image_open, image_see, image_close },
  { .name = "free", .is_free = TRUE },
};

const char *
pz_learn_features_name (guint index)
{
  return index < G_N_ELEMENTS (features) ? features[index].name : NULL;
}

/* NULL = there are none of that name. */
static const Features *
find_features (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (features); i++)
    if (g_strcmp0 (features[i].name, name) == 0)
      return &features[i];
  return NULL;
}

/* ---- before anything runs ---- */

gboolean
pz_learn_people_init (PzLearnPeople *people,
                      const PzModelFolder *model,
                      const PzLearnParams *params,
                      GError **error)
{
  const Features *chosen = find_features (params->features);
  guint size = 0;

  if (params->basis == NULL)
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "basis: expected the space of names that people are looked for in, "
                           "found none");
      return FALSE;
    }
  if (chosen == NULL)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "features: expected one of image, free, found %s", params->features);
      return FALSE;
    }
  if (!chosen->is_free && (size = chosen->size (model)) == 0)
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
}

gboolean
pz_learn_people_measure (const PzLearnContext *context, PzFootprint *footprint, GError **error)
{
  const Features *chosen = find_features (context->params->features);

  return chosen->is_free || chosen->measure (context, footprint, error);
}

/* ---- looking ---- */

/* One look at a time. */
typedef struct
{
  PzLearnPeople *people;
  const PzLearnParams *params;
  const Features *chosen;
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

/* The numbers of one slot. */
static gboolean
see (const Look *look, guint person, gsize slot, const PzImage *portrait, GError **error)
{
  const guint n = look->people->people.n_seen;
  float *seen = seen_of (look->people, slot);

  if (look->chosen->is_free)
    {
      seen[person] = 1.0f;
      return TRUE;
    }
  seen[n - 1] = 1.0f;
  return look->chosen->see (look->eyes, portrait, seen, error);
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

/* The square around the person, and views of it. */
static gboolean
add_person (const Look *look, guint person, GError **error)
{
  const PzLearnParams *params = look->params;
  PzImage *image = params->images[person];
  const PzImage *mask = params->masks != NULL ? params->masks[person] : NULL;
  g_autoptr (PzImage) portrait = NULL;
  g_autoptr (PzImage) portrait_mask = NULL;
  PzSquare square;

  if (!pz_concept_square (image, mask, 0.0, &square, error))
    return FALSE;
  pz_concept_crop (image, mask, &square, PORTRAIT_SIDE, &portrait, &portrait_mask);
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
    .chosen = find_features (params->features),
  };

  people->seen = g_new0 (float, n_slots * people->people.n_seen);
  people->canvases = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  if (params->masked && params->masks != NULL)
    people->canvas_masks = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  if (!look.chosen->is_free)
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

/* ---- the mean ---- */

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
