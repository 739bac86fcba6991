/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The note of a task in the user's language. The engine's own sentence, which has the numbers, stays English.
 * Thread: any.
 */
#pragma once

#include "models/session.h"

G_BEGIN_DECLS

/* (transfer none) */
const char *pz_note_text (PzNote note);

G_END_DECLS
