/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/launch/guardian-cgroup.h"
#include "guardian/launch/guardian-handoff.h"
#include "guardian/launch/guardian-notify.h"

#include <glib.h>
#include <sys/types.h>

/* One sandbox from the first fork to the last process's end. Driven by the default main context;
 * one thread. */
typedef struct _GuardianSandbox GuardianSandbox;

typedef enum {
  GUARDIAN_SANDBOX_STARTING, /* hold, bwrap and confine are at work */
  GUARDIAN_SANDBOX_WAITING,  /* seen from outside and found good; nothing of the program runs */
  GUARDIAN_SANDBOX_GOING,    /* GO was said */
  GUARDIAN_SANDBOX_RUNNING,  /* the program runs */
  GUARDIAN_SANDBOX_ENDING,   /* every process is being killed */
  GUARDIAN_SANDBOX_ENDED,    /* no process is left */
  GUARDIAN_SANDBOX_STATE_COUNT
} GuardianSandboxState;

typedef enum {
  GUARDIAN_SANDBOX_READY,  /* confine is done and handed over the listener */
  GUARDIAN_SANDBOX_GO,     /* the program may run */
  GUARDIAN_SANDBOX_EXECED, /* its end of the hand-over closed at exec */
  GUARDIAN_SANDBOX_BROKEN, /* a step failed, a check failed, or it took too long */
  GUARDIAN_SANDBOX_KILL,   /* somebody wants it ended */
  GUARDIAN_SANDBOX_EXITED, /* bwrap is gone, and so are all the others */
  GUARDIAN_SANDBOX_EVENT_COUNT
} GuardianSandboxEvent;

/* The state after event; FALSE: there is no such edge, the event is refused. */
gboolean guardian_sandbox_next (GuardianSandboxState state, GuardianSandboxEvent event,
                                GuardianSandboxState *ret_next);

typedef enum {
  GUARDIAN_SANDBOX_ERROR_UNAVAILABLE, /* the message says what is missing */
} GuardianSandboxError;

#define GUARDIAN_SANDBOX_ERROR (guardian_sandbox_error_quark ())
GQuark guardian_sandbox_error_quark (void);

typedef struct {
  char **arguments;   /* of cardea-hold; borrowed */
  char **environment; /* borrowed */
  int filter;         /* from guardian_filter_export(); borrowed */
  GuardianNotifyRefusal refusal;
  int command; /* a program without channel: what it is started with; borrowed. -1: an
                * agent, which gets a channel and no streams */
  int view;    /* a program's: where cardea-hold sends /dev/fuse; borrowed; -1: it has none */
  int egress;  /* a program's: where cardea-hold sends its proxy's listener; borrowed; -1: none */
  int copy;    /* a program's, without egress: itself, at its beginning; borrowed; -1: none */
  int bundle;  /* with egress: what it trusts; borrowed; -1: only what the system does */
  int streams[3];         /* its input, output and error; borrowed; -1: /dev/null */
  GuardianCgroup *cgroup; /* taken; may be NULL */
  CardeaJson *layers;     /* what is known before; taken */
} GuardianSandboxPlan;

typedef struct {
  /* The last moment before the program runs; FALSE: it does not, and ret_reason (the caller's) says
   * why. NULL: it always may. */
  gboolean (*may_go) (GuardianSandbox *sandbox, gpointer user_data, char **ret_reason);
  void (*started) (GuardianSandbox *sandbox, gpointer user_data);
  void (*violation) (GuardianSandbox *sandbox, const char *call, guint count, pid_t pid,
                     gpointer user_data);
  /* Once, last. was_running FALSE: it never ran, and reason says why. The sandbox may be freed. */
  void (*ended) (GuardianSandbox *sandbox, gboolean was_running, const char *reason,
                 gpointer user_data);
} GuardianSandboxHandler;

/* handler is borrowed and outlives the sandbox. */
GuardianSandbox *guardian_sandbox_new (const GuardianSandboxPlan *plan,
                                       const GuardianSandboxHandler *handler, gpointer user_data,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Lets the program run as soon as everything was found good. Until this is called the sandbox waits
 * there, also for good: that is how one is kept ready. */
void guardian_sandbox_go (GuardianSandbox *sandbox);

/* The same for one whose program comes later. gifts are taken; once. */
void guardian_sandbox_go_gifts (GuardianSandbox *sandbox, int gifts[GUARDIAN_HANDOFF_GIFTS]);

GuardianSandboxState guardian_sandbox_state (const GuardianSandbox *sandbox);

/* Kills what still runs, without waiting for it. */
void guardian_sandbox_free (GuardianSandbox *sandbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianSandbox, guardian_sandbox_free)

/* Ends every process; ended() follows. */
void guardian_sandbox_kill (GuardianSandbox *sandbox);

/* A word that names it in messages and the log. */
const char *guardian_sandbox_id (const GuardianSandbox *sandbox);

/* Of the running program. The descriptors are the caller's; -1 when they were taken. */
pid_t guardian_sandbox_pid (const GuardianSandbox *sandbox);
int guardian_sandbox_take_process (GuardianSandbox *sandbox);
int guardian_sandbox_take_channel (GuardianSandbox *sandbox);

CardeaJson *guardian_sandbox_layers (const GuardianSandbox *sandbox); /* borrowed */

/* To the running program and, where the kernel can (6.9), its whole process group. */
void guardian_sandbox_signal (GuardianSandbox *sandbox, int number);

/* FALSE: it has not got as far as that. */
gboolean guardian_sandbox_may_have_run (const GuardianSandbox *sandbox);

/* After the end of one that never ran: the errno with which the kernel refused to execute the
 * program; 0: that was not why. */
int guardian_sandbox_exec_error (const GuardianSandbox *sandbox);

/* After the end: the exit status, 128 + the signal for a killed program. */
int guardian_sandbox_status (const GuardianSandbox *sandbox);
