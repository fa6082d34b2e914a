/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Plans as a worker answers them: taken only when they are about what was asked, judged item by
 * item with the shipped policy. */

#include "tests/unit/guardian/core/core-fixture.h"

#include "guardian/core/guardian-action-table.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-plan-judge.h"
#include "guardian/core/guardian-question.h"

#include <string.h>

#define DOCUMENTS 100 /* inodes of the folders */
#define HOME 90

static CardeaJson *
parse (const char *text)
{
  CardeaJson *json = cardea_json_parse (text, strlen (text), NULL);
  if (json == NULL)
    g_error ("not JSON: %s", text);
  return json;
}

/* Inode 0: it does not exist. All lie in /home/ann/Documents, or in /home/ann for a name with "~".
 */
static char *
describe (const char *name, gint64 inode, const char *kind)
{
  gboolean outside = name[0] == '~';
  g_autofree char *path
      = g_strdup_printf ("/home/ann/%s%s", outside ? "" : "Documents/", name + (outside ? 1 : 0));
  g_autofree char *folders = g_strdup_printf (
      "[%s{\"dev\":\"1\",\"ino\":\"%d\"},{\"dev\":\"1\",\"ino\":\"3\"},{\"dev\":\"1\",\"ino\":"
      "\"2\"}]",
      outside ? "" : "{\"dev\":\"1\",\"ino\":\"100\"},", HOME);
  if (inode == 0)
    return g_strdup_printf ("{\"path\":\"%s\",\"kind\":\"%s\",\"exists\":false,\"parents\":%s}",
                            path, kind, folders);
  return g_strdup_printf ("{\"path\":\"%s\",\"kind\":\"%s\",\"exists\":true,\"parents\":%s,"
                          "\"dev\":\"1\",\"ino\":\"%" G_GINT64_FORMAT "\",\"size\":\"5\",\"mtime\":"
                          "\"6\",\"mode\":33188,\"uid\":\"0\",\"nlink\":\"1\"}",
                          path, kind, folders, inode);
}

typedef struct {
  const char *op;
  const char *action;
  const char *name;
  gint64 inode;
  const char *to; /* NULL: no rename */
  gboolean lasting;
} Item;

static CardeaJson *
make_operations (const Item *items)
{
  CardeaJson *array = cardea_json_new_array ();
  for (; items->op != NULL; items++)
    {
      CardeaJson *operation = cardea_json_new_object ();
      g_autofree char *path = g_strdup_printf ("~/%s", items->name);
      cardea_json_set_string (operation, "op", items->op);
      cardea_json_set_string (operation, "path", path);
      if (items->to != NULL)
        cardea_json_set_string (operation, "to", items->to);
      cardea_json_append (array, operation);
    }
  return array;
}

static CardeaMessage *
make_planned (const Item *items)
{
  CardeaMessage *message = cardea_message_new ("change.planned");
  CardeaJson *array = cardea_json_new_array ();

  for (; items->op != NULL; items++)
    {
      CardeaJson *item = cardea_json_new_object ();
      const char *kind = strcmp (items->op, "mkdir") == 0 ? "folder" : "file";
      g_autofree char *object = describe (items->name, items->inode, kind);
      cardea_json_set_string (item, "action", items->action);
      cardea_json_set (item, "object", parse (object));
      if (items->to != NULL)
        {
          g_autofree char *target = describe (items->to, 0, kind);
          cardea_json_set (item, "target", parse (target));
        }
      cardea_json_set_boolean (item, "undoable", !items->lasting);
      cardea_json_append (array, item);
    }
  cardea_message_set_string (message, "plan", "p1");
  cardea_message_set_json (message, "items", array);
  return message;
}

static GuardianPlan *
make_plan (const Item *items)
{
  g_autoptr (CardeaJson) operations = make_operations (items);
  g_autoptr (CardeaMessage) planned = make_planned (items);
  return guardian_plan_new (planned, operations, 0);
}

