/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/crypto/cardea-key.h"
#include "common/protocol/cardea-channel.h"

#include <glib.h>

/* What one end of a mutual TLS link needs: its key, its certificate, the authority it trusts. TLS
 * 1.3 only, X25519, Ed25519 certificates, AEAD suites, no resumption, no early data, no
 * renegotiation. May serve any number of channels. */

/* In two steps, so that OpenSSL is ready when the certificate comes: what begins takes the key
 * (borrowed) and serves nobody before it was completed. */
CardeaTls *cardea_tls_begin (CardeaKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* certificate and authority are DER, the authority the only one trusted. */
gboolean cardea_tls_complete (CardeaTls *tls, GBytes *certificate, GBytes *authority,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for a client, which says its first words, which need neither, and reads the two while
 * the server answers. Unless they are of its key and name that role, the handshake fails there.
 * Until then it serves one channel. */
void cardea_tls_complete_later (CardeaTls *tls, GBytes *certificate, GBytes *authority,
                                CardeaRole role);
/* Both at once. */
CardeaTls *cardea_tls_new (CardeaKey *key, GBytes *certificate, GBytes *authority,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* TRUE when the certificate names that role. */
gboolean cardea_tls_has_role (const CardeaTls *tls, CardeaRole role);
CardeaTls *cardea_tls_ref (CardeaTls *tls);
void cardea_tls_unref (CardeaTls *tls);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaTls, cardea_tls_unref)
