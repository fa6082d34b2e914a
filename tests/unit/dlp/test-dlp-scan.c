/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-encoding.h"
#include "common/dlp/cardea-dlp-codec.h"
#include "common/dlp/cardea-dlp-redact.h"
#include "common/dlp/cardea-dlp-scan.h"

#include <string.h>

/* What is hidden is found, where it is; what is found is taken out and put back; bounds hold. */

#define TOKEN "ghp_8fKq2ZxWv7Lm3RtYp0NsBdHc5JgTa1UeXo9i"
#define KEY "AKIAQ3EGXTZ7WVB5NKOM"

typedef struct {
  CardeaDlpRules *rules;
  CardeaDlpEngine *engine;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  f->rules = cardea_dlp_rules_new_shipped ();
  f->engine = cardea_dlp_engine_new (f->rules, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  cardea_dlp_engine_free (f->engine);
  cardea_dlp_rules_free (f->rules);
}

static CardeaDlpResult *
scan (Fixture *f, const char *text)
{
  return cardea_dlp_scan (f->engine, text, strlen (text), NULL);
}

static const CardeaDlpFinding *
find (const CardeaDlpResult *result, const char *rule)
{
  for (guint i = 0; i < cardea_dlp_result_size (result); i++)
    if (strcmp (cardea_dlp_finding_rule (cardea_dlp_result_nth (result, i)), rule) == 0)
      return cardea_dlp_result_nth (result, i);
  return NULL;
}

/* --- disguises --- */

/* Every character as a number of that base and width (base 0: itself) between two texts. */
static char *
each (const char *text, const char *before, guint base, guint width, const char *after)
{
  GString *out = g_string_new (NULL);
  for (; *text != '\0'; text++)
    {
      g_string_append (out, before);
      if (base == 0)
        g_string_append_c (out, *text);
      else if (base == 10)
        g_string_append_printf (out, "%d", *text);
      else
        g_string_append_printf (out, "%0*x", width, *text);
      g_string_append (out, after);
    }
  return g_string_free (out, FALSE);
}

static char *
base64 (const char *text)
{
  return g_base64_encode ((const guint8 *) text, strlen (text));
}

static char *
base64_thrice (const char *text)
{
  g_autofree char *one = base64 (text);
  g_autofree char *two = base64 (one);
  return base64 (two);
}

static char *
base64_url (const char *text)
{
  g_autofree char *one = base64 (text);
  g_strdelimit (one, "+", '-');
  g_strdelimit (one, "/", '_');
  g_strdelimit (one, "=", '\0');
  return g_strdup_printf ("https://host.example/a/%s/b", one);
}

static char *
base64_wrapped (const char *text)
{
  g_autofree char *long_text = g_strdup_printf ("%0100d %s %0100d", 1, text, 2);
  gint state = 0, save = 0;
  char *out = g_malloc0 (600);
  gsize n = g_base64_encode_step ((const guint8 *) long_text, strlen (long_text), TRUE, out, &state,
                                  &save);
  g_base64_encode_close (TRUE, out + n, &state, &save);
  return out;
}

static char *
base64_utf16 (const char *text)
{
  gsize size = 0;
  g_autofree char *wide = g_convert (text, -1, "UTF-16LE", "UTF-8", NULL, &size, NULL);
  return g_base64_encode ((const guint8 *) wide, size);
}

static char *
hex (const char *text)
{
  return each (text, "", 16, 2, "");
}

static char *
hex_colons (const char *text)
{
  g_autofree char *out = each (text, "", 16, 2, ":");
  return g_strndup (out, strlen (out) - 1);
}

static char *
hex_list (const char *text)
{
  return each (text, "0x", 16, 2, ", ");
}

static char *
hex_among_words (const char *text)
{
  g_autofree char *digits = hex (text);
  return g_strdup_printf ("a%szz\nHost", digits);
}

static char *
percent (const char *text)
{
  return each (text, "%", 16, 2, "");
}

static char *
percent_twice (const char *text)
{
  return each (text, "%25", 16, 2, "");
}

static char *
quoted (const char *text)
{
  return each (text, "=", 16, 2, "");
}

static char *
json_escapes (const char *text)
{
  return each (text, "\\u", 16, 4, "");
}

static char *
entities (const char *text)
{
  return each (text, "&#", 10, 0, ";");
}

static char *
zero_width (const char *text)
{
  return each (text, "", 0, 0, "\xe2\x80\x8b");
}

static char *
combining (const char *text)
{
  return each (text, "", 0, 0, "\xcc\xb6");
}

static char *
fullwidth (const char *text)
{
  GString *out = g_string_new (NULL);
  for (; *text != '\0'; text++)
    g_string_append_unichar (out, *text - 0x21 + 0xff01);
  return g_string_free (out, FALSE);
}

static char *
tags (const char *text)
{
  GString *out = g_string_new ("hello ");
  for (; *text != '\0'; text++)
    g_string_append_unichar (out, 0xe0000 + *text);
  return g_string_free (out, FALSE);
}

static char *
cyrillic (const char *text)
{
  GString *out = g_string_new (NULL);
  for (; *text != '\0'; text++)
    g_string_append (out, *text == 'A'   ? "\xd0\x90"
                          : *text == 'K' ? "\xd0\x9a"
                          : *text == 'O' ? "\xd0\x9e"
                          : *text == 'I' ? "\xd0\x86"
                                         : (char[]){ *text, '\0' });
  return g_string_free (out, FALSE);
}

static char *
rot13 (const char *text)
{
  char *out = g_strdup (text);
  for (char *c = out; *c != '\0'; c++)
    if (g_ascii_isalpha (*c))
      *c += (g_ascii_tolower (*c) < 'n') ? 13 : -13;
  return out;
}

static char *
reversed (const char *text)
{
  return g_strreverse (g_strdup (text));
}

static char *
mixed_case (const char *text)
{
  char *out = g_strdup (text);
  for (gsize i = 0; out[i] != '\0'; i += 2)
    out[i] = g_ascii_tolower (out[i]);
  return out;
}

static char *
pieces (const char *text)
{
  return g_strdup_printf ("{\"a\": \"%.9s\", \"b\": \"%s\", \"c\": \"eu-west-1\"}", text, text + 9);
}

static char *
query (const char *text)
{
  return g_strdup_printf ("https://host.example/?p=%.10s&q=%s", text, text + 10);
}

static void
test_disguises (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *name;
    char *(*hide) (const char *text);
  } disguises[] = { { "base64", base64 },
                    { "base64 thrice", base64_thrice },
                    { "base64 in a path", base64_url },
                    { "base64 in lines", base64_wrapped },
                    { "base64 of UTF-16", base64_utf16 },
                    { "hex", hex },
                    { "hex with colons", hex_colons },
                    { "hex as a list", hex_list },
                    { "hex among words", hex_among_words },
                    { "percent", percent },
                    { "percent twice", percent_twice },
                    { "quoted-printable", quoted },
                    { "JSON escapes", json_escapes },
                    { "entities", entities },
                    { "zero-width characters", zero_width },
                    { "combining characters", combining },
                    { "fullwidth", fullwidth },
                    { "tags", tags },
                    { "Cyrillic", cyrillic },
                    { "rot13", rot13 },
                    { "reversed", reversed },
                    { "mixed case", mixed_case },
                    { "pieces", pieces },
                    { "pieces in a query", query } };

  for (gsize i = 0; i < G_N_ELEMENTS (disguises); i++)
    {
      g_autofree char *hidden = disguises[i].hide (KEY);
      g_autofree char *text = g_strdup_printf ("Dear all,\n\n%s\n\nyours\n", hidden);
      g_autoptr (CardeaDlpResult) result = scan (f, text);
      const CardeaDlpFinding *finding = find (result, "aws-access-key");
      g_test_message ("%s: %s", disguises[i].name, text);
      g_assert_nonnull (finding);
      /* All of it lies within what is said, and what is said within the letter. */
      g_assert_cmpuint (finding->start, >=, strlen ("Dear all,\n\n"));
      g_assert_cmpuint (finding->end, <=, strlen ("Dear all,\n\n") + strlen (hidden));
      g_assert_cmpuint (finding->line, >=, 3);
      g_assert_cmpuint (finding->end - finding->start, >=, strlen (KEY));
    }
}

