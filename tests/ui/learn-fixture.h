/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the tests of the page Learn share. Thread: main.
 */
#pragma once

#include "tests/ui/panel-fixture.h"

G_BEGIN_DECLS

#define PZ_LEARN_PAGE 1

GtkNotebook *pz_learn_fixture_pages (PzFixture *f);
/* Replaces the text of the entry with that accessible name. */
void pz_learn_fixture_type (PzFixture *f, const char *entry, const char *text);
/* Opens the page and fills it in with two layers, a name and a kind. */
void pz_learn_fixture_fill_in (PzFixture *f);
/* Whether a label of the panel contains the text. */
gboolean pz_learn_fixture_says (PzFixture *f, const char *part);

/* The number of saved concepts. */
guint pz_learn_fixture_n_saved (void);
void pz_learn_fixture_forget_saved (void);

G_END_DECLS
