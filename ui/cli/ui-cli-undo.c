/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-verbs.h"

#include "common/base/cardea-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_ID 64
#define PAGE 50

static const struct {
  const char *op;
  const char *words; /* behind the path */
} operations[] = {
  { "write", N_ ("written") },     { "append", N_ ("added to") },
  { "create", N_ ("created") },    { "delete", N_ ("deleted") },
  { "mkdir", N_ ("folder made") }, { "metadata", N_ ("permissions or times changed") },
};

static const struct {
  const char *state;
  const char *words;
} states[] = {
  { "made", N_ ("made") },
  { "undone", N_ ("taken back") },
  { "expired", N_ ("too old to take back") },
};

static char *
describe_state (const CardeaJson *change)
{
  const char *state = cardea_json_get_string (change, "state");
  gboolean undoable = TRUE;

  cardea_json_get_boolean (change, "undoable", &undoable);
  if (g_strcmp0 (state, "made") == 0 && !undoable)
    return g_strdup (_ ("made, cannot be taken back"));
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (state, states[i].state) == 0)
      return g_strdup (_ (states[i].words));
  return ui_cli_output_cell (change, "state");
}

static char *
describe_item (const CardeaJson *item)
{
  const char *op = cardea_json_get_string (item, "op");
  g_autofree char *path = ui_cli_output_path (item, "path");
  g_autofree char *to = ui_cli_output_path (item, "to");

  if (*to != '\0')
    return g_strdup_printf (_ ("%s: moved to %s"), path, to);
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if (g_strcmp0 (op, operations[i].op) == 0)
      return g_strdup_printf ("%s: %s", path, _ (operations[i].words));
  return g_strdup_printf ("%s: %s", path, op != NULL ? op : "");
}

static gint64
count_of (const CardeaJson *change)
{
  gint64 count = cardea_json_size (cardea_json_get (change, "items"));
  cardea_json_get_int (change, "count", &count);
  return count;
}

/* The first item stands for all. */
static char *
describe_change (const CardeaJson *change)
{
  const CardeaJson *first = cardea_json_nth (cardea_json_get (change, "items"), 0);
  g_autofree char *text = first != NULL ? describe_item (first) : g_strdup ("");
  gint64 more = count_of (change) - 1;

  if (more < 1)
    return g_steal_pointer (&text);
  return g_strdup_printf (ngettext ("%s, and %d more", "%s, and %d more", (gulong) more), text,
                          (int) more);
}

/* --- listing --- */

static void
write_table (UiCli *cli, const CardeaJson *changes)
{
  const char *heads[] = { _ ("CHANGE"), _ ("TIME"), _ ("STATE"), _ ("SESSION"), _ ("WHAT") };
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));

  for (guint i = 0; i < cardea_json_size (changes); i++)
    {
      const CardeaJson *change = cardea_json_nth (changes, i);
      gboolean made = g_strcmp0 (cardea_json_get_string (change, "state"), "made") == 0;
      ui_cli_table_add (table, made ? UI_CLI_TONE_PLAIN : UI_CLI_TONE_DIM,
                        ui_cli_output_cell (change, "id"),
                        ui_cli_output_local_time (cardea_json_get_string (change, "time")),
                        describe_state (change), ui_cli_output_cell (change, "session"),
                        describe_change (change));
    }
  if (ui_cli_table_size (table) > 0)
    ui_cli_output_table (cli->output, table);
  else
    ui_cli_output_line (cli->output, "%s", _ ("Nothing was changed, or it is forgotten."));
}

/* One page after before (NULL: the newest); appended to all. FALSE with an error. */
static gboolean
fetch_page (UiCli *cli, const char *session, char **before, CardeaJson *all, gboolean *ret_more,
            GError **error)
{
  CardeaMessage *request = cardea_message_new ("undo.list");
  if (session != NULL)
    cardea_message_set_session (request, session);
  cardea_message_set_string (request, "before", *before);
  cardea_message_set_int (request, "limit", PAGE);
  g_autoptr (CardeaMessage) listed = ui_cli_link_call (cli, request, "undo.listed", error);
  if (listed == NULL)
    return FALSE;
  const CardeaJson *changes = cardea_message_get_json (listed, "changes");
  guint size = cardea_json_size (changes);
  for (guint i = 0; i < size; i++)
    cardea_json_append (all, cardea_json_ref (cardea_json_nth (changes, i)));
  g_free (*before);
  *before = size > 0 ? g_strdup (cardea_json_get_string (cardea_json_nth (changes, size - 1), "id"))
                     : NULL;
  *ret_more = cardea_message_get_boolean (listed, "more") && *before != NULL;
  return TRUE;
}

static gboolean
list (UiCli *cli, const char *session, gboolean everything, GError **error)
{
  g_autoptr (CardeaJson) changes = cardea_json_new_array ();
  g_autofree char *whole = NULL;
  g_autofree char *before = NULL;
  gboolean more = TRUE;

  if (!ui_cli_link_open (cli, -1, error))
    return FALSE;
  if (session != NULL)
    {
      whole = ui_cli_link_find_session (cli, session, TRUE, error);
      if (whole == NULL)
        return FALSE;
    }
  do
    if (!fetch_page (cli, whole, &before, changes, &more, error))
      return FALSE;
  while (everything && more);
  if (cli->json)
    ui_cli_output_json (cli->output, changes);
  else
    write_table (cli, changes);
  if (more && !cli->json)
    ui_cli_output_note (cli->output, "%s", _ ("There are older ones: use --all."));
  return TRUE;
}

/* --- one change --- */

