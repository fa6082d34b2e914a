/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/capability/guardian-capability-store.h"
#include "guardian/capability/guardian-caveat.h"

#include "common/base/cardea-encoding.h"

#include <string.h>

#define PEER_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define PEER_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

typedef struct {
  GuardianCapabilityStore *store;
  gint64 now_us;
} Fixture;

static const char *const read_and_list[] = { "file.read", "file.list", NULL };

static const GuardianCapabilityTerms plain_terms = {
  .session = "5e55105e55105e55",
  .peer = PEER_A,
  .actions = read_and_list,
  .policy = "rev1",
  .seconds = 60,
};
static const GuardianCapabilityUse plain_use = {
  .session = "5e55105e55105e55",
  .peer = PEER_A,
  .action = "file.read",
  .policy = "rev1",
};

static gint64
fixture_clock (gpointer user_data)
{
  return ((Fixture *) user_data)->now_us;
}

static void
fixture_up (Fixture *fixture, gconstpointer data)
{
  fixture->now_us = 1000 * G_USEC_PER_SEC;
  fixture->store = guardian_capability_store_new (fixture_clock, fixture);
  g_assert_nonnull (fixture->store);
}

static void
fixture_down (Fixture *fixture, gconstpointer data)
{
  guardian_capability_store_free (fixture->store);
}

static char *
mint (Fixture *fixture, const GuardianCapabilityTerms *terms)
{
  char *text = guardian_capability_store_mint (fixture->store, terms);
  g_assert_nonnull (text);
  return text;
}

static GuardianCapabilityVerdict
check (Fixture *fixture, const char *text, const GuardianCapabilityUse *use)
{
  return guardian_capability_store_check (fixture->store, text, use, NULL);
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = mint (fixture, &plain_terms);
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_GOOD);
  g_assert_cmpuint (guardian_capability_store_count (fixture->store, NULL), ==, 1);
}

static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = mint (fixture, &plain_terms);
  GuardianCapabilityUse use = plain_use;

  use.session = "ffffffffffffffff";
  g_assert_cmpint (check (fixture, text, &use), ==, GUARDIAN_CAPABILITY_FOREIGN);
  use = plain_use;
  use.peer = PEER_B;
  g_assert_cmpint (check (fixture, text, &use), ==, GUARDIAN_CAPABILITY_FOREIGN);
  use.peer = NULL;
  g_assert_cmpint (check (fixture, text, &use), ==, GUARDIAN_CAPABILITY_FOREIGN);
  use = plain_use;
  use.action = "file.write";
  g_assert_cmpint (check (fixture, text, &use), ==, GUARDIAN_CAPABILITY_ACTION);
  use.action = "file.rea";
  g_assert_cmpint (check (fixture, text, &use), ==, GUARDIAN_CAPABILITY_ACTION);
  use = plain_use;
  use.policy = "rev2";
  g_assert_cmpint (check (fixture, text, &use), ==, GUARDIAN_CAPABILITY_STALE);
}

static void
test_expiry (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = mint (fixture, &plain_terms);
  fixture->now_us += 60 * G_USEC_PER_SEC - 1;
  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_GOOD);
  fixture->now_us += 1;
  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_EXPIRED);

  /* An expired one is forgotten when the next is minted. */
  g_autofree char *next = mint (fixture, &plain_terms);
  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_UNKNOWN);
  g_assert_cmpint (check (fixture, next, &plain_use), ==, GUARDIAN_CAPABILITY_GOOD);
}

/* The kernel's own clock: the wall clock plays no part, so that setting it back extends nothing. */
static void
test_expiry_kernel (void)
{
  g_autoptr (GuardianCapabilityStore) store = guardian_capability_store_new (NULL, NULL);
  GuardianCapabilityTerms terms = plain_terms;

  terms.seconds = 0;
  g_autofree char *over = guardian_capability_store_mint (store, &terms);
  g_assert_cmpint (guardian_capability_store_check (store, over, &plain_use, NULL), ==,
                   GUARDIAN_CAPABILITY_EXPIRED);
  terms.seconds = 60;
  g_autofree char *good = guardian_capability_store_mint (store, &terms);
  g_assert_cmpint (guardian_capability_store_check (store, good, &plain_use, NULL), ==,
                   GUARDIAN_CAPABILITY_GOOD);
}

