/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/consent/test-ui-consent-fixture.h"
#include "ui/consent/ui-consent-wording.h"

#define HOME "/home/eva"
#define OWN_UID 1000

static UiConsentQuestion *
read_request (CardeaJson *request)
{
  gint64 tier;
  g_assert_true (cardea_json_get_int (request, "tier", &tier));
  g_autoptr (CardeaMessage) message = fixture_message (request, (int) tier);
  g_autoptr (GError) error = NULL;
  UiConsentQuestion *question = ui_consent_question_new (message, &error);
  g_assert_no_error (error);
  return question;
}

static UiConsentWording *
word (CardeaJson *request)
{
  g_autoptr (UiConsentQuestion) question = read_request (request);
  return ui_consent_wording_new (question, HOME, OWN_UID);
}

static CardeaJson *
resource_of (CardeaJson *request)
{
  return cardea_json_get (request, "resource");
}

static void
test_fields (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  g_autoptr (UiConsentWording) wording = word (request);
  g_assert_cmpstr (wording->who, ==, "Cardea’s own agent, in “Summarise bank.csv”");
  g_assert_cmpstr (wording->sentence, ==, "Read 1 file in Documents");
  g_assert_cmpstr (wording->verb_object, ==, "Read file");
  g_assert_cmpstr (wording->target_stem, ==, "~/Documents/");
  g_assert_cmpstr (wording->target_last, ==, "bank.csv");
  g_assert_false (wording->target_marked);
  g_assert_null (wording->via);
  g_assert_cmpstr (wording->facts, ==, "file · 1.2\u00a0kB · yours · no labels");
  g_assert_cmpstr (wording->why, ==, "The agent says: “to add the amounts”");
  g_assert_cmpstr (wording->why_mark, ==, "not verified");
  g_assert_cmpstr (wording->because[0], ==, "You asked: “Summarise Amount by month in bank.csv”");
  g_assert_cmpstr (wording->because[1], ==, "It has read nothing in this session yet.");
  g_assert_null (wording->because[2]);
  g_assert_true (g_str_has_prefix (wording->effect, "The agent gets the content of this file"));
  g_assert_null (wording->sensitive[0]);
  g_assert_null (wording->queue);
}

/* action, kind, path, and what the sentence and the target become. */
static void
test_sentences (void)
{
  static const struct {
    const char *action, *kind, *path, *member, *value;
    int count;
    const char *sentence, *stem, *last;
  } rows[] = {
    { "file.read", "file", "/home/eva/a.txt", NULL, NULL, 0, "Read 1 file in your home folder",
      "~/", "a.txt" },
    { "file.read", "file", "/etc/hosts", NULL, NULL, 0, "Read 1 file in etc", "/etc/", "hosts" },
    { "file.read", "file", "/a", NULL, NULL, 0, "Read 1 file in /", "/", "a" },
    { "file.read", "file", "/home/evamaria/x", NULL, NULL, 0, "Read 1 file in evamaria",
      "/home/evamaria/", "x" },
    { "file.read", "folder", "/home/eva/Documents", NULL, NULL, 5, "Read 5 files in Documents",
      "~/", "Documents" },
    { "file.read", "folder", "/home/eva", NULL, NULL, 0, "Read the files in your home folder", "",
      "~" },
    { "file.read", "folder", "/", NULL, NULL, 0, "Read the files in /", "", "/" },
    { "file.read", "folder", "/home/eva/Documents", "text", "tax", 0,
      "Search the files in Documents for “tax”", "~/", "Documents" },
    { "file.list", "folder", "/home/eva/Documents", NULL, NULL, 0, "List the files in Documents",
      "~/", "Documents" },
    { "file.list", "folder", "/home/eva/Documents", "pattern", "bank", 0,
      "Look for “bank” among the file names in Documents", "~/", "Documents" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CardeaJson) request = fixture_request ();
      cardea_json_set_string (request, "action", rows[i].action);
      cardea_json_set_string (resource_of (request), "kind", rows[i].kind);
      cardea_json_set_string (resource_of (request), "path", rows[i].path);
      if (rows[i].member != NULL)
        cardea_json_set_string (resource_of (request), rows[i].member, rows[i].value);
      if (rows[i].count > 0)
        cardea_json_set_int (resource_of (request), "count", rows[i].count);
      g_autoptr (UiConsentWording) wording = word (request);
      g_assert_cmpstr (wording->sentence, ==, rows[i].sentence);
      g_assert_cmpstr (wording->target_stem, ==, rows[i].stem);
      g_assert_cmpstr (wording->target_last, ==, rows[i].last);
    }
}

/* Nothing of a stranger reaches the person raw: escapes, overrides, newlines, invisible letters. */
static void
test_escaping (void)
{
  static const char *const evil = "a\n\033[2J\u202eb\u200bc";
  g_autoptr (CardeaJson) request = fixture_request ();
  CardeaJson *subject = cardea_json_get (request, "subject");
  cardea_json_set_string (subject, "title", evil);
  cardea_json_set_string (subject, "plugin", evil);
  cardea_json_set_string (cardea_json_get (subject, "agent"), "name", evil);
  cardea_json_set_string (cardea_json_get (subject, "agent"), "kind", "third-party");
  cardea_json_set_string (request, "why", evil);
  cardea_json_set_string (cardea_json_get (request, "because"), "request", evil);
  g_autofree char *path = g_strconcat ("/home/eva/", evil, NULL);
  cardea_json_set_string (resource_of (request), "path", path);
  cardea_json_set_string (resource_of (request), "via", path);
  cardea_json_set_string (resource_of (request), "owner", evil);
  cardea_json_set_string (resource_of (request), evil, evil);
  cardea_json_set_string (resource_of (request), "uid", "0");
  g_autoptr (UiConsentWording) wording = word (request);

  const char *fields[]
      = { wording->who, wording->sentence, wording->target_stem, wording->target_last,
          wording->via, wording->facts,    wording->why,         wording->because[0] };
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_assert_true (g_utf8_validate (fields[i], -1, NULL));
      g_assert_null (strpbrk (fields[i], "\n\033"));
      g_assert_null (strstr (fields[i], "\u202e"));
      g_assert_null (strstr (fields[i], "\u200b"));
    }
  for (guint i = 0; wording->details[i] != NULL; i++)
    g_assert_null (strpbrk (wording->details[i], "\n\033"));
  g_assert_true (wording->target_marked);
  g_assert_cmpstr (wording->target_last, ==, "a\\u{000a}\\u{001b}[2J\\u{202e}b\\u{200b}c");
}

