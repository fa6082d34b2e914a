/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/json/cardea-json.h"

#include <string.h>

static CardeaJson *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  CardeaJson *json = cardea_json_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_nonnull (json);
  return json;
}

static void
assert_written (const CardeaJson *json, const char *expected)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  g_autofree char *text = cardea_json_write (json, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (size, ==, strlen (expected));
  g_assert_true (cardea_json_fits (json, size));
  g_assert_false (cardea_json_fits (json, size - 1));
}

static void
assert_refused (const char *text, gsize size, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = g_memdup2 (text, size); /* no NUL behind it: a sanitizer sees overreads */
  g_autoptr (CardeaJson) json = cardea_json_parse (copy, size, &error);
  if (json != NULL)
    g_test_message ("accepted: %.*s", (int) size, text);
  g_assert_null (json);
  g_assert_error (error, CARDEA_JSON_ERROR, code);
}

static void
test_read_values (void)
{
  g_autoptr (CardeaJson) json = parse (
      " { \"a\" : [ 1 , -0.5e+3, true,false , null ], \"b\":\"x\\u00e9\\ud83d\\ude00\\n\" } \n");
  CardeaJson *a = cardea_json_get (json, "a");
  gint64 value = 0;
  gboolean flag = FALSE;

  g_assert_cmpint (cardea_json_type (json), ==, CARDEA_JSON_OBJECT);
  g_assert_cmpuint (cardea_json_size (json), ==, 2);
  g_assert_cmpstr (cardea_json_nth_name (json, 1), ==, "b");
  g_assert_cmpuint (cardea_json_size (a), ==, 5);
  g_assert_true (cardea_json_int (cardea_json_nth (a, 0), &value));
  g_assert_cmpint (value, ==, 1);
  g_assert_cmpstr (cardea_json_number_text (cardea_json_nth (a, 1)), ==, "-0.5e+3");
  g_assert_cmpfloat (cardea_json_double (cardea_json_nth (a, 1)), ==, -500);
  g_assert_false (cardea_json_int (cardea_json_nth (a, 1), &value));
  g_assert_true (cardea_json_boolean (cardea_json_nth (a, 2), &flag));
  g_assert_true (flag);
  g_assert_true (cardea_json_boolean (cardea_json_nth (a, 3), &flag));
  g_assert_false (flag);
  g_assert_cmpint (cardea_json_type (cardea_json_nth (a, 4)), ==, CARDEA_JSON_NULL);
  g_assert_cmpstr (cardea_json_get_string (json, "b"), ==, "x\xc3\xa9\xf0\x9f\x98\x80\n");
}

