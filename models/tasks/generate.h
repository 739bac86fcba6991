/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generates pictures from a prompt and concepts: the loop over variants and steps.
 *
 * Thread: the session's.
 */
#pragma once

#include "models/files/image-prompts.h"
#include "models/files/model-folder.h"
#include "models/files/word-shelf.h"
#include "models/session.h"
#include "models/tasks/footprint.h"

G_BEGIN_DECLS

typedef struct _PzGenerator PzGenerator;

/* Loads nothing yet. model, fingerprint, words and image_prompts are not owned and must outlive the generator. */
PzGenerator *pz_generator_new (PzGpu *gpu,
                               const PzModelFolder *model,
                               const char *fingerprint,
                               PzDtype activation,
                               PzWordShelf *words,
                               PzImagePrompts *image_prompts);
void pz_generator_free (PzGenerator *generator);

/* Frees the generator's programs and storages on the device until it runs again. Weights stay, unless memory is saved. */
void pz_generator_rest (PzGenerator *generator);

/* Adds the needs of a run with these parameters and concepts to a footprint. A concept that `by` has yet to make is NULL. Fails
 * as pz_generator_run () does before it loads anything. */
gboolean pz_generator_measure (PzGenerator *generator,
                               const PzGenerateParams *params,
                               PzConceptBy by,
                               PzConcept *const concepts[],
                               guint n_concepts,
                               PzFootprint *footprint,
                               GError **error);

/* As pz_session_generate (). times: load_ms is increased; text_ms, step_ms, decode_ms and variant_ms are set. */
gboolean pz_generator_run (PzGenerator *generator,
                           const PzGenerateParams *params,
                           PzConcept *const concepts[],
                           guint n_concepts,
                           const PzTaskParams *task,
                           PzVariantFunc variant,
                           gpointer data,
                           PzTimes *times,
                           GError **error);

G_END_DECLS
