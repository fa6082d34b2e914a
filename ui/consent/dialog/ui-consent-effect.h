/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-wording.h"

#include <gtk/gtk.h>

/* Field 6 of consent.md: what an Allow would do, as a sentence, and below it the difference, the
 * list of changes or what the agent asked for, whichever there is. Named "Effect preview".
 * Signal: "changed": the person opened more of it. */
#define UI_TYPE_CONSENT_EFFECT (ui_consent_effect_get_type ())
G_DECLARE_FINAL_TYPE (UiConsentEffect, ui_consent_effect, UI, CONSENT_EFFECT, GtkWidget)

/* Both are read at once and not kept; home may be NULL. */
void ui_consent_effect_set_question (UiConsentEffect *effect, const UiConsentQuestion *question,
                                     const UiConsentWording *wording, const char *home);
/* Inert, takes the first focus. */
GtkWidget *ui_consent_effect_get_focus (UiConsentEffect *effect);
/* There is more to show than a sentence: the window is wider then. */
gboolean ui_consent_effect_is_wide (UiConsentEffect *effect);
