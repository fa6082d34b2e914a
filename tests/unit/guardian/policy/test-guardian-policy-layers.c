/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Files of an administrator and of a user: what they change, and what of them is refused. */

#include "common/policies/cardea-policy-files.h"
#include "guardian/policy/guardian-policy.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHER 4242 /* nobody's */

typedef struct {
  char *root;
  char *etc;   /* the administrator's policy.d */
  char *own;   /* the user's */
  guint owner; /* whose the administrator's must be */
  GuardianPolicy *policy;
} World;

static void
set_up (World *world, gconstpointer data)
{
  static const char *const own[] = { "/home/ann/.config/cardea", NULL };
  world->root = g_dir_make_tmp ("cardea-policy-XXXXXX", NULL);
  g_assert_nonnull (world->root);
  world->etc = g_build_filename (world->root, "etc", "policy.d", NULL);
  world->own = g_build_filename (world->root, "user", "policy.d", NULL);
  g_assert_cmpint (g_mkdir_with_parents (world->etc, 0755), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (world->own, 0700), ==, 0);
  world->owner = geteuid ();
  world->policy = guardian_policy_new (own, geteuid ());
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  for (const char *name; folder != NULL && (name = g_dir_read_name (folder)) != NULL;)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);
      if (g_file_test (below, G_FILE_TEST_IS_DIR) && !g_file_test (below, G_FILE_TEST_IS_SYMLINK))
        remove_all (below);
      else
        g_unlink (below);
    }
  g_rmdir (path);
}

static void
tear_down (World *world, gconstpointer data)
{
  guardian_policy_free (world->policy);
  remove_all (world->root);
  g_free (world->own);
  g_free (world->etc);
  g_free (world->root);
}

static char *
put (const char *folder, const char *name, const char *text)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_assert_true (
      g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, NULL));
  return path;
}

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = put (folder, name, text);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

static gboolean
load (World *world, GError **error)
{
  return guardian_policy_load (world->policy, world->etc, world->owner, world->own, error);
}

static void
load_good (World *world)
{
  g_autoptr (GError) error = NULL;
  gboolean loaded = load (world, &error);
  g_assert_no_error (error);
  g_assert_true (loaded);
}

static CardeaJson *
make_input (const char *path, gboolean granted)
{
  CardeaJson *input = cardea_json_new_object ();
  CardeaJson *resource = cardea_json_new_object ();
  cardea_json_set_string (input, "action", "file.read");
  cardea_json_set_string (resource, "path", path);
  cardea_json_set_string (resource, "kind", "file");
  cardea_json_set_boolean (resource, "exists", TRUE);
  cardea_json_set_int64_string (resource, "uid", geteuid ());
  cardea_json_set_int64_string (resource, "nlink", 1);
  cardea_json_set_int64_string (resource, "size", 1000);
  if (granted)
    {
      CardeaJson *grant = cardea_json_new_object ();
      cardea_json_set_string (grant, "id", "g1");
      cardea_json_set_string (grant, "scope", "exact");
      cardea_json_set_string (grant, "access", "ro");
      cardea_json_set (resource, "grant", grant);
    }
  cardea_json_set (input, "resource", resource);
  return input;
}

static GuardianDecision
decide (World *world, const char *path, gboolean granted)
{
  g_autoptr (CardeaJson) input = make_input (path, granted);
  return guardian_policy_decide (world->policy, input);
}

static void
assert_decides (World *world, const char *path, gboolean granted, GuardianEffect effect,
                const char *policy)
{
  GuardianDecision decision = decide (world, path, granted);
  g_assert_cmpstr (decision.policy, ==, policy);
  g_assert_cmpint (decision.effect, ==, effect);
}

#define ADMIN "package cardea.admin.office\n"
#define USER "package cardea.user.mine\n"

