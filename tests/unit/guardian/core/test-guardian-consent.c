/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-answer.h"
#include "guardian/core/guardian-flood.h"

#include <string.h>

static GuardianQuestion *
make_limited (guint tier, const char *path, guint ttl, guint uses)
{
  GuardianInode parents[] = { { 1, 10 }, { 1, 9 } };
  GuardianObject object = { .path = (char *) path,
                            .inode = { 1, 5 },
                            .size = 12,
                            .nlink = 1,
                            .parents = parents,
                            .n_parents = 2 };
  GuardianDecision decision = { .effect = GUARDIAN_EFFECT_ASK,
                                .tier = tier,
                                .policy = "shipped.outside",
                                .reason = "it was not shared",
                                .ttl = ttl,
                                .uses = uses };
  GuardianQuestionTerms terms = { .request = "r1",
                                  .session = "0123456789abcdef",
                                  .agent = "Cardea",
                                  .action = "file.read",
                                  .object = &object,
                                  .home = "/home/ann",
                                  .decision = &decision };
  GuardianQuestion *question = guardian_question_new (&terms, 60, NULL);
  g_assert_nonnull (question);
  return question;
}

static GuardianQuestion *
make_question (guint tier, const char *path)
{
  return make_limited (tier, path, 0, 0);
}

static CardeaMessage *
make_answer (const GuardianQuestion *question, const char *answer, const char *how)
{
  CardeaMessage *message = cardea_message_new ("consent.answer");
  cardea_message_set_string (message, "id", question->id);
  cardea_message_set_string (message, "digest", question->digest);
  cardea_message_set_string (message, "nonce", question->nonce);
  cardea_message_set_string (message, "answer", answer);
  cardea_message_set_string (message, "how", how);
  cardea_message_set_int (message, "shown_ms", 5000);
  cardea_message_set_int (message, "armed_ms", 1500);
  return message;
}

static const GuardianAnswerPeer window = { GUARDIAN_ANSWERER_WINDOW, TRUE, 5000 };
static const GuardianAnswerPeer terminal = { GUARDIAN_ANSWERER_TERMINAL, TRUE, 5000 };
static const GuardianAnswerPeer command = { GUARDIAN_ANSWERER_COMMAND, FALSE, 0 };

static const char *
check (const GuardianQuestion *question, CardeaMessage *message, const GuardianAnswerPeer *peer,
       GuardianAnswer *answer)
{
  const char *reason = NULL;
  GuardianAnswer unused;
  const char *code
      = guardian_answer_check (question, message, peer, answer != NULL ? answer : &unused, &reason);
  if (code != NULL)
    g_assert_nonnull (reason);
  return code;
}

static void
test_canonical (void)
{
  g_autoptr (GuardianQuestion) question = make_question (2, "/home/ann/Documents/bank.csv");
  gsize size = 0;
  g_autofree char *text = cardea_json_write (question->body, &size, NULL);
  g_autofree char *digest
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, size);

  g_assert_cmpstr (digest, ==, question->digest);
  g_assert_cmpstr (question->last_element, ==, "bank.csv");
  g_assert_true (question->folder_offered);
}

/* The home and what lies around it is never offered as "this folder", nor anything at tier 3. */
static void
test_offers (void)
{
  g_autoptr (GuardianQuestion) in_home = make_question (2, "/home/ann/bank.csv");
  g_autoptr (GuardianQuestion) above = make_question (2, "/home/bank.csv");
  g_autoptr (GuardianQuestion) root = make_question (2, "/bank.csv");
  g_autoptr (GuardianQuestion) deliberate = make_question (3, "/home/ann/Documents/.env");

  g_assert_false (in_home->folder_offered);
  g_assert_false (above->folder_offered);
  g_assert_false (root->folder_offered);
  g_assert_false (deliberate->folder_offered);
  const CardeaJson *remember = cardea_json_get (deliberate->body, "remember");
  g_assert_cmpuint (cardea_json_size (cardea_json_get (remember, "durations")), ==, 1);
}

static void
test_allow (void)
{
  g_autoptr (GuardianQuestion) question = make_question (2, "/home/ann/Documents/bank.csv");
  const struct {
    const char *how;
    const GuardianAnswerPeer *peer;
    gboolean good;
  } cases[] = {
    { "window", &window, TRUE },    { "terminal", &terminal, TRUE }, { "command", &command, TRUE },
    { "command", &terminal, TRUE }, { "window", &terminal, FALSE },  { "window", &command, FALSE },
    { "terminal", &window, FALSE }, { "terminal", &command, FALSE }, { "command", &window, FALSE },
    { "closed", &window, FALSE },   { "lapsed", &window, FALSE },    { "locked", &window, FALSE },
    { "closed", &terminal, FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CardeaMessage) message = make_answer (question, "allow", cases[i].how);
      if ((check (question, message, cases[i].peer, NULL) == NULL) != cases[i].good)
        g_error ("case %" G_GSIZE_FORMAT, i);
    }
}

