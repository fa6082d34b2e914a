/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-action-table.h"
#include "guardian/core/guardian-destination.h"
#include "guardian/core/guardian-payload.h"
#include "guardian/core/guardian-plan.h"
#include "guardian/core/guardian-request-state.h"
#include "guardian/core/guardian-session.h"

/* One action an agent asked for, on its way through the pipeline. */

#define GUARDIAN_REQUEST_ATTEMPTS_LIMIT 2u /* times it is begun again because something changed */
#define GUARDIAN_REQUEST_SHOWN_CHARACTERS 400u /* of a path in a refusal's sentence */

typedef enum {
  GUARDIAN_STEP_NEXT,    /* the stage is done */
  GUARDIAN_STEP_WAIT,    /* guardian_pipeline_resume() will be called */
  GUARDIAN_STEP_REFUSED, /* guardian_request_refuse() was called */
  GUARDIAN_STEP_AGAIN,   /* what was resolved is not so any more: from "resolve" */
} GuardianStep;

/* Who wants it. */
typedef enum {
  GUARDIAN_ASKER_AGENT,  /* over its link, with a capability */
  GUARDIAN_ASKER_VIEW,   /* a program, through its files */
  GUARDIAN_ASKER_EGRESS, /* a program, through its proxy */
} GuardianAsker;

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
  GuardianObject *object; /* what it resolved to; with a plan: a copy of its resource */
  GuardianPlan *plan;     /* of an action on many objects */
  CardeaMessage *missing; /* it did not resolve: the worker's refusal */
  gboolean object_held;   /* the files worker holds it for us alone */
  char *handle;           /* id in the session's table: goes on with an open file */
  char *grant;            /* id of the grant that covers it */
  GuardianAsker asker;    /* not an agent: no link, no capability */
  CardeaJson
      *deed; /* in place of an object: a foreign agent's step, a program to be run, a clipboard */
  GuardianExec *exec; /* a program that is to be run; its session's, once it is started */
  guint n_shares;     /* of it: files that it sees */
  char *child;        /* id of its session */
  GuardianDestination *destination; /* in place of an object: where it goes out to */
  GuardianPayload *payload;         /* what an agent's request would send there */
  GuardianOutgoing *outgoing;       /* what was found in that; NULL: nothing */
  gboolean scanning;                /* until the scan worker answered */
  char *credential;                 /* that is added on the way; NULL: none */
  gboolean to_model;                /* to the session's own model */
  gboolean inside;                  /* it may lead to this computer or the network around it */
  guint transfer;                   /* the call whose answer is still coming after the reply */
  gboolean once;                    /* covered by an answer, for this once */
  gboolean reopened;   /* object is what the session has open as handle, under the same path */
  gboolean walked;     /* it is not to be reopened */
  gboolean waits_undo; /* until the undo store is open */
  gboolean waits_exec; /* until it runs */
  gboolean waits_credential; /* until the egress worker has it */
  gboolean waits_clipboard;  /* until the front end answers */
  guint clipboard_source;    /* how long */
  gboolean planning;
  gboolean describing;
  gboolean keeping; /* the former content is being kept */
  gboolean shown;   /* a person was asked about an earlier plan */
  guint attempts;   /* times it was begun again */

  CardeaJson *input;
  GuardianDecision decision;
  GuardianLabelSet *labels; /* of object, as policy said */
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
  CardeaMessage *read;   /* what was read, while it is looked through */
  CardeaJson *limits;    /* of a host, that are kept to with it; NULL: none */
  CardeaMessage *masked; /* the scan worker's answer, with what is left of it */
  CardeaMessage *result; /* the worker's answer */
  CardeaMessage *reply;
  gint64 bytes;
};

GuardianRequest *guardian_request_new (GuardianLink *link, CardeaMessage *message,
                                       const GuardianAction *action);
/* The same for what a worker asks for a program of the session. */
GuardianRequest *guardian_request_new_worker (GuardianSession *session, CardeaMessage *message,
                                              const GuardianAction *action, GuardianAsker asker);
/* Gives back what the worker holds for it. */
void guardian_request_free (GuardianRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianRequest, guardian_request_free)

/* Forgets what was resolved and decided: all is to be looked up anew. Only before anything was
 * done. FALSE: it was begun again often enough. */
gboolean guardian_request_restart (GuardianRequest *request) G_GNUC_WARN_UNUSED_RESULT;
/* What was planned is not so any more: the step to return, with reason the last time. */
GuardianStep guardian_request_again (GuardianRequest *request, const char *reason);

/* Remembers the refusal and returns GUARDIAN_STEP_REFUSED. policy may be NULL. Strings are copied;
 * the first refusal stays. */
GuardianStep guardian_request_refuse (GuardianRequest *request, const char *code,
                                      const char *reason, const char *policy);
/* The same, from a "refused" of a worker. */
GuardianStep guardian_request_refuse_as (GuardianRequest *request, const CardeaMessage *refused);

/* Takes message; the step to return. The answer lands in request->result, NULL when none came. */
GuardianStep guardian_request_call (GuardianRequest *request, GuardianWorker worker,
                                    CardeaMessage *message, guint timeout_ms);

/* Policy's name of what it does: with a plan, of the item that decided. Static. */
const char *guardian_request_action (const GuardianRequest *request);

/* The path or the host it is about, bytes; the caller owns it. */
char *guardian_request_target (const GuardianRequest *request);
/* For policy and records: what was asked for, as far as it is known; the caller owns it. */
CardeaJson *guardian_request_resource (const GuardianRequest *request);
