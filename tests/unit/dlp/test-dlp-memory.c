/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-memory.h"
#include "common/dlp/cardea-dlp-show.h"

#include <string.h>

/* Conversations as they are sent: escaped and escaped again, long, with pictures in them. They are
 * looked at to their end, only what is new of them is, and what is found stays found. */

#define KEY "AKIAQ3EGXTZ7WVB5NKOM"
#define CARD "4556 7375 8689 9855"

typedef struct {
  CardeaDlpRules *rules;
  CardeaDlpEngine *engine;
  CardeaDlpMemory *memory;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  f->rules = cardea_dlp_rules_new_shipped ();
  f->engine = cardea_dlp_engine_new (f->rules, NULL, &error);
  g_assert_no_error (error);
  f->memory = cardea_dlp_memory_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  cardea_dlp_memory_free (f->memory);
  cardea_dlp_engine_free (f->engine);
  cardea_dlp_rules_free (f->rules);
}

static CardeaDlpResult *
scan (Fixture *f, const GString *text, gsize skip)
{
  static const CardeaDlpScanOptions options = { 0 };
  return cardea_dlp_memory_scan (f->memory, f->engine, text->str, text->len, skip, &options);
}

static guint
count (const CardeaDlpResult *result, const char *rule)
{
  guint n = 0;
  for (guint i = 0; i < cardea_dlp_result_size (result); i++)
    n += strcmp (cardea_dlp_finding_rule (cardea_dlp_result_nth (result, i)), rule) == 0;
  return n;
}

static const CardeaDlpFinding *
find (const CardeaDlpResult *result, const char *rule)
{
  for (guint i = 0; i < cardea_dlp_result_size (result); i++)
    if (strcmp (cardea_dlp_finding_rule (cardea_dlp_result_nth (result, i)), rule) == 0)
      return cardea_dlp_result_nth (result, i);
  return NULL;
}

/* --- a conversation --- */

static void
append_quoted (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    if (*text == '"' || *text == '\\')
      g_string_append_printf (out, "\\%c", *text);
    else if (*text == '\n')
      g_string_append (out, "\\n");
    else
      g_string_append_c (out, *text);
  g_string_append_c (out, '"');
}

/* What a tool says of what a tool said of a program's text, and so on. */
static char *
nest (const char *text, guint depth)
{
  char *inner = g_strdup (text);
  for (guint i = 0; i < depth; i++)
    {
      g_autofree char *quoted = g_steal_pointer (&inner);
      GString *out = g_string_new ("{\"content\":[{\"type\":\"text\",\"text\":");
      append_quoted (out, quoted);
      g_string_append (out, "}]}");
      inner = g_string_free (out, FALSE);
    }
  return inner;
}

static const char source[]
    = "def parse(path):\n    pattern = "
      "re.compile(r\"^\\\\s*([a-z_]+)\\\\s*=\\\\s*\\\"(.*)\\\"$\")\n"
      "    # Größe & Länge – naïve “quotes”, https://example.org/a%20b?x=1&amp;y=%2F%2e\n"
      "    with open(path, encoding='utf-8') as f:\n        return [m.groups() for m in f]\n";

static void
append_turn (GString *out, guint i, guint depth)
{
  g_autofree char *text = g_strdup_printf ("turn %u: C:\\new\\table\\x41\n%s", i, source);
  g_autofree char *result = nest (text, depth);

  g_string_append (out, i > 0 ? "," : "");
  g_string_append (out, "{\"role\":\"user\",\"content\":");
  append_quoted (out, "Why does this file not parse? I’d like \"all\" of it…\n");
  g_string_append (out, "},{\"role\":\"tool\",\"content\":");
  append_quoted (out, result);
  g_string_append (out, "}");
}

static GString *
begin (void)
{
  return g_string_new ("{\"model\":\"any\",\"stream\":true,\"messages\":[");
}

static GString *
finished (const GString *open)
{
  GString *whole = g_string_new_len (open->str, (gssize) open->len);
  g_string_append (whole,
                   "],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"read\"}}]}");
  return whole;
}

static void
test_nested (Fixture *f, gconstpointer data)
{
  for (guint depth = 0; depth <= 6; depth++)
    {
      g_autoptr (CardeaDlpMemory) memory = g_steal_pointer (&f->memory);
      g_autoptr (GString) open = begin ();
      f->memory = cardea_dlp_memory_new ();
      for (guint i = 0; i < 20; i++)
        append_turn (open, i, depth);
      g_autoptr (GString) whole = finished (open);
      g_autoptr (CardeaDlpResult) result = scan (f, whole, 0);
      g_test_message ("%u times quoted, %zu bytes: %s", depth, whole->len,
                      cardea_dlp_result_obstacle (result));
      g_assert_cmpstr (cardea_dlp_result_obstacle (result), ==, NULL);
      g_assert_cmpuint (count (result, "opaque"), ==, 0);
    }
}

