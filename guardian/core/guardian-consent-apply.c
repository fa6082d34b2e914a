/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-consent-apply.h"

#include "guardian/core/guardian-record.h"

#define CHANGES_BYTES 49152u /* of what a question shows, in its record */

static GuardianRecord
start_record (const GuardianConsentEntry *entry, const char *effect)
{
  const GuardianQuestion *question = entry->question;
  return GUARDIAN_RECORD_INIT (.type = "consent", .session = question->session,
                               .request = entry->request, .trace = entry->trace,
                               .agent = entry->agent, .action = entry->action, .effect = effect,
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

/* Of several objects the folder that holds them is all that is described here; R names them. */
static CardeaJson *
make_resource (const GuardianConsentEntry *entry)
{
  const CardeaJson *asked = cardea_json_get (entry->question->body, "resource");
  gboolean one = entry->object != NULL && (entry->objects == NULL || entry->objects->len == 1);
  CardeaJson *resource = entry->destination != NULL
                             ? guardian_destination_describe (entry->destination)
                         : one ? guardian_object_describe (entry->object)
                               : cardea_json_copy (asked);

  if (cardea_json_get (entry->question->body, "sensitive") != NULL)
    {
      cardea_json_remove (resource, "url"); /* it may be in there */
      cardea_json_remove (resource, "text");
    }
  return resource;
}

static gboolean
append (GuardianContext *context, const GuardianConsentEntry *entry, GuardianRecord *record,
        GuardianAuditDurability durability, gint64 *ret_seq)
{
  g_autoptr (CardeaJson) facts = make_facts (entry);
  g_autoptr (CardeaJson) resource = make_resource (entry);
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

  cardea_json_set (extra, "asked", guardian_question_abridge (entry->question, CHANGES_BYTES));
  record.extra = extra;
  record.reason = cardea_json_get_string (entry->question->body, "reason");
  return append (context, entry, &record, GUARDIAN_AUDIT_WRITTEN, &entry->question->record);
}

static const char *
session_of (const GuardianConsentEntry *entry, const GuardianAnswer *answer)
{
  return answer->task ? entry->question->session : NULL;
}

/* Takes and returns grant. */
static GuardianGrant *
complete (GuardianContext *context, const GuardianConsentEntry *entry, const GuardianAnswer *answer,
          GuardianGrant *grant)
{
  grant->request = g_strdup (entry->request);
  if (grant->session == NULL)
    grant->expires = guardian_grant_table_now (context->grants) + answer->seconds * G_USEC_PER_SEC;
  if (grant->session == NULL && answer->renewing)
    grant->renew = answer->seconds * G_USEC_PER_SEC;
  return grant;
}

/* Stored width is shown width. */
static GuardianGrant *
grant_new (GuardianContext *context, const GuardianConsentEntry *entry,
           const GuardianAnswer *answer, const char *path, GuardianInode inode, gboolean is_folder)
{
  GuardianGrant *grant = guardian_grant_new (entry->agent, session_of (entry, answer),
                                             GUARDIAN_GRANT_ANSWER, path, inode, is_folder);

  grant->level = entry->level;
  return complete (context, entry, answer, grant);
}

/* All of a host, or this port of it with, unless it is a tunnel, this method. */
static GuardianGrant *
grant_host (GuardianContext *context, const GuardianConsentEntry *entry,
            const GuardianAnswer *answer)
{
  static const char *const looking[] = { "GET", "HEAD", NULL };
  const GuardianDestination *to = entry->destination;
  const char *one[] = { to->method, NULL };
  gboolean looks = to->method != NULL && g_strv_contains (looking, to->method);
  const char *const *methods = to->method == NULL ? NULL : looks ? looking : one;
  GuardianGrantHost *host = answer->host ? guardian_grant_host_new (to->host, 0, NULL)
                                         : guardian_grant_host_new (to->host, to->port, methods);

  host->inside = entry->inside;
  return complete (context, entry, answer,
                   guardian_grant_new_host (entry->agent, session_of (entry, answer),
                                            GUARDIAN_GRANT_ANSWER, host));
}

/* The folder an object lies in with all below, or the one that holds several. */
static GuardianGrant *
grant_around (GuardianContext *context, const GuardianConsentEntry *entry,
              const GuardianAnswer *answer)
{
  const GuardianObject *object = entry->object;
  gboolean several = entry->objects != NULL && entry->objects->len > 1;
  g_autofree char *folder
      = several ? g_strdup (object->path) : guardian_object_folder (object->path);
  GuardianGrant *grant = grant_new (context, entry, answer, folder,
                                    several ? object->inode : object->parents[0], TRUE);
  grant->below = TRUE;
  return grant;
}

static GuardianGrant *
grant_exact (GuardianContext *context, const GuardianConsentEntry *entry,
             const GuardianAnswer *answer, const GuardianObject *object)
{
  GuardianGrant *grant
      = grant_new (context, entry, answer, object->path, object->inode, object->is_folder);
  grant->below = object->is_folder && entry->below;
  return grant;
}

static GPtrArray *
make_grants (GuardianContext *context, const GuardianConsentEntry *entry,
             const GuardianAnswer *answer)
{
  GPtrArray *grants = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_grant_free);
  const GuardianObject *object = entry->object;
  gboolean several = entry->objects != NULL && entry->objects->len > 1;

  if (!answer->task && answer->seconds <= 0)
    return grants;
  /* What is remembered is what was found, not the host. */
  if (entry->question->content_offered)
    return grants;
  if (entry->destination != NULL)
    g_ptr_array_add (grants, grant_host (context, entry, answer));
  if (object == NULL)
    return grants;
  if (answer->folder && (several || object->n_parents > 0))
    g_ptr_array_add (grants, grant_around (context, entry, answer));
  else if (!several)
    g_ptr_array_add (grants, grant_exact (context, entry, answer, object));
  else
    for (guint i = 0; i < entry->objects->len; i++)
      g_ptr_array_add (grants, grant_exact (context, entry, answer, entry->objects->pdata[i]));
  return grants;
}

static CardeaJson *
describe_grants (const GPtrArray *grants)
{
  CardeaJson *array = cardea_json_new_array ();
  if (grants->len == 1)
    {
      cardea_json_unref (array);
      return guardian_grant_to_json (grants->pdata[0]);
    }
  for (guint i = 0; i < grants->len; i++)
    cardea_json_append (array, guardian_grant_to_json (grants->pdata[i]));
  return array;
}

/* All of them or none. ret_first: the caller's. */
static gboolean
add_grants (GuardianContext *context, GPtrArray *grants, gint64 seq, char **ret_first)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  while (grants->len > 0)
    {
      GuardianGrant *grant = g_ptr_array_steal_index (grants, 0);
      grant->record = seq;
      g_ptr_array_add (ids, g_strdup (grant->id));
      if (guardian_grant_table_add (context->grants, grant))
        continue;
      for (guint i = 0; i + 1 < ids->len; i++)
        guardian_grant_table_revoke (context->grants,
                                     guardian_grant_table_get (context->grants, ids->pdata[i]));
      return FALSE;
    }
  *ret_first = ids->len > 0 ? g_strdup (ids->pdata[0]) : NULL;
  return TRUE;
}

gboolean
guardian_consent_apply_allowed (GuardianContext *context, const GuardianConsentEntry *entry,
                                const GuardianAnswer *answer, char **ret_grant)
{
  GuardianRecord record = start_record (entry, "allow");
  g_autoptr (CardeaJson) consent = guardian_answer_describe (answer);
  g_autoptr (CardeaJson) extra = cardea_json_new_object ();
  g_autoptr (GPtrArray) grants = make_grants (context, entry, answer);
  gint64 seq = -1;

  if (grants->len > 0)
    cardea_json_set (extra, "remembered", describe_grants (grants));
  record.consent = consent;
  record.extra = extra;
  record.reason = "a person allowed it";
  return append (context, entry, &record, GUARDIAN_AUDIT_SYNCED, &seq)
         && add_grants (context, grants, seq, ret_grant);
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