static void
test_deny (void)
{
  g_autoptr (GuardianQuestion) question = make_question (2, "/home/ann/Documents/bank.csv");
  static const struct {
    const char *how;
    const char *code;
    const char *reason; /* what is recorded: a person is not quoted who said nothing */
  } hows[] = {
    { "window", "declined", "the person said no" },
    { "closed", "declined", "the question was closed without an answer" },
    { "lapsed", "unanswered", "nobody answered in time" },
    { "locked", "declined", "the screen was locked before an answer" },
  };
  GuardianAnswer answer;

  for (gsize i = 0; i < G_N_ELEMENTS (hows); i++)
    {
      g_autoptr (CardeaMessage) message = make_answer (question, "deny", hows[i].how);
      cardea_message_set_int (message, "shown_ms", 0); /* Deny is never delayed */
      g_assert_null (check (question, message, &window, &answer));
      g_assert_false (answer.allow);
      g_assert_cmpstr (answer.code, ==, hows[i].code);
      g_assert_cmpstr (answer.reason, ==, hows[i].reason);
    }
  g_autoptr (CardeaMessage) stop = make_answer (question, "stop", "window");
  g_assert_null (check (question, stop, &window, &answer));
  g_assert_true (answer.stop);
}

static void
test_too_fast (void)
{
  g_autoptr (GuardianQuestion) question = make_question (2, "/home/ann/Documents/bank.csv");
  GuardianAnswerPeer fast = window;
  g_autoptr (CardeaMessage) message = make_answer (question, "allow", "window");

  fast.drawn_for_ms = GUARDIAN_ANSWER_ARM_MS - 1; /* our own clock */
  g_assert_cmpstr (check (question, message, &fast, NULL), ==, "unauthorized");
  cardea_message_set_int (message, "armed_ms", GUARDIAN_ANSWER_ARM_MS - 1);
  g_assert_cmpstr (check (question, message, &window, NULL), ==, "unauthorized");
}

static void
test_other_question (void)
{
  g_autoptr (GuardianQuestion) question = make_question (2, "/home/ann/Documents/bank.csv");
  g_autoptr (GuardianQuestion) other = make_question (2, "/home/ann/Documents/other.csv");
  g_autoptr (CardeaMessage) digest = make_answer (question, "allow", "window");
  g_autoptr (CardeaMessage) nonce = make_answer (question, "allow", "window");
  g_autoptr (CardeaMessage) drawn = make_answer (question, "allow", "window");
  GuardianAnswerPeer stranger = window;

  cardea_message_set_string (digest, "digest", other->digest);
  g_assert_cmpstr (check (question, digest, &window, NULL), ==, "changed");
  cardea_message_set_string (nonce, "nonce", other->nonce);
  g_assert_cmpstr (check (question, nonce, &window, NULL), ==, "changed");
  stranger.drew_it = FALSE;
  g_assert_cmpstr (check (question, drawn, &stranger, NULL), ==, "unauthorized");
}

static void
test_deliberate (void)
{
  g_autoptr (GuardianQuestion) question = make_question (3, "/home/ann/Documents/.env");
  g_autoptr (CardeaMessage) message = make_answer (question, "allow", "command");

  g_assert_cmpstr (check (question, message, &command, NULL), ==, "unauthorized");
  cardea_message_set_string (message, "confirm", "env");
  g_assert_cmpstr (check (question, message, &command, NULL), ==, "unauthorized");
  cardea_message_set_string (message, "confirm", ".env");
  g_assert_null (check (question, message, &command, NULL));
  cardea_message_set_string (message, "duration", "task");
  g_assert_cmpstr (check (question, message, &command, NULL), ==, "malformed");
}

