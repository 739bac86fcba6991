/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks the parameters of generation: see pz_generate_params_check () in session.h.
 */
#include <math.h>

#include "models/session.h"
#include "models/tasks/sampler.h"

static gboolean
is_blank (const char *text)
{
  if (text == NULL)
    return TRUE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isspace (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

static guint
nearest_multiple (guint value, guint multiple)
{
  guint64 rounded = ((guint64) value + multiple / 2) / multiple * multiple;

  return (guint) MAX (rounded, multiple);
}

static gboolean
check_size (const PzGenerateParams *params, const PzModelInfo *model, GError **error)
{
  guint width = params->width != 0 ? params->width : model->width;
  guint height = params->height != 0 ? params->height : model->height;
  guint multiple = MAX (model->size_multiple, 1);
  guint good_width = nearest_multiple (MIN (width, PZ_MAX_SIDE), multiple);
  guint good_height = nearest_multiple (MIN (height, PZ_MAX_SIDE), multiple);

  if (width == good_width && height == good_height)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "size: expected multiples of %u up to %u, found %ux%u; the nearest is %ux%u",
               multiple, PZ_MAX_SIDE, width, height, good_width, good_height);
  return FALSE;
}

gboolean
pz_generate_params_check (const PzGenerateParams *params,
                          const PzModelInfo *model,
                          GError **error)
{
  const char *sampler = params->sampler != NULL ? params->sampler : model->sampler;

  if (is_blank (params->prompt))
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "prompt: expected a text, found nothing but blanks");
      return FALSE;
    }
  if (!g_utf8_validate (params->prompt, -1, NULL)
      || (params->negative_prompt != NULL
          && !g_utf8_validate (params->negative_prompt, -1, NULL)))
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "prompt: expected UTF-8 text, found other bytes");
      return FALSE;
    }
  if (params->variants > PZ_MAX_VARIANTS)
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "variants: expected 1 to %d, found %u",
                   PZ_MAX_VARIANTS, params->variants);
      return FALSE;
    }
  if (!(params->fidelity <= PZ_MAX_FIDELITY))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "fidelity: expected 0 to %g, found %g",
                   PZ_MAX_FIDELITY, params->fidelity);
      return FALSE;
    }
  for (guint i = 0; i < params->n_fidelities; i++)
    if (i >= PZ_MAX_CONCEPTS || !(params->fidelities[i] <= PZ_MAX_FIDELITY))
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                     "fidelity: expected at most %d from 0 to %g, found %g as number %u",
                     PZ_MAX_CONCEPTS, PZ_MAX_FIDELITY,
                     i < PZ_MAX_CONCEPTS ? params->fidelities[i] : 0.0, i + 1);
        return FALSE;
      }
  /* Written so that NaN is rejected. */
  for (guint i = 0; i < params->n_loras; i++)
    if (!(ABS (params->loras[i].weight) <= PZ_MAX_LORA_WEIGHT))
      {
        g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                     "LoRA: expected weights from %g to %g, found %g", -PZ_MAX_LORA_WEIGHT,
                     PZ_MAX_LORA_WEIGHT, params->loras[i].weight);
        return FALSE;
      }
  if (!isfinite (params->guidance))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "guidance: expected a number, found %g",
                   params->guidance);
      return FALSE;
    }
  return check_size (params, model, error)
         && pz_sampler_check (sampler, &model->step_limits,
                              params->steps != 0 ? params->steps : model->steps, error);
}
