/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/learn-fixture.h"

#include <string.h>

#include <glib/gstdio.h>

#include "models/saved-concepts.h"

static void
find_pages (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_NOTEBOOK (widget))
    *(GtkNotebook **) data = GTK_NOTEBOOK (widget);
}

GtkNotebook *
pz_learn_fixture_pages (PzFixture *f)
{
  GtkNotebook *found = NULL;

  pz_fixture_walk (GTK_WIDGET (f->panel), find_pages, &found);
  return found;
}

void
pz_learn_fixture_type (PzFixture *f, const char *entry, const char *text)
{
  gtk_entry_set_text (GTK_ENTRY (pz_fixture_find (f, entry)), text);
}

void
pz_learn_fixture_fill_in (PzFixture *f)
{
  gtk_notebook_set_current_page (pz_learn_fixture_pages (f), PZ_LEARN_PAGE);
  pz_fixture_press (f, "Add Selected Layers");
  pz_learn_fixture_type (f, "Name", "Duck");
  pz_learn_fixture_type (f, "Kind of thing", "toy");
  g_assert_true (pz_panel_can_act (f->panel));
}

guint
pz_learn_fixture_n_saved (void)
{
  g_autoptr (GPtrArray) saved = pz_saved_concepts_find ();

  return saved->len;
}

void
pz_learn_fixture_forget_saved (void)
{
  g_autoptr (GPtrArray) saved = pz_saved_concepts_find ();

  for (guint i = 0; i < saved->len; i++)
    g_assert_true (g_remove (((PzSavedConcept *) saved->pdata[i])->path) == 0);
}

typedef struct
{
  const char *part;
  gboolean found;
} Line;

static void
find_line (GtkWidget *widget, gpointer data)
{
  Line *line = data;

  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), line->part))
    line->found = TRUE;
}

gboolean
pz_learn_fixture_says (PzFixture *f, const char *part)
{
  Line line = { part, FALSE };

  pz_fixture_walk (GTK_WIDGET (f->panel), find_line, &line);
  return line.found;
}
