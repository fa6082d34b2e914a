/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/contract/change/change-fixture.h"

#include "common/protocol/cardea-descriptor.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
change_fixture_start (ChangeFixture *fixture, guint die_at)
{
  g_autofree char *home = g_strdup_printf ("HOME=%s", fixture->home);
  g_autofree char *die = g_strdup_printf ("CARDEA_TEST_CHANGE_DIE_AT=%u", die_at);
  g_autofree char *seconds = g_strdup_printf ("CARDEA_TEST_CHANGE_SECONDS=%u", fixture->seconds);
  const char *environment[] = { home, "TZ=UTC", NULL, NULL, NULL, NULL };
  gsize next = 2;
  if (die_at > 0)
    environment[next++] = die;
  if (fixture->seconds > 0)
    environment[next++] = seconds;
  if (fixture->plain)
    environment[next++] = "CARDEA_TEST_CHANGE_PLAIN=1";
  fixture->worker = contract_worker_new ("cardea-guardian-change", CARDEA_ROLE_CHANGE, environment);
  g_autoptr (CardeaMessage) ready = contract_worker_ready (fixture->worker);
  g_assert_cmpstr (cardea_message_get_string (ready, "name"), ==, "change");
}

char *
change_fixture_send_open (ChangeFixture *fixture, gint64 max_bytes, int days)
{
  static const guint8 key[32] = "a key of thirty-two bytes, ok...";
  g_autoptr (CardeaMessage) open = cardea_message_new ("change.open");
  cardea_message_set_fd (open, "key", cardea_descriptor_new_memfd ("key", key, sizeof key));
  cardea_message_set_path (open, "folder", fixture->undo);
  cardea_message_set_int64 (open, "max_bytes", max_bytes);
  cardea_message_set_int (open, "days", days);
  return contract_worker_send (fixture->worker, open);
}

CardeaMessage *
change_fixture_open (ChangeFixture *fixture, gint64 max_bytes, int days)
{
  g_autofree char *id = change_fixture_send_open (fixture, max_bytes, days);
  return contract_worker_wait (fixture->worker, id);
}

void
change_fixture_set_up (ChangeFixture *fixture, gconstpointer data)
{
  fixture->home = contract_folder_new ();
  fixture->plain = data != NULL;
  fixture->undo = g_build_filename (fixture->home, ".local/state/cardea/undo", NULL);
  change_fixture_start (fixture, 0);
  g_autoptr (CardeaMessage) opened = change_fixture_open (fixture, CHANGE_MAX_BYTES, 30);
  contract_assert_is (opened, "change.opened");
}

void
change_fixture_tear_down (ChangeFixture *fixture, gconstpointer data)
{
  if (fixture->worker != NULL)
    contract_worker_free (fixture->worker);
  contract_folder_remove (fixture->home);
  g_free (fixture->undo);
}

CardeaMessage *
change_fixture_restart (ChangeFixture *fixture)
{
  contract_worker_free (fixture->worker);
  change_fixture_start (fixture, 0);
  return change_fixture_open (fixture, CHANGE_MAX_BYTES, 30);
}

char *
change_fixture_path (ChangeFixture *fixture, const char *relative)
{
  return g_build_filename (fixture->home, relative, NULL);
}

char *
change_fixture_put (ChangeFixture *fixture, const char *relative, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = change_fixture_path (fixture, relative);
  g_autofree char *parent = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

char *
change_fixture_get (ChangeFixture *fixture, const char *relative)
{
  char *text = NULL;
  g_autofree char *path = change_fixture_path (fixture, relative);
  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

void
change_fixture_assert_says (ChangeFixture *fixture, const char *relative, const char *text)
{
  g_autofree char *now = change_fixture_get (fixture, relative);
  g_assert_cmpstr (now, ==, text);
}

gboolean
change_fixture_exists (ChangeFixture *fixture, const char *relative)
{
  struct stat st;
  g_autofree char *path = change_fixture_path (fixture, relative);
  return lstat (path, &st) == 0;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_tree (GString *to, const char *folder, gsize prefix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    if (strcmp (name, ".local") != 0)
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      const char *path = names->pdata[i];
      g_autofree char *text = NULL;
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          g_string_append_printf (to, "%s/\n", path + prefix);
          add_tree (to, path, prefix);
          continue;
        }
      (void) g_file_get_contents (path, &text, NULL, NULL);
      g_string_append_printf (to, "%s: %s\n", path + prefix, text);
    }
}

char *
change_fixture_tree (ChangeFixture *fixture)
{
  GString *to = g_string_new (NULL);
  add_tree (to, fixture->home, strlen (fixture->home) + 1);
  return g_string_free (to, FALSE);
}

CardeaJson *
change_fixture_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *quoted = g_strdelimit (g_strdup (text), "'", '"');
  CardeaJson *json = cardea_json_parse (quoted, strlen (quoted), &error);
  g_assert_no_error (error);
  return json;
}

