/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-facts.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-since.h"
#include "ui/cli/ui-cli-verbs.h"

#include "common/base/cardea-time.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>

#define PAGE 500
#define TRACE_SHOWN 8 /* digits; --json has all 32 */

static const char *const heads[] = { N_ ("RECORD"), N_ ("TIME"),    N_ ("TRACE"),    N_ ("WHAT"),
                                     N_ ("ACTION"), N_ ("ON WHAT"), N_ ("DECISION"), N_ ("WHY") };

/* --- one record --- */

static char *
describe_object (const CardeaJson *record)
{
  static const char *const names[] = { "url", "host", "aud", "name", "credential", "badge", "key" };
  const CardeaJson *resource = cardea_json_get (record, "resource");
  if (resource == NULL || cardea_json_type (resource) != CARDEA_JSON_OBJECT)
    {
      gboolean redacted = FALSE;
      cardea_json_get_boolean (record, "redacted", &redacted);
      return g_strdup (redacted ? _ ("(deleted)") : "");
    }
  g_autofree char *path = ui_cli_output_path (resource, "path");
  if (*path != '\0')
    return g_steal_pointer (&path);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (cardea_json_get (resource, names[i]) != NULL)
      return ui_cli_output_cell (resource, names[i]);
  return g_strdup ("");
}

static char *
short_trace (const CardeaJson *record)
{
  g_autofree char *trace = ui_cli_output_cell (record, "trace");
  return g_strndup (trace, TRACE_SHOWN);
}

/* The decision's effect, a consent's answer or an outcome. */
static char *
describe_decision (const CardeaJson *record)
{
  const CardeaJson *consent = cardea_json_get (record, "consent");
  g_autofree char *effect = ui_cli_output_cell (record, "effect");
  if (*effect == '\0')
    return ui_cli_output_cell (record, "outcome");
  if (consent == NULL || cardea_json_get_string (consent, "by") == NULL)
    return g_steal_pointer (&effect);
  g_autofree char *by = ui_cli_output_cell (consent, "by");
  return g_strdup_printf (_ ("%s (%s)"), effect, by);
}

static UiCliTone
tone_of (const CardeaJson *record)
{
  static const struct {
    const char *type;
    UiCliTone tone;
  } types[] = { { "violation", UI_CLI_TONE_BAD } };
  static const struct {
    const char *effect;
    UiCliTone tone;
  } effects[] = { { "deny", UI_CLI_TONE_WARNING }, { "ask", UI_CLI_TONE_PLAIN } };
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 (cardea_json_get_string (record, "type"), types[i].type) == 0)
      return types[i].tone;
  for (guint i = 0; i < G_N_ELEMENTS (effects); i++)
    if (g_strcmp0 (cardea_json_get_string (record, "effect"), effects[i].effect) == 0)
      return effects[i].tone;
  return UI_CLI_TONE_PLAIN;
}

static void
add_record (UiCliTable *table, const CardeaJson *record)
{
  ui_cli_table_add (table, tone_of (record), ui_cli_output_cell (record, "seq"),
                    ui_cli_output_local_time (cardea_json_get_string (record, "time")),
                    short_trace (record), ui_cli_output_cell (record, "type"),
                    ui_cli_output_cell (record, "action"), describe_object (record),
                    describe_decision (record), ui_cli_output_cell (record, "reason"));
}

static UiCliTable *
new_table (gboolean with_heads)
{
  const char *shown[G_N_ELEMENTS (heads)];
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    shown[i] = _ (heads[i]);
  return ui_cli_table_new (with_heads ? shown : NULL, G_N_ELEMENTS (heads));
}

/* --- list --- */

typedef struct {
  char *session;
  char *since;
  char *action;
  char *effect;
  char *type;
} Filter;

static void
clear_filter (Filter *filter)
{
  g_free (filter->session);
  g_free (filter->since);
  g_free (filter->action);
  g_free (filter->effect);
  g_free (filter->type);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Filter, clear_filter)

