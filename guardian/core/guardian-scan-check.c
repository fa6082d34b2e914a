/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the scan worker for what it found, as far as that goes: its answers are data, never
 * decisions. Refuses: to take silence, a death or a refusal for "nothing found". */

#include "guardian/core/guardian-scan-check.h"

#include "common/base/cardea-autofd.h"

#include <string.h>

typedef struct {
  GuardianContext *context;
  GuardianScanCallback done;
  GuardianScanRestored restored;
  gpointer user_data;
  guint call;
} Check;

static Check *
check_new (GuardianContext *context, gpointer user_data)
{
  Check *check = g_new0 (Check, 1);
  check->context = context;
  check->user_data = user_data;
  return check;
}

/* --- what is asked --- */

CardeaMessage *
guardian_scan_check_message (GuardianContext *context, const GuardianScanQuery *query)
{
  CardeaMessage *message = cardea_message_new ("scan.check");

  guardian_workers_start (context->workers, GUARDIAN_WORKER_SCAN);
  cardea_message_set_fd (message, "content", query->content);
  if (query->name != NULL && g_utf8_validate (query->name, -1, NULL)
      && strlen (query->name) <= CARDEA_LIMIT_NAME)
    cardea_message_set_string (message, "name", query->name);
  if (query->flow != NULL)
    {
      g_autofree char *flow = g_strndup (query->flow, GUARDIAN_SCAN_CHECK_FLOW_LIMIT);
      cardea_message_set_string (message, "flow", flow);
    }
  if (query->skip > 0)
    cardea_message_set_int64 (message, "skip", (gint64) query->skip);
  if (query->key != NULL)
    cardea_message_set_bytes (message, "key", query->key, GUARDIAN_SCAN_CHECK_KEY);
  if (query->only != NULL)
    {
      CardeaJson *only = cardea_json_new_array ();
      for (guint i = 0; i < query->only->len; i++)
        cardea_json_append (only, cardea_json_new_string (query->only->pdata[i]));
      cardea_message_set_json (message, "only", only);
    }
  if (query->action != NULL)
    cardea_message_set_string (message, "action", query->action);
  return message;
}

/* --- what is answered --- */

static guint
count_data (const CardeaJson *findings)
{
  guint count = 0;
  for (guint i = 0; i < cardea_json_size (findings); i++)
    {
      const char *class = cardea_json_get_string (cardea_json_nth (findings, i), "class");
      if (g_strcmp0 (class, "injection") != 0 && g_strcmp0 (class, "command") != 0)
        count++;
    }
  return count;
}

void
guardian_scan_check_read (CardeaMessage *reply, GuardianScanVerdict *ret_verdict)
{
  const char *obstacle = cardea_message_get_string (reply, "obstacle");

  ret_verdict->findings = cardea_message_get_json (reply, "findings");
  ret_verdict->labels = cardea_message_get_json (reply, "labels");
  ret_verdict->data = count_data (ret_verdict->findings);
  ret_verdict->obstacle = obstacle;
  if (obstacle == NULL && !cardea_message_get_boolean (reply, "inspectable"))
    ret_verdict->obstacle = "it could not be looked into";
  ret_verdict->kind = cardea_message_get_string (reply, "kind");
  if (ret_verdict->obstacle != NULL && ret_verdict->kind == NULL)
    ret_verdict->kind = "unknown";
  ret_verdict->content = cardea_message_take_fd (reply, "content");
  ret_verdict->names = cardea_message_take_fd (reply, "names");
}

void
guardian_scan_check_clear (GuardianScanVerdict *verdict)
{
  cardea_fd_clear (&verdict->content);
  cardea_fd_clear (&verdict->names);
}

/* One that is silent may be stuck in what it was given: it is ended, and another takes its place.
 */
static gboolean
is_answer (const Check *check, CardeaMessage *reply, const char *expected)
{
  if (reply == NULL)
    guardian_workers_end (check->context->workers, GUARDIAN_WORKER_SCAN);
  return reply != NULL && cardea_message_is (reply, expected);
}

static void
checked_cb (CardeaMessage *reply, gpointer user_data)
{
  g_autofree Check *check = user_data;
  GuardianScanVerdict verdict = { .content = -1, .names = -1 };

  if (!is_answer (check, reply, "scan.checked"))
    {
      check->done (NULL, check->user_data);
      return;
    }
  guardian_scan_check_read (reply, &verdict);
  check->done (&verdict, check->user_data);
  guardian_scan_check_clear (&verdict);
}

guint
guardian_scan_check (GuardianContext *context, const GuardianScanQuery *query,
                     GuardianScanCallback done, gpointer user_data)
{
  CardeaMessage *message = guardian_scan_check_message (context, query);
  Check *check = check_new (context, user_data);

  check->done = done;
  check->call = guardian_workers_call (context->workers, GUARDIAN_WORKER_SCAN, message,
                                       GUARDIAN_SCAN_CHECK_TIMEOUT_MS, checked_cb, check);
  guint call = check->call;
  if (call == 0)
    g_free (check);
  return call;
}

void
guardian_scan_check_cancel (GuardianContext *context, guint check)
{
  gpointer data = guardian_workers_forget (context->workers, check);
  g_free (data);
}

/* --- putting back --- */

static void
restored_cb (CardeaMessage *reply, gpointer user_data)
{
  g_autofree Check *check = user_data;
  cardea_autofd int restored = -1;

  if (is_answer (check, reply, "scan.restored"))
    restored = cardea_message_take_fd (reply, "content");
  check->restored (&restored, check->user_data);
}

guint
guardian_scan_check_restore (GuardianContext *context, int content, int names,
                             GuardianScanRestored done, gpointer user_data)
{
  CardeaMessage *message = cardea_message_new ("scan.restore");
  Check *check = check_new (context, user_data);

  guardian_workers_start (context->workers, GUARDIAN_WORKER_SCAN);
  cardea_message_set_fd (message, "content", content);
  cardea_message_set_fd (message, "names", names);
  check->restored = done;
  check->call = guardian_workers_call (context->workers, GUARDIAN_WORKER_SCAN, message,
                                       GUARDIAN_SCAN_CHECK_TIMEOUT_MS, restored_cb, check);
  guint call = check->call;
  if (call == 0)
    g_free (check);
  return call;
}