CardeaMessage *
change_fixture_plan (ChangeFixture *fixture, const char *operations, const char *content)
{
  g_autoptr (CardeaMessage) plan = cardea_message_new ("change.plan");
  cardea_message_set_json (plan, "operations", change_fixture_parse (operations));
  cardea_message_set_path (plan, "home", fixture->home);
  if (content != NULL)
    cardea_message_set_fd (plan, "content",
                           cardea_descriptor_new_memfd ("content", content, strlen (content)));
  return contract_worker_ask (fixture->worker, plan);
}

CardeaMessage *
change_fixture_describe (ChangeFixture *fixture, const char *plan)
{
  g_autoptr (CardeaMessage) describe = cardea_message_new ("change.describe");
  cardea_message_set_string (describe, "plan", plan);
  return contract_worker_ask (fixture->worker, describe);
}

char *
change_fixture_send_commit (ChangeFixture *fixture, const char *plan)
{
  g_autoptr (CardeaMessage) commit = cardea_message_new ("change.commit");
  cardea_message_set_string (commit, "plan", plan);
  cardea_message_set_json (
      commit, "context", change_fixture_parse ("{'session': '0123456789abcdef', 'agent': 'test'}"));
  return contract_worker_send (fixture->worker, commit);
}

CardeaMessage *
change_fixture_commit (ChangeFixture *fixture, const char *plan)
{
  g_autofree char *id = change_fixture_send_commit (fixture, plan);
  return contract_worker_wait (fixture->worker, id);
}

CardeaMessage *
change_fixture_change (ChangeFixture *fixture, const char *operations, const char *content)
{
  g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, operations, content);
  contract_assert_is (planned, "change.planned");
  CardeaMessage *committed = change_fixture_commit (fixture, change_fixture_plan_id (planned));
  contract_assert_is (committed, "change.committed");
  return committed;
}

CardeaMessage *
change_fixture_revert (ChangeFixture *fixture, const char *change)
{
  g_autoptr (CardeaMessage) revert = cardea_message_new ("change.revert");
  cardea_message_set_string (revert, "change", change);
  return contract_worker_ask (fixture->worker, revert);
}

CardeaMessage *
change_fixture_history (ChangeFixture *fixture, int limit)
{
  g_autoptr (CardeaMessage) history = cardea_message_new ("change.history");
  cardea_message_set_int (history, "limit", limit);
  CardeaMessage *listed = contract_worker_ask (fixture->worker, history);
  contract_assert_is (listed, "change.listed");
  return listed;
}

CardeaMessage *
change_fixture_show (ChangeFixture *fixture, const char *change)
{
  g_autoptr (CardeaMessage) show = cardea_message_new ("change.show");
  cardea_message_set_string (show, "change", change);
  return contract_worker_ask (fixture->worker, show);
}

const char *
change_fixture_plan_id (const CardeaMessage *planned)
{
  return cardea_message_get_string (planned, "plan");
}

const char *
change_fixture_change_id (const CardeaMessage *committed)
{
  return cardea_json_get_string (cardea_message_get_json (committed, "change"), "id");
}

CardeaJson *
change_fixture_nth (const CardeaMessage *answer, const char *list, guint index)
{
  CardeaJson *array = cardea_message_get_json (answer, list);
  g_assert_cmpuint (index, <, cardea_json_size (array));
  return cardea_json_nth (array, index);
}
