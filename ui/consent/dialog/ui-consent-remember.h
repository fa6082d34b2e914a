/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-answer.h"

#include <gtk/gtk.h>

/* What becomes of what was found in what would be sent; "Remember for" and "Remember covering":
 * what an Allow stores beyond this once, with the stored rule in words below. Invisible when policy
 * offers nothing but this once. Signal: "changed". */
#define UI_TYPE_CONSENT_REMEMBER (ui_consent_remember_get_type ())
G_DECLARE_FINAL_TYPE (UiConsentRemember, ui_consent_remember, UI, CONSENT_REMEMBER, GtkWidget)

/* question is borrowed and must outlive the widget's use of it; home may be NULL. */
void ui_consent_remember_set_question (UiConsentRemember *remember,
                                       const UiConsentQuestion *question, const char *home);
UiConsentChoice ui_consent_remember_get_choice (UiConsentRemember *remember);
