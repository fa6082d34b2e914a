/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-pinned.h"

#include "common/protocol/cardea-path-json.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOOL "#!/bin/sh\necho one\n"

/* A folder that is what the program would see; removed with the fixture. */
typedef struct {
  char *root;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *made = g_dir_make_tmp ("cardea-pinned-XXXXXX", NULL);
  fixture->root = realpath (made, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (fixture->root, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->root, name, NULL);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->root), ==, 0);
  free (fixture->root);
}

static char *
make (const Fixture *fixture, const char *name, const char *content, int mode)
{
  char *path = g_build_filename (fixture->root, name, NULL);

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  g_assert_cmpint (g_chmod (path, (mode_t) mode), ==, 0);
  return path;
}

static GuardianPinned *
pin (const Fixture *fixture, const char *const *words, GError **error)
{
  g_autoptr (CardeaJson) arguments = cardea_json_new_array ();
  const char *const shared[] = { fixture->root, NULL };

  for (; *words != NULL; words++)
    cardea_json_append (arguments, cardea_json_new_string (*words));
  return guardian_pinned_new (arguments, fixture->root, shared, error);
}

#define PIN(fixture, error, ...) pin (fixture, (const char *const[]){ __VA_ARGS__, NULL }, error)

static void
test_system (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GuardianPinned) pinned = PIN (fixture, &error, "true", "x");
  g_autoptr (CardeaJson) json = guardian_pinned_describe (pinned);
  struct stat st;
  GuardianDigest digest;

  g_assert_no_error (error);
  g_assert_cmpint (stat ("/usr/bin/true", &st), ==, 0);
  guardian_pinned_digest (pinned, &digest);
  g_assert_cmpuint (digest.inode, ==, st.st_ino);
  g_assert_cmpint (guardian_pinned_copy (pinned), ==, -1);
  g_assert_cmpstr (cardea_json_get_string (json, "pinned"), ==, "inode");
  g_assert_cmpstr (cardea_json_get_string (json, "path"), ==, "/usr/bin/true");
  g_assert_null (cardea_json_get (json, "scripts"));
  g_assert_true (guardian_pinned_check (pinned, &error));
}

/* What was measured is in the copy, whatever becomes of the file. */
static void
test_copy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *tool = make (fixture, "tool", TOOL, 0755);
  g_autoptr (GuardianPinned) pinned = PIN (fixture, &error, tool);
  g_autoptr (CardeaJson) json = guardian_pinned_describe (pinned);
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, TOOL, -1);
  char content[64] = { 0 };

  g_assert_no_error (error);
  g_assert_cmpstr (cardea_json_get_string (json, "pinned"), ==, "copy");
  g_assert_cmpstr (cardea_json_get_string (json, "sha256"), ==, sha256);
  g_assert_cmpstr (cardea_json_get_string (json, "interpreter"), ==, "/bin/sh");
  g_assert_true (g_file_set_contents (tool, "#!/bin/sh\necho two\n", -1, NULL));
  g_assert_true (guardian_pinned_check (pinned, &error));
  int copy = guardian_pinned_copy (pinned);
  g_assert_cmpint (pread (copy, content, sizeof content - 1, 0), ==, strlen (TOOL));
  g_assert_cmpstr (content, ==, TOOL);
  g_assert_cmpint (write (copy, "x", 1), <, 0);
  g_assert_cmpuint (guardian_pinned_size (pinned), ==, strlen (TOOL));
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = make (fixture, "text", "words", 0644);
  g_autofree char *setuid = make (fixture, "setuid", TOOL, 04755);
  g_autofree char *own = make (fixture, "own", TOOL, 0755);
  g_autofree char *line = g_strdup_printf ("#!%s\n", own);
  g_autofree char *strange = make (fixture, "strange", line, 0755);
  const struct {
    const char *program;
    GuardianPinnedError code;
  } cases[] = {
    { "there-is-none", GUARDIAN_PINNED_ERROR_MISSING },
    { "/there/is/none", GUARDIAN_PINNED_ERROR_MISSING },
    { "./own", GUARDIAN_PINNED_ERROR_UNSUITABLE },
    { "bin/sh", GUARDIAN_PINNED_ERROR_UNSUITABLE },
    { "../../bin/sh", GUARDIAN_PINNED_ERROR_UNSUITABLE },
    { "", GUARDIAN_PINNED_ERROR_UNSUITABLE },
    { fixture->root, GUARDIAN_PINNED_ERROR_UNSUITABLE },
    { "/dev/null", GUARDIAN_PINNED_ERROR_UNSUITABLE },
    { text, GUARDIAN_PINNED_ERROR_UNSUITABLE },
    { setuid, GUARDIAN_PINNED_ERROR_UNSUITABLE },
    { strange, GUARDIAN_PINNED_ERROR_UNSUITABLE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GuardianPinned) pinned = PIN (fixture, &error, cases[i].program);
      g_assert_null (pinned);
      g_assert_error (error, GUARDIAN_PINNED_ERROR, (int) cases[i].code);
    }
}

