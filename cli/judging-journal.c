/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/judging-journal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "compute/error.h"

#define KEY_LENGTH 64
#define LINE_BYTES (1u << 16) /* more than a line with the widest direction */
#define NOTHING "-"

struct _PzJournal
{
  char *path;
  GHashTable *known; /* key -> direction, as text in the file */
  FILE *file; /* open for appending; NULL = not yet */
};

static gboolean
fail (const PzJournal *journal, int number, GError **error)
{
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (number), "%s: %s",
               journal->path, g_strerror (number));
  return FALSE;
}

/* A line without a line end was cut off, and is ignored. */
static void
take_line (PzJournal *journal, char *line)
{
  const gsize length = strlen (line);

  if (length < KEY_LENGTH + 3 || line[length - 1] != '\n' || line[KEY_LENGTH] != ' ')
    return;
  line[length - 1] = '\0';
  g_hash_table_insert (journal->known, g_strndup (line, KEY_LENGTH),
                       g_strdup (line + KEY_LENGTH + 1));
}

PzJournal *
pz_journal_open (const char *path, GError **error)
{
  g_autoptr (PzJournal) journal = g_new0 (PzJournal, 1);
  g_autofree char *line = g_malloc (LINE_BYTES);
  FILE *file = g_fopen (path, "re");

  journal->path = g_strdup (path);
  journal->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (file == NULL && errno != ENOENT)
    {
      fail (journal, errno, error);
      return NULL;
    }
  while (file != NULL && fgets (line, LINE_BYTES, file) != NULL)
    take_line (journal, line);
  if (file != NULL)
    fclose (file);
  return g_steal_pointer (&journal);
}

void
pz_journal_close (PzJournal *journal)
{
  if (journal == NULL)
    return;
  if (journal->file != NULL)
    fclose (journal->file);
  g_hash_table_unref (journal->known);
  g_free (journal->path);
  g_free (journal);
}

gboolean
pz_journal_recall (const PzJournal *journal, const char *key, guint width, float **direction)
{
  const char *said =
    journal != NULL && key != NULL ? g_hash_table_lookup (journal->known, key) : NULL;
  g_autofree guint8 *bytes = NULL;
  gsize n_bytes;

  *direction = NULL;
  if (said == NULL || g_str_equal (said, NOTHING))
    return said != NULL;
  bytes = g_base64_decode (said, &n_bytes);
  if (n_bytes != width * sizeof (float))
    return FALSE;
  *direction = g_new (float, width);
  memcpy (*direction, bytes, n_bytes);
  return TRUE;
}

gboolean
pz_journal_note (PzJournal *journal,
                 const char *key,
                 guint width,
                 const float *direction,
                 GError **error)
{
  g_autofree char *text = NULL;

  if (journal == NULL)
    return TRUE;
  if (journal->file == NULL)
    {
      journal->file = g_fopen (journal->path, "ae");
      /* The last line may be cut off: the next one must not be joined to it. */
      if (journal->file == NULL || fputc ('\n', journal->file) == EOF)
        return fail (journal, errno, error);
    }
  text = direction != NULL
           ? g_base64_encode ((const guint8 *) direction, width * sizeof (float))
           : g_strdup (NOTHING);
  if (fprintf (journal->file, "%s %s\n", key, text) < 0 || fflush (journal->file) == EOF)
    return fail (journal, errno, error);
  return TRUE;
}
