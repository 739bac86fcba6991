/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text as CLIP's tokenizer looks through it. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Valid UTF-8, composed, in lower case character by character in every locale. length < 0 = NUL-terminated.
 * (transfer full) */
char *pz_clip_normalize (const char *text, gssize length);

G_END_DECLS
