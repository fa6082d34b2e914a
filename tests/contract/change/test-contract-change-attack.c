/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody tries who may ask for changes and plays with what lies around them: to learn what a
 * file says without being allowed to, to be undone into another place, to have things deleted to
 * where they run, to keep the worker busy for ever. */

#include "change-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define SHA256_ONE "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed" /* "one" */

static void
make_link (ChangeFixture *fixture, const char *to, const char *relative)
{
  g_autofree char *target = change_fixture_path (fixture, to);
  g_autofree char *path = change_fixture_path (fixture, relative);
  g_assert_cmpint (symlink (target, path), ==, 0);
}

static void
move (ChangeFixture *fixture, const char *from, const char *to)
{
  g_autofree char *old = change_fixture_path (fixture, from);
  g_autofree char *new = change_fixture_path (fixture, to);
  g_assert_cmpint (rename (old, new), ==, 0);
}

static void
make_folder (ChangeFixture *fixture, const char *relative)
{
  g_autofree char *path = change_fixture_path (fixture, relative);
  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
}

/* A right and a wrong guess of a content look the same until the change was decided and is made. */
static void
test_guess (ChangeFixture *fixture, gconstpointer data)
{
  static const struct {
    const char *operations;
    const char *code; /* NULL: it is made */
  } guesses[] = {
    { "[{'op':'write','path':'~/file','expect':'" ZEROS "'}]", "stale" },
    { "[{'op':'append','path':'~/file','expect':'" ZEROS "'}]", "stale" },
    { "[{'op':'delete','path':'~/file','expect':'" ZEROS "'}]", "stale" },
    { "[{'op':'rename','path':'~/file','to':'~/new','expect':'" ZEROS "'}]", "stale" },
    { "[{'op':'write','path':'~/none','expect':'" ZEROS "'}]", "stale" },
    { "[{'op':'rename','path':'~/file','to':'~/new','expect':'" SHA256_ONE "'}]", NULL },
    { "[{'op':'write','path':'~/new','expect':'" SHA256_ONE "'}]", NULL },
  };
  g_autofree char *file = change_fixture_put (fixture, "file", "one");
  for (gsize i = 0; i < G_N_ELEMENTS (guesses); i++)
    {
      g_test_message ("%s", guesses[i].operations);
      g_autoptr (CardeaMessage) planned
          = change_fixture_plan (fixture, guesses[i].operations, "new");
      contract_assert_is (planned, "change.planned");
      const char *plan = change_fixture_plan_id (planned);
      g_autoptr (CardeaMessage) described = change_fixture_describe (fixture, plan);
      contract_assert_is (described, "change.described");
      g_autoptr (CardeaMessage) committed = change_fixture_commit (fixture, plan);
      if (guesses[i].code == NULL)
        {
          contract_assert_is (committed, "change.committed");
          continue;
        }
      contract_assert_refused (committed, guesses[i].code);
      g_autofree char *tree = change_fixture_tree (fixture);
      g_assert_cmpstr (tree, ==, "file: one\n");
    }
  change_fixture_assert_says (fixture, "new", "new");
}

/* What an agent may write where it may write; then the folder becomes a link to where it may not,
 * and a person takes the change back. */
static void
revert_through_link (ChangeFixture *fixture, const char *operations, const char *to)
{
  g_autoptr (CardeaMessage) committed = change_fixture_change (fixture, operations, "KEY");
  const char *change = change_fixture_change_id (committed);
  move (fixture, "desk", "elsewhere");
  make_link (fixture, to, "desk");
  g_autoptr (CardeaMessage) refused = change_fixture_revert (fixture, change);
  contract_assert_refused (refused, "changed");

  g_autofree char *link = change_fixture_path (fixture, "desk");
  g_assert_cmpint (unlink (link), ==, 0);
  move (fixture, "elsewhere", "desk");
  g_autoptr (CardeaMessage) reverted = change_fixture_revert (fixture, change);
  contract_assert_is (reverted, "change.reverted");
}