static void
test_good_plan (void)
{
  static const Item items[] = { { "write", "file.write", "a", 5 },
                                { "mkdir", "file.create", "d", 0 },
                                { "rename", "file.rename", "b", 6, "c" },
                                { NULL } };
  g_autoptr (GuardianPlan) plan = make_plan (items);

  g_assert_nonnull (plan);
  g_assert_cmpuint (plan->items->len, ==, 3);
  g_assert_cmpstr (plan->resource->path, ==, "/home/ann/Documents");
  g_assert_cmpint (plan->resource->inode.ino, ==, DOCUMENTS);
  g_assert_true (plan->resource->is_folder);
  static const Item one[] = { { "create", "file.create", "n", 0 }, { NULL } };
  g_autoptr (GuardianPlan) single = make_plan (one);
  g_assert_cmpstr (single->resource->path, ==, "/home/ann/Documents/n");
  g_assert_cmpint (single->resource->nlink, ==, 0);
}

/* Whatever is not an answer to what was asked is none. */
static void
test_bad_plans (void)
{
  static const Item asked[]
      = { { "write", "file.write", "a", 5 }, { "rename", "file.rename", "b", 6, "c" }, { NULL } };
  static const Item answers[][3] = {
    { { "write", "file.write", "a", 5 }, { NULL } },
    { { "write", "file.create", "a", 5 }, { "rename", "file.rename", "b", 6, "c" }, { NULL } },
    { { "write", "file.write", "a", 0 }, { "rename", "file.rename", "b", 6, "c" }, { NULL } },
    { { "write", "file.write", "a", 5, "x" }, { "rename", "file.rename", "b", 6, "c" }, { NULL } },
    { { "write", "file.write", "a", 5 }, { "rename", "file.rename", "b", 6 }, { NULL } },
    { { "write", "file.write", "a", 5 }, { "rename", "file.delete", "b", 6, "c" }, { NULL } },
    { { "rename", "file.rename", "b", 6, "c" }, { "write", "file.write", "a", 5 }, { NULL } },
  };
  static const char *const members[] = { "action", "object", "undoable" };
  g_autoptr (CardeaJson) operations = make_operations (asked);

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (CardeaMessage) planned = make_planned (answers[i]);
      g_autoptr (GuardianPlan) plan = guardian_plan_new (planned, operations, 0);
      if (plan != NULL)
        g_error ("answer %" G_GSIZE_FORMAT " was taken", i);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autoptr (CardeaMessage) planned = make_planned (asked);
      cardea_json_remove (cardea_json_nth (cardea_message_get_json (planned, "items"), 0),
                          members[i]);
      g_assert_null (guardian_plan_new (planned, operations, 0));
    }
}

static void
test_described (void)
{
  static const Item items[]
      = { { "write", "file.write", "a", 5 }, { "rename", "file.rename", "b", 6, "c" }, { NULL } };
#define SHOWN_A "{\"op\":\"write\",\"path\":\"/home/ann/Documents/a\"}"
#define SHOWN_B                                                                                    \
  "{\"op\":\"rename\",\"path\":\"/home/ann/Documents/b\",\"to\":\"/home/ann/Documents/c\"}"
  static const char *const wrong[] = {
    "[]",
    "[" SHOWN_A "]",
    "[" SHOWN_B "," SHOWN_A "]",
    "[" SHOWN_A "," SHOWN_B "," SHOWN_A "]",
    "[" SHOWN_A ",{\"op\":\"rename\",\"path\":\"/home/ann/Documents/b\"}]",
    "[{\"op\":\"append\",\"path\":\"/home/ann/Documents/a\"}," SHOWN_B "]",
    "[{\"op\":\"write\",\"path\":\"/home/ann/Documents/A\"}," SHOWN_B "]",
  };
  g_autoptr (GuardianPlan) plan = make_plan (items);

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (CardeaJson) changes = parse (wrong[i]);
      g_assert_false (guardian_plan_describe (plan, changes));
      g_assert_null (plan->changes);
    }
  g_autoptr (CardeaJson) right = parse ("[" SHOWN_A "," SHOWN_B "]");
  g_assert_true (guardian_plan_describe (plan, right));
  g_assert_nonnull (plan->changes);
}

