/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the kernel's boot clock and its own memory. Refuses every token that it did not issue,
 * has revoked, or whose caveats do not all hold now. Uses are counted by the chain's value at the
 * limiting caveat: copies and further narrowings of a token share one counter. Known gaps: none. */

#include "guardian/capability/guardian-capability-store.h"

#include "common/base/cardea-secret.h"
#include "guardian/capability/guardian-caveat.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

typedef struct {
  char *session;
  gint64 expires_us;
  gboolean revoked;
  GHashTable *counters; /* GBytes (chain value) -> uses left; NULL until the first */
  /* The text whose chain was found to hold last, so that an agent that presents the same token
   * again and again does not cost a chain each time. Never one with a limited number of uses. */
  char *proven_text;
  GuardianCapability *proven;
} Issued;

struct _GuardianCapabilityStore {
  CardeaSecret *key;
  char *boot;
  GHashTable *issued; /* GBytes (id) -> Issued */
  GuardianCapabilityClock clock;
  gpointer clock_data;
};

static const char *const verdict_texts[GUARDIAN_CAPABILITY_VERDICTS] = {
  [GUARDIAN_CAPABILITY_GOOD] = "the capability is good",
  [GUARDIAN_CAPABILITY_MALFORMED] = "this is not a capability",
  [GUARDIAN_CAPABILITY_UNKNOWN] = "this capability was not issued here or is long over",
  [GUARDIAN_CAPABILITY_FORGED] = "this capability was changed after it was issued",
  [GUARDIAN_CAPABILITY_REVOKED] = "this capability was revoked",
  [GUARDIAN_CAPABILITY_EXPIRED] = "this capability has expired",
  [GUARDIAN_CAPABILITY_FOREIGN] = "this capability belongs to another session or program",
  [GUARDIAN_CAPABILITY_ACTION] = "this capability does not cover the action",
  [GUARDIAN_CAPABILITY_RESOURCE] = "this capability does not cover the object",
  [GUARDIAN_CAPABILITY_SPENT] = "this capability has no uses left",
  [GUARDIAN_CAPABILITY_STALE] = "this capability was issued under another policy",
};

static const GuardianCapabilityVerdict caveat_verdicts[] = {
  [GUARDIAN_CAVEAT_HOLDS] = GUARDIAN_CAPABILITY_GOOD,
  [GUARDIAN_CAVEAT_MALFORMED] = GUARDIAN_CAPABILITY_MALFORMED,
  [GUARDIAN_CAVEAT_FOREIGN] = GUARDIAN_CAPABILITY_FOREIGN,
  [GUARDIAN_CAVEAT_ACTION] = GUARDIAN_CAPABILITY_ACTION,
  [GUARDIAN_CAVEAT_RESOURCE] = GUARDIAN_CAPABILITY_RESOURCE,
  [GUARDIAN_CAVEAT_EXPIRED] = GUARDIAN_CAPABILITY_EXPIRED,
  [GUARDIAN_CAVEAT_STALE] = GUARDIAN_CAPABILITY_STALE,
};

const char *
guardian_capability_verdict_text (GuardianCapabilityVerdict verdict)
{
  return verdict < GUARDIAN_CAPABILITY_VERDICTS ? verdict_texts[verdict]
                                                : "this capability is not good";
}

static void
issued_free (gpointer data)
{
  Issued *issued = data;
  g_free (issued->session);
  g_clear_pointer (&issued->counters, g_hash_table_unref);
  g_clear_pointer (&issued->proven, guardian_capability_unref);
  g_free (issued->proven_text);
  g_free (issued);
}

static gint64
kernel_clock (gpointer user_data)
{
  struct timespec now;
  if (clock_gettime (CLOCK_BOOTTIME, &now) != 0)
    return G_MAXINT64; /* everything has expired */
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static char *
read_boot_id (void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (BOOT_ID_FILE, &text, NULL, NULL))
    return NULL;
  g_autoptr (GString) boot = g_string_new (NULL);
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_isxdigit (*c))
      g_string_append_c (boot, *c);
  return boot->len == 32 ? g_string_free (g_steal_pointer (&boot), FALSE) : NULL;
}

GuardianCapabilityStore *
guardian_capability_store_new (GuardianCapabilityClock clock, gpointer user_data)
{
  g_autoptr (GuardianCapabilityStore) store = g_new0 (GuardianCapabilityStore, 1);
  store->clock = clock != NULL ? clock : kernel_clock;
  store->clock_data = user_data;
  store->issued = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                         (GDestroyNotify) g_bytes_unref, issued_free);
  store->key = cardea_secret_new_random (GUARDIAN_CAPABILITY_MAC_SIZE);
  store->boot = read_boot_id ();
  if (store->key == NULL || store->boot == NULL)
    return NULL;
  return g_steal_pointer (&store);
}

