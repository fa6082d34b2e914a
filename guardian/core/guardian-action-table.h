/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-grant.h"

#include <glib.h>

/* What an agent can ask for, a row an action. The pipeline (guardian-pipeline.h) is the same for
 * all of them; a row says what is resolved, what is decided and how it is done. */

typedef struct _GuardianRequest GuardianRequest;

typedef enum {
  GUARDIAN_ACTION_RECORD_EACH,
  GUARDIAN_ACTION_RECORD_ONCE, /* once a file and session while it lies in a grant */
  GUARDIAN_ACTION_RECORD_NONE, /* gives something back: the record of taking it is enough */
} GuardianActionRecord;

typedef struct {
  const char *message; /* the wire's name */
  const char *action;  /* policy's name, and the one a capability must cover */
  GuardianGrantLevel level;
  const char *want; /* what files.resolve must find: "file", "folder"; NULL: it asks for nothing */
  gboolean gives_back; /* needs no decision */
  gboolean alike;      /* of a view: one answer may hold for others (view.answer) */
  gboolean reopens;    /* may go by what the session has open under the same path */
  GuardianActionRecord record;
  /* For an action on many objects at once (guardian-stage-plan.h), in place of what these stages do
   * with one; NULL otherwise. needs: each of policy's names a capability must cover, NULL past the
   * last. describe: fetches what a person is shown. settle: what the worker's answer means; of
   * exec.run: what became of the start. */
  const char *(*needs) (const GuardianRequest *request, guint index);
  int (*resolve) (GuardianRequest *request);
  int (*decide) (GuardianRequest *request);
  int (*describe) (GuardianRequest *request);
  int (*settle) (GuardianRequest *request);
  /* TRUE when the request's fields fit together; else a sentence in ret_reason. */
  gboolean (*validate) (const GuardianRequest *request, const char **ret_reason);
  /* For a folder: whether what lies below it is reached too. */
  gboolean (*reaches_below) (const GuardianRequest *request);
  /* Asks the worker; the answer must be a message named done. */
  int (*perform) (GuardianRequest *request);
  const char *done;
  /* Nobody waits for that call of perform any more; NULL: what comes back is given back. */
  void (*abandon) (GuardianRequest *request, guint call);
  /* Fills request->reply from request->result. */
  void (*reply) (GuardianRequest *request);
} GuardianAction;

/* NULL: not an action. */
const GuardianAction *guardian_action_table_find (const char *message);
const GuardianAction *guardian_action_table_rows (gsize *ret_count);
