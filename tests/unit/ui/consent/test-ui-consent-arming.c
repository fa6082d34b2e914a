/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-arming.h"

#define FIRST_TIME G_GINT64_CONSTANT (1000000)

typedef struct {
  gint64 time_us;
  UiConsentArming *arming;
} Fixture;

static gint64
fake_clock (gpointer user_data)
{
  return ((Fixture *) user_data)->time_us;
}

static void
begin (Fixture *fixture, int tier)
{
  fixture->time_us = FIRST_TIME;
  fixture->arming = ui_consent_arming_new (tier, fake_clock, fixture);
}

static void
end (Fixture *fixture)
{
  g_clear_pointer (&fixture->arming, ui_consent_arming_free);
}

static gboolean
tell (Fixture *fixture, UiConsentArmingEvent event)
{
  return ui_consent_arming_handle (fixture->arming, event);
}

static void
tell_quietly (Fixture *fixture, UiConsentArmingEvent event)
{
  g_assert_false (tell (fixture, event));
}

static void
pass (Fixture *fixture, int milliseconds)
{
  fixture->time_us += milliseconds * (gint64) 1000;
  tell_quietly (fixture, UI_CONSENT_ARMING_TICK);
}

/* Brings a fresh machine into a state by the ordinary way. */
static void
lead_to (Fixture *fixture, UiConsentArmingState state)
{
  begin (fixture, 2);
  if (state == UI_CONSENT_ARMING_UNSEEN)
    return;
  if (state == UI_CONSENT_ARMING_HELD)
    tell_quietly (fixture, UI_CONSENT_ARMING_DOWN);
  if (state != UI_CONSENT_ARMING_INACTIVE)
    tell_quietly (fixture, UI_CONSENT_ARMING_ACTIVE);
  tell_quietly (fixture, UI_CONSENT_ARMING_FRAME);
  if (state >= UI_CONSENT_ARMING_ARMED)
    pass (fixture, 800);
  if (state >= UI_CONSENT_ARMING_PRESSED)
    tell_quietly (fixture, UI_CONSENT_ARMING_PRESS);
  if (state >= UI_CONSENT_ARMING_TAKEN)
    g_assert_true (tell (fixture, UI_CONSENT_ARMING_RELEASE));
  g_assert_cmpint (ui_consent_arming_state (fixture->arming), ==, state);
}

/* Where every event leads from every state, at tier 2 and with the minimum time passed. */
#define U UI_CONSENT_ARMING_UNSEEN
#define I UI_CONSENT_ARMING_INACTIVE
#define H UI_CONSENT_ARMING_HELD
#define S UI_CONSENT_ARMING_SETTLING
#define A UI_CONSENT_ARMING_ARMED
#define P UI_CONSENT_ARMING_PRESSED
#define T UI_CONSENT_ARMING_TAKEN
static const UiConsentArmingState expected[UI_CONSENT_ARMING_STATES][UI_CONSENT_ARMING_EVENTS] = {
  /*       FRAME CHANGED ACTIVE AWAY DOWN UP TICK OBJECT NO_OBJ PRESS REPEAT RELEASE ABANDON ASSIST
   */
  [U] = { I, U, U, U, U, U, U, U, U, U, U, U, U, U },
  [I] = { I, U, S, I, I, I, I, I, I, I, I, I, I, I },
  [H] = { H, U, H, I, H, S, H, H, H, H, H, H, H, H },
  [S] = { S, U, S, I, H, S, A, S, S, S, S, S, S, S },
  [A] = { A, U, A, I, A, A, A, A, A, P, A, A, A, T },
  [P] = { P, U, P, I, P, P, P, P, A, P, P, T, A, P },
  [T] = { T, T, T, T, T, T, T, T, T, T, T, T, T, T },
};
#undef U
#undef I
#undef H
#undef S
#undef A
#undef P
#undef T