static void
test_common_folder (void)
{
  static const struct {
    const char *a, *b, *wanted;
  } rows[] = {
    { "/a/b/c", "/a/b/d", "/a/b" },
    { "/a/b/c", "/a/bb/c", "/a" },
    { "/a/b", "/a/b/c", "/a" },
    { "/a/b/c", "/a/b", "/a" },
    { "/a", "/b", "/" },
    { "/a/b/c/d", "/a/x/y", "/a" },
    { "/home/ann/x", "/home/bob/x", "/home" },
    { "/a/bc/d", "/a/b/d", "/a" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GuardianObject) a = guardian_object_new_absent (rows[i].a);
      g_autoptr (GuardianObject) b = guardian_object_new_absent (rows[i].b);
      g_autoptr (GPtrArray) objects = g_ptr_array_new ();
      g_ptr_array_add (objects, a);
      g_ptr_array_add (objects, b);
      g_autoptr (GuardianObject) folder = guardian_plan_common_folder (objects);
      g_assert_cmpstr (folder->path, ==, rows[i].wanted);
      g_assert_cmpint (folder->inode.ino, ==, 0); /* nobody told */
    }
}

/* --- judging --- */

static GuardianRequest *
make_request (CoreFixture *fixture, const Item *items)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("file.change");
  g_autoptr (GError) error = NULL;

  if (!guardian_policy_is_in_force (fixture->context.policy))
    g_assert_true (guardian_policy_load (fixture->context.policy, NULL, 0, NULL, &error));
  cardea_message_set_request (message, "r1");
  cardea_message_set_json (message, "operations", make_operations (items));
  GuardianRequest *request
      = guardian_request_new (fixture->agent, message, guardian_action_table_find ("file.change"));
  request->plan = make_plan (items);
  g_assert_nonnull (request->plan);
  g_clear_pointer (&request->plan->id, g_free); /* there is no worker to give it back to */
  request->object = guardian_object_copy (request->plan->resource);
  return request;
}

static char *
share (CoreFixture *fixture, gint64 inode, const char *path, gboolean is_folder,
       GuardianGrantLevel level)
{
  GuardianGrant *grant
      = guardian_grant_new (GUARDIAN_AGENT_NAME, fixture->session->id, GUARDIAN_GRANT_COMMAND, path,
                            (GuardianInode){ 1, inode }, is_folder);
  grant->level = level;
  char *id = g_strdup (grant->id);
  g_assert_true (guardian_grant_table_add (fixture->context.grants, grant));
  return id;
}

typedef struct {
  Item items[4];
  GuardianEffect effect;
  guint tier;
  const char *policy;
  guint decides; /* which item */
} Case;

#define D GUARDIAN_EFFECT_DENY
#define Q GUARDIAN_EFFECT_ASK
#define A GUARDIAN_EFFECT_ALLOW

static void
judge_cases (CoreFixture *fixture, const Case *cases, gsize count)
{
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GuardianRequest) request = make_request (fixture, cases[i].items);
      guint decides = 0;
      guardian_plan_judge (request);
      const GuardianDecision *decision = &request->decision;
      g_assert_true (g_ptr_array_find (request->plan->items, request->plan->item, &decides));
      if (decision->effect != cases[i].effect || decision->tier != cases[i].tier
          || strcmp (decision->policy, cases[i].policy) != 0 || decides != cases[i].decides)
        g_error ("case %" G_GSIZE_FORMAT ": %s tier %u by %s, item %u", i,
                 guardian_effect_name (decision->effect), decision->tier, decision->policy,
                 decides);
      g_assert_cmpstr (guardian_request_action (request), ==, cases[i].items[decides].action);
      g_assert_nonnull (request->input);
    }
}

