/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/privsep/guardian-topology.h"

#include "common/protocol/cardea-message-table.h"
#include "guardian/privsep/guardian-row.h"

#define ANY_ROLE 0x3fff

/* Answers that may stand on every link have no link of their own, nor has what is said before a
 * link has TLS. */
static gboolean
is_general (const CardeaMessageRow *row)
{
  return row->from == CARDEA_ROLE_NEWCOMER || row->to == CARDEA_ROLE_NEWCOMER
         || g_str_equal (row->name, "refused") || g_str_equal (row->name, "done");
}

static gboolean
has_partner (guint role, guint others)
{
  for (guint other = 1; other <= ANY_ROLE; other <<= 1)
    if ((others & other) != 0 && guardian_topology_link (role, other) != NULL)
      return TRUE;
  return FALSE;
}

/* Whoever may send a message has a link to somebody who may receive it, and the reverse. */
static void
test_messages (void)
{
  const CardeaMessageRow *row;

  for (gsize i = 0; (row = cardea_message_table_row (i)) != NULL; i++)
    for (guint role = 1; role <= ANY_ROLE; role <<= 1)
      if (!is_general (row)
          && (((row->from & role) != 0 && !has_partner (role, row->to))
              || ((row->to & role) != 0 && !has_partner (role, row->from))))
        g_error ("%s has no link for role %u", row->name, role);
}

static void
test_everything_passes_the_core (void)
{
  gsize count = 0;
  const GuardianLink *links = guardian_topology_links (&count);

  for (gsize i = 0; i < count; i++)
    {
      g_assert_true (links[i].one == CARDEA_ROLE_CORE || links[i].other == CARDEA_ROLE_CORE);
      g_assert_cmpint (links[i].tls, ==, (links[i].other & CARDEA_ROLE_WORKER) == 0);
    }
  g_assert_null (guardian_topology_link (CARDEA_ROLE_AGENT, CARDEA_ROLE_FILES));
  g_assert_null (guardian_topology_link (CARDEA_ROLE_FRONT, CARDEA_ROLE_KEYS));
  g_assert_null (guardian_topology_link (CARDEA_ROLE_FILES, CARDEA_ROLE_KEYS));
  g_assert_null (guardian_topology_link (CARDEA_ROLE_CORE, CARDEA_ROLE_CORE));
}

static void
test_rows (void)
{
  for (GuardianWorker worker = 0; worker < GUARDIAN_WORKER_COUNT; worker++)
    {
      const GuardianRow *row = guardian_row (worker);
      g_assert_nonnull (row->identity.name);
      g_assert_cmpint (row->startable, ==,
                       worker != GUARDIAN_WORKER_CORE && worker != GUARDIAN_WORKER_NAMES);
      g_assert_true (!row->startable || row->environment != NULL);
      g_assert_cmpint (row->rules != NULL, ==, row->filter != NULL);
      if (row->startable)
        g_assert_nonnull (guardian_topology_link (CARDEA_ROLE_CORE, row->identity.role));
    }
  g_assert_null (guardian_row (GUARDIAN_WORKER_COUNT));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/topology/messages", test_messages);
  g_test_add_func ("/topology/core", test_everything_passes_the_core);
  g_test_add_func ("/topology/rows", test_rows);
  return g_test_run ();
}
