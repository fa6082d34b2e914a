/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/programs/ui-program-agents.h"
#include "ui/programs/ui-program-foreign.h"
#include "ui/programs/ui-program-hosts.h"
#include "ui/programs/ui-program-identity.h"
#include "ui/programs/ui-program-request.h"
#include "ui/programs/ui-program-tail.h"
#include "ui/programs/ui-program.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A person's machine: a home with a folder and a link to it, one program in PATH, one profile. */
typedef struct {
  char *root;
  char *home;
  char *work;
} World;

static char *
make_folder (const char *parent, const char *name)
{
  char *path = g_build_filename (parent, name, NULL);
  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  return path;
}

static void
write_file (const char *folder, const char *name, const char *text, int mode)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (chmod (path, (mode_t) mode), ==, 0);
}

static void
set_up (World *w, gconstpointer data)
{
  w->root = g_dir_make_tmp ("cardea-test-XXXXXX", NULL);
  w->home = make_folder (w->root, "home");
  w->work = make_folder (w->home, "work");
  g_autofree char *programs = make_folder (w->root, "bin");
  g_autofree char *config = make_folder (w->root, "config");
  g_autofree char *profiles = make_folder (config, "cardea/profiles");
  g_autofree char *link = g_build_filename (w->home, "link", NULL);

  g_assert_cmpint (symlink (w->work, link), ==, 0);
  write_file (programs, "theirs", "#!/bin/sh\n", 0755);
  write_file (programs, "plain", "text\n", 0644);
  write_file (
      profiles, "theirs.json",
      "{\"version\":1,\"title\":\"Theirs\",\"home\":\"own\",\"agent\":[\"theirs\",\"acp\"]}", 0600);
  write_file (profiles, "absent.json",
              "{\"version\":1,\"title\":\"Absent\",\"home\":\"own\",\"agent\":[\"nowhere\"]}",
              0600);
  g_setenv ("HOME", w->home, TRUE);
  g_setenv ("PATH", programs, TRUE);
  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir
      = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);
      remove_tree (below);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (World *w, gconstpointer data)
{
  remove_tree (w->root);
  g_free (w->root);
  g_free (w->home);
  g_free (w->work);
}

static void
test_names (World *w, gconstpointer data)
{
  g_autoptr (GError) absent = NULL;
  g_autoptr (GError) plain = NULL;
  g_autoptr (GError) empty = NULL;
  g_autofree char *found = ui_program_find ("theirs", NULL);
  char share[] = "/a:rw", odd[] = "/a:rw:ro", none[] = ":rw";

  g_assert_true (g_str_has_suffix (found, "/bin/theirs"));
  g_assert_null (ui_program_find ("nowhere", &absent));
  g_assert_error (absent, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_NOT_FOUND);
  g_assert_null (ui_program_find ("plain", &plain));
  g_assert_error (plain, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_UNSUITABLE);
  g_assert_null (ui_program_absolute_path ("", &empty));
  g_assert_error (empty, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE);
  g_assert_cmpstr (ui_program_cut_access (share), ==, "rw");
  g_assert_cmpstr (share, ==, "/a");
  g_assert_cmpstr (ui_program_cut_access (odd), ==, "ro");
  g_assert_cmpstr (odd, ==, "/a:rw");
  g_assert_cmpstr (ui_program_cut_access (none), ==, "ro");
}

static void
test_hosts (World *w, gconstpointer data)
{
  static const char *const wrong[] = { "", "a b", "x:99999", "\xff", "http://a" };
  char *good[] = { (char *) "pypi.org:443", (char *) ".example.org", NULL };
  g_autoptr (CardeaMessage) message = cardea_message_new ("run.open");

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      char *words[] = { (char *) wrong[i], NULL };
      g_assert_false (ui_program_hosts_set (message, words, &error));
      g_assert_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE);
    }
  g_assert_null (cardea_message_get_json (message, "net"));
  g_assert_true (ui_program_hosts_set (message, good, NULL));
  g_assert_cmpuint (cardea_json_size (cardea_message_get_json (message, "net")), ==, 2);
}

/* Neither the home nor what holds it is ever shared, whatever it is called. */
static void
test_folders (World *w, gconstpointer data)
{
  g_autofree char *link = g_build_filename (w->home, "link:rw", NULL);
  g_autofree char *around = g_build_filename (w->work, "..", NULL);
  const char *const wrong[] = { w->home, w->root, "/", around, "/nowhere", "" };
  const char *access;
  g_autofree char *real = ui_program_request_folder (link, &access, NULL);

  g_assert_cmpstr (real, ==, w->work);
  g_assert_cmpstr (access, ==, "rw");
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (ui_program_request_folder (wrong[i], &access, &error));
      g_assert_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE);
    }
}

static void
assert_identity (const char *text, const char *const *wanted)
{
  g_autofree char *home = g_strdup (g_getenv ("HOME"));

  write_file (home, ".gitconfig", text, 0600);
  g_auto (GStrv) found = ui_program_identity ();
  g_assert_true (g_strv_equal ((const char *const *) found, wanted));
}