static void
test_ordinary (Fixture *f, gconstpointer data)
{
  static const char *const texts[]
      = { "",
          "a",
          "The quick brown fox jumps over the lazy dog.",
          "commit 8f14e45fceea167a5a36dedd4bea2543c9f0f895f1e2d3c4 by me",
          "On 2024-01-02 we met at 10:30; call 555-0199.",
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
          "\xff\xfe\x00\x01",
          "%%%\\\\\\&&&===" };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (CardeaDlpResult) result = scan (f, texts[i]);
      g_assert_cmpuint (cardea_dlp_result_size (result), ==, 0);
      g_assert_null (cardea_dlp_result_obstacle (result));
    }
}

static void
test_place (Fixture *f, gconstpointer data)
{
  static const char text[] = "a\nb\n  card 4111 1111 1111 1111 and\ntoken: " TOKEN "\n";
  g_autoptr (CardeaDlpResult) result = scan (f, text);
  const CardeaDlpFinding *card = find (result, "card-number"),
                         *token = find (result, "github-token");
  g_assert_nonnull (card);
  g_assert_cmpuint (card->line, ==, 3);
  g_assert_cmpuint (card->start, ==, 11);
  g_assert_cmpuint (card->end, ==, 30);
  g_assert_true (card->sure);
  g_assert_nonnull (token);
  g_assert_cmpuint (token->line, ==, 4);
  g_assert_cmpuint (cardea_dlp_result_size (result), ==, 2);
  g_assert_true (g_strv_contains (cardea_dlp_result_labels (result), "credential"));
  g_assert_true (g_strv_contains (cardea_dlp_result_labels (result), "financial"));

  /* A finding never holds what was found. */
  g_autoptr (CardeaJson) json = cardea_dlp_finding_to_json (token);
  g_autofree char *written = cardea_json_write (json, NULL, NULL);
  g_assert_null (strstr (written, "8fKq"));
}

