/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An evaluation as one self-contained page: the papers' table, a scatter plot, times and sizes, sheets of pictures.
 */
#pragma once

#include "cli/evaluate-results.h"

/* HTML. (transfer full), or NULL with BAD_FILE if a picture cannot be read. */
char *pz_report_new (const PzResults *results, GError **error);
