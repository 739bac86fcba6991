/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An evaluation as one page that needs no other file: the papers' table, a scatter, time and bytes, sheets of pictures.
 */
#pragma once

#include "cli/evaluate-results.h"

/* HTML. (transfer full), or NULL with BAD_FILE: a picture that cannot be read. */
char *pz_report_new (const PzResults *results, GError **error);
