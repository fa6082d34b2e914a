/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-arming.h"

/* Trusts: the reports of the face that draws the question. Refuses: every press that was begun
 * before the person could have read the question, and every undeclared edge (nothing happens).
 * Known gaps: it cannot tell a person's key from one made by another program of the same user
 * (XTEST, AT-SPI); SECURITY.md says so, and tier 3 asks for more than a press. */

/* Milliseconds before Allow arms, by tier (consent.md, "Tiers"). */
static const int minimum_ms[] = { 800, 800, 800, 1500 };

#define HIGHEST_ASSISTED_TIER 2
#define LOWEST_OBJECT_TIER 3

struct _UiConsentArming {
  int tier;
  UiConsentArmingClock clock;
  gpointer user_data;
  UiConsentArmingState state;
  gboolean seen;
  gboolean active;
  gboolean held;
  gboolean object;
  gint64 first_frame_us; /* 0: none yet */
  gint64 quiet_since_us; /* meaningful while SETTLING */
  gint64 armed_us;       /* 0: never */
};

/* What an event does in a state. */
typedef enum {
  KEEP = 0, /* nothing */
  REST,     /* back to where the facts say; the minimum time starts anew */
  DUE,      /* armed when the minimum time has passed */
  GRIP,     /* a press begins */
  LET_GO,   /* a press ends without approval */
  TAKE,     /* approved */
  ASSISTED, /* approved, at the tiers where that counts */
} Step;

static const Step steps[UI_CONSENT_ARMING_STATES][UI_CONSENT_ARMING_EVENTS] = {
  [UI_CONSENT_ARMING_UNSEEN] = {
    [UI_CONSENT_ARMING_FRAME] = REST,
  },
  [UI_CONSENT_ARMING_INACTIVE] = {
    [UI_CONSENT_ARMING_CHANGED] = REST,
    [UI_CONSENT_ARMING_ACTIVE] = REST,
  },
  [UI_CONSENT_ARMING_HELD] = {
    [UI_CONSENT_ARMING_CHANGED] = REST,
    [UI_CONSENT_ARMING_AWAY] = REST,
    [UI_CONSENT_ARMING_UP] = REST,
  },
  [UI_CONSENT_ARMING_SETTLING] = {
    [UI_CONSENT_ARMING_CHANGED] = REST,
    [UI_CONSENT_ARMING_AWAY] = REST,
    [UI_CONSENT_ARMING_DOWN] = REST,
    [UI_CONSENT_ARMING_TICK] = DUE,
    [UI_CONSENT_ARMING_PRESS] = REST,
    [UI_CONSENT_ARMING_ASSIST] = REST,
  },
  [UI_CONSENT_ARMING_ARMED] = {
    [UI_CONSENT_ARMING_CHANGED] = REST,
    [UI_CONSENT_ARMING_AWAY] = REST,
    [UI_CONSENT_ARMING_PRESS] = GRIP,
    [UI_CONSENT_ARMING_ASSIST] = ASSISTED,
  },
  [UI_CONSENT_ARMING_PRESSED] = {
    [UI_CONSENT_ARMING_CHANGED] = REST,
    [UI_CONSENT_ARMING_AWAY] = REST,
    [UI_CONSENT_ARMING_NO_OBJECT] = LET_GO,
    [UI_CONSENT_ARMING_RELEASE] = TAKE,
    [UI_CONSENT_ARMING_ABANDON] = LET_GO,
  },
};

static gint64
now (const UiConsentArming *arming)
{
  return arming->clock != NULL ? arming->clock (arming->user_data) : g_get_monotonic_time ();
}

int
ui_consent_arming_minimum (int tier)
{
  return tier >= 0 && tier < (int) G_N_ELEMENTS (minimum_ms) ? minimum_ms[tier] : -1;
}

UiConsentArming *
ui_consent_arming_new (int tier, UiConsentArmingClock clock, gpointer user_data)
{
  UiConsentArming *arming = g_new0 (UiConsentArming, 1);
  arming->tier = tier;
  arming->clock = clock;
  arming->user_data = user_data;
  return arming;
}

void
ui_consent_arming_free (UiConsentArming *arming)
{
  g_free (arming);
}