static void
test_width (void)
{
  g_autoptr (GuardianQuestion) question = make_question (2, "/home/ann/Documents/bank.csv");
  g_autoptr (GuardianQuestion) narrow = make_question (2, "/home/ann/bank.csv");
  static const struct {
    const char *scope;
    const char *duration;
    int seconds;
    gboolean good;
  } cases[] = {
    { "exact", "once", 0, TRUE },  { "exact", "task", 0, TRUE },
    { "folder", "task", 0, TRUE }, { "folder", "once", 0, FALSE },
    { "host", "task", 0, FALSE },  { "exact", "time", 0, FALSE },
    { "exact", "time", 60, TRUE }, { "exact", "time", 2592001, FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CardeaMessage) message = make_answer (question, "allow", "window");
      cardea_message_set_string (message, "scope", cases[i].scope);
      cardea_message_set_string (message, "duration", cases[i].duration);
      if (cases[i].seconds != 0)
        cardea_message_set_int (message, "seconds", cases[i].seconds);
      if ((check (question, message, &window, NULL) == NULL) != cases[i].good)
        g_error ("case %" G_GSIZE_FORMAT, i);
    }
  g_autoptr (CardeaMessage) wide = make_answer (narrow, "allow", "window");
  cardea_message_set_string (wide, "scope", "folder");
  cardea_message_set_string (wide, "duration", "task");
  g_assert_cmpstr (check (narrow, wide, &window, NULL), ==, "malformed");
}

static void
test_flood (void)
{
  GuardianFlood flood = { { 0 } };
  gint64 now = 1000 * G_USEC_PER_SEC;

  for (guint i = 0; i < 3; i++)
    g_assert_true (guardian_flood_ask (&flood, now + i));
  g_assert_false (guardian_flood_ask (&flood, now + 10));
  g_assert_false (flood.denied);
  /* Waiting does not help; the person does. */
  g_assert_false (guardian_flood_ask (&flood, now + G_TIME_SPAN_HOUR));
  guardian_flood_reset (&flood);
  g_assert_true (guardian_flood_ask (&flood, now + 20));
  guardian_flood_deny (&flood);
  g_assert_false (guardian_flood_ask (&flood, now + G_TIME_SPAN_HOUR));
  g_assert_true (flood.denied);
  guardian_flood_reset (&flood);
  g_assert_true (guardian_flood_ask (&flood, now + 30));
}

/* The summary says what was asked last, and how much of it all. */
static void
test_flood_summary (void)
{
  GuardianFlood flood = { { 0 } };
  gint64 asked = 0;
  gint64 refused = 0;

  for (guint i = 0; i < 2 * GUARDIAN_FLOOD_ITEMS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/a/%u\xff", i);
      guardian_flood_note (&flood, "file.write", NULL, path);
      g_assert_true (guardian_flood_ask (&flood, (i + 50) * 60 * G_USEC_PER_SEC));
      guardian_flood_answered (&flood, i % 2 == 0);
    }
  g_autoptr (CardeaJson) summary = guardian_flood_describe (&flood);
  const CardeaJson *items = cardea_json_get (summary, "items");
  g_assert_true (cardea_json_get_int (summary, "asked", &asked));
  g_assert_true (cardea_json_get_int (summary, "refused", &refused));
  g_assert_cmpint (asked, ==, 2 * GUARDIAN_FLOOD_ITEMS);
  g_assert_cmpint (refused, ==, GUARDIAN_FLOOD_ITEMS);
  g_assert_cmpuint (cardea_json_size (items), ==, GUARDIAN_FLOOD_ITEMS);
  const CardeaJson *last = cardea_json_nth (items, GUARDIAN_FLOOD_ITEMS - 1);
  g_assert_cmpstr (cardea_json_get_string (last, "action"), ==, "file.write");
  g_assert_nonnull (cardea_json_get_string (last, "path_b64"));
  guardian_flood_reset (&flood);
  g_autoptr (CardeaJson) empty = guardian_flood_describe (&flood);
  g_assert_cmpuint (cardea_json_size (cardea_json_get (empty, "items")), ==, 0);
}

static void
test_flood_slow (void)
{
  GuardianFlood flood = { { 0 } };
  gint64 now = 1000 * G_USEC_PER_SEC;

  for (guint i = 0; i < 10; i++)
    g_assert_true (guardian_flood_ask (&flood, now + i * 21 * G_USEC_PER_SEC));
}

static void
test_flood_denials (void)
{
  GuardianFlood flood = { { 0 } };
  gint64 now = 1000 * G_USEC_PER_SEC;

  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (guardian_flood_ask (&flood, now + i * 100 * G_USEC_PER_SEC));
      guardian_flood_answered (&flood, FALSE);
    }
  g_assert_false (guardian_flood_ask (&flood, now + 1000 * G_USEC_PER_SEC));
  guardian_flood_reset (&flood);
  guardian_flood_answered (&flood, FALSE);
  guardian_flood_answered (&flood, TRUE);
  guardian_flood_answered (&flood, FALSE);
  guardian_flood_answered (&flood, FALSE);
  g_assert_true (guardian_flood_ask (&flood, now));
}

