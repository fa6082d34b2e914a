/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-wording.h"

#include <gtk/gtk.h>

/* On what: the target with its last element, or whose host it is, stressed; what is known of it. */
void ui_consent_target_show (GtkImage *icon, GtkLabel *target, GtkLabel *facts,
                             const UiConsentQuestion *question, const UiConsentWording *wording);
