/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-tls.h"

#include "common/crypto/cardea-authority.h"
#include "common/crypto/cardea-digest.h"
#include "common/crypto/cardea-openssl.h"
#include "common/protocol/cardea-transport.h"

#include <openssl/ssl.h>

/* Trusts one authority, given at the start, and of its certificates only those that name the role
 * the link was made for. Refuses every other protocol version, suite, group and signature, a peer
 * without a certificate, resumption and early data. OpenSSL reads record by record (read-ahead is
 * off), so that a descriptor is received with the record it was sent with. Known gap: descriptors
 * themselves are not authenticated by TLS; the message that names them is. */

struct _CardeaTls {
  CardeaTransportMaker maker; /* first */
  gatomicrefcount refs;
  SSL_CTX *context;
  BIO_METHOD *bio;
  GBytes *certificate, *authority; /* still to be read; NULL: they are in the context */
  CardeaRole role;                 /* that the certificate must name then */
};

typedef struct {
  CardeaTransport base; /* first */
  CardeaTls *tls;
  SSL *ssl;
  CardeaRole peer;
  CardeaLinkChunk *out; /* where OpenSSL writes to; NULL: nothing yet */
  GError *failure;      /* of the link, found while OpenSSL read */
  gboolean ended;
  char *thumbprint;
} TlsTransport;

#define SUITES "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
#define CHAIN_DEPTH 1

static const struct {
  CardeaRole role;
  const char *name; /* in the certificate */
} role_names[] = {
  { CARDEA_ROLE_CORE, "guardian" },
  { CARDEA_ROLE_FRONT, "front" },
  { CARDEA_ROLE_CONSENT, "consent" },
  { CARDEA_ROLE_AGENT, "agent" },
};

/* --- the BIO: OpenSSL's way to the link --- */

static int
bio_read_cb (BIO *bio, char *to, int size)
{
  TlsTransport *transport = BIO_get_data (bio);
  gsize received = 0;

  BIO_clear_retry_flags (bio);
  if (size <= 0)
    return 0;
  CardeaLinkResult result
      = cardea_link_receive (transport->base.link, to, (gsize) size, &received,
                             transport->failure == NULL ? &transport->failure : NULL);
  if (result == CARDEA_LINK_MORE)
    return (int) received;
  if (result == CARDEA_LINK_BLOCKED)
    BIO_set_retry_read (bio);
  transport->ended = transport->ended || result == CARDEA_LINK_ENDED;
  return result == CARDEA_LINK_ENDED ? 0 : -1;
}

static int
bio_write_cb (BIO *bio, const char *from, int size)
{
  TlsTransport *transport = BIO_get_data (bio);

  BIO_clear_retry_flags (bio);
  if (size <= 0)
    return 0;
  if (transport->out == NULL)
    transport->out = cardea_link_chunk_new ((gsize) size);
  g_byte_array_append (transport->out->bytes, (const guint8 *) from, (guint) size);
  return size;
}

static long
bio_ctrl_cb (BIO *bio, int command, long number, void *pointer)
{
  TlsTransport *transport = BIO_get_data (bio);
  if (command == BIO_CTRL_FLUSH)
    return 1;
  if (command == BIO_CTRL_EOF)
    return transport->ended;
  return 0;
}

static int
bio_create_cb (BIO *bio)
{
  BIO_set_init (bio, 1);
  return 1;
}

static BIO_METHOD *
new_bio_method (void)
{
  /* The number only tells BIOs apart in a debugger. */
  BIO_METHOD *method = BIO_meth_new (BIO_TYPE_SOURCE_SINK | 0x7f, "cardea link");
  if (method == NULL)
    return NULL;
  BIO_meth_set_read (method, bio_read_cb);
  BIO_meth_set_write (method, bio_write_cb);
  BIO_meth_set_ctrl (method, bio_ctrl_cb);
  BIO_meth_set_create (method, bio_create_cb);
  return method;
}

/* --- one link --- */

static CardeaLinkResult
fail (GError **error, const char *what)
{
  g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_TLS, "%s: %s", what,
               cardea_openssl_reason ());
  return CARDEA_LINK_FAILED;
}

