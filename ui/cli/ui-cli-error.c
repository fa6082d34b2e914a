/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-error.h"

#include "common/base/cardea-text.h"
#include "ui/programs/ui-program.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK (ui - cli - error - quark, ui_cli_error)

/* happened is put before the error's own text, todo after it; either may be NULL. */
static const struct {
  const char *name;
  int status;
  const char *happened;
  const char *todo;
} rows[] = {
  [UI_CLI_ERROR_USAGE] = { "usage", UI_CLI_EXIT_USAGE, NULL, NULL },
  [UI_CLI_ERROR_FAILED] = { "failed", UI_CLI_EXIT_FAILED, NULL, NULL },
  [UI_CLI_ERROR_CANCELLED]
  = { "cancelled", UI_CLI_EXIT_FAILED, NULL, N_ ("ask again when you like") },
  [UI_CLI_ERROR_LOST] = { "lost", UI_CLI_EXIT_FAILED, N_ ("the guardian went away"),
                          N_ ("try again; it starts by itself") },
  [UI_CLI_ERROR_NO_GUARDIAN]
  = { "no-guardian", UI_CLI_EXIT_NO_GUARDIAN, N_ ("the guardian is not running"), NULL },
  [UI_CLI_ERROR_NOT_UNDONE]
  = { "changed", UI_CLI_EXIT_REFUSED, N_ ("refused: it is not as the change left it"),
      N_ ("see “cardeactl undo show”; nothing was put back") },
  [UI_CLI_ERROR_MALFORMED]
  = { "malformed", UI_CLI_EXIT_FAILED, N_ ("the guardian does not take this"), N_ ("see --help") },
  [UI_CLI_ERROR_UNAUTHORIZED]
  = { "unauthorized", UI_CLI_EXIT_REFUSED, N_ ("not authorised"), N_ ("begin a new session") },
  [UI_CLI_ERROR_DENIED] = { "denied", UI_CLI_EXIT_REFUSED, N_ ("refused by policy"),
                            N_ ("see “cardeactl audit list --effect deny”") },
  [UI_CLI_ERROR_DECLINED]
  = { "declined", UI_CLI_EXIT_REFUSED, N_ ("refused by a person"),
      N_ ("ask again and allow it; a file named with -f or a host named with "
          "--net needs no question") },
  [UI_CLI_ERROR_UNANSWERED]
  = { "unanswered", UI_CLI_EXIT_REFUSED, N_ ("refused because nobody answered the question"),
      N_ ("run it in a terminal, or keep “cardeactl consent watch” open; a file named with -f or "
          "a host named with --net needs no question") },
  [UI_CLI_ERROR_NOT_FOUND]
  = { "not-found", UI_CLI_EXIT_FAILED, N_ ("not found"), N_ ("check the name or number") },
  [UI_CLI_ERROR_AMBIGUOUS] = { "ambiguous", UI_CLI_EXIT_FAILED, N_ ("several match"),
                               N_ ("say which folder, or give more of it") },
  [UI_CLI_ERROR_UNSUITABLE]
  = { "unsuitable", UI_CLI_EXIT_FAILED, N_ ("this cannot be used"), N_ ("choose another") },
  [UI_CLI_ERROR_CHANGED]
  = { "changed", UI_CLI_EXIT_FAILED, N_ ("it changed meanwhile"), N_ ("try again") },
  [UI_CLI_ERROR_BUSY]
  = { "busy", UI_CLI_EXIT_FAILED, N_ ("a limit is reached"), N_ ("end a session or wait") },
  [UI_CLI_ERROR_UNAVAILABLE] = { "unavailable", UI_CLI_EXIT_NO_GUARDIAN, N_ ("not possible now"),
                                 N_ ("see “cardeactl doctor”") },
  [UI_CLI_ERROR_INTERNAL] = { "internal", UI_CLI_EXIT_FAILED, N_ ("the guardian failed"),
                              N_ ("try again; see “cardeactl status”") },
};

static UiCliError
code_of (const GError *error)
{
  if (error->domain != UI_CLI_ERROR || error->code < 0 || error->code >= (int) G_N_ELEMENTS (rows))
    return UI_CLI_ERROR_FAILED;
  return (UiCliError) error->code;
}

