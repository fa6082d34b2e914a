/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/audit/guardian-audit.h"

/* One page of the log, filtered. Reads forward; looks at GUARDIAN_AUDIT_QUERY_SCAN records at most
 * at a time, so that a search through a large log never holds the guardian up: the asker goes on
 * from "next". */

#define GUARDIAN_AUDIT_QUERY_LIMIT 100u           /* records of a page, unless said otherwise */
#define GUARDIAN_AUDIT_QUERY_SCAN 2000u           /* looked at for one page */
#define GUARDIAN_AUDIT_QUERY_BYTES (800u * 1024u) /* canonical text of a page */

/* request: an audit.list. The reply is the caller's. */
CardeaMessage *guardian_audit_query (GuardianAudit *audit, const CardeaMessage *request);

/* Whether a record fits; filter members that are NULL fit all. */
typedef struct {
  const char *session; /* a prefix */
  const char *action;
  const char *effect;
  const char *type;
  gint64 since_us;
} GuardianAuditFilter;

gboolean guardian_audit_query_matches (const CardeaJson *record, const GuardianAuditFilter *filter);
