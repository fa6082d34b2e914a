/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/consent/test-ui-consent-fixture.h"
#include "ui/consent/ui-consent-preview.h"
#include "ui/consent/ui-consent-wording.h"

#include <string.h>

#define SHA "7480f7cb7110af0f45b6e04b50f8d1fb2c6392cf911cb3a28c516ef1b725823e"
#define REST                                                                                       \
  "\"kind\":\"program\",\"size\":\"52280\",\"uid\":\"0\",\"dev\":\"1\",\"ino\":\"2\","             \
  "\"sha256\":\"" SHA "\",\"folder\":\"/home/eva\",\"network\":false,\"seconds\":120,"             \
  "\"labels\":[]"
#define PROGRAM(path_, pinned_, argv_, more_)                                                      \
  "{\"path\":\"" path_ "\",\"pinned\":\"" pinned_ "\",\"argv\":[" argv_ "]," more_ REST "}"

static UiConsentQuestion *
read_program (const char *resource, GError **error)
{
  g_autoptr (CardeaJson) request = fixture_request ();

  cardea_json_set_string (request, "action", "exec.run");
  cardea_json_set_int (request, "tier", 3);
  CardeaJson *parsed = cardea_json_parse (resource, strlen (resource), NULL);
  g_assert_nonnull (parsed);
  cardea_json_set (request, "resource", parsed);
  g_autoptr (CardeaMessage) message = fixture_message (request, 3);
  return ui_consent_question_new (message, error);
}

static UiConsentQuestion *
ask (const char *resource)
{
  g_autoptr (GError) error = NULL;
  UiConsentQuestion *question = read_program (resource, &error);

  g_assert_no_error (error);
  return question;
}

/* All of the page but what is sent of it. */
static char *
page (const UiConsentQuestion *question)
{
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, "/home/eva", 1000);
  g_autoptr (UiConsentPreview) preview = ui_consent_preview_new (question, "/home/eva");
  g_autoptr (GPtrArray) lines = ui_consent_preview_lines (preview);
  GString *text = g_string_new (wording->sentence);

  g_string_append_printf (text, "\n%s%s\n%s\n%s\n", wording->target_stem, wording->target_last,
                          wording->facts, wording->effect);
  for (guint i = 0; wording->warnings[i] != NULL; i++)
    g_string_append_printf (text, "! %s\n", wording->warnings[i]);
  for (guint i = 0; i < lines->len; i++)
    {
      const UiConsentPreviewLine *line = lines->pdata[i];
      g_string_append_printf (text, "%d|%s\n", line->after, line->text);
    }
  return g_string_free (text, FALSE);
}

static void
assert_has (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("“%s” is not in:\n%s", part, text);
}

static void
test_page (void)
{
  g_autoptr (UiConsentQuestion) question
      = ask (PROGRAM ("/usr/bin/wc", "inode", "\"wc\",\"-l\",\"/home/eva/report.txt\"",
                      "\"package\":\"coreutils\",\"files\":[{\"path\":\"/home/eva/report.txt\","
                      "\"kind\":\"file\",\"access\":\"ro\"}],\"environment\":[\"LC_ALL=C\"],"));
  g_autofree char *text = page (question);

  assert_has (text, "Run the program wc\n/usr/bin/wc\n");
  assert_has (text, "from the package coreutils");
  assert_has (text, "It counts lines, words and letters. What its arguments make of that was not "
                    "checked.");
  assert_has (text, "1|wc\n2|-l\n3|/home/eva/report.txt\n");
  assert_has (text, "It may read ~/report.txt");
  assert_has (text, "With the variable LC_ALL=C");
  assert_has (text, "It has no network");
  g_autofree char *last = ui_consent_question_last_element (question);
  g_assert_cmpstr (last, ==, "wc");
}