static void
test_undo_elsewhere (ChangeFixture *fixture, gconstpointer data)
{
  static const char *const vaults[] = { ".ssh", "open" };
  for (gsize i = 0; i < G_N_ELEMENTS (vaults); i++)
    {
      const char *vault = vaults[i];
      g_autofree char *planted = g_strdup_printf ("%s/keys", vault);
      make_folder (fixture, vault);
      g_autofree char *keys = change_fixture_put (fixture, "desk/keys", "KEY");
      revert_through_link (fixture, "[{'op':'delete','path':'~/desk/keys'}]", vault);
      g_assert_false (change_fixture_exists (fixture, planted));

      revert_through_link (fixture, "[{'op':'rename','path':'~/desk/keys','to':'~/kept'}]", vault);
      g_assert_false (change_fixture_exists (fixture, planted));

      /* The same file there as here: taking its creation back would remove that one. */
      g_autofree char *theirs = change_fixture_put (fixture, planted, "KEY");
      g_assert_cmpint (chmod (theirs, 0644), ==, 0);
      g_assert_cmpint (unlink (keys), ==, 0);
      revert_through_link (fixture, "[{'op':'create','path':'~/desk/keys','mode':420}]", vault);
      change_fixture_assert_says (fixture, planted, "KEY");
    }
}

/* What is deleted goes to the trash, not to where somebody wants to see it run. A trash that is a
 * link when it is planned is none; one that becomes a link afterwards is refused. */
static void
delete_over_link (ChangeFixture *fixture, const char *link, gboolean late)
{
  g_autofree char *path = change_fixture_path (fixture, link);
  g_autofree char *file = change_fixture_put (fixture, "evil.desktop", "[Desktop Entry]\n");
  g_autoptr (CardeaMessage) planned = NULL;
  g_test_message ("%s, %s", link, late ? "late" : "early");
  make_folder (fixture, link);
  if (late)
    planned = change_fixture_plan (fixture, "[{'op':'delete','path':'~/evil.desktop'}]", NULL);
  move (fixture, link, "parked");
  make_link (fixture, ".config/autostart", link);
  if (!late)
    planned = change_fixture_plan (fixture, "[{'op':'delete','path':'~/evil.desktop'}]", NULL);
  contract_assert_is (planned, "change.planned");
  g_autoptr (CardeaMessage) answer
      = change_fixture_commit (fixture, change_fixture_plan_id (planned));
  if (late)
    contract_assert_refused (answer, "unsuitable");
  else
    contract_assert_is (answer, "change.committed");
  g_assert_cmpint (change_fixture_exists (fixture, "evil.desktop"), ==, late);
  g_assert_false (change_fixture_exists (fixture, ".config/autostart/evil.desktop"));
  if (!late)
    {
      g_autoptr (CardeaMessage) reverted
          = change_fixture_revert (fixture, change_fixture_change_id (answer));
      contract_assert_is (reverted, "change.reverted");
      change_fixture_assert_says (fixture, "evil.desktop", "[Desktop Entry]\n");
    }
  g_assert_cmpint (unlink (path), ==, 0);
  move (fixture, "parked", link);
}

static void
test_trash_elsewhere (ChangeFixture *fixture, gconstpointer data)
{
  static const char *const links[] = { ".local/share/Trash/files", ".local/share/Trash/info" };
  make_folder (fixture, ".config/autostart");
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++)
    {
      delete_over_link (fixture, links[i], FALSE);
      delete_over_link (fixture, links[i], TRUE);
    }
}

/* New content does not run with the privileges that the old one was given. */
static void
test_capabilities (ChangeFixture *fixture, gconstpointer data)
{
  /* VFS_CAP_REVISION_2, effective; cap_setuid permitted */
  static const guint8 capability[20] = { 1, 0, 0, 2, 0x80 };
  guint8 now[64];
  g_autofree char *file = change_fixture_put (fixture, "program", "old");
  g_assert_cmpint (chmod (file, 0755), ==, 0);
  if (setxattr (file, "security.capability", capability, sizeof capability, 0) != 0)
    {
      g_test_skip ("nobody here may give capabilities to files");
      return;
    }
  g_autoptr (CardeaMessage) committed
      = change_fixture_change (fixture, "[{'op':'write','path':'~/program'}]", "new");
  g_assert_cmpint (getxattr (file, "security.capability", now, sizeof now), ==, -1);
  g_assert_cmpint (errno, ==, ENODATA);
  change_fixture_assert_says (fixture, "program", "new");
}

#define HUGE_SIZE (G_GINT64_CONSTANT (1) << 40)
#define HUGE_FILES 8 /* more than there are threads for a disk */

