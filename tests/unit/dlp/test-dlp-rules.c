/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-engine.h"

#include <string.h>

/* Every shipped rule finds what it says it finds, and nothing in what it says it ignores; a file
 * of rules that is not one is refused. */

typedef struct {
  const CardeaDlpRule *rule;
  gboolean found;
} Look;

static void
match_cb (const CardeaDlpMatch *match, gpointer user_data)
{
  Look *look = user_data;
  look->found |= match->rule == look->rule;
}

static gboolean
finds (CardeaDlpEngine *engine, const CardeaDlpRule *rule, const char *text)
{
  Look look = { rule };
  g_assert_true (cardea_dlp_engine_scan (engine, text, strlen (text), 0, 0, match_cb, &look));
  return look.found;
}

static void
test_examples (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new_shipped ();
  g_autoptr (CardeaDlpEngine) engine = cardea_dlp_engine_new (rules, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cardea_dlp_rules_size (rules), >=, 200);

  for (guint i = 0; i < cardea_dlp_rules_size (rules); i++)
    {
      const CardeaDlpRule *rule = cardea_dlp_rules_nth (rules, i);
      for (guint j = 0; rule->find[j] != NULL; j++)
        if (!finds (engine, rule, rule->find[j]))
          {
            g_test_message ("%s does not find: %s", rule->id, rule->find[j]);
            g_test_fail ();
          }
      for (guint j = 0; rule->ignore[j] != NULL; j++)
        if (finds (engine, rule, rule->ignore[j]))
          {
            g_test_message ("%s finds: %s", rule->id, rule->ignore[j]);
            g_test_fail ();
          }
    }
}

static void
test_expressions (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new_shipped ();
  g_autoptr (CardeaDlpEngine) engine = cardea_dlp_engine_new (rules, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (cardea_dlp_engine_check (engine, &error));
  g_assert_no_error (error);
}

/* --- what is no rule --- */

#define GOOD                                                                                       \
  "\"id\":\"a\",\"class\":\"credential\",\"title\":\"A\",\"find\":[\"x\"],\"ignore\":[\"y\"]"

static void
check_refused (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new ();
  g_assert_false (cardea_dlp_rules_add (rules, text, strlen (text), &error));
  g_assert_nonnull (error);
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "[]",
    "{\"rules\":{}}",
    "{\"rules\":[],\"more\":1}",
    "{\"rules\":[1]}",
    "{\"rules\":[{}]}",
    "{\"rules\":[{" GOOD "}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\"}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"near\":[\"x\"]}]}",
    "{\"rules\":[{" GOOD ",\"value\":\"x\",\"anchors\":[\"x\"]}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"anchors\":[\"x\"],\"trigger\":\"x\"}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"anchors\":[]}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"anchors\":[\"x\"],\"unknown\":1}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"value\":\"y\",\"near\":[\"x\"]}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"anchors\":[\"x\"],\"check\":\"none\"}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"anchors\":[\"x\"],\"required\":true}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"anchors\":[\"x\"],\"strong\":false}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"anchors\":[\"x\"],\"window\":100000}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"anchors\":[\"x\"],\"entropy\":9}]}",
    "{\"rules\":[{" GOOD ",\"pattern\":\"x\",\"anchors\":[\"x\"]},{" GOOD
    ",\"pattern\":\"x\",\"anchors\":[\"x\"]}]}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    check_refused (texts[i]);
}

static void
test_bad_expression (void)
{
  static const char text[] = "{\"rules\":[{" GOOD ",\"pattern\":\"(\",\"anchors\":[\"x\"]}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new ();
  g_assert_true (cardea_dlp_rules_add (rules, text, strlen (text), &error));
  g_autoptr (CardeaDlpEngine) engine = cardea_dlp_engine_new (rules, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (cardea_dlp_engine_check (engine, &error));
  g_assert_error (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_PATTERN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dlp/rules/examples", test_examples);
  g_test_add_func ("/dlp/rules/expressions", test_expressions);
  g_test_add_func ("/dlp/rules/refused", test_refused);
  g_test_add_func ("/dlp/rules/bad-expression", test_bad_expression);
  return g_test_run ();
}
