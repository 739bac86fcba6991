/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text normalisation of CLIP's tokenizer. Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns valid UTF-8 in composed form, converted to lower case character by character, independently of the locale. A negative
 * length means NUL-terminated. (transfer full) */
char *pz_clip_normalize (const char *text, gssize length);

G_END_DECLS
