/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-text.h"
#include "common/tlog/cardea-tlog-verify.h"

#include <string.h>

void
cardea_tlog_verify_report_free (CardeaTlogReport *report)
{
  if (report == NULL)
    return;
  g_free (report->origin);
  g_free (report->what);
  g_free (report->file);
  g_free (report);
}

static void
append_escaped (GString *text, const char *words)
{
  /* Names in the folder may be anybody's. */
  g_autofree char *shown = cardea_text_escape (words, strlen (words), NULL);

  g_string_append (text, shown);
}

static void
describe_damage (const CardeaTlogReport *report, GString *text)
{
  g_string_append (text, "damaged: ");
  if (report->file != NULL)
    {
      append_escaped (text, report->file);
      g_string_append (text, ": ");
    }
  append_escaped (text, report->what);
  if (report->seq >= 0)
    g_string_append_printf (text, " (record %" G_GINT64_FORMAT ")", report->seq);
  if (report->offset >= 0)
    g_string_append_printf (text, ", at byte %" G_GINT64_FORMAT, report->offset);
}

static void
describe_whole (const CardeaTlogReport *report, GString *text)
{
  g_string_append_printf (text,
                          "whole, %s: %" G_GUINT64_FORMAT " records under the checkpoint, "
                          "%" G_GUINT64_FORMAT " waiting for one",
                          report->anchored ? "anchored" : "not anchored", report->sealed,
                          report->pending);
  if (report->redacted > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " detail%s redacted", report->redacted,
                            report->redacted == 1 ? "" : "s");
  if (report->lost > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " detail%s lost before there were keys",
                            report->lost, report->lost == 1 ? "" : "s");
  if (report->torn > 0)
    g_string_append (text, ", a last record was cut off while it was written");
}

char *
cardea_tlog_verify_describe (const CardeaTlogReport *report)
{
  GString *text = g_string_new (NULL);

  if (report->verdict == CARDEA_TLOG_VERDICT_WHOLE)
    describe_whole (report, text);
  else if (report->verdict == CARDEA_TLOG_VERDICT_DAMAGED)
    describe_damage (report, text);
  else
    {
      g_string_append (text, "cannot tell: ");
      append_escaped (text, report->what);
    }
  return g_string_free (text, FALSE);
}