/* What is quoted so often is still found. */
static void
test_nested_secret (Fixture *f, gconstpointer data)
{
  for (guint depth = 0; depth <= 6; depth++)
    {
      static const char text[] = "the key\nis \"\\u0041KIAQ3EGXTZ7WVB5NKOM\"";
      g_autofree char *nested = nest (text, depth);
      g_autoptr (GString) whole = g_string_new (nested);
      g_autoptr (CardeaDlpResult) result = scan (f, whole, 0);
      g_assert_nonnull (find (result, "aws-access-key"));
    }
}

static void
test_picture (Fixture *f, gconstpointer data)
{
  g_autofree guint8 *picture = g_malloc (1500000);
  for (gsize i = 0; i < 1500000; i++)
    picture[i] = (guint8) g_test_rand_int ();
  memcpy (picture, "\x89PNG\r\n\x1a\n", 8);
  g_autofree char *text = g_base64_encode (picture, 1500000);
  g_autoptr (GString) open = begin ();
  append_turn (open, 0, 2);
  g_string_append_printf (open,
                          ",{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
                          "{\"url\":\"data:image/png;base64,%s\"}}]}",
                          text);
  append_turn (open, 1, 2);
  g_autoptr (GString) whole = finished (open);
  g_autoptr (CardeaDlpResult) result = scan (f, whole, 0);
  for (guint i = 0; i < cardea_dlp_result_size (result); i++)
    {
      const CardeaDlpFinding *one = cardea_dlp_result_nth (result, i);
      g_test_message ("%s %zu–%zu %s", cardea_dlp_finding_rule (one), one->start, one->end,
                      one->passes);
    }
  g_assert_cmpstr (cardea_dlp_result_obstacle (result), ==, NULL);
  g_assert_cmpuint (count (result, "opaque"), ==, 0);
}

/* --- what is new --- */

static void
test_flat (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) open = begin ();
  gsize most = 0;

  for (guint i = 0; i < 400; i++)
    {
      append_turn (open, i, 3);
      if (i == 3)
        g_string_append (open, ",{\"role\":\"user\",\"content\":\"pay with " CARD "\"}");
      g_autoptr (GString) whole = finished (open);
      g_autoptr (CardeaDlpResult) result = scan (f, whole, 0);
      g_assert_cmpstr (cardea_dlp_result_obstacle (result), ==, NULL);
      g_assert_cmpuint (count (result, "card-number"), ==, i >= 3 ? 1 : 0);
      const CardeaDlpFinding *card = find (result, "card-number");
      if (card != NULL)
        g_assert_true (strncmp (whole->str + card->start, CARD, strlen (CARD)) == 0);
      most = i > 20 ? MAX (most, cardea_dlp_memory_looked (f->memory)) : most;
    }
  g_test_message ("%zu bytes, at most %zu looked at", open->len, most);
  g_assert_cmpuint (open->len, >, 300000);
  g_assert_cmpuint (most, <, 40000);
}

/* What stands in front of the body is looked at each time, what changes within it, too. */
static void
test_changed (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) open = begin ();
  for (guint i = 0; i < 100; i++)
    append_turn (open, i, 1);
  g_autoptr (GString) whole = finished (open);
  g_autoptr (CardeaDlpResult) clean = scan (f, whole, 0);
  g_assert_cmpuint (cardea_dlp_result_size (clean), ==, 0);

  char *place = strstr (whole->str, "turn 40: C:");
  memcpy (place, KEY, strlen (KEY));
  g_autoptr (CardeaDlpResult) changed = scan (f, whole, 0);
  const CardeaDlpFinding *key = find (changed, "aws-access-key");
  g_assert_nonnull (key);
  g_assert_cmpuint (key->start, ==, place - whole->str);

  g_autoptr (GString) headed = g_string_new ("https://host.example/?k=" KEY "\n\n");
  gsize skip = headed->len;
  g_string_append_len (headed, whole->str, (gssize) whole->len);
  g_autoptr (CardeaDlpResult) both = scan (f, headed, skip);
  g_assert_cmpuint (count (both, "aws-access-key"), ==, 2);
  g_assert_cmpuint (cardea_dlp_memory_looked (f->memory), <, whole->len / 2);
}