static void
test_read_refusals (void)
{
  static const struct {
    const char *text;
    int code;
  } rows[] = {
    { "", CARDEA_JSON_ERROR_SYNTAX },
    { " ", CARDEA_JSON_ERROR_SYNTAX },
    { "nul", CARDEA_JSON_ERROR_SYNTAX },
    { "True", CARDEA_JSON_ERROR_SYNTAX },
    { "{} x", CARDEA_JSON_ERROR_SYNTAX },
    { "{}{}", CARDEA_JSON_ERROR_SYNTAX },
    { "\xef\xbb\xbf{}", CARDEA_JSON_ERROR_SYNTAX },
    { "{\"a\":1,}", CARDEA_JSON_ERROR_SYNTAX },
    { "{,\"a\":1}", CARDEA_JSON_ERROR_SYNTAX },
    { "{\"a\" 1}", CARDEA_JSON_ERROR_SYNTAX },
    { "{\"a\":}", CARDEA_JSON_ERROR_SYNTAX },
    { "{a:1}", CARDEA_JSON_ERROR_SYNTAX },
    { "{1:1}", CARDEA_JSON_ERROR_SYNTAX },
    { "{\"a\"", CARDEA_JSON_ERROR_SYNTAX },
    { "{\"a\":1", CARDEA_JSON_ERROR_SYNTAX },
    { "{", CARDEA_JSON_ERROR_SYNTAX },
    { "[1,]", CARDEA_JSON_ERROR_SYNTAX },
    { "[1 2]", CARDEA_JSON_ERROR_SYNTAX },
    { "[", CARDEA_JSON_ERROR_SYNTAX },
    { "]", CARDEA_JSON_ERROR_SYNTAX },
    { "/**/1", CARDEA_JSON_ERROR_SYNTAX },
    { "'a'", CARDEA_JSON_ERROR_SYNTAX },
    { "01", CARDEA_JSON_ERROR_SYNTAX },
    { "-", CARDEA_JSON_ERROR_SYNTAX },
    { "+1", CARDEA_JSON_ERROR_SYNTAX },
    { "1.", CARDEA_JSON_ERROR_SYNTAX },
    { ".5", CARDEA_JSON_ERROR_SYNTAX },
    { "1e", CARDEA_JSON_ERROR_SYNTAX },
    { "1e+", CARDEA_JSON_ERROR_SYNTAX },
    { "0x10", CARDEA_JSON_ERROR_SYNTAX },
    { "NaN", CARDEA_JSON_ERROR_SYNTAX },
    { "-Infinity", CARDEA_JSON_ERROR_SYNTAX },
    { "\"", CARDEA_JSON_ERROR_SYNTAX },
    { "\"a", CARDEA_JSON_ERROR_SYNTAX },
    { "\"\\", CARDEA_JSON_ERROR_SYNTAX },
    { "\"\\\"", CARDEA_JSON_ERROR_SYNTAX },
    { "\"\\x41\"", CARDEA_JSON_ERROR_SYNTAX },
    { "\"\\u12\"", CARDEA_JSON_ERROR_SYNTAX },
    { "\"\\u12g4\"", CARDEA_JSON_ERROR_SYNTAX },
    { "\"a\nb\"", CARDEA_JSON_ERROR_SYNTAX },
    { "\"\x1f\"", CARDEA_JSON_ERROR_SYNTAX },
    { "{\"a\\u0000b\":1}", CARDEA_JSON_ERROR_SYNTAX },
    { "\"\\ud800\"", CARDEA_JSON_ERROR_UTF8 },
    { "\"\\udc00\"", CARDEA_JSON_ERROR_UTF8 },
    { "\"\\ud800\\u0041\"", CARDEA_JSON_ERROR_UTF8 },
    { "\"\\ud800\\ud800\"", CARDEA_JSON_ERROR_UTF8 },
    { "\"\xff\"", CARDEA_JSON_ERROR_UTF8 },
    { "\"\xc0\xaf\"", CARDEA_JSON_ERROR_UTF8 },
    { "\"\xed\xa0\x80\"", CARDEA_JSON_ERROR_UTF8 },
    { "\"\xf4\x90\x80\x80\"", CARDEA_JSON_ERROR_UTF8 },
    { "{\"a\":1,\"a\":1}", CARDEA_JSON_ERROR_DUPLICATE },
    { "{\"a\":1,\"\\u0061\":2}", CARDEA_JSON_ERROR_DUPLICATE },
    { "[{\"b\":{\"a\":1,\"c\":0,\"a\":1}}]", CARDEA_JSON_ERROR_DUPLICATE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_refused (rows[i].text, strlen (rows[i].text), rows[i].code);
  assert_refused ("\"a\0b\"", 5, CARDEA_JSON_ERROR_UTF8);
  assert_refused ("1\0", 2, CARDEA_JSON_ERROR_UTF8);
}

static void
test_read_many_members (void)
{
  g_autoptr (GString) text = g_string_new ("{");
  for (int i = 0; i < 5000; i++)
    g_string_append_printf (text, "\"k%d\":%d,", i, i);
  gsize good = text->len;
  g_string_append (text, "\"last\":0}");
  g_autoptr (CardeaJson) json = parse (text->str);
  g_assert_cmpuint (cardea_json_size (json), ==, 5001);

  g_string_truncate (text, good);
  g_string_append (text, "\"k77\":0}");
  assert_refused (text->str, text->len, CARDEA_JSON_ERROR_DUPLICATE);
}

static void
test_read_limits (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < CARDEA_LIMIT_JSON_DEPTH; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < CARDEA_LIMIT_JSON_DEPTH; i++)
    g_string_append_c (text, ']');
  g_autoptr (CardeaJson) json = parse (text->str);
  g_string_prepend_c (text, '[');
  g_string_append_c (text, ']');
  assert_refused (text->str, text->len, CARDEA_JSON_ERROR_DEPTH);

  g_string_truncate (text, 0);
  for (int i = 0; i < 1000000; i++)
    g_string_append (text, "{\"a\":[");
  assert_refused (text->str, text->len, CARDEA_JSON_ERROR_DEPTH);

  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) three = cardea_json_parse_bounded ("[1,2]", 5, 3, &error);
  g_assert_no_error (error);
  g_assert_nonnull (three);
  g_assert_null (cardea_json_parse_bounded ("[1,2]", 5, 2, &error));
  g_assert_error (error, CARDEA_JSON_ERROR, CARDEA_JSON_ERROR_VALUES);
}

