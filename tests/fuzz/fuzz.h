/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A harness passes arbitrary bytes to one parser and checks invariants that hold for any input. libFuzzer calls this function;
 * replay.c calls it with the corpus and with seeded mutations of it, so that the tests do not need a fuzzing compiler.
 */
#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