static void
test_canaries (Fixture *f, gconstpointer data)
{
  static const char *const canaries[] = { "the owl flies at noon", NULL };
  const CardeaDlpScanOptions options = { .canaries = canaries };
  g_autofree char *hidden = base64 ("perhaps the owl flies at noon, perhaps not");
  g_autoptr (CardeaDlpResult) result
      = cardea_dlp_scan (f->engine, hidden, strlen (hidden), &options);
  g_assert_nonnull (find (result, "canary"));
}

/* --- opaque --- */

static void
test_opaque (Fixture *f, gconstpointer data)
{
  guint8 bytes[4096];
  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = g_test_rand_int_range (0, 256);
  g_autoptr (CardeaDlpResult) whole = cardea_dlp_scan (f->engine, bytes, sizeof bytes, NULL);
  g_assert_nonnull (find (whole, "opaque"));
  g_autofree char *text = g_base64_encode (bytes, sizeof bytes);
  g_autoptr (CardeaDlpResult) encoded = scan (f, text);
  g_assert_nonnull (find (encoded, "opaque"));
  /* A picture is no secret. */
  memcpy (bytes, "\x89PNG\r\n\x1a\n", 8);
  g_autoptr (CardeaDlpResult) picture = cardea_dlp_scan (f->engine, bytes, sizeof bytes, NULL);
  g_assert_null (find (picture, "opaque"));
}

/* --- bounds --- */

