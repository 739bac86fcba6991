/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tells that a file has changed since it was read: its size and the time of its last change.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All zero: there is no regular file at the path. */
typedef struct
{
  gint64 size, mtime_s, mtime_ns;
} PzFileStamp;

PzFileStamp pz_file_stamp (const char *path);
gboolean pz_file_stamp_exists (PzFileStamp stamp);
gboolean pz_file_stamp_is (PzFileStamp stamp, PzFileStamp other);

G_END_DECLS
