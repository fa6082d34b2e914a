/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/crypto/cardea-crypto-error.h"

#include <glib.h>

/* The IPC authority: an Ed25519 key and its self-signed certificate (RFC 5280, RFC 8410), made at
 * each start of the guardian and kept in memory only. It says which role a key may speak in; the
 * role stands in the certificate as the one subject alternative name, URI "cardea:role:ROLE". */
typedef struct _CardeaAuthority CardeaAuthority;

CardeaAuthority *cardea_authority_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cardea_authority_free (CardeaAuthority *authority);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaAuthority, cardea_authority_free)

/* DER. */
GBytes *cardea_authority_certificate (const CardeaAuthority *authority);

/* A certificate (DER) for the key in spki, which is untrusted. role: "guardian" (server) or
 * "front", "consent", "agent" (client); anything else is MALFORMED. name: subject common name, 1 to
 * 64 bytes of UTF-8 that no one decides anything by. A client's certificate is used at once and
 * holds for a day before and after, so that a clock that moves does no harm; the guardian's holds
 * as long as the authority, which ends with the process. */
GBytes *cardea_authority_issue (CardeaAuthority *authority, const void *spki, gsize spki_size,
                                const char *role, const char *name,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The role in a certificate, whose chain has been verified; NULL when it names none or several.
 * Static. */
struct x509_st;
const char *cardea_authority_role_of (const struct x509_st *certificate);
