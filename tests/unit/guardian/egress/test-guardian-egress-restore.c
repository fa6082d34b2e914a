/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-restore.h"

#include <glib.h>
#include <string.h>

/* What placeholders stand for is back in the answer, wherever its pieces cut it. */

#define CARD "4556 7375 8689 9855"
#define KEY "a\"b\\c\nd"

/* The second as it stood in a text of JSON. */
static GuardianEgressRestore *
restore_new (const char *kind)
{
  static const char quoted[] = "a\\\"b\\\\c\\nd";
  g_autofree char *card = g_base64_encode ((const guchar *) CARD, strlen (CARD));
  g_autofree char *key = g_base64_encode ((const guchar *) quoted, strlen (quoted));
  g_autofree char *names
      = g_strdup_printf ("[[\"[card-number-1]\",\"%s\"],[\"[private-key-1]\",\"%s\"]]", card, key);
  GuardianEgressRestore *restore = guardian_egress_restore_new (names, strlen (names), kind);

  g_assert_nonnull (restore);
  return restore;
}

/* In pieces of so many bytes. */
static char *
pass (const char *kind, const char *answer, gsize piece)
{
  g_autoptr (GuardianEgressRestore) restore = restore_new (kind);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize size = strlen (answer);

  for (gsize at = 0; at < size; at += piece)
    guardian_egress_restore_feed (restore, answer + at, MIN (piece, size - at), out);
  guardian_egress_restore_finish (restore, out);
  return g_strndup ((const char *) out->data, out->len);
}

static void
test_text (void)
{
  static const char answer[]
      = "I pay with [card-number-1]; [card-number-2] and [card-number- are not mine [";

  for (gsize piece = 1; piece < 40; piece++)
    {
      g_autofree char *out = pass ("text/plain", answer, piece);
      g_assert_cmpstr (out, ==,
                       "I pay with " CARD "; [card-number-2] and [card-number- are not mine [");
    }
}

static void
test_json (void)
{
  for (gsize piece = 1; piece < 40; piece++)
    {
      g_autofree char *out
          = pass ("application/json; charset=utf-8", "{\"content\":\"[private-key-1]\"}", piece);
      g_assert_cmpstr (out, ==, "{\"content\":\"a\\\"b\\\\c\\nd\"}");
    }
}

/* --- streams of events --- */

