/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preload library that simulates a file system without hard links, such as FAT.
 */
#include <errno.h>
#include <unistd.h>

__attribute__ ((visibility ("default"))) int
link (const char *from, const char *to)
{
  (void) from;
  (void) to;
  errno = EPERM;
  return -1;
}