static void
test_layers (World *world, gconstpointer data)
{
  load_good (world);
  assert_decides (world, "/srv/a", FALSE, GUARDIAN_EFFECT_ASK, "shipped.outside");
  g_autofree char *shipped = g_strdup (guardian_policy_revision (world->policy));
  g_assert_cmpuint (strlen (shipped), ==, 64);

  write_file (world->etc, "office.rego",
              ADMIN
              "answer[\"shipped.outside\"] := {\"effect\": \"allow\", \"reason\": \"ours\"} if "
              "startswith(input.resource.path, data.organisation.open)\n"
              "answer[\"office.never\"] := {\"effect\": \"deny\", \"reason\": \"never\"} if "
              "startswith(input.resource.path, \"/srv/never/\")\n");
  write_file (world->etc, "organisation/data.yaml", "open: /srv/open/\n");
  write_file (world->own, "mine.rego",
              USER
              "answer[\"mine.odd\"] := {\"effect\": \"deny\", \"reason\": \"not mine\"} if "
              "endswith(input.resource.path, data.user.ending)\n"
              "answer[\"shipped.outside\"] := {\"effect\": \"allow\", \"reason\": \"mine\"}\n");
  write_file (world->own, "ending.json", "{\"user\": {\"ending\": \".odd\"}}");
  /* Neither is policy. */
  write_file (world->etc, "office_test.rego", "package x\nthis is not Rego");
  write_file (world->etc, ".hidden.rego", "nor this");
  write_file (world->etc, "README", "nor this");
  /* Not before they are loaded. */
  assert_decides (world, "/srv/never/a", TRUE, GUARDIAN_EFFECT_ALLOW, "shipped.granted");
  load_good (world);
  g_assert_cmpstr (guardian_policy_revision (world->policy), !=, shipped);
  assert_decides (world, "/srv/open/a", FALSE, GUARDIAN_EFFECT_ALLOW, "shipped.outside");
  assert_decides (world, "/srv/a", FALSE, GUARDIAN_EFFECT_ASK, "shipped.outside");
  assert_decides (world, "/srv/never/a", TRUE, GUARDIAN_EFFECT_DENY, "office.never");
  assert_decides (world, "/srv/open/a.odd", FALSE, GUARDIAN_EFFECT_DENY, "mine.odd");
  assert_decides (world, "/home/x/.ssh/a", TRUE, GUARDIAN_EFFECT_DENY, "shipped.secrets");
}

static void
test_reasons (World *world, gconstpointer data)
{
  write_file (world->etc, "sub/office.rego",
              ADMIN "answer[\"office.never\"] := {\"effect\": \"deny\", \"reason\": \"never\"} if "
                    "input.resource.path == \"/srv/a\"\n");
  write_file (world->own, "mine.rego",
              USER "answer[\"mine.odd\"] := {\"effect\": \"deny\", \"reason\": \"not mine\"} if "
                   "input.resource.path == \"/srv/b\"\n");
  load_good (world);
  g_assert_cmpstr (decide (world, "/srv/a", FALSE).reason, ==,
                   "never (rule office.never, in office.rego of this computer's policy)");
  g_assert_cmpstr (decide (world, "/srv/b", FALSE).reason, ==,
                   "not mine (rule mine.odd, in mine.rego of your own policy)");
  g_assert_cmpstr (
      decide (world, "/x/.ssh/a", FALSE).reason, ==,
      "keys, passwords and sign-ins are closed to every agent (rule shipped.secrets, in "
      "tier5.rego of the shipped policy)");
  /* Words stay when what said them is gone. */
  GuardianDecision before = decide (world, "/srv/b", FALSE);
  g_autofree char *path = g_build_filename (world->own, "mine.rego", NULL);
  g_assert_cmpint (g_unlink (path), ==, 0);
  load_good (world);
  g_assert_cmpstr (before.policy, ==, "mine.odd");
  assert_decides (world, "/srv/b", FALSE, GUARDIAN_EFFECT_ASK, "shipped.outside");
}

typedef struct {
  const char *name;
  gboolean user;
  const char *file;
  const char *text;
  CardeaPolicyError code;
  const char *says;
} Bad;

