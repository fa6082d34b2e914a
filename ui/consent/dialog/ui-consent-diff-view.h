/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-preview.h"

#include <gtk/gtk.h>

/* A preview as one read-only text that scrolls: + and − as text and as colour, no other colour, no
 * markup. One view, whatever the number of files: lines are laid out as they come into sight.
 * Signal: "changed": a fold was opened, so that what is to be read is another. */
#define UI_TYPE_CONSENT_DIFF_VIEW (ui_consent_diff_view_get_type ())
G_DECLARE_FINAL_TYPE (UiConsentDiffView, ui_consent_diff_view, UI, CONSENT_DIFF_VIEW, GtkWidget)

/* preview is borrowed, must outlive the view's use of it, and is opened by the view. */
void ui_consent_diff_view_set_preview (UiConsentDiffView *view, UiConsentPreview *preview);
/* What takes the focus. */
GtkWidget *ui_consent_diff_view_get_text (UiConsentDiffView *view);
/* Loads what the first view needs, so that the first question does not wait for it. */
void ui_consent_diff_view_prepare (void);
