/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/profiles/cardea-profile-files.h"
#include "common/profiles/cardea-profile-shipped.h"

#include <string.h>

#define LEAST "\"version\":1,\"title\":\"T\",\"home\":\"own\""

static CardeaProfile *
parse (const char *members, GError **error)
{
  g_autofree char *text = g_strconcat ("{" LEAST, members, "}", NULL);
  return cardea_profile_parse ("t", "a test", text, strlen (text), error);
}

static void
test_whole (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaProfile) profile = parse (
      ",\"note\":\"N\",\"programs\":[\"p\",\"q\"],\"arguments\":[\"--a\",\"b c\"],"
      "\"interpreters\":[\"node\"],\"environment\":{\"pass\":[\"A\",\"B_*\"],\"set\":{\"C\":\"d\"}}"
      ","
      "\"folders\":[{\"path\":\"~/"
      "x\",\"access\":\"rw\"}],\"net\":[\"a.example\",\"b.example:8443\"],"
      "\"model\":{\"kind\":\"openai\",\"url\":\"U\",\"key\":\"K\"},\"proxy\":[\"HTTP_PROXY\"],"
      "\"authorities\":[\"GIT_SSL_CAINFO\"]",
      &error);

  g_assert_no_error (error);
  g_assert_true (profile->own_home);
  g_assert_cmpstr (profile->note, ==, "N");
  g_assert_cmpstr (profile->arguments[1], ==, "b c");
  g_assert_cmpstr (profile->set[0], ==, "C=d");
  g_assert_cmpstr (profile->pass[1], ==, "B_*");
  g_assert_cmpstr (profile->folders[0].path, ==, "~/x");
  g_assert_true (profile->folders[0].writable);
  g_assert_null (profile->folders[1].path);
  g_assert_cmpstr (profile->net[1], ==, "b.example:8443");
  g_assert_cmpstr (profile->model_key, ==, "K");
  g_assert_true (cardea_profile_is_for (profile, "/usr/bin/q"));
  g_assert_false (cardea_profile_is_for (profile, "/usr/bin/r"));
}

static void
test_refused (void)
{
  static const char *const rows[] = {
    ",\"unknown\":1",
    ",\"title\":\"again\"",
    ",\"note\":\"two\\nlines\"",
    ",\"programs\":[\"a/b\"]",
    ",\"programs\":[\"-x\"]",
    ",\"programs\":\"p\"",
    ",\"arguments\":[\"x\"]", /* of no program */
    ",\"environment\":{\"pass\":[\"LD_PRELOAD\"]}",
    ",\"environment\":{\"pass\":[\"*\"]}",
    ",\"environment\":{\"pass\":[\"L*\"]}",
    ",\"environment\":{\"pass\":[\"NODE_OPTIONS\"]}",
    ",\"environment\":{\"pass\":[\"SSH_AUTH*\"]}",
    ",\"environment\":{\"pass\":[\"A=B\"]}",
    ",\"environment\":{\"set\":{\"BASH_ENV\":\"x\"}}",
    ",\"environment\":{\"set\":{\"HOME\":\"/\"}}",
    ",\"environment\":{\"set\":{\"A=B\":\"x\"}}",
    ",\"environment\":{\"set\":{\"A\":1}}",
    ",\"environment\":{\"set\":{\"\":\"x\"}}",
    ",\"environment\":{\"other\":[]}",
    ",\"folders\":[{\"path\":\"x\",\"access\":\"ro\"}]",
    ",\"folders\":[{\"path\":\"/x\",\"access\":\"wo\"}]",
    ",\"folders\":[{\"path\":\"/x\",\"access\":\"ro\",\"more\":1}]",
    ",\"net\":[\"a b\"]",
    ",\"net\":[\"a.example:0\"]",
    ",\"net\":[\"a.example:65536\"]",
    ",\"net\":[\"A.example\"]",
    ",\"net\":[\"a..example\"]",
    ",\"net\":[\"https://a.example\"]",
    ",\"net\":[\"*\"]",
    ",\"model\":{\"kind\":\"other\",\"url\":\"U\",\"key\":\"K\"}",
    ",\"proxy\":[\"A-B\"]",
    ",\"limits\":{\"a.example\":{\"sent\":1}}", /* which is not in net */
    ",\"net\":[\"a.example\"],\"limits\":{\"a.example\":1}",
    ",\"net\":[\"a.example\"],\"limits\":[]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaProfile) profile = parse (rows[i], &error);
      g_test_message ("%s", rows[i]);
      g_assert_null (profile);
      g_assert_error (error, CARDEA_PROFILE_ERROR, CARDEA_PROFILE_ERROR_CONTENT);
    }
}

static void
test_missing (void)
{
  static const char *const texts[] = { "", "[]", "{}", "{\"version\":1,\"title\":\"T\"}",
                                       "{\"version\":2,\"title\":\"T\",\"home\":\"own\"}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (cardea_profile_parse ("t", "a test", texts[i], strlen (texts[i]), &error));
      g_assert_error (error, CARDEA_PROFILE_ERROR, CARDEA_PROFILE_ERROR_CONTENT);
    }
}

static void
test_limits (void)
{
  g_autofree char *large = g_malloc (CARDEA_PROFILE_MAX_FILE + 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) list = g_string_new (",\"net\":[\"a\"");

  memset (large, ' ', CARDEA_PROFILE_MAX_FILE + 1);
  g_assert_null (cardea_profile_parse ("t", "a test", large, CARDEA_PROFILE_MAX_FILE + 1, &error));
  g_assert_error (error, CARDEA_PROFILE_ERROR, CARDEA_PROFILE_ERROR_CONTENT);
  g_clear_error (&error);
  for (guint i = 0; i < CARDEA_PROFILE_MAX_LIST; i++)
    g_string_append (list, ",\"a\"");
  g_string_append (list, "]");
  g_assert_null (parse (list->str, &error));
  g_assert_error (error, CARDEA_PROFILE_ERROR, CARDEA_PROFILE_ERROR_CONTENT);
}

static void
test_names (void)
{
  static const char *const bad[] = { "", "A", "-a", "a.b", "a/b", "..", "ä", "a b" };

  g_assert_true (cardea_profile_is_name ("claude-code"));
  g_assert_true (cardea_profile_is_name ("7z_x"));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (cardea_profile_is_name (bad[i]));
}

/* A shipped one that is not good would be found out by whoever runs it. */
static void
test_shipped (void)
{
  for (const CardeaProfileShipped *one = cardea_profile_shipped; one->name != NULL; one++)
    {
      g_autofree char *name = g_strndup (one->name, strlen (one->name) - strlen (".json"));
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaProfile) profile
          = cardea_profile_parse (name, one->name, one->text, one->size, &error);
      g_assert_no_error (error);
      g_assert_true (cardea_profile_is_name (name));
      g_assert_nonnull (profile->programs[0]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/whole", test_whole);
  g_test_add_func ("/profile/refused", test_refused);
  g_test_add_func ("/profile/missing", test_missing);
  g_test_add_func ("/profile/limits", test_limits);
  g_test_add_func ("/profile/names", test_names);
  g_test_add_func ("/profile/shipped", test_shipped);
  return g_test_run ();
}
