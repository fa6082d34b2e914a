/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-action-table.h"
#include "guardian/core/guardian-request-state.h"
#include "guardian/core/guardian-session.h"

/* One action an agent asked for, on its way through the pipeline. */

typedef enum {
  GUARDIAN_STEP_NEXT,    /* the stage is done */
  GUARDIAN_STEP_WAIT,    /* guardian_pipeline_resume() will be called */
  GUARDIAN_STEP_REFUSED, /* guardian_request_refuse() was called */
  GUARDIAN_STEP_AGAIN,   /* what the session has open is not the object any more: from "resolve" */
} GuardianStep;

struct _GuardianRequest {
  GuardianContext *context;
  GuardianSession *session;
  GuardianLink *link;
  CardeaMessage *message;
  const GuardianAction *action;
  const char *id; /* the agent's, borrowed from message */
  guint stage;    /* index into the table of stages */
  GuardianRequestState state;
  guint call; /* a worker's answer that is due */

  GuardianCapability *capability;
  char *asked;            /* the path or name that was asked for, for what does not exist */
  GuardianObject *object; /* what it resolved to */
  CardeaMessage *missing; /* it did not: the files worker's refusal */
  gboolean object_held;   /* the files worker holds it for us alone */
  char *handle;           /* id in the session's table: goes on with an open file */
  char *grant;            /* id of the grant that covers it */
  gboolean once;          /* covered by an answer, for this once */
  gboolean reopened;      /* object is what the session has open as handle, under the same path */
  gboolean walked;        /* it is not to be reopened */

  CardeaJson *input;
  GuardianDecision decision;
  gboolean judged;
  gboolean asked_person;
  gboolean monitored; /* would have been asked */
  gboolean rechecking;
  gboolean rechecked;
  gboolean performing;
  gboolean silent; /* recorded before: one record a file and session */

  char *code; /* of a refusal; NULL: none */
  char *reason;
  char *policy;
  char *note;
  gboolean hidden;       /* the agent gets the same words whatever the reason is */
  CardeaMessage *result; /* the worker's answer */
  CardeaMessage *reply;
  gint64 bytes;
};

GuardianRequest *guardian_request_new (GuardianLink *link, CardeaMessage *message,
                                       const GuardianAction *action);
/* Gives back what the worker holds for it. */
void guardian_request_free (GuardianRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianRequest, guardian_request_free)

/* Forgets what was resolved and decided: the object is to be looked up anew. Only before anything
 * was recorded or done. */
void guardian_request_restart (GuardianRequest *request);

/* Remembers the refusal and returns GUARDIAN_STEP_REFUSED. policy may be NULL. Strings are copied;
 * the first refusal stays. */
GuardianStep guardian_request_refuse (GuardianRequest *request, const char *code,
                                      const char *reason, const char *policy);
/* The same, from a "refused" of a worker. */
GuardianStep guardian_request_refuse_as (GuardianRequest *request, const CardeaMessage *refused);

/* Takes message; the step to return. The answer lands in request->result, NULL when none came. */
GuardianStep guardian_request_call (GuardianRequest *request, GuardianWorker worker,
                                    CardeaMessage *message, guint timeout_ms);

/* For records: what was asked for, as far as it is known; the caller owns it. */
CardeaJson *guardian_request_resource (const GuardianRequest *request);
