/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-wording-private.h"

#include "common/base/cardea-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* Trusts: the question as it was read. Refuses: nothing; what is copied is shown whole, and what
 * cannot be seen in it is made visible. Known gaps: what is in the clipboard is not shown before it
 * is read: this program does not look into it. */

static gboolean
copies (const UiConsentQuestion *question)
{
  return question->action == UI_CONSENT_ACTION_COPY;
}

char *
ui_consent_wording_clipboard_sentence (const UiConsentQuestion *question, const char *home)
{
  return g_strdup (copies (question) ? _ ("Put a text into your clipboard")
                                     : _ ("Read what you copied last"));
}

char *
ui_consent_wording_clipboard_effect (const UiConsentQuestion *question)
{
  if (!copies (question))
    return g_strdup (_ ("The agent gets the text that is in your clipboard then. It may be a "
                        "password, or meant for somebody else."));
  g_autofree char *text = cardea_text_escape_lines (question->text, strlen (question->text));
  return g_strdup_printf (
      _ ("Exactly this takes the place of what is in your clipboard. Look at it "
         "before you paste it anywhere:\n\n%s"),
      text);
}

char *
ui_consent_wording_clipboard_verb (const UiConsentQuestion *question)
{
  return g_strdup (copies (question) ? _ ("Copy") : _ ("Read clipboard"));
}

char *
ui_consent_wording_clipboard_exact (const UiConsentQuestion *question)
{
  return g_strdup (copies (question) ? _ ("Copying this text") : _ ("Reading the clipboard once"));
}

char *
ui_consent_wording_clipboard_facts (const UiConsentQuestion *question)
{
  if (!copies (question) || question->size < 0)
    return g_strdup (_ ("a text"));
  return g_format_size ((guint64) question->size);
}
