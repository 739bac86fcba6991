/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compute/error.h"

G_DEFINE_QUARK (pz - error - quark, pz_error)
