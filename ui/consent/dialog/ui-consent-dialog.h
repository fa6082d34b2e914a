/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-answer.h"
#include "ui/consent/ui-consent-question.h"

#include <adwaita.h>

/* One question on the screen (consent.md). Shows no markup, picture, font or colour of an agent.
 * Signals: "answered" (CardeaMessage *: consent.answer), once; the window closes after it.
 * "deny-all": whatever else waits from this session is denied too; "answered" follows. */
#define UI_TYPE_CONSENT_DIALOG (ui_consent_dialog_get_type ())
G_DECLARE_FINAL_TYPE (UiConsentDialog, ui_consent_dialog, UI, CONSENT_DIALOG, AdwWindow)

/* A window that is ready for a question and not shown; it belongs to GTK until it is destroyed. */
UiConsentDialog *ui_consent_dialog_new (void);
/* Once, before any other function here: takes question and shows it. */
void ui_consent_dialog_ask (UiConsentDialog *dialog, GtkApplication *application,
                            UiConsentQuestion *question);

const char *ui_consent_dialog_get_id (UiConsentDialog *dialog);
const char *ui_consent_dialog_get_session (UiConsentDialog *dialog);
/* How many wait behind this one; the dialog says so. */
void ui_consent_dialog_set_waiting (UiConsentDialog *dialog, guint waiting);
/* Denies for the person: the screen was locked, the time ran out. */
void ui_consent_dialog_deny (UiConsentDialog *dialog, UiConsentHow how);