/* Files of a terabyte that nobody ever wrote: what is refused is not worked on for hours. */
static void
test_huge (ChangeFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func (g_free);
  contract_worker_free (fixture->worker);
  fixture->seconds = 1;
  change_fixture_start (fixture, 0);
  g_autoptr (CardeaMessage) opened = change_fixture_open (fixture, CHANGE_MAX_BYTES, 30);
  contract_assert_is (opened, "change.opened");
  for (guint i = 0; i < HUGE_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("huge-%u", i);
      g_autofree char *path = change_fixture_put (fixture, name, "x");
      if (truncate (path, HUGE_SIZE) != 0)
        {
          g_test_skip ("this disk holds no files so large");
          return;
        }
      g_autofree char *operations = g_strdup_printf ("[{'op':'append','path':'~/%s'}]", name);
      g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, operations, "more");
      contract_assert_is (planned, "change.planned");
      g_ptr_array_add (waiting,
                       change_fixture_send_commit (fixture, change_fixture_plan_id (planned)));
    }
  for (guint i = 0; i < waiting->len; i++)
    {
      g_autoptr (CardeaMessage) refused = contract_worker_wait (fixture->worker, waiting->pdata[i]);
      contract_assert_refused (refused, "unavailable");
    }
  g_autoptr (CardeaMessage) committed
      = change_fixture_change (fixture, "[{'op':'create','path':'~/small'}]", "small");
  change_fixture_assert_says (fixture, "small", "small");
  /* To the trash it goes without being read. */
  g_autoptr (CardeaMessage) deleted
      = change_fixture_change (fixture, "[{'op':'delete','path':'~/huge-0'}]", NULL);
  g_assert_false (change_fixture_exists (fixture, "huge-0"));
}

#define FLOOD_OPERATIONS 500 /* each holds a file and two folders */
#define FLOOD_ROOM 6         /* plans of these that may wait */
#define FLOOD_PLANS 12
#define WORKER_DESCRIPTORS 16384

static char *
send_flood (ChangeFixture *fixture, const char *operations)
{
  g_autoptr (CardeaMessage) plan = cardea_message_new ("change.plan");
  cardea_message_set_json (plan, "operations", change_fixture_parse (operations));
  cardea_message_set_path (plan, "home", fixture->home);
  return contract_worker_send (fixture->worker, plan);
}

/* More plans at once than may wait: those in excess are refused before they hold anything, and what
 * waits leaves enough for a change to be made. */
static void
test_flood (ChangeFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) operations = g_string_new ("[");
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func (g_free);
  guint planned = 0;
  for (guint i = 0; i < FLOOD_OPERATIONS; i++)
    {
      g_autofree char *from = g_strdup_printf ("a/%u/f", i);
      g_autofree char *to = g_strdup_printf ("b/%u", i);
      g_free (change_fixture_put (fixture, from, ""));
      make_folder (fixture, to);
      g_string_append_printf (operations, "%s{'op':'rename','path':'~/%s','to':'~/%s/f'}",
                              i == 0 ? "" : ",", from, to);
    }
  g_string_append (operations, "]");
  for (guint i = 0; i < FLOOD_PLANS; i++)
    g_ptr_array_add (waiting, send_flood (fixture, operations->str));
  for (guint i = 0; i < FLOOD_PLANS; i++)
    {
      g_autoptr (CardeaMessage) answer = contract_worker_wait (fixture->worker, waiting->pdata[i]);
      if (!cardea_message_is (answer, "change.planned"))
        {
          g_test_message ("%s", cardea_message_get_string (answer, "reason"));
          contract_assert_refused (answer, "busy");
          continue;
        }
      g_autoptr (CardeaMessage) drop = cardea_message_new ("change.drop");
      cardea_message_set_string (drop, "plan", change_fixture_plan_id (answer));
      if (++planned == FLOOD_ROOM)
        g_free (contract_worker_send (fixture->worker, drop));
    }
  g_assert_cmpuint (planned, ==, FLOOD_ROOM);
  g_autoptr (CardeaMessage) committed = change_fixture_change (fixture, operations->str, NULL);
  g_assert_true (change_fixture_exists (fixture, "b/0/f"));
}

int
main (int argc, char **argv)
{
  /* What guardian/privsep gives to the worker, where a test may. */
  struct rlimit limit;
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MIN (limit.rlim_max, WORKER_DESCRIPTORS);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_test_init (&argc, &argv, NULL);
  CHANGE_TEST ("/contract/change/attack/guess", test_guess);
  CHANGE_TEST ("/contract/change/attack/undo-elsewhere", test_undo_elsewhere);
  CHANGE_TEST ("/contract/change/attack/trash-elsewhere", test_trash_elsewhere);
  CHANGE_TEST ("/contract/change/attack/capabilities", test_capabilities);
  CHANGE_TEST ("/contract/change/attack/huge", test_huge);
  CHANGE_TEST ("/contract/change/attack/flood", test_flood);
  return g_test_run ();
}
