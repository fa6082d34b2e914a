/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A capability token: an identifier, caveats, and the last link of a chain of HMAC-SHA-256 over
 * them (the construction of macaroons, Birgisson et al., NDSS 2014). Whoever holds one can add a
 * caveat; nobody can take one away without the root key.
 *
 * Text form: "cardea1" "." ID (32 hex) { "." CAVEAT (base64url without padding) } "." MAC (64 hex).
 */
typedef struct _GuardianCapability GuardianCapability;

#define GUARDIAN_CAPABILITY_TEXT_LIMIT 4096u
#define GUARDIAN_CAPABILITY_CAVEATS_LIMIT 32u
#define GUARDIAN_CAPABILITY_ID_SIZE 16u
#define GUARDIAN_CAPABILITY_MAC_SIZE 32u

/* text is untrusted. NULL for anything that is not exactly the text form. */
GuardianCapability *guardian_capability_parse (const char *text) G_GNUC_WARN_UNUSED_RESULT;
GuardianCapability *guardian_capability_ref (GuardianCapability *capability);
void guardian_capability_unref (GuardianCapability *capability);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianCapability, guardian_capability_unref)

/* Only the identifier of a text that may be a token; FALSE: it cannot be one. */
gboolean guardian_capability_peek_id (const char *text, guint8 *ret_id) G_GNUC_WARN_UNUSED_RESULT;

/* A fresh one without caveats. key: GUARDIAN_CAPABILITY_MAC_SIZE bytes. */
GuardianCapability *guardian_capability_new (const guint8 *id, const guint8 *key);
/* FALSE: too many caveats, one too long, or none; nothing was added. */
gboolean guardian_capability_add (GuardianCapability *capability,
                                  const char *caveat) G_GNUC_WARN_UNUSED_RESULT;

/* What a holder does for a plug-in: the same token with one more caveat. NULL: text is not a token
 * or a limit is reached. The caller owns the result. */
char *guardian_capability_narrow (const char *text, const char *caveat) G_GNUC_WARN_UNUSED_RESULT;

/* The caller owns it; NULL when it would be longer than GUARDIAN_CAPABILITY_TEXT_LIMIT. */
char *guardian_capability_text (const GuardianCapability *capability) G_GNUC_WARN_UNUSED_RESULT;

const guint8 *guardian_capability_id (const GuardianCapability *capability);
guint guardian_capability_n_caveats (const GuardianCapability *capability);
const char *guardian_capability_caveat (const GuardianCapability *capability, guint index);

/* Called with each caveat and the chain's value after it, in order. */
typedef void (*GuardianCapabilityVisit) (const char *caveat, const guint8 *mac, gpointer user_data);

/* TRUE when the chain computed from key ends in the token's own value (constant time). visit may
 * be NULL; it is called before the result is known. */
gboolean guardian_capability_authentic (const GuardianCapability *capability, const guint8 *key,
                                        GuardianCapabilityVisit visit, gpointer user_data);

/* FALSE when a caveat about actions does not hold for this one: for what a request does beside the
 * action it was checked for. */
gboolean guardian_capability_allows (const GuardianCapability *capability, const char *action);

/* FALSE when a caveat about the resource does not hold for this canonical path. */
gboolean guardian_capability_covers (const GuardianCapability *capability, const char *path);
