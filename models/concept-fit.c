/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/concept-fit.h"

PzConceptFit
pz_concept_fit (const PzConceptHome *home, const PzModelInfo *model)
{
  if ((home->model != NULL && g_strcmp0 (home->model, model->fingerprint) != 0)
      || (home->elite != NULL && g_strcmp0 (home->elite, model->elite_fingerprint) != 0))
    return PZ_CONCEPT_OTHER_MODEL;
  return home->width == 0 || home->width == model->text_width ? PZ_CONCEPT_FITS
                                                              : PZ_CONCEPT_OTHER_WIDTH;
}
