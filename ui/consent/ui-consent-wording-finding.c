/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-wording-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Trusts: the guardian for the mask over what was found. Refuses: nothing. Known gaps: a rule is
 * called by its name; "cardeactl dlp rules" says what it looks for. */

static const struct {
  const char *name; /* of the choice */
  const char *verb;
} treatments[] = {
  [UI_CONSENT_TREATMENT_SEND] = { N_ ("Send it as it is"), N_ ("Send") },
  [UI_CONSENT_TREATMENT_REDACT] = { N_ ("Leave it out"), N_ ("Send without it") },
  [UI_CONSENT_TREATMENT_PLACEHOLDER]
  = { N_ ("Put a placeholder in its place, exchanged in the answer here"),
      N_ ("Send with placeholders") },
};

char *
ui_consent_wording_treatment (UiConsentTreatment treatment)
{
  return g_strdup (_ (treatments[treatment].name));
}

char *
ui_consent_wording_verb (const UiConsentQuestion *question, const UiConsentWording *wording,
                         const UiConsentChoice *choice)
{
  if (!ui_consent_question_is_about_content (question)
      || choice->treatment == UI_CONSENT_TREATMENT_SEND)
    return g_strdup (wording->verb_object);
  return g_strdup (_ (treatments[choice->treatment].verb));
}

char *
ui_consent_wording_finding_rule (const UiConsentQuestion *question, const UiConsentChoice *choice)
{
  const char *host = question->host->host;

  if (choice->treatment == UI_CONSENT_TREATMENT_REDACT)
    return g_strdup_printf (_ ("Leaving out what was found here, for %s"), host);
  if (choice->treatment == UI_CONSENT_TREATMENT_PLACEHOLDER)
    return g_strdup_printf (_ ("Putting placeholders in place of what was found here, for %s"),
                            host);
  return g_strdup_printf (_ ("Sending exactly what was found here to %s"), host);
}

/* "“Pay with ••••9855, please”": masked, with what stands around it. */
static char *
describe_spot (const UiConsentFinding *finding)
{
  g_autofree char *whole
      = g_strconcat (finding->before != NULL ? finding->before : "", finding->shown,
                     finding->after != NULL ? finding->after : "", NULL);
  g_autofree char *shown = ui_consent_wording_escape (whole);
  return g_strdup_printf (_ ("“%s”"), g_strstrip (shown));
}

static char *
describe (const UiConsentFinding *finding, const char *home)
{
  g_autofree char *rule = ui_consent_wording_escape (finding->rule);
  g_autofree char *line = finding->line > 0 ? g_strdup_printf (_ ("line %d"), finding->line) : NULL;
  g_autofree char *path
      = finding->from != NULL ? ui_consent_wording_path (finding->from, home) : NULL;
  g_autofree char *from = path != NULL ? g_strdup_printf (_ ("probably from %s"), path) : NULL;
  g_autofree char *spot = finding->shown != NULL ? describe_spot (finding) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _ ("%d × %s"), finding->count, rule);
  const char *parts[] = { line, from };
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL)
      g_string_append_printf (text, ", %s", parts[i]);
  if (spot != NULL)
    g_string_append_printf (text, ": %s", spot);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GStrv
ui_consent_wording_findings (const UiConsentQuestion *question, const char *home)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  for (guint i = 0; i < question->findings->len; i++)
    {
      const UiConsentFinding *finding = &g_array_index (question->findings, UiConsentFinding, i);
      g_autofree char *why = finding->why != NULL ? ui_consent_wording_escape (finding->why) : NULL;
      g_autofree char *line
          = why != NULL ? g_strdup_printf (_ ("Not all of it could be looked into: %s"), why)
                        : describe (finding, home);
      g_strv_builder_add (lines, line);
    }
  return g_strv_builder_end (lines);
}
