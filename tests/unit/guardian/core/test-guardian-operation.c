/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-operation.h"

#include <string.h>

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static gboolean
check (const char *text, gint64 content)
{
  g_autofree char *whole = g_strconcat ("[", text, "]", NULL);
  g_autoptr (CardeaJson) operations = cardea_json_parse (whole, strlen (whole), NULL);
  const char *reason = NULL;

  g_assert_nonnull (operations);
  gboolean good = guardian_operation_check_all (operations, content, &reason);
  g_assert_nonnull (reason);
  return good;
}

static void
test_good (void)
{
  static const char *const good[] = {
    "{\"op\":\"write\",\"path\":\"/a\"}",
    "{\"op\":\"write\",\"path\":\"~/a\",\"offset\":\"0\",\"length\":\"9\",\"expect\":\"" SHA "\"}",
    "{\"op\":\"write\",\"path\":\"a/b.txt\",\"offset\":\"9\",\"length\":\"0\"}",
    "{\"op\":\"append\",\"path\":\"/a\",\"offset\":\"8\",\"length\":\"1\"}",
    "{\"op\":\"create\",\"path_b64\":\"L/8=\",\"mode\":420}",
    "{\"op\":\"delete\",\"path\":\"/a\",\"expect\":\"" SHA "\"}",
    "{\"op\":\"rename\",\"path\":\"/a\",\"to\":\"/b\"}",
    "{\"op\":\"mkdir\",\"path\":\"/a\"},{\"op\":\"create\",\"path\":\"/a/b\"}",
    "{\"op\":\"metadata\",\"path\":\"/a\",\"mtime\":\"1\"}",
    "{\"op\":\"metadata\",\"path\":\"/a\",\"mode\":511}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    if (!check (good[i], 9))
      g_error ("refused: %s", good[i]);
}

static void
test_bad (void)
{
  static const char *const bad[] = {
    "",
    "null",
    "{}",
    "{\"op\":\"burn\",\"path\":\"/a\"}",
    "{\"op\":\"write\"}",
    "{\"op\":\"write\",\"path\":\"\"}",
    "{\"op\":\"write\",\"path\":\"~\"}",
    "{\"op\":\"write\",\"path\":\"~bob/a\"}",
    "{\"op\":\"write\",\"path\":\"../a\"}",
    "{\"op\":\"write\",\"path\":\"a//b\"}",
    "{\"op\":\"write\",\"path\":\"a/\"}",
    "{\"op\":\"write\",\"path\":\"/a\",\"path_b64\":\"L2E=\"}",
    "{\"op\":\"write\",\"path\":5}",
    "{\"op\":\"write\",\"path_b64\":\"L2E=\"}",
    "{\"op\":\"write\",\"path\":\"/a\",\"sudo\":true}",
    "{\"op\":\"write\",\"path\":\"/a\",\"mode\":420}",
    "{\"op\":\"write\",\"path\":\"/a\",\"offset\":\"0\"}",
    "{\"op\":\"write\",\"path\":\"/a\",\"length\":\"1\"}",
    "{\"op\":\"write\",\"path\":\"/a\",\"offset\":0,\"length\":1}",
    "{\"op\":\"write\",\"path\":\"/a\",\"offset\":\"-1\",\"length\":\"1\"}",
    "{\"op\":\"write\",\"path\":\"/a\",\"offset\":\"9\",\"length\":\"1\"}",
    "{\"op\":\"write\",\"path\":\"/a\",\"offset\":\"1\",\"length\":\"9\"}",
    "{\"op\":\"write\",\"path\":\"/a\",\"offset\":\"1\",\"length\":\"9223372036854775807\"}",
    "{\"op\":\"write\",\"path\":\"/a\",\"expect\":\"" SHA "0\"}",
    "{\"op\":\"write\",\"path\":\"/a\",\"expect\":\"X\"}",
    "{\"op\":\"create\",\"path\":\"/a\",\"mode\":2541}",
    "{\"op\":\"create\",\"path\":\"/a\",\"mode\":-1}",
    "{\"op\":\"rename\",\"path\":\"/a\"}",
    "{\"op\":\"rename\",\"path\":\"/a\",\"to\":\"/a\"}",
    "{\"op\":\"rename\",\"path\":\"/a\",\"to\":\"b/../c\"}",
    "{\"op\":\"metadata\",\"path\":\"/a\"}",
    "{\"op\":\"metadata\",\"path\":\"/a\",\"mtime\":\"-1\"}",
    "{\"op\":\"write\",\"path\":\"/a\"},{\"op\":\"delete\",\"path\":\"/a\"}",
    "{\"op\":\"write\",\"path\":\"/a\"},{\"op\":\"rename\",\"path\":\"/b\",\"to\":\"/a\"}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    if (check (bad[i], 9))
      g_error ("taken: %s", bad[i]);
  g_assert_false (
      check ("{\"op\":\"write\",\"path\":\"/a\",\"offset\":\"0\",\"length\":\"0\"}", -1));
  g_assert_false (check ("{\"op\":\"write\",\"path\":\"/a\"}", 64 * 1024 * 1024 + 1));
}

/* Each name once, whatever the order of operations. */
static void
test_actions (void)
{
  static const char text[]
      = "[{\"op\":\"rename\",\"path\":\"/a\",\"to\":\"/b\"},"
        "{\"op\":\"mkdir\",\"path\":\"/c\"},{\"op\":\"write\",\"path\":\"/d\"}]";
  static const char *const wanted[] = { "file.write", "file.create", "file.rename", NULL };
  g_autoptr (CardeaJson) operations = cardea_json_parse (text, strlen (text), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_cmpstr (guardian_operation_action (operations, i), ==, wanted[i]);
}

static void
test_planned (void)
{
  static const struct {
    const char *op;
    const char *action;
    gboolean exists;
    gboolean may;
  } rows[] = {
    { "write", "file.write", TRUE, TRUE },       { "write", "file.create", FALSE, TRUE },
    { "write", "file.write", FALSE, FALSE },     { "write", "file.create", TRUE, FALSE },
    { "append", "file.append", TRUE, TRUE },     { "append", "file.create", FALSE, TRUE },
    { "create", "file.create", FALSE, TRUE },    { "mkdir", "file.create", FALSE, TRUE },
    { "delete", "file.delete", TRUE, TRUE },     { "rename", "file.rename", TRUE, TRUE },
    { "rename", "file.metadata", TRUE, FALSE },  { "delete", NULL, TRUE, FALSE },
    { "metadata", "file.metadata", TRUE, TRUE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const GuardianOperation *operation = guardian_operation_find (rows[i].op);
      g_assert_nonnull (operation);
      g_assert_cmpstr (guardian_operation_planned (operation, rows[i].action, rows[i].exists), ==,
                       rows[i].may ? rows[i].action : NULL);
    }
  g_assert_null (guardian_operation_find (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operation/good", test_good);
  g_test_add_func ("/operation/bad", test_bad);
  g_test_add_func ("/operation/actions", test_actions);
  g_test_add_func ("/operation/planned", test_planned);
  return g_test_run ();
}
