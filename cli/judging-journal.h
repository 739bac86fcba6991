/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stores the results of judges in a file that grows while they judge, so that a run that is continued need not judge
 * again.
 *
 * A text file with a line KEY DIRECTION for each result. The key is 64 hex digits that the caller chooses. The
 * direction is base64 of f32 in the machine's byte order, or "-": the judge looked, and nothing was there. A line that
 * was cut off, or whose width is not the requested one, is ignored.
 */
#pragma once

#include <gio/gio.h>

typedef struct _PzJournal PzJournal;

/* Reads the existing results; the first pz_journal_note () creates the file. (transfer full), or NULL with a
 * G_IO_ERROR. */
PzJournal *pz_journal_open (const char *path, GError **error);
void pz_journal_close (PzJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzJournal, pz_journal_close)

/* Whether the key was noted. *direction [width] is the stored direction (transfer full), or NULL if nothing was there.
 * FALSE if the journal or the key is NULL. */
gboolean
pz_journal_recall (const PzJournal *journal, const char *key, guint width, float **direction);

/* direction [width] or NULL. Flushed to the file when this returns. Does nothing if the journal is NULL. */
gboolean pz_journal_note (PzJournal *journal,
                          const char *key,
                          guint width,
                          const float *direction,
                          GError **error);
