/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What judges said, in a file that grows while they judge, so that a run that goes on need not ask again.
 *
 * A text: a line each, KEY DIRECTION, the key 64 hex digits that whoever writes chooses, the direction base64 of f32 as the machine has them, or "-":
 * looked, and nothing was there. A line that was cut off, or has another width than is asked for, counts as not there.
 */
#pragma once

#include <gio/gio.h>

typedef struct _PzJournal PzJournal;

/* Reads what is there, and makes the file with the first note. (transfer full), or NULL with BAD_FILE or what the system says. */
PzJournal *pz_journal_open (const char *path, GError **error);
void pz_journal_close (PzJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzJournal, pz_journal_close)

/* Whether the key was noted; *direction [width] is what it said (transfer full), or NULL: nothing was there. A journal or key that is NULL
 * knows nothing. */
gboolean
pz_journal_recall (const PzJournal *journal, const char *key, guint width, float **direction);

/* direction [width] or NULL. On the disk when this returns. A journal that is NULL notes nothing. */
gboolean pz_journal_note (PzJournal *journal,
                          const char *key,
                          guint width,
                          const float *direction,
                          GError **error);