/* The facts are kept in every state, so that reports may come in any order. */
static void
note_fact (UiConsentArming *arming, UiConsentArmingEvent event)
{
  switch (event)
    {
    case UI_CONSENT_ARMING_FRAME:
      arming->seen = TRUE;
      if (arming->first_frame_us == 0)
        arming->first_frame_us = now (arming);
      break;
    case UI_CONSENT_ARMING_CHANGED:
      arming->seen = FALSE;
      break;
    case UI_CONSENT_ARMING_ACTIVE:
    case UI_CONSENT_ARMING_AWAY:
      arming->active = event == UI_CONSENT_ARMING_ACTIVE;
      break;
    case UI_CONSENT_ARMING_DOWN:
    case UI_CONSENT_ARMING_UP:
      arming->held = event == UI_CONSENT_ARMING_DOWN;
      break;
    case UI_CONSENT_ARMING_OBJECT:
    case UI_CONSENT_ARMING_NO_OBJECT:
      arming->object = event == UI_CONSENT_ARMING_OBJECT;
      break;
    default:
      break;
    }
}

static void
come_to_rest (UiConsentArming *arming)
{
  if (!arming->seen)
    arming->state = UI_CONSENT_ARMING_UNSEEN;
  else if (!arming->active)
    arming->state = UI_CONSENT_ARMING_INACTIVE;
  else if (arming->held)
    arming->state = UI_CONSENT_ARMING_HELD;
  else
    arming->state = UI_CONSENT_ARMING_SETTLING;
  arming->quiet_since_us = now (arming);
}

static void
arm_when_due (UiConsentArming *arming)
{
  if (ui_consent_arming_remaining (arming) != 0)
    return;
  arming->state = UI_CONSENT_ARMING_ARMED;
  arming->armed_us = now (arming);
}

gboolean
ui_consent_arming_handle (UiConsentArming *arming, UiConsentArmingEvent event)
{
  if ((guint) event >= UI_CONSENT_ARMING_EVENTS)
    return FALSE;
  note_fact (arming, event);

  switch (steps[arming->state][event])
    {
    case KEEP:
      break;
    case REST:
      come_to_rest (arming);
      break;
    case DUE:
      arm_when_due (arming);
      break;
    case GRIP:
      if (ui_consent_arming_ready (arming))
        arming->state = UI_CONSENT_ARMING_PRESSED;
      break;
    case LET_GO:
      arming->state = UI_CONSENT_ARMING_ARMED;
      break;
    case ASSISTED:
      if (arming->tier > HIGHEST_ASSISTED_TIER)
        break;
      G_GNUC_FALLTHROUGH;
    case TAKE:
      arming->state = UI_CONSENT_ARMING_TAKEN;
      return TRUE;
    }
  return FALSE;
}

UiConsentArmingState
ui_consent_arming_state (const UiConsentArming *arming)
{
  return arming->state;
}

gboolean
ui_consent_arming_ready (const UiConsentArming *arming)
{
  return (arming->state == UI_CONSENT_ARMING_ARMED || arming->state == UI_CONSENT_ARMING_PRESSED)
         && (arming->tier < LOWEST_OBJECT_TIER || arming->object);
}

int
ui_consent_arming_remaining (const UiConsentArming *arming)
{
  if (arming->state == UI_CONSENT_ARMING_ARMED || arming->state == UI_CONSENT_ARMING_PRESSED)
    return 0;
  int minimum = ui_consent_arming_minimum (arming->tier);
  if (arming->state != UI_CONSENT_ARMING_SETTLING || minimum < 0)
    return -1;
  gint64 quiet_us = now (arming) - arming->quiet_since_us;
  gint64 missing_us = minimum * (gint64) 1000 - quiet_us;
  return missing_us <= 0 ? 0 : (int) ((missing_us + 999) / 1000);
}

static int
milliseconds_between (gint64 from_us, gint64 to_us)
{
  return (int) CLAMP ((to_us - from_us) / 1000, 0, G_MAXINT32);
}

int
ui_consent_arming_shown_ms (const UiConsentArming *arming)
{
  return arming->first_frame_us == 0 ? 0
                                     : milliseconds_between (arming->first_frame_us, now (arming));
}

int
ui_consent_arming_armed_ms (const UiConsentArming *arming)
{
  return arming->armed_us == 0 ? -1
                               : milliseconds_between (arming->first_frame_us, arming->armed_us);
}
