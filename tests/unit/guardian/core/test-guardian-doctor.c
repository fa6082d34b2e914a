/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-doctor.h"

#include <string.h>

#define GOOD                                                                                       \
  "{\"bwrap\":\"/usr/bin/bwrap\",\"bwrap_version\":\"bubblewrap "                                  \
  "0.8.0\",\"cgroup\":\"kill\",\"fuse\":true,"                                                     \
  "\"kernel\":\"6.1.0-13-amd64\",\"landlock_abi\":7,\"namespaces\":true,\"seccomp_notify\":true}"

static CardeaJson *
examine (const char *text)
{
  g_autoptr (CardeaJson) probe = cardea_json_parse (text, strlen (text), NULL);
  CardeaJson *report = cardea_json_new_object ();
  CardeaJson *checks = cardea_json_new_array ();

  g_assert_nonnull (probe);
  guardian_doctor_add_machine (checks, probe);
  guardian_doctor_judge (checks, report);
  cardea_json_set (report, "checks", checks);
  return report;
}

static const CardeaJson *
find (const CardeaJson *report, const char *id)
{
  const CardeaJson *checks = cardea_json_get (report, "checks");
  for (guint i = 0; i < cardea_json_size (checks); i++)
    if (g_strcmp0 (cardea_json_get_string (cardea_json_nth (checks, i), "id"), id) == 0)
      return cardea_json_nth (checks, i);
  g_assert_not_reached ();
}

/* changed: a member of GOOD, as it stands there, and what stands there instead. */
static CardeaJson *
examine_changed (const char *member, const char *changed)
{
  g_autoptr (GString) text = g_string_new (GOOD);
  g_assert_cmpuint (g_string_replace (text, member, changed, 1), ==, 1);
  return examine (text->str);
}

static void
test_full (void)
{
  g_autoptr (CardeaJson) report = examine (GOOD);
  gboolean usable = FALSE;

  g_assert_true (cardea_json_get_boolean (report, "usable", &usable) && usable);
  g_assert_cmpstr (cardea_json_get_string (report, "assurance"), ==, "full");
  g_assert_nonnull (
      strstr (cardea_json_get_string (find (report, "bubblewrap"), "found"), "0.8.0"));
}

static void
test_one_missing (void)
{
  static const struct {
    const char *member;
    const char *changed;
    const char *id;
    const char *state;
    const char *assurance;
    const char *words; /* in its remedy */
  } cases[] = {
    { "\"namespaces\":true", "\"namespaces\":false,\"namespaces_missing\":\"sysctl x=1\"",
      "namespaces", "missing", "none", "sysctl x=1" },
    { ",\"namespaces\":true", "", "namespaces", "missing", "none", "ordinary users" },
    { "\"seccomp_notify\":true", "\"seccomp_notify\":false", "seccomp", "missing", "none", "5.0" },
    { "\"landlock_abi\":7", "\"landlock_abi\":0", "landlock", "missing", "none", "5.13" },
    { ",\"bwrap_version\":\"bubblewrap 0.8.0\"", "", "bubblewrap", "missing", "none", "start" },
    { "\"landlock_abi\":7", "\"landlock_abi\":2", "landlock", "reduced", "reduced", "TCP ports" },
    { "\"cgroup\":\"kill\"", "\"cgroup\":\"none\",\"cgroup_missing\":\"not yours\"", "cgroup",
      "reduced", "reduced", "not yours" },
    { "\"fuse\":true", "\"fuse\":false,\"fuse_missing\":\"Permission denied\"", "fuse", "reduced",
      "reduced", "0666" },
    { "6.1.0-13", "5.19.0-1", "kernel", "reduced", "reduced", "6.1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CardeaJson) report = examine_changed (cases[i].member, cases[i].changed);
      const CardeaJson *check = find (report, cases[i].id);
      g_assert_cmpstr (cardea_json_get_string (check, "state"), ==, cases[i].state);
      g_assert_cmpstr (cardea_json_get_string (report, "assurance"), ==, cases[i].assurance);
      g_assert_nonnull (strstr (cardea_json_get_string (check, "remedy"), cases[i].words));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guardian/doctor/full", test_full);
  g_test_add_func ("/guardian/doctor/one-missing", test_one_missing);
  return g_test_run ();
}