static void
test_why_is_short (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  g_autofree char *long_why = g_strnfill (500, 'w');
  cardea_json_set_string (request, "why", long_why);
  g_autoptr (UiConsentWording) wording = word (request);
  g_assert_cmpint (g_utf8_strlen (wording->why, -1), ==,
                   200 + g_utf8_strlen ("The agent says: “”", -1));

  cardea_json_remove (request, "why");
  g_autoptr (UiConsentWording) silent = word (request);
  g_assert_null (silent->why);
}

/* What must be read is never shortened. */
static void
test_long_path_is_whole (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  g_autofree char *name = g_strnfill (250, 'n');
  g_autofree char *path = g_strconcat ("/home/eva/", name, "/", name, "/", name, NULL);
  cardea_json_set_string (resource_of (request), "path", path);
  g_autoptr (UiConsentWording) wording = word (request);
  g_autofree char *whole = g_strconcat (wording->target_stem, wording->target_last, NULL);
  g_assert_cmpuint (strlen (whole), ==, strlen (path) - strlen (HOME) + 1);
}

static void
test_because (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  CardeaJson *because = cardea_json_get (request, "because");
  CardeaJson *labels = cardea_json_new_array ();
  cardea_json_append (labels, cardea_json_new_string ("finance"));
  cardea_json_set (because, "labels_read", labels);
  cardea_json_set_int (because, "files_read", 1);
  cardea_json_set_int (because, "pages_read", 2);
  cardea_json_set_boolean (because, "untrusted_input", TRUE);
  g_autoptr (UiConsentWording) wording = word (request);
  g_assert_cmpstr (wording->because[1], ==, "It has read 1 file and 2 web pages in this session.");
  g_assert_cmpstr (wording->because[2], ==, "Some of it was marked finance.");
  g_assert_cmpstr (wording->because[3], ==,
                   "It took in text from outside, which may try to steer it.");
}

static void
test_others_are_shown (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  cardea_json_set_string (request, "colour", "red");
  g_autoptr (UiConsentWording) wording = word (request);
  g_assert_true (
      g_strv_contains ((const char *const *) wording->details, "Also asked for: colour: \"red\""));
}

static void
test_rule (void)
{
  static const struct {
    UiConsentChoice choice;
    const char *words;
  } rows[] = {
    { { UI_CONSENT_DURATION_ONCE, UI_CONSENT_SCOPE_EXACT, 0, FALSE },
      "Reading exactly this file, this time." },
    { { UI_CONSENT_DURATION_TASK, UI_CONSENT_SCOPE_FOLDER, 0, FALSE },
      "Reading everything in ~/Documents and below it, until this task ends." },
    { { UI_CONSENT_DURATION_TIME, UI_CONSENT_SCOPE_EXACT, 3600, FALSE },
      "Reading exactly this file, for 1 hour." },
    { { UI_CONSENT_DURATION_TIME, UI_CONSENT_SCOPE_EXACT, 90, FALSE },
      "Reading exactly this file, for 90 seconds." },
    { { UI_CONSENT_DURATION_TIME, UI_CONSENT_SCOPE_EXACT, 2592000, TRUE },
      "Reading exactly this file, for 30 days, renewed by use." },
  };
  g_autoptr (CardeaJson) request = fixture_request ();
  g_autoptr (UiConsentQuestion) question = read_request (request);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *rule = ui_consent_wording_rule (question, &rows[i].choice, HOME);
      g_assert_cmpstr (rule, ==, rows[i].words);
    }
}

static void
test_path (void)
{
  static const struct {
    const char *path, *home, *shown;
  } rows[] = {
    { "/home/eva/x", HOME, "~/x" },
    { "/home/eva", HOME, "~" },
    { "/home/evax", HOME, "/home/evax" },
    { "/x", NULL, "/x" },
    { "/x", "/", "/x" },
    { "/home/eva/x", "/home/eva/", "~/x" },
    { "/a\xff", HOME, "/a\\xff" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = ui_consent_wording_path (rows[i].path, rows[i].home);
      g_assert_cmpstr (shown, ==, rows[i].shown);
    }
}

int
main (int argc, char *argv[])
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/consent/wording/fields", test_fields);
  g_test_add_func ("/ui/consent/wording/sentences", test_sentences);
  g_test_add_func ("/ui/consent/wording/escaping", test_escaping);
  g_test_add_func ("/ui/consent/wording/why-is-short", test_why_is_short);
  g_test_add_func ("/ui/consent/wording/long-path-is-whole", test_long_path_is_whole);
  g_test_add_func ("/ui/consent/wording/because", test_because);
  g_test_add_func ("/ui/consent/wording/others-are-shown", test_others_are_shown);
  g_test_add_func ("/ui/consent/wording/rule", test_rule);
  g_test_add_func ("/ui/consent/wording/path", test_path);
  return g_test_run ();
}
