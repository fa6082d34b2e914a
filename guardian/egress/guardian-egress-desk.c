/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core. Refuses: whatever it did not allow; more questions than a person could answer.
 * Known gaps: a refusal is remembered for some seconds, so that a program that tries again and
 * again is one record and not thousands; what the person changes meanwhile is seen a little later.
 */

#include "guardian/egress/guardian-egress-desk.h"

#include "guardian/egress/guardian-egress-id.h"
#include "common/base/cardea-host.h"

#include <string.h>

typedef struct {
  guint64 id;
  GuardianEgressDecided decided;
  gpointer user_data;
} Waiter;

typedef struct {
  guint64 id;
  char *key; /* what is refused when it is */
  GuardianEgressName name;
  guint16 port;
  gboolean tunnel;
  GArray *waiters;
} Question;

typedef struct {
  char *code;
  char *reason;
  gint64 until_us;
} Refusal;

struct _GuardianEgressDesk {
  const GuardianEgressContext *context;
  char *session;
  GPtrArray *grants;
  GuardianEgressMeters *meters; /* of what is limited without a grant */
  GHashTable *questions;        /* key → Question */
  GHashTable *refusals;         /* key → Refusal */
  Question *answering;          /* whose waiters are being told */
  guint waiters;
  guint64 next;
};

static void
question_free (gpointer data)
{
  Question *question = data;

  g_array_unref (question->waiters);
  g_free (question->key);
  g_free (question);
}

static void
refusal_free (gpointer data)
{
  Refusal *refusal = data;

  g_free (refusal->code);
  g_free (refusal->reason);
  g_free (refusal);
}

GuardianEgressDesk *
guardian_egress_desk_new (const GuardianEgressContext *context, const char *session,
                          const CardeaJson *grants)
{
  GuardianEgressDesk *desk = g_new0 (GuardianEgressDesk, 1);

  desk->context = context;
  desk->session = g_strdup (session);
  desk->meters = guardian_egress_meters_new ();
  desk->grants = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_egress_grant_free);
  desk->questions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, question_free);
  desk->refusals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, refusal_free);
  for (guint i = 0; i < cardea_json_size (grants); i++)
    {
      GuardianEgressGrant *grant = guardian_egress_grant_new (cardea_json_nth (grants, i));
      if (grant != NULL)
        g_ptr_array_add (desk->grants, grant);
    }
  return desk;
}

void
guardian_egress_desk_free (GuardianEgressDesk *desk)
{
  g_hash_table_unref (desk->questions);
  g_hash_table_unref (desk->refusals);
  g_ptr_array_unref (desk->grants);
  guardian_egress_meters_free (desk->meters);
  g_free (desk->session);
  g_free (desk);
}

static const GuardianEgressGrant *
find_grant (const GuardianEgressDesk *desk, const GuardianEgressTarget *target)
{
  for (guint i = 0; i < desk->grants->len; i++)
    if (guardian_egress_grant_covers (desk->grants->pdata[i], &target->name, target->port,
                                      target->method, target->path))
      return desk->grants->pdata[i];
  return NULL;
}

gboolean
guardian_egress_desk_names_methods (const GuardianEgressDesk *desk,
                                    const GuardianEgressTarget *target)
{
  gboolean named = FALSE;

  for (guint i = 0; i < desk->grants->len; i++)
    {
      const GuardianEgressGrant *grant = desk->grants->pdata[i];
      if (guardian_egress_grant_covers (grant, &target->name, target->port, NULL, NULL))
        return FALSE;
      named = named || guardian_egress_grant_is_at (grant, &target->name, target->port);
    }
  return named;
}

/* One answer for once is good for one thing that changes something, and for all that only look and
 * that wait for it together. */
static gboolean
may_share (const GuardianEgressTarget *target)
{
  return target->method == NULL || strcmp (target->method, "GET") == 0
         || strcmp (target->method, "HEAD") == 0;
}

static char *
make_key (const GuardianEgressTarget *target)
{
  return g_strdup_printf ("%s %s %u %s", target->method != NULL ? target->method : "",
                          target->name.text, target->port, target->url != NULL ? target->url : "");
}

/* NULL: none that still holds. */
static const Refusal *
find_refusal (GuardianEgressDesk *desk, const char *key)
{
  const Refusal *refusal = g_hash_table_lookup (desk->refusals, key);

  if (refusal == NULL || refusal->until_us > g_get_monotonic_time ())
    return refusal;
  g_hash_table_remove (desk->refusals, key);
  return NULL;
}

