/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "ui/cli/ui-cli-error.h"
#include "ui/cli/ui-cli-output.h"

/* What one run of cardeactl carries around: made by main, passed to the verb's handler. */

typedef struct _UiCli UiCli;
typedef struct _UiCliLink UiCliLink; /* ui-cli-link.h */

/* TRUE: done (exit status 0, unless the handler set cli->status). FALSE with error: reported, and
 * the status is the error's. FALSE without one: help was shown. args: the words after the verb. */
typedef gboolean (*UiCliHandler) (UiCli *cli, char **args, GError **error);

typedef struct {
  const char *name;     /* "consent answer": one word, or a group and a word */
  const char *synopsis; /* what follows the name, as cli.md writes it */
  const char *summary;  /* one line; marked for translation */
  UiCliHandler run;
} UiCliVerb;

/* A verb that this program does itself, where the table of all has another handler. */
typedef struct {
  const char *name;
  UiCliHandler run;
} UiCliDoing;

struct _UiCli {
  const UiCliDoing *doings; /* a nameless one ends them; NULL: none */
  const UiCliVerb *verb;
  UiCliOutput *output;
  UiCliLink *link; /* NULL until ui_cli_link_open() */
  char *trace;     /* of the last request: named in JSON errors */
  gboolean json;
  int status;
};

/* doings: borrowed, static; NULL: cardeactl itself. */
UiCli *ui_cli_new (const UiCliDoing *doings);
void ui_cli_free (UiCli *cli);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCli, ui_cli_free)

/* Finds the verb, runs it, reports its error. argv as main got it. The exit status. */
int ui_cli_run (UiCli *cli, char **argv);

/* Reads a verb's options (GOption without its own help; only FILENAME, FILENAME_ARRAY and NONE,
 * which take bytes as they are). --json and --help are added. ret_rest: the other words, at least
 * min and at most max of them; the caller's. FALSE with error: wrong usage; without: help was
 * asked for and shown. */
gboolean ui_cli_parse (UiCli *cli, const GOptionEntry *entries, char **args, guint min, guint max,
                       char ***ret_rest, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets a USAGE error. */
void ui_cli_usage (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* An absolute path from what was typed, otherwise unchanged: resolving is the guardian's. Refuses
 * an empty one and one that is too long. The caller owns it. */
char *ui_cli_absolute_path (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when text is UTF-8; else a USAGE error that names what it was to be. */
gboolean ui_cli_check_text (const char *text, const char *what,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same of what the wire takes of names: plain characters of one line, at most so many; NULL is
 * TRUE. The guardian says what is wrong with the rest. */
gboolean ui_cli_check_word (const char *word, gsize longest, const char *what,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