static void
test_other_boot (Fixture *fixture, gconstpointer data)
{
  g_autofree char *caveat
      = guardian_caveat_new_expiry ("00000000000000000000000000000000", G_MAXINT32);
  GuardianCaveatUse use = { .boot = "11111111111111111111111111111111", .now_us = 0 };
  g_assert_cmpint (guardian_caveat_check (caveat, &use), ==, GUARDIAN_CAVEAT_EXPIRED);
  use.boot = NULL;
  g_assert_cmpint (guardian_caveat_check (caveat, &use), ==, GUARDIAN_CAVEAT_EXPIRED);
}

static void
test_revoke (Fixture *fixture, gconstpointer data)
{
  GuardianCapabilityTerms other_terms = plain_terms;
  GuardianCapabilityUse other_use = plain_use;
  other_terms.session = other_use.session = "0123456789abcdef";
  g_autofree char *text = mint (fixture, &plain_terms);
  g_autofree char *narrowed = guardian_capability_narrow (text, "actions=file.read");
  g_autofree char *other = mint (fixture, &other_terms);

  guardian_capability_store_revoke_session (fixture->store, plain_terms.session);
  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_REVOKED);
  g_assert_cmpint (check (fixture, narrowed, &plain_use), ==, GUARDIAN_CAPABILITY_REVOKED);
  g_assert_cmpint (check (fixture, other, &other_use), ==, GUARDIAN_CAPABILITY_GOOD);
  guardian_capability_store_revoke_all (fixture->store);
  g_assert_cmpint (check (fixture, other, &other_use), ==, GUARDIAN_CAPABILITY_REVOKED);
  g_assert_cmpuint (guardian_capability_store_count (fixture->store, NULL), ==, 0);
}

static void
test_narrow (Fixture *fixture, gconstpointer data)
{
  GuardianCapabilityUse use = plain_use;
  g_autofree char *text = mint (fixture, &plain_terms);
  g_autofree char *listing = guardian_capability_narrow (text, "actions=file.list");
  g_autofree char *wider = guardian_capability_narrow (listing, "actions=file.list,file.read");
  g_autofree char *unknown = guardian_capability_narrow (text, "colour=red");

  g_assert_cmpint (check (fixture, listing, &use), ==, GUARDIAN_CAPABILITY_ACTION);
  /* Adding a wider caveat takes nothing back. */
  g_assert_cmpint (check (fixture, wider, &use), ==, GUARDIAN_CAPABILITY_ACTION);
  use.action = "file.list";
  g_assert_cmpint (check (fixture, listing, &use), ==, GUARDIAN_CAPABILITY_GOOD);
  g_assert_cmpint (check (fixture, wider, &use), ==, GUARDIAN_CAPABILITY_GOOD);
  g_assert_cmpint (check (fixture, unknown, &use), ==, GUARDIAN_CAPABILITY_MALFORMED);
}

static void
test_resource (Fixture *fixture, gconstpointer data)
{
  GuardianCapabilityUse use = plain_use;
  g_autoptr (GuardianCapability) capability = NULL;
  g_autofree char *text = mint (fixture, &plain_terms);
  g_autofree char *narrowed = guardian_capability_narrow (text, "resource=/home/ann/Documents/**");

  use.resource = "/home/ann/Documents/bank.csv";
  g_assert_cmpint (check (fixture, narrowed, &use), ==, GUARDIAN_CAPABILITY_GOOD);
  use.resource = "/home/ann/Documentsx/bank.csv";
  g_assert_cmpint (check (fixture, narrowed, &use), ==, GUARDIAN_CAPABILITY_RESOURCE);
  use.resource = NULL;
  g_assert_cmpint (guardian_capability_store_check (fixture->store, narrowed, &use, &capability),
                   ==, GUARDIAN_CAPABILITY_GOOD);
  g_assert_true (guardian_capability_covers (capability, "/home/ann/Documents/x"));
  g_assert_false (guardian_capability_covers (capability, "/home/ann/.ssh/id"));
  g_assert_false (guardian_capability_covers (capability, "/home/ann/Documents/../.ssh/id"));
}