/* The filter with every value as the guardian takes it. */
static gboolean
prepare_filter (UiCli *cli, Filter *filter, GError **error)
{
  static const char *const effects[] = { "allow", "ask", "deny", NULL };
  if (filter->effect != NULL && !g_strv_contains (effects, filter->effect))
    {
      ui_cli_usage (error, _ ("“%s” is not a decision: use allow, ask or deny"), filter->effect);
      return FALSE;
    }
  if ((filter->action != NULL && !ui_cli_check_text (filter->action, "--action", error))
      || (filter->type != NULL && !ui_cli_check_text (filter->type, "--type", error)))
    return FALSE;
  if (filter->since != NULL)
    {
      g_autofree char *given = g_steal_pointer (&filter->since);
      filter->since = ui_cli_since_read (given, error);
      if (filter->since == NULL)
        return FALSE;
    }
  if (!ui_cli_link_open (cli, -1, error))
    return FALSE;
  if (filter->session != NULL)
    {
      g_autofree char *prefix = g_steal_pointer (&filter->session);
      filter->session = ui_cli_link_find_session (cli, prefix, TRUE, error);
    }
  return error == NULL || *error == NULL;
}

static CardeaMessage *
request_page (const Filter *filter, gint64 from, gint64 limit)
{
  CardeaMessage *request = cardea_message_new ("audit.list");
  cardea_message_set_int64 (request, "from", from);
  cardea_message_set_int (request, "limit", limit);
  if (filter->session != NULL)
    cardea_message_set_session (request, filter->session);
  if (filter->since != NULL)
    cardea_message_set_string (request, "since", filter->since);
  if (filter->action != NULL)
    cardea_message_set_string (request, "action", filter->action);
  if (filter->effect != NULL)
    cardea_message_set_string (request, "effect", filter->effect);
  if (filter->type != NULL)
    cardea_message_set_string (request, "kind", filter->type);
  return request;
}

/* JSON goes out as one array, a page after the other, so that a long log needs no memory here. */
typedef struct {
  UiCli *cli;
  gboolean any;
} Listing;

static void
write_page_json (Listing *listing, const CardeaJson *records)
{
  for (guint i = 0; i < cardea_json_size (records); i++)
    {
      g_autofree char *text = cardea_json_write (cardea_json_nth (records, i), NULL, NULL);
      ui_cli_output_line (listing->cli->output, "%s%s", listing->any ? "," : "[",
                          text != NULL ? text : "null");
      listing->any = TRUE;
    }
}

static void
write_page (Listing *listing, const CardeaJson *records)
{
  if (cardea_json_size (records) == 0)
    return;
  g_autoptr (UiCliTable) table = new_table (!listing->any);
  for (guint i = 0; i < cardea_json_size (records); i++)
    add_record (table, cardea_json_nth (records, i));
  ui_cli_output_table (listing->cli->output, table);
  listing->any = TRUE;
}

static gboolean
list_pages (Listing *listing, const Filter *filter, GError **error)
{
  UiCli *cli = listing->cli;
  gint64 from = 0;
  gboolean more = TRUE;
  while (more && ui_cli_output_ok (cli->output))
    {
      g_autoptr (CardeaMessage) page
          = ui_cli_link_call (cli, request_page (filter, from, PAGE), "audit.page", error);
      if (page == NULL)
        return FALSE;
      const CardeaJson *records = cardea_message_get_json (page, "records");
      if (cli->json)
        write_page_json (listing, records);
      else
        write_page (listing, records);
      gint64 next = cardea_message_get_int64 (page, "next", from);
      more = cardea_message_get_boolean (page, "more") && next > from;
      from = next;
    }
  return TRUE;
}

gboolean
ui_cli_audit_list (UiCli *cli, char **args, GError **error)
{
  g_auto (Filter) filter = { 0 };
  g_autoptr (GError) failure = NULL;
  const GOptionEntry entries[] = {
    { "session", 0, 0, G_OPTION_ARG_FILENAME, &filter.session, N_ ("Of this session"), "ID" },
    { "since", 0, 0, G_OPTION_ARG_FILENAME, &filter.since,
      N_ ("From then on: like 2h, 2025-06-12 or 2025-06-12T14:00:00Z"), "TIME" },
    { "action", 0, 0, G_OPTION_ARG_FILENAME, &filter.action, N_ ("Of this action: file.read, …"),
      "ACTION" },
    { "effect", 0, 0, G_OPTION_ARG_FILENAME, &filter.effect, N_ ("allow, ask or deny"), "EFFECT" },
    { "type", 0, 0, G_OPTION_ARG_FILENAME, &filter.type, N_ ("Of this kind: decision, consent, …"),
      "TYPE" },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 0, 0, NULL, &failure)
      || !prepare_filter (cli, &filter, &failure))
    {
      if (failure != NULL)
        g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  Listing listing = { .cli = cli };
  if (!list_pages (&listing, &filter, error))
    return FALSE;
  if (cli->json)
    ui_cli_output_line (cli->output, "%s", listing.any ? "]" : "[]");
  else if (!listing.any)
    ui_cli_output_line (cli->output, "%s", _ ("No record matches."));
  return TRUE;
}

