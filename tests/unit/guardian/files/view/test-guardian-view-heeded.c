/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the shipped rules decide about a file below a shared folder that is reached by names they do
 * not heed must be what they decide about any other such file: the view asks once for all. Names
 * are drawn from what the rules' own tables know, and from harmless ones. */

#include "common/policies/cardea-policy-heeded.h"
#include "guardian/files/view/guardian-view-heeded.h"
#include "guardian/policy/guardian-policy.h"

#include <string.h>

#define SHARED "/home/ann/project"
#define ROUNDS 20000
#define USER 1000

static const char *const own_folders[] = { "/home/ann/project/state/cardea", NULL };
static const char *const harmless[]
    = { "src",   "main.c", "a b", "README.md", ".hidden", "x.tar.gz",   "Makefile", "node_modules",
        "hooks", "config", "bin", "objects",   "0a",      "index.lock", NULL };
static const char *const actions[] = { "file.read",   "file.list",   "file.create",  "file.write",
                                       "file.rename", "file.delete", "file.metadata" };

static GuardianPolicy *
make_policy (void)
{
  g_autoptr (GError) error = NULL;
  GuardianPolicy *policy = guardian_policy_new (own_folders, USER);
  gboolean loaded = guardian_policy_load (policy, NULL, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (loaded);
  return policy;
}

/* Every element any list names, and the harmless ones. */
static GPtrArray *
gather (const CardeaJson *heeded)
{
  GPtrArray *pool = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < cardea_json_size (heeded); i++)
    for (guint k = 0; k < cardea_json_size (cardea_json_nth (heeded, i)); k++)
      {
        const char *text = cardea_json_string (cardea_json_nth (cardea_json_nth (heeded, i), k));
        g_auto (GStrv) parts = g_strsplit (text, "/", 2);
        for (char **part = parts; *part != NULL; part++)
          g_ptr_array_add (pool, g_strdup (*part));
        if (strcmp (cardea_json_nth_name (heeded, i), "extensions") == 0)
          g_ptr_array_add (pool, g_strconcat ("file.", text, NULL));
      }
  for (const char *const *name = harmless; *name != NULL; name++)
    g_ptr_array_add (pool, g_strdup (*name));
  return pool;
}

static GuardianDecision
decide (GuardianPolicy *policy, const char *action, const char *path, gboolean exists,
        gboolean folder)
{
  g_autoptr (CardeaJson) input = cardea_json_new_object ();
  CardeaJson *resource = cardea_json_new_object ();
  CardeaJson *grant = cardea_json_new_object ();

  cardea_json_set_string (grant, "id", "g");
  cardea_json_set_string (grant, "scope", "folder");
  cardea_json_set_string (grant, "access", "rw");
  cardea_json_set_string (resource, "path", path);
  cardea_json_set_string (resource, "kind", folder ? "folder" : "file");
  cardea_json_set_boolean (resource, "exists", exists);
  if (exists)
    {
      cardea_json_set_int64_string (resource, "uid", USER);
      cardea_json_set_int64_string (resource, "nlink", 1);
    }
  cardea_json_set (resource, "grant", grant);
  cardea_json_set_string (input, "action", action);
  cardea_json_set (input, "resource", resource);
  return guardian_policy_decide (policy, input);
}

static char *
make_path (const GPtrArray *pool, const GuardianViewHeeded *heeded, GRand *random,
           gboolean *ret_plain)
{
  g_autoptr (GString) path = g_string_new (SHARED);
  guint depth = (guint) g_rand_int_range (random, 1, 5);
  const char *above = "project";

  *ret_plain = TRUE;
  for (guint i = 0; i < depth; i++)
    {
      gboolean mild = g_rand_boolean (random);
      const char *name = mild ? harmless[g_rand_int_range (random, 0, G_N_ELEMENTS (harmless) - 1)]
                              : pool->pdata[g_rand_int_range (random, 0, (gint) pool->len)];
      gboolean on_way = guardian_view_heeded_on_way (heeded, above, name);
      if (i + 1 < depth ? on_way : guardian_view_heeded_last (heeded, above, name))
        *ret_plain = FALSE;
      /* What matters on the way matters as a name, too. */
      g_assert_true (!on_way || guardian_view_heeded_last (heeded, above, name));
      g_string_append_printf (path, "/%s", name);
      above = name;
    }
  return g_string_free (g_steal_pointer (&path), FALSE);
}

