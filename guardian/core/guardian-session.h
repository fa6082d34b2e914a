/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/profiles/cardea-profile.h"
#include "guardian/core/guardian-flood.h"
#include "guardian/core/guardian-flow.h"
#include "guardian/core/guardian-handle-table.h"
#include "guardian/core/guardian-label-set.h"
#include "guardian/core/guardian-link.h"
#include "guardian/core/guardian-model.h"
#include "guardian/core/guardian-outgoing-memory.h"
#include "guardian/core/guardian-refusals.h"
#include "guardian/core/guardian-session-state.h"

#include <glib.h>

/* One session: a front end, an agent of its own in its sandbox, what was shared with it, and what
 * it is doing. guardian-session-open.c brings it up, guardian-session-end.c takes it down. */

#define GUARDIAN_SESSION_REQUESTS_LIMIT 32u   /* in flight */
#define GUARDIAN_SESSION_FILES_LIMIT 512u     /* designated */
#define GUARDIAN_SESSION_RECORDED_LIMIT 4096u /* objects remembered as recorded */
#define GUARDIAN_SESSION_HOSTS_LIMIT 4096u    /* remembered as recorded */
#define GUARDIAN_SESSION_REFUSALS_LIMIT                                                            \
  1000u /* then it ends: nothing honest is refused so often                                        \
         */
#define GUARDIAN_SESSION_CAPABILITY_SECONDS 60u
#define GUARDIAN_SESSION_OPEN_SECONDS 60u   /* until the agent must be ready (keyring prompts) */
#define GUARDIAN_SESSION_PROGRAM "program:" /* begins the name of what is no agent of ours */
#define GUARDIAN_SESSION_PROFILE "profile:" /* or, when it is run with one, of this */
#define GUARDIAN_SESSION_STOP_MS 5000u

typedef enum {
  GUARDIAN_MODE_ASK,
  GUARDIAN_MODE_DENY,
  GUARDIAN_MODE_MONITOR,
} GuardianMode;

typedef struct _GuardianDesignation GuardianDesignation;
typedef struct _GuardianEffects GuardianEffects;
typedef struct _GuardianExec GuardianExec;
typedef struct _GuardianSpare GuardianSpare;

struct _GuardianSession {
  GuardianContext *context;
  char *id;
  char *title;
  char *model;             /* its name; NULL: offline */
  GuardianModel *endpoint; /* where it is; NULL: offline */
  GuardianMode mode;
  char *program;          /* the person's own, by its full path, bytes; NULL: our agent */
  char *agent_name;       /* of program */
  CardeaProfile *profile; /* how it is run; NULL: like any other */
  char *foreign; /* the profile of the foreign agent that our agent speaks for; NULL: none */
  char *beside;  /* the session of that agent's program; NULL: not known */
  gboolean has_clipboard;   /* its front end answers clipboard.wanted */
  gboolean has_view;        /* the view worker serves its files */
  GuardianEffects *effects; /* of its program, before they are in the log; NULL: no view */
  gboolean lost_view;       /* it stopped to while the program was being started */
  gboolean has_proxy;       /* the egress worker serves its way out */
  gboolean metered;         /* the egress worker keeps to limits in it */
  GHashTable *net_limits;   /* grant's id → what policy limited when the egress worker was told */
  CardeaMessage *view;      /* view.opened, until the program is started; or NULL */
  CardeaMessage *egress;    /* egress.opened, likewise */
  GuardianSpare *spare;     /* that it adopts, until its program runs; or NULL */
  gboolean launch_recorded; /* it was decided, and that is on the disk */
  gboolean builds;          /* one is built instead, once the view it had adopted has ended */
  char *folder;             /* the front end's working folder, bytes */
  char *home;
  guint timeout; /* seconds until a question lapses */
  GuardianSessionState state;

  GuardianLink *owner;    /* NULL: gone */
  CardeaMessage *opening; /* session.open, until it is answered */
  GuardianDesignation *designation;
  guint call;      /* to a worker, while it opens or ends */
  guint view_call; /* to the view worker, while its view is opened or adopted */
  guint net_call;  /* to the egress worker, while its way out is */
  guint open_source;

  GuardianLink *agent;
  char *sandbox;
  gint64 pid;
  int pidfd;
  char *agent_sha256;
  CardeaJson *layers;