static const Bad bads[] = {
  { "syntax", FALSE, "a.rego", ADMIN "\nanswer := if\n", CARDEA_POLICY_ERROR_POLICY,
    "a.rego:3:11: rego_parse_error" },
  { "unsafe", FALSE, "a.rego", ADMIN "p if x == y\n", CARDEA_POLICY_ERROR_POLICY,
    "rego_unsafe_var_error" },
  { "reaches-out", FALSE, "a.rego", ADMIN "p := http.send({})\n", CARDEA_POLICY_ERROR_POLICY,
    "http.send" },
  { "asks-itself", FALSE, "a.rego", ADMIN "answer[\"a\"] := data.cardea.decision\n",
    CARDEA_POLICY_ERROR_POLICY, "rego_recursion_error" },
  { "empty", FALSE, "a.rego", "", CARDEA_POLICY_ERROR_POLICY, "a.rego" },
  { "not-utf8", FALSE, "a.rego", ADMIN "p := \"\xff\"\n", CARDEA_POLICY_ERROR_POLICY, "a.rego" },
  { "composition", FALSE, "a.rego", "package cardea\ndecision := {\"effect\": \"allow\"}\n",
    CARDEA_POLICY_ERROR_PLACE, "cardea.admin.NAME" },
  { "shipped", FALSE, "a.rego", "package cardea.shipped.tier5\nfoo := 1\n",
    CARDEA_POLICY_ERROR_PLACE, "cardea.admin.NAME" },
  { "nested", FALSE, "a.rego", "package cardea.admin.a.b\nx := 1\n", CARDEA_POLICY_ERROR_PLACE,
    "cardea.admin.NAME" },
  { "bare", FALSE, "a.rego", "package cardea.admin\noffice.answer.x := 1\n",
    CARDEA_POLICY_ERROR_PLACE, "cardea.admin.NAME" },
  { "user-as-administrator", TRUE, "a.rego", ADMIN "x := 1\n", CARDEA_POLICY_ERROR_PLACE,
    "cardea.user.NAME" },
  { "user-data", TRUE, "a.json", "{\"organisation\": {\"programs\": [\"/bin/x\"]}}",
    CARDEA_POLICY_ERROR_PLACE, "data.user" },
  { "user-data-by-folder", TRUE, "organisation/a.json", "{\"programs\": [\"/bin/x\"]}",
    CARDEA_POLICY_ERROR_PLACE, "data.user" },
  { "guardian-data", FALSE, "a.json", "{\"cardea\": {\"guardian\": {\"uid\": 1}}}",
    CARDEA_POLICY_ERROR_PLACE, "data.organisation" },
  { "places-by-folder", FALSE, "cardea/places/a.yaml", "below: {}\n", CARDEA_POLICY_ERROR_PLACE,
    "data.organisation" },
  { "data-of-the-user", FALSE, "a.json", "{\"user\": {}}", CARDEA_POLICY_ERROR_PLACE,
    "data.organisation" },
  { "no-object", FALSE, "a.json", "[1]", CARDEA_POLICY_ERROR_DOCUMENT, "a.json" },
  { "no-json", FALSE, "a.json", "{", CARDEA_POLICY_ERROR_DOCUMENT, "a.json" },
  { "observed-too", FALSE, "observe/a.rego", ADMIN "answer := if\n", CARDEA_POLICY_ERROR_POLICY,
    "observe/a.rego:2" },
};

/* A bad file changes nothing, and before anything is in force nothing is allowed. */
static void
test_bad (World *world, gconstpointer data)
{
  const Bad *bad = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  g_autofree char *path = put (bad->user ? world->own : world->etc, bad->file, bad->text);

  g_assert_false (load (world, &error));
  g_assert_error (error, CARDEA_POLICY_ERROR, (gint) bad->code);
  if (strstr (error->message, bad->says) == NULL)
    g_error ("%s: %s", bad->name, error->message);
  GuardianDecision decision = decide (world, "/srv/a", TRUE);
  g_assert_cmpint (decision.effect, ==, GUARDIAN_EFFECT_DENY);
  g_assert_cmpstr (decision.policy, ==, "policy.none");
  g_assert_nonnull (strstr (decision.reason, bad->says));
  g_assert_cmpstr (guardian_policy_revision (world->policy), ==, "none");

  g_assert_cmpint (g_unlink (path), ==, 0);
  load_good (world);
  g_autofree char *revision = g_strdup (guardian_policy_revision (world->policy));
  write_file (bad->user ? world->own : world->etc, bad->file, bad->text);
  g_assert_false (load (world, &again));
  g_assert_cmpstr (guardian_policy_revision (world->policy), ==, revision);
  assert_decides (world, "/srv/a", TRUE, GUARDIAN_EFFECT_ALLOW, "shipped.granted");
}

static void
assert_unsafe (World *world, CardeaPolicyError code)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (load (world, &error));
  g_assert_error (error, CARDEA_POLICY_ERROR, (gint) code);
  assert_decides (world, "/srv/a", TRUE, GUARDIAN_EFFECT_DENY, "policy.none");
}

