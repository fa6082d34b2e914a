/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-wording-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Trusts: nothing in the question but its types; what the agent means to do is its own words, and
 * stands where those always stand. Refuses: nothing. Known gaps: none. */

static const struct {
  const char *step;
  const char *sentence;
} sentences[] = {
  { "read", N_ ("Go on and read something") },
  { "edit", N_ ("Go on and change something") },
  { "delete", N_ ("Go on and delete something") },
  { "move", N_ ("Go on and move something") },
  { "search", N_ ("Go on and search for something") },
  { "execute", N_ ("Go on and run a command") },
  { "fetch", N_ ("Go on and get something from elsewhere") },
};

char *
ui_consent_wording_permit_sentence (const UiConsentQuestion *question, const char *home)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (strcmp (sentences[i].step, question->step) == 0)
      return g_strdup (_ (sentences[i].sentence));
  return g_strdup (_ ("Go on with a step of its own"));
}

char *
ui_consent_wording_permit_effect (const UiConsentQuestion *question)
{
  return g_strdup (_ ("The agent goes on in its sandbox, and whether it does just what it says "
                      "cannot be seen beforehand. What you have not shared with it stays closed: "
                      "you are asked about that."));
}

char *
ui_consent_wording_permit_verb (const UiConsentQuestion *question)
{
  return g_strdup (_ ("Let it go on"));
}

char *
ui_consent_wording_permit_exact (const UiConsentQuestion *question)
{
  return g_strdup (_ ("Going on with this one step"));
}

char *
ui_consent_wording_permit_facts (const UiConsentQuestion *question)
{
  return g_strdup (_ ("what it wants to do is in its own words, below"));
}