/* --- show, redact --- */

static gboolean
read_seq (const char *text, gint64 *ret_seq, GError **error)
{
  if (g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, ret_seq, NULL))
    return TRUE;
  ui_cli_usage (error, _ ("“%s” is not a record’s number: see “cardeactl audit list”"), text);
  return FALSE;
}

static gboolean
has_seq (const CardeaJson *record, gint64 seq)
{
  gint64 found;
  return (cardea_json_get_int (record, "seq", &found)
          || cardea_json_get_int64_string (record, "seq", &found))
         && found == seq;
}

gboolean
ui_cli_audit_show (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  const Filter none = { 0 };
  gint64 seq;
  if (!ui_cli_parse (cli, NULL, args, 1, 1, &rest, error) || !read_seq (rest[0], &seq, error)
      || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autoptr (CardeaMessage) page
      = ui_cli_link_call (cli, request_page (&none, seq, 1), "audit.page", error);
  if (page == NULL)
    return FALSE;
  const CardeaJson *records = cardea_message_get_json (page, "records");
  const CardeaJson *record
      = records != NULL && cardea_json_size (records) > 0 ? cardea_json_nth (records, 0) : NULL;
  if (record == NULL || !has_seq (record, seq))
    {
      g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_NOT_FOUND, _ ("record %s"), rest[0]);
      return FALSE;
    }
  if (cli->json)
    ui_cli_output_json (cli->output, record);
  else
    ui_cli_facts_write (cli->output, record);
  return TRUE;
}

gboolean
ui_cli_audit_redact (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  gint64 seq;
  if (!ui_cli_parse (cli, NULL, args, 1, 1, &rest, error) || !read_seq (rest[0], &seq, error)
      || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  CardeaMessage *request = cardea_message_new ("audit.redact");
  cardea_message_set_int64 (request, "seq", seq);
  return ui_cli_link_do (cli, request, error);
}

/* --- tail --- */

typedef struct {
  UiCli *cli;
  gboolean stop;
} Tail;

static void
record_cb (CardeaMessage *message, gpointer user_data)
{
  Tail *tail = user_data;
  if (!cardea_message_is (message, "audit.record"))
    return;
  const CardeaJson *record = cardea_message_get_json (message, "record");
  if (tail->cli->json)
    ui_cli_output_json (tail->cli->output, record);
  else
    {
      g_autoptr (UiCliTable) table = new_table (FALSE);
      add_record (table, record);
      ui_cli_output_table (tail->cli->output, table);
    }
  tail->stop |= !ui_cli_output_ok (tail->cli->output);
}

static gboolean
stop_cb (gpointer user_data)
{
  ((Tail *) user_data)->stop = TRUE;
  return G_SOURCE_CONTINUE;
}

gboolean
ui_cli_audit_tail (UiCli *cli, char **args, GError **error)
{
  if (!ui_cli_parse (cli, NULL, args, 0, 0, NULL, error) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  Tail tail = { .cli = cli };
  guint listener = ui_cli_link_listen (cli, (UiCliLinkListener){ record_cb, NULL }, &tail);
  guint interrupt = g_unix_signal_add (SIGINT, stop_cb, &tail);
  guint terminate = g_unix_signal_add (SIGTERM, stop_cb, &tail);
  gboolean done = ui_cli_link_do (cli, cardea_message_new ("audit.watch"), error)
                  && ui_cli_link_wait (cli, &tail.stop, error);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  ui_cli_link_unlisten (cli, listener);
  return done;
}