static void
test_permissions (World *world, gconstpointer data)
{
  g_autofree char *admin = put (world->etc, "a.rego", ADMIN "x := 1\n");
  g_autofree char *user = put (world->own, "a.rego", USER "x := 1\n");
  g_autofree char *above = g_path_get_dirname (world->etc);
  char *const paths[] = { admin, user, world->etc, world->own, above };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    for (guint bit = 0; bit < 2; bit++)
      {
        struct stat st;
        g_assert_cmpint (stat (paths[i], &st), ==, 0);
        g_assert_cmpint (chmod (paths[i], st.st_mode | (bit == 0 ? S_IWOTH : S_IWGRP)), ==, 0);
        assert_unsafe (world, CARDEA_POLICY_ERROR_UNSAFE);
        g_assert_cmpint (chmod (paths[i], st.st_mode), ==, 0);
      }
  load_good (world);
}

static void
test_owner (World *world, gconstpointer data)
{
  g_autofree char *admin = put (world->etc, "a.rego", ADMIN "x := 1\n");
  g_autoptr (GError) error = NULL;

  /* Whoever runs this owns the files: the guardian wants them to be somebody else's. */
  world->owner = geteuid () + 1;
  if (geteuid () == 0) /* root's are always taken */
    g_assert_cmpint (chown (admin, OTHER, OTHER), ==, 0);
  assert_unsafe (world, CARDEA_POLICY_ERROR_UNSAFE);
  world->owner = geteuid () == 0 ? OTHER : geteuid ();
  load_good (world);
}

static void
test_no_plain_files (World *world, gconstpointer data)
{
  g_autofree char *real = put (world->root, "real.rego", ADMIN "x := 1\n");
  g_autofree char *path = g_build_filename (world->etc, "a.rego", NULL);
  g_autofree char *folder = g_build_filename (world->etc, "sub", NULL);

  g_assert_cmpint (symlink (real, path), ==, 0);
  assert_unsafe (world, CARDEA_POLICY_ERROR_READ);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_unsafe (world, CARDEA_POLICY_ERROR_UNSAFE);
  g_assert_cmpint (g_unlink (path), ==, 0);
  /* A link to a folder is neither followed nor policy. */
  g_assert_cmpint (symlink (world->root, folder), ==, 0);
  load_good (world);
  g_assert_cmpint (g_unlink (folder), ==, 0);
}

static void
test_limits (World *world, gconstpointer data)
{
  g_autofree char *large = g_strnfill (CARDEA_POLICY_MAX_FILE + 1, ' ');
  g_autofree char *path = put (world->etc, "a.rego", large);
  assert_unsafe (world, CARDEA_POLICY_ERROR_LIMIT);
  g_assert_cmpint (g_unlink (path), ==, 0);

  /* 2 GiB that take no room: nothing of it is read. */
  g_autofree char *huge = put (world->etc, "huge.rego", "");
  g_assert_cmpint (truncate (huge, (off_t) 2 << 30), ==, 0);
  assert_unsafe (world, CARDEA_POLICY_ERROR_LIMIT);
  g_assert_cmpint (g_unlink (huge), ==, 0);

  write_file (world->etc, "1/2/3/4/5/6/7/8/a.rego", ADMIN "x := 1\n");
  load_good (world);
  write_file (world->etc, "1/2/3/4/5/6/7/8/9/a.rego", ADMIN "x := 1\n");
  g_autoptr (GError) error = NULL;
  g_assert_false (load (world, &error));
  g_assert_error (error, CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_LIMIT);
}

static void
test_many_files (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i <= CARDEA_POLICY_MAX_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.json", i);
      write_file (world->etc, name, "{}");
    }
  g_assert_false (load (world, &error));
  g_assert_error (error, CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_LIMIT);
}

