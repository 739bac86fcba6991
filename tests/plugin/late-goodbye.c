/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preload library that delays a process between its answer to GIMP and the following goodbye (a message of four zero bytes), as
 * can happen on a busy machine.
 */
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DELAY_US 300000

__attribute__ ((visibility ("default"))) ssize_t
write (int fd, const void *bytes, size_t n)
{
  static const char goodbye[4];

  if (fd > STDERR_FILENO && n == sizeof goodbye && memcmp (bytes, goodbye, n) == 0)
    usleep (DELAY_US);
  return syscall (SYS_write, fd, bytes, n);
}
