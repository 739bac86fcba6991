/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plug-in whose engine returns its input picture, to test how pixels are read and written.
 */
#include "plugin/add-layers.h"
#include "tests/ui/fake-session.h"

__attribute__ ((constructor)) static void
set_up (void)
{
  pz_fake_reset ();
  pz_fake.passes_through = TRUE;
}

gboolean __real_pz_new_layers_write (PzNewLayers *layers);
gboolean __wrap_pz_new_layers_write (PzNewLayers *layers);

/* The linker replaces the plug-in's function with this one. While the file $PZ_TEST_HOLD exists, writing of new layers starts
 * but does not finish: the dialog stays responsive, and GIMP does not wait for anything. */
gboolean
__wrap_pz_new_layers_write (PzNewLayers *layers)
{
  static const PzNewLayers *begun; /* only compared, never dereferenced */
  const char *hold = g_getenv ("PZ_TEST_HOLD");

  if (layers == begun && hold && g_file_test (hold, G_FILE_TEST_EXISTS))
    {
      g_usleep (2000); /* the main loop calls this repeatedly */
      return TRUE;
    }
  begun = layers;
  return __real_pz_new_layers_write (layers);
}