/* Rules that never end, contradict one another or answer nonsense allow nothing. */
static void
test_rules_that_fail (World *world, gconstpointer data)
{
  static const struct {
    const char *rule;
    const char *policy;
  } rules[] = {
    { "answer[\"x\"] := {\"effect\": \"allow\"} if { some i in numbers.range(1, 10000)\n some j in "
      "numbers.range(1, 10000)\n i + j == 0 }\n",
      "policy.budget" },
    { "answer[\"x\"] := {\"effect\": \"allow\"} if { s := concat(\"\", [\"y\" | some i in "
      "numbers.range(1, 60000)])\n count({concat(\"\", [s, format_int(i, 10)]) | some i in "
      "numbers.range(1, 10000)}) > 0 }\n",
      "policy.budget" },
    { "v := 1\nv := 2 if input.action\nanswer[\"x\"] := {\"effect\": \"allow\"} if v\n",
      "policy.conflict" },
    { "answer[\"x\"] := {\"effect\": \"yes\"}\n", "x" },
    { "answer[\"x\"] := {\"effect\": \"allow\", \"tier\": 9}\n", "x" },
    { "answer[\"x\"] := {\"effect\": \"ask\", \"tier\": 4, \"reason\": \"\"}\n", "x" },
    { "answer[\"x\"] := {\"effect\": \"allow\", \"tier\": \"0\"}\n", "x" },
    { "answer contains {\"effect\": \"allow\"}\n", NULL },
    { "answer := true\n", NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autofree char *text
          = g_strconcat (ADMIN "replaces contains \"shipped.granted\"\n", rules[i].rule, NULL);
      write_file (world->etc, "a.rego", text);
      load_good (world);
      GuardianDecision decision = decide (world, "/srv/a", TRUE);
      g_assert_cmpint (decision.effect, ==, GUARDIAN_EFFECT_DENY);
      if (rules[i].policy != NULL)
        g_assert_cmpstr (decision.policy, ==, rules[i].policy);
    }
}

static void
test_obligations (World *world, gconstpointer data)
{
  static const struct {
    const char *effect;
    const char *obligations;
    GuardianEffect expected;
  } cases[] = {
    { "ask", "{\"ttl\": 60, \"uses\": 1, \"max_bytes\": 5000000000}", GUARDIAN_EFFECT_ASK },
    { "allow", "{\"ttl\": 60, \"max_bytes\": 1000}", GUARDIAN_EFFECT_ALLOW },
    { "allow", "{\"max_bytes\": 999}", GUARDIAN_EFFECT_DENY },
    { "ask", "{\"max_bytes\": 999}", GUARDIAN_EFFECT_DENY },
    { "allow", "{\"uses\": 1}", GUARDIAN_EFFECT_DENY },
    { "allow", "{\"reauthenticate\": true}", GUARDIAN_EFFECT_DENY },
    { "ask", "{\"reauthenticate\": true}", GUARDIAN_EFFECT_DENY },
    { "allow", "{\"redact\": [\"iban\"]}", GUARDIAN_EFFECT_DENY },
    { "allow", "{\"redact\": []}", GUARDIAN_EFFECT_ALLOW },
    { "allow", "{\"redact\": true}", GUARDIAN_EFFECT_DENY },
    { "allow", "{\"limits\": {\"sent\": 1}}", GUARDIAN_EFFECT_DENY }, /* of a file */
    { "allow", "{\"limits\": [1]}", GUARDIAN_EFFECT_DENY },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (ADMIN "answer[\"x\"] := {\"effect\": \"%s\", "
                                                     "\"reason\": \"\", \"obligations\": %s}\n",
                                               cases[i].effect, cases[i].obligations);
      write_file (world->etc, "a.rego", text);
      load_good (world);
      GuardianDecision decision = decide (world, "/srv/a", TRUE);
      if (decision.effect != cases[i].expected)
        g_error ("%s: %s", cases[i].obligations, decision.reason);
      if (i == 0)
        {
          g_assert_cmpuint (decision.ttl, ==, 60);
          g_assert_cmpuint (decision.uses, ==, 1);
          g_assert_cmpint (decision.max_bytes, ==, 5000000000);
        }
    }
}

/* Only whoever can leave parts out is told so; for all others it is a refusal. */
static void
test_redacting (World *world, gconstpointer data)
{
  write_file (world->etc, "a.rego",
              ADMIN "answer[\"x\"] := {\"effect\": \"allow\", \"reason\": \"\", "
                    "\"obligations\": {\"redact\": [\"credential\"]}}\n");
  load_good (world);
  g_autoptr (CardeaJson) input = make_input ("/srv/a", TRUE);
  GuardianDecision decision = guardian_policy_decide_redacting (world->policy, input);
  g_assert_cmpint (decision.effect, ==, GUARDIAN_EFFECT_ALLOW);
  g_assert_true (decision.redact);
  decision = guardian_policy_decide (world->policy, input);
  g_assert_cmpint (decision.effect, ==, GUARDIAN_EFFECT_DENY);
  g_assert_false (decision.redact);
}

static void
check_limits (World *world, const char *resource, GuardianEffect effect, const char *limits)
{
  g_autofree char *text = g_strdup_printf (
      "{\"action\":\"%s\",\"resource\":{\"host\":\"a.example\",\"labels\":[],"
      "\"grant\":{\"id\":\"g\"}%s},\"context\":{\"session\":{\"labels_read\":[],"
      "\"untrusted_input\":false}}}",
      strstr (resource, "method") != NULL ? "net.request" : "net.connect", resource);
  g_autoptr (CardeaJson) input = cardea_json_parse (text, strlen (text), NULL);

  g_assert_nonnull (input);
  GuardianDecision decision = guardian_policy_decide (world->policy, input);
  g_test_message ("%s: %s", text, decision.reason);
  g_assert_cmpint (decision.effect, ==, effect);
  g_assert_cmpstr (decision.limits, ==, limits);
}

#define METHOD_URL(method_, path_)                                                                 \
  ",\"method\":\"" method_ "\",\"url\":\"https://a.example" path_ "\""

/* All that is said of a host is kept to, the narrower of each; a request beyond it is asked about;
 * what cannot be understood refuses. */
static void
test_host_limits (World *world, gconstpointer data)
{
  static const char both[]
      = "{\"methods\":[\"GET\"],\"paths\":[\"/v1/a\"],\"received\":5,\"sent\":7}";

  write_file (world->etc, "a.rego",
              ADMIN "answer[\"x\"] := {\"effect\": \"allow\", \"reason\": \"\", \"obligations\": "
                    "{\"limits\": {\"methods\": [\"GET\", \"POST\"], \"paths\": [\"/v1\"], "
                    "\"received\": 5}}}\n");
  write_file (world->own, "u.rego",
              "package cardea.user.u\nanswer[\"y\"] := {\"effect\": \"allow\", \"reason\": \"\", "
              "\"obligations\": {\"limits\": {\"methods\": [\"GET\"], \"paths\": [\"/v1/a\"], "
              "\"received\": 9, \"sent\": 7}}}\n");
  load_good (world);
  check_limits (world, METHOD_URL ("GET", "/v1/a/b?c=/"), GUARDIAN_EFFECT_ALLOW, both);
  check_limits (world, METHOD_URL ("GET", "/v1"), GUARDIAN_EFFECT_ASK, both);
  check_limits (world, METHOD_URL ("GET", "/v1/a/../b"), GUARDIAN_EFFECT_ASK, both);
  check_limits (world, METHOD_URL ("GET", ""), GUARDIAN_EFFECT_ASK, both);
  check_limits (world, METHOD_URL ("POST", "/v1/a"), GUARDIAN_EFFECT_ASK, both);
  check_limits (world, "", GUARDIAN_EFFECT_ALLOW, both); /* a tunnel: nothing is seen of it */
  write_file (world->own, "u.rego",
              "package cardea.user.u\nanswer[\"y\"] := {\"effect\": \"allow\", \"reason\": \"\", "
              "\"obligations\": {\"limits\": {\"paths\": [\"/v2\"]}}}\n");
  load_good (world);
  check_limits (world, METHOD_URL ("GET", "/v1/a"), GUARDIAN_EFFECT_DENY, NULL);
  write_file (world->own, "u.rego",
              "package cardea.user.u\nanswer[\"y\"] := {\"effect\": \"allow\", \"reason\": \"\", "
              "\"obligations\": {\"limits\": {\"path\": [\"/v1\"]}}}\n");
  load_good (world);
  check_limits (world, METHOD_URL ("GET", "/v1/a"), GUARDIAN_EFFECT_DENY, NULL);
  check_limits (world, "", GUARDIAN_EFFECT_DENY, NULL);
}

/* A user's rule with a limit that is none does not lift the administrator's. */
static void
test_obligations_lifted (World *world, gconstpointer data)
{
  static const char *const mine[] = { "{\"uses\": -1}", "{\"uses\": null}", "{\"uses\": \"1\"}",
                                      "{\"reauthenticate\": 0}", "[]" };
  write_file (world->etc, "a.rego",
              ADMIN "answer[\"x\"] := {\"effect\": \"allow\", \"reason\": \"\", \"obligations\": "
                    "{\"uses\": 1}}\n");
  for (gsize i = 0; i < G_N_ELEMENTS (mine); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "package cardea.user.u\nanswer[\"y\"] := {\"effect\": \"allow\", \"reason\": \"\", "
          "\"obligations\": %s}\n",
          mine[i]);
      write_file (world->own, "u.rego", text);
      load_good (world);
      GuardianDecision decision = decide (world, "/srv/a", TRUE);
      g_assert_cmpint (decision.effect, ==, GUARDIAN_EFFECT_DENY);
    }
}