static gboolean
check_id (const char *id, GError **error)
{
  if (*id != '\0' && strlen (id) <= LONGEST_ID && g_str_is_ascii (id))
    return TRUE;
  ui_cli_usage (error, _ ("that is not a change’s id: see “cardeactl undo”"));
  return FALSE;
}

static void
write_items (UiCli *cli, const CardeaJson *change)
{
  const CardeaJson *items = cardea_json_get (change, "items");
  for (guint i = 0; i < cardea_json_size (items); i++)
    {
      g_autofree char *text = describe_item (cardea_json_nth (items, i));
      ui_cli_output_line (cli->output, "  %s", text);
    }
}

static gboolean
take_back (UiCli *cli, const char *id, GError **error)
{
  if (!check_id (id, error) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  CardeaMessage *request = cardea_message_new ("undo.apply");
  cardea_message_set_string (request, "id", id);
  g_autoptr (CardeaMessage) applied = ui_cli_link_call (cli, request, "undo.applied", error);
  if (applied == NULL)
    {
      /* Another error than of a question that changed: nothing is put back over somebody's work. */
      if (error != NULL && g_error_matches (*error, UI_CLI_ERROR, UI_CLI_ERROR_CHANGED))
        (*error)->code = UI_CLI_ERROR_NOT_UNDONE;
      return FALSE;
    }
  const CardeaJson *change = cardea_message_get_json (applied, "change");
  gint64 count = count_of (change);
  if (cli->json)
    {
      ui_cli_output_json (cli->output, change);
      return TRUE;
    }
  ui_cli_output_line (
      cli->output, ngettext ("Taken back: %d change.", "Taken back: %d changes.", (gulong) count),
      (int) count);
  write_items (cli, change);
  return TRUE;
}

gboolean
ui_cli_undo_run (UiCli *cli, char **args, GError **error)
{
  gboolean all = FALSE;
  g_autofree char *session = NULL;
  g_auto (GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    { "session", 0, 0, G_OPTION_ARG_FILENAME, &session, N_ ("Only the changes of this session"),
      "ID" },
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, N_ ("All of them, not only the newest"), NULL },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 0, 1, &rest, error))
    return FALSE;
  if (rest[0] == NULL || strcmp (rest[0], "list") == 0)
    return list (cli, session, all, error);
  if (all || session != NULL)
    {
      ui_cli_usage (error, _ ("--session and --all are for the list"));
      return FALSE;
    }
  return take_back (cli, rest[0], error);
}

static void
write_diff (UiCli *cli, const char *diff)
{
  g_auto (GStrv) lines = g_strsplit (diff, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      g_autofree char *text = cardea_text_escape_lines (*line, strlen (*line));
      UiCliTone tone = **line == '+'   ? UI_CLI_TONE_GOOD
                       : **line == '-' ? UI_CLI_TONE_BAD
                                       : UI_CLI_TONE_PLAIN;
      if (*text != '\0' || line[1] != NULL)
        ui_cli_output_tone_line (cli->output, tone, text);
    }
}

static void
write_change (UiCli *cli, const CardeaJson *change)
{
  const CardeaJson *items = cardea_json_get (change, "items");
  g_autofree char *id = ui_cli_output_cell (change, "id");
  g_autofree char *time = ui_cli_output_local_time (cardea_json_get_string (change, "time"));
  g_autofree char *state = describe_state (change);
  g_autofree char *why = ui_cli_output_cell (change, "why_not");

  ui_cli_output_line (cli->output, "%s · %s · %s%s%s", id, time, state, *why != '\0' ? ": " : "",
                      why);
  for (guint i = 0; i < cardea_json_size (items); i++)
    {
      const CardeaJson *item = cardea_json_nth (items, i);
      const char *diff = cardea_json_get_string (item, "diff");
      gboolean cut = FALSE;
      g_autofree char *text = describe_item (item);
      ui_cli_output_line (cli->output, "%s", "");
      ui_cli_output_tone_line (cli->output, UI_CLI_TONE_STRONG, text);
      if (diff != NULL)
        write_diff (cli, diff);
      if (cardea_json_get_boolean (item, "cut", &cut) && cut)
        ui_cli_output_line (cli->output, "%s", _ ("… and more, which is not shown."));
    }
  if (count_of (change) > cardea_json_size (items))
    ui_cli_output_line (cli->output, _ ("… and %d more, which are not shown."),
                        (int) (count_of (change) - cardea_json_size (items)));
}

gboolean
ui_cli_undo_show (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 1, 1, &rest, error) || !check_id (rest[0], error)
      || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  CardeaMessage *request = cardea_message_new ("undo.show");
  cardea_message_set_string (request, "id", rest[0]);
  g_autoptr (CardeaMessage) shown = ui_cli_link_call (cli, request, "undo.shown", error);
  if (shown == NULL)
    return FALSE;
  const CardeaJson *change = cardea_message_get_json (shown, "change");
  if (cli->json)
    ui_cli_output_json (cli->output, change);
  else
    write_change (cli, change);
  return TRUE;
}

gboolean
ui_cli_undo_clear (UiCli *cli, char **args, GError **error)
{
  if (!ui_cli_parse (cli, NULL, args, 0, 0, NULL, error) || !ui_cli_link_open (cli, -1, error)
      || !ui_cli_link_do (cli, cardea_message_new ("undo.clear"), error))
    return FALSE;
  if (!cli->json)
    ui_cli_output_line (cli->output, "%s",
                        _ ("All former contents are forgotten: nothing can be taken back."));
  return TRUE;
}
