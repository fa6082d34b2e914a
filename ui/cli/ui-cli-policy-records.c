/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-policy-records.h"

#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-since.h"

#include <glib/gi18n.h>
#include <string.h>

#define PAGE 200

static CardeaMessage *
request_page (const char *since, gint64 from)
{
  CardeaMessage *request = cardea_message_new ("audit.list");
  cardea_message_set_string (request, "kind", "decision");
  cardea_message_set_int (request, "limit", PAGE);
  if (from >= 0)
    cardea_message_set_int64 (request, "from", from);
  if (since != NULL)
    cardea_message_set_string (request, "since", since);
  return request;
}

/* Commands of the person and the launch of an agent are decisions, too, but not policy's. */
static gboolean
is_policys (const CardeaJson *record)
{
  return cardea_json_get (record, "tier") != NULL;
}

gboolean
ui_cli_policy_records_each (UiCli *cli, const char *since,
                            gboolean (*visit) (const CardeaJson *record, gpointer data,
                                               GError **error),
                            gpointer data, GError **error)
{
  gint64 from = since != NULL ? -1 : 0;
  gboolean more = TRUE;

  while (more && ui_cli_output_ok (cli->output))
    {
      g_autoptr (CardeaMessage) page
          = ui_cli_link_call (cli, request_page (since, from), "audit.page", error);
      if (page == NULL)
        return FALSE;
      const CardeaJson *records = cardea_message_get_json (page, "records");
      for (guint i = 0; i < cardea_json_size (records); i++)
        if (is_policys (cardea_json_nth (records, i))
            && !visit (cardea_json_nth (records, i), data, error))
          return FALSE;
      gint64 next = cardea_message_get_int64 (page, "next", from);
      more = cardea_message_get_boolean (page, "more") && next > from;
      from = next;
    }
  return TRUE;
}

const char *
ui_cli_policy_records_verdict (const CardeaJson *record)
{
  const char *verdict = cardea_json_get_string (record, "verdict");
  const char *effect = cardea_json_get_string (record, "effect");
  return verdict != NULL ? verdict : effect != NULL ? effect : "";
}

/* --- log --- */

typedef struct {
  UiCli *cli;
  gboolean any;
} Log;

static void
copy (CardeaJson *to, const char *name, const CardeaJson *from, const char *member)
{
  CardeaJson *value = cardea_json_get (from, member);
  if (value != NULL)
    cardea_json_set (to, name, cardea_json_ref (value));
}

static CardeaJson *
make_result (const CardeaJson *record)
{
  CardeaJson *result = cardea_json_new_object ();
  cardea_json_set_string (result, "effect", ui_cli_policy_records_verdict (record));
  copy (result, "tier", record, "tier");
  copy (result, "policy", record, "policy");
  copy (result, "reason", record, "reason");
  return result;
}

/* management-decision-logs.md of Open Policy Agent: an event. */
static CardeaJson *
make_event (const CardeaJson *record)
{
  CardeaJson *event = cardea_json_new_object ();
  CardeaJson *labels = cardea_json_new_object ();
  CardeaJson *bundles = cardea_json_new_object ();
  CardeaJson *bundle = cardea_json_new_object ();
  CardeaJson *where = cardea_json_get (record, "where");
  g_autofree char *id = ui_cli_output_cell (record, "seq");

  copy (labels, "id", where, "host");
  copy (labels, "sandbox", where, "sandbox");
  copy (bundle, "revision", record, "revision");
  cardea_json_set (bundles, "cardea", bundle);
  const CardeaJson *loaded = cardea_json_get (record, "bundles");
  for (guint i = 0; loaded != NULL && i < cardea_json_size (loaded); i++)
    copy (bundles, cardea_json_nth_name (loaded, i), loaded, cardea_json_nth_name (loaded, i));
  cardea_json_set (event, "labels", labels);
  cardea_json_set_string (event, "decision_id", id);
  copy (event, "trace_id", record, "trace");
  copy (event, "req_id", record, "request");
  cardea_json_set (event, "bundles", bundles);
  cardea_json_set_string (event, "path", "cardea/decision");
  copy (event, "input", record, "input");
  cardea_json_set (event, "result", make_result (record));
  copy (event, "requested_by", cardea_json_get (record, "subject"), "agent");
  copy (event, "timestamp", record, "time");
  if (cardea_json_get (record, "input") == NULL)
    {
      CardeaJson *erased = cardea_json_new_array ();
      cardea_json_append (erased, cardea_json_new_string ("/input"));
      cardea_json_set (event, "erased", erased);
    }
  return event;
}

/* One array, an event after the other, so that a long log needs no memory here. */
static gboolean
write_event (const CardeaJson *record, gpointer data, GError **error)
{
  Log *log = data;
  g_autoptr (CardeaJson) event = make_event (record);
  g_autofree char *text = cardea_json_write (event, NULL, NULL);
  ui_cli_output_line (log->cli->output, "%s%s", log->any ? "," : "[", text != NULL ? text : "null");
  log->any = TRUE;
  return TRUE;
}

gboolean
ui_cli_policy_log (UiCli *cli, char **args, GError **error)
{
  g_autofree char *since = NULL;
  g_auto (GStrv) rest = NULL;
  Log log = { cli, FALSE };
  const GOptionEntry entries[] = {
    { "since", 0, 0, G_OPTION_ARG_FILENAME, &since,
      N_ ("Decisions from then on: like 7d, 2025-06-12"), "TIME" },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 0, 0, &rest, error))
    return FALSE;
  g_autofree char *from = since != NULL ? ui_cli_since_read (since, error) : NULL;
  if ((since != NULL && from == NULL) || !ui_cli_link_open (cli, -1, error)
      || !ui_cli_policy_records_each (cli, from, write_event, &log, error))
    return FALSE;
  ui_cli_output_line (cli->output, "%s", log.any ? "]" : "[]");
  return TRUE;
}
