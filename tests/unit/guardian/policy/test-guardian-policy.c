/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-encoding.h"
#include "guardian/policy/guardian-policy.h"

#include <string.h>

#define USER 1000
#define GRANT_NONE NULL
#define GRANT_EXACT "{\"id\":\"g1\",\"scope\":\"exact\",\"access\":\"ro\"}"
#define GRANT_FOLDER "{\"id\":\"g1\",\"scope\":\"folder\",\"access\":\"ro\"}"
#define GRANT_WRITE "{\"id\":\"g1\",\"scope\":\"folder\",\"access\":\"rw\"}"

static const char *const own_folders[]
    = { "/home/ann/.config/cardea", "/home/ann/.local/state/cardea", NULL };

static CardeaJson *
make_input (const char *action, const char *path, gint64 uid, gint64 nlink, const char *grant)
{
  CardeaJson *input = cardea_json_new_object ();
  CardeaJson *resource = cardea_json_new_object ();
  cardea_json_set_string (input, "action", action);
  cardea_json_set_string (resource, "path", path);
  cardea_json_set_string (resource, "kind", "file");
  cardea_json_set_boolean (resource, "exists", TRUE);
  cardea_json_set_int64_string (resource, "uid", uid);
  cardea_json_set_int64_string (resource, "nlink", nlink);
  if (grant != NULL)
    {
      CardeaJson *object = cardea_json_parse (grant, strlen (grant), NULL);
      g_assert_nonnull (object);
      cardea_json_set (resource, "grant", object);
    }
  cardea_json_set (input, "resource", resource);
  return input;
}

