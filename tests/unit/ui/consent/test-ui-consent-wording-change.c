/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/consent/test-ui-consent-fixture.h"
#include "ui/consent/ui-consent-wording.h"

#define HOME "/home/eva"

static UiConsentQuestion *
read_request (CardeaJson *request)
{
  g_autoptr (CardeaMessage) message = fixture_message (request, 2);
  g_autoptr (GError) error = NULL;
  UiConsentQuestion *question = ui_consent_question_new (message, &error);
  g_assert_no_error (error);
  return question;
}

static UiConsentWording *
word (CardeaJson *request)
{
  g_autoptr (UiConsentQuestion) question = read_request (request);
  return ui_consent_wording_new (question, HOME, 1000);
}

/* count changes that differ in their names; extra: more members of each. */
static char *
several (const char *op, const char *kind, gboolean exists, guint count, const char *extra)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < count; i++)
    {
      g_string_append_printf (text,
                              "%s{\"op\":\"%s\",\"kind\":\"%s\",\"path\":\"/home/eva/Documents/"
                              "%s%s%u\",\"exists\":%s,\"undoable\":true",
                              i > 0 ? "," : "", op, kind, op, kind, i, exists ? "true" : "false");
      if (strcmp (op, "rename") == 0)
        g_string_append_printf (text, ",\"to\":\"/home/eva/Documents/x/%u\"", i);
      g_string_append_printf (text, "%s}", extra);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_single (void)
{
  static const struct {
    const char *members, *sentence, *verb;
  } rows[] = {
    { "\"op\":\"write\",\"exists\":true", "Change 1 file in Documents", "Change file" },
    { "\"op\":\"write\",\"exists\":false", "Create report.txt in Documents", "Create file" },
    { "\"op\":\"create\",\"exists\":false", "Create report.txt in Documents", "Create file" },
    { "\"op\":\"append\",\"exists\":true", "Add to 1 file in Documents", "Add to file" },
    { "\"op\":\"delete\",\"exists\":true", "Delete report.txt", "Delete report.txt" },
    { "\"op\":\"rename\",\"exists\":true,\"to\":\"/home/eva/Documents/b.txt\"",
      "Rename report.txt to b.txt", "Rename file" },
    { "\"op\":\"rename\",\"exists\":true,\"to\":\"/home/eva/b.txt\"",
      "Move report.txt to your home folder", "Move file" },
    { "\"op\":\"metadata\",\"exists\":true,\"mode_after\":420", "Change permissions of report.txt",
      "Change permissions" },
    { "\"op\":\"metadata\",\"exists\":true,\"mtime_after\":\"5\"", "Change the date of report.txt",
      "Change date" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *changes = g_strdup_printf (
          "[{%s,\"kind\":\"file\",\"path\":\"/home/eva/Documents/report.txt\",\"undoable\":true}]",
          rows[i].members);
      g_autoptr (CardeaJson) request = fixture_change ("file.write", changes);
      g_autoptr (UiConsentWording) wording = word (request);
      g_assert_cmpstr (wording->sentence, ==, rows[i].sentence);
      g_assert_cmpstr (wording->verb_object, ==, rows[i].verb);
      g_assert_true (g_str_has_suffix (wording->effect, "You can undo this."));
      g_assert_null (wording->warnings[0]);
    }
}

static void
test_several (void)
{
  static const struct {
    const char *op, *kind;
    gboolean exists;
    const char *sentence, *verb;
  } rows[] = {
    { "write", "file", TRUE, "Change 12 files in Documents", "Change 12 files" },
    { "write", "file", FALSE, "Create 12 files in Documents", "Create 12 files" },
    { "append", "file", TRUE, "Add to 12 files in Documents", "Add to 12 files" },
    { "delete", "file", TRUE, "Delete 12 files in Documents", "Delete 12 files" },
    { "delete", "folder", TRUE, "Delete 12 folders in Documents", "Delete 12 folders" },
    { "rename", "file", TRUE, "Move 12 files within Documents", "Move 12 files" },
    { "mkdir", "folder", FALSE, "Make 12 folders in Documents", "Make 12 folders" },
    { "metadata", "file", TRUE, "Change permissions of 12 files in Documents",
      "Change permissions of 12 files" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *one = several (rows[i].op, rows[i].kind, rows[i].exists, 12, "");
      g_autofree char *changes = g_strdup_printf ("[%s]", one);
      g_autoptr (CardeaJson) request = fixture_change ("file.write", changes);
      g_autoptr (UiConsentWording) wording = word (request);
      g_assert_cmpstr (wording->sentence, ==, rows[i].sentence);
      g_assert_cmpstr (wording->verb_object, ==, rows[i].verb);
      g_assert_cmpstr (wording->effect, ==, "All of it is done, or nothing. You can undo this.");
    }
}

/* A transaction is called all that it is. */
static void
test_mixed (void)
{
  g_autofree char *moves = several ("rename", "file", TRUE, 12, "");
  g_autofree char *folders = several ("mkdir", "folder", FALSE, 1, "");
  g_autofree char *tidy = g_strdup_printf ("[%s,%s]", folders, moves);
  g_autoptr (CardeaJson) tidies = fixture_change ("file.rename", tidy);
  g_autoptr (UiConsentWording) wording = word (tidies);
  g_assert_cmpstr (wording->sentence, ==, "Make 1 folder and move 12 files in Documents");
  g_assert_cmpstr (wording->verb_object, ==, "Move 12 files");

  g_autofree char *deletions = several ("delete", "file", TRUE, 1, "");
  g_autofree char *all = g_strdup_printf ("[%s,%s,%s]", moves, folders, deletions);
  g_autoptr (CardeaJson) mixed = fixture_change ("file.rename", all);
  g_autoptr (UiConsentWording) honest = word (mixed);
  g_assert_cmpstr (honest->sentence, ==,
                   "Move 12 files, make 1 folder and delete 1 file in Documents");
  g_assert_cmpstr (honest->verb_object, ==, "Make all 14 changes");
}

static void
test_undo (void)
{
  static const struct {
    const char *extra, *effect, *warning;
  } rows[] = {
    { "\"undoable\":true,\"trash\":true",
      "What is deleted goes to the trash, from where you can fetch it back. All of it is done, or "
      "nothing. "
      "You can undo this.",
      NULL },
    { "\"undoable\":false,\"trash\":true",
      "What is deleted goes to the trash, from where you can fetch it back. All of it is done, or "
      "nothing.",
      NULL },
    { "\"undoable\":false", "All of it is done, or nothing. This cannot be undone.",
      "This cannot be undone." },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *changes = g_strdup_printf (
          "[{\"op\":\"delete\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/a\","
          "\"exists\":true,%s},{\"op\":\"delete\",\"kind\":\"file\",\"path\":"
          "\"/home/eva/Documents/b\",\"exists\":true,%s}]",
          rows[i].extra, rows[i].extra);
      g_autoptr (CardeaJson) request = fixture_change ("file.delete", changes);
      g_autoptr (UiConsentWording) wording = word (request);
      g_assert_cmpstr (wording->effect, ==, rows[i].effect);
      g_assert_cmpstr (wording->warnings[0], ==, rows[i].warning);
    }
}

static void
test_warnings (void)
{
  g_autoptr (CardeaJson) request = fixture_change (
      "file.write",
      "[{\"op\":\"write\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/report.txt\","
      "\"exists\":true,\"undoable\":true,\"cut\":true,\"diff\":\"x\",\"added\":9,"
      "\"notes\":[\"n\"]}]");
  g_autoptr (UiConsentWording) wording = word (request);
  g_assert_cmpstr (wording->effect, ==, "9 lines are added. You can undo this.");
  g_assert_cmpuint (g_strv_length (wording->warnings), ==, 2);

  /* Cyrillic "е" among Latin letters */
  g_autoptr (CardeaJson) alike = fixture_request ();
  cardea_json_set_string (cardea_json_get (alike, "resource"), "path", "/home/eva/r\u0435port");
  g_autoptr (UiConsentWording) looks = word (alike);
  g_assert_true (g_str_has_prefix (looks->warnings[0], "The name mixes letters"));
}

static void
test_hostile_names (void)
{
  g_autoptr (CardeaJson) request = fixture_change (
      "file.delete",
      "[{\"op\":\"delete\",\"kind\":\"file\",\"path\":\"/home/eva/{place}\\n\\u001b[2J\\u202e\","
      "\"exists\":true,\"undoable\":true}]");
  cardea_json_set_string (cardea_json_get (request, "resource"), "path",
                          "/home/eva/{place}\n\033[2J\u202e");
  g_autoptr (UiConsentWording) wording = word (request);
  g_assert_cmpstr (wording->sentence, ==, "Delete {place}\\u{000a}\\u{001b}[2J\\u{202e}");
  g_assert_cmpstr (wording->verb_object, ==, "Delete file"); /* too long for a button */
  g_assert_true (wording->target_marked);
}

static void
test_new_file (void)
{
  g_autoptr (CardeaJson) request = fixture_change (
      "file.create",
      "[{\"op\":\"create\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/report.txt\","
      "\"exists\":false,\"undoable\":true}]");
  CardeaJson *resource = cardea_json_get (request, "resource");
  cardea_json_set_boolean (resource, "exists", FALSE);
  cardea_json_remove (resource, "size");
  cardea_json_remove (resource, "uid");
  g_autoptr (UiConsentWording) wording = word (request);
  g_assert_cmpstr (wording->facts, ==, "new file");
}

static void
test_rule (void)
{
  static const struct {
    guint count;
    UiConsentChoice choice;
    const char *words;
  } rows[] = {
    { 1, { 0 }, "Exactly this change, this time." },
    { 3, { 0 }, "Exactly these 3 changes, this time." },
    { 1,
      { UI_CONSENT_DURATION_TASK, UI_CONSENT_SCOPE_EXACT, 0, FALSE },
      "Reading and changing exactly this file, until this task ends." },
    { 3,
      { UI_CONSENT_DURATION_TIME, UI_CONSENT_SCOPE_FOLDER, 3600, FALSE },
      "Reading and changing everything in ~/Documents and below it, for 1 hour." },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *changes = several ("write", "file", TRUE, rows[i].count, "");
      g_autofree char *array = g_strdup_printf ("[%s]", changes);
      g_autoptr (CardeaJson) request = fixture_change ("file.write", array);
      if (rows[i].count == 1)
        cardea_json_set_string (cardea_json_get (request, "resource"), "path",
                                "/home/eva/Documents/writefile0");
      g_autoptr (UiConsentQuestion) question = read_request (request);
      g_autofree char *rule = ui_consent_wording_rule (question, &rows[i].choice, HOME);
      g_assert_cmpstr (rule, ==, rows[i].words);
    }
}

static void
test_resume (void)
{
  static const char resource[] = "{\"kind\":\"session\"}";
  static const char summary[]
      = "{\"asked\":4,\"refused\":2,\"items\":[{\"action\":\"file.read\","
        "\"path\":\"/home/eva/a\\n\"},{\"action\":\"net.\\u202econnect\"}]}";
  g_autoptr (CardeaJson) request = fixture_request ();
  cardea_json_set_string (request, "action", "session.resume");
  cardea_json_set (request, "resource", cardea_json_parse (resource, strlen (resource), NULL));
  cardea_json_set (request, "summary", cardea_json_parse (summary, strlen (summary), NULL));
  g_autoptr (UiConsentWording) wording = word (request);
  g_assert_cmpstr (wording->sentence, ==, "Go on asking, after it asked too often");
  g_assert_cmpstr (wording->target_last, ==, "Summarise bank.csv");
  g_assert_cmpstr (wording->facts, ==, "asked 4 times · 2 refused meanwhile");
  g_assert_cmpstr (wording->items[0], ==, "Read ~/a\\u{000a}");
  g_assert_cmpstr (wording->items[1], ==, "net.\\u{202e}connect");
}

int
main (int argc, char *argv[])
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/consent/wording-change/single", test_single);
  g_test_add_func ("/ui/consent/wording-change/several", test_several);
  g_test_add_func ("/ui/consent/wording-change/mixed", test_mixed);
  g_test_add_func ("/ui/consent/wording-change/undo", test_undo);
  g_test_add_func ("/ui/consent/wording-change/warnings", test_warnings);
  g_test_add_func ("/ui/consent/wording-change/hostile-names", test_hostile_names);
  g_test_add_func ("/ui/consent/wording-change/new-file", test_new_file);
  g_test_add_func ("/ui/consent/wording-change/rule", test_rule);
  g_test_add_func ("/ui/consent/wording-change/resume", test_resume);
  return g_test_run ();
}
