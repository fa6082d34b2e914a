/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtksourceview/gtksource.h>

/* The line numbers beside a difference: those of the new content, of removed lines those of the
 * former one. */
#define UI_TYPE_CONSENT_DIFF_GUTTER (ui_consent_diff_gutter_get_type ())
G_DECLARE_FINAL_TYPE (UiConsentDiffGutter, ui_consent_diff_gutter, UI, CONSENT_DIFF_GUTTER,
                      GtkSourceGutterRendererText)

GtkSourceGutterRenderer *ui_consent_diff_gutter_new (void);

/* lines: UiConsentPreviewLine, as the view shows them; referenced. */
void ui_consent_diff_gutter_set_lines (UiConsentDiffGutter *gutter, GPtrArray *lines);