/* Observed files decide beside the enforced ones, in their place when they have their name. */
static void
test_observed (World *world, gconstpointer data)
{
  g_autoptr (CardeaJson) input = make_input ("/srv/a", TRUE);
  GuardianDecision decision;

  write_file (world->etc, "a.rego",
              ADMIN "answer[\"old\"] := {\"effect\": \"ask\", \"reason\": \"old\"}\n");
  load_good (world);
  g_assert_false (guardian_policy_observe (world->policy, input, &decision));
  g_assert_null (guardian_policy_observed_revision (world->policy));
  g_autofree char *revision = g_strdup (guardian_policy_revision (world->policy));

  write_file (world->etc, "observe/a.rego",
              ADMIN "answer[\"new\"] := {\"effect\": \"deny\", \"reason\": \"new\"}\n");
  load_good (world);
  g_assert_cmpstr (guardian_policy_revision (world->policy), ==, revision);
  g_assert_cmpstr (guardian_policy_observed_revision (world->policy), !=, revision);
  assert_decides (world, "/srv/a", TRUE, GUARDIAN_EFFECT_ASK, "old");
  g_assert_true (guardian_policy_observe (world->policy, input, &decision));
  g_assert_cmpstr (decision.policy, ==, "new");
  g_assert_cmpint (decision.effect, ==, GUARDIAN_EFFECT_DENY);
}

