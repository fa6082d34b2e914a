/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "common/crypto/cardea-authority.h"
#include "common/crypto/cardea-digest.h"
#include "common/crypto/cardea-key.h"
#include "common/crypto/cardea-openssl.h"
#include "common/crypto/cardea-sparing.h"
#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-tls.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>

/* A guardian's and an agent's channel with the test between them as the wire: it moves the bytes
 * and may change, hold or repeat them. */

typedef struct {
  CardeaChannel *channel;
  GPtrArray *messages;
  GError *closed;
  gboolean ready;
  int wire; /* the test's end */
} End;

typedef struct {
  GMainContext *context;
  CardeaAuthority *authority;
  GBytes *root;
  End server, client;
} Fixture;

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer data)
{
  End *end = data;
  g_ptr_array_add (end->messages, cardea_message_ref (message));
}

static void
ready_cb (CardeaChannel *channel, gpointer data)
{
  ((End *) data)->ready = TRUE;
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer data)
{
  End *end = data;
  g_assert_null (end->closed);
  end->closed = g_error_copy (error);
}

static const CardeaChannelHandler handler = { message_cb, ready_cb, closed_cb };

static CardeaTls *
new_tls_with (CardeaAuthority *authority, GBytes *trusted, const char *role)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaKey) key = cardea_key_new (&error);
  g_autoptr (GBytes) spki = cardea_key_spki (key, &error);
  g_autoptr (GBytes) certificate = cardea_authority_issue (
      authority, g_bytes_get_data (spki, NULL), g_bytes_get_size (spki), role, "test", &error);
  g_assert_no_error (error);
  CardeaTls *tls = cardea_tls_new (key, certificate, trusted, &error);
  g_assert_no_error (error);
  return tls;
}

static void
end_init (Fixture *fixture, End *end, int fd, int wire, CardeaChannelMode mode, CardeaTls *tls,
          CardeaRole self, CardeaRole peer)
{
  end->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_message_unref);
  end->wire = wire;
  end->channel = cardea_channel_new (fd, mode, tls, self, peer, &handler, end);
  cardea_channel_attach (end->channel, fixture->context);
}

static void
end_clear (End *end)
{
  g_clear_pointer (&end->channel, cardea_channel_unref);
  g_clear_pointer (&end->messages, g_ptr_array_unref);
  g_clear_error (&end->closed);
  cardea_fd_clear (&end->wire);
}

static void
setup_bare (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  fixture->context = g_main_context_new ();
  fixture->authority = cardea_authority_new (&error);
  g_assert_no_error (error);
  fixture->root = cardea_authority_certificate (fixture->authority);
  fixture->server.wire = fixture->client.wire = -1;
}

/* With direct, the two are joined without the test between them. */
static void
connect_ends (Fixture *fixture, CardeaTls *server_tls, CardeaTls *client_tls, CardeaRole client,
              gboolean direct)
{
  int near[2], far[2] = { -1, -1 };
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, near), ==, 0);
  if (!direct)
    g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, far), ==, 0);
  end_init (fixture, &fixture->server, near[0], direct ? -1 : near[1], CARDEA_CHANNEL_TLS_SERVER,
            server_tls, CARDEA_ROLE_CORE, client);
  end_init (fixture, &fixture->client, direct ? near[1] : far[0], far[1], CARDEA_CHANNEL_TLS_CLIENT,
            client_tls, client, CARDEA_ROLE_CORE);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  end_clear (&fixture->server);
  end_clear (&fixture->client);
  cardea_authority_free (fixture->authority);
  g_bytes_unref (fixture->root);
  g_main_context_unref (fixture->context);
}

static void
settle (Fixture *fixture)
{
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
}

/* Takes what one end has sent. */
static GByteArray *
wire_take (Fixture *fixture, End *from)
{
  guint8 bytes[65536];
  settle (fixture);
  gssize size = recv (from->wire, bytes, sizeof bytes, MSG_DONTWAIT);
  GByteArray *taken = g_byte_array_new ();
  if (size > 0)
    g_byte_array_append (taken, bytes, (guint) size);
  return taken;
}

