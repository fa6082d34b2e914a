/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/capability/guardian-capability.h"

/* Issues, checks and revokes capabilities. The root key is made at start and lives in memory only,
 * so that no token outlives the guardian. */
typedef struct _GuardianCapabilityStore GuardianCapabilityStore;

#define GUARDIAN_CAPABILITY_STORE_SESSION_LIMIT 64u   /* live tokens of one session */
#define GUARDIAN_CAPABILITY_STORE_COUNTERS_LIMIT 256u /* narrowed use limits seen of one token */

typedef enum {
  GUARDIAN_CAPABILITY_GOOD,
  GUARDIAN_CAPABILITY_MALFORMED,
  GUARDIAN_CAPABILITY_UNKNOWN, /* never issued here, or long over */
  GUARDIAN_CAPABILITY_FORGED,  /* the chain does not hold: widened or spliced */
  GUARDIAN_CAPABILITY_REVOKED,
  GUARDIAN_CAPABILITY_EXPIRED,
  GUARDIAN_CAPABILITY_FOREIGN, /* of another session or another peer */
  GUARDIAN_CAPABILITY_ACTION,  /* does not cover this action */
  GUARDIAN_CAPABILITY_RESOURCE,
  GUARDIAN_CAPABILITY_SPENT, /* all its uses are used up: a replay */
  GUARDIAN_CAPABILITY_STALE, /* issued under another policy revision */
  GUARDIAN_CAPABILITY_VERDICTS
} GuardianCapabilityVerdict;

/* A sentence for records and refusals. */
const char *guardian_capability_verdict_text (GuardianCapabilityVerdict verdict);

/* Microseconds of CLOCK_BOOTTIME; tests hand in their own. */
typedef gint64 (*GuardianCapabilityClock) (gpointer user_data);

/* clock NULL: the kernel's. NULL when secret memory or the boot id cannot be had. */
GuardianCapabilityStore *guardian_capability_store_new (
    GuardianCapabilityClock clock, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void guardian_capability_store_free (GuardianCapabilityStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianCapabilityStore, guardian_capability_store_free)

typedef struct {
  const char *session;
  const char *peer;           /* certificate thumbprint */
  const char *const *actions; /* NULL-terminated */
  const char *resource;       /* pattern; NULL: none, policy alone decides */
  const char *policy;         /* revision */
  guint seconds;
  guint uses; /* 0: as many as one likes */
} GuardianCapabilityTerms;

/* The caller owns the token's text. NULL when the session holds too many or the terms do not fit
 * into a token. */
char *guardian_capability_store_mint (
    GuardianCapabilityStore *store, const GuardianCapabilityTerms *terms) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  const char *session;
  const char *peer;
  const char *action;
  const char *resource; /* NULL before resolution: guardian_capability_covers() follows */
  const char *policy;
} GuardianCapabilityUse;

/* text is untrusted. When good, one use is spent; ret_capability (may be NULL) is the caller's. */
GuardianCapabilityVerdict guardian_capability_store_check (
    GuardianCapabilityStore *store, const char *text, const GuardianCapabilityUse *use,
    GuardianCapability **ret_capability) G_GNUC_WARN_UNUSED_RESULT;

/* Takes effect with the next check. */
void guardian_capability_store_revoke_session (GuardianCapabilityStore *store, const char *session);
void guardian_capability_store_revoke_all (GuardianCapabilityStore *store);
/* The number of live tokens of a session (NULL: of all). */
guint guardian_capability_store_count (GuardianCapabilityStore *store, const char *session);
