/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* Sandboxes that wait for their program. A sandbox takes longer to build than everything else of
 * `cardeactl run`: when a program has been started, one like its own is built for the next: for any
 * program that is installed in the same place, of the same profile. Nothing is granted in it,
 * nothing runs in it, no session has it: a session that wants the same adopts it
 * (guardian-session-adopt.h), after the launcher has compared what it would build now with what was
 * built, word for word. Gone with a policy that changes, a worker that dies, and by themselves. */

#define GUARDIAN_POOL_LIMIT 2u
#define GUARDIAN_POOL_SECONDS 540u /* then it goes: the launcher takes none of ten minutes */

/* What workers serve in it. */
typedef enum {
  GUARDIAN_SPARE_VIEW,
  GUARDIAN_SPARE_PROXY,
  GUARDIAN_SPARE_PARTS,
} GuardianSparePart;

struct _GuardianSpare {
  GuardianPool *pool; /* NULL: a session has taken it */
  GuardianContext *context;
  char *id; /* in the place of a session's */
  char *home;
  char *profile;                      /* its name; NULL: none */
  gboolean begun;                     /* it is being built */
  gboolean viewed;                    /* its files are to be served */
  gboolean has[GUARDIAN_SPARE_PARTS]; /* opened, and its own */
  guint calls[GUARDIAN_SPARE_PARTS];  /* while they are opened */
  char *sandbox;                      /* NULL: it is not there yet */
  gboolean fits;                      /* as the launcher says, who takes it */
  CardeaMessage *plan;                /* launch.prepare, while it is built */
  guint call;
  guint timer;
};

GuardianPool *guardian_pool_new (GuardianContext *context);
void guardian_pool_free (GuardianPool *pool);

/* One like that of session, whose program runs, is built in a while: what was just started, and the
 * end of what is short, come first. */
void guardian_pool_like (GuardianPool *pool, GuardianSession *session);
/* A session has ended: there is time now. */
void guardian_pool_hurry (GuardianPool *pool);

/* One that may do for session; the caller's, to be dropped or freed. NULL: there is none. */
GuardianSpare *guardian_pool_take (GuardianPool *pool, const GuardianSession *session);

/* Ends it: its sandbox, its view, its way out. NULL is ignored. */
void guardian_spare_drop (GuardianSpare *spare);
/* Its parts are a session's now. */
void guardian_spare_free (GuardianSpare *spare);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianSpare, guardian_spare_free)

/* All of them go. */
void guardian_pool_clear (GuardianPool *pool);
/* One has lost a part of it: the id of its view or way out, or its sandbox; others are ignored. */
void guardian_pool_lost (GuardianPool *pool, const char *name);
