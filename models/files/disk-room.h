/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a file will find room on its disk. Thread: any.
 */
#pragma once

#include <gio/gio.h>

/* Fails with G_IO_ERROR_NO_SPACE where the file system of `path`, which need not exist, says that it has less than `bytes`
 * free. What a file system does not say counts as enough. */
gboolean pz_disk_room_check (const char *path, guint64 bytes, GError **error);