static void
test_patterns (void)
{
  static const struct {
    const char *pattern;
    const char *path;
    gboolean matches;
  } cases[] = {
    { "/a/b", "/a/b", TRUE },     { "/a/b", "/a/b/c", FALSE },   { "/a/**", "/a", TRUE },
    { "/a/**", "/a/b/c", TRUE },  { "/a/**", "/ab", FALSE },     { "/**", "/x", TRUE },
    { "/**", "/", TRUE },         { "/a/**", "/a/../x", FALSE }, { "/a/**", "/a//b", FALSE },
    { "/a/**", "/a/./b", FALSE }, { "/a/**", "/a/b/", FALSE },   { "/a/**", "a/b", FALSE },
    { "/a/**", "/a/..b", TRUE },  { "/a/*", "/a/b", FALSE },     { "/a/**", "/a/\n", TRUE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (guardian_caveat_pattern_matches (cases[i].pattern, cases[i].path) != cases[i].matches)
      g_error ("%s on %s", cases[i].pattern, cases[i].path);
}

static void
test_uses (Fixture *fixture, gconstpointer data)
{
  GuardianCapabilityTerms terms = plain_terms;
  GuardianCapabilityUse wrong = plain_use;
  terms.uses = 2;
  wrong.peer = PEER_B;
  g_autofree char *text = mint (fixture, &terms);
  g_autofree char *narrowed = guardian_capability_narrow (text, "actions=file.read");

  /* A refused use costs nothing; a narrowed copy shares the counter. */
  g_assert_cmpint (check (fixture, text, &wrong), ==, GUARDIAN_CAPABILITY_FOREIGN);
  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_GOOD);
  g_assert_cmpint (check (fixture, narrowed, &plain_use), ==, GUARDIAN_CAPABILITY_GOOD);
  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_SPENT);
  g_assert_cmpint (check (fixture, narrowed, &plain_use), ==, GUARDIAN_CAPABILITY_SPENT);
}

static void
test_uses_narrowed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = mint (fixture, &plain_terms);
  g_autofree char *once = guardian_capability_narrow (text, "uses=1");
  g_autofree char *more = guardian_capability_narrow (once, "uses=1000");
  g_autofree char *zero = guardian_capability_narrow (text, "uses=0");
  g_autofree char *big = guardian_capability_narrow (text, "uses=99999999999999999999");

  g_assert_cmpint (check (fixture, more, &plain_use), ==, GUARDIAN_CAPABILITY_GOOD);
  g_assert_cmpint (check (fixture, more, &plain_use), ==, GUARDIAN_CAPABILITY_SPENT);
  g_assert_cmpint (check (fixture, once, &plain_use), ==, GUARDIAN_CAPABILITY_SPENT);
  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_GOOD);
  g_assert_cmpint (check (fixture, zero, &plain_use), ==, GUARDIAN_CAPABILITY_MALFORMED);
  g_assert_cmpint (check (fixture, big, &plain_use), ==, GUARDIAN_CAPABILITY_MALFORMED);
}

static void
test_counter_limit (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = mint (fixture, &plain_terms);
  guint good = 0;

  for (guint i = 0; i < GUARDIAN_CAPABILITY_STORE_COUNTERS_LIMIT + 10; i++)
    {
      g_autofree char *caveat = g_strdup_printf ("uses=%u", i + 1);
      g_autofree char *narrowed = guardian_capability_narrow (text, caveat);
      if (check (fixture, narrowed, &plain_use) == GUARDIAN_CAPABILITY_GOOD)
        good++;
    }
  g_assert_cmpuint (good, ==, GUARDIAN_CAPABILITY_STORE_COUNTERS_LIMIT);
}

