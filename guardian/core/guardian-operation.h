/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* What one operation of a file.change may be (common/protocol/objects.md, Operation): a row each.
 * Nothing is looked up here; operations are as an agent sent them. */

typedef struct {
  const char *op;
  const char *actions[2]; /* policy's names a capability must cover; NULL: one alone */
  const char *made; /* policy's name where what it names does not exist yet; NULL: as actions */
  guint allowed;    /* members beside op and path */
  guint required;
  gboolean gives_all; /* the whole content afterwards is the agent's own */
} GuardianOperation;

/* NULL: no such operation. */
const GuardianOperation *guardian_operation_find (const char *op);

/* operations: the array of a file.change. content: bytes there are to write, -1 when none came.
 * FALSE with a sentence in ret_reason (static). */
gboolean guardian_operation_check_all (const CardeaJson *operations, gint64 content,
                                       const char **ret_reason) G_GNUC_WARN_UNUSED_RESULT;

/* Each policy action that the operations need, once, in a fixed order; NULL past the last. */
const char *guardian_operation_action (const CardeaJson *operations, guint index);

/* Whether a plan may call by action (policy's name) what operation does to something that exists
 * or not. Interned in the table; NULL: it may not. */
const char *guardian_operation_planned (const GuardianOperation *operation, const char *action,
                                        gboolean exists);