static void
wire_give (Fixture *fixture, End *to, const guint8 *bytes, gsize size)
{
  if (size > 0)
    g_assert_cmpint (send (to->wire, bytes, size, MSG_NOSIGNAL), ==, (gssize) size);
  settle (fixture);
}

/* Carries everything until both are quiet. */
static void
wire_run (Fixture *fixture)
{
  for (;;)
    {
      g_autoptr (GByteArray) up = wire_take (fixture, &fixture->client);
      wire_give (fixture, &fixture->server, up->data, up->len);
      g_autoptr (GByteArray) down = wire_take (fixture, &fixture->server);
      wire_give (fixture, &fixture->client, down->data, down->len);
      if (up->len == 0 && down->len == 0)
        return;
    }
}

static void
setup_wired (Fixture *fixture, gconstpointer data)
{
  setup_bare (fixture, data);
  g_autoptr (CardeaTls) server = new_tls_with (fixture->authority, fixture->root, "guardian");
  g_autoptr (CardeaTls) client = new_tls_with (fixture->authority, fixture->root, "agent");
  connect_ends (fixture, server, client, CARDEA_ROLE_AGENT, FALSE);
  wire_run (fixture);
  g_assert_true (fixture->server.ready && fixture->client.ready);
}

static void
setup_direct (Fixture *fixture, gconstpointer data)
{
  setup_bare (fixture, data);
  g_autoptr (CardeaTls) server = new_tls_with (fixture->authority, fixture->root, "guardian");
  g_autoptr (CardeaTls) client = new_tls_with (fixture->authority, fixture->root, "agent");
  connect_ends (fixture, server, client, CARDEA_ROLE_AGENT, TRUE);
  settle (fixture);
  g_assert_true (fixture->server.ready && fixture->client.ready);
}

static void
send_ready (End *end)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) message = cardea_message_new ("agent.ready");
  cardea_message_set_request (message, "r");
  cardea_message_set_string (message, "version", "1");
  g_assert_true (cardea_channel_send (end->channel, message, &error));
  g_assert_no_error (error);
}

static void
test_talk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (CARDEA_LIMIT_CHAT_TEXT, 'x');

  g_assert_cmpuint (strlen (cardea_channel_peer_thumbprint (fixture->server.channel)), ==, 64);
  g_assert_cmpstr (cardea_channel_peer_thumbprint (fixture->server.channel), !=,
                   cardea_channel_peer_thumbprint (fixture->client.channel));
  for (int i = 0; i < 20; i++)
    {
      g_autoptr (CardeaMessage) message = cardea_message_new ("chat.event");
      cardea_message_set_string (message, "kind", "delta");
      cardea_message_set_string (message, "text", i % 2 == 0 ? text : "short");
      g_assert_true (cardea_channel_send (fixture->client.channel, message, &error));
      settle (fixture);
    }
  g_assert_no_error (fixture->server.closed);
  g_assert_cmpuint (fixture->server.messages->len, ==, 20);
  g_assert_cmpstr (cardea_message_get_string (fixture->server.messages->pdata[18], "text"), ==,
                   text);
}

static CardeaMessage *
new_opened (const char *content)
{
  CardeaMessage *message = cardea_message_new ("file.opened");
  cardea_message_set_request (message, "r");
  cardea_message_set_fd (message, "content",
                         cardea_descriptor_new_memfd ("test", content, strlen (content)));
  cardea_message_set_string (message, "handle", "h");
  cardea_message_set_path (message, "path", "/a");
  cardea_message_set_int64 (message, "offset", 0);
  cardea_message_set_int64 (message, "size", 1);
  cardea_message_set_int64 (message, "mtime", 0);
  cardea_message_set_boolean (message, "end", TRUE);
  return message;
}