void
ui_cli_error_set_refusal (GError **error, const char *code, const char *reason, const char *policy,
                          const char *note)
{
  int found = UI_CLI_ERROR_INTERNAL;
  for (int i = UI_CLI_ERROR_MALFORMED; i <= UI_CLI_ERROR_INTERNAL; i++)
    if (g_strcmp0 (rows[i].name, code) == 0)
      found = i;

  g_autoptr (GString) text = g_string_new (reason != NULL ? reason : "");
  while (text->len > 0 && strchr (". \n", text->str[text->len - 1]) != NULL)
    g_string_truncate (text, text->len - 1);
  if (note != NULL && *note != '\0' && strstr (text->str, note) == NULL)
    g_string_append_printf (text, _ (" (note: “%s”)"), note);
  /* The reason may have named it already. */
  if (policy != NULL && *policy != '\0' && strstr (text->str, policy) == NULL)
    g_string_append_printf (text, _ (" (rule %s)"), policy);
  g_set_error_literal (error, UI_CLI_ERROR, found, text->str);
}

/* Where a name was found, so that the person can say which one. */
static char *
describe_candidates (const CardeaMessage *refused)
{
  const CardeaJson *array = cardea_message_get_json (refused, "candidates");
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; array != NULL && i < cardea_json_size (array); i++)
    {
      const char *folder = cardea_json_string (cardea_json_nth (array, i));
      if (folder != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", folder);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
ui_cli_error_set_refused (GError **error, const CardeaMessage *refused)
{
  g_autofree char *candidates = describe_candidates (refused);
  ui_cli_error_set_refusal (error, cardea_message_get_string (refused, "code"),
                            cardea_message_get_string (refused, "reason"),
                            cardea_message_get_string (refused, "policy"),
                            cardea_message_get_string (refused, "note"));
  if (error != NULL && *error != NULL && *candidates != '\0')
    {
      g_autofree char *message = g_steal_pointer (&(*error)->message);
      (*error)->message = g_strdup_printf (_ ("%s: in %s"), message, candidates);
    }
}

gboolean
ui_cli_error_take_program (GError **error, GError *problem)
{
  static const UiCliError codes[] = {
    [UI_PROGRAM_ERROR_USAGE] = UI_CLI_ERROR_USAGE,
    [UI_PROGRAM_ERROR_NOT_FOUND] = UI_CLI_ERROR_NOT_FOUND,
    [UI_PROGRAM_ERROR_UNSUITABLE] = UI_CLI_ERROR_UNSUITABLE,
    [UI_PROGRAM_ERROR_FAILED] = UI_CLI_ERROR_FAILED,
  };
  gboolean known = problem->domain == UI_PROGRAM_ERROR && problem->code >= 0
                   && problem->code < (int) G_N_ELEMENTS (codes);

  g_set_error_literal (error, UI_CLI_ERROR, known ? codes[problem->code] : UI_CLI_ERROR_FAILED,
                       problem->message);
  g_error_free (problem);
  return FALSE;
}

int
ui_cli_error_exit_status (const GError *error)
{
  return rows[code_of (error)].status;
}

const char *
ui_cli_error_name (const GError *error)
{
  return rows[code_of (error)].name;
}

static char *
compose_message (const GError *error)
{
  const char *happened = rows[code_of (error)].happened;
  const char *todo = rows[code_of (error)].todo;
  g_autoptr (GString) text = g_string_new (happened != NULL ? _ (happened) : "");

  if (error->message != NULL && *error->message != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? ": " : "", error->message);
  if (todo != NULL)
    g_string_append_printf (text, ": %s", _ (todo));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* A message may quote a stranger: one line, nothing that moves a cursor. A backslash that is
 * already part of an escape stays single. */
static char *
one_line (const char *text)
{
  g_autofree char *safe = cardea_text_escape_lines (text, strlen (text));
  return g_strdelimit (g_steal_pointer (&safe), "\n\t", ' ');
}

char *
ui_cli_error_line (const GError *error, const char *verb)
{
  g_autofree char *message = compose_message (error);
  g_autofree char *safe = one_line (message);
  if (verb == NULL)
    return g_strdup_printf ("cardeactl: %s", safe);
  return g_strdup_printf ("cardeactl: %s: %s", verb, safe);
}

char *
ui_cli_error_json (const GError *error, const char *trace)
{
  g_autofree char *message = compose_message (error);
  g_autofree char *valid = g_utf8_make_valid (message, -1);
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  CardeaJson *inner = cardea_json_new_object ();

  cardea_json_set_string (inner, "code", ui_cli_error_name (error));
  cardea_json_set_string (inner, "message", valid);
  if (trace != NULL)
    cardea_json_set_string (inner, "trace", trace);
  else
    cardea_json_set (inner, "trace", cardea_json_new_null ());
  cardea_json_set (json, "error", inner);
  return cardea_json_write (json, NULL, NULL);
}
