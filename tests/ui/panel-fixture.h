/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The panel in a plain GTK window with a fake host and a fake engine, and functions that find its widgets.
 */
#pragma once

#include "tests/patience.h"
#include "tests/ui/fake-host.h"
#include "tests/ui/fake-session.h"
#include "ui/panel.h"

G_BEGIN_DECLS

typedef struct
{
  PzFakeHost fake;
  PzHost host;
  PzSettings *settings;
  GtkWidget *window;
  PzPanel *panel;
} PzFixture;

/* Call this first. Sets temporary user folders and initializes the test libraries. */
void pz_fixture_init (int *argc, char ***argv);

void pz_fixture_set_up (PzFixture *f, gconstpointer data);
void pz_fixture_tear_down (PzFixture *f, gconstpointer data);
#define PZ_FIXTURE_ADD(path, test) \
  g_test_add (path, PzFixture, NULL, pz_fixture_set_up, test, pz_fixture_tear_down)

/* Creates the panel and waits until the model is open or could not be opened. */
void pz_fixture_open (PzFixture *f);
/* Replaces the panel, like a user who closes the dialog and opens another one. */
void pz_fixture_reopen (PzFixture *f);
/* Waits until no run is active and the strip shows what the image shows. */
void pz_fixture_wait_idle (PzFixture *f);
/* Waits until the model is open or could not be opened. */
void pz_fixture_wait_open (PzFixture *f);
/* Starts a run and waits until it has ended. */
void pz_fixture_run (PzFixture *f);
/* Checks that the info bar contains `notice` (NULL = there is no bar), that the status line contains `status`, and whether
 * Generate can be pressed. */
void
pz_fixture_check (PzFixture *f, const char *notice, const char *status, gboolean can_generate);
/* Runs the main loop until all drawing is finished. */
void pz_fixture_settle (void);

typedef void (*PzVisit) (GtkWidget *widget, gpointer data);
void pz_fixture_walk (GtkWidget *root, PzVisit visit, gpointer data);

/* Runs the main loop until the panel has checked the image again. */
void pz_fixture_follow (void);

/* The toggle buttons of the visible tiles, in order. (transfer full) */
GPtrArray *pz_fixture_toggles (PzFixture *f);
/* The visible widget with this accessible name or, for buttons, label. Aborts if there is none. */
GtkWidget *pz_fixture_find (PzFixture *f, const char *name);
gboolean pz_fixture_has (PzFixture *f, const char *name);
/* Presses the button, or activates the item in the menu of the menu button, with this name or label. */
void pz_fixture_press (PzFixture *f, const char *name);
void pz_fixture_choose (PzFixture *f, const char *menu_button, const char *item);

/* Whether the menu has a visible item with this name. */
gboolean pz_fixture_offers (GtkWidget *menu, const char *item);

/* Writes a screenshot to $PZ_SHOTS/NAME.png if that variable is set. */
void pz_fixture_shot (PzFixture *f, const char *name);

G_END_DECLS
