/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the system's bundle of authorities (Debian package ca-certificates).
 * Refuses: TLS altogether where there is none.
 * Known gaps: a bundle that changes is seen when the worker starts anew. */

#include "guardian/egress/guardian-egress-trust.h"

#include "common/crypto/cardea-openssl.h"

#define BUNDLE "/etc/ssl/certs/ca-certificates.crt"

struct _GuardianEgressTrust {
  X509_STORE *store; /* NULL: not read yet */
};

GuardianEgressTrust *
guardian_egress_trust_new (void)
{
  return g_new0 (GuardianEgressTrust, 1);
}

void
guardian_egress_trust_free (GuardianEgressTrust *trust)
{
  g_clear_pointer (&trust->store, X509_STORE_free);
  g_free (trust);
}

gboolean
guardian_egress_trust_apply (GuardianEgressTrust *trust, SSL_CTX *context)
{
  if (trust->store == NULL)
    {
      g_autoptr (X509_STORE) store = X509_STORE_new ();
      if (store == NULL || X509_STORE_load_file (store, BUNDLE) != 1)
        {
          g_warning ("%s: %s", BUNDLE, cardea_openssl_reason ());
          return FALSE;
        }
      trust->store = g_steal_pointer (&store);
    }
  SSL_CTX_set1_cert_store (context, trust->store);
  return TRUE;
}
