/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/client/cardea-client.h"

#include <adwaita.h>

/* What cardea-consent does: takes questions from the guardian, shows one at a time, sends the
 * answers, denies when the screen is locked. Ends the application when the guardian goes. */
#define UI_TYPE_CONSENT_SERVICE (ui_consent_service_get_type ())
G_DECLARE_FINAL_TYPE (UiConsentService, ui_consent_service, UI, CONSENT_SERVICE, GObject)

/* application is borrowed and outlives the service; client is referenced. */
UiConsentService *ui_consent_service_new (GtkApplication *application, CardeaClient *client);
/* Handles one message of the guardian, also those that came before the service existed. */
void ui_consent_service_handle (UiConsentService *service, CardeaMessage *message);
/* Brings the question forward: the one action of its notification. */
void ui_consent_service_review (UiConsentService *service);
