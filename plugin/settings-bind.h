/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps GIMP's stored arguments and our settings equal: every property of PzSettings is bound to the config's property
 * of the same name, in both directions. Thread: main.
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/settings.h"

G_BEGIN_DECLS

/* The settings take the config's values. The config must outlive the settings. */
void pz_settings_bind (PzSettings *settings, GimpProcedureConfig *config);

G_END_DECLS