static void
test_every_edge (void)
{
  for (guint state = 0; state < UI_CONSENT_ARMING_STATES; state++)
    for (guint event = 0; event < UI_CONSENT_ARMING_EVENTS; event++)
      {
        Fixture fixture;
        lead_to (&fixture, (UiConsentArmingState) state);
        fixture.time_us += 800 * 1000;
        gboolean approved = tell (&fixture, (UiConsentArmingEvent) event);
        UiConsentArmingState after = ui_consent_arming_state (fixture.arming);
        g_test_message ("state %u, event %u", state, event);
        g_assert_cmpint (after, ==, expected[state][event]);
        g_assert_cmpint (approved, ==,
                         after == UI_CONSENT_ARMING_TAKEN && state != UI_CONSENT_ARMING_TAKEN);
        end (&fixture);
      }
}

static void
test_minimum_time (void)
{
  static const struct {
    int tier, milliseconds;
  } rows[] = { { 0, 800 }, { 2, 800 }, { 3, 1500 } };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture;
      begin (&fixture, rows[i].tier);
      tell_quietly (&fixture, UI_CONSENT_ARMING_ACTIVE);
      tell_quietly (&fixture, UI_CONSENT_ARMING_FRAME);
      g_assert_cmpint (ui_consent_arming_remaining (fixture.arming), ==, rows[i].milliseconds);
      pass (&fixture, rows[i].milliseconds - 1);
      g_assert_cmpint (ui_consent_arming_state (fixture.arming), ==, UI_CONSENT_ARMING_SETTLING);
      g_assert_cmpint (ui_consent_arming_remaining (fixture.arming), ==, 1);
      pass (&fixture, 1);
      g_assert_cmpint (ui_consent_arming_state (fixture.arming), ==, UI_CONSENT_ARMING_ARMED);
      g_assert_cmpint (ui_consent_arming_armed_ms (fixture.arming), ==, rows[i].milliseconds);
      end (&fixture);
    }
}

static void
test_never_above_tier_3 (void)
{
  static const int tiers[] = { 4, 5, 99, -1 };
  for (guint i = 0; i < G_N_ELEMENTS (tiers); i++)
    {
      Fixture fixture;
      begin (&fixture, tiers[i]);
      tell_quietly (&fixture, UI_CONSENT_ARMING_ACTIVE);
      tell_quietly (&fixture, UI_CONSENT_ARMING_FRAME);
      pass (&fixture, 3600 * 1000);
      tell_quietly (&fixture, UI_CONSENT_ARMING_PRESS);
      tell_quietly (&fixture, UI_CONSENT_ARMING_RELEASE);
      tell_quietly (&fixture, UI_CONSENT_ARMING_ASSIST);
      g_assert_cmpint (ui_consent_arming_remaining (fixture.arming), ==, -1);
      end (&fixture);
    }
}

/* Typing while the question pops up: the press was begun before arming. */
static void
test_press_across_arming (void)
{
  Fixture fixture;
  lead_to (&fixture, UI_CONSENT_ARMING_SETTLING);
  pass (&fixture, 700);
  tell_quietly (&fixture, UI_CONSENT_ARMING_DOWN);
  tell_quietly (&fixture, UI_CONSENT_ARMING_PRESS);
  pass (&fixture, 2000);
  tell_quietly (&fixture, UI_CONSENT_ARMING_REPEAT);
  tell_quietly (&fixture, UI_CONSENT_ARMING_RELEASE);
  tell_quietly (&fixture, UI_CONSENT_ARMING_UP);
  g_assert_cmpint (ui_consent_arming_state (fixture.arming), ==, UI_CONSENT_ARMING_SETTLING);
  pass (&fixture, 799);
  g_assert_false (ui_consent_arming_ready (fixture.arming));
  pass (&fixture, 1);
  g_assert_true (ui_consent_arming_ready (fixture.arming));
  end (&fixture);
}

/* A change between press and release takes the press back. */
static void
test_change_takes_press_back (void)
{
  Fixture fixture;
  lead_to (&fixture, UI_CONSENT_ARMING_PRESSED);
  tell_quietly (&fixture, UI_CONSENT_ARMING_CHANGED);
  tell_quietly (&fixture, UI_CONSENT_ARMING_FRAME);
  tell_quietly (&fixture, UI_CONSENT_ARMING_RELEASE);
  g_assert_cmpint (ui_consent_arming_state (fixture.arming), ==, UI_CONSENT_ARMING_SETTLING);
  end (&fixture);
}

