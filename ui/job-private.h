/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What main thread and worker of a queue tell each other. job.c is the main thread's side, job-worker.c the worker's.
 */
#pragma once

#include "ui/job.h"
#include "ui/progress-relay.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_COMMAND_OPEN,
  PZ_COMMAND_GENERATE,
  PZ_COMMAND_MEASURE,
  PZ_COMMAND_QUIT,
} PzJobCommandKind;

typedef struct
{
  PzJobCommandKind kind;
  char *model;
  char *device;
  PzHostConcept *concept;
  PzSnapshot *snapshot;
  guint question; /* number of the measuring */
  GCancellable *cancellable;
} PzJobCommand;

typedef enum
{
  PZ_MESSAGE_DEVICES,
  PZ_MESSAGE_OPENED,
  PZ_MESSAGE_WAITING,
  PZ_MESSAGE_NOTE,
  PZ_MESSAGE_VARIANT,
  PZ_MESSAGE_PREVIEW,
  PZ_MESSAGE_MEASURED,
  PZ_MESSAGE_FINISHED,
} PzJobMessageKind;

typedef struct
{
  PzJobMessageKind kind;
  PzModelInfo *model;
  char *device, *driver;
  gboolean processor;
  guint64 free_bytes;
  GStrv devices;
  char *software; /* which of them is the processor */
  GError *error;
  PzNote note;
  char *sentence; /* of the note */
  PzHostResult result;
  PzImage *preview;
  PzMeasured measured;
  guint question;
} PzJobMessage;

/* What only the worker touches. */
typedef struct
{
  PzSession *session;
  PzConcept *concept;
  char *concept_key; /* hashes of picture and mask */
  char *model;
  char *device;
  gboolean listed; /* the devices were told */
  guint64 needed_bytes; /* 0 = not measured */
  guint needed_width, needed_height; /* what was measured */
  double needed_guidance;
} PzWorker;

struct _PzJobQueue
{
  char *beside;
  const PzJobEvents *events;
  gpointer data;
  PzRelay *relay;
  GAsyncQueue *commands;
  GThread *thread;
  GCancellable *opening; /* of the last opening asked for */
  GCancellable *job; /* of the last job */
  gboolean running;
  guint n_questions;
  PzWorker worker;
};

/* The worker's thread: data is the queue. */
gpointer pz_job_work (gpointer data);

void pz_job_command_free (PzJobCommand *command);

G_END_DECLS
