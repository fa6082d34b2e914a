/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/limits/cardea-host-limits.h"

#include <string.h>

static CardeaHostLimits *
parse (const char *text)
{
  g_autoptr (CardeaJson) json = cardea_json_parse (text, strlen (text), NULL);
  g_assert_nonnull (json);
  return cardea_host_limits_read (json);
}

static void
test_form (void)
{
  static const char whole[] = "{\"methods\":[\"GET\"],\"paths\":[\"/v1\"],\"types\":[\"text/"
                              "\"],\"sent\":1,\"received\":2,"
                              "\"minute\":3,\"session\":4,\"hour\":5}";
  static const char *const refused[] = {
    "{}",
    "[]",
    "{\"receive\":1}",
    "{\"sent\":0}",
    "{\"sent\":-1}",
    "{\"sent\":\"1\"}",
    "{\"sent\":1.5}",
    "{\"sent\":9007199254740992}",
    "{\"paths\":[]}",
    "{\"paths\":\"/\"}",
    "{\"paths\":[\"v1\"]}",
    "{\"paths\":[\"/a%2fb\"]}",
    "{\"paths\":[\"/a?b\"]}",
    "{\"paths\":[1]}",
    "{\"methods\":[\"get\"]}",
    "{\"methods\":[\"\"]}",
    "{\"types\":[\"json\"]}",
    "{\"types\":[\"Text/html\"]}",
    "{\"types\":[\"a/b; c\"]}",
  };
  g_autoptr (CardeaHostLimits) limits = parse (whole);
  g_autoptr (CardeaHostLimits) copy = cardea_host_limits_copy (limits);

  g_assert_nonnull (copy);
  g_autoptr (CardeaJson) written = cardea_host_limits_write (copy);
  g_autoptr (CardeaJson) same = cardea_json_parse (whole, strlen (whole), NULL);
  g_assert_true (cardea_json_equal (written, same));
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_test_message ("%s", refused[i]);
      g_assert_null (parse (refused[i]));
    }
  g_assert_null (cardea_host_limits_read (NULL));
}

static void
test_paths (void)
{
  g_autoptr (CardeaHostLimits) limits = parse ("{\"paths\":[\"/v1\",\"/files/\"]}");
  g_autoptr (CardeaHostLimits) all = parse ("{\"paths\":[\"/\"]}");
  g_autoptr (CardeaHostLimits) none = parse ("{\"sent\":1}");
  static const struct {
    const char *path;
    gboolean covered;
  } rows[] = {
    { "/v1", TRUE },     { "/v1?a=/../b", TRUE }, { "/v1/", TRUE },
    { "/v1/a", TRUE },   { "/files/a", TRUE },    { "/files", FALSE },
    { "/v1x", FALSE },   { "/", FALSE },          { "", FALSE },
    { "/V1", FALSE },    { "/v1/../x", FALSE },   { "/v1/%2e%2e/x", FALSE },
    { "/v1//x", FALSE }, { "/v1/%2Fx", FALSE },   { "/v1/..;/x", FALSE },
    { "/v1\\x", FALSE }, { "//v1", FALSE },       { "/v1/.git", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].path);
      g_assert_true (cardea_host_limits_cover_path (limits, rows[i].path) == rows[i].covered);
      g_assert_true (cardea_host_limits_cover_path (all, rows[i].path));
      g_assert_true (cardea_host_limits_cover_path (none, rows[i].path));
    }
}

static void
test_types (void)
{
  g_autoptr (CardeaHostLimits) limits = parse ("{\"types\":[\"application/json\",\"text/\"]}");
  g_autoptr (CardeaHostLimits) none = parse ("{\"sent\":1}");

  g_assert_true (cardea_host_limits_cover_type (limits, "application/json"));
  g_assert_true (cardea_host_limits_cover_type (limits, " Application/JSON ; charset=utf-8"));
  g_assert_true (cardea_host_limits_cover_type (limits, "text/html"));
  g_assert_false (cardea_host_limits_cover_type (limits, "application/jsonp"));
  g_assert_false (cardea_host_limits_cover_type (limits, "application"));
  g_assert_false (cardea_host_limits_cover_type (limits, "image/png; text/html"));
  g_assert_false (cardea_host_limits_cover_type (limits, ""));
  g_assert_false (cardea_host_limits_cover_type (limits, NULL));
  g_assert_true (cardea_host_limits_cover_type (none, NULL));
}

/* The narrower wins, whichever comes first. */
static void
test_narrow (void)
{
  static const struct {
    const char *a, *b;
    const char *both; /* NULL: nothing is left */
  } rows[] = {
    { "{\"sent\":5}", "{\"sent\":7,\"hour\":2}", "{\"sent\":5,\"hour\":2}" },
    { "{\"paths\":[\"/a\",\"/b/c\"]}", "{\"paths\":[\"/a/x\",\"/b\",\"/c\"]}",
      "{\"paths\":[\"/a/x\",\"/b/c\"]}" },
    { "{\"paths\":[\"/a\"]}", "{\"paths\":[\"/ab\"]}", NULL },
    { "{\"paths\":[\"/\"]}", "{\"paths\":[\"/ab\"]}", "{\"paths\":[\"/ab\"]}" },
    { "{\"paths\":[\"/a\"]}", "{\"types\":[\"text/\"]}",
      "{\"paths\":[\"/a\"],\"types\":[\"text/\"]}" },
    { "{\"types\":[\"text/\"]}", "{\"types\":[\"text/html\",\"a/b\"]}",
      "{\"types\":[\"text/html\"]}" },
    { "{\"methods\":[\"GET\",\"POST\"]}", "{\"methods\":[\"GET\"]}", "{\"methods\":[\"GET\"]}" },
    { "{\"methods\":[\"POST\"]}", "{\"methods\":[\"GET\"]}", NULL },
  };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (rows); i++)
    {
      gsize row = i / 2;
      gboolean turned = i % 2 == 1;
      g_autoptr (CardeaHostLimits) limits = parse (turned ? rows[row].b : rows[row].a);
      g_autoptr (CardeaHostLimits) other = parse (turned ? rows[row].a : rows[row].b);
      g_test_message ("%s and %s", rows[row].a, rows[row].b);
      g_assert_true (cardea_host_limits_narrow (limits, other) == (rows[row].both != NULL));
      if (rows[row].both == NULL)
        continue;
      g_autoptr (CardeaHostLimits) wanted = parse (rows[row].both);
      g_autoptr (CardeaJson) have = cardea_host_limits_write (limits);
      g_autoptr (CardeaJson) want = cardea_host_limits_write (wanted);
      g_assert_true (cardea_json_equal (have, want));
    }
}

static void
test_methods (void)
{
  g_autoptr (CardeaHostLimits) limits = parse ("{\"methods\":[\"GET\",\"HEAD\"]}");
  g_autoptr (CardeaHostLimits) none = parse ("{\"sent\":1}");

  g_assert_true (cardea_host_limits_cover_method (limits, "HEAD"));
  g_assert_false (cardea_host_limits_cover_method (limits, "POST"));
  g_assert_false (cardea_host_limits_cover_method (limits, "get"));
  g_assert_true (cardea_host_limits_cover_method (none, "POST"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-limits/form", test_form);
  g_test_add_func ("/host-limits/paths", test_paths);
  g_test_add_func ("/host-limits/types", test_types);
  g_test_add_func ("/host-limits/methods", test_methods);
  g_test_add_func ("/host-limits/narrow", test_narrow);
  return g_test_run ();
}
