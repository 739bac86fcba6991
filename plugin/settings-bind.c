/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/settings-bind.h"

void
pz_settings_bind (PzSettings *settings, GimpProcedureConfig *config)
{
  guint n;
  g_autofree GParamSpec **specs =
    g_object_class_list_properties (G_OBJECT_GET_CLASS (settings), &n);

  for (guint i = 0; i < n; i++)
    g_object_bind_property (config, specs[i]->name, settings, specs[i]->name,
                            G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}