static GuardianPolicy *
make_policy (guint uid)
{
  g_autoptr (GError) error = NULL;
  GuardianPolicy *policy = guardian_policy_new (own_folders, uid);
  gboolean loaded = guardian_policy_load (policy, NULL, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (loaded);
  return policy;
}

static GuardianDecision
decide (GuardianPolicy *policy, const CardeaJson *input)
{
  GuardianDecision decision = guardian_policy_decide (policy, input);
  g_assert_nonnull (decision.policy);
  g_assert_nonnull (decision.reason);
  return decision;
}

typedef struct {
  const char *action;
  const char *path;
  gint64 uid;
  gint64 nlink;
  const char *grant;
  GuardianEffect effect;
  guint tier;
  const char *policy;
} Case;

#define D GUARDIAN_EFFECT_DENY
#define Q GUARDIAN_EFFECT_ASK
#define A GUARDIAN_EFFECT_ALLOW

static const Case cases[] = {
  { "file.read", "/home/ann/a.csv", USER, 1, GRANT_NONE, Q, 2, "shipped.outside" },
  { "file.list", "/home/ann/Documents", USER, 1, GRANT_NONE, Q, 2, "shipped.outside" },
  { "file.read", "/home/ann/a.csv", USER, 1, GRANT_EXACT, A, 0, "shipped.granted" },
  { "file.read", "/home/ann/d/a.csv", USER, 1, GRANT_FOLDER, A, 0, "shipped.granted" },
  { "file.read", "/home/ann/d/a.csv", USER, 2, GRANT_FOLDER, Q, 2, "shipped.hard-link" },
  { "file.read", "/home/ann/d/a.csv", USER, 2, GRANT_EXACT, A, 0, "shipped.granted" },
  { "file.write", "/home/ann/a.csv", USER, 1, GRANT_NONE, Q, 2, "shipped.outside" },
  { "file.write", "/home/ann/a.csv", USER, 1, GRANT_EXACT, Q, 2, "shipped.change" },
  { "file.write", "/home/ann/d/a.csv", USER, 1, GRANT_WRITE, A, 1, "shipped.granted" },
  { "file.delete", "/home/ann/d/a.csv", USER, 1, GRANT_WRITE, Q, 3, "shipped.delete" },
  { "file.read", "/home/ann/.env", USER, 1, GRANT_NONE, Q, 3, "shipped.sensitive" },
  { "file.read", "/home/ann/x/server.PEM", USER, 1, GRANT_NONE, Q, 3, "shipped.sensitive" },
  { "file.read", "/home/ann/.env", USER, 1, GRANT_EXACT, A, 0, "shipped.granted" },
  /* Tier 5 stands above every grant. */
  { "file.read", "/home/ann/.ssh/id_ed25519", USER, 1, GRANT_EXACT, D, 5, "shipped.secrets" },
  { "file.list", "/home/ann/.ssh", USER, 1, GRANT_FOLDER, D, 5, "shipped.secrets" },
  { "file.read", "/backup/ann/.SSH/id", USER, 1, GRANT_NONE, D, 5, "shipped.secrets" },
  { "file.read", "/home/ann/.gnupg/x", USER, 1, GRANT_NONE, D, 5, "shipped.secrets" },
  { "file.read", "/home/ann/.local/share/keyrings/l", USER, 1, GRANT_NONE, D, 5,
    "shipped.secrets" },
  { "file.read", "/home/ann/.config/cardea/settings.json", USER, 1, GRANT_WRITE, D, 5,
    "shipped.own-files" },
  { "file.write", "/home/ann/.config/cardea/policy.d/x", USER, 1, GRANT_WRITE, D, 5,
    "shipped.own-files" },
  { "file.list", "/home/ann/.config/cardea", USER, 1, GRANT_WRITE, D, 5, "shipped.own-files" },
  { "file.write", "/home/ann/.bashrc", USER, 1, GRANT_WRITE, D, 5, "shipped.startup" },
  { "file.read", "/home/ann/.bashrc", USER, 1, GRANT_NONE, Q, 2, "shipped.outside" },
  { "file.create", "/home/ann/.config/autostart/x.desktop", USER, 1, GRANT_WRITE, D, 5,
    "shipped.startup" },
  { "file.create", "/home/ann/p/.git/hooks/pre-commit", USER, 1, GRANT_WRITE, D, 5,
    "shipped.hooks" },
  { "file.write", "/home/ann/p/.git/config", USER, 1, GRANT_WRITE, Q, 3, "shipped.git-config" },
  { "file.read", "/proc/1/environ", USER, 1, GRANT_NONE, D, 5, "shipped.kernel" },
  { "file.read", "/etc/shadow", 0, 1, GRANT_NONE, D, 5, "shipped.secrets" },
  { "file.read", "/etc/hosts", 0, 1, GRANT_NONE, Q, 2, "shipped.outside" },
  { "file.write", "/etc/hosts", 0, 1, GRANT_WRITE, D, 5, "shipped.system" },
  { "file.read", "/home/bob/a", 1001, 1, GRANT_EXACT, D, 5, "shipped.owner" },
  { "file.write", "/home/ann/a", 0, 1, GRANT_WRITE, D, 5, "shipped.owner" },
  /* Not those places. */
  { "file.read", "/home/ann/.sshx/a", USER, 1, GRANT_EXACT, A, 0, "shipped.granted" },
  { "file.read", "/home/ann/proc/a", USER, 1, GRANT_EXACT, A, 0, "shipped.granted" },
  { "file.read", "/home/ann/.config/cardeax", USER, 1, GRANT_EXACT, A, 0, "shipped.granted" },
  /* Unknown. */
  { "file.chown", "/home/ann/a", USER, 1, GRANT_WRITE, D, 5, "shipped.unknown-action" },
  { "", "/home/ann/a", USER, 1, GRANT_WRITE, D, 5, "shipped.unknown-action" },
  { "credential.use", "/x", USER, 1, GRANT_WRITE, D, 4, "shipped.credential" },
  { "file.read", "relative", USER, 1, GRANT_WRITE, D, 5, "shipped.malformed-input" },
};

static void
test_cases (void)
{
  g_autoptr (GuardianPolicy) policy = make_policy (USER);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *row = &cases[i];
      g_autoptr (CardeaJson) input
          = make_input (row->action, row->path, row->uid, row->nlink, row->grant);
      GuardianDecision decision = decide (policy, input);
      if (decision.effect != row->effect || decision.tier != row->tier
          || strcmp (decision.policy, row->policy) != 0)
        g_error ("%s %s: %s tier %u by %s", row->action, row->path,
                 guardian_effect_name (decision.effect), decision.tier, decision.policy);
    }
}

static void
test_root_user (void)
{
  g_autoptr (GuardianPolicy) policy = make_policy (0);
  g_autoptr (CardeaJson) own = make_input ("file.read", "/root/a", 0, 1, GRANT_EXACT);
  g_autoptr (CardeaJson) other = make_input ("file.read", "/home/ann/a", USER, 1, GRANT_EXACT);
  g_assert_cmpint (guardian_policy_decide (policy, own).effect, ==, GUARDIAN_EFFECT_ALLOW);
  g_assert_cmpint (guardian_policy_decide (policy, other).effect, ==, GUARDIAN_EFFECT_DENY);
}

