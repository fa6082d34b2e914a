/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/view/guardian-view-grant.h"
#include "guardian/files/view/guardian-view-quota.h"
#include "guardian/files/view/guardian-view-stash.h"

#include <glib.h>
#include <sys/stat.h>

/* The files one sandbox sees (architecture.md §7): one FUSE connection, served by a thread of its
 * own, in which everything of a view happens. Reference counted. */
typedef struct _GuardianView GuardianView;

/* What is to be decided, as the core is asked (view.ask). */
typedef struct {
  guint64 id;
  const char *action; /* policy's name; static */
  const char *path;
  const char *from; /* of a new name: what it was called before; or NULL */
  const char *to;   /* of what is renamed: what it will be called; or NULL */
  const char
      *under; /* the answer may hold for all that is alike below this grant; NULL: it may not */
  gboolean exists;
  gboolean is_folder;
  gboolean is_link;
  /* guardian-view-obeyed.h: what the file would set anew; NULL: not known, or it is no such file */
  const char *const *settings;
} GuardianViewQuestion;

/* What a program did under an answer that held for it, too (view.did). */
typedef struct {
  guint64 by; /* the question's id */
  const char *action;
  char *grant;
  GPtrArray *paths; /* NULL-terminated when it is handed over */
  gsize bytes;
  gint64 due;     /* when it is to be told */
  gint64 journal; /* where in the journal they end */
} GuardianViewDid;

/* How it ended (view.ended). */
typedef struct {
  gboolean unmounted; /* nobody sees it any more */
  guint unkept;       /* files that the program made where nothing is shared for changing */
  char *first;        /* of these, by name; NULL: there are none */
} GuardianViewEnd;

/* Called in the view's thread. */
typedef struct {
  /* batch: taken. It is put aside, and guardian_view_settled() follows when the stash is emptied of
   * it. */
  void (*kept) (GuardianView *view, GuardianViewBatch *batch, gpointer user_data);
  /* The view ends: items of change.left, taken. */
  void (*left) (GuardianView *view, CardeaJson *items, gpointer user_data);
  /* What a private copy of path says by now; content: a sealed memfd, taken. guardian_view_judge()
   * follows. */
  void (*propose) (GuardianView *view, guint64 id, const char *path, int content,
                   gpointer user_data);
  void (*did) (GuardianView *view, const GuardianViewDid *did, gpointer user_data);
  void (*ask) (GuardianView *view, const GuardianViewQuestion *question, gpointer user_data);
  void (*cancel) (GuardianView *view, guint64 id, gpointer user_data);
  /* The connection ended, whoever ended it. Once. */
  void (*ended) (GuardianView *view, const GuardianViewEnd *end, gpointer user_data);
} GuardianViewHandler;

typedef struct {
  const char *home;           /* shown; NULL: it is not */
  const char *const *folders; /* shown, beside it; NULL-terminated */
  const char *beginning;      /* the folder the program begins in; or NULL */
  gboolean deny;              /* what is not shared is not there */
  const char *upper;          /* an existing, empty, private folder; removed at the end */
  GuardianViewStash *stash;   /* where what is replaced is put aside */
  GuardianViewQuota *quota;   /* what it takes of the kernel's watches */
  GPtrArray *grants;          /* GuardianViewGrant; taken */
  const CardeaJson *heeded;   /* guardian-view-heeded.h; NULL: every name is */
  int journal;                /* for effects; taken; -1: none can be until guardian_view_adopt() */
} GuardianViewPlan;

/* door: a socket over which cardea-hold sends the /dev/fuse descriptor; taken. Starts the thread.
 * handler is copied. NULL with errno. */
GuardianView *guardian_view_new (const GuardianViewPlan *plan, int door,
                                 const GuardianViewHandler *handler, gpointer user_data);
GuardianView *guardian_view_ref (GuardianView *view);
void guardian_view_unref (GuardianView *view);

/* From any thread. */
void guardian_view_end (GuardianView *view);
typedef struct {
  int refusal;              /* 0: allowed; else an errno */
  gboolean lasting;         /* it holds for this file from now on */
  gboolean alike;           /* and for all that is alike below the grant */
  GuardianViewGrant *grant; /* what covers it from now on, taken; NULL: it is allowed once */
} GuardianViewReply;

void guardian_view_answer (GuardianView *view, guint64 id, const GuardianViewReply *reply);
/* Nothing stays decided; heeded as in the plan. */
void guardian_view_forget (GuardianView *view, const CardeaJson *heeded);
/* Of plan: beginning, deny, grants (taken), heeded and journal (taken) hold from now on. done, in
 * the view's thread, before it is said that the view has ended: whether they do; they do not when
 * it ends. FALSE: it has ended, and done is never called. */
gboolean guardian_view_adopt (GuardianView *view, const GuardianViewPlan *plan,
                              void (*done) (GuardianView *view, gboolean adopted,
                                            gpointer user_data),
                              gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
/* A proposal was accepted, or not. */
void guardian_view_judge (GuardianView *view, guint64 id, gboolean refused);
/* There is room in the stash again. */
void guardian_view_settled (GuardianView *view);
void guardian_view_revoke (GuardianView *view, const char *grant);
