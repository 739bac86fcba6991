/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All learning methods, each in its own file. Thread: any.
 */
#pragma once

#include "models/learners/learner.h"

G_BEGIN_DECLS

extern const PzLearner pz_learner_textual_inversion; /* Gal et al., 2022 */
extern const PzLearner pz_learner_cross_initialization; /* Pang et al., 2024 */
extern const PzLearner pz_learner_cross_initialization_fast;
extern const PzLearner pz_learner_celeb_basis; /* Yuan et al., 2023 */
extern const PzLearner pz_learner_catversion; /* Zhao et al., 2023 */
extern const PzLearner pz_learner_custom_diffusion; /* Kumari et al., 2023 */
extern const PzLearner pz_learner_dreambooth_lora; /* Ruiz et al., 2023; Hu et al., 2021 */
extern const PzLearner pz_learner_elite_refine; /* this project's own method */

G_END_DECLS