static void
test_unshared (CoreFixture *fixture, gconstpointer data)
{
  static const Case cases[] = {
    { { { "write", "file.write", "a", 5 }, { NULL } }, Q, 2, "shipped.outside", 0 },
    { { { "create", "file.create", "n", 0 }, { NULL } }, Q, 2, "shipped.outside", 0 },
    { { { "write", "file.write", "a", 5 }, { "delete", "file.delete", "b", 6 }, { NULL } },
      Q,
      3,
      "shipped.delete",
      1 },
    { { { "create", "file.create", "n", 0 }, { "create", "file.create", "~.bashrc", 0 }, { NULL } },
      D,
      5,
      "shipped.startup",
      1 },
    { { { "delete", "file.delete", "b", 6 },
        { "write", "file.write", "~.ssh/config", 7 },
        { "write", "file.write", "a", 5 },
        { NULL } },
      D,
      5,
      "shipped.secrets",
      1 },
  };
  judge_cases (fixture, cases, G_N_ELEMENTS (cases));
}

static void
test_shared (CoreFixture *fixture, gconstpointer data)
{
  static const Case cases[] = {
    { { { "write", "file.write", "a", 5 }, { NULL } }, A, 1, "shipped.granted", 0 },
    { { { "mkdir", "file.create", "d", 0 }, { "create", "file.create", "n", 0 }, { NULL } },
      A,
      1,
      "shipped.granted",
      0 },
    { { { "rename", "file.rename", "a", 5, "c" }, { NULL } }, A, 1, "shipped.granted", 0 },
    /* Its new name lies outside: that decides. */
    { { { "rename", "file.rename", "a", 5, "~c" }, { NULL } }, Q, 2, "shipped.outside", 0 },
    { { { "rename", "file.rename", "~a", 5, "c" }, { NULL } }, Q, 2, "shipped.outside", 0 },
    { { { "rename", "file.rename", "a", 5, ".git" }, { NULL } }, D, 5, "shipped.hooks", 0 },
    { { { "write", "file.write", "a", 5 }, { "write", "file.write", "~a", 6 }, { NULL } },
      Q,
      2,
      "shipped.outside",
      1 },
    { { { "write", "file.write", "a", 5, NULL, TRUE }, { NULL } }, Q, 2, "shipped.lasting", 0 },
    { { { "write", "file.write", "a", 5 }, { "delete", "file.delete", "b", 6 }, { NULL } },
      Q,
      3,
      "shipped.delete",
      1 },
  };
  g_autofree char *id
      = share (fixture, DOCUMENTS, "/home/ann/Documents", TRUE, GUARDIAN_GRANT_WRITE);
  judge_cases (fixture, cases, G_N_ELEMENTS (cases));
}

static void
test_shared_for_reading (CoreFixture *fixture, gconstpointer data)
{
  static const Case cases[] = {
    { { { "write", "file.write", "a", 5 }, { NULL } }, Q, 2, "shipped.outside", 0 },
    { { { "create", "file.create", "n", 0 }, { NULL } }, Q, 2, "shipped.outside", 0 },
  };
  g_autofree char *folder
      = share (fixture, DOCUMENTS, "/home/ann/Documents", TRUE, GUARDIAN_GRANT_READ);
  g_autofree char *file = share (fixture, 5, "/home/ann/Documents/a", FALSE, GUARDIAN_GRANT_READ);
  judge_cases (fixture, cases, G_N_ELEMENTS (cases));
}

