/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plug-in whose engine answers with the picture it was given: what is left is how pixels are read and written.
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

/* The linker puts this in the place of the plug-in's own. While the file $PZ_TEST_HOLD is there, new layers are begun and then held:
 * the dialog answers and GIMP waits for nothing, for as long as a test needs. */
gboolean
__wrap_pz_new_layers_write (PzNewLayers *layers)
{
  static const PzNewLayers *begun; /* compared alone */
  const char *hold = g_getenv ("PZ_TEST_HOLD");

  if (layers == begun && hold && g_file_test (hold, G_FILE_TEST_EXISTS))
    {
      g_usleep (2000); /* the main loop asks again and again */
      return TRUE;
    }
  begun = layers;
  return __real_pz_new_layers_write (layers);
}