/* Reasons that rules make up do not fill the memory. */
static void
test_made_up_reasons (World *world, gconstpointer data)
{
  write_file (world->etc, "a.rego",
              ADMIN "answer[\"x\"] := {\"effect\": \"deny\", \"reason\": sprintf(\"no %s\", "
                    "[input.resource.path])}\n");
  load_good (world);
  for (guint i = 0; i < 100000; i++)
    {
      g_autofree char *path = g_strdup_printf ("/srv/%u", i);
      GuardianDecision decision = decide (world, path, TRUE);
      g_assert_cmpint (decision.effect, ==, GUARDIAN_EFFECT_DENY);
      g_assert_nonnull (decision.reason);
    }
  g_assert_cmpstr (decide (world, "/srv/new", TRUE).reason, ==, "a rule forbids it");
  g_assert_cmpstr (decide (world, "/srv/0", TRUE).reason, ==,
                   "no /srv/0 (rule x, in a.rego of this computer's policy)");
}

static GuardianDecision
decide_in (World *world, const char *time, const char *label, guint files)
{
  g_autoptr (CardeaJson) input = make_input ("/srv/a", TRUE);
  CardeaJson *context = cardea_json_new_object ();
  CardeaJson *session = cardea_json_new_object ();
  CardeaJson *labels = cardea_json_new_array ();
  if (label != NULL)
    cardea_json_append (labels, cardea_json_new_string (label));
  cardea_json_set (session, "labels_read", labels);
  cardea_json_set_int (session, "files_read", files);
  cardea_json_set_string (context, "time", time);
  cardea_json_set_string (context, "reason", time);
  cardea_json_set (context, "session", session);
  cardea_json_set (input, "context", context);
  return guardian_policy_decide (world->policy, input);
}

/* What was decided is remembered for the same question only, and not at all where rules may say
 * something else the next time. */
