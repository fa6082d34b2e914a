/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Policies that are replaced while they are asked, from several threads; and memory over many
 * decisions. */

#include "common/policies/cardea-policy-set.h"

#include <malloc.h>
#include <string.h>

#define READERS 4u
#define RELOADS 60u
#define DECISIONS 20000u

static const char input_text[] = "{\"action\":\"file.read\",\"resource\":{\"path\":\"/srv/"
                                 "a\",\"kind\":\"file\",\"exists\":true,"
                                 "\"uid\":\"1000\",\"nlink\":\"1\",\"grant\":{\"id\":\"g\","
                                 "\"scope\":\"exact\",\"access\":\"ro\"}}}";

static CardeaPolicySet *
make_set (guint number)
{
  static const char *const own[] = { "/home/ann/.config/cardea", NULL };
  const CardeaPolicyFacts facts = { own, 1000 };
  g_autoptr (CardeaPolicyFiles) files = cardea_policy_files_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text
      = g_strdup_printf ("package cardea.admin.a\n\nanswer contains {\"rule\": \"rule-%u\", "
                         "\"effect\": \"%s\", \"reason\": \"reason %u\"}\n",
                         number, number % 2 == 0 ? "deny" : "ask", number);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  cardea_policy_files_add_shipped (files);
  cardea_policy_files_add (files, CARDEA_POLICY_ADMINISTRATOR, "a.rego", "a.rego", FALSE, bytes);
  CardeaPolicySet *set = cardea_policy_set_new (files, FALSE, &facts, &error);
  g_assert_no_error (error);
  return set;
}

typedef struct {
  GMutex lock;
  CardeaPolicySet *set; /* in force */
  gint ended;
  gint decisions;
} Shared;

static CardeaPolicySet *
take (Shared *shared)
{
  g_mutex_lock (&shared->lock);
  CardeaPolicySet *set = cardea_policy_set_ref (shared->set);
  g_mutex_unlock (&shared->lock);
  return set;
}

/* Rule, reason and effect are always those of one and the same policy. */
static gpointer
read_cb (gpointer data)
{
  Shared *shared = data;
  CardeaRegoContext *context = cardea_policy_context_new ();
  g_autoptr (CardeaJson) input = cardea_json_parse (input_text, strlen (input_text), NULL);

  while (!g_atomic_int_get (&shared->ended))
    {
      g_autoptr (CardeaPolicySet) set = take (shared);
      CardeaPolicyAnswer answer = cardea_policy_set_decide (set, context, input);
      guint64 number = 0;
      g_assert_true (g_str_has_prefix (answer.policy, "rule-"));
      g_assert_true (g_ascii_string_to_unsigned (answer.policy + 5, 10, 0, RELOADS, &number, NULL));
      g_autofree char *reason = g_strdup_printf ("reason %" G_GUINT64_FORMAT, number);
      g_assert_cmpstr (answer.reason, ==, reason);
      g_assert_cmpint (answer.effect, ==, number % 2 == 0 ? CARDEA_POLICY_DENY : CARDEA_POLICY_ASK);
      g_assert_cmpstr (answer.where, ==, "a.rego of this computer's policy");
      g_atomic_int_inc (&shared->decisions);
    }
  cardea_rego_context_free (context);
  return NULL;
}

static void
test_reload_under_load (void)
{
  Shared shared = { .set = make_set (0) };
  GThread *readers[READERS];

  g_mutex_init (&shared.lock);
  for (guint i = 0; i < READERS; i++)
    readers[i] = g_thread_new ("reader", read_cb, &shared);
  for (guint i = 1; i <= RELOADS; i++)
    {
      CardeaPolicySet *next = make_set (i);
      gint seen = g_atomic_int_get (&shared.decisions);
      g_mutex_lock (&shared.lock);
      CardeaPolicySet *before = shared.set;
      shared.set = next;
      g_mutex_unlock (&shared.lock);
      cardea_policy_set_unref (before);
      while (g_atomic_int_get (&shared.decisions) == seen)
        g_thread_yield ();
    }
  g_atomic_int_set (&shared.ended, 1);
  for (guint i = 0; i < READERS; i++)
    g_thread_join (readers[i]);
  cardea_policy_set_unref (shared.set);
  g_mutex_clear (&shared.lock);
  g_assert_cmpint (shared.decisions, >=, (gint) RELOADS);
}

static gsize
used (void)
{
  struct mallinfo2 info = mallinfo2 ();
  return info.uordblks + info.hblkhd;
}

static void
test_memory (void)
{
  g_autoptr (CardeaPolicySet) set = make_set (0);
  CardeaRegoContext *context = cardea_policy_context_new ();
  g_autoptr (CardeaJson) input = cardea_json_parse (input_text, strlen (input_text), NULL);
  gsize before = 0;

  for (guint i = 0; i < DECISIONS; i++)
    {
      if (i == 100)
        before = used ();
      CardeaPolicyAnswer answer = cardea_policy_set_decide (set, context, input);
      g_assert_cmpint (answer.effect, ==, CARDEA_POLICY_DENY);
    }
  g_assert_cmpuint (used (), <=, before);
  cardea_rego_context_free (context);
}

static void
test_revision (void)
{
  g_autoptr (CardeaPolicySet) one = make_set (1);
  g_autoptr (CardeaPolicySet) same = make_set (1);
  g_autoptr (CardeaPolicySet) other = make_set (2);
  g_assert_cmpstr (cardea_policy_set_revision (one), ==, cardea_policy_set_revision (same));
  g_assert_cmpstr (cardea_policy_set_revision (one), !=, cardea_policy_set_revision (other));
  /* The shipped rules look at no clock, so that decisions can be remembered. */
  g_assert_true (cardea_policy_set_is_steady (one));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy-set/reload-under-load", test_reload_under_load);
  g_test_add_func ("/policy-set/memory", test_memory);
  g_test_add_func ("/policy-set/revision", test_revision);
  return g_test_run ();
}
