/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-reply.h"

#include "common/base/cardea-time.h"

#include <string.h>

/* "no because…" → "because…"; NULL when line does not begin with the word. */
static const char *
after_word (const char *line, const char *word)
{
  gsize length = strlen (word);
  if (g_ascii_strncasecmp (line, word, length) != 0)
    return NULL;
  if (line[length] == '\0')
    return line + length;
  return line[length] == ' ' ? line + length + strspn (line + length, " ") : NULL;
}

static gboolean
read_duration (const char *text, UiConsentChoice *choice)
{
  gint64 seconds;
  choice->seconds = 0;
  choice->renewing = FALSE;
  if (strcmp (text, "once") == 0)
    choice->duration = UI_CONSENT_DURATION_ONCE;
  else if (strcmp (text, "task") == 0)
    choice->duration = UI_CONSENT_DURATION_TASK;
  else if (cardea_duration_parse (text, &seconds))
    {
      choice->duration = UI_CONSENT_DURATION_TIME;
      choice->seconds = (int) seconds;
      choice->renewing = strcmp (text, "always") == 0;
    }
  else
    return FALSE;
  return TRUE;
}

static gboolean
read_scope (const char *text, UiConsentChoice *choice)
{
  static const char *const names[] = { "exact", "folder", "host" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (text, names[i]) == 0)
      {
        choice->scope = (UiConsentScope) i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_treatment (const char *text, UiConsentChoice *choice)
{
  for (int i = UI_CONSENT_TREATMENT_SEND; i <= UI_CONSENT_TREATMENT_PLACEHOLDER; i++)
    if (strcmp (text, ui_consent_treatment_name ((UiConsentTreatment) i)) == 0)
      {
        choice->treatment = (UiConsentTreatment) i;
        return TRUE;
      }
  return FALSE;
}

typedef gboolean (*ReadPart) (const char *text, UiConsentChoice *choice);

static UiCliReply
read_choice (const UiConsentQuestion *question, ReadPart read_part, const char *text,
             UiConsentChoice *choice)
{
  UiConsentChoice changed = *choice;
  gboolean good = read_part (text, &changed);
  /* Where only the folder can be remembered, one follows from the other. */
  if (ui_consent_question_folder_only (question) && changed.scope == choice->scope)
    changed.scope = changed.duration == UI_CONSENT_DURATION_ONCE ? UI_CONSENT_SCOPE_EXACT
                                                                 : UI_CONSENT_SCOPE_FOLDER;
  if (!good || !ui_consent_choice_offered (question, &changed))
    return UI_CLI_REPLY_UNOFFERED;
  *choice = changed;
  return UI_CLI_REPLY_CHOICE;
}

static gboolean
is_word (const UiConsentQuestion *question, const char *word, const char *line)
{
  if (word == NULL)
    return ui_consent_answer_confirms (question, line);
  return g_ascii_strcasecmp (word, line) == 0;
}

/* The word comes first: a file at tier 3 may be called "details". */
UiCliReply
ui_cli_reply_read (const UiConsentQuestion *question, const char *word, const char *line,
                   UiConsentChoice *choice, const char **ret_note)
{
  static const char *const denials[] = { "no", "n", "deny" };
  const char *rest;
  *ret_note = NULL;

  if (is_word (question, word, line))
    return UI_CLI_REPLY_WORD;
  if (line[strspn (line, " ")] == '\0')
    return UI_CLI_REPLY_DENY;
  for (guint i = 0; i < G_N_ELEMENTS (denials); i++)
    if ((rest = after_word (line, denials[i])) != NULL)
      {
        *ret_note = *rest != '\0' ? rest : NULL;
        return UI_CLI_REPLY_DENY;
      }
  if ((rest = after_word (line, "stop")) != NULL)
    return UI_CLI_REPLY_STOP;
  if ((rest = after_word (line, "details")) != NULL)
    return UI_CLI_REPLY_DETAILS;
  if ((rest = after_word (line, "unfold")) != NULL)
    return UI_CLI_REPLY_UNFOLD;
  if ((rest = after_word (line, "for")) != NULL)
    return read_choice (question, read_duration, rest, choice);
  if ((rest = after_word (line, "covering")) != NULL)
    return read_choice (question, read_scope, rest, choice);
  if ((rest = after_word (line, "with")) != NULL)
    return read_choice (question, read_treatment, rest, choice);
  return UI_CLI_REPLY_WRONG;
}

/* Easy to type, hard to type by accident, none of them a command above. */
static const char *const words[] = {
  "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "hazel",
  "ivory", "jolly", "koala", "lemon", "maple", "ocean", "pearl", "quilt",
};

const char *
ui_cli_reply_pick_word (void)
{
  return words[g_random_int_range (0, G_N_ELEMENTS (words))];
}