/* Sends what OpenSSL wrote on its own: handshake, alerts, answers to a change of keys. */
static CardeaLinkResult
send_own (TlsTransport *transport, GError **error)
{
  CardeaLink *link = transport->base.link;
  CardeaLinkChunk *chunk = g_steal_pointer (&transport->out);

  if (chunk == NULL)
    return CARDEA_LINK_MORE;
  if (link->out_size > CARDEA_LINK_OUT_LIMIT)
    {
      cardea_link_chunk_free (chunk);
      g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_FULL,
                   "the peer does not read");
      return CARDEA_LINK_FAILED;
    }
  return cardea_link_send (link, chunk, error);
}

/* What an unsuccessful call on the SSL object means. */
static CardeaLinkResult
explain (TlsTransport *transport, int returned, const char *what, GError **error)
{
  int code = SSL_get_error (transport->ssl, returned);

  send_own (transport, NULL);
  if (transport->failure != NULL)
    {
      ERR_clear_error ();
      g_propagate_error (error, g_steal_pointer (&transport->failure));
      return CARDEA_LINK_FAILED;
    }
  if (code == SSL_ERROR_WANT_READ)
    return CARDEA_LINK_BLOCKED;
  if (transport->ended || code == SSL_ERROR_ZERO_RETURN)
    {
      ERR_clear_error ();
      return CARDEA_LINK_ENDED;
    }
  return fail (error, what);
}

static const char *
role_name (CardeaRole role)
{
  for (gsize i = 0; i < G_N_ELEMENTS (role_names); i++)
    if (role_names[i].role == role)
      return role_names[i].name;
  return NULL;
}

/* The chain is good; is it who the link was made for? */
static gboolean
check_peer (TlsTransport *transport, GError **error)
{
  X509 *certificate = SSL_get0_peer_certificate (transport->ssl);
  const char *expected = role_name (transport->peer);
  const char *role = certificate != NULL ? cardea_authority_role_of (certificate) : NULL;
  g_autofree guint8 *der = NULL;

  if (SSL_get_verify_result (transport->ssl) != X509_V_OK || expected == NULL
      || g_strcmp0 (role, expected) != 0)
    {
      g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_TLS,
                   "the peer's certificate is not that of a %s",
                   expected != NULL ? expected : "known role");
      return FALSE;
    }
  int size = i2d_X509 (certificate, NULL);
  guint8 *end = der = g_malloc ((gsize) MAX (size, 1));
  if (size <= 0 || i2d_X509 (certificate, &end) != size)
    return fail (error, "cannot read the peer's certificate") == CARDEA_LINK_MORE;
  transport->thumbprint = cardea_digest_sha256_hex (der, (gsize) size);
  return TRUE;
}

/* Our first words are on their way, and nothing was read yet. The SSL object took over from the
 * context what was there when it was made: the key. */
static gboolean
complete_now (TlsTransport *transport, GError **error)
{
  CardeaTls *tls = transport->tls;
  g_autoptr (GBytes) certificate = g_steal_pointer (&tls->certificate);
  g_autoptr (GBytes) authority = g_steal_pointer (&tls->authority);

  if (!cardea_tls_complete (tls, certificate, authority, error))
    return FALSE;
  if (!cardea_tls_has_role (tls, tls->role))
    {
      g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_TLS,
                   "the guardian takes us for someone else");
      return FALSE;
    }
  if (SSL_use_certificate (transport->ssl, SSL_CTX_get0_certificate (tls->context)) == 1
      && SSL_check_private_key (transport->ssl) == 1)
    return TRUE;
  return fail (error, "cannot use the certificate") == CARDEA_LINK_MORE;
}