static void
test_tier_3_object (void)
{
  Fixture fixture;
  begin (&fixture, 3);
  tell_quietly (&fixture, UI_CONSENT_ARMING_ACTIVE);
  tell_quietly (&fixture, UI_CONSENT_ARMING_FRAME);
  pass (&fixture, 1500);
  g_assert_false (ui_consent_arming_ready (fixture.arming));
  tell_quietly (&fixture, UI_CONSENT_ARMING_PRESS);
  tell_quietly (&fixture, UI_CONSENT_ARMING_RELEASE);
  tell_quietly (&fixture, UI_CONSENT_ARMING_OBJECT);
  g_assert_true (ui_consent_arming_ready (fixture.arming));
  tell_quietly (&fixture, UI_CONSENT_ARMING_PRESS);
  tell_quietly (&fixture, UI_CONSENT_ARMING_NO_OBJECT);
  tell_quietly (&fixture, UI_CONSENT_ARMING_RELEASE);
  tell_quietly (&fixture, UI_CONSENT_ARMING_OBJECT);
  tell_quietly (&fixture, UI_CONSENT_ARMING_PRESS);
  g_assert_true (tell (&fixture, UI_CONSENT_ARMING_RELEASE));
  tell_quietly (&fixture, UI_CONSENT_ARMING_RELEASE);
  end (&fixture);
}

static void
test_assistive_technology (void)
{
  Fixture fixture;
  lead_to (&fixture, UI_CONSENT_ARMING_SETTLING);
  pass (&fixture, 700);
  tell_quietly (&fixture, UI_CONSENT_ARMING_ASSIST);
  pass (&fixture, 700);
  g_assert_cmpint (ui_consent_arming_state (fixture.arming), ==, UI_CONSENT_ARMING_SETTLING);
  pass (&fixture, 100);
  g_assert_true (tell (&fixture, UI_CONSENT_ARMING_ASSIST));
  end (&fixture);

  begin (&fixture, 3);
  tell_quietly (&fixture, UI_CONSENT_ARMING_ACTIVE);
  tell_quietly (&fixture, UI_CONSENT_ARMING_FRAME);
  tell_quietly (&fixture, UI_CONSENT_ARMING_OBJECT);
  pass (&fixture, 1500);
  tell_quietly (&fixture, UI_CONSENT_ARMING_ASSIST);
  g_assert_cmpint (ui_consent_arming_state (fixture.arming), ==, UI_CONSENT_ARMING_ARMED);
  end (&fixture);
}

/* Facts reported in any order lead to the same place, and nonsense leads nowhere. */
static void
test_order_and_nonsense (void)
{
  Fixture fixture;
  begin (&fixture, 2);
  g_assert_cmpint (ui_consent_arming_shown_ms (fixture.arming), ==, 0);
  g_assert_cmpint (ui_consent_arming_armed_ms (fixture.arming), ==, -1);
  tell_quietly (&fixture, UI_CONSENT_ARMING_ACTIVE);
  tell_quietly (&fixture, UI_CONSENT_ARMING_AWAY);
  tell_quietly (&fixture, UI_CONSENT_ARMING_FRAME);
  g_assert_cmpint (ui_consent_arming_state (fixture.arming), ==, UI_CONSENT_ARMING_INACTIVE);
  tell_quietly (&fixture, (UiConsentArmingEvent) UI_CONSENT_ARMING_EVENTS);
  tell_quietly (&fixture, (UiConsentArmingEvent) 1000);
  pass (&fixture, 250);
  g_assert_cmpint (ui_consent_arming_shown_ms (fixture.arming), ==, 250);
  end (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/consent/arming/every-edge", test_every_edge);
  g_test_add_func ("/ui/consent/arming/minimum-time", test_minimum_time);
  g_test_add_func ("/ui/consent/arming/never-above-tier-3", test_never_above_tier_3);
  g_test_add_func ("/ui/consent/arming/press-across-arming", test_press_across_arming);
  g_test_add_func ("/ui/consent/arming/change-takes-press-back", test_change_takes_press_back);
  g_test_add_func ("/ui/consent/arming/tier-3-object", test_tier_3_object);
  g_test_add_func ("/ui/consent/arming/assistive-technology", test_assistive_technology);
  g_test_add_func ("/ui/consent/arming/order-and-nonsense", test_order_and_nonsense);
  return g_test_run ();
}