void
guardian_capability_store_free (GuardianCapabilityStore *store)
{
  if (store == NULL)
    return;
  g_hash_table_unref (store->issued);
  g_clear_pointer (&store->key, cardea_secret_unref);
  g_free (store->boot);
  g_free (store);
}

static void
forget_expired (GuardianCapabilityStore *store)
{
  GHashTableIter iter;
  gpointer value = NULL;
  gint64 now_us = store->clock (store->clock_data);

  g_hash_table_iter_init (&iter, store->issued);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Issued *) value)->expires_us <= now_us)
      g_hash_table_iter_remove (&iter);
}

guint
guardian_capability_store_count (GuardianCapabilityStore *store, const char *session)
{
  GHashTableIter iter;
  gpointer value = NULL;
  gint64 now_us = store->clock (store->clock_data);
  guint count = 0;

  g_hash_table_iter_init (&iter, store->issued);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Issued *issued = value;
      if (!issued->revoked && issued->expires_us > now_us
          && (session == NULL || strcmp (issued->session, session) == 0))
        count++;
    }
  return count;
}

static gboolean
add_pair (GuardianCapability *capability, const char *name, const char *value)
{
  g_autofree char *caveat = g_strconcat (name, "=", value, NULL);
  return guardian_capability_add (capability, caveat);
}

static gboolean
add_terms (GuardianCapabilityStore *store, GuardianCapability *capability,
           const GuardianCapabilityTerms *terms, gint64 expires_us)
{
  g_autofree char *actions = guardian_caveat_new_actions (terms->actions);
  g_autofree char *expiry = guardian_caveat_new_expiry (store->boot, expires_us);
  g_autofree char *uses = g_strdup_printf ("%u", terms->uses);

  return add_pair (capability, "session", terms->session)
         && add_pair (capability, "peer", terms->peer)
         && guardian_capability_add (capability, actions)
         && guardian_capability_add (capability, expiry)
         && add_pair (capability, "policy", terms->policy)
         && (terms->resource == NULL || add_pair (capability, "resource", terms->resource))
         && (terms->uses == 0 || add_pair (capability, "uses", uses));
}

char *
guardian_capability_store_mint (GuardianCapabilityStore *store,
                                const GuardianCapabilityTerms *terms)
{
  guint8 id[GUARDIAN_CAPABILITY_ID_SIZE];
  gint64 expires_us = store->clock (store->clock_data) + (gint64) terms->seconds * G_USEC_PER_SEC;

  forget_expired (store);
  if (guardian_capability_store_count (store, terms->session)
      >= GUARDIAN_CAPABILITY_STORE_SESSION_LIMIT)
    return NULL;

  randombytes_buf (id, sizeof id);
  g_autoptr (GuardianCapability) capability
      = guardian_capability_new (id, cardea_secret_bytes (store->key));
  if (!add_terms (store, capability, terms, expires_us))
    return NULL;
  char *text = guardian_capability_text (capability);
  if (text == NULL)
    return NULL;

  Issued *issued = g_new0 (Issued, 1);
  issued->session = g_strdup (terms->session);
  issued->expires_us = expires_us;
  g_hash_table_replace (store->issued, g_bytes_new (id, sizeof id), issued);
  return text;
}

typedef struct {
  const GuardianCaveatUse *use;
  GuardianCaveatVerdict verdict; /* of the first caveat that does not hold */
  GPtrArray *limits;             /* GBytes: chain values at "uses" caveats */
  guint allowed[GUARDIAN_CAPABILITY_CAVEATS_LIMIT];
} Walk;

static void
walk_caveat (const char *caveat, const guint8 *mac, gpointer user_data)
{
  Walk *walk = user_data;
  guint uses = guardian_caveat_uses (caveat);

  if (walk->verdict == GUARDIAN_CAVEAT_HOLDS)
    walk->verdict = guardian_caveat_check (caveat, walk->use);
  if (uses > 0)
    {
      if (walk->limits == NULL)
        walk->limits = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      walk->allowed[walk->limits->len] = uses;
      g_ptr_array_add (walk->limits, g_bytes_new (mac, GUARDIAN_CAPABILITY_MAC_SIZE));
    }
}

/* All counters are looked at before any is changed: a refused use costs nothing. */
static gboolean
spend (Issued *issued, const Walk *walk)
{
  guint fresh = 0;

  if (walk->limits == NULL)
    return TRUE;
  if (issued->counters == NULL)
    issued->counters
        = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  for (guint i = 0; i < walk->limits->len; i++)
    {
      gpointer left = NULL;
      if (!g_hash_table_lookup_extended (issued->counters, walk->limits->pdata[i], NULL, &left))
        fresh++;
      else if (GPOINTER_TO_UINT (left) == 0)
        return FALSE;
    }
  if (g_hash_table_size (issued->counters) + fresh > GUARDIAN_CAPABILITY_STORE_COUNTERS_LIMIT)
    return FALSE;
  for (guint i = 0; i < walk->limits->len; i++)
    {
      gpointer left = NULL;
      if (!g_hash_table_lookup_extended (issued->counters, walk->limits->pdata[i], NULL, &left))
        left = GUINT_TO_POINTER (walk->allowed[i]);
      g_hash_table_replace (issued->counters, g_bytes_ref (walk->limits->pdata[i]),
                            GUINT_TO_POINTER (GPOINTER_TO_UINT (left) - 1));
    }
  return TRUE;
}

