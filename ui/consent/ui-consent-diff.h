/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A unified difference, line by line, fit to be shown: every text is one line of valid UTF-8 in
 * which only the tab is a control character. Nothing is left out but the file names of the "---"
 * and "+++" lines, which the question shows itself. */

typedef enum {
  UI_CONSENT_DIFF_HUNK, /* "@@ …": what follows stands at before and after */
  UI_CONSENT_DIFF_CONTEXT,
  UI_CONSENT_DIFF_ADDED,
  UI_CONSENT_DIFF_REMOVED,
  UI_CONSENT_DIFF_REMARK, /* "\ No newline at end of file", and what is no part of a hunk */
} UiConsentDiffKind;

typedef struct {
  UiConsentDiffKind kind;
  int before; /* its line number in the former content; 0: it is not in it */
  int after;  /* the same of the new content */
  char *text; /* without the sign */
} UiConsentDiffLine;

typedef struct {
  GPtrArray *lines; /* UiConsentDiffLine */
  guint added;
  guint removed;
  gboolean marked; /* it holds characters that had to be escaped */
  gboolean crlf;   /* every line ended in CR LF; the CR is not shown */
} UiConsentDiff;

/* text is untrusted UTF-8. What is no unified difference becomes REMARK lines. */
UiConsentDiff *ui_consent_diff_new (const char *text);
void ui_consent_diff_free (UiConsentDiff *diff);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiConsentDiff, ui_consent_diff_free)