/* Its time stands still while its window has the focus, and not for longer than may be. */
static void
test_focus (void)
{
  g_autoptr (GuardianQuestion) question = make_question (2, "/home/ann/Documents/a.txt");
  const gint64 second = G_USEC_PER_SEC, limit = GUARDIAN_QUESTION_PAUSE_US;
  const gint64 asked = question->asked_us, first = question->expires_us;

  g_assert_cmpint (first, ==, asked + 60 * second);
  g_assert_cmpint (guardian_question_lapses_us (question), ==, first);
  guardian_question_set_focused (question, TRUE, asked + 10 * second);
  g_assert_cmpint (guardian_question_lapses_us (question), ==, first + limit);
  g_assert_cmpuint (guardian_question_seconds (question, asked + 40 * second), ==, 50);
  guardian_question_set_focused (question, TRUE, asked + 40 * second); /* said twice */
  g_assert_cmpint (guardian_question_lapses_us (question), ==, first + limit);
  guardian_question_set_focused (question, FALSE, asked + 110 * second);
  g_assert_cmpint (guardian_question_lapses_us (question), ==, first + 100 * second);
  guardian_question_set_focused (question, FALSE, asked + 120 * second);
  g_assert_cmpuint (guardian_question_seconds (question, asked + 120 * second), ==, 40);

  /* However often it says so. */
  for (gint64 i = 0; i < 1000; i++)
    guardian_question_set_focused (question, i % 2 == 0, asked + (130 + i * 10) * second);
  g_assert_cmpint (guardian_question_lapses_us (question), ==, first + limit);
  guardian_question_set_focused (question, TRUE, asked + 20000 * second);
  g_assert_cmpint (guardian_question_lapses_us (question), ==, first + limit);
  g_assert_cmpuint (guardian_question_seconds (question, asked + 20000 * second), ==, 1);
}

/* What policy bounds is neither offered nor taken. */
static void
test_obligations (void)
{
  g_autoptr (GuardianQuestion) timed = make_limited (2, "/home/ann/Documents/bank.csv", 600, 0);
  g_autoptr (GuardianQuestion) counted = make_limited (2, "/home/ann/Documents/bank.csv", 0, 1);
  static const struct {
    const char *duration;
    int seconds;
    gboolean renewing;
    gboolean good_timed;
    gboolean good_counted;
  } cases[] = {
    { "once", 0, FALSE, TRUE, TRUE },    { "task", 0, FALSE, FALSE, FALSE },
    { "time", 600, FALSE, TRUE, FALSE }, { "time", 601, FALSE, FALSE, FALSE },
    { "time", 600, TRUE, FALSE, FALSE },
  };
  gint64 most = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const GuardianQuestion *questions[] = { timed, counted };
      const gboolean good[] = { cases[i].good_timed, cases[i].good_counted };
      for (gsize j = 0; j < G_N_ELEMENTS (questions); j++)
        {
          g_autoptr (CardeaMessage) message = make_answer (questions[j], "allow", "window");
          cardea_message_set_string (message, "duration", cases[i].duration);
          if (cases[i].seconds != 0)
            cardea_message_set_int (message, "seconds", cases[i].seconds);
          if (cases[i].renewing)
            cardea_message_set_boolean (message, "renewing", TRUE);
          if ((check (questions[j], message, &window, NULL) == NULL) != good[j])
            g_error ("case %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, i, j);
        }
    }
  const CardeaJson *remember = cardea_json_get (timed->body, "remember");
  g_assert_true (cardea_json_get_int (remember, "max_seconds", &most));
  g_assert_cmpint (most, ==, 600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/consent/canonical", test_canonical);
  g_test_add_func ("/consent/offers", test_offers);
  g_test_add_func ("/consent/allow", test_allow);
  g_test_add_func ("/consent/deny", test_deny);
  g_test_add_func ("/consent/too-fast", test_too_fast);
  g_test_add_func ("/consent/other-question", test_other_question);
  g_test_add_func ("/consent/deliberate", test_deliberate);
  g_test_add_func ("/consent/width", test_width);
  g_test_add_func ("/consent/obligations", test_obligations);
  g_test_add_func ("/consent/focus", test_focus);
  g_test_add_func ("/consent/flood", test_flood);
  g_test_add_func ("/consent/flood-summary", test_flood_summary);
  g_test_add_func ("/consent/flood-slow", test_flood_slow);
  g_test_add_func ("/consent/flood-denials", test_flood_denials);
  return g_test_run ();
}
