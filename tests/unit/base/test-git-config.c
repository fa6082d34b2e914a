/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-git-config.h"

#include <string.h>

typedef struct {
  const char *before; /* NULL: there is no file */
  const char *after;
  const char *changes; /* NULL: not understood */
} Row;

#define ONE "[remote \"origin\"]\n\turl = /a\n"

static const Row rows[] = {
  { NULL, "", "" },
  { NULL, "# a\n; b\n\n  \t\n", "" },
  { NULL, "[core]\n\tbare = false\n\tfileMode = true\n", "core.bare core.filemode" },
  { NULL, "[CORE]\nFSMonitor=/x\n", "core.fsmonitor" },
  { NULL, "[core] # comment\n bare\n", "core.bare" },
  { NULL, ONE "[branch \"b\"]\nremote = origin\n", "branch.*.remote remote.*.url" },
  { NULL, "[includeIf \"gitdir:x\"]\npath = /e\n", "includeif.*.path" },
  { NULL, "[core]\r\n\tbare = false\r\n", "core.bare" },
  /* only what differs */
  { "[core]\nfsmonitor = /x\n", "[core]\nfsmonitor = /x\nbare = true\n", "core.bare" },
  { "[core]\nfsmonitor = /x\n", "[core]\nfsmonitor = /y\n", "core.fsmonitor:changed" },
  { "[core]\nfsmonitor = /x\n", "[core]\nfsmonitor = /x\nfsmonitor = /x\n",
    "core.fsmonitor:changed" },
  { "[core]\nhooksPath = /x\n", "", "core.hookspath:removed" },
  { ONE, "[remote \"origin\"]\n\turl = /b\n", "remote.*.url:changed" },
  { ONE, ONE "[remote \"b\"]\nurl = c\n", "remote.*.url:another" },
  { ONE, ONE "\tfetch = x\n", "remote.*.fetch" },
  { ONE, "[remote \"Origin\"]\n\turl = /a\n", "remote.*.url:another remote.*.url:removed" },
  /* values that are not what they seem */
  { NULL, "[remote \"a\"]\nurl = ext::sh\n", "remote.*.url:odd" },
  { NULL, "[remote \"a\"]\nurl = ext:\":\"sh\n", "remote.*.url:odd" },
  { NULL, "[branch \"a\"]\nremote = -x\n", "branch.*.remote:odd" },
  { NULL, "[alias]\nx = !sh\n", "alias.x:odd" },
  /* what git may read otherwise */
  { NULL, "[core] fsmonitor = /x\n", NULL },
  { NULL, "[core]\na = x # \\\nfsmonitor = /x\n", NULL },
  { NULL, "[core]\na = x \\\r\nb\n", NULL },
  { NULL, "# \\\n[core]\n", NULL },
  { NULL, "[remote.a]\nurl = x\n", NULL },
  { NULL, "[remote \"a\\\"b\"]\nurl = x\n", NULL },
  { NULL, "[remote \"a\" ]\nurl = x\n", NULL },
  { NULL, "[remote  a]\nurl = x\n", NULL },
  { NULL, "[core\nbare = x\n", NULL },
  { NULL, "[]\nbare = x\n", NULL },
  { NULL, "bare = x\n", NULL },
  { NULL, "[core]\nbare x\n", NULL },
  { NULL, "[core]\n1bare = x\n", NULL },
  { NULL, "[core]\nba\vre = x\n", NULL },
  { NULL, "\xef\xbb\xbf[core]\nbare = x\n", NULL },
  { "[core] x = y\n", "[core]\nbare = x\n", NULL },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *before = rows[i].before;
      g_auto (GStrv) changes = cardea_git_config_changes (
          before, before != NULL ? strlen (before) : 0, rows[i].after, strlen (rows[i].after));
      g_autofree char *text = changes != NULL ? g_strjoinv (" ", changes) : NULL;
      g_test_message ("%s", rows[i].after);
      g_assert_cmpstr (text, ==, rows[i].changes);
    }
}

static void
test_limits (void)
{
  g_autoptr (GString) many = g_string_new ("[core]\n");
  g_autofree char *large = g_strnfill (CARDEA_GIT_CONFIG_LIMIT + 1, '\n');
  g_autofree char *name = g_strnfill (CARDEA_GIT_CONFIG_NAME_LIMIT, 'a');
  g_autofree char *named = g_strconcat ("[core]\n", name, " = x\n", NULL);

  for (guint i = 0; i <= CARDEA_GIT_CONFIG_CHANGES; i++)
    g_string_append_printf (many, "a%u = b\n", i);
  g_assert_null (cardea_git_config_changes (NULL, 0, many->str, many->len));
  g_assert_null (cardea_git_config_changes (NULL, 0, large, strlen (large)));
  g_assert_null (cardea_git_config_changes (NULL, 0, named, strlen (named)));
  g_assert_null (cardea_git_config_changes (NULL, 0, "[core]\n\0x", 9));
}

static void
test_names (void)
{
  g_assert_true (cardea_git_config_is_one (".git", "config"));
  g_assert_true (cardea_git_config_is_one (".GIT", "Config.Worktree"));
  g_assert_false (cardea_git_config_is_one ("git", "config"));
  g_assert_false (cardea_git_config_is_one (".git", "config.lock"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/git-config/rows", test_rows);
  g_test_add_func ("/git-config/limits", test_limits);
  g_test_add_func ("/git-config/names", test_names);
  return g_test_run ();
}
