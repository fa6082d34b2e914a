/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-wording-private.h"

#include "common/base/cardea-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define ASCII_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define CLUSTER_LIMIT 6u /* letters behind one "-"; more are a word */

/* Trusts: the program as it was read. Refuses: nothing; of a program that nobody described that is
 * said, and of every one what was not checked. Known gaps: a description says what a program is
 * for, not what its options make of it. */

static char *
name_of (const UiConsentQuestion *question)
{
  return g_path_get_basename (question->path);
}

char *
ui_consent_wording_program_sentence (const UiConsentQuestion *question, const char *home)
{
  g_autofree char *name = name_of (question);
  g_autofree char *shown = ui_consent_wording_escape (name);

  return g_strdup_printf (_ ("Run the program %s"), shown);
}

char *
ui_consent_wording_program_verb (const UiConsentQuestion *question)
{
  return g_strdup (_ ("Run program"));
}

char *
ui_consent_wording_program_exact (const UiConsentQuestion *question)
{
  return g_strdup (_ ("Running exactly this once"));
}

/* What it is for, and what of that was not checked: something is said of every program. */
static const char *
explain (const UiConsentQuestion *question, const char *name)
{
  if (ui_consent_program_interprets (name))
    return _ ("This program does what it is told by its arguments and files. Cardea has not read "
              "what that is.");
  if (question->program->copied)
    return _ ("This is not a program of the system: Cardea does not know what it does.");
  return ui_consent_program_purpose (name);
}

static const char *
describe_reach (const UiConsentProgram *program)
{
  gboolean writable = FALSE;

  for (guint i = 0; i < program->seen->len; i++)
    writable |= ((const UiConsentSeen *) program->seen->pdata[i])->writable;
  if (program->hosts != NULL)
    return _ (
        "It may go to the hosts below, and sees of your files only those below. The agent gets "
        "what it writes.");
  if (program->seen->len == 0)
    return _ ("It has no network and sees none of your files. The agent gets what it writes.");
  if (!writable)
    return _ ("It has no network and sees of your files only those below, which it cannot change. "
              "The agent gets what it writes.");
  return _ ("It has no network and sees of your files only those below. Some of them it may "
            "change; you can undo that. The agent gets what it writes.");
}

char *
ui_consent_wording_program_effect (const UiConsentQuestion *question)
{
  g_autofree char *name = name_of (question);
  const char *what = explain (question, name);
  gboolean described
      = what != NULL && !question->program->copied && !ui_consent_program_interprets (name);

  if (what == NULL)
    what = _ ("Cardea does not know what this program does.");
  return described && question->program->arguments->len > 1
             ? g_strdup_printf (_ ("%s What its arguments make of that was not checked. %s"), what,
                                describe_reach (question->program))
             : g_strdup_printf (_ ("%s %s"), what, describe_reach (question->program));
}

char *
ui_consent_wording_program_facts (const UiConsentQuestion *question)
{
  const UiConsentProgram *program = question->program;
  g_autofree char *size = g_format_size ((guint64) MAX (question->size, 0));
  g_autofree char *origin = NULL;

  if (program->copied)
    origin = g_strdup (_ ("not the system’s: a copy of what it is now is run"));
  else if (program->package != NULL)
    {
      g_autofree char *package = ui_consent_wording_escape (program->package);
      origin = g_strdup_printf (_ ("of the system, from the package %s"), package);
    }
  else
    origin = g_strdup (_ ("of the system, from no known package"));
  return g_strdup_printf (_ ("program · %s · %s"), size, origin);
}

/* Options of interpreters behind which a program stands, or in which it does. */
static gboolean
is_inline (const char *argument)
{
  static const char *const options[]
      = { "--eval", "--command", "--execute", "--expression", "--split-string",
          "-exec",  "-execdir",  "-ok",       "-okdir" };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      gsize size = strlen (options[i]);
      if (strncmp (argument, options[i], size) == 0
          && (argument[size] == '\0' || argument[size] == '='))
        return TRUE;
    }
  /* bash -lc, perl -ne, env -S: letters alone, the last of them it. */
  gsize letters = argument[0] == '-' ? strspn (argument + 1, ASCII_LETTERS) : 0;
  return letters > 0 && letters <= CLUSTER_LIMIT && argument[letters + 1] == '\0'
         && strchr ("ceErS", argument[letters]) != NULL;
}

