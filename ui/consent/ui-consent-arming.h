/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* When Allow may be pressed (consent.md, "Keyboard, arming, presentation"): a state machine without
 * a window and without a clock of its own. Whoever draws the question reports what happens; the
 * machine says when a press counts. It starts at UNSEEN and nothing leads out of TAKEN. */

typedef enum {
  UI_CONSENT_ARMING_UNSEEN,   /* what must be read was not on the screen yet */
  UI_CONSENT_ARMING_INACTIVE, /* seen, but the person works elsewhere */
  UI_CONSENT_ARMING_HELD,     /* a key or button is down that was not meant for us */
  UI_CONSENT_ARMING_SETTLING, /* everything is quiet; the minimum time runs */
  UI_CONSENT_ARMING_ARMED,    /* a press counts from now on */
  UI_CONSENT_ARMING_PRESSED,  /* pressed after arming; its release is the approval */
  UI_CONSENT_ARMING_TAKEN,    /* approved; for good */
  UI_CONSENT_ARMING_STATES
} UiConsentArmingState;

typedef enum {
  UI_CONSENT_ARMING_FRAME,     /* the whole question, as it is now, is on the screen */
  UI_CONSENT_ARMING_CHANGED,   /* its geometry or content changed: a FRAME must follow */
  UI_CONSENT_ARMING_ACTIVE,    /* the window is active and has the focus */
  UI_CONSENT_ARMING_AWAY,      /* it has not, or is covered, or the screen is locked */
  UI_CONSENT_ARMING_DOWN,      /* some key or button went down, or was down when we came */
  UI_CONSENT_ARMING_UP,        /* none is down any more */
  UI_CONSENT_ARMING_TICK,      /* time passed */
  UI_CONSENT_ARMING_OBJECT,    /* the person acted on the object (tier 3) */
  UI_CONSENT_ARMING_NO_OBJECT, /* and took it back */
  UI_CONSENT_ARMING_PRESS,     /* Allow itself was pressed */
  UI_CONSENT_ARMING_REPEAT,    /* a repeat of a held key on Allow */
  UI_CONSENT_ARMING_RELEASE,   /* the press on Allow was let go over Allow */
  UI_CONSENT_ARMING_ABANDON,   /* or elsewhere */
  UI_CONSENT_ARMING_ASSIST,    /* an assistive technology activated Allow */
  UI_CONSENT_ARMING_EVENTS
} UiConsentArmingEvent;

/* Monotonic microseconds. */
typedef gint64 (*UiConsentArmingClock) (gpointer user_data);

typedef struct _UiConsentArming UiConsentArming;

/* clock NULL: g_get_monotonic_time(). At tiers above 3 it never arms. */
UiConsentArming *ui_consent_arming_new (int tier, UiConsentArmingClock clock, gpointer user_data);
void ui_consent_arming_free (UiConsentArming *arming);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiConsentArming, ui_consent_arming_free)

/* TRUE: this event is the approval. Once only. */
gboolean ui_consent_arming_handle (UiConsentArming *arming,
                                   UiConsentArmingEvent event) G_GNUC_WARN_UNUSED_RESULT;

UiConsentArmingState ui_consent_arming_state (const UiConsentArming *arming);

/* Allow is sensitive: armed, and at tier 3 the object was acted on. */
gboolean ui_consent_arming_ready (const UiConsentArming *arming);

/* Milliseconds of quiet that are still missing; 0 when armed, -1 when no waiting alone will do. */
int ui_consent_arming_remaining (const UiConsentArming *arming);

/* For the answer: milliseconds from the first frame until now, and until it was armed last (-1:
 * never). */
int ui_consent_arming_shown_ms (const UiConsentArming *arming);
int ui_consent_arming_armed_ms (const UiConsentArming *arming);

/* The minimum time of a tier in milliseconds; -1: not askable. */
int ui_consent_arming_minimum (int tier);
