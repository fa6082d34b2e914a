/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-consent-apply.h"

#include "guardian/core/guardian-record.h"

static GuardianRecord
start_record (const GuardianConsentEntry *entry, const char *effect)
{
  const GuardianQuestion *question = entry->question;
  return GUARDIAN_RECORD_INIT (.type = "consent", .session = question->session,
                               .request = entry->request, .trace = entry->trace,
                               .agent = GUARDIAN_AGENT_NAME, .action = entry->action,
                               .effect = effect,
                               .policy = cardea_json_get_string (question->body, "policy"));
}

static CardeaJson *
make_facts (const GuardianConsentEntry *entry)
{
  CardeaJson *facts = cardea_json_new_object ();
  cardea_json_set_string (facts, "question", entry->question->id);
  cardea_json_set_string (facts, "digest", entry->question->digest);
  cardea_json_set_int (facts, "tier", entry->question->tier);
  return facts;
}

static gboolean
append (GuardianContext *context, const GuardianConsentEntry *entry, GuardianRecord *record,
        GuardianAuditDurability durability, gint64 *ret_seq)
{
  g_autoptr (CardeaJson) facts = make_facts (entry);
  g_autoptr (CardeaJson) resource = guardian_object_describe (entry->object);
  g_autoptr (GError) error = NULL;

  record->facts = facts;
  record->resource = resource;
  if (guardian_record_append (context->audit, record, durability, ret_seq, &error))
    return TRUE;
  g_warning ("the log cannot be written: %s", error->message);
  return FALSE;
}

gboolean
guardian_consent_apply_asked (GuardianContext *context, GuardianConsentEntry *entry)
{
  GuardianRecord record = start_record (entry, "ask");
  g_autoptr (CardeaJson) extra = cardea_json_new_object ();

  cardea_json_set (extra, "asked", cardea_json_ref (entry->question->body));
  record.extra = extra;
  record.reason = cardea_json_get_string (entry->question->body, "reason");
  return append (context, entry, &record, GUARDIAN_AUDIT_WRITTEN, &entry->question->record);
}

/* Stored width is shown width: the object itself, or the folder it lies in with all below. */
static GuardianGrant *
make_grant (GuardianContext *context, const GuardianConsentEntry *entry,
            const GuardianAnswer *answer)
{
  const GuardianObject *object = entry->object;
  g_autofree char *folder = guardian_object_folder (object->path);
  const char *session = answer->task ? entry->question->session : NULL;
  gboolean around = answer->folder && object->n_parents > 0;
  GuardianGrant *grant = guardian_grant_new (
      GUARDIAN_AGENT_NAME, session, GUARDIAN_GRANT_ANSWER, around ? folder : object->path,
      around ? object->parents[0] : object->inode, around || object->is_folder);

  grant->level = entry->level;
  grant->below = around || (object->is_folder && entry->below);
  grant->request = g_strdup (entry->request);
  if (session == NULL)
    grant->expires = guardian_grant_table_now (context->grants) + answer->seconds * G_USEC_PER_SEC;
  if (session == NULL && answer->renewing)
    grant->renew = answer->seconds * G_USEC_PER_SEC;
  return grant;
}

gboolean
guardian_consent_apply_allowed (GuardianContext *context, const GuardianConsentEntry *entry,
                                const GuardianAnswer *answer, char **ret_grant)
{
  GuardianRecord record = start_record (entry, "allow");
  g_autoptr (CardeaJson) consent = guardian_answer_describe (answer);
  g_autoptr (CardeaJson) extra = cardea_json_new_object ();
  g_autoptr (GuardianGrant) grant
      = answer->task || answer->seconds > 0 ? make_grant (context, entry, answer) : NULL;
  gint64 seq = -1;

  if (grant != NULL)
    cardea_json_set (extra, "remembered", guardian_grant_to_json (grant));
  record.consent = consent;
  record.extra = extra;
  record.reason = "a person allowed it";
  if (!append (context, entry, &record, GUARDIAN_AUDIT_SYNCED, &seq))
    return FALSE;
  if (grant == NULL)
    return TRUE;
  grant->record = seq;
  g_autofree char *id = g_strdup (grant->id);
  if (!guardian_grant_table_add (context->grants, g_steal_pointer (&grant)))
    return FALSE;
  *ret_grant = g_steal_pointer (&id);
  return TRUE;
}

void
guardian_consent_apply_denied (GuardianContext *context, const GuardianConsentEntry *entry,
                               const GuardianAnswer *answer)
{
  GuardianRecord record = start_record (entry, "deny");
  g_autoptr (CardeaJson) consent = guardian_answer_describe (answer);
  g_autoptr (CardeaJson) extra = cardea_json_new_object ();

  if (answer->note != NULL)
    cardea_json_set_string (extra, "note", answer->note);
  record.consent = consent;
  record.extra = extra;
  record.reason = answer->reason;
  append (context, entry, &record, GUARDIAN_AUDIT_SYNCED, NULL);
}

void
guardian_consent_apply_ended (GuardianContext *context, const GuardianConsentEntry *entry,
                              const char *reason)
{
  GuardianRecord record = start_record (entry, "deny");
  g_autoptr (CardeaJson) consent = cardea_json_new_object ();

  cardea_json_set_string (consent, "by", "guardian");
  cardea_json_set_string (consent, "answer",
                          guardian_question_state_outcome (entry->question->state));
  record.consent = consent;
  record.reason = reason;
  append (context, entry, &record, GUARDIAN_AUDIT_WRITTEN, NULL);
}

void
guardian_consent_apply_bad_answer (GuardianContext *context, const GuardianConsentEntry *entry,
                                   const GuardianLink *link, const char *reason)
{
  GuardianRecord record = start_record (entry, "deny");
  record.type = "violation";
  record.action = "consent.answer";
  record.reason = reason;
  record.pid = link->identity.pid;
  append (context, entry, &record, GUARDIAN_AUDIT_WRITTEN, NULL);
}
