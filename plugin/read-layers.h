/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Layers to pictures and their masks, one after the other. Thread: main (libgimp).
 */
#pragma once

#include <libgimp/gimp.h>

#include "ui/seeker.h"
#include "ui/host.h"

G_BEGIN_DECLS

/* layers: ended by NULL (transfer container); those that go meanwhile are left out. seeker NULL = nothing is looked for: without
 * an exact mask all of a layer is the thing, or what is selected of it. Else see PzHostClass.read_layers. `done` comes also where it was
 * cancelled, with CANCELLED; seeker lives until then. */
void pz_read_layers (GimpLayer **layers,
                     PzSeeker *seeker,
                     GCancellable *cancellable,
                     PzHostLayerFunc each,
                     PzHostDoneFunc done,
                     gpointer data);

G_END_DECLS