static void
keep_refusal (GuardianEgressDesk *desk, const char *key, const GuardianEgressVerdict *verdict)
{
  Refusal *refusal = g_new0 (Refusal, 1);

  if (g_hash_table_size (desk->refusals) >= GUARDIAN_EGRESS_DESK_REFUSALS)
    g_hash_table_remove_all (desk->refusals);
  refusal->code = g_strdup (verdict->code);
  refusal->reason = g_strdup (verdict->reason);
  refusal->until_us
      = g_get_monotonic_time () + GUARDIAN_EGRESS_DESK_REFUSED_SECONDS * G_USEC_PER_SEC;
  g_hash_table_insert (desk->refusals, g_strdup (key), refusal);
}

static void
send_question (const GuardianEgressDesk *desk, const Question *question,
               const GuardianEgressTarget *target)
{
  CardeaMessage *message = cardea_message_new ("egress.ask");

  cardea_message_set_session (message, desk->session);
  guardian_egress_id_set (message, "", question->id);
  cardea_message_set_string (message, "action",
                             target->method != NULL ? "net.request" : "net.connect");
  cardea_message_set_string (message, "host", target->name.text);
  cardea_message_set_int (message, "port", target->port);
  cardea_message_set_string (message, "method", target->method);
  cardea_message_set_string (message, "url", target->url);
  desk->context->send (message, desk->context->user_data);
}

static Question *
add_question (GuardianEgressDesk *desk, const char *key, const GuardianEgressTarget *target)
{
  Question *question = g_new0 (Question, 1);

  question->id = ++desk->next;
  question->key = g_strdup (key);
  question->name = target->name;
  question->port = target->port;
  question->tunnel = target->method == NULL;
  question->waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  g_hash_table_insert (desk->questions,
                       may_share (target)
                           ? g_strdup (key)
                           : g_strdup_printf ("%" G_GUINT64_FORMAT " %s", question->id, key),
                       question);
  send_question (desk, question, target);
  return question;
}

guint64
guardian_egress_desk_ask (GuardianEgressDesk *desk, const GuardianEgressTarget *target,
                          GuardianEgressDecided decided, gpointer user_data)
{
  const GuardianEgressGrant *grant = find_grant (desk, target);
  g_autofree char *key = grant == NULL ? make_key (target) : NULL;
  const Refusal *refusal = grant == NULL ? find_refusal (desk, key) : NULL;
  Question *question
      = grant == NULL && may_share (target) ? g_hash_table_lookup (desk->questions, key) : NULL;
  gboolean busy = desk->waiters >= GUARDIAN_EGRESS_DESK_WAITERS
                  || (question == NULL
                      && g_hash_table_size (desk->questions) >= GUARDIAN_EGRESS_DESK_QUESTIONS);
  const GuardianEgressVerdict known = {
    .code = refusal != NULL ? refusal->code
            : grant == NULL ? "busy"
                            : NULL,
    .reason = refusal != NULL ? refusal->reason : "too many questions wait already",
    .grant = grant != NULL ? grant->id : NULL,
    .inside = grant != NULL && grant->inside,
    .meter = grant != NULL ? grant->meter : NULL,
  };

  if (grant != NULL || refusal != NULL || busy)
    {
      decided (&known, user_data);
      return 0;
    }
  if (question == NULL)
    question = add_question (desk, key, target);
  const Waiter waiter = { ++desk->next, decided, user_data };
  g_array_append_val (question->waiters, waiter);
  desk->waiters++;
  return waiter.id;
}

/* FALSE: it does not wait for this one. */
static gboolean
remove_waiter (GuardianEgressDesk *desk, Question *question, guint64 waiter)
{
  for (guint i = 0; i < question->waiters->len; i++)
    if (g_array_index (question->waiters, Waiter, i).id == waiter)
      {
        g_array_remove_index (question->waiters, i);
        desk->waiters--;
        return TRUE;
      }
  return FALSE;
}