static void
test_descriptors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  for (int i = 0; i < 12; i++)
    {
      char content[2] = { (char) ('a' + i), '\0' };
      g_autoptr (CardeaMessage) message = new_opened (content);
      g_assert_true (cardea_channel_send (fixture->server.channel, message, &error));
      g_assert_cmpint (cardea_message_peek_fd (message, "content"), ==, -1);
      /* One without a descriptor between them. */
      g_autoptr (CardeaMessage) stop = cardea_message_new ("chat.stop");
      g_assert_true (cardea_channel_send (fixture->server.channel, stop, &error));
    }
  settle (fixture);
  g_assert_no_error (fixture->client.closed);
  g_assert_cmpuint (fixture->client.messages->len, ==, 24);
  for (guint i = 0; i < 12; i++)
    {
      char byte = 0;
      cardea_autofd int fd
          = cardea_message_take_fd (fixture->client.messages->pdata[2 * i], "content");
      g_assert_cmpint (pread (fd, &byte, 1, 0), ==, 1);
      g_assert_cmpint (byte, ==, 'a' + (int) i);
      g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, !=, 0);
    }
}

/* A descriptor on a record that declares none. */
static void
test_descriptor_undeclared (Fixture *fixture, gconstpointer data)
{
  send_ready (&fixture->client);
  g_autoptr (GByteArray) record = wire_take (fixture, &fixture->client);
  cardea_autofd int fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  char control[CMSG_SPACE (sizeof fd)] = { 0 };
  struct iovec part = { record->data, record->len };
  struct msghdr header = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
  };
  struct cmsghdr *c = CMSG_FIRSTHDR (&header);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN (sizeof fd);
  memcpy (CMSG_DATA (c), &fd, sizeof fd);
  g_assert_cmpint (sendmsg (fixture->server.wire, &header, 0), ==, (gssize) record->len);
  settle (fixture);
  g_assert_error (fixture->server.closed, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_DESCRIPTORS);
}

static void
assert_server_refused (Fixture *fixture)
{
  settle (fixture);
  g_assert_error (fixture->server.closed, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_TLS);
  g_assert_cmpuint (fixture->server.messages->len, ==, 0);
}

static void
test_plaintext (Fixture *fixture, gconstpointer data)
{
  static const char frame[] = "\0\0\0\x14{\"type\":\"chat.stop\"}";
  wire_give (fixture, &fixture->server, (const guint8 *) frame, sizeof frame - 1);
  assert_server_refused (fixture);
}

static void
test_replay (Fixture *fixture, gconstpointer data)
{
  send_ready (&fixture->client);
  g_autoptr (GByteArray) record = wire_take (fixture, &fixture->client);
  wire_give (fixture, &fixture->server, record->data, record->len);
  g_assert_cmpuint (fixture->server.messages->len, ==, 1);
  g_ptr_array_set_size (fixture->server.messages, 0);
  wire_give (fixture, &fixture->server, record->data, record->len);
  assert_server_refused (fixture);
}

static void
test_reordered (Fixture *fixture, gconstpointer data)
{
  send_ready (&fixture->client);
  g_autoptr (GByteArray) first = wire_take (fixture, &fixture->client);
  send_ready (&fixture->client);
  g_autoptr (GByteArray) second = wire_take (fixture, &fixture->client);
  g_assert_cmpuint (first->len, ==, second->len);
  wire_give (fixture, &fixture->server, second->data, second->len);
  assert_server_refused (fixture);
}

static void
test_altered (Fixture *fixture, gconstpointer data)
{
  send_ready (&fixture->client);
  g_autoptr (GByteArray) record = wire_take (fixture, &fixture->client);
  record->data[record->len / 2] ^= 1;
  wire_give (fixture, &fixture->server, record->data, record->len);
  assert_server_refused (fixture);
}

static void
test_reflected (Fixture *fixture, gconstpointer data)
{
  send_ready (&fixture->client);
  g_autoptr (GByteArray) record = wire_take (fixture, &fixture->client);
  wire_give (fixture, &fixture->client, record->data, record->len);
  g_assert_error (fixture->client.closed, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_TLS);
}