static guint
count_scripts (const GuardianPinned *pinned)
{
  g_autoptr (CardeaJson) json = guardian_pinned_describe (pinned);
  return cardea_json_size (cardea_json_get (json, "scripts"));
}

/* What the program would run is one, what it reads is none. */
static void
test_scripts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data_file = make (fixture, "data.csv", "a,b\n", 0644);
  g_autofree char *script = make (fixture, "x.py", "print(1)\n", 0644);
  g_autofree char *shebang = make (fixture, "tool", TOOL, 0644);
  g_autoptr (GuardianPinned) reading = PIN (fixture, &error, "wc", data_file, "-l");
  g_autoptr (GuardianPinned) running = PIN (fixture, &error, "wc", "x.py", shebang, "-x.py");
  g_autoptr (GuardianPinned) interpreting = PIN (fixture, &error, "sh", data_file);
  g_autoptr (GuardianPinned) behind
      = PIN (fixture, &error, "sh", "--init-file=x.py", "-fx.py", "-f");
  g_autoptr (GuardianPinned) elsewhere = PIN (fixture, &error, "sh", "/etc/profile", "../../x.py");

  g_assert_no_error (error);
  g_assert_cmpuint (count_scripts (reading), ==, 0);
  g_assert_cmpuint (count_scripts (running), ==, 2);
  g_assert_cmpuint (count_scripts (interpreting), ==, 1);
  g_assert_cmpuint (count_scripts (behind), ==, 2);
  g_assert_cmpuint (count_scripts (elsewhere), ==, 0);
  g_assert_true (guardian_pinned_check (running, &error));
}

/* Other content, another file of the same content, a link to it, nothing. */
static void
test_changed (Fixture *fixture, gconstpointer data)
{
  static const char *const ways[] = { "rewritten", "replaced", "linked", "removed" };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *script = make (fixture, "x.sh", "echo 1\n", 0644);
      g_autofree char *other = make (fixture, "other", "echo 1\n", 0644);
      g_autoptr (GuardianPinned) pinned = PIN (fixture, &error, "sh", "x.sh");
      g_assert_no_error (error);
      g_assert_true (guardian_pinned_check (pinned, &error));
      if (i == 0)
        g_assert_true (g_file_set_contents (script, "echo 2\n", -1, NULL));
      else
        g_assert_cmpint (g_unlink (script), ==, 0);
      if (i == 1)
        g_assert_cmpint (g_rename (other, script), ==, 0);
      if (i == 2)
        g_assert_cmpint (symlink (other, script), ==, 0);
      g_assert_false (guardian_pinned_check (pinned, &error));
      g_assert_error (error, GUARDIAN_PINNED_ERROR, GUARDIAN_PINNED_ERROR_CHANGED);
    }
}

/* A pipe named as a script is none, and nobody waits for it. */
static void
test_pipe (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pipe = g_build_filename (fixture->root, "pipe.sh", NULL);

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_autoptr (GuardianPinned) pinned = PIN (fixture, &error, "sh", "pipe.sh");
  g_assert_no_error (error);
  g_assert_cmpuint (count_scripts (pinned), ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/pinned/system", test_system },   { "/pinned/copy", test_copy },
    { "/pinned/refused", test_refused }, { "/pinned/scripts", test_scripts },
    { "/pinned/changed", test_changed }, { "/pinned/pipe", test_pipe },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