static Issued *
find_issued (GuardianCapabilityStore *store, const guint8 *id)
{
  g_autoptr (GBytes) key = g_bytes_new_static (id, GUARDIAN_CAPABILITY_ID_SIZE);
  return g_hash_table_lookup (store->issued, key);
}

/* The same text as the one that was proven last; in constant time, for it ends in a secret. */
static Issued *
find_proven (GuardianCapabilityStore *store, const char *text)
{
  guint8 id[GUARDIAN_CAPABILITY_ID_SIZE];

  if (!guardian_capability_peek_id (text, id))
    return NULL;
  Issued *issued = find_issued (store, id);
  if (issued == NULL || issued->proven == NULL)
    return NULL;
  gsize size = strlen (issued->proven_text);
  return strlen (text) == size && sodium_memcmp (text, issued->proven_text, size) == 0 ? issued
                                                                                       : NULL;
}

static GuardianCapabilityVerdict
judge_proven (const Issued *issued, const GuardianCaveatUse *now,
              GuardianCapability **ret_capability)
{
  if (issued->revoked)
    return GUARDIAN_CAPABILITY_REVOKED;
  for (guint i = 0; i < guardian_capability_n_caveats (issued->proven); i++)
    {
      const char *caveat = guardian_capability_caveat (issued->proven, i);
      GuardianCaveatVerdict verdict = guardian_caveat_check (caveat, now);
      if (verdict != GUARDIAN_CAVEAT_HOLDS)
        return caveat_verdicts[verdict];
    }
  if (ret_capability != NULL)
    *ret_capability = guardian_capability_ref (issued->proven);
  return GUARDIAN_CAPABILITY_GOOD;
}

static GuardianCapabilityVerdict
prove (GuardianCapabilityStore *store, const char *text, const GuardianCaveatUse *now,
       GuardianCapability **ret_capability)
{
  Walk walk = { .use = now, .verdict = GUARDIAN_CAVEAT_HOLDS };
  g_autoptr (GuardianCapability) capability = guardian_capability_parse (text);
  if (capability == NULL)
    return GUARDIAN_CAPABILITY_MALFORMED;
  Issued *issued = find_issued (store, guardian_capability_id (capability));
  if (issued == NULL)
    return GUARDIAN_CAPABILITY_UNKNOWN;

  gboolean authentic = guardian_capability_authentic (capability, cardea_secret_bytes (store->key),
                                                      walk_caveat, &walk);
  g_autoptr (GPtrArray) limits = walk.limits;
  if (!authentic)
    return GUARDIAN_CAPABILITY_FORGED;
  if (issued->revoked)
    return GUARDIAN_CAPABILITY_REVOKED;
  if (walk.verdict != GUARDIAN_CAVEAT_HOLDS)
    return caveat_verdicts[walk.verdict];
  if (!spend (issued, &walk))
    return GUARDIAN_CAPABILITY_SPENT;
  if (limits == NULL)
    {
      g_clear_pointer (&issued->proven, guardian_capability_unref);
      g_free (issued->proven_text);
      issued->proven = guardian_capability_ref (capability);
      issued->proven_text = g_strdup (text);
    }
  if (ret_capability != NULL)
    *ret_capability = g_steal_pointer (&capability);
  return GUARDIAN_CAPABILITY_GOOD;
}

GuardianCapabilityVerdict
guardian_capability_store_check (GuardianCapabilityStore *store, const char *text,
                                 const GuardianCapabilityUse *use,
                                 GuardianCapability **ret_capability)
{
  GuardianCaveatUse now = { use->session,
                            use->peer,
                            use->action,
                            use->resource,
                            use->policy,
                            store->boot,
                            store->clock (store->clock_data) };
  if (text == NULL)
    return GUARDIAN_CAPABILITY_MALFORMED;
  const Issued *proven = find_proven (store, text);
  return proven != NULL ? judge_proven (proven, &now, ret_capability)
                        : prove (store, text, &now, ret_capability);
}

static void
revoke_matching (GuardianCapabilityStore *store, const char *session)
{
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, store->issued);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Issued *issued = value;
      if (session == NULL || strcmp (issued->session, session) == 0)
        issued->revoked = TRUE;
    }
}

void
guardian_capability_store_revoke_session (GuardianCapabilityStore *store, const char *session)
{
  revoke_matching (store, session);
}

void
guardian_capability_store_revoke_all (GuardianCapabilityStore *store)
{
  revoke_matching (store, NULL);
}
