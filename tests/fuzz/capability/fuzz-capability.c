/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/capability/guardian-capability-store.h"
#include "guardian/capability/guardian-caveat.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Two readings of the same bytes. As a token of somebody else: it may be read and written again,
 * but no store takes it. As a caveat added to a good token: it can only take away. */

#define SESSION "5e55105e55105e55"
#define PEER "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define FAR_AWAY 1000000

static const char *const actions[] = { "file.read", NULL };

static gint64
still_clock (gpointer user_data)
{
  return FAR_AWAY;
}

static GuardianCapabilityVerdict
check (GuardianCapabilityStore *store, const char *text, const char *action, const char *session)
{
  GuardianCapabilityUse use = { session, PEER, action, NULL, "rev1" };
  return guardian_capability_store_check (store, text, &use, NULL);
}

static void
try_token (GuardianCapabilityStore *store, const char *text)
{
  guint8 id[GUARDIAN_CAPABILITY_ID_SIZE];
  g_autoptr (GuardianCapability) capability = guardian_capability_parse (text);

  FUZZ_CHECK (check (store, text, "file.read", SESSION) != GUARDIAN_CAPABILITY_GOOD);
  if (capability == NULL)
    return;
  g_autofree char *again = guardian_capability_text (capability);
  FUZZ_CHECK (again != NULL && g_ascii_strcasecmp (again, text) == 0);
  FUZZ_CHECK (guardian_capability_peek_id (text, id)
              && memcmp (id, guardian_capability_id (capability), sizeof id) == 0);
  FUZZ_CHECK (guardian_capability_n_caveats (capability) <= GUARDIAN_CAPABILITY_CAVEATS_LIMIT);
  guardian_capability_covers (capability, "/home/u/bank.csv");
}

/* The fuzzer cannot guess a proof; what it can reach is everything behind one. */
static void
try_caveat (GuardianCapabilityStore *store, const char *caveat)
{
  GuardianCapabilityTerms terms
      = { .session = SESSION, .peer = PEER, .actions = actions, .policy = "rev1", .seconds = 60 };
  g_autofree char *token = guardian_capability_store_mint (store, &terms);
  g_autofree char *narrow = guardian_capability_narrow (token, caveat);

  FUZZ_CHECK (check (store, token, "file.read", SESSION) == GUARDIAN_CAPABILITY_GOOD);
  if (narrow == NULL)
    return;
  FUZZ_CHECK (check (store, narrow, "file.write", SESSION) != GUARDIAN_CAPABILITY_GOOD);
  FUZZ_CHECK (check (store, narrow, "file.read", "ffffffffffffffff") != GUARDIAN_CAPABILITY_GOOD);
  GuardianCapabilityVerdict first = check (store, narrow, "file.read", SESSION);
  GuardianCapabilityVerdict second = check (store, narrow, "file.read", SESSION);
  FUZZ_CHECK (first == second
              || (guardian_caveat_uses (caveat) == 1 && second == GUARDIAN_CAPABILITY_SPENT));
  /* Narrowing never spoils what was narrowed, nor outlives it. */
  FUZZ_CHECK (check (store, token, "file.read", SESSION) == GUARDIAN_CAPABILITY_GOOD);
  guardian_capability_store_revoke_session (store, SESSION);
  FUZZ_CHECK (check (store, narrow, "file.read", SESSION) != GUARDIAN_CAPABILITY_GOOD);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autoptr (GuardianCapabilityStore) store = guardian_capability_store_new (still_clock, NULL);

  FUZZ_CHECK (store != NULL);
  try_token (store, text);
  try_caveat (store, text);
  guardian_caveat_pattern_matches (text, "/home/u/bank.csv");
  guardian_caveat_pattern_matches ("/home/u/**", text);
  return 0;
}