/* Two values of git's configuration, as git reads them, and nothing else of it. */
static void
test_identity (World *w, gconstpointer data)
{
  static const char *const none[] = { NULL };
  static const char *const both[]
      = { "GIT_AUTHOR_NAME=Ada L", "GIT_COMMITTER_NAME=Ada L", "EMAIL=a@b.c", NULL };
  static const char *const named[] = { "GIT_AUTHOR_NAME=Ada L", "GIT_COMMITTER_NAME=Ada L", NULL };
  static const char *const mail[] = { "EMAIL=a@b.c", NULL };

  g_unsetenv ("EMAIL");
  g_auto (GStrv) absent = ui_program_identity ();
  g_assert_null (absent[0]);
  assert_identity ("[user]\n\tname = Ada L\n\temail = a@b.c\n", both);
  assert_identity ("[USER]\r\nName=\"Ada L\" ; me\r\n  EMAIL= a@b.c #x\r\n[core]\nname=x\n", both);
  assert_identity ("[user] name = Ada L\n[alias]\nx = a \\\nemail = no\n", named);
  assert_identity ("[user]\nname = \"Ada\nemail = a@b.c", mail);
  assert_identity ("[user]\nname = A\\n\nemail = a@b.c\nsigningkey = k", mail);
  assert_identity ("[user \"x\"]\nname = A\n[users]\nname = B\nname\n= C\n", none);
  assert_identity ("[user]\nname = A\nemail = b\n[includeIf \"gitdir:~/w/\"]\npath = c\n", none);
  g_setenv ("EMAIL", "mine", TRUE);
  assert_identity ("[user]\nname = Ada L\nemail = a@b.c\n", named);
  g_unsetenv ("EMAIL");
}

static gboolean
is_writable (CardeaMessage *open, const char *field, const char *path)
{
  g_auto (GStrv) paths = cardea_message_get_paths (open, field);
  return paths != NULL && g_strv_contains ((const char *const *) paths, path);
}

/* What the one writes the other reads, and what is shared with the one is granted to the other. */
static void
test_foreign (World *w, gconstpointer data)
{
  g_autofree char *share = g_strconcat (w->work, ":rw", NULL);
  char *folders[] = { share, NULL };
  const UiProgramForeignOptions options = { .profile = "theirs", .folders = folders };
  const UiProgramForeignOptions absent = { .profile = "absent", .folders = folders };
  const UiProgramForeignOptions mute = { .profile = "python", .folders = folders };
  g_autoptr (CardeaMessage) open = cardea_message_new ("session.open");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) no_agent = NULL;
  int errors = -1;
  char byte = 0;

  g_autoptr (CardeaMessage) run = ui_program_foreign_new (&options, open, &errors, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cardea_message_get_path (run, "folder"), ==, w->work);
  g_assert_cmpstr (cardea_message_get_path (open, "folder"), ==, w->work);
  g_assert_true (is_writable (run, "writable", w->work));
  g_assert_true (is_writable (open, "writable", w->work));
  g_assert_false (is_writable (open, "files", w->work));
  g_assert_cmpint (write (cardea_message_peek_fd (run, "output"), "a", 1), ==, 1);
  g_assert_cmpint (read (cardea_message_peek_fd (open, "foreign_input"), &byte, 1), ==, 1);
  g_assert_cmpint (write (cardea_message_peek_fd (open, "foreign_output"), "b", 1), ==, 1);
  g_assert_cmpint (read (cardea_message_peek_fd (run, "input"), &byte, 1), ==, 1);
  g_assert_cmpint (write (cardea_message_peek_fd (run, "error"), "c", 1), ==, 1);
  g_assert_cmpint (read (errors, &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'c');
  close (errors);

  g_assert_null (ui_program_foreign_new (&absent, open, NULL, &error));
  g_assert_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_NOT_FOUND);
  g_assert_null (ui_program_foreign_new (&mute, open, NULL, &no_agent));
  g_assert_error (no_agent, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GPtrArray **agents = user_data;
  *agents = ui_program_agents_list_finish (result, NULL);
}

static void
test_list (World *w, gconstpointer data)
{
  g_autoptr (GPtrArray) agents = NULL;
  g_autoptr (GString) found = g_string_new (NULL);

  ui_program_agents_list_async (NULL, listed_cb, &agents);
  while (agents == NULL)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < agents->len; i++)
    {
      const UiProgramAgent *agent = agents->pdata[i];
      g_string_append_printf (found, "%s lacks %s\n", agent->name,
                              agent->lacks != NULL ? agent->lacks : "nothing");
    }
  g_assert_nonnull (strstr (found->str, "theirs lacks nothing\n"));
  g_assert_nonnull (strstr (found->str, "absent lacks nowhere\n"));
  g_assert_nonnull (strstr (found->str, "opencode lacks opencode\n"));
  g_assert_null (strstr (found->str, "python")); /* talks with nobody */
}

/* Of much that is written the last line, whatever is in it. */
static void
test_tail (World *w, gconstpointer data)
{
  static const char last[] = "  the \x1b[1m end\0 of it\n\n";
  g_autofree char *much = g_strnfill (3 * UI_PROGRAM_TAIL_KEPT, 'x');
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  g_autoptr (UiProgramTail) tail = ui_program_tail_new (ends[0]);
  g_assert_null (ui_program_tail_line (tail));
  g_assert_cmpint (write (ends[1], much, strlen (much)), ==, (gssize) strlen (much));
  g_autofree char *cut = ui_program_tail_line (tail);
  g_assert_cmpint (g_utf8_strlen (cut, -1), <=, UI_PROGRAM_TAIL_LINE);
  g_assert_cmpint (write (ends[1], "\n", 1), ==, 1);
  g_assert_cmpint (write (ends[1], last, sizeof last - 1), ==, (gssize) sizeof last - 1);
  close (ends[1]);
  g_autofree char *line = ui_program_tail_line (tail);
  g_assert_true (g_str_has_prefix (line, "the \\u{001b}[1m end"));
  g_assert_true (g_str_has_suffix (line, " of it"));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (World *, gconstpointer);
  } tests[] = {
    { "/ui-program/names", test_names },     { "/ui-program/hosts", test_hosts },
    { "/ui-program/folders", test_folders }, { "/ui-program/identity", test_identity },
    { "/ui-program/foreign", test_foreign }, { "/ui-program/list", test_list },
    { "/ui-program/tail", test_tail },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, World, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