/* Each item has a policy's question of its own; what is the same in all is shared. */
static void
test_input (CoreFixture *fixture, gconstpointer data)
{
  static const Item items[] = { { "write", "file.write", "a", 5 },
                                { "rename", "file.rename", "b", 6, "~.git" },
                                { NULL } };
  g_autoptr (GuardianRequest) request = make_request (fixture, items);
  gint64 count = 0;
  gboolean undoable = FALSE;

  guardian_plan_judge (request);
  const CardeaJson *resource = cardea_json_get (request->input, "resource");
  g_assert_cmpstr (cardea_json_get_string (request->input, "action"), ==, "file.create");
  g_assert_cmpstr (cardea_json_get_string (resource, "path"), ==, "/home/ann/.git");
  g_assert_cmpstr (cardea_json_get_string (resource, "from"), ==, "/home/ann/Documents/b");
  g_assert_true (cardea_json_get_int (resource, "count", &count) && count == 2);
  g_assert_true (cardea_json_get_boolean (resource, "undoable", &undoable) && undoable);
  g_assert_nonnull (cardea_json_get (request->input, "subject"));
  g_assert_nonnull (cardea_json_get (request->input, "context"));
}

static void
test_revoked (CoreFixture *fixture, gconstpointer data)
{
  static const Item items[] = { { "rename", "file.rename", "a", 5, "c" }, { NULL } };
  g_autoptr (GuardianRequest) request = make_request (fixture, items);
  g_autofree char *id
      = share (fixture, DOCUMENTS, "/home/ann/Documents", TRUE, GUARDIAN_GRANT_WRITE);
  const GuardianPlanItem *item = request->plan->items->pdata[0];

  guardian_plan_judge (request);
  g_assert_cmpstr (item->grant, ==, id);
  g_assert_cmpstr (item->target_grant, ==, id);
  g_assert_true (guardian_plan_judge_granted (request));
  guardian_grant_table_revoke_session (fixture->context.grants, NULL);
  g_assert_false (guardian_plan_judge_granted (request));
}

/* What could not be planned: policy's word on the names goes before the worker's. */
static void
test_names (CoreFixture *fixture, gconstpointer data)
{
  static const Item closed[] = { { "write", "file.write", "Documents/a", 5 },
                                 { "create", "file.create", ".bashrc", 0 },
                                 { NULL } };
  static const Item open[] = { { "write", "file.write", "Documents/a", 5 }, { NULL } };
  g_autoptr (GuardianRequest) one = make_request (fixture, closed);
  g_autoptr (GuardianRequest) other = make_request (fixture, open);

  g_assert_false (guardian_plan_judge_names (one));
  g_assert_cmpstr (one->decision.policy, ==, "shipped.startup");
  g_assert_false (guardian_plan_judge_names (other));
  g_autofree char *id
      = share (fixture, DOCUMENTS, "/home/ann/Documents", TRUE, GUARDIAN_GRANT_READ);
  g_assert_true (guardian_plan_judge_names (other));
}

/* --- the question and the record --- */

static GuardianQuestion *
ask (const GuardianRequest *request, GError **error)
{
  GuardianQuestionTerms terms = { .request = "r1",
                                  .session = "0123456789abcdef",
                                  .agent = "Cardea",
                                  .action = guardian_request_action (request),
                                  .object = request->object,
                                  .plan = request->plan,
                                  .home = "/home/ann",
                                  .decision = &request->decision };
  return guardian_question_new (&terms, 60, error);
}

static void
show (GuardianRequest *request, gsize diff)
{
  CardeaJson *changes = cardea_json_new_array ();
  g_autofree char *text = g_strnfill (diff, 'x');

  for (guint i = 0; i < request->plan->items->len; i++)
    {
      const GuardianPlanItem *item = request->plan->items->pdata[i];
      CardeaJson *change = cardea_json_new_object ();
      cardea_json_set_string (change, "op", item->operation->op);
      cardea_json_set_string (change, "path", item->object->path);
      cardea_json_set_string (change, "diff", text);
      cardea_json_append (changes, change);
    }
  g_assert_true (guardian_plan_describe (request->plan, changes));
  cardea_json_unref (changes);
}