static CardeaLinkResult
tls_handshake (CardeaTransport *base, GError **error)
{
  TlsTransport *transport = (TlsTransport *) base;

  ERR_clear_error ();
  int returned = SSL_do_handshake (transport->ssl);
  if (returned != 1)
    {
      CardeaLinkResult result = explain (transport, returned, "the TLS handshake failed", error);
      gboolean due = result == CARDEA_LINK_BLOCKED && transport->tls->certificate != NULL;
      return due && !complete_now (transport, error) ? CARDEA_LINK_FAILED : result;
    }
  if (send_own (transport, error) == CARDEA_LINK_FAILED || !check_peer (transport, error))
    return CARDEA_LINK_FAILED;
  return CARDEA_LINK_MORE;
}

static CardeaLinkResult
tls_read (CardeaTransport *base, void *to, gsize size, gsize *ret_size, GError **error)
{
  TlsTransport *transport = (TlsTransport *) base;

  ERR_clear_error ();
  int returned = SSL_read_ex (transport->ssl, to, size, ret_size);
  if (returned != 1)
    return explain (transport, returned, "a TLS record was refused", error);
  return send_own (transport, error) == CARDEA_LINK_FAILED ? CARDEA_LINK_FAILED : CARDEA_LINK_MORE;
}

static gboolean
tls_is_pending (CardeaTransport *base)
{
  return SSL_has_pending (((TlsTransport *) base)->ssl) == 1;
}

static gboolean
tls_write (CardeaTransport *base, const guint8 *bytes, gsize size, CardeaLinkChunk *chunk,
           GError **error)
{
  TlsTransport *transport = (TlsTransport *) base;
  gsize written = 0;

  ERR_clear_error ();
  transport->out = chunk;
  int returned = SSL_write_ex (transport->ssl, bytes, size, &written);
  transport->out = NULL;
  if (returned == 1 && written == size)
    return TRUE;
  return fail (error, "cannot seal a message") == CARDEA_LINK_MORE;
}

static void
tls_finish (CardeaTransport *base)
{
  TlsTransport *transport = (TlsTransport *) base;

  if (SSL_is_init_finished (transport->ssl) && !transport->ended)
    SSL_shutdown (transport->ssl);
  send_own (transport, NULL);
  ERR_clear_error ();
}

static const char *
tls_thumbprint (CardeaTransport *base)
{
  return ((TlsTransport *) base)->thumbprint;
}

static void
tls_free (CardeaTransport *base)
{
  TlsTransport *transport = (TlsTransport *) base;

  SSL_free (transport->ssl);
  cardea_link_chunk_free (transport->out);
  g_clear_error (&transport->failure);
  g_free (transport->thumbprint);
  cardea_tls_unref (transport->tls);
  g_free (transport);
}

static const CardeaTransportOps tls_ops = {
  .handshake = tls_handshake,
  .read = tls_read,
  .is_pending = tls_is_pending,
  .write = tls_write,
  .finish = tls_finish,
  .thumbprint = tls_thumbprint,
  .free = tls_free,
};

static CardeaTransport *
tls_open (CardeaTls *tls, CardeaLink *link, gboolean server, CardeaRole peer, GError **error)
{
  SSL *ssl = SSL_new (tls->context);
  BIO *bio = ssl != NULL ? BIO_new (tls->bio) : NULL;

  if (bio == NULL)
    {
      SSL_free (ssl);
      fail (error, "no memory for TLS");
      return NULL;
    }
  TlsTransport *transport = g_new0 (TlsTransport, 1);
  transport->base.ops = &tls_ops;
  transport->base.link = link;
  transport->tls = cardea_tls_ref (tls);
  transport->ssl = ssl;
  transport->peer = peer;
  BIO_set_data (bio, transport);
  SSL_set_bio (ssl, bio, bio);
  if (server)
    SSL_set_accept_state (ssl);
  else
    SSL_set_connect_state (ssl);
  return &transport->base;
}

/* --- what all links of one key share --- */

static X509 *
parse_certificate (GBytes *der)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (der, &size);
  const guint8 *end = bytes;
  g_autoptr (X509) certificate = d2i_X509 (NULL, &end, (long) size);
  return certificate != NULL && end == bytes + size ? g_steal_pointer (&certificate) : NULL;
}