/* A hard link of a key, named by the person, at a path that says nothing. */
static void
test_closed_by_inode (void)
{
  g_autoptr (GuardianPolicy) policy = make_policy (USER);
  g_autoptr (CardeaJson) input = make_input ("file.read", "/home/ann/a", USER, 2, GRANT_EXACT);
  CardeaJson *resource = cardea_json_get (input, "resource");

  cardea_json_set_boolean (resource, "closed", FALSE);
  g_assert_cmpint (decide (policy, input).effect, ==, GUARDIAN_EFFECT_ALLOW);
  cardea_json_set_boolean (resource, "closed", TRUE);
  GuardianDecision decision = decide (policy, input);
  g_assert_cmpint (decision.effect, ==, GUARDIAN_EFFECT_DENY);
  g_assert_cmpuint (decision.tier, ==, 5);
  g_assert_cmpstr (decision.policy, ==, "shipped.closed");
  cardea_json_set_string (resource, "closed", "no");
  g_assert_cmpstr (decide (policy, input).policy, ==, "shipped.malformed-input");
}

/* Whatever is taken out of a good input, the answer is never an allow. */
static void
test_missing_members (void)
{
  g_autoptr (GuardianPolicy) policy = make_policy (USER);
  static const char *const members[] = { "path", "kind", "exists", "uid", "nlink" };
  static const char *const grant_members[] = { "id", "scope", "access" };
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autoptr (CardeaJson) input = make_input ("file.read", "/a", USER, 1, GRANT_EXACT);
      cardea_json_remove (cardea_json_get (input, "resource"), members[i]);
      g_assert_cmpint (decide (policy, input).effect, ==, GUARDIAN_EFFECT_DENY);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (grant_members); i++)
    {
      g_autoptr (CardeaJson) input = make_input ("file.read", "/a", USER, 1, GRANT_EXACT);
      CardeaJson *resource = cardea_json_get (input, "resource");
      cardea_json_remove (cardea_json_get (resource, "grant"), grant_members[i]);
      g_assert_cmpint (decide (policy, input).effect, ==, GUARDIAN_EFFECT_DENY);
    }
  g_autoptr (CardeaJson) empty = cardea_json_new_object ();
  g_assert_cmpint (decide (policy, empty).effect, ==, GUARDIAN_EFFECT_DENY);
  g_autoptr (CardeaJson) array = cardea_json_new_array ();
  g_assert_cmpint (decide (policy, array).effect, ==, GUARDIAN_EFFECT_DENY);
}

/* The same answer however the bytes of a path travelled. */
static void
test_encoded_path (void)
{
  g_autoptr (GuardianPolicy) policy = make_policy (USER);
  static const char path[] = "/home/ann/.ssh/\xff";
  g_autoptr (CardeaJson) input = make_input ("file.read", "/x", USER, 1, GRANT_EXACT);
  CardeaJson *resource = cardea_json_get (input, "resource");
  g_autofree char *encoded = cardea_base64_encode ((const guint8 *) path, strlen (path));
  cardea_json_remove (resource, "path");
  cardea_json_set_string (resource, "path_b64", encoded);
  g_assert_cmpstr (decide (policy, input).policy, ==, "shipped.secrets");
  cardea_json_set_string (resource, "path_b64", "!");
  g_assert_cmpstr (decide (policy, input).policy, ==, "shipped.malformed-input");
}

static void
test_absent_object (void)
{
  g_autoptr (GuardianPolicy) policy = make_policy (USER);
  g_autoptr (CardeaJson) input = make_input ("file.read", "/home/ann/.ssh/none", USER, 1, NULL);
  CardeaJson *resource = cardea_json_get (input, "resource");
  cardea_json_set_boolean (resource, "exists", FALSE);
  cardea_json_remove (resource, "uid");
  cardea_json_remove (resource, "nlink");
  cardea_json_remove (resource, "kind");
  g_assert_cmpstr (decide (policy, input).policy, ==, "shipped.secrets");
  cardea_json_set_string (resource, "path", "/home/ann/none");
  g_assert_cmpstr (decide (policy, input).policy, ==, "shipped.outside");
}

#define MOVED_TO 1u   /* judged as a rename's new name */
#define MOVED_FROM 2u /* as its old one */
#define FOLDER 4u
#define LASTING 8u
#define ABSENT 16u