/* A token that was found good before gets no easier a look the second time. */
static void
test_again (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = mint (fixture, &plain_terms);
  GuardianCapabilityUse use = plain_use;

  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_GOOD);
  use.peer = PEER_B;
  g_assert_cmpint (check (fixture, text, &use), ==, GUARDIAN_CAPABILITY_FOREIGN);
  use = plain_use;
  use.action = "file.write";
  g_assert_cmpint (check (fixture, text, &use), ==, GUARDIAN_CAPABILITY_ACTION);
  use = plain_use;
  use.policy = "rev2";
  g_assert_cmpint (check (fixture, text, &use), ==, GUARDIAN_CAPABILITY_STALE);
  for (gsize i = 0; text[i] != '\0'; i++)
    {
      g_autofree char *changed = g_strdup (text);
      changed[i] = changed[i] == 'a' ? 'b' : 'a';
      g_assert_cmpint (check (fixture, changed, &plain_use), !=, GUARDIAN_CAPABILITY_GOOD);
    }
  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_GOOD);
  guardian_capability_store_revoke_session (fixture->store, plain_terms.session);
  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_REVOKED);
  fixture->now_us += 60 * G_USEC_PER_SEC;
  g_assert_cmpint (check (fixture, text, &plain_use), !=, GUARDIAN_CAPABILITY_GOOD);
}

/* Every text that differs from an issued one in a single character is refused. */
static void
test_every_character (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = mint (fixture, &plain_terms);
  for (gsize i = 0; text[i] != '\0'; i++)
    {
      g_autofree char *changed = g_strdup (text);
      changed[i] = changed[i] == 'a' ? 'b' : 'a';
      g_assert_cmpint (check (fixture, changed, &plain_use), !=, GUARDIAN_CAPABILITY_GOOD);
      g_autofree char *cut = g_strndup (text, i);
      g_assert_cmpint (check (fixture, cut, &plain_use), !=, GUARDIAN_CAPABILITY_GOOD);
    }
}

static void
test_splice (Fixture *fixture, gconstpointer data)
{
  GuardianCapabilityTerms wide = plain_terms;
  static const char *const writes[] = { "file.write", NULL };
  wide.actions = writes;
  g_autofree char *a = mint (fixture, &plain_terms);
  g_autofree char *b = mint (fixture, &wide);
  g_auto (GStrv) parts_a = g_strsplit (a, ".", -1);
  g_auto (GStrv) parts_b = g_strsplit (b, ".", -1);
  guint last = g_strv_length (parts_a) - 1;

  /* The caveats of one with the signature of the other; and the other way round. */
  g_autofree char *mac_a = g_strdup (parts_a[last]);
  g_free (parts_a[last]);
  parts_a[last] = g_strdup (parts_b[last]);
  g_autofree char *spliced = g_strjoinv (".", parts_a);
  g_assert_cmpint (check (fixture, spliced, &plain_use), ==, GUARDIAN_CAPABILITY_FORGED);
  g_free (parts_b[last]);
  parts_b[last] = g_steal_pointer (&mac_a);
  g_autofree char *other = g_strjoinv (".", parts_b);
  g_assert_cmpint (check (fixture, other, &plain_use), ==, GUARDIAN_CAPABILITY_FORGED);

  /* A caveat taken away. */
  g_auto (GStrv) parts = g_strsplit (b, ".", -1);
  g_autofree char *removed
      = g_strjoin (".", parts[0], parts[1], parts[2], parts[3], parts[5], parts[6], parts[7], NULL);
  g_assert_cmpint (check (fixture, removed, &plain_use), ==, GUARDIAN_CAPABILITY_FORGED);
}

static void
test_other_guardian (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GuardianCapabilityStore) other
      = guardian_capability_store_new (fixture_clock, fixture);
  g_autofree char *text = guardian_capability_store_mint (other, &plain_terms);
  g_assert_cmpint (check (fixture, text, &plain_use), ==, GUARDIAN_CAPABILITY_UNKNOWN);
}

