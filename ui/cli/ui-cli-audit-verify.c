/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-audit-verify.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-text.h"
#include "common/json/cardea-json.h"
#include "common/tlog/cardea-tlog-note.h"
#include "common/tlog/cardea-tlog-verify.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

#define EXIT_CANNOT_TELL 2

typedef struct {
  char *dir, *key, *checkpoint;
} Options;

static void
clear_options (Options *options)
{
  g_free (options->dir);
  g_free (options->key);
  g_free (options->checkpoint);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, clear_options)

static const int exits[] = {
  [CARDEA_TLOG_VERDICT_WHOLE] = 0,
  [CARDEA_TLOG_VERDICT_DAMAGED] = 1,
  [CARDEA_TLOG_VERDICT_UNKNOWN] = EXIT_CANNOT_TELL,
};
static const char *const names[] = {
  [CARDEA_TLOG_VERDICT_WHOLE] = "whole",
  [CARDEA_TLOG_VERDICT_DAMAGED] = "damaged",
  [CARDEA_TLOG_VERDICT_UNKNOWN] = "unknown",
};

static void
print_json (UiCliOutput *output, const CardeaTlogReport *report)
{
  g_autoptr (CardeaJson) document = cardea_json_new_object ();

  cardea_json_set_string (document, "verdict", names[report->verdict]);
  if (report->verdict == CARDEA_TLOG_VERDICT_WHOLE)
    {
      cardea_json_set_boolean (document, "anchored", report->anchored);
      cardea_json_set_int (document, "records", (gint64) (report->sealed + report->pending));
      cardea_json_set_int (document, "sealed", (gint64) report->sealed);
      cardea_json_set_int (document, "pending", (gint64) report->pending);
      cardea_json_set_int (document, "redacted", (gint64) report->redacted);
      cardea_json_set_int (document, "lost", (gint64) report->lost);
      cardea_json_set_int (document, "torn", (gint64) report->torn);
      if (report->origin != NULL)
        cardea_json_set_string (document, "origin", report->origin);
    }
  else
    {
      g_autofree char *what = cardea_text_escape (report->what, strlen (report->what), NULL);
      cardea_json_set_string (document, "what", what);
      if (report->file != NULL)
        {
          g_autofree char *file = cardea_text_escape (report->file, strlen (report->file), NULL);
          cardea_json_set_string (document, "file", file);
        }
      if (report->seq >= 0)
        cardea_json_set_int (document, "seq", report->seq);
      if (report->offset >= 0)
        cardea_json_set_int (document, "offset", report->offset);
    }
  ui_cli_output_json (output, document);
}

static GBytes *
read_checkpoint (const char *path, GError **error)
{
  char *text = NULL;
  gsize size = 0;

  if (!g_file_get_contents (path, &text, &size, error))
    return NULL;
  return g_bytes_new_take (text, size);
}

static gboolean
verify (UiCli *cli, const Options *options, GError **error)
{
  g_autofree char *state = cardea_paths_folder (CARDEA_PATHS_STATE);
  g_autofree char *dir
      = options->dir != NULL ? g_strdup (options->dir) : g_build_filename (state, "audit", NULL);
  g_autoptr (CardeaTlogKey) key = NULL;
  g_autoptr (GBytes) earlier = NULL;
  g_autoptr (GError) failure = NULL;

  if (options->key != NULL
      && (key = cardea_tlog_key_parse (g_strstrip (options->key), &failure)) == NULL)
    {
      ui_cli_usage (error, _ ("%s: give the line that log.vkey held"), failure->message);
      return FALSE;
    }
  if (options->checkpoint != NULL
      && (earlier = read_checkpoint (options->checkpoint, &failure)) == NULL)
    {
      ui_cli_usage (error, _ ("%s: give a copy of the file “checkpoint”"), failure->message);
      return FALSE;
    }
  g_autoptr (CardeaTlogReport) report = cardea_tlog_verify (dir, key, earlier, 0);
  g_autofree char *text = cardea_tlog_verify_describe (report);
  if (cli->json)
    print_json (cli->output, report);
  else
    ui_cli_output_line (cli->output, "%s", text);
  cli->status = exits[report->verdict];
  return TRUE;
}

gboolean
ui_cli_audit_verify (UiCli *cli, char **args, GError **error)
{
  g_auto (Options) options = { NULL };
  const GOptionEntry entries[] = {
    { "dir", 0, 0, G_OPTION_ARG_FILENAME, &options.dir, N_ ("The log’s folder"), "DIR" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &options.key, N_ ("The verifier key you trust"), "VKEY" },
    { "checkpoint", 0, 0, G_OPTION_ARG_FILENAME, &options.checkpoint,
      N_ ("A checkpoint of this log that you kept"), "FILE" },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 0, 0, NULL, error)
      || (options.key != NULL && !ui_cli_check_text (options.key, "--key", error)))
    return FALSE;
  if (sodium_init () >= 0)
    return verify (cli, &options, error);
  ui_cli_usage (error, _ ("libsodium does not work on this machine: reinstall it"));
  return FALSE;
}
