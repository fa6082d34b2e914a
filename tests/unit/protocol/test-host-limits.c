/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-host-limits.h"

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
  static const char whole[]
      = "{\"paths\":[\"/v1\"],\"types\":[\"text/\"],\"sent\":1,\"received\":2,"
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-limits/form", test_form);
  g_test_add_func ("/host-limits/paths", test_paths);
  g_test_add_func ("/host-limits/types", test_types);
  return g_test_run ();
}
