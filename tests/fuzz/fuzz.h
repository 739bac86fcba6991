/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A harness gives any bytes to one parser and checks what must hold whatever they are. It is
 * what libFuzzer calls; replay.c calls it with the corpus and with seeded changes of it, so that
 * the tests need no fuzzing compiler.
 */
#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
