/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-change.h"
#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static char *
operations_of (const CardeaMessage *request)
{
  return cardea_json_write (cardea_message_get_json (request, "operations"), NULL, NULL);
}

/* All content in one memfd, each operation with its part, and the message passes the table. */
static void
test_build (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentChange) change = agent_change_new ();
  g_autoptr (GBytes) one = bytes_of ("hello\n");
  g_autoptr (GBytes) none = bytes_of ("");
  g_autoptr (GBytes) two = bytes_of ("more");
  g_assert_true (agent_change_add_folder (change, "~/new/", &error));
  g_assert_true (agent_change_add_write (change, "/a", one,
                                         "00000000000000000000000000000000000000000000000000000000"
                                         "00000000",
                                         &error));
  g_assert_true (agent_change_add_create (change, "todo.md", none, &error));
  g_assert_true (agent_change_add_append (change, "/b\xff", two, &error));
  g_assert_true (agent_change_add_rename (change, "/c", "~/new/c", &error));
  g_assert_true (agent_change_add_delete (change, "sub/d", &error));
  g_assert_no_error (error);

  g_autoptr (CardeaMessage) request = agent_change_build (change, "because", &error);
  g_assert_no_error (error);
  g_autofree char *text = operations_of (request);
  g_assert_cmpstr (
      text, ==,
      "[{\"op\":\"mkdir\",\"path\":\"~/new\"},"
      "{\"expect\":\"0000000000000000000000000000000000000000000000000000000000000000\","
      "\"length\":\"6\",\"offset\":\"0\",\"op\":\"write\",\"path\":\"/a\"},"
      "{\"length\":\"0\",\"offset\":\"6\",\"op\":\"create\",\"path\":\"todo.md\"},"
      "{\"length\":\"4\",\"offset\":\"6\",\"op\":\"append\",\"path_b64\":\"L2L/\"},"
      "{\"op\":\"rename\",\"path\":\"/c\",\"to\":\"~/new/c\"},"
      "{\"op\":\"delete\",\"path\":\"sub/d\"}]");
  g_assert_cmpstr (cardea_message_get_string (request, "reason"), ==, "because");

  char content[32];
  cardea_autofd int fd = fcntl (cardea_message_peek_fd (request, "content"), F_DUPFD_CLOEXEC, 0);
  g_assert_cmpint (pread (fd, content, sizeof content, 0), ==, 10);
  g_assert_cmpmem (content, 10, "hello\nmore", 10);
  g_assert_cmpint (write (fd, "x", 1), ==, -1);
  cardea_message_set_cap (request, "c");
  cardea_message_set_request (request, "1");
  g_assert_true (cardea_message_check (request, CARDEA_ROLE_AGENT, CARDEA_ROLE_CORE, &error));
  g_assert_no_error (error);
  /* It is used up. */
  g_assert_null (agent_change_build (change, NULL, NULL));
}

static void
test_paths (void)
{
  static const struct {
    const char *path;
    gboolean accepted;
  } paths[] = {
    { "/a", TRUE },      { "~/a", TRUE },   { "a", TRUE },       { "a/b", TRUE },
    { "/a/../b", TRUE }, { "", FALSE },     { "/", FALSE },      { "~/", FALSE },
    { "..", FALSE },     { "../a", FALSE }, { "a/../b", FALSE }, { "a//b", FALSE },
    { "./a", FALSE },    { "a/.", FALSE },  { "~", FALSE },      { "~user/a", TRUE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (AgentChange) change = agent_change_new ();
      g_autoptr (GError) error = NULL;
      g_test_message ("“%s”", paths[i].path);
      g_assert_cmpint (agent_change_add_delete (change, paths[i].path, &error), ==,
                       paths[i].accepted);
      g_assert_cmpint (agent_change_add_rename (change, "/x", paths[i].path, NULL), ==,
                       paths[i].accepted);
      if (!paths[i].accepted)
        g_assert_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT);
    }
  g_autofree char *longest = g_strnfill (CARDEA_LIMIT_PATH, '/');
  longest[CARDEA_LIMIT_PATH - 1] = 'a';
  g_autofree char *longer = g_strconcat (longest, "a", NULL);
  g_autoptr (AgentChange) change = agent_change_new ();
  g_assert_true (agent_change_add_delete (change, longest, NULL));
  g_assert_false (agent_change_add_delete (change, longer, NULL));
}