static void
test_embedded_nul (void)
{
  g_autoptr (CardeaJson) json = parse ("[\"a\\u0000b\"]");
  CardeaJson *string = cardea_json_nth (json, 0);
  gsize size = 0;

  g_assert_null (cardea_json_string (string));
  g_assert_cmpmem (cardea_json_string_full (string, &size), 3, "a\0b", 3);
  g_assert_cmpuint (size, ==, 3);
  assert_written (json, "[\"a\\u0000b\"]");
}

/* RFC 8785, Appendix B. */
static void
test_rfc8785_numbers (void)
{
  static const struct {
    guint64 bits;
    const char *text;
  } rows[] = {
    { 0x0000000000000000, "0" },
    { 0x8000000000000000, "0" },
    { 0x0000000000000001, "5e-324" },
    { 0x8000000000000001, "-5e-324" },
    { 0x7fefffffffffffff, "1.7976931348623157e+308" },
    { 0xffefffffffffffff, "-1.7976931348623157e+308" },
    { 0x4340000000000000, "9007199254740992" },
    { 0xc340000000000000, "-9007199254740992" },
    { 0x4430000000000000, "295147905179352830000" },
    { 0x44b52d02c7e14af5, "9.999999999999997e+22" },
    { 0x44b52d02c7e14af6, "1e+23" },
    { 0x44b52d02c7e14af7, "1.0000000000000001e+23" },
    { 0x444b1ae4d6e2ef4e, "999999999999999700000" },
    { 0x444b1ae4d6e2ef4f, "999999999999999900000" },
    { 0x444b1ae4d6e2ef50, "1e+21" },
    { 0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7" },
    { 0x3eb0c6f7a0b5ed8d, "0.000001" },
    { 0x41b3de4355555553, "333333333.3333332" },
    { 0x41b3de4355555554, "333333333.33333325" },
    { 0x41b3de4355555555, "333333333.3333333" },
    { 0x41b3de4355555556, "333333333.3333334" },
    { 0x41b3de4355555557, "333333333.33333343" },
    { 0xbecbf647612f3696, "-0.0000033333333333333333" },
    { 0x43143ff3c1cb0959, "1424953923781206.2" },
    /* Ryu's and V8's hard cases: powers of two, where the gap below is half the gap above. */
    { 0x3d30000000000000, "5.684341886080802e-14" },
    { 0x0010000000000000, "2.2250738585072014e-308" },
    { 0x000fffffffffffff, "2.225073858507201e-308" },
    { 0x4350000000000000, "18014398509481984" },
    { 0x3ff0000000000001, "1.0000000000000002" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      double value;
      memcpy (&value, &rows[i].bits, sizeof value);
      g_autoptr (CardeaJson) json = cardea_json_new_double (value);
      assert_written (json, rows[i].text);
    }
}

static void
test_not_finite (void)
{
  static const guint64 bits[] = { 0x7fffffffffffffff, 0x7ff0000000000000, 0xfff0000000000000 };
  for (gsize i = 0; i < G_N_ELEMENTS (bits); i++)
    {
      g_autoptr (GError) error = NULL;
      double value;
      memcpy (&value, &bits[i], sizeof value);
      g_autoptr (CardeaJson) json = cardea_json_new_double (value);
      g_assert_null (cardea_json_write (json, NULL, &error));
      g_assert_false (cardea_json_fits (json, G_MAXSIZE));
      g_assert_error (error, CARDEA_JSON_ERROR, CARDEA_JSON_ERROR_NUMBER);
    }

  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) huge = parse ("{\"a\":[1e400]}");
  g_assert_null (cardea_json_write (huge, NULL, &error));
  g_assert_error (error, CARDEA_JSON_ERROR, CARDEA_JSON_ERROR_NUMBER);
}

static void
test_numbers_round_trip (void)
{
  for (int i = 0; i < 20000; i++)
    {
      guint64 bits = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
      double value;
      memcpy (&value, &bits, sizeof value);
      if ((bits & 0x7ff0000000000000) == 0x7ff0000000000000)
        continue;
      g_autoptr (CardeaJson) json = cardea_json_new_double (value);
      g_assert_cmpfloat (cardea_json_double (json), ==, value);
    }
}

/* RFC 8785 §3.2.2 and §3.2.4 (its result is given there as bytes). */
static void
test_rfc8785_sample (void)
{
  g_autoptr (CardeaJson) json
      = parse ("{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, "
               "0.000000000000000000000000001],\n"
               "\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n"
               "\"literals\": [null, true, false]}");
  assert_written (json, "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,"
                        "0.002,1e-27],\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

/* RFC 8785 §3.2.3. */
static void
test_rfc8785_sorting (void)
{
  g_autoptr (CardeaJson) json
      = parse ("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\","
               "\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\","
               "\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
               "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}");
  assert_written (json, "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
                        "\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\","
                        "\"\xe2\x82\xac\":\"Euro Sign\","
                        "\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
                        "\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

static void
test_integers (void)
{
  static const struct {
    const char *text;
    gboolean good;
    gint64 value;
  } rows[] = {
    { "0", TRUE, 0 },
    { "-0", TRUE, 0 },
    { "9223372036854775807", TRUE, G_MAXINT64 },
    { "-9223372036854775808", TRUE, G_MININT64 },
    { "9223372036854775808", FALSE, 0 },
    { "-9223372036854775809", FALSE, 0 },
    { "99999999999999999999999", FALSE, 0 },
    { "1.0", FALSE, 0 },
    { "1e2", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CardeaJson) json = parse (rows[i].text);
      gint64 value = -7;
      g_assert_cmpint (cardea_json_int (json, &value), ==, rows[i].good);
      g_assert_cmpint (value, ==, rows[i].good ? rows[i].value : -7);
    }

  static const gint64 values[] = { 0, -1, 42, G_MAXINT64, G_MININT64 };
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (CardeaJson) object = cardea_json_new_object ();
      gint64 value = 0;
      cardea_json_set_int (object, "n", values[i]);
      cardea_json_set_int64_string (object, "s", values[i]);
      g_assert_true (cardea_json_get_int (object, "n", &value));
      g_assert_cmpint (value, ==, values[i]);
      g_assert_true (cardea_json_get_int64_string (object, "s", &value));
      g_assert_cmpint (value, ==, values[i]);
    }

  static const char *const bad[] = { "", "-", "-0", "01", "+1", " 1", "1 ", "0x1", "1.0" };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (CardeaJson) json = cardea_json_new_string (bad[i]);
      gint64 value;
      g_assert_false (cardea_json_int64_string (json, &value));
    }
}

static void
test_build (void)
{
  g_autoptr (CardeaJson) object = cardea_json_new_object ();
  CardeaJson *list = cardea_json_new_array ();
  for (int i = 0; i < 20; i++)
    cardea_json_append (list, cardea_json_new_int (i));
  cardea_json_set (object, "list", list);
  cardea_json_set_string (object, "s", "one");
  cardea_json_set_string (object, "s", "two");
  cardea_json_set_boolean (object, "b", TRUE);
  cardea_json_set (object, "n", cardea_json_new_null ());
  cardea_json_remove (object, "n");
  cardea_json_remove (object, "absent");
  assert_written (object, "{\"b\":true,\"list\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19]"
                          ",\"s\":\"two\"}");

  /* A value outlives the tree it was taken from. */
  g_autoptr (CardeaJson) parsed = parse ("{\"a\":{\"b\":\"c\"}}");
  g_autoptr (CardeaJson) inner = cardea_json_ref (cardea_json_get (parsed, "a"));
  cardea_json_set_string (parsed, "a", "gone");
  assert_written (inner, "{\"b\":\"c\"}");
  assert_written (parsed, "{\"a\":\"gone\"}");

  g_autoptr (CardeaJson) copy = cardea_json_copy (object);
  g_assert_true (cardea_json_equal (copy, object));
  cardea_json_set_boolean (copy, "b", FALSE);
  g_assert_false (cardea_json_equal (copy, object));
}

static void
test_look (void)
{
  g_autoptr (CardeaJson) json = parse ("{\"a\":1,\"s\":\"x\"}");
  gint64 value;
  gboolean flag;

  g_assert_null (cardea_json_get (json, "b"));
  g_assert_null (cardea_json_get (NULL, "b"));
  g_assert_null (cardea_json_get (cardea_json_get (json, "a"), "b"));
  g_assert_null (cardea_json_get_string (json, "a"));
  g_assert_false (cardea_json_get_int (json, "s", &value));
  g_assert_false (cardea_json_get_boolean (json, "a", &flag));
  g_assert_null (cardea_json_nth (json, 2));
  g_assert_null (cardea_json_nth_name (json, 2));
  g_assert_cmpuint (cardea_json_size (NULL), ==, 0);
  g_assert_cmpuint (cardea_json_size (cardea_json_get (json, "s")), ==, 0);
}

static void
test_equal (void)
{
  static const struct {
    const char *a, *b;
    gboolean equal;
  } rows[] = {
    { "{\"a\":1,\"b\":[1.0]}", "{\"b\":[1],\"a\":1e0}", TRUE },
    { "[1,2]", "[2,1]", FALSE },
    { "9007199254740993", "9007199254740992", FALSE },
    { "true", "false", FALSE },
    { "null", "false", FALSE },
    { "{\"a\":1}", "{\"b\":1}", FALSE },
    { "\"1\"", "1", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CardeaJson) a = parse (rows[i].a);
      g_autoptr (CardeaJson) b = parse (rows[i].b);
      g_assert_cmpint (cardea_json_equal (a, b), ==, rows[i].equal);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/read/values", test_read_values);
  g_test_add_func ("/json/read/refusals", test_read_refusals);
  g_test_add_func ("/json/read/many-members", test_read_many_members);
  g_test_add_func ("/json/read/limits", test_read_limits);
  g_test_add_func ("/json/embedded-nul", test_embedded_nul);
  g_test_add_func ("/json/rfc8785/numbers", test_rfc8785_numbers);
  g_test_add_func ("/json/rfc8785/sample", test_rfc8785_sample);
  g_test_add_func ("/json/rfc8785/sorting", test_rfc8785_sorting);
  g_test_add_func ("/json/not-finite", test_not_finite);
  g_test_add_func ("/json/numbers-round-trip", test_numbers_round_trip);
  g_test_add_func ("/json/integers", test_integers);
  g_test_add_func ("/json/build", test_build);
  g_test_add_func ("/json/look", test_look);
  g_test_add_func ("/json/equal", test_equal);
  return g_test_run ();
}