/* Of every program something is said that is true of it: that nobody knows it is one of them. */
static void
test_never_silent (void)
{
  static const struct {
    const char *path, *pinned, *said;
  } cases[] = {
    { "/usr/bin/frobnicate", "inode", "Cardea does not know what this program does." },
    { "/usr/bin/python3.11", "inode", "does what it is told by its arguments and files" },
    { "/usr/bin/find", "inode", "does what it is told by its arguments and files" },
    { "/usr/bin/tar", "inode", "does what it is told by its arguments and files" },
    { "/home/eva/bin/wc", "copy", "not a program of the system" },
    { "/usr/bin/date", "inode", "tells the date and the time" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *resource
          = g_strdup_printf ("{\"path\":\"%s\",\"pinned\":\"%s\",\"argv\":[\"x\"]," REST "}",
                             cases[i].path, cases[i].pinned);
      g_autoptr (UiConsentQuestion) question = ask (resource);
      g_autofree char *text = page (question);
      assert_has (text, cases[i].said);
      assert_has (text, "sees none of your files");
    }
}

/* An argument cannot look like another one, or like none. */
static void
test_hostile (void)
{
  g_autoptr (UiConsentQuestion) question
      = ask (PROGRAM ("/usr/bin/bash", "inode",
                      "\"bash\",\"-c\",\"echo 1\\n4|rm\\u202ecod.exe\",\"\",\"a b\"", ""));
  g_autofree char *text = page (question);

  assert_has (text, "3|echo 1\n0|↳ 4|rm\\u{202e}cod.exe\n4|\n5|a b\n");
  assert_has (text, "! One of its arguments is itself a program, written by the agent.");
  assert_has (text, "! An argument holds characters that do not show");
  assert_has (text, "! An argument goes over several lines");
}

/* However a program is handed over, that it is one is said. */
static void
test_inline (void)
{
  static const struct {
    const char *path, *argv;
    gboolean is_program;
  } cases[] = {
    { "/usr/bin/bash", "\"bash\",\"-lc\",\"id\"", TRUE },
    { "/usr/bin/perl", "\"perl\",\"-ne\",\"print\"", TRUE },
    { "/usr/bin/node", "\"node\",\"--eval=1\"", TRUE },
    { "/usr/bin/env", "\"env\",\"-S\",\"sh -c id\"", TRUE },
    { "/usr/bin/find", "\"find\",\".\",\"-execdir\",\"sh\",\";\"", TRUE },
    { "/usr/bin/mawk", "\"awk\",\"BEGIN{system(1)}\"", TRUE },
    { "/usr/bin/sed", "\"sed\",\"s/a/b/\",\"x\"", TRUE },
    { "/usr/bin/mawk", "\"awk\",\"-f\",\"x.awk\"", FALSE },
    { "/usr/bin/python3.11", "\"python3\",\"x.py\",\"-recursive\"", FALSE },
    { "/usr/bin/sort", "\"sort\",\"-r\"", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *resource
          = g_strdup_printf ("{\"path\":\"%s\",\"pinned\":\"inode\",\"argv\":[%s]," REST "}",
                             cases[i].path, cases[i].argv);
      g_autoptr (UiConsentQuestion) question = ask (resource);
      g_autofree char *text = page (question);
      gboolean said = strstr (text, "! One of its arguments is itself a program") != NULL;
      if (said != cases[i].is_program)
        g_error ("%s", text);
    }
}

static void
test_script (void)
{
  g_autoptr (UiConsentQuestion) question
      = ask (PROGRAM ("/usr/bin/python3.11", "inode", "\"python3\",\"/home/eva/p/x.py\"",
                      "\"scripts\":[{\"index\":1,\"path\":\"/home/eva/p/x.py\",\"size\":\"15\","
                      "\"sha256\":\"" SHA "\"}],\"files\":[{\"path\":\"/home/eva/p\","
                      "\"kind\":\"folder\",\"access\":\"rw\"}],"));
  g_autofree char *text = page (question);

  assert_has (text, "Argument 1 is a script: ~/p/x.py");
  assert_has (text, SHA);
  assert_has (text, "It may read and change all in the folder ~/p");
  assert_has (text, "you can undo that");
}

/* Where it may go stands on the page, each host; a network that nobody can be told of is refused.
 */
static void
test_network (void)
{
  g_autoptr (UiConsentQuestion) question = ask (
      "{\"path\":\"/usr/bin/curl\",\"pinned\":\"inode\",\"argv\":[\"curl\"],"
      "\"kind\":\"program\",\"size\":\"1\",\"uid\":\"0\",\"sha256\":\"a\",\"folder\":\"/\","
      "\"hosts\":[\"pypi.org:443\",\".x.org:80\"],\"network\":true,\"seconds\":1,\"labels\":[]}");
  g_autofree char *text = page (question);

  assert_has (text, "It may go to the hosts below");
  assert_has (text, "|It may go to pypi.org:443\n");
  assert_has (text, "|It may go to .x.org:80\n");
  g_assert_null (strstr (text, "no network"));
}

static void
test_refused (void)
{
  static const char *const cases[] = {
    PROGRAM ("/usr/bin/wc", "inode", "", ""),
    PROGRAM ("/usr/bin/wc", "somehow", "\"wc\"", ""),
    PROGRAM ("/usr/bin/wc", "inode", "1", ""),
    PROGRAM ("/usr/bin/wc", "inode", "\"a\\u0000b\"", ""),
    PROGRAM ("usr/bin/wc", "inode", "\"wc\"", ""),
    PROGRAM ("/usr/bin/wc", "inode", "\"wc\"", "\"hosts\":[\"a:1\"],"),
    PROGRAM ("/usr/bin/wc", "inode", "\"wc\"",
             "\"scripts\":[{\"index\":1,\"path\":\"/x\",\"size\":\"1\",\"sha256\":\"a\"}],"),
    PROGRAM ("/usr/bin/wc", "inode", "\"wc\"",
             "\"files\":[{\"path\":\"/x\",\"kind\":\"socket\",\"access\":\"ro\"}],"),
    PROGRAM ("/usr/bin/wc", "inode", "\"wc\"",
             "\"files\":[{\"path\":\"/x\",\"kind\":\"file\",\"access\":\"all\"}],"),
    "{\"path\":\"/usr/bin/wc\",\"pinned\":\"inode\",\"argv\":[\"wc\"],\"kind\":\"program\","
    "\"size\":\"1\",\"uid\":\"0\",\"sha256\":\"a\",\"folder\":\"/\",\"network\":true,"
    "\"seconds\":1}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (UiConsentQuestion) question = read_program (cases[i], &error);
      g_assert_null (question);
      g_assert_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/consent/program/page", test_page);
  g_test_add_func ("/ui/consent/program/never-silent", test_never_silent);
  g_test_add_func ("/ui/consent/program/hostile", test_hostile);
  g_test_add_func ("/ui/consent/program/inline", test_inline);
  g_test_add_func ("/ui/consent/program/script", test_script);
  g_test_add_func ("/ui/consent/program/network", test_network);
  g_test_add_func ("/ui/consent/program/refused", test_refused);
  return g_test_run ();
}
