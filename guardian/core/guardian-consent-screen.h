/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-link.h"

/* cardea-consent: started by us, known by the pair it was started
 * with, enrolled over it like a front end. One at a time, as soon as a window with a display is
 * there: a question must not wait for a toolkit to load. */

#define GUARDIAN_CONSENT_SCREEN_SECONDS 20u /* until it must be ready to draw */

#define GUARDIAN_CONSENT_SCREEN_STEADY_US (5 * G_USEC_PER_SEC) /* then a death is not its habit */

GuardianConsentScreen *guardian_consent_screen_new (GuardianContext *context);
void guardian_consent_screen_free (GuardianConsentScreen *screen);

/* The link when it can draw; else NULL, and it is being started unless that fails. */
GuardianLink *guardian_consent_screen_get (GuardianConsentScreen *screen);
gboolean guardian_consent_screen_is_starting (const GuardianConsentScreen *screen);

/* It said hello: it gets its display, then the questions. */
void guardian_consent_screen_greeted (GuardianConsentScreen *screen, GuardianLink *link);
/* A link went: cardea-consent itself, or the last window (then cardea-consent ends too). */
void guardian_consent_screen_link_closed (GuardianConsentScreen *screen, GuardianLink *link);
