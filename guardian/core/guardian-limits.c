/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-limits.h"

#include "guardian/core/guardian-badge-table.h"
#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-flood.h"
#include "guardian/core/guardian-grant-table.h"
#include "guardian/core/guardian-grant.h"
#include "guardian/core/guardian-payload.h"
#include "guardian/core/guardian-session-table.h"

#include "common/base/cardea-limits.h"
#include "guardian/privsep/guardian-sandbox-bounds.h"

/* What is not the core's own to keep to comes from the headers of those who do. */
static const struct {
  const char *group;
  const char *id;
  const char *unit;
  gint64 value;    /* of what is built in */
  const char *key; /* NULL: it is */
} rows[] = {
  { "sessions", "session.most", "count", 0, "session.most" },
  { "sessions", "session.requests", "count", GUARDIAN_SESSION_REQUESTS_LIMIT },
  { "sessions", "session.files", "count", GUARDIAN_SESSION_FILES_LIMIT },
  { "sessions", "grant.most", "count", GUARDIAN_GRANT_TABLE_LIMIT },
  { "sessions", "grant.days", "days", GUARDIAN_GRANT_SECONDS_LIMIT / (24 * 3600) },
  { "questions", "consent.timeout", "seconds", 0, "consent.timeout" },
  { "questions", "consent.waiting", "count", GUARDIAN_CONSENT_BROKER_LIMIT },
  { "questions", "consent.minute", "count", GUARDIAN_FLOOD_QUESTIONS },
  { "questions", "consent.denials", "count", GUARDIAN_FLOOD_DENIALS },
  { "files", "change.bytes", "bytes", CARDEA_LIMIT_CHANGE },
  { "files", "change.files", "count", CARDEA_LIMIT_OPERATIONS },
  { "files", "undo.max_bytes", "bytes", 0, "undo.max_bytes" },
  { "files", "undo.days", "days", 0, "undo.days" },
  { "files", "clipboard.bytes", "bytes", CARDEA_LIMIT_CLIPBOARD },
  { "programs", "exec.seconds", "seconds", 0, "exec.seconds" },
  { "programs", "exec.running", "count", GUARDIAN_EXEC_RUNNING_LIMIT },
  { "programs", "program.processes", "count", GUARDIAN_SANDBOX_BOUNDS_PROGRAM_PROCESSES },
  { "programs", "program.memory", "bytes", GUARDIAN_SANDBOX_BOUNDS_PROGRAM_MEMORY },
  { "programs", "program.file", "bytes", GUARDIAN_SANDBOX_BOUNDS_PROGRAM_FILE },
  { "programs", "program.private", "bytes", GUARDIAN_SANDBOX_BOUNDS_PROGRAM_PRIVATE },
  { "programs", "agent.processes", "count", GUARDIAN_SANDBOX_BOUNDS_AGENT_PROCESSES },
  { "programs", "agent.memory", "bytes", GUARDIAN_SANDBOX_BOUNDS_AGENT_MEMORY },
  { "network", "net.body", "bytes", GUARDIAN_PAYLOAD_BYTES_LIMIT },
  { "network", "badge.most", "count", GUARDIAN_BADGE_SESSION_LIMIT },
  { "network", "badge.seconds", "seconds", GUARDIAN_BADGE_SECONDS },
};

CardeaJson *
guardian_limits_describe (const GuardianSettings *settings)
{
  CardeaJson *list = cardea_json_new_array ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      CardeaJson *limit = cardea_json_new_object ();
      gint64 least = 0, most = 0;
      cardea_json_set_string (limit, "id", rows[i].id);
      cardea_json_set_string (limit, "group", rows[i].group);
      cardea_json_set_int64_string (
          limit, "value",
          rows[i].key != NULL ? guardian_settings_get_int (settings, rows[i].key) : rows[i].value);
      cardea_json_set_string (limit, "unit", rows[i].unit);
      if (rows[i].key != NULL && guardian_settings_bounds (rows[i].key, &least, &most))
        {
          cardea_json_set_string (limit, "key", rows[i].key);
          cardea_json_set_int64_string (limit, "least", least);
          cardea_json_set_int64_string (limit, "most", most);
        }
      cardea_json_append (list, limit);
    }
  return list;
}