static void
test_memory (World *world, gconstpointer data)
{
  write_file (world->etc, "a.rego",
              ADMIN "answer[\"label\"] := {\"effect\": \"deny\", \"reason\": \"label\"} if "
                    "\"finance\" in input.context.session.labels_read\n"
                    "answer[\"files\"] := {\"effect\": \"ask\", \"reason\": \"files\"} if "
                    "input.context.session.files_read > 5\n");
  load_good (world);
  for (guint round = 0; round < 4; round++)
    {
      g_assert_cmpstr (decide_in (world, "t1", NULL, 1).policy, ==, "shipped.granted");
      g_assert_cmpstr (decide_in (world, "t2", NULL, 1).policy, ==, "shipped.granted");
      g_assert_cmpstr (decide_in (world, "t1", "finance", 1).policy, ==, "label");
      g_assert_cmpstr (decide_in (world, "t1", NULL, 6).policy, ==, "files");
      assert_decides (world, "/srv/a", FALSE, GUARDIAN_EFFECT_ASK, "shipped.outside");
      assert_decides (world, "/srv/a", TRUE, GUARDIAN_EFFECT_ALLOW, "shipped.granted");
    }
  write_file (world->etc, "a.rego",
              ADMIN "answer[\"later\"] := {\"effect\": \"deny\", \"reason\": \"later\"} if "
                    "input.context.time == \"t2\"\n");
  load_good (world);
  for (guint round = 0; round < 4; round++)
    {
      g_assert_cmpstr (decide_in (world, "t1", NULL, 1).policy, ==, "shipped.granted");
      g_assert_cmpstr (decide_in (world, "t2", NULL, 1).policy, ==, "later");
    }
  write_file (world->etc, "a.rego",
              ADMIN "answer[\"never\"] := {\"effect\": \"deny\", \"reason\": \"never\"}\n");
  load_good (world);
  g_assert_cmpstr (decide_in (world, "t1", NULL, 1).policy, ==, "never");
}

/* Labels come back with a decision that was remembered. */
static void
test_labels (World *world, gconstpointer data)
{
  load_good (world);
  for (guint round = 0; round < 4; round++)
    {
      (void) decide (world, "/home/ann/Tax/a", TRUE);
      g_assert_cmpstr (guardian_policy_label (world->policy, 0), ==, "finance");
      g_assert_null (guardian_policy_label (world->policy, 1));
      (void) decide (world, "/home/ann/a", TRUE);
      g_assert_null (guardian_policy_label (world->policy, 0));
    }
}

static void
test_explain (World *world, gconstpointer data)
{
  g_autoptr (CardeaJson) input = make_input ("/srv/x/.ssh/a", TRUE);
  gboolean found = FALSE;

  g_assert_null (guardian_policy_explain (world->policy, input));
  load_good (world);
  g_autoptr (CardeaJson) told = guardian_policy_explain (world->policy, input);
  const CardeaJson *rules = cardea_json_get (told, "rules");
  g_assert_cmpstr (cardea_json_get_string (told, "effect"), ==, "deny");
  g_assert_cmpstr (cardea_json_get_string (told, "policy"), ==, "shipped.secrets");
  for (guint i = 0; i < cardea_json_size (rules); i++)
    {
      const CardeaJson *rule = cardea_json_nth (rules, i);
      found
          = found
            || (strcmp (cardea_json_get_string (rule, "file"), "shipped:tier5.rego") == 0
                && strstr (cardea_json_get_string (rule, "rule"), "cardea.shipped.tier5") != NULL);
    }
  g_assert_true (found);
}

#define ADD(name, function, data)                                                                  \
  g_test_add ("/policy-layers/" name, World, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("layers", test_layers, NULL);
  ADD ("reasons", test_reasons, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (bads); i++)
    {
      g_autofree char *path = g_strconcat ("/policy-layers/bad/", bads[i].name, NULL);
      g_test_add (path, World, &bads[i], set_up, test_bad, tear_down);
    }
  ADD ("permissions", test_permissions, NULL);
  ADD ("owner", test_owner, NULL);
  ADD ("no-plain-files", test_no_plain_files, NULL);
  ADD ("limits", test_limits, NULL);
  ADD ("many-files", test_many_files, NULL);
  ADD ("rules-that-fail", test_rules_that_fail, NULL);
  ADD ("obligations", test_obligations, NULL);
  ADD ("redacting", test_redacting, NULL);
  ADD ("obligations-lifted", test_obligations_lifted, NULL);
  ADD ("host-limits", test_host_limits, NULL);
  ADD ("observed", test_observed, NULL);
  ADD ("made-up-reasons", test_made_up_reasons, NULL);
  ADD ("memory", test_memory, NULL);
  ADD ("labels", test_labels, NULL);
  ADD ("explain", test_explain, NULL);
  return g_test_run ();
}
