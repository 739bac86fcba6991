/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plug-in whose engine answers with the picture it was given: what is left is how pixels are read and written.
 */
#include "tests/ui/fake-session.h"

__attribute__ ((constructor)) static void
set_up (void)
{
  pz_fake_reset ();
  pz_fake.passes_through = TRUE;
}