static gboolean
restrict_protocol (SSL_CTX *context)
{
  SSL_CTX_set_options (context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode (context, SSL_SESS_CACHE_OFF);
  /* Both ends have the authority already. To send it along OpenSSL would build, that is verify, our
   * own chain at every greeting, and the peer decode what it must not trust anyway. */
  SSL_CTX_set_mode (context, SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_read_ahead (context, 0);
  SSL_CTX_set_verify (context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  SSL_CTX_set_verify_depth (context, CHAIN_DEPTH);
  X509_VERIFY_PARAM_set_flags (SSL_CTX_get0_param (context), X509_V_FLAG_X509_STRICT);
  return SSL_CTX_set_min_proto_version (context, TLS1_3_VERSION) == 1
         && SSL_CTX_set_max_proto_version (context, TLS1_3_VERSION) == 1
         && SSL_CTX_set_ciphersuites (context, SUITES) == 1
         && SSL_CTX_set1_groups_list (context, "X25519") == 1
         && SSL_CTX_set1_sigalgs_list (context, "ed25519") == 1
         && SSL_CTX_set_num_tickets (context, 0) == 1
         && SSL_CTX_set_max_early_data (context, 0) == 1;
}

CardeaTls *
cardea_tls_begin (CardeaKey *key, GError **error)
{
  cardea_openssl_init ();
  g_autoptr (CardeaTls) tls = g_new0 (CardeaTls, 1);

  g_atomic_ref_count_init (&tls->refs);
  tls->maker.open = tls_open;
  tls->context = SSL_CTX_new (TLS_method ());
  tls->bio = new_bio_method ();
  if (tls->context == NULL || tls->bio == NULL || !restrict_protocol (tls->context)
      || SSL_CTX_use_PrivateKey (tls->context, key) != 1)
    {
      fail (error, "cannot use the key");
      return NULL;
    }
  return g_steal_pointer (&tls);
}

/* OpenSSL would take a certificate of another key, and let go of ours. */
gboolean
cardea_tls_complete (CardeaTls *tls, GBytes *certificate, GBytes *authority, GError **error)
{
  g_autoptr (X509) own = parse_certificate (certificate);
  g_autoptr (X509) trusted = parse_certificate (authority);

  if (own != NULL && trusted != NULL && SSL_CTX_use_certificate (tls->context, own) == 1
      && SSL_CTX_check_private_key (tls->context) == 1
      && X509_STORE_add_cert (SSL_CTX_get_cert_store (tls->context), trusted) == 1)
    return TRUE;
  return fail (error, "cannot use the certificate") == CARDEA_LINK_MORE;
}

void
cardea_tls_complete_later (CardeaTls *tls, GBytes *certificate, GBytes *authority, CardeaRole role)
{
  tls->certificate = g_bytes_ref (certificate);
  tls->authority = g_bytes_ref (authority);
  tls->role = role;
}

CardeaTls *
cardea_tls_new (CardeaKey *key, GBytes *certificate, GBytes *authority, GError **error)
{
  g_autoptr (CardeaTls) tls = cardea_tls_begin (key, error);
  if (tls == NULL || !cardea_tls_complete (tls, certificate, authority, error))
    return NULL;
  return g_steal_pointer (&tls);
}

gboolean
cardea_tls_has_role (const CardeaTls *tls, CardeaRole role)
{
  const X509 *own = SSL_CTX_get0_certificate (tls->context);
  const char *name = own != NULL ? cardea_authority_role_of (own) : NULL;
  return name != NULL && g_strcmp0 (name, role_name (role)) == 0;
}

CardeaTls *
cardea_tls_ref (CardeaTls *tls)
{
  g_atomic_ref_count_inc (&tls->refs);
  return tls;
}

void
cardea_tls_unref (CardeaTls *tls)
{
  if (tls == NULL || !g_atomic_ref_count_dec (&tls->refs))
    return;
  SSL_CTX_free (tls->context);
  BIO_meth_free (tls->bio);
  g_clear_pointer (&tls->certificate, g_bytes_unref);
  g_clear_pointer (&tls->authority, g_bytes_unref);
  g_free (tls);
}
