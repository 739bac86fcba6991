/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An error, or a note of the engine, in the user's language: what happened, what to do about it, and the buttons that do
 * it. The engine's own sentence stays English and is the detail. Thread: main.
 */
#pragma once

#include "models/session.h"
#include "ui/notice.h"

G_BEGIN_DECLS

/* The strings belong to the translation and to the error. */
PzNoticeText pz_error_text (const GError *error);
/* Of the translation, and `sentence`. */
PzNoticeText pz_note_text (PzNoteKind kind, const char *sentence);

G_END_DECLS