/* Everything that changes, inside a grant for changing. */
static void
test_changes (void)
{
  g_autoptr (GuardianPolicy) policy = make_policy (USER);
  static const struct {
    const char *action;
    const char *path;
    guint how;
    GuardianEffect effect;
    guint tier;
    const char *policy;
  } changes[] = {
    { "file.write", "/home/ann/d/a", 0, A, 1, "shipped.granted" },
    { "file.append", "/home/ann/d/a", 0, A, 1, "shipped.granted" },
    { "file.metadata", "/home/ann/d/a", 0, A, 1, "shipped.granted" },
    { "file.create", "/home/ann/d/a", ABSENT, A, 1, "shipped.granted" },
    { "file.create", "/home/ann/d/a", ABSENT | FOLDER, A, 1, "shipped.granted" },
    { "file.rename", "/home/ann/d/a", MOVED_FROM, A, 1, "shipped.granted" },
    { "file.create", "/home/ann/d/b", MOVED_TO | ABSENT, A, 1, "shipped.granted" },
    { "file.delete", "/home/ann/d/a", 0, Q, 3, "shipped.delete" },
    { "file.delete", "/home/ann/d/a", LASTING, Q, 3, "shipped.delete" },
    /* What could not be undone. */
    { "file.write", "/home/ann/d/a", LASTING, Q, 2, "shipped.lasting" },
    { "file.rename", "/home/ann/d/a", MOVED_FROM | LASTING, Q, 2, "shipped.lasting" },
    { "file.write", "/home/ann/.bashrc", LASTING, D, 5, "shipped.startup" },
    /* A closed place that comes to be by a name. */
    { "file.create", "/home/ann/d/.git", MOVED_TO | ABSENT | FOLDER, D, 5, "shipped.hooks" },
    { "file.create", "/home/ann/d/.GIT", MOVED_TO | ABSENT | FOLDER, D, 5, "shipped.hooks" },
    { "file.create", "/home/ann/d/.git", ABSENT, D, 5, "shipped.hooks" },
    { "file.write", "/home/ann/d/.git", 0, D, 5, "shipped.hooks" },
    { "file.create", "/home/ann/d/.git", ABSENT | FOLDER, A, 1, "shipped.granted" },
    { "file.create", "/home/ann/.config", MOVED_TO | ABSENT | FOLDER, D, 5, "shipped.startup" },
    { "file.create", "/srv/x/.config", MOVED_TO | ABSENT | FOLDER, D, 5, "shipped.startup" },
    { "file.create", "/srv/x/.local/share", MOVED_TO | ABSENT | FOLDER, D, 5, "shipped.startup" },
    { "file.rename", "/home/ann/.local/state", MOVED_FROM | FOLDER, D, 5, "shipped.own-files" },
    { "file.rename", "/home/ann/p/.git", MOVED_FROM | FOLDER, D, 5, "shipped.hooks" },
    { "file.rename", "/home/ann/p", MOVED_FROM | FOLDER, A, 1, "shipped.granted" },
    { "file.create", "/home/ann/d/git", MOVED_TO | ABSENT | FOLDER, A, 1, "shipped.granted" },
    { "file.create", "/home/ann/x.git", MOVED_TO | ABSENT | FOLDER, A, 1, "shipped.granted" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (CardeaJson) input
          = make_input (changes[i].action, changes[i].path, USER, 1, GRANT_WRITE);
      CardeaJson *resource = cardea_json_get (input, "resource");
      guint how = changes[i].how;
      cardea_json_set_string (resource, "kind", (how & FOLDER) != 0 ? "folder" : "file");
      cardea_json_set_boolean (resource, "exists", (how & ABSENT) == 0);
      cardea_json_set_boolean (resource, "undoable", (how & LASTING) == 0);
      if ((how & MOVED_TO) != 0)
        cardea_json_set_string (resource, "from", "/home/ann/d/before");
      if ((how & MOVED_FROM) != 0)
        cardea_json_set_string (resource, "to_b64", "L3g=");
      GuardianDecision decision = decide (policy, input);
      if (decision.effect != changes[i].effect || decision.tier != changes[i].tier
          || strcmp (decision.policy, changes[i].policy) != 0)
        g_error ("%s %s (%u): %s tier %u by %s", changes[i].action, changes[i].path, how,
                 guardian_effect_name (decision.effect), decision.tier, decision.policy);
      cardea_json_set_string (resource, "undoable", "no");
      g_assert_cmpint (decide (policy, input).effect, ==, GUARDIAN_EFFECT_DENY);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/cases", test_cases);
  g_test_add_func ("/policy/root-user", test_root_user);
  g_test_add_func ("/policy/closed-by-inode", test_closed_by_inode);
  g_test_add_func ("/policy/missing-members", test_missing_members);
  g_test_add_func ("/policy/encoded-path", test_encoded_path);
  g_test_add_func ("/policy/absent-object", test_absent_object);
  g_test_add_func ("/policy/changes", test_changes);
  return g_test_run ();
}
