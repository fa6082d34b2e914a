/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-operation.h"

#include "guardian/files/guardian-files-error.h"

#include <string.h>

#define CONTENT 100
#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static GPtrArray *
read_all (const char *text, GError **error)
{
  g_autofree char *quoted = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (CardeaJson) json = cardea_json_parse (quoted, strlen (quoted), NULL);
  g_assert_nonnull (json);
  return guardian_change_operation_read_all (json, CONTENT, error);
}

static void
test_taken (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list
      = read_all ("[{'op':'write','path':'/a','offset':'10','length':'20','expect':'" DIGEST "'},"
                  "{'op':'append','path':'/b','offset':'40'},"
                  "{'op':'rename','path':'/c','to':'/d'},"
                  "{'op':'metadata','path':'/e','mode':493,'mtime':'7'}]",
                  &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 4);
  const GuardianChangeOperation *write = list->pdata[0];
  g_assert_cmpint (write->offset, ==, 10);
  g_assert_cmpint (write->length, ==, 20);
  g_assert_cmpstr (write->expect, ==, DIGEST);
  g_assert_cmpint (write->mode, ==, -1);
  const GuardianChangeOperation *append = list->pdata[1];
  g_assert_cmpint (append->length, ==, CONTENT - 40);
  const GuardianChangeOperation *rename = list->pdata[2];
  g_assert_cmpstr (rename->to, ==, "/d");
  const GuardianChangeOperation *metadata = list->pdata[3];
  g_assert_cmpint (metadata->mode, ==, 0755);
  g_assert_cmpint (metadata->mtime, ==, 7);
}

static const char *const refused[] = {
  "[]",
  "{}",
  "[1]",
  "[{'op':'burn','path':'/a'}]",
  "[{'path':'/a'}]",
  "[{'op':'write'}]",
  "[{'op':'write','path':''}]",
  "[{'op':'write','path':'/a','path_b64':'L2E='}]",
  "[{'op':'write','path_b64':'L2E='}]",
  "[{'op':'write','path':'/a','extra':1}]",
  "[{'op':'write','path':'/a','offset':'101'}]",
  "[{'op':'write','path':'/a','offset':'50','length':'51'}]",
  "[{'op':'write','path':'/a','offset':'9223372036854775807','length':'1'}]",
  "[{'op':'write','path':'/a','offset':'-1'}]",
  "[{'op':'write','path':'/a','offset':1}]",
  "[{'op':'write','path':'/a','mode':420}]",
  "[{'op':'write','path':'/a','expect':'E3'}]",
  "[{'op':'create','path':'/a','mode':512}]",
  "[{'op':'create','path':'/a','mode':-1}]",
  "[{'op':'create','path':'/a','expect':'" DIGEST "'}]",
  "[{'op':'rename','path':'/a'}]",
  "[{'op':'rename','path':'/a','to':'/b/../c'}]",
  "[{'op':'delete','path':'/a','to':'/b'}]",
  "[{'op':'mkdir','path':'..'}]",
  "[{'op':'metadata','path':'/a'}]",
  "[{'op':'metadata','path':'/a','mtime':'-1'}]",
};

static void
test_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_test_message ("%s", refused[i]);
      g_assert_null (read_all (refused[i], &error));
      g_assert_error (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNSUITABLE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/change/operation/taken", test_taken);
  g_test_add_func ("/change/operation/refused", test_refused);
  return g_test_run ();
}
