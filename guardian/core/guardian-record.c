/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-record.h"

#include "guardian/core/guardian-member.h"

#include <sys/utsname.h>
#include <unistd.h>

#define POLICY_FILES 100u

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
  guardian_member_set_text (where, "sandbox", record->sandbox);
  guardian_member_set_text (where, "agent_sha256", record->agent_sha256);
  if (uname (&host) == 0 && g_utf8_validate (host.nodename, -1, NULL))
    cardea_json_set_string (where, "host", host.nodename);
  return where;
}

static CardeaJson *
make_leaf (const GuardianRecord *record)
{
  CardeaJson *leaf = cardea_json_new_object ();

  cardea_json_set_string (leaf, "type", record->type);
  guardian_member_set_text (leaf, "session", record->session);
  guardian_member_set_text (leaf, "request", record->request);
  guardian_member_set_text (leaf, "trace", record->trace);
  if (record->agent != NULL)
    {
      CardeaJson *subject = cardea_json_new_object ();
      cardea_json_set_string (subject, "agent", record->agent);
      cardea_json_set (leaf, "subject", subject);
    }
  guardian_member_set_text (leaf, "action", record->action);
  guardian_member_set_text (leaf, "effect", record->effect);
  guardian_member_set_text (leaf, "policy", record->policy);
  guardian_member_set_text (leaf, "revision", record->revision);
  set_copy (leaf, "bundles", record->bundles);
  guardian_member_set_text (leaf, "outcome", record->outcome);
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
  guardian_member_set_text (detail, "reason", record->reason);
  guardian_member_set_text (detail, "sha256", record->sha256);
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

gboolean
guardian_record_command (GuardianAudit *audit, const CardeaMessage *message, gint64 pid,
                         const CardeaJson *resource, GError **error)
{
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "decision", .trace = cardea_message_trace (message),
                              .action = cardea_message_name (message), .effect = "allow",
                              .policy = "command", .pid = pid, .resource = resource,
                              .reason = "the person's own command");
  return guardian_record_append (audit, &record, GUARDIAN_AUDIT_SYNCED, NULL, error);
}

/* Those that are not part of the program, and no more than a record takes. */
static void
shorten_files (CardeaJson *policy)
{
  const CardeaJson *files = cardea_json_get (policy, "files");
  CardeaJson *few = cardea_json_new_array ();
  guint n = cardea_json_size (files);

  for (guint i = 0; i < n; i++)
    {
      CardeaJson *file = cardea_json_nth (files, i);
      if (g_strcmp0 (cardea_json_get_string (file, "layer"), "shipped") != 0
          && cardea_json_size (few) < POLICY_FILES)
        cardea_json_append (few, cardea_json_ref (file));
    }
  cardea_json_set_int (policy, "count", n);
  cardea_json_set (policy, "files", few);
}

gboolean
guardian_record_policy (GuardianAudit *audit, const GuardianPolicy *policy, const GError *problem,
                        GError **error)
{
  g_autoptr (CardeaJson) loaded = guardian_policy_describe (policy);
  shorten_files (loaded);
  g_autofree char *reason
      = problem != NULL ? g_utf8_make_valid (problem->message, -1) : g_strdup ("loaded");
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "policy.load", .pid = getpid (), .extra = loaded,
                              .revision = guardian_policy_revision (policy), .reason = reason,
                              .outcome = problem != NULL ? "refused" : "done");
  return guardian_record_append (audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL, error);
}
