/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Delivers from the worker to the main loop. All messages arrive, in order. Progress is coalesced to at most 20
 * deliveries a second (a message also delivers pending progress early), and never arrives after a message that was
 * posted later.
 *
 * Thread: new, free: the thread of the main context; post: any.
 */
#pragma once

#include "models/params.h"

G_BEGIN_DECLS

typedef struct _PzRelay PzRelay;

typedef struct
{
  void (*progress) (const PzProgress *progress, gpointer data);
  void (*message) (gpointer message, gpointer data); /* (transfer full) */
  GDestroyNotify free_message; /* for those never delivered */
} PzRelayClass;

/* Delivers in the thread-default main context of the caller. */
PzRelay *pz_relay_new (const PzRelayClass *klass, gpointer data);
/* Nothing is delivered afterwards. No other thread may still post. */
void pz_relay_free (PzRelay *relay);

void pz_relay_post (PzRelay *relay, gpointer message); /* (transfer full) */
void pz_relay_post_progress (PzRelay *relay, const PzProgress *progress);

G_END_DECLS