/* A value that goes on is looked at from its beginning: base64 has no middle to begin in. */
static void
test_value_goes_on (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  while (plain->len < 60000)
    g_string_append (plain, "all work and no play makes jack a dull boy; ");
  g_autofree char *first = g_base64_encode ((const guchar *) plain->str, plain->len / 3 * 3);
  g_string_truncate (plain, plain->len / 3 * 3);
  g_string_append (plain, " and the key is " KEY " .");
  g_autofree char *second = g_base64_encode ((const guchar *) plain->str, plain->len);
  g_autoptr (GString) one = begin ();
  for (guint i = 0; i < 30; i++)
    append_turn (one, i, 1);
  g_autoptr (GString) two = g_string_new_len (one->str, (gssize) one->len);
  g_string_append_printf (one, ",\"%s\"]}", first);
  g_string_append_printf (two, ",\"%s\"]}", second);
  g_autoptr (CardeaDlpResult) before = scan (f, one, 0);
  g_assert_null (find (before, "aws-access-key"));
  g_autoptr (CardeaDlpResult) after = scan (f, two, 0);
  g_assert_nonnull (find (after, "aws-access-key"));
}

static void
test_not_whole (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) open = begin ();
  g_autofree char *text = g_strdup ("the secret password is " KEY);
  for (guint i = 0; i < CARDEA_DLP_SCAN_MAX_DEPTH + 2; i++)
    {
      char *next = g_base64_encode ((const guchar *) text, strlen (text));
      g_free (text);
      text = next;
    }
  g_string_append_printf (open, "\"%s\"", text);
  for (guint i = 1; i < 30; i++)
    {
      append_turn (open, i, 1);
      g_autoptr (GString) whole = finished (open);
      g_autoptr (CardeaDlpResult) result = scan (f, whole, 0);
      g_assert_cmpstr (cardea_dlp_obstacle_word (cardea_dlp_result_obstacle (result)), ==, "deep");
    }
}

static void
test_halves (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) first = g_string_new ("some text, then AKIAQ3EG");
  g_autoptr (GString) second = g_string_new ("XTZ7WVB5NKOM and the rest");
  g_autoptr (CardeaDlpResult) one = scan (f, first, 0);
  g_assert_null (find (one, "aws-access-key"));
  g_autoptr (CardeaDlpResult) two = scan (f, second, 0);
  const CardeaDlpFinding *finding = find (two, "aws-access-key");
  g_assert_nonnull (finding);
  g_assert_cmpuint (finding->start, ==, 0);
  g_assert_cmpuint (finding->end, ==, strlen ("XTZ7WVB5NKOM"));
}

/* --- what a person sees --- */

static void
test_show (Fixture *f, gconstpointer data)
{
  static const guint8 one[CARDEA_DLP_SHOW_KEY] = { 1 }, other[CARDEA_DLP_SHOW_KEY] = { 2 };
  g_autoptr (GString) text
      = g_string_new ("Überweise\nmit " CARD " und " KEY ", dann mit " CARD ".");
  g_autoptr (CardeaDlpResult) result = scan (f, text, 0);
  g_autofree char *first = NULL;
  guint cards = 0;

  for (guint i = 0; i < cardea_dlp_result_size (result); i++)
    {
      const CardeaDlpFinding *finding = cardea_dlp_result_nth (result, i);
      g_autoptr (CardeaJson) json = cardea_json_new_object ();
      cardea_dlp_show (result, finding, text->str, text->len, json);
      g_autofree char *written = cardea_json_write (json, NULL, NULL);
      g_assert_null (strstr (written, "7375"));
      g_assert_null (strstr (written, "TZ7WVB"));
      g_autofree char *mark = cardea_dlp_show_mark (finding, text->str, text->len, one);
      g_autofree char *else_mark = cardea_dlp_show_mark (finding, text->str, text->len, other);
      g_assert_cmpstr (mark, !=, else_mark);
      if (strcmp (cardea_dlp_finding_rule (finding), "card-number") != 0)
        continue;
      g_assert_true (g_str_has_suffix (cardea_json_get_string (json, "shown"), "9855"));
      if (cards++ > 0)
        g_assert_cmpstr (mark, ==, first);
      else
        first = g_steal_pointer (&mark);
    }
  g_assert_cmpuint (cards, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/dlp/memory/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("nested", test_nested);
  ADD ("nested-secret", test_nested_secret);
  ADD ("picture", test_picture);
  ADD ("flat", test_flat);
  ADD ("changed", test_changed);
  ADD ("value-goes-on", test_value_goes_on);
  ADD ("not-whole", test_not_whole);
  ADD ("halves", test_halves);
  ADD ("show", test_show);
  return g_test_run ();
}
