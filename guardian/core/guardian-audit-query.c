/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-audit-query.h"

#include "common/base/cardea-time.h"

#include <string.h>

gboolean
guardian_audit_query_matches (const CardeaJson *record, const GuardianAuditFilter *filter)
{
  const char *session = cardea_json_get_string (record, "session");
  const char *time = cardea_json_get_string (record, "time");
  gint64 time_us = 0;

  if (filter->session != NULL && (session == NULL || !g_str_has_prefix (session, filter->session)))
    return FALSE;
  if (filter->action != NULL
      && g_strcmp0 (cardea_json_get_string (record, "action"), filter->action) != 0)
    return FALSE;
  if (filter->effect != NULL
      && g_strcmp0 (cardea_json_get_string (record, "effect"), filter->effect) != 0)
    return FALSE;
  if (filter->type != NULL
      && g_strcmp0 (cardea_json_get_string (record, "type"), filter->type) != 0)
    return FALSE;
  return filter->since_us == 0
         || (time != NULL && cardea_time_parse (time, &time_us) && time_us >= filter->since_us);
}

static gint64
time_of (GuardianAudit *audit, gint64 seq)
{
  g_autoptr (CardeaJson) record = guardian_audit_read (audit, seq, NULL);
  const char *text = record != NULL ? cardea_json_get_string (record, "time") : NULL;
  gint64 time_us = 0;
  return text != NULL && cardea_time_parse (text, &time_us) ? time_us : 0;
}

/* The first record that is not older: records are in the order of time, but for a clock that was
 * set, where starting too early costs only a longer search. */
static gint64
find_since (GuardianAudit *audit, gint64 since_us)
{
  gint64 low = 0;
  gint64 high = guardian_audit_size (audit);

  while (low < high)
    {
      gint64 middle = low + (high - low) / 2;
      if (time_of (audit, middle) < since_us)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static gint64
first_of (GuardianAudit *audit, const CardeaMessage *request, const GuardianAuditFilter *filter)
{
  gint64 from = cardea_message_get_int64 (request, "from", -1);
  if (from < 0 && filter->since_us > 0)
    return find_since (audit, filter->since_us);
  return MAX (from, 0);
}

static gsize
size_of (const CardeaJson *record)
{
  gsize size = 0;
  g_autofree char *text = cardea_json_write (record, &size, NULL);
  return size + 1;
}

CardeaMessage *
guardian_audit_query (GuardianAudit *audit, const CardeaMessage *request)
{
  GuardianAuditFilter filter = { .session = cardea_message_session (request),
                                 .action = cardea_message_get_string (request, "action"),
                                 .effect = cardea_message_get_string (request, "effect"),
                                 .type = cardea_message_get_string (request, "kind") };
  const char *since = cardea_message_get_string (request, "since");
  gint64 limit = cardea_message_get_int (request, "limit", GUARDIAN_AUDIT_QUERY_LIMIT);

  if (since != NULL && !cardea_time_parse (since, &filter.since_us))
    return cardea_message_new_refusal (request, "malformed", "since is not a time");
  CardeaJson *records = cardea_json_new_array ();
  gint64 end = guardian_audit_size (audit);
  gint64 seq = first_of (audit, request, &filter);
  gsize bytes = 0;
  for (guint looked = 0;
       seq < end && looked < GUARDIAN_AUDIT_QUERY_SCAN && cardea_json_size (records) < limit;
       looked++)
    {
      /* All that a filter asks for stands in the leaf; only what matches has its detail opened. */
      g_autoptr (CardeaJson) leaf = guardian_audit_read_leaf (audit, seq);
      g_autoptr (CardeaJson) record = leaf != NULL && guardian_audit_query_matches (leaf, &filter)
                                          ? guardian_audit_read (audit, seq, NULL)
                                          : NULL;
      gboolean wanted = record != NULL;
      bytes += wanted ? size_of (record) : 0;
      if (bytes > GUARDIAN_AUDIT_QUERY_BYTES && cardea_json_size (records) > 0)
        break;
      if (wanted)
        cardea_json_append (records, g_steal_pointer (&record));
      seq++;
    }
  CardeaMessage *reply = cardea_message_new_reply (request, "audit.page");
  cardea_message_set_json (reply, "records", records);
  cardea_message_set_int64 (reply, "next", seq);
  cardea_message_set_boolean (reply, "more", seq < end);
  return reply;
}