static void
test_alike (void)
{
  g_autoptr (GuardianPolicy) policy = make_policy ();
  const CardeaJson *json = guardian_policy_heeded (policy);
  g_assert_nonnull (json);
  g_autoptr (GuardianViewHeeded) heeded = guardian_view_heeded_new (json);
  g_autoptr (GPtrArray) pool = gather (json);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint plain_paths = 0, other = 0;

  for (guint i = 0; i < ROUNDS; i++)
    {
      gboolean plain;
      g_autofree char *path = make_path (pool, heeded, random, &plain);
      const char *action = actions[i % G_N_ELEMENTS (actions)];
      gboolean exists = strcmp (action, "file.create") != 0;
      gboolean folder = strcmp (action, "file.list") == 0 || g_rand_int_range (random, 0, 4) == 0;
      const GuardianDecision sample = decide (policy, action, SHARED "/sample", exists, folder);
      const GuardianDecision decision = decide (policy, action, path, exists, folder);
      gboolean same = decision.effect == sample.effect && decision.tier == sample.tier
                      && g_strcmp0 (decision.policy, sample.policy) == 0
                      && guardian_policy_label (policy, 0) == NULL;
      if (plain && !same)
        g_error ("%s of %s: %s", action, path, decision.reason);
      plain_paths += plain ? 1 : 0;
      other += same ? 0 : 1;
    }
  /* Both kinds were there. */
  g_assert_cmpuint (plain_paths, >, ROUNDS / 20);
  g_assert_cmpuint (other, >, ROUNDS / 20);
}

static void
test_names (void)
{
  g_autoptr (GuardianPolicy) policy = make_policy ();
  g_autoptr (GuardianViewHeeded) heeded
      = guardian_view_heeded_new (guardian_policy_heeded (policy));
  g_autoptr (GuardianViewHeeded) all = guardian_view_heeded_new (NULL);

  g_assert_false (guardian_view_heeded_on_way (heeded, "project", ".git"));
  g_assert_true (guardian_view_heeded_last (heeded, "project", ".git"));
  g_assert_true (guardian_view_heeded_on_way (heeded, ".git", "hooks"));
  g_assert_true (guardian_view_heeded_on_way (heeded, ".GIT", "Hooks"));
  g_assert_false (guardian_view_heeded_on_way (heeded, "src", "hooks"));
  g_assert_true (guardian_view_heeded_on_way (heeded, "x", ".SSH"));
  g_assert_true (guardian_view_heeded_last (heeded, "x", "server.PEM"));
  g_assert_false (guardian_view_heeded_on_way (heeded, "x", "server.pem"));
  g_assert_true (guardian_view_heeded_on_way (heeded, "x", "\xc5\xbfsh"));
  g_assert_true (guardian_view_heeded_on_way (heeded, "state", "cardea"));
  g_assert_true (guardian_view_heeded_last (heeded, "x", "state"));
  g_assert_true (guardian_view_heeded_on_way (all, "x", "main.c"));
}

/* Where other rules are in force nobody knows what they look at. */
static void
test_others_rules (void)
{
  static const CardeaPolicyLayer layers[] = { CARDEA_POLICY_ADMINISTRATOR, CARDEA_POLICY_USER };
  const CardeaPolicyFacts facts = { .own = own_folders, .uid = USER };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (layers); i++)
    {
      g_autoptr (CardeaPolicyFiles) files = cardea_policy_files_new ();
      g_autoptr (GBytes) bytes = g_bytes_new_static ("package cardea.user.a\n", 22);
      cardea_policy_files_add_shipped (files);
      g_autoptr (CardeaJson) before = cardea_policy_heeded_new (files, &facts);
      g_assert_nonnull (before);
      cardea_policy_files_add (files, layers[i / 2], "a.rego", "a.rego", i % 2 == 1, bytes);
      g_assert_null (cardea_policy_heeded_new (files, &facts));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/view/heeded/alike", test_alike);
  g_test_add_func ("/view/heeded/names", test_names);
  g_test_add_func ("/view/heeded/others-rules", test_others_rules);
  return g_test_run ();
}