void
guardian_egress_desk_cancel (GuardianEgressDesk *desk, guint64 waiter)
{
  GHashTableIter iter;
  gpointer value;

  if (waiter == 0 || (desk->answering != NULL && remove_waiter (desk, desk->answering, waiter)))
    return;
  g_hash_table_iter_init (&iter, desk->questions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Question *question = value;
      if (!remove_waiter (desk, question, waiter))
        continue;
      if (question->waiters->len > 0)
        return;
      guint64 id = question->id;
      g_hash_table_iter_remove (&iter);
      guardian_egress_id_cancel (desk->context, desk->session, "", id);
      return;
    }
}

static Question *
steal_question (GuardianEgressDesk *desk, const CardeaMessage *answer)
{
  GHashTableIter iter;
  gpointer key;
  gpointer value;
  guint64 id = 0;

  if (!guardian_egress_id_read (answer, "", &id) || id == 0)
    return NULL;
  g_hash_table_iter_init (&iter, desk->questions);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((const Question *) value)->id == id)
      {
        g_hash_table_iter_steal (&iter);
        g_free (key);
        return value;
      }
  return NULL;
}

/* Its id; NULL: there is none in it. */
static const GuardianEgressGrant *
take_grant (GuardianEgressDesk *desk, const CardeaMessage *answer)
{
  const CardeaJson *json = cardea_message_get_json (answer, "grant");
  GuardianEgressGrant *grant = json != NULL ? guardian_egress_grant_new (json) : NULL;

  if (grant == NULL)
    return NULL;
  if (desk->grants->len >= GUARDIAN_EGRESS_DESK_GRANTS)
    g_ptr_array_remove_index (desk->grants, 0); /* asked again when it is needed */
  g_ptr_array_add (desk->grants, grant);
  return grant;
}

/* *ret_meter: the caller's, which the verdict borrows; NULL: there is none, or it is the grant's.
 */
static GuardianEgressVerdict
read_verdict (GuardianEgressDesk *desk, const Question *question, const CardeaMessage *answer,
              GuardianEgressMeter **ret_meter)
{
  const char *code = cardea_message_get_string (answer, "code");
  const char *reason = cardea_message_get_string (answer, "reason");
  const GuardianEgressGrant *grant = code == NULL ? take_grant (desk, answer) : NULL;
  GuardianEgressVerdict verdict = {
    .code = code,
    .reason = reason != NULL ? reason : code,
    .grant = grant != NULL ? grant->id : NULL,
    .inside = grant != NULL ? grant->inside : cardea_message_get_boolean (answer, "inside"),
    .meter = grant != NULL ? grant->meter : NULL,
  };

  if (code == NULL && grant == NULL
      && !guardian_egress_meters_find (desk->meters, desk->session, question->name.text,
                                       question->port, cardea_message_get_json (answer, "limits"),
                                       ret_meter))
    {
      verdict.code = "busy";
      verdict.reason = "more is limited in this session than can be kept to";
    }
  if (*ret_meter != NULL)
    verdict.meter = *ret_meter;
  verdict.looked_into = question->tunnel && verdict.meter != NULL;
  return verdict;
}

const char *
guardian_egress_desk_own_name (const GuardianEgressDesk *desk, guint16 port)
{
  for (guint i = 0; i < desk->grants->len; i++)
    {
      const GuardianEgressGrant *grant = desk->grants->pdata[i];
      if ((grant->port == 0 || grant->port == port) && cardea_host_is_loopback (grant->host))
        return grant->host;
    }
  return NULL;
}

void
guardian_egress_desk_answer (GuardianEgressDesk *desk, const CardeaMessage *answer)
{
  Question *question = desk->answering == NULL ? steal_question (desk, answer) : NULL;

  if (question == NULL)
    return;
  g_autoptr (GuardianEgressMeter) meter = NULL;
  const GuardianEgressVerdict verdict = read_verdict (desk, question, answer, &meter);
  if (verdict.code != NULL)
    keep_refusal (desk, question->key, &verdict);
  desk->answering = question;
  while (question->waiters->len > 0)
    {
      const Waiter waiter = g_array_index (question->waiters, Waiter, 0);
      remove_waiter (desk, question, waiter.id);
      waiter.decided (&verdict, waiter.user_data);
    }
  desk->answering = NULL;
  question_free (question);
}

void
guardian_egress_desk_revoke (GuardianEgressDesk *desk, const char *grant)
{
  for (guint i = desk->grants->len; i > 0; i--)
    if (strcmp (((const GuardianEgressGrant *) desk->grants->pdata[i - 1])->id, grant) == 0)
      g_ptr_array_remove_index (desk->grants, i - 1);
}
