/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A device as the commands show it: name, driver, missing features, limits.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "compute/gpu.h"

/* Writes an object. */
void pz_device_to_json (JsonBuilder *builder, const PzGpuInfo *info);
/* Prints lines to standard output. */
void pz_device_print (const PzGpuInfo *info);