static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (GUARDIAN_CAPABILITY_TEXT_LIMIT + 1, 'a');
  g_autofree char *good = mint (fixture, &plain_terms);
  g_autofree char *spaced = g_strconcat (good, " ", NULL);
  g_autofree char *upper = g_ascii_strup (good, -1);
  g_autofree char *dotted = g_strconcat (good, ".", NULL);
  const char *const texts[] = { "",     ".",    "..",  "cardea1", "cardea1..",   "cardea1.00.00",
                                spaced, dotted, upper, long_text, "cardea2.0.0", NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpint (check (fixture, texts[i], &plain_use), ==, GUARDIAN_CAPABILITY_MALFORMED);
}

static void
test_limits (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = mint (fixture, &plain_terms);
  g_autofree char *huge = g_strnfill (GUARDIAN_CAVEAT_LIMIT + 1, 'x');
  g_assert_null (guardian_capability_narrow (text, huge));
  g_assert_null (guardian_capability_narrow (text, ""));
  g_assert_null (guardian_capability_narrow ("nonsense", "uses=1"));

  g_autofree char *narrowed = g_strdup (text);
  guint added = 0;
  for (char *next = g_strdup (text); next != NULL; added++)
    {
      g_free (narrowed);
      narrowed = next;
      next = guardian_capability_narrow (narrowed, "actions=file.read");
    }
  g_assert_cmpuint (added, >, 10);
  g_assert_cmpint (check (fixture, narrowed, &plain_use), ==, GUARDIAN_CAPABILITY_GOOD);

  guint minted = 1;
  for (char *next = text; next != NULL; minted++)
    {
      if (next != text)
        g_free (next);
      next = guardian_capability_store_mint (fixture->store, &plain_terms);
    }
  g_assert_cmpuint (minted - 1, ==, GUARDIAN_CAPABILITY_STORE_SESSION_LIMIT);
}

/* The chain is what its definition says: HMAC-SHA-256 (RFC 4231, case 2 has a short key, so the
 * vector here was computed with a second implementation for a 32-byte key). */
static void
test_vector (void)
{
  guint8 id[GUARDIAN_CAPABILITY_ID_SIZE];
  guint8 key[GUARDIAN_CAPABILITY_MAC_SIZE];
  memset (id, 0x11, sizeof id);
  memset (key, 0x22, sizeof key);
  g_autoptr (GuardianCapability) capability = guardian_capability_new (id, key);
  g_assert_true (guardian_capability_add (capability, "uses=1"));
  g_autofree char *text = guardian_capability_text (capability);

  guint8 first[32], second[32];
  gsize size = sizeof first;
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, sizeof key);
  g_hmac_update (hmac, id, sizeof id);
  g_hmac_get_digest (hmac, first, &size);
  g_autoptr (GHmac) next = g_hmac_new (G_CHECKSUM_SHA256, first, sizeof first);
  g_hmac_update (next, (const guchar *) "uses=1", 6);
  g_hmac_get_digest (next, second, &size);
  g_autofree char *mac = cardea_hex_encode (second, sizeof second);
  g_autofree char *expected
      = g_strconcat ("cardea1.11111111111111111111111111111111.dXNlcz0x.", mac, NULL);
  g_assert_cmpstr (text, ==, expected);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/capability/" name, Fixture, NULL, fixture_up, function, fixture_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("good", test_good);
  ADD ("foreign", test_foreign);
  ADD ("expiry", test_expiry);
  ADD ("other-boot", test_other_boot);
  ADD ("revoke", test_revoke);
  ADD ("narrow", test_narrow);
  ADD ("resource", test_resource);
  ADD ("uses", test_uses);
  ADD ("uses-narrowed", test_uses_narrowed);
  ADD ("counter-limit", test_counter_limit);
  ADD ("every-character", test_every_character);
  ADD ("again", test_again);
  ADD ("splice", test_splice);
  ADD ("other-guardian", test_other_guardian);
  ADD ("malformed", test_malformed);
  ADD ("limits", test_limits);
  g_test_add_func ("/capability/expiry-kernel", test_expiry_kernel);
  g_test_add_func ("/capability/patterns", test_patterns);
  g_test_add_func ("/capability/vector", test_vector);
  return g_test_run ();
}