static void
test_good_bye (Fixture *fixture, gconstpointer data)
{
  cardea_channel_close (fixture->client.channel);
  settle (fixture);
  g_assert_error (fixture->client.closed, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED);
  g_assert_error (fixture->server.closed, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED);
}

/* What is sent before the handshake is done arrives after it. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaTls) server = new_tls_with (fixture->authority, fixture->root, "guardian");
  g_autoptr (CardeaTls) client = new_tls_with (fixture->authority, fixture->root, "agent");
  connect_ends (fixture, server, client, CARDEA_ROLE_AGENT, TRUE);
  send_ready (&fixture->client);
  settle (fixture);
  g_assert_cmpuint (fixture->server.messages->len, ==, 1);
}

static void
assert_no_link (Fixture *fixture, CardeaTls *server, CardeaTls *client, CardeaRole role)
{
  connect_ends (fixture, server, client, role, TRUE);
  send_ready (&fixture->client);
  settle (fixture);
  g_assert_nonnull (fixture->server.closed);
  g_assert_nonnull (fixture->client.closed);
  g_assert_false (fixture->server.ready);
  g_assert_cmpuint (fixture->server.messages->len, ==, 0);
}

static void
test_wrong_role (Fixture *fixture, gconstpointer role)
{
  g_autoptr (CardeaTls) server = new_tls_with (fixture->authority, fixture->root, "guardian");
  g_autoptr (CardeaTls) client = new_tls_with (fixture->authority, fixture->root, role);
  assert_no_link (fixture, server, client, CARDEA_ROLE_AGENT);
}

static void
test_wrong_server_role (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaTls) server = new_tls_with (fixture->authority, fixture->root, "front");
  g_autoptr (CardeaTls) client = new_tls_with (fixture->authority, fixture->root, "agent");
  assert_no_link (fixture, server, client, CARDEA_ROLE_AGENT);
}

static void
test_wrong_authority (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaAuthority) other = cardea_authority_new (&error);
  g_autoptr (CardeaTls) server = new_tls_with (fixture->authority, fixture->root, "guardian");
  g_autoptr (CardeaTls) client = new_tls_with (other, fixture->root, "agent");
  assert_no_link (fixture, server, client, CARDEA_ROLE_AGENT);
}

static void
test_wrong_server_authority (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaAuthority) other = cardea_authority_new (&error);
  g_autoptr (GBytes) other_root = cardea_authority_certificate (other);
  g_autoptr (CardeaTls) server = new_tls_with (fixture->authority, fixture->root, "guardian");
  g_autoptr (CardeaTls) client = new_tls_with (fixture->authority, other_root, "agent");
  assert_no_link (fixture, server, client, CARDEA_ROLE_AGENT);
}

/* --- peers that OpenSSL plays, out of the ordinary --- */

/* A self-made authority whose agent's certificate has its end in the past or the future. */
static X509 *
new_certificate (EVP_PKEY *key, X509 *issuer, EVP_PKEY *signer, int from_days, int to_days)
{
  static const struct {
    int nid;
    const char *root, *leaf;
  } extensions[] = {
    { NID_basic_constraints, "critical,CA:TRUE", "critical,CA:FALSE" },
    { NID_key_usage, "critical,keyCertSign", "critical,digitalSignature" },
    { NID_subject_key_identifier, "hash", "hash" },
    { NID_authority_key_identifier, NULL, "keyid:always" },
    { NID_subject_alt_name, NULL, "URI:cardea:role:agent" },
  };
  X509 *certificate = X509_new ();
  X509V3_CTX context;
  X509_set_version (certificate, X509_VERSION_3);
  ASN1_INTEGER_set (X509_get_serialNumber (certificate), issuer == NULL ? 1 : 2);
  X509_gmtime_adj (X509_getm_notBefore (certificate), (long) from_days * 24 * 3600);
  X509_gmtime_adj (X509_getm_notAfter (certificate), (long) to_days * 24 * 3600);
  X509_NAME_add_entry_by_txt (X509_get_subject_name (certificate), "CN", MBSTRING_UTF8,
                              (const guchar *) (issuer == NULL ? "root" : "leaf"), -1, -1, 0);
  X509_set_issuer_name (certificate, X509_get_subject_name (issuer != NULL ? issuer : certificate));
  X509_set_pubkey (certificate, key);
  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, issuer != NULL ? issuer : certificate, certificate, NULL, NULL, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++)
    {
      const char *value = issuer == NULL ? extensions[i].root : extensions[i].leaf;
      g_autoptr (X509_EXTENSION) extension
          = value != NULL ? X509V3_EXT_conf_nid (NULL, &context, extensions[i].nid, value) : NULL;
      g_assert_true (value == NULL || X509_add_ext (certificate, extension, -1) == 1);
    }
  g_assert_cmpint (X509_sign (certificate, signer, NULL), >, 0);
  return certificate;
}

