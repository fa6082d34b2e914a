/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-wording-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Trusts: nothing in the question but its types. Refuses: nothing. Known gaps: none. */

/* What the paused agent asked for, by policy's names; another is shown as it is. */
static const struct {
  const char *action;
  const char *verb;
} verbs[] = {
  { "file.read", N_ ("Read") },
  { "file.list", N_ ("List") },
  { "file.search", N_ ("Search") },
  { "file.write", N_ ("Change") },
  { "file.append", N_ ("Add to") },
  { "file.create", N_ ("Create") },
  { "file.delete", N_ ("Delete") },
  { "file.rename", N_ ("Move or rename") },
  { "file.metadata", N_ ("Change permissions of") },
  { "net.connect", N_ ("Connect to") },
  { "net.request", N_ ("Get or send something from or to") },
};

char *
ui_consent_wording_resume_sentence (const UiConsentQuestion *question, const char *home)
{
  return g_strdup (_ ("Go on asking, after it asked too often"));
}

char *
ui_consent_wording_resume_effect (const UiConsentQuestion *question)
{
  return g_strdup (
      _ ("The agent goes on, and each thing it wants is asked again. When you deny, it "
         "stays paused until you write to it."));
}

char *
ui_consent_wording_resume_verb (const UiConsentQuestion *question)
{
  return g_strdup (_ ("Let it go on"));
}

char *
ui_consent_wording_resume_exact (const UiConsentQuestion *question)
{
  return g_strdup (_ ("Going on with this task"));
}

char *
ui_consent_wording_resume_facts (const UiConsentQuestion *question)
{
  g_autofree char *asked = g_strdup_printf (
      ngettext ("asked %d time", "asked %d times", (gulong) question->asked), question->asked);
  return g_strdup_printf (ngettext ("%s · %d refused meanwhile", "%s · %d refused meanwhile",
                                    (gulong) question->refused),
                          asked, question->refused);
}

static char *
describe_item (const UiConsentItem *item, const char *home)
{
  const char *verb = NULL;
  for (guint i = 0; verb == NULL && i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (item->action, verbs[i].action) == 0)
      verb = _ (verbs[i].verb);
  g_autofree char *what = verb != NULL ? g_strdup (verb) : ui_consent_wording_escape (item->action);
  if (item->host != NULL)
    {
      g_autofree char *host = ui_consent_wording_escape (item->host);
      return g_strdup_printf ("%s %s", what, host);
    }
  if (item->path == NULL)
    return g_steal_pointer (&what);
  g_autofree char *path = ui_consent_wording_path (item->path, home);
  return g_strdup_printf ("%s %s", what, path);
}

GStrv
ui_consent_wording_resume_items (const UiConsentQuestion *question, const char *home)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  for (guint i = 0; i < question->items->len; i++)
    {
      g_autofree char *line = describe_item (question->items->pdata[i], home);
      g_strv_builder_add (lines, line);
    }
  return g_strv_builder_end (lines);
}
