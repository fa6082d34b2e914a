/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-finding.h"

#include "ui/consent/ui-consent-question.h"
#include "ui/consent/ui-consent-reader.h"

/* Trusts: nothing; it is read into types and escaped where it is shown. Refuses: a finding without
 * a rule, and more of them than anybody could read. Known gaps: none. */

#define AT(member) G_STRUCT_OFFSET (UiConsentFinding, member)

static const UiConsentReaderMember members[] = {
  { "rule", UI_CONSENT_READER_TEXT, TRUE, AT (rule) },
  { "count", UI_CONSENT_READER_INT, FALSE, AT (count) },
  { "line", UI_CONSENT_READER_INT, FALSE, AT (line) },
  { "before", UI_CONSENT_READER_TEXT, FALSE, AT (before) },
  { "shown", UI_CONSENT_READER_TEXT, FALSE, AT (shown) },
  { "after", UI_CONSENT_READER_TEXT, FALSE, AT (after) },
  { "from", UI_CONSENT_READER_PATH, FALSE, AT (from) },
  { "why", UI_CONSENT_READER_TEXT, FALSE, AT (why) },
  { "mark", UI_CONSENT_READER_TEXT, FALSE, AT (mark) },
  { NULL },
};

static const UiConsentReaderName treatments[] = {
  { "send", UI_CONSENT_TREATMENT_SEND },
  { "redact", UI_CONSENT_TREATMENT_REDACT },
  { "placeholder", UI_CONSENT_TREATMENT_PLACEHOLDER },
  { NULL },
};

void
ui_consent_finding_clear (gpointer data)
{
  UiConsentFinding *finding = data;

  g_clear_pointer (&finding->rule, g_free);
  g_clear_pointer (&finding->before, g_free);
  g_clear_pointer (&finding->shown, g_free);
  g_clear_pointer (&finding->after, g_free);
  g_clear_pointer (&finding->from, g_free);
  g_clear_pointer (&finding->why, g_free);
  g_clear_pointer (&finding->mark, g_free);
}

gboolean
ui_consent_finding_read_all (const CardeaJson *array, GArray *findings, GPtrArray *others,
                             GError **error)
{
  guint count = array != NULL ? cardea_json_size (array) : 0;

  if (count > UI_CONSENT_FINDINGS_LIMIT)
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                   "the request names more sensitive data than can be shown");
      return FALSE;
    }
  for (guint i = 0; i < count; i++)
    {
      UiConsentFinding finding = { .count = 1 };
      gboolean good = ui_consent_reader_fill (&finding, cardea_json_nth (array, i), members,
                                              "sensitive.", others, error);
      g_array_append_val (findings, finding);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

const char *
ui_consent_treatment_name (UiConsentTreatment treatment)
{
  return treatments[treatment].name;
}

guint
ui_consent_treatment_mask (const CardeaJson *array)
{
  guint mask = 1u << UI_CONSENT_TREATMENT_SEND;

  for (guint i = 0; array != NULL && i < cardea_json_size (array); i++)
    {
      int value
          = ui_consent_reader_find (treatments, cardea_json_string (cardea_json_nth (array, i)));
      if (value >= 0)
        mask |= 1u << value;
    }
  return mask;
}
