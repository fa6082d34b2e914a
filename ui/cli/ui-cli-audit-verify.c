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
#include <stdio.h>
#include <string.h>

#define EXIT_CANNOT_TELL 2

typedef struct
{
  char *dir, *key, *checkpoint;
  gboolean json;
} Options;

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

static gboolean
parse (int argc, char **argv, Options *options, GError **error)
{
  const GOptionEntry entries[] = {
    { "dir", 0, 0, G_OPTION_ARG_FILENAME, &options->dir, N_("The log's folder"), N_("DIR") },
    { "key", 0, 0, G_OPTION_ARG_STRING, &options->key, N_("The verifier key you trust"),
      N_("VKEY") },
    { "checkpoint", 0, 0, G_OPTION_ARG_FILENAME, &options->checkpoint,
      N_("A checkpoint of this log that you kept"), N_("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_("Answer as one JSON document"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) copy = g_new0 (char *, argc + 1);
  g_autofree char **left = NULL;

  /* GLib moves the words about; the copy owns them. */
  for (int i = 0; i < argc; i++)
    copy[i] = g_strdup (argv[i]);
  left = g_memdup2 (copy, (gsize) (argc + 1) * sizeof *copy);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _("Checks every byte of the log."));
  if (!g_option_context_parse (context, &argc, &left, error))
    return FALSE;
  if (argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("“%s” is one word too many"),
                   left[1]);
      return FALSE;
    }
  return TRUE;
}

/* One line, as every error of cardeactl; with --json also a document. */
static int
fail (const Options *options, const char *what, const char *remedy)
{
  g_autofree char *shown = cardea_text_escape (what, strlen (what), NULL);

  g_printerr ("cardeactl: audit verify: %s: %s\n", shown, remedy);
  if (options->json)
    {
      g_autoptr (CardeaJson) document = cardea_json_new_object ();
      g_autofree char *text = NULL;
      CardeaJson *error = cardea_json_new_object ();
      cardea_json_set_string (error, "code", "usage");
      cardea_json_set_string (error, "message", shown);
      cardea_json_set (document, "error", error);
      text = cardea_json_write (document, NULL, NULL);
      puts (text);
    }
  return EXIT_CANNOT_TELL;
}

static void
print_json (const CardeaTlogReport *report)
{
  g_autoptr (CardeaJson) document = cardea_json_new_object ();
  g_autofree char *text = NULL;

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
  text = cardea_json_write (document, NULL, NULL);
  puts (text);
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

static int
verify (const Options *options)
{
  g_autofree char *state = cardea_paths_folder (CARDEA_PATHS_STATE);
  g_autofree char *dir
      = options->dir != NULL ? g_strdup (options->dir) : g_build_filename (state, "audit", NULL);
  g_autoptr (CardeaTlogKey) key = NULL;
  g_autoptr (GBytes) earlier = NULL;
  g_autoptr (CardeaTlogReport) report = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (options->key != NULL
      && (key = cardea_tlog_key_parse (g_strstrip (options->key), &error)) == NULL)
    return fail (options, error->message, _("give the line that log.vkey held"));
  if (options->checkpoint != NULL
      && (earlier = read_checkpoint (options->checkpoint, &error)) == NULL)
    return fail (options, error->message, _("give a copy of the file “checkpoint”"));
  report = cardea_tlog_verify (dir, key, earlier, 0);
  text = cardea_tlog_verify_describe (report);
  if (options->json)
    print_json (report);
  else
    puts (text);
  return exits[report->verdict];
}

int
ui_cli_audit_verify (int argc, char **argv)
{
  Options options = { NULL };
  g_autoptr (GError) error = NULL;
  int code;

  if (sodium_init () < 0)
    code = fail (&options, "libsodium", _("it does not work on this machine"));
  else if (!parse (argc, argv, &options, &error))
    code = fail (&options, error->message, _("see cardeactl audit verify --help"));
  else
    code = verify (&options);
  g_free (options.dir);
  g_free (options.key);
  g_free (options.checkpoint);
  return code;
}
