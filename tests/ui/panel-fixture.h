/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The panel in a plain GTK window, with a host and an engine that are doubles; and ways to find what is on it.
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

/* Before anything else: user folders of its own, and the test libraries. */
void pz_fixture_init (int *argc, char ***argv);

void pz_fixture_set_up (PzFixture *f, gconstpointer data);
void pz_fixture_tear_down (PzFixture *f, gconstpointer data);
#define PZ_FIXTURE_ADD(path, test) \
  g_test_add (path, PzFixture, NULL, pz_fixture_set_up, test, pz_fixture_tear_down)

/* Makes the panel and waits until the model is open, or is not. */
void pz_fixture_open (PzFixture *f);
/* Another dialog of the same person. */
void pz_fixture_reopen (PzFixture *f);
void pz_fixture_wait_idle (PzFixture *f);
/* The same as the panel's is opened by hand. */
void pz_fixture_wait_open (PzFixture *f);
/* A run from beginning to end. */
void pz_fixture_run (PzFixture *f);
/* What the bar (NULL = there is none) and the line at the bottom say, in part, and whether Generate can be pressed. */
void
pz_fixture_check (PzFixture *f, const char *notice, const char *status, gboolean can_generate);
/* Runs the main loop until what was drawn is drawn. */
void pz_fixture_settle (void);

typedef void (*PzVisit) (GtkWidget *widget, gpointer data);
void pz_fixture_walk (GtkWidget *root, PzVisit visit, gpointer data);

/* Runs the main loop until the strip has looked at the image again. */
void pz_fixture_follow (void);

/* The toggles of the tiles in sight, in order. (transfer full) */
GPtrArray *pz_fixture_toggles (PzFixture *f);
/* The visible widget with that accessible name or, for buttons and menu items, label; an error when there is none. */
GtkWidget *pz_fixture_find (PzFixture *f, const char *name);
gboolean pz_fixture_has (PzFixture *f, const char *name);
/* Presses the button, or activates the item of the menu of the menu button, with that name or label. */
void pz_fixture_press (PzFixture *f, const char *name);
void pz_fixture_choose (PzFixture *f, const char *menu_button, const char *item);

/* Whether the menu has an item with that label to choose. */
gboolean pz_fixture_offers (GtkWidget *menu, const char *item);

/* Writes $PZ_SHOTS/NAME.png where that variable is set. */
void pz_fixture_shot (PzFixture *f, const char *name);

G_END_DECLS