static void
test_question (CoreFixture *fixture, gconstpointer data)
{
  static const Item items[]
      = { { "write", "file.write", "a", 5 }, { "create", "file.create", "n", 0 }, { NULL } };
  g_autoptr (GuardianRequest) request = make_request (fixture, items);
  g_autoptr (GError) error = NULL;

  guardian_plan_judge (request);
  show (request, 10);
  g_autoptr (GuardianQuestion) question = ask (request, &error);
  g_assert_no_error (error);
  const CardeaJson *resource = cardea_json_get (question->body, "resource");
  g_assert_cmpstr (cardea_json_get_string (resource, "path"), ==, "/home/ann/Documents");
  g_assert_cmpstr (question->last_element, ==, "Documents");
  g_assert_true (question->folder_offered && question->exact_offered);
  g_assert_cmpuint (cardea_json_size (cardea_json_get (question->body, "changes")), ==, 2);
  /* For the record without the differences. */
  g_autoptr (CardeaJson) abridged = guardian_question_abridge (question, 4096);
  const CardeaJson *changes = cardea_json_get (abridged, "changes");
  g_assert_cmpuint (cardea_json_size (changes), ==, 2);
  g_assert_null (cardea_json_get (cardea_json_nth (changes, 0), "diff"));
  g_assert_nonnull (
      cardea_json_get (cardea_json_nth (cardea_json_get (question->body, "changes"), 0), "diff"));
  g_autoptr (CardeaJson) short_one = guardian_question_abridge (question, 60);
  gint64 left = 0;
  g_assert_true (cardea_json_get_int (short_one, "changes_left_out", &left));
  g_assert_cmpint (left + cardea_json_size (cardea_json_get (short_one, "changes")), ==, 2);
  /* Not in one message. */
  show (request, GUARDIAN_QUESTION_SIZE_LIMIT / 2);
  g_assert_null (ask (request, &error));
  g_assert_error (error, GUARDIAN_QUESTION_ERROR, GUARDIAN_QUESTION_ERROR_SIZE);
}

/* All of it stands in the digest, as much as fits in the list. */
static void
test_list (CoreFixture *fixture, gconstpointer data)
{
  static const Item items[]
      = { { "write", "file.write", "a", 5 }, { "write", "file.write", "b", 6 }, { NULL } };
  static const Item other[]
      = { { "write", "file.write", "a", 5 }, { "write", "file.write", "c", 6 }, { NULL } };
  g_autoptr (GuardianPlan) plan = make_plan (items);
  g_autoptr (GuardianPlan) another = make_plan (other);
  g_autofree char *whole = NULL;
  g_autofree char *cut = NULL;
  g_autofree char *different = NULL;
  g_autoptr (CardeaJson) all = guardian_plan_list (plan, 4096, &whole);
  g_autoptr (CardeaJson) few = guardian_plan_list (plan, 100, &cut);
  g_autoptr (CardeaJson) others = guardian_plan_list (another, 100, &different);
  gsize size = 0;
  g_autofree char *text = cardea_json_write (all, &size, NULL);
  g_autofree char *digest
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, size);

  g_assert_cmpuint (cardea_json_size (all), ==, 2);
  g_assert_cmpuint (cardea_json_size (few), ==, 1);
  g_assert_cmpstr (whole, ==, digest); /* what a verifier computes from the detail */
  g_assert_cmpstr (whole, ==, cut);
  g_assert_cmpstr (whole, !=, different);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*run) (CoreFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/plan/unshared", test_unshared },
    { "/plan/shared", test_shared },
    { "/plan/shared-for-reading", test_shared_for_reading },
    { "/plan/input", test_input },
    { "/plan/revoked", test_revoked },
    { "/plan/names", test_names },
    { "/plan/question", test_question },
    { "/plan/list", test_list },
  };
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/good", test_good_plan);
  g_test_add_func ("/plan/bad", test_bad_plans);
  g_test_add_func ("/plan/described", test_described);
  g_test_add_func ("/plan/common-folder", test_common_folder);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, CoreFixture, NULL, core_fixture_up, tests[i].run, core_fixture_down);
  return g_test_run ();
}