/* What stands first and is no option is a program to these, if it is no file of one. */
static gboolean
takes_program (const UiConsentProgram *program, const char *name)
{
  static const char *const names[] = { "awk", "gawk", "mawk", "sed", NULL };
  const char *first = program->arguments->len > 1 ? program->arguments->pdata[1] : NULL;

  if (first == NULL || first[0] == '-' || !g_strv_contains (names, name))
    return FALSE;
  for (guint i = 0; i < program->scripts->len; i++)
    if (((const UiConsentScript *) program->scripts->pdata[i])->index == 1)
      return FALSE;
  return TRUE;
}

void
ui_consent_wording_program_warn (const UiConsentQuestion *question, GStrvBuilder *lines)
{
  const UiConsentProgram *program = question->program;
  g_autofree char *name = name_of (question);
  gboolean marked = FALSE;
  gboolean broken = FALSE;
  gboolean code = FALSE;

  for (guint i = 0; i < program->arguments->len; i++)
    {
      const char *argument = program->arguments->pdata[i];
      g_autofree char *plain = g_strdelimit (g_strdup (argument), "\n\t", ' ');
      gboolean one = FALSE;
      g_free (cardea_text_escape (plain, strlen (plain), &one));
      marked |= one;
      broken |= strchr (argument, '\n') != NULL;
      code |= i > 0 && is_inline (argument);
    }
  if ((code && ui_consent_program_interprets (name)) || takes_program (program, name))
    g_strv_builder_add (lines, _ ("One of its arguments is itself a program, written by the "
                                  "agent."));
  if (marked)
    g_strv_builder_add (lines, _ ("An argument holds characters that do not show or that mislead; "
                                  "they are written as \\u{…}."));
  if (broken)
    g_strv_builder_add (lines, _ ("An argument goes over several lines; all but the first of them "
                                  "begin with ↳."));
  if (program->interpreter != NULL && program->copied)
    g_strv_builder_add (lines, _ ("It is a script that anybody could have written."));
}

/* --- all of it, line by line --- */

static char *
describe_script (const UiConsentScript *script, const char *home)
{
  g_autofree char *path = ui_consent_wording_path (script->path, home);
  g_autofree char *size = g_format_size ((guint64) script->size);
  g_autofree char *sha256 = ui_consent_wording_escape (script->sha256);

  return g_strdup_printf (_ ("Argument %d is a script: %s, %s, SHA-256 %s. It is run only as it is "
                             "now."),
                          script->index, path, size, sha256);
}

static char *
describe_seen (const UiConsentSeen *seen, const char *home)
{
  g_autofree char *path = ui_consent_wording_path (seen->path, home);

  if (seen->folder)
    return g_strdup_printf (seen->writable ? _ ("It may read and change all in the folder %s")
                                           : _ ("It may read all in the folder %s"),
                            path);
  return g_strdup_printf (seen->writable ? _ ("It may read and change %s") : _ ("It may read %s"),
                          path);
}

GStrv
ui_consent_wording_program_lines (const UiConsentQuestion *question, const char *home)
{
  const UiConsentProgram *program = question->program;
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *folder = ui_consent_wording_path (program->folder, home);
  g_autofree char *begins = g_strdup_printf (_ ("It begins in %s"), folder);
  g_autofree char *ends
      = g_strdup_printf (ngettext ("It is ended after %d second", "It is ended after %d seconds",
                                   (gulong) program->seconds),
                         program->seconds);

  for (guint i = 0; i < program->scripts->len; i++)
    {
      g_autofree char *line = describe_script (program->scripts->pdata[i], home);
      g_strv_builder_add (lines, line);
    }
  for (guint i = 0; i < program->seen->len; i++)
    {
      g_autofree char *line = describe_seen (program->seen->pdata[i], home);
      g_strv_builder_add (lines, line);
    }
  for (guint i = 0; program->hosts != NULL && program->hosts[i] != NULL; i++)
    {
      g_autofree char *shown = ui_consent_wording_escape (program->hosts[i]);
      g_autofree char *line = g_strdup_printf (_ ("It may go to %s"), shown);
      g_strv_builder_add (lines, line);
    }
  g_strv_builder_add (lines, begins);
  for (guint i = 0; program->environment != NULL && program->environment[i] != NULL; i++)
    {
      g_autofree char *shown = ui_consent_wording_escape (program->environment[i]);
      g_autofree char *line = g_strdup_printf (_ ("With the variable %s"), shown);
      g_strv_builder_add (lines, line);
    }
  g_strv_builder_add (lines, ends);
  return g_strv_builder_end (lines);
}
