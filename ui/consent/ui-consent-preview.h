/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-question.h"

/* What a change does, line by line, for both faces: sections in the order of the operations, each
 * with its heading (when there are several), what is known of it, and its difference. Beyond
 * UI_CONSENT_PREVIEW_UNFOLDED changed lines what follows of a section is folded into one line that
 * counts it, until it is opened. Every text is one line of valid UTF-8 in which only the tab is a
 * control character; none is shortened. */

#define UI_CONSENT_PREVIEW_UNFOLDED 400u /* consent.md, field 6 */

typedef enum {
  UI_CONSENT_PREVIEW_HEADING, /* "Change ~/Documents/a.txt" */
  UI_CONSENT_PREVIEW_FACT,    /* "1.2 kB → 1.4 kB" */
  UI_CONSENT_PREVIEW_NOTE,    /* what a person should not miss */
  UI_CONSENT_PREVIEW_HUNK,    /* "Line 12" */
  UI_CONSENT_PREVIEW_CONTEXT,
  UI_CONSENT_PREVIEW_ADDED,
  UI_CONSENT_PREVIEW_REMOVED,
  UI_CONSENT_PREVIEW_REMARK, /* about the lines above it */
  UI_CONSENT_PREVIEW_FOLD,   /* "120 more lines, 80 of them changed" */
} UiConsentPreviewKind;

typedef struct {
  UiConsentPreviewKind kind;
  guint section; /* counts from 0: the index of its change */
  guint fold;    /* counts from 1: what it belongs to, or stands for; 0: none */
  int before;    /* line numbers of content; 0: none */
  int after;
  char *text;
} UiConsentPreviewLine;

typedef struct _UiConsentPreview UiConsentPreview;

/* home: the folder shown as "~", or NULL. Of a request it is what is
 * sent; of what neither changes nor sends anything it is empty. */
UiConsentPreview *ui_consent_preview_new (const UiConsentQuestion *question, const char *home);
void ui_consent_preview_free (UiConsentPreview *preview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiConsentPreview, ui_consent_preview_free)

/* UiConsentPreviewLine *, as they are to be shown now; the array is the caller's, the lines are the
 * preview's. */
GPtrArray *ui_consent_preview_lines (const UiConsentPreview *preview);

guint ui_consent_preview_folded (const UiConsentPreview *preview); /* lines that are folded now */
void ui_consent_preview_open (UiConsentPreview *preview, guint fold);
void ui_consent_preview_open_all (UiConsentPreview *preview);

/* It is a list without content: each change is a heading and what is known of it. */
gboolean ui_consent_preview_is_list (const UiConsentPreview *preview);

/* Some change shows what is written. */
gboolean ui_consent_preview_has_content (const UiConsentPreview *preview);

/* "+", "-" or " ", by kind. */
char ui_consent_preview_sign (UiConsentPreviewKind kind);