static void
test_limits (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentChange) many = agent_change_new ();
  g_assert_null (agent_change_build (many, NULL, NULL));
  for (guint i = 0; i < CARDEA_LIMIT_OPERATIONS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/a%u", i);
      g_assert_true (agent_change_add_delete (many, path, &error));
    }
  g_assert_false (agent_change_add_delete (many, "/b", &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT);
  g_clear_error (&error);

  /* Long names reach the message's end before the count does; the message is still good. */
  g_autoptr (AgentChange) wide = agent_change_new ();
  g_autofree char *name = g_strnfill (4000, 'n');
  name[0] = '/';
  guint added = 0;
  while (agent_change_add_rename (wide, name, name, &error))
    added++;
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT);
  g_assert_cmpuint (added, >, 80);
  g_autoptr (CardeaMessage) request = agent_change_build (wide, NULL, NULL);
  cardea_message_set_cap (request, "c");
  cardea_message_set_request (request, "1");
  g_clear_error (&error);
  g_assert_true (cardea_message_check (request, CARDEA_ROLE_AGENT, CARDEA_ROLE_CORE, &error));
  g_assert_no_error (error);

  g_autoptr (AgentChange) large = agent_change_new ();
  char *text = g_malloc0 (CARDEA_LIMIT_CHANGE);
  g_autoptr (GBytes) content = g_bytes_new_take (text, CARDEA_LIMIT_CHANGE);
  g_autoptr (GBytes) one = bytes_of ("x");
  g_assert_true (agent_change_add_write (large, "/a", content, NULL, &error));
  g_assert_false (agent_change_add_write (large, "/b", one, NULL, &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT);
}

static CardeaMessage *
new_reply (const char *id, const char *items)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("file.change");
  cardea_message_set_request (request, "1");
  CardeaMessage *reply = cardea_message_new_reply (request, "file.changed");
  cardea_message_set_string (reply, "change", id);
  cardea_message_set_boolean (reply, "undoable", TRUE);
  cardea_message_set_json (reply, "items", cardea_json_parse (items, strlen (items), NULL));
  return reply;
}

static void
test_replies (void)
{
  static const struct {
    const char *id;
    const char *items;
    gboolean accepted;
  } replies[] = {
    { "c1", "[{\"path\":\"/a\",\"size\":\"3\",\"replaced\":true},{\"path\":\"/b\",\"to\":\"/c\"}]",
      TRUE },
    { "c1", "[{\"path\":\"/a\"}]", FALSE },
    { "c1", "[{\"path\":\"/a\"},{\"path\":\"/b\"},{\"path\":\"/c\"}]", FALSE },
    { "c1", "[{\"path\":\"a\"},{\"path\":\"/b\"}]", FALSE },
    { "c1", "[{\"path\":\"/a\"},{\"path\":\"/b\",\"to\":\"c\"}]", FALSE },
    { "c1", "[{},{\"path\":\"/b\"}]", FALSE },
    { "c1", "[{\"path\":\"/a\",\"size\":\"-7\"},{\"path\":\"/b\"}]", FALSE },
    { "c1", "[1,2]", FALSE },
    { "", "[{\"path\":\"/a\"},{\"path\":\"/b\"}]", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaMessage) reply = new_reply (replies[i].id, replies[i].items);
      g_autoptr (AgentChanged) changed = agent_changed_read (reply, 2, &error);
      g_test_message ("%s", replies[i].items);
      g_assert_cmpint (changed != NULL, ==, replies[i].accepted);
      if (changed == NULL)
        {
          g_assert_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE);
          continue;
        }
      const AgentChangedItem *first = changed->items->pdata[0], *second = changed->items->pdata[1];
      g_assert_true (changed->undoable && first->replaced && !second->replaced);
      g_assert_cmpint (first->size, ==, 3);
      g_assert_cmpint (second->size, ==, -1);
      g_assert_cmpstr (second->to, ==, "/c");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/change/build", test_build);
  g_test_add_func ("/agent/change/paths", test_paths);
  g_test_add_func ("/agent/change/limits", test_limits);
  g_test_add_func ("/agent/change/replies", test_replies);
  return g_test_run ();
}