/* All deltas of that name one behind the other. */
static char *
join (const char *events, const char *name)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (events, "\n", -1);
  g_autofree char *pattern = g_strdup_printf ("\"%s\":(\"(?:[^\"\\\\]|\\\\.)*\")", name);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GMatchInfo) match = NULL;
      if (!g_str_has_prefix (lines[i], "data: ") || !g_regex_match (regex, lines[i], 0, &match))
        continue;
      g_autofree char *quoted = g_match_info_fetch (match, 1);
      quoted[strlen (quoted) - 1] = '\0';
      g_autofree char *plain = g_strcompress (quoted + 1);
      g_string_append (text, plain);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define DELTA(text)                                                                                \
  "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define CALL(text)                                                                                 \
  "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{"        \
  "\"arguments\":\"" text "\"}}]}}]}\n\n"

static void
test_deltas (void)
{
  static const char answer[] = DELTA ("Pay ") DELTA ("[") DELTA ("card") DELTA ("-number-1")
      DELTA ("] with [card-") DELTA ("free] [") DELTA ("private-key-1]")
          DELTA (" or [card-number") "data: "
                                     "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
                                     "\"stop\"}]}\n\n"
                                     "data: [DONE]\n\n";

  for (gsize piece = 1; piece < 200; piece += 7)
    {
      g_autofree char *out = pass ("text/event-stream", answer, piece);
      g_autofree char *text = join (out, "content");
      g_assert_cmpstr (text, ==, "Pay " CARD " with [card-free] " KEY " or [card-number");
      g_assert_true (g_str_has_suffix (out, "data: [DONE]\n\n"));
      g_assert_nonnull (strstr (out, "\"finish_reason\":\"stop\""));
      /* What was held back stands before the end of it. */
      g_assert_true (strstr (out, "[card-number") < strstr (out, "finish_reason"));
    }
}

/* Arguments are JSON in a text: what is put into a string of it is quoted once more. */
static void
test_arguments (void)
{
  static const char answer[]
      = CALL ("{\\\"key\\\":\\\"[priv") CALL ("ate-key-1") CALL ("]\\\"}") "data: [DONE]\n\n";
  g_autofree char *out = pass ("text/event-stream", answer, 33);
  g_autofree char *text = join (out, "arguments");

  g_assert_cmpstr (text, ==, "{\"key\":\"a\\\"b\\\\c\\nd\"}");
}

static void
test_other_events (void)
{
#define ANTHROPIC(text)                                                                            \
  "event: content_block_delta\r\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"  \
  "\"type\":\"text_delta\",\"text\":\"" text "\"}}\r\n\r\n"
  static const char answer[] = ": a comment\n\n" ANTHROPIC ("on [card-n") ANTHROPIC (
      "umber-1] it goes [c") "event: content_block_stop\r\ndata: {\"type\":\"content_block_stop\","
                             "\"index\":0}\r\n\r\nevent: ping\ndata: no json [card-number-1]\n\n";
  g_autofree char *out = pass ("text/event-stream", answer, 11);
  g_autofree char *text = join (out, "text");

  g_assert_cmpstr (text, ==, "on " CARD " it goes [c");
  g_assert_true (g_str_has_prefix (out, ": a comment\n\n"));
  g_assert_true (g_str_has_suffix (out, "event: ping\ndata: no json " CARD "\n\n"));
  g_assert_true (strstr (out, "[c\"") < strstr (out, "content_block_stop\r\n"));
}

/* Nothing in them: not a byte is another. */
static void
test_untouched (void)
{
  static const char answer[] = DELTA ("b") "data: {\"b\": 1.50, \"a\":[1, 2]}\n\n" DELTA (
      "[x]") "id: 7\nretry: 10\n\ndata: [DONE]\n";
  g_autofree char *out = pass ("text/event-stream", answer, 5);

  g_assert_cmpstr (out, ==, answer);
}

static void
test_long_event (void)
{
  g_autoptr (GString) answer = g_string_new ("data: ");
  g_autoptr (GString) wanted = g_string_new ("data: ");

  for (guint i = 0; answer->len < 3 * GUARDIAN_EGRESS_RESTORE_EVENT; i++)
    {
      g_string_append (answer, "no end of it [card-number-1] ");
      g_string_append (wanted, "no end of it " CARD " ");
    }
  g_autofree char *out = pass ("text/event-stream", answer->str, 65536);
  g_assert_cmpuint (strlen (out), ==, wanted->len);
  g_assert_cmpstr (out, ==, wanted->str);
}

static void
test_names (void)
{
  static const char *const bad[] = { "",
                                     "{}",
                                     "[[]]",
                                     "[[\"[a]\"]]",
                                     "[[\"a\",\"YQ==\"]]",
                                     "[[\"[a]\",\"*\"]]",
                                     "[[\"[a]\",1]]",
                                     "[[\"[a]\",\"AA==\"]]",
                                     "[[\"[\",\"YQ==\"]]" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (guardian_egress_restore_new (bad[i], strlen (bad[i]), NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/egress/restore/text", test_text);
  g_test_add_func ("/egress/restore/json", test_json);
  g_test_add_func ("/egress/restore/deltas", test_deltas);
  g_test_add_func ("/egress/restore/arguments", test_arguments);
  g_test_add_func ("/egress/restore/other-events", test_other_events);
  g_test_add_func ("/egress/restore/untouched", test_untouched);
  g_test_add_func ("/egress/restore/long-event", test_long_event);
  g_test_add_func ("/egress/restore/names", test_names);
  return g_test_run ();
}