static GBytes *
to_der (X509 *certificate)
{
  guint8 *der = NULL;
  int size = i2d_X509 (certificate, &der);
  GBytes *bytes = g_bytes_new (der, (gsize) size);
  OPENSSL_free (der);
  return bytes;
}

typedef struct {
  int from_days, to_days;
  gboolean good;
} Period;

static void
test_period (Fixture *fixture, gconstpointer data)
{
  const Period *period = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaKey) root_key = cardea_key_new (&error);
  g_autoptr (CardeaKey) key = cardea_key_new (&error);
  g_autoptr (X509) root = new_certificate (root_key, NULL, root_key, -10, 10);
  g_autoptr (X509) leaf = new_certificate (key, root, root_key, period->from_days, period->to_days);
  g_autoptr (GBytes) root_der = to_der (root);
  g_autoptr (GBytes) leaf_der = to_der (leaf);
  g_autoptr (CardeaTls) server = new_tls_with (fixture->authority, root_der, "guardian");
  g_autoptr (CardeaTls) client = cardea_tls_new (key, leaf_der, fixture->root, &error);
  g_assert_no_error (error);

  if (!period->good)
    {
      assert_no_link (fixture, server, client, CARDEA_ROLE_AGENT);
      return;
    }
  connect_ends (fixture, server, client, CARDEA_ROLE_AGENT, TRUE);
  settle (fixture);
  g_assert_true (fixture->server.ready);
}

typedef struct {
  int version;
  gboolean certificate;
} OddClient;

/* A TLS client of OpenSSL's own, over the wire; not a channel. */
static void
test_odd_client (Fixture *fixture, gconstpointer data)
{
  const OddClient *odd = data;
  g_autoptr (CardeaTls) server = new_tls_with (fixture->authority, fixture->root, "guardian");
  g_autoptr (GError) error = NULL;
  int pair[2];
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), ==,
                   0);
  end_init (fixture, &fixture->server, pair[0], -1, CARDEA_CHANNEL_TLS_SERVER, server,
            CARDEA_ROLE_CORE, CARDEA_ROLE_AGENT);

  SSL_CTX *context = SSL_CTX_new (TLS_client_method ());
  SSL_CTX_set_max_proto_version (context, odd->version);
  g_autoptr (CardeaKey) key = cardea_key_new (&error);
  g_autoptr (GBytes) spki = cardea_key_spki (key, &error);
  if (odd->certificate)
    {
      g_autoptr (GBytes) der
          = cardea_authority_issue (fixture->authority, g_bytes_get_data (spki, NULL),
                                    g_bytes_get_size (spki), "agent", "x", &error);
      g_assert_cmpint (SSL_CTX_use_certificate_ASN1 (context, (int) g_bytes_get_size (der),
                                                     g_bytes_get_data (der, NULL)),
                       ==, 1);
      g_assert_cmpint (SSL_CTX_use_PrivateKey (context, key), ==, 1);
    }
  SSL *ssl = SSL_new (context);
  SSL_set_fd (ssl, pair[1]);
  for (int i = 0; i < 10; i++)
    {
      SSL_connect (ssl);
      settle (fixture);
    }
  gboolean good = odd->version == TLS1_3_VERSION && odd->certificate;
  g_assert_cmpint (fixture->server.ready, ==, good);
  g_assert_cmpint (fixture->server.closed != NULL, ==, !good);
  if (good)
    {
      char byte;
      /* Nothing to resume with. */
      SSL_read (ssl, &byte, 1);
      g_assert_false (SSL_SESSION_is_resumable (SSL_get0_session (ssl)));
      /* Changing keys again and again does not make the guardian's memory grow. */
      for (int i = 0; i < 200; i++)
        {
          SSL_key_update (ssl, SSL_KEY_UPDATE_REQUESTED);
          SSL_do_handshake (ssl);
          settle (fixture);
        }
    }
  SSL_free (ssl);
  SSL_CTX_free (context);
  close (pair[1]);
}

