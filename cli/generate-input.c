/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/generate-input.h"

#include "cli/commands.h"
#include "cli/image-file.h"
#include "cli/mask-choice.h"
#include "models/files/custom-diffusion-file.h"

void
pz_generate_input_clear (PzGenerateInput *input)
{
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    {
      g_clear_pointer (&input->image[i], pz_image_unref);
      g_clear_pointer (&input->mask[i], pz_image_unref);
      g_clear_pointer (&input->concept[i], pz_concept_unref);
    }
  g_clear_object (&input->init);
  g_clear_object (&input->paint);
  g_clear_pointer (&input->start, pz_image_unref);
  g_clear_pointer (&input->start_mask, pz_image_unref);
}

/* The mask that was given for a concept; NULL = none. */
static const char *
given_mask (const PzGenerateOptions *o, guint index)
{
  const guint n = o->masks != NULL ? g_strv_length (o->masks) : 0;

  return index < n && o->masks[index][0] != '\0' ? o->masks[index] : NULL;
}

static gboolean
load_concept (PzGenerateInput *input,
              const PzGenerateOptions *o,
              guint index,
              PzMaskChoice *choice,
              GError **error)
{
  const char *path = o->concepts[index], *mask = given_mask (o, index);
  g_autofree char *weights = pz_custom_diffusion_find_file (path);

  if (weights == NULL && !g_str_has_suffix (path, PZ_CONCEPT_ENDING))
    return pz_mask_choose (choice, path, mask, &input->image[index], &input->mask[index],
                           error);
  if (mask != NULL)
    return pz_bad_option (error, "--mask", "a picture as the --concept before it", mask);
  input->concept[index] =
    weights != NULL ? pz_custom_diffusion_load (path, error) : pz_concept_load (path, error);
  return input->concept[index] != NULL;
}

static gboolean
load_concepts (PzGenerateInput *input,
               const PzGenerateOptions *o,
               const PzTaskParams *task,
               GError **error)
{
  g_auto (PzMaskChoice) choice = {
    .device = o->device,
    .note = task->note,
    .note_data = task->note_data,
    .cancellable = task->cancellable,
  };

  input->n = o->concepts != NULL ? g_strv_length (o->concepts) : 0;
  for (guint i = 0; i < input->n; i++)
    if (!load_concept (input, o, i, &choice, error))
      return FALSE;
  return TRUE;
}

static gboolean
load_start (PzGenerateInput *input, const PzGenerateOptions *o, GError **error)
{
  if (o->init_image == NULL)
    return TRUE;
  input->init = pz_pixbuf_load (o->init_image, error);
  if (input->init == NULL)
    return FALSE;
  if (o->paint_mask == NULL)
    return TRUE;
  input->paint = pz_pixbuf_load (o->paint_mask, error);
  if (input->paint == NULL)
    return FALSE;

  gint width = gdk_pixbuf_get_width (input->init), height = gdk_pixbuf_get_height (input->init);
  gint mask_width = gdk_pixbuf_get_width (input->paint);
  gint mask_height = gdk_pixbuf_get_height (input->paint);
  if (width == mask_width && height == mask_height)
    return TRUE;

  g_autofree char *expected = g_strdup_printf ("%dx%d, as the --init-image", width, height);
  g_autofree char *found = g_strdup_printf ("%dx%d", mask_width, mask_height);
  return pz_bad_option (error, "--paint-mask", expected, found);
}

gboolean
pz_generate_input_load (PzGenerateInput *input,
                        const PzGenerateOptions *o,
                        const PzTaskParams *task,
                        GError **error)
{
  return load_concepts (input, o, task, error) && load_start (input, o, error);
}

/* (transfer full) */
static PzImage *
fit (GdkPixbuf *pixbuf, guint width, guint height, PzImage *(*make) (GdkPixbuf *pixbuf))
{
  g_autoptr (GdkPixbuf) fitted = pz_pixbuf_fit (pixbuf, width, height);
  g_autoptr (PzImage) image = make (fitted);
  guint channels = pz_image_get_channels (image);
  float *pixels = g_new (float, (gsize) width *height *channels);

  for (guint y = 0; y < height; y++)
    pz_image_read_row (image, 0, y, width, pixels + (gsize) y * width * channels);
  return pz_image_new_take (width, height, channels, pixels);
}

void
pz_generate_input_fit (PzGenerateInput *input, PzGenerateOptions *o, const PzModelInfo *model)
{
  guint width = o->params.width != 0 ? o->params.width : model->width;
  guint height = o->params.height != 0 ? o->params.height : model->height;

  if (input->init != NULL)
    input->start = fit (input->init, width, height, pz_pixbuf_to_image);
  if (input->paint != NULL)
    input->start_mask = fit (input->paint, width, height, pz_pixbuf_to_mask);
  g_clear_object (&input->init);
  g_clear_object (&input->paint);
  o->params.start = input->start;
  o->params.start_mask = input->start_mask;
}

gboolean
pz_generate_input_encode (PzGenerateInput *input,
                          PzSession *session,
                          const PzTaskParams *task,
                          GError **error)
{
  for (guint i = 0; i < input->n; i++)
    {
      if (input->concept[i] != NULL)
        continue;
      input->concept[i] =
        pz_session_encode (session, input->image[i], input->mask[i], task, error);
      if (input->concept[i] == NULL)
        return FALSE;
      g_clear_pointer (&input->image[i], pz_image_unref);
      g_clear_pointer (&input->mask[i], pz_image_unref);
    }
  return TRUE;
}
