/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person for which server is asked: naming it was the permission. Refuses what cannot be
 * recorded. The answer goes to the front end unread. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session-table.h"

#define QUIET_SECONDS 20
#define CALL_TIMEOUT_MS 30000u
#define ANSWER_LIMIT (1024 * 1024)
#define ANTHROPIC_VERSION "2023-06-01"

typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
  GuardianModel *model; /* as it was when it was asked for */
  gint64 began_us;
} Test;

static void
test_free (Test *test)
{
  guardian_link_unref (test->link);
  cardea_message_unref (test->message);
  guardian_model_free (test->model);
  g_free (test);
}

static void
refuse (Test *test, const char *code, const char *reason)
{
  guardian_link_refuse (test->link, test->message, code, reason);
  test_free (test);
}

static void
answered (CardeaMessage *reply, gpointer user_data)
{
  Test *test = user_data;
  GuardianContext *context = test->link->context;
  gint64 ms = (g_get_monotonic_time () - test->began_us) / G_TIME_SPAN_MILLISECOND;
  if (guardian_session_table_alive (context->sessions) == 0)
    guardian_credential_use_rest (context->credentials);

  if (reply == NULL)
    {
      refuse (test, "unavailable", "the server does not answer, or nothing is connected");
      return;
    }
  if (cardea_message_is (reply, "refused"))
    {
      refuse (test, cardea_message_get_string (reply, "code"),
              cardea_message_get_string (reply, "reason"));
      return;
    }
  CardeaMessage *tested = cardea_message_new_reply (test->message, "model.tested");
  cardea_message_set_int (tested, "status", cardea_message_get_int (reply, "status", 0));
  cardea_message_set_string (tested, "address", cardea_message_get_string (reply, "address"));
  cardea_message_set_int (tested, "ms", CLAMP (ms, 0, G_MAXINT32));
  cardea_message_move_fd (tested, "body", reply, "body");
  guardian_link_send (test->link, tested);
  test_free (test);
}

static CardeaJson *
make_headers (const GuardianModel *model)
{
  static const char *const rows[][2]
      = { { "Accept", "application/json" }, { "anthropic-version", ANTHROPIC_VERSION } };
  CardeaJson *headers = cardea_json_new_array ();

  for (gsize i = 0; i < (model->kind == GUARDIAN_MODEL_ANTHROPIC ? 2 : 1); i++)
    {
      CardeaJson *header = cardea_json_new_object ();
      cardea_json_set_string (header, "name", rows[i][0]);
      cardea_json_set_string (header, "value", rows[i][1]);
      cardea_json_append (headers, header);
    }
  return headers;
}

static void
ask (Test *test)
{
  const GuardianModel *model = test->model;
  CardeaMessage *request = cardea_message_new ("egress.request");
  g_autofree char *url = g_strconcat (model->url, "/models", NULL);

  cardea_message_set_string (request, "method", "GET");
  cardea_message_set_string (request, "url", url);
  cardea_message_set_json (request, "headers", make_headers (model));
  cardea_message_set_boolean (request, "inside", guardian_model_is_inside (model));
  cardea_message_set_string (request, "credential", model->credential);
  cardea_message_set_int64 (request, "max_bytes", ANSWER_LIMIT);
  cardea_message_set_int (request, "timeout", QUIET_SECONDS);
  guardian_workers_start (test->link->context->workers, GUARDIAN_WORKER_EGRESS);
  test->began_us = g_get_monotonic_time ();
  if (guardian_workers_call (test->link->context->workers, GUARDIAN_WORKER_EGRESS, request,
                             CALL_TIMEOUT_MS, answered, test)
      == 0)
    answered (NULL, test);
}

static void
loaded (const char *code, const char *reason, gpointer user_data)
{
  Test *test = user_data;
  const GuardianModel *model = test->model;

  if (code != NULL)
    refuse (test, code, reason);
  else if (!guardian_credential_use_record (test->link->context->credentials, NULL,
                                            model->credential, model->host, model->port,
                                            test->message))
    refuse (test, "unavailable", "the log cannot be written");
  else
    ask (test);
}

static void
begin (GuardianLink *link, CardeaMessage *message)
{
  GuardianContext *context = link->context;
  const GuardianModel *model = guardian_connection_store_model (
      context->connections, cardea_message_get_string (message, "name"));
  g_autoptr (CardeaJson) resource = model != NULL ? guardian_model_to_json (model) : NULL;
  g_autoptr (GError) error = NULL;

  if (model == NULL)
    {
      guardian_link_refuse (link, message, "not-found", "there is no such model");
      return;
    }
  if (!guardian_record_command (context->audit, message, link->identity.pid, resource, &error))
    {
      g_warning ("the log cannot be written: %s", error->message);
      guardian_link_refuse (link, message, "unavailable", "the log cannot be written");
      return;
    }
  Test *test = g_new0 (Test, 1);
  test->link = guardian_link_ref (link);
  test->message = cardea_message_ref (message);
  test->model = guardian_model_copy (model);
  if (model->credential != NULL)
    guardian_credential_use_load (context->credentials, model->credential, loaded, test);
  else
    ask (test);
}

void
guardian_front_model_test (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, begin);
}
