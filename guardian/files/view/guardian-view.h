/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/view/guardian-view-grant.h"

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
  gboolean exists;
  gboolean is_folder;
} GuardianViewQuestion;

/* Called in the view's thread. */
typedef struct {
  void (*ask) (GuardianView *view, const GuardianViewQuestion *question, gpointer user_data);
  void (*cancel) (GuardianView *view, guint64 id, gpointer user_data);
  /* The connection ended, whoever ended it. Once. unmounted: nobody sees it any more. */
  void (*ended) (GuardianView *view, gboolean unmounted, gpointer user_data);
} GuardianViewHandler;

typedef struct {
  const char *home;           /* shown; NULL: it is not */
  const char *const *folders; /* shown, beside it; NULL-terminated */
  gboolean deny;              /* what is not shared is not there */
  const char *upper;          /* an existing, empty, private folder; removed at the end */
  GPtrArray *grants;          /* GuardianViewGrant; taken */
} GuardianViewPlan;

/* door: a socket over which cardea-hold sends the /dev/fuse descriptor; taken. Starts the thread.
 * handler is copied. NULL with errno. */
GuardianView *guardian_view_new (const GuardianViewPlan *plan, int door,
                                 const GuardianViewHandler *handler, gpointer user_data);
GuardianView *guardian_view_ref (GuardianView *view);
void guardian_view_unref (GuardianView *view);

/* From any thread. */
void guardian_view_end (GuardianView *view);
/* refusal: 0: allowed; else an errno. lasting: it holds for this file from now on. grant: what
 * covers it from now on, taken; NULL: it is allowed for this once. */
void guardian_view_answer (GuardianView *view, guint64 id, int refusal, gboolean lasting,
                           GuardianViewGrant *grant);
void guardian_view_revoke (GuardianView *view, const char *grant);
