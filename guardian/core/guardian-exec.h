/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-grant.h"
#include "guardian/core/guardian-request.h"

/* A program that an agent wants to run, from what it asked for to the program's end. It runs in a
 * session of its own, whose capabilities are a part of the agent's: nobody is asked anything there
 * (mode deny), it has no way out but for a foreign agent (guardian-exec-net.h), and of the person's
 * files it has exactly those that were listed.
 * It ends with the agent's session. */

#define GUARDIAN_EXEC_ARGUMENTS_LIMIT 512u
#define GUARDIAN_EXEC_VARIABLES_LIMIT 32u
#define GUARDIAN_EXEC_SHARES_LIMIT 64u
#define GUARDIAN_EXEC_RUNNING_LIMIT 4u /* of one session; and as many that are asked about */
#define GUARDIAN_EXEC_SECONDS 120u
#define GUARDIAN_EXEC_SECONDS_LIMIT 3600 /* that an agent may ask for, as the wire has it */

/* One of the files and folders that it sees. */
typedef struct {
  char *asked; /* bytes, absolute */
  GuardianGrantLevel level;
  GuardianObject *object; /* NULL before it was resolved */
  char *grant;            /* of the agent's that covers it; NULL: none */
  gboolean program;       /* it is what is to be run, and not the system's; the program itself does
                           * not see it */
} GuardianExecShare;

typedef enum {
  GUARDIAN_EXEC_NOTHING,
  GUARDIAN_EXEC_SHARE, /* the files worker's word about shares[next] */
  GUARDIAN_EXEC_PLAN,  /* the launch worker's about the program */
} GuardianExecWait;

struct _GuardianExec {
  CardeaJson *command; /* objects.md, Argv; checked */
  char *folder;        /* bytes, absolute; where it begins */
  GPtrArray *shares;   /* GuardianExecShare */
  guint next;
  GuardianExecWait waits;
  guint seconds;
  char *plan;           /* the launch worker's, until it is started; NULL */
  char *program;        /* its real path; NULL before it was resolved */
  CardeaJson *pinned;   /* objects.md, Pinned program */
  CardeaJson *hosts;    /* guardian-exec-net.h: where it may go; NULL: it has no way out */
  CardeaJson *resource; /* what policy and the person see; NULL before */

  /* While it is started and runs: of its own session. */
  GuardianRequest *request; /* that waits for it to run; NULL: none does */
  GuardianSession *parent;
  char *id; /* the agent's, of its request */
  guint timer;
  int output; /* for the agent; -1: given away */
  int errors;
  gint64 status; /* -1: none */
  gint64 signal;
  gboolean runs;
};

/* Out of exec.run; NULL with a sentence. */
GuardianExec *guardian_exec_new (const GuardianRequest *request, const char **ret_reason);
/* The program lies there, and is to be judged as a file, too. */
void guardian_exec_add_program (GuardianExec *exec, const char *path);
/* Gives back what the launch worker holds. */
void guardian_exec_free (GuardianExec *exec, GuardianWorkers *workers);

/* Starts it: its session takes request->exec, and the request is resumed when it runs or will not,
 * then with a refusal. FALSE: refused at once. */
gboolean guardian_exec_start (GuardianRequest *request);
/* The request does not wait any more. */
void guardian_exec_forget (GuardianRequest *request);
/* exec.cancel, for what runs already. */
void guardian_exec_cancel (GuardianSession *parent, const char *id);
/* The agent's session ends. */
void guardian_exec_end_all (GuardianSession *parent);

/* The program's own session: its files, its start, its exit, its end. code: how a start that waits
 * is refused. FALSE: the session has ended. */
gboolean guardian_exec_share (GuardianSession *session);
void guardian_exec_started (GuardianSession *session);
void guardian_exec_exited (GuardianSession *session, const CardeaMessage *message);
void guardian_exec_ended (GuardianSession *session, const char *code);

/* A program that runs was shown with the content of this file: nobody changes it meanwhile. */
gboolean guardian_exec_pins (GuardianContext *context, const GuardianObject *object);
