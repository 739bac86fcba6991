/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An error in the user's language: what happened, what to do about it, and the buttons that do it. The engine's own
 * message stays English and is the detail. Thread: main.
 */
#pragma once

#include "ui/widgets/notice.h"

G_BEGIN_DECLS

/* The strings are owned by the translation and by the error. */
PzNoticeText pz_error_text (const GError *error);

G_END_DECLS
