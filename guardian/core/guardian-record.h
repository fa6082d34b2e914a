/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/protocol/cardea-message.h"
#include "guardian/audit/guardian-audit.h"
#include "guardian/policy/guardian-policy.h"

#include <glib.h>

/* One record of the log (cli.md "Records"), filled in place and appended. Everything is borrowed;
 * NULL members are left out. */

typedef struct {
  /* What stands in the tree: ids and verdicts, nothing of the person's. */
  const char *type;
  const char *session;
  const char *request;
  const char *trace;
  const char *agent;        /* name */
  const char *agent_sha256; /* of its program */
  const char *sandbox;
  const char *action;
  const char *effect;
  const char *policy; /* rule id */
  const char *revision;
  const CardeaJson *bundles; /* {NAME: {"revision"}} */
  const char *outcome;
  const CardeaJson *consent; /* {by, answer, scope, duration, shown_ms} */
  const CardeaJson *facts;   /* further members of the tree's part, by name */
  gint64 pid;                /* 0: none */
  gint64 bytes;              /* -1: none */
  /* What can be redacted. */
  const CardeaJson *resource;
  const char *reason;
  const char *sha256;      /* of content */
  const CardeaJson *input; /* of the decision */
  const CardeaJson *extra; /* further members of the detail, by name */
} GuardianRecord;

/* Under which policy something was decided. */
#define GUARDIAN_RECORD_POLICY(policy_)                                                            \
  .revision = guardian_policy_revision (policy_), .bundles = guardian_policy_bundles (policy_)
#define GUARDIAN_RECORD_INIT(...) ((GuardianRecord){ .bytes = -1, __VA_ARGS__ })

/* ret_seq may be NULL. FALSE: nothing was recorded, and what was to be recorded must not happen. */
gboolean guardian_record_append (GuardianAudit *audit, const GuardianRecord *record,
                                 GuardianAuditDurability durability, gint64 *ret_seq,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A command of the person, decided by nobody else: its name is the action. Synced. */
gboolean guardian_record_command (GuardianAudit *audit, const CardeaMessage *message, gint64 pid,
                                  const CardeaJson *resource,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* policy.load: what is in force now, from which files. problem: what was to be loaded could not be
 * used; NULL: it could. */
gboolean guardian_record_policy (GuardianAudit *audit, const GuardianPolicy *policy,
                                 const GError *problem, GError **error) G_GNUC_WARN_UNUSED_RESULT;