static void
test_bounds (Fixture *f, gconstpointer data)
{
  /* Ten mebibytes in one line, of what the expressions like best. */
  static const char *const units[]
      = { "4",          "a",   "AKIA",    "eyJ", "key=",    "://", "-----BEGIN PRIVATE KEY-----",
          "curl -H \"", "%41", "\\u0041", "A=",  "data:\n", "0x",  "\xd0\x90" };
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      gsize size = 10u << 20, length = strlen (units[i]);
      g_autofree char *text = g_malloc (size);
      for (gsize at = 0; at < size; at += length)
        memcpy (text + at, units[i], MIN (length, size - at));
      gint64 begin = g_get_monotonic_time ();
      const CardeaDlpScanOptions options = { .deadline = begin + 2 * G_USEC_PER_SEC };
      g_autoptr (CardeaDlpResult) result = cardea_dlp_scan (f->engine, text, size, &options);
      gint64 took = g_get_monotonic_time () - begin;
      g_test_message ("%s: %" G_GINT64_FORMAT " ms, %s", units[i], took / 1000,
                      cardea_dlp_result_obstacle (result) != NULL
                          ? cardea_dlp_result_obstacle (result)
                          : "whole");
      /* One pass goes on for a while when its time is up; none for long. */
      g_assert_cmpint (took, <, 60 * G_USEC_PER_SEC);
      if (took > 10 * G_USEC_PER_SEC)
        g_assert_nonnull (cardea_dlp_result_obstacle (result));
    }
}

static void
test_too_large (Fixture *f, gconstpointer data)
{
  gsize size = CARDEA_DLP_SCAN_MAX_CONTENT + 1;
  g_autofree char *text = g_malloc (size);
  memset (text, ' ', size);
  g_autoptr (CardeaDlpResult) result = cardea_dlp_scan (f->engine, text, size, NULL);
  g_assert_nonnull (cardea_dlp_result_obstacle (result));
}

static void
test_too_deep (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strdup ("the secret password is " TOKEN);
  for (guint i = 0; i < CARDEA_DLP_SCAN_MAX_DEPTH + 2; i++)
    {
      char *next = base64 (text);
      g_free (text);
      text = next;
    }
  g_autoptr (CardeaDlpResult) result = scan (f, text);
  g_assert_null (find (result, "github-token"));
  g_assert_nonnull (cardea_dlp_result_obstacle (result));
}

/* --- streams --- */

static void
count_cb (const CardeaDlpMatch *match, gpointer user_data)
{
  if (strcmp (match->rule->id, "github-token") == 0)
    {
      guint64 *ends = user_data;
      ends[0]++;
      ends[1] = match->end;
    }
}

static void
test_stream (Fixture *f, gconstpointer data)
{
  static const gsize sizes[] = { 1, 7, 4096, 100000 };
  for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      guint64 seen[2] = { 0 };
      g_autoptr (CardeaDlpStream) stream = cardea_dlp_stream_new (f->engine, count_cb, seen);
      g_autoptr (GString) text = g_string_new (NULL);
      for (guint i = 0; i < 3000; i++)
        g_string_append (text, "key = value; token\n");
      g_string_append (text, TOKEN);
      g_string_append (text, "\nthe end\n");
      for (gsize at = 0; at < text->len; at += sizes[s])
        g_assert_true (
            cardea_dlp_stream_feed (stream, text->str + at, MIN (sizes[s], text->len - at), 0));
      g_assert_true (cardea_dlp_stream_finish (stream, 0));
      g_assert_cmpuint (seen[0], ==, 1);
      g_assert_cmpuint (seen[1], ==, text->len - strlen ("\nthe end\n"));
    }
}

