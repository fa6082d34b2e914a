/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/json/cardea-json.h"
#include "guardian/egress/guardian-egress-post.h"

/* A secret that a Vault (HashiCorp's HTTP API, version 1, and its kin) leases: read when it is
 * needed, its lease renewed, and revoked when nobody needs it any more. The Vault is asked with a
 * token of its own, or with one that AppRole gives for a role's secret. */
typedef struct _GuardianEgressVault GuardianEgressVault;

#define GUARDIAN_EGRESS_VAULT_SECONDS 300u /* that one without a lease is kept */

/* poster is borrowed and outlives it. json: objects.md, Token source, with vault. NULL: it is none.
 */
GuardianEgressVault *guardian_egress_vault_new (const CardeaJson *json,
                                                GuardianEgressPoster *poster);
void guardian_egress_vault_free (GuardianEgressVault *vault);

/* value: the callback's; NULL: problem says why (borrowed). */
typedef void (*GuardianEgressVaultGot) (CardeaSecret *value, guint seconds, const char *problem,
                                        gpointer user_data);
/* key: the Vault's token, or the role's secret. One at a time. Called back once, never from inside.
 */
void guardian_egress_vault_get (GuardianEgressVault *vault, const CardeaSecret *key,
                                GuardianEgressVaultGot got, gpointer user_data);
gboolean guardian_egress_vault_is_busy (const GuardianEgressVault *vault);
/* The lease, and what AppRole gave. */
void guardian_egress_vault_revoke (GuardianEgressVault *vault);

/* The answer to a reading; its members are the caller's. */
typedef struct {
  CardeaSecret *value; /* NULL: there is a problem */
  char *lease;         /* its id; NULL: there is none */
  guint seconds;
  gboolean renewable;
  char *problem;
} GuardianEgressVaultAnswer;

void guardian_egress_vault_read (guint status, const guint8 *bytes, gsize size, const char *field,
                                 GuardianEgressVaultAnswer *ret_answer);
void guardian_egress_vault_answer_clear (GuardianEgressVaultAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardianEgressVaultAnswer, guardian_egress_vault_answer_clear)
