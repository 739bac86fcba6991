/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/file-stamp.h"

#include <glib/gstdio.h>

PzFileStamp
pz_file_stamp (const char *path)
{
  GStatBuf status;

  if (g_stat (path, &status) != 0 || !S_ISREG (status.st_mode))
    return (PzFileStamp) { 0 };
  return (PzFileStamp) {
    .size = (gint64) status.st_size,
    .mtime_s = (gint64) status.st_mtim.tv_sec,
    .mtime_ns = (gint64) status.st_mtim.tv_nsec,
  };
}

gboolean
pz_file_stamp_exists (PzFileStamp stamp)
{
  return !pz_file_stamp_is (stamp, (PzFileStamp) { 0 });
}

gboolean
pz_file_stamp_is (PzFileStamp stamp, PzFileStamp other)
{
  return stamp.size == other.size && stamp.mtime_s == other.mtime_s
         && stamp.mtime_ns == other.mtime_ns;
}