static void
test_garbage (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaTls) server = new_tls_with (fixture->authority, fixture->root, "guardian");
  int pair[2];
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  end_init (fixture, &fixture->server, pair[0], pair[1], CARDEA_CHANNEL_TLS_SERVER, server,
            CARDEA_ROLE_CORE, CARDEA_ROLE_AGENT);
  wire_give (fixture, &fixture->server, data, strlen (data));
  assert_server_refused (fixture);
}

#define ADD(path, data, prepare, function)                                                         \
  g_test_add ("/tls/" path, Fixture, data, prepare, function, teardown)

int
main (int argc, char **argv)
{
  static const Period good = { -1, 1, TRUE }, expired = { -3, -1, FALSE }, future = { 1, 3, FALSE };
  static const OddClient plain = { TLS1_3_VERSION, TRUE }, old = { TLS1_2_VERSION, TRUE },
                         anonymous = { TLS1_3_VERSION, FALSE };

  g_test_init (&argc, &argv, NULL);
  /* Once as a front end or an agent begins OpenSSL, whose refusals must be the same. */
  if (argc > 1)
    cardea_sparing_init ();
  ADD ("talk", NULL, setup_direct, test_talk);
  ADD ("descriptors", NULL, setup_direct, test_descriptors);
  ADD ("descriptor-undeclared", NULL, setup_wired, test_descriptor_undeclared);
  ADD ("plaintext", NULL, setup_wired, test_plaintext);
  ADD ("replay", NULL, setup_wired, test_replay);
  ADD ("reordered", NULL, setup_wired, test_reordered);
  ADD ("altered", NULL, setup_wired, test_altered);
  ADD ("reflected", NULL, setup_wired, test_reflected);
  ADD ("good-bye", NULL, setup_direct, test_good_bye);
  ADD ("early", NULL, setup_bare, test_early);
  ADD ("wrong-role/front", "front", setup_bare, test_wrong_role);
  ADD ("wrong-role/consent", "consent", setup_bare, test_wrong_role);
  ADD ("wrong-role/guardian", "guardian", setup_bare, test_wrong_role);
  ADD ("wrong-server-role", NULL, setup_bare, test_wrong_server_role);
  ADD ("wrong-authority", NULL, setup_bare, test_wrong_authority);
  ADD ("wrong-server-authority", NULL, setup_bare, test_wrong_server_authority);
  ADD ("period/good", &good, setup_bare, test_period);
  ADD ("period/expired", &expired, setup_bare, test_period);
  ADD ("period/future", &future, setup_bare, test_period);
  ADD ("odd-client/good", &plain, setup_bare, test_odd_client);
  ADD ("odd-client/tls-1.2", &old, setup_bare, test_odd_client);
  ADD ("odd-client/no-certificate", &anonymous, setup_bare, test_odd_client);
  ADD ("garbage/http", "GET / HTTP/1.1\r\n\r\n", setup_bare, test_garbage);
  ADD ("garbage/text", "xxxxxxxxxxxxxxxxxxxxxx", setup_bare, test_garbage);
  return g_test_run ();
}
