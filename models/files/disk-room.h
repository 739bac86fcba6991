/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks whether a file will fit on its disk. Thread: any.
 */
#pragma once

#include <gio/gio.h>

/* Fails with G_IO_ERROR_NO_SPACE if the file system of `path` reports less than `bytes` free. `path` need not exist. A file
 * system that does not report its free space counts as having enough. */
gboolean pz_disk_room_check (const char *path, guint64 bytes, GError **error);
