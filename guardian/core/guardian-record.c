/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-record.h"

#include <sys/utsname.h>

static void
set_text (CardeaJson *json, const char *name, const char *value)
{
  if (value != NULL)
    cardea_json_set_string (json, name, value);
}

static void
set_copy (CardeaJson *json, const char *name, const CardeaJson *value)
{
  if (value != NULL)
    cardea_json_set (json, name, cardea_json_ref ((CardeaJson *) value));
}

static void
merge (CardeaJson *json, const CardeaJson *members)
{
  for (guint i = 0; members != NULL && i < cardea_json_size (members); i++)
    set_copy (json, cardea_json_nth_name (members, i), cardea_json_nth (members, i));
}

static CardeaJson *
make_where (const GuardianRecord *record)
{
  CardeaJson *where = cardea_json_new_object ();
  struct utsname host;

  if (record->pid > 0)
    cardea_json_set_int (where, "pid", record->pid);
  set_text (where, "sandbox", record->sandbox);
  set_text (where, "agent_sha256", record->agent_sha256);
  if (uname (&host) == 0 && g_utf8_validate (host.nodename, -1, NULL))
    cardea_json_set_string (where, "host", host.nodename);
  return where;
}

static CardeaJson *
make_leaf (const GuardianRecord *record)
{
  CardeaJson *leaf = cardea_json_new_object ();

  cardea_json_set_string (leaf, "type", record->type);
  set_text (leaf, "session", record->session);
  set_text (leaf, "request", record->request);
  set_text (leaf, "trace", record->trace);
  if (record->agent != NULL)
    {
      CardeaJson *subject = cardea_json_new_object ();
      cardea_json_set_string (subject, "agent", record->agent);
      cardea_json_set (leaf, "subject", subject);
    }
  set_text (leaf, "action", record->action);
  set_text (leaf, "effect", record->effect);
  set_text (leaf, "policy", record->policy);
  set_text (leaf, "revision", record->revision);
  set_text (leaf, "outcome", record->outcome);
  set_copy (leaf, "consent", record->consent);
  if (record->bytes >= 0)
    cardea_json_set_int64_string (leaf, "bytes", record->bytes);
  cardea_json_set (leaf, "where", make_where (record));
  merge (leaf, record->facts);
  return leaf;
}

static CardeaJson *
make_detail (const GuardianRecord *record)
{
  if (record->resource == NULL && record->reason == NULL && record->sha256 == NULL
      && record->input == NULL && record->extra == NULL)
    return NULL;
  CardeaJson *detail = cardea_json_new_object ();
  set_copy (detail, "resource", record->resource);
  set_text (detail, "reason", record->reason);
  set_text (detail, "sha256", record->sha256);
  set_copy (detail, "input", record->input);
  merge (detail, record->extra);
  return detail;
}

gboolean
guardian_record_append (GuardianAudit *audit, const GuardianRecord *record,
                        GuardianAuditDurability durability, gint64 *ret_seq, GError **error)
{
  g_autoptr (CardeaJson) leaf = make_leaf (record);
  g_autoptr (CardeaJson) detail = make_detail (record);
  gint64 seq = -1;

  if (!guardian_audit_append (audit, leaf, detail, durability, &seq, error))
    return FALSE;
  if (ret_seq != NULL)
    *ret_seq = seq;
  return TRUE;
}