  char *trace;         /* of the turn; of the opening before the first */
  char *user_request;  /* the person's last message */
  GPtrArray *files;    /* CardeaJson {path,name,kind,grant} */
  GPtrArray *requests; /* GuardianRequest, in flight; borrowed */
  GuardianHandleTable *handles;
  GHashTable *recorded; /* texts of what was recorded already */
  GHashTable *hosts;    /* names of where it has been, host:port */
  GuardianExec *exec;   /* an agent runs its program; NULL: a person does, or it has none */
  GuardianFlood flood;
  GuardianFlow flow;
  GuardianOutgoingMemory *outgoing;
  guint flow_seen; /* what its way out was last looked at with (guardian-session-net.c) */
  guint flow_told; /* what its front end was last told of that (guardian-relay.c) */
  guint n_requests;
  guint n_refusals;
  GuardianRefusals unasked; /* of these and others, what no person was asked about */
  guint files_read;
  GuardianLabelSet *labels_read; /* of what it has read */
  guint n_changes;               /* made */
  guint n_keeping;               /* view.kept under way */
  GPtrArray *left;               /* CardeaMessage: view.left, until they are through */
  guint n_proposed;              /* changes of private copies, by its program */
  guint n_accepted;              /* of these */
  guint n_unkept;                /* new files, by its program, that go with its view */
  char *unkept;                  /* the first of them, escaped and cut; NULL: none */
  CardeaMessage *exited;         /* launch.exited, while the view's last word is waited for */
  guint exited_source;           /* and no longer than this */
  gboolean agent_paused;         /* its link is not read: the front end is slow */
  gboolean shows_picture;        /* its agent's is being decoded */

  gint64 started_us; /* wall clock */
  gint64 ended_us;
  char *end_reason;
  GPtrArray *enders; /* GuardianSessionEnded callbacks that wait */
};

/* A starting session; the table (guardian-session-table.h) holds the reference. profile is taken;
 * NULL: none. */
GuardianSession *guardian_session_new (GuardianLink *owner, CardeaMessage *opening,
                                       CardeaProfile *profile);
/* That of a program which an agent runs: it has no front end, and takes exec. */
GuardianSession *guardian_session_new_exec (GuardianContext *context, CardeaMessage *opening,
                                            GuardianExec *exec);
GuardianSession *guardian_session_ref (GuardianSession *session);
void guardian_session_unref (GuardianSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianSession, guardian_session_unref)

const char *guardian_session_mode_name (const GuardianSession *session);

/* Who acts in it, for records, questions and grants: the built-in agent's name, "program:NAME", or
 * "profile:NAME". */
const char *guardian_session_agent (const GuardianSession *session);
/* What is asked in it is looked at. A program's files and way out are asked for before the
 * launcher's word that it runs has come: the kernel opens it, and its interpreter, through the
 * view, and a quick one is ahead of that word. Nobody else is in its sandbox by then. */
gboolean guardian_session_serves (const GuardianSession *session);

/* Takes an edge; FALSE, with a record, when there is none. */
gboolean guardian_session_advance (GuardianSession *session, GuardianSessionEvent event);

/* guardian-session-open.c: from session.open to the first turn. */
void guardian_session_open (GuardianSession *session);
void guardian_session_agent_ready (GuardianSession *session, CardeaMessage *message);

/* guardian-session-end.c. code: how an opening that waits is refused; reason: a sentence. Twice is
 * harmless. */
void guardian_session_end (GuardianSession *session, const char *code, const char *reason);
/* done is called when the sandbox is gone and the log is sealed over it; at once when it is. */
typedef void (*GuardianSessionEnded) (gpointer user_data);
void guardian_session_when_ended (GuardianSession *session, GuardianSessionEnded done,
                                  gpointer user_data);
/* The launch worker says that the sandbox is gone. */
void guardian_session_sandbox_exited (GuardianSession *session, CardeaMessage *message);
/* The view of a program that has exited has ended, too: nothing is waited for any more. */
void guardian_session_view_told (GuardianSession *session);
/* The launch worker itself is gone, and every sandbox with it. */
void guardian_session_launcher_died (GuardianSession *session);

/* guardian-session-report.c: as common/protocol/objects.md says; the caller owns it. */
CardeaJson *guardian_session_summary (const GuardianSession *session);
CardeaJson *guardian_session_details (const GuardianSession *session);

/* Whether object and action were recorded before in this session, and remembering that they are. */
gboolean guardian_session_has_recorded (const GuardianSession *session, const GuardianInode *inode,
                                        const char *action);
void guardian_session_set_recorded (GuardianSession *session, const GuardianInode *inode,
                                    const char *action);
/* FALSE: it was there before, in this session. */
gboolean guardian_session_add_host (GuardianSession *session, const char *name);