static void
test_database (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) database = cardea_dlp_engine_serialize (f->engine, &error);
  g_assert_no_error (error);
  g_autoptr (CardeaDlpEngine) same = cardea_dlp_engine_new (f->rules, database, &error);
  g_assert_no_error (error);
  g_assert_true (cardea_dlp_engine_is_ready_made (same));
  g_autoptr (CardeaDlpResult) result
      = cardea_dlp_scan (same, "token: " TOKEN, strlen ("token: " TOKEN), NULL);
  g_assert_nonnull (find (result, "github-token"));

  /* A database of other rules is not taken. */
  g_autoptr (CardeaDlpRules) others = cardea_dlp_rules_new ();
  static const char text[] = "{\"rules\":[{\"id\":\"a\",\"class\":\"credential\",\"title\":\"A\","
                             "\"anchors\":[\"zzz\"],\"pattern\":\"zzz\",\"find\":[\"zzz\"],"
                             "\"ignore\":[\"yyy\"]}]}";
  g_assert_true (cardea_dlp_rules_add (others, text, strlen (text), &error));
  g_autoptr (CardeaDlpEngine) other = cardea_dlp_engine_new (others, database, &error);
  g_assert_no_error (error);
  g_assert_false (cardea_dlp_engine_is_ready_made (other));
}

/* --- taking out --- */

static char *
redact (Fixture *f, const char *text, CardeaDlpRedaction how, GBytes **ret_names)
{
  static const guint8 key[CARDEA_DLP_REDACT_KEY] = { 1 };
  gsize size = 0;
  g_autoptr (CardeaDlpResult) result = scan (f, text);
  GBytes *bytes = cardea_dlp_redact (text, strlen (text), result, how, key, ret_names);
  const char *out = g_bytes_get_data (bytes, &size);
  char *copy = g_strndup (out, size);
  g_bytes_unref (bytes);
  return copy;
}

static void
test_redact (Fixture *f, gconstpointer data)
{
  static const char text[] = "one " TOKEN " two\n[github-token-1] 4111111111111111\n" TOKEN;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) names = NULL;
  g_autofree char *masked = redact (f, text, CARDEA_DLP_MASK, NULL);
  g_autofree char *hashed = redact (f, text, CARDEA_DLP_HASH, NULL);
  g_autofree char *named = redact (f, text, CARDEA_DLP_PSEUDONYMISE, &names);

  g_assert_cmpstr (masked, ==,
                   "one [removed: github-token] two\n[github-token-1] [removed: card-number]\n"
                   "[removed: github-token]");
  g_assert_null (strstr (hashed, "8fKq"));
  g_auto (GStrv) parts = g_strsplit (hashed, "[github-token:", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  g_assert_cmpint (strncmp (parts[1], parts[2], 8), ==, 0);

  g_assert_cmpstr (named, ==,
                   "one [github-token-2] two\n[github-token-1] [card-number-1]\n[github-token-2]");
  g_autoptr (GBytes) back = cardea_dlp_restore (named, strlen (named), names, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (back, NULL), g_bytes_get_size (back), text, strlen (text));

  g_autoptr (GBytes) nonsense = g_bytes_new_static ("{}", 2);
  g_assert_null (cardea_dlp_restore (named, strlen (named), nonsense, &error));
  g_assert_error (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_RULE);
}

/* What is hidden is taken out with what hides it. */
static void
test_redact_hidden (Fixture *f, gconstpointer data)
{
  g_autofree char *hidden = base64 ("secret: " TOKEN);
  g_autofree char *text = g_strdup_printf ("a %s b", hidden);
  g_autofree char *masked = redact (f, text, CARDEA_DLP_MASK, NULL);
  g_assert_cmpstr (masked, ==, "a [removed: github-token] b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/dlp/scan/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("disguises", test_disguises);
  ADD ("ordinary", test_ordinary);
  ADD ("place", test_place);
  ADD ("canaries", test_canaries);
  ADD ("opaque", test_opaque);
  ADD ("bounds", test_bounds);
  ADD ("too-large", test_too_large);
  ADD ("too-deep", test_too_deep);
  ADD ("stream", test_stream);
  ADD ("database", test_database);
  ADD ("redact", test_redact);
  ADD ("redact-hidden", test_redact_hidden);
  return g_test_run ();
}
