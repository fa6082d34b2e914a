/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: OpenSSL, with what a sandbox sends. Refuses: a program that does not name its host, or
 * names another; a hello that hides one (ECH); data that come before the handshake is done. Known
 * gaps: none. */

#include "guardian/egress/guardian-egress-intercept.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/crypto/cardea-openssl.h"
#include "guardian/egress/guardian-egress-authority.h"
#include "guardian/egress/guardian-egress-guest.h"
#include "guardian/egress/guardian-egress-hello.h"

#include <errno.h>
#include <glib-unix.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE 16384
#define BADGES_PLACE "127.0.0.1" /* where the proxy is, and they are asked for by TLS */

/* Bytes on their way; nothing is read while some are. */
typedef struct {
  guint8 bytes[PIECE];
  gsize begin;
  gsize end;
} Buffer;

typedef struct {
  GuardianEgressGuest guest; /* its descriptor is the program's */
  GuardianEgressTarget target;
  gboolean badges;   /* not a tunnel: badges are asked for */
  GByteArray *first; /* what came before TLS began; NULL then */
  SSL *ssl;
  BIO *cipher_in; /* owned by ssl */
  BIO *cipher_out;
  int plain; /* libsoup's other end; -1 before the handshake is done */
  guint timer;
  guint guest_watch;
  guint plain_watch;
  Buffer outwards; /* in clear, to libsoup */
  Buffer inwards;  /* in clear, from it */
  Buffer sealed;   /* to the program */
  gboolean ended;  /* libsoup's end: what is sealed still goes */
} Intercept;

static void step (Intercept *intercept);

static void
intercept_free (GuardianEgressGuest *guest)
{
  Intercept *intercept = (Intercept *) (gpointer) guest;

  g_clear_handle_id (&intercept->timer, g_source_remove);
  g_clear_handle_id (&intercept->guest_watch, g_source_remove);
  g_clear_handle_id (&intercept->plain_watch, g_source_remove);
  g_clear_pointer (&intercept->first, g_byte_array_unref);
  g_clear_pointer (&intercept->ssl, SSL_free);
  cardea_fd_clear (&intercept->plain);
  guardian_egress_guest_end (guest);
  g_free (intercept);
}

gboolean
guardian_egress_intercept_wanted (GuardianEgressSession *session,
                                  const GuardianEgressTarget *target)
{
  const GuardianEgressContext *context = guardian_egress_session_context (session);

  return guardian_egress_credentials_has (context->credentials, &target->name, target->port)
         || guardian_egress_desk_names_methods (guardian_egress_session_desk (session), target);
}

/* --- moving --- */

typedef enum { MOVED, BLOCKED, OVER } Moved;

static Moved
receive (int fd, Buffer *buffer)
{
  if (buffer->begin < buffer->end)
    return BLOCKED;
  ssize_t size = recv (fd, buffer->bytes, sizeof buffer->bytes, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return BLOCKED;
  buffer->begin = 0;
  buffer->end = size > 0 ? (gsize) size : 0;
  return size > 0 ? MOVED : OVER;
}

static Moved
give (int fd, Buffer *buffer)
{
  if (buffer->begin == buffer->end)
    return BLOCKED;
  ssize_t size
      = send (fd, buffer->bytes + buffer->begin, buffer->end - buffer->begin, MSG_NOSIGNAL);
  if (size < 0)
    return errno == EAGAIN || errno == EINTR ? BLOCKED : OVER;
  buffer->begin += (gsize) size;
  return MOVED;
}

/* From the program into OpenSSL, as much as it has room for. */
static Moved
feed (Intercept *intercept)
{
  guint8 bytes[PIECE];

  if (BIO_pending (intercept->cipher_in) > 0 || intercept->outwards.begin < intercept->outwards.end)
    return BLOCKED;
  ssize_t size = recv (intercept->guest.fd, bytes, sizeof bytes, 0);
  if (size < 0)
    return errno == EAGAIN || errno == EINTR ? BLOCKED : OVER;
  if (size == 0 || BIO_write (intercept->cipher_in, bytes, (int) size) != (int) size)
    return OVER;
  return MOVED;
}

/* What OpenSSL says about a result looks at a queue of errors that all of the thread share: it is
 * emptied before each call. */
static Moved
of_ssl (const Intercept *intercept, int result)
{
  int error = SSL_get_error (intercept->ssl, result);

  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? BLOCKED : OVER;
}

static Moved
decrypt (Intercept *intercept)
{
  Buffer *buffer = &intercept->outwards;

  if (buffer->begin < buffer->end)
    return BLOCKED;
  ERR_clear_error ();
  int size = SSL_read (intercept->ssl, buffer->bytes, sizeof buffer->bytes);
  if (size <= 0)
    return of_ssl (intercept, size);
  buffer->begin = 0;
  buffer->end = (gsize) size;
  return MOVED;
}

static Moved
encrypt (Intercept *intercept)
{
  Buffer *buffer = &intercept->inwards;

  if (buffer->begin == buffer->end || BIO_pending (intercept->cipher_out) > PIECE)
    return BLOCKED;
  ERR_clear_error ();
  int size = SSL_write (intercept->ssl, buffer->bytes + buffer->begin,
                        (int) (buffer->end - buffer->begin));
  if (size <= 0)
    return of_ssl (intercept, size);
  buffer->begin += (gsize) size;
  return MOVED;
}

static Moved
take_sealed (Intercept *intercept)
{
  Buffer *buffer = &intercept->sealed;

  if (buffer->begin < buffer->end || BIO_pending (intercept->cipher_out) == 0)
    return BLOCKED;
  int size = BIO_read (intercept->cipher_out, buffer->bytes, sizeof buffer->bytes);
  buffer->begin = 0;
  buffer->end = size > 0 ? (gsize) size : 0;
  return size > 0 ? MOVED : OVER;
}

/* Libsoup has nothing to say any more: so will the program be told. */
static Moved
take_plain (Intercept *intercept)
{
  Moved moved = intercept->ended ? BLOCKED : receive (intercept->plain, &intercept->inwards);

  if (moved != OVER)
    return moved;
  intercept->ended = TRUE;
  SSL_shutdown (intercept->ssl);
  return MOVED;
}

/* --- the handshake --- */

/* RFC 8705, 3.1: of the certificate that the program has the key of. NULL: there is none. */
static char *
make_thumbprint (const Intercept *intercept)
{
  g_autoptr (X509) certificate = SSL_get1_peer_certificate (intercept->ssl);
  guint8 digest[32];
  guint size = sizeof digest;

  return certificate != NULL && X509_digest (certificate, EVP_sha256 (), digest, &size) == 1
             ? cardea_base64url_encode (digest, size)
             : NULL;
}

/* Whoever signed it: a program makes one for itself, and what matters is that it has the key. */
static int
take_any_cb (int good, X509_STORE_CTX *context)
{
  return 1;
}

static gboolean
begin_plain (Intercept *intercept)
{
  g_autofree char *thumbprint = intercept->badges ? make_thumbprint (intercept) : NULL;

  int pair[2];

  if ((thumbprint == NULL && intercept->badges)
      || socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
    return FALSE;
  g_clear_handle_id (&intercept->timer, g_source_remove);
  intercept->plain = pair[0];
  if (intercept->badges)
    guardian_egress_guest_local_new (intercept->guest.session, pair[1], thumbprint);
  else
    guardian_egress_guest_inner_new (intercept->guest.session, pair[1], &intercept->target);
  return TRUE;
}

static Moved
shake_hands (Intercept *intercept)
{
  ERR_clear_error ();
  int result = SSL_accept (intercept->ssl);

  if (result != 1)
    return of_ssl (intercept, result);
  return begin_plain (intercept) ? MOVED : OVER;
}

static gboolean
is_good (const Intercept *intercept, const GuardianEgressHello *hello)
{
  gboolean named = hello->has_name ? strcmp (hello->name.text, intercept->target.name.text) == 0
                                   : intercept->target.name.is_address;
  return named && !hello->encrypted && !hello->early;
}

/* FALSE: it is over. */
static gboolean
begin_tls (Intercept *intercept)
{
  SSL_CTX *context = guardian_egress_authority_server (
      guardian_egress_session_authority (intercept->guest.session), &intercept->target.name);

  intercept->ssl = context != NULL ? SSL_new (context) : NULL;
  if (intercept->ssl == NULL)
    return FALSE;
  if (intercept->badges)
    SSL_set_verify (intercept->ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, take_any_cb);
  intercept->cipher_in = BIO_new (BIO_s_mem ());
  intercept->cipher_out = BIO_new (BIO_s_mem ());
  SSL_set_bio (intercept->ssl, intercept->cipher_in, intercept->cipher_out);
  return BIO_write (intercept->cipher_in, intercept->first->data, (int) intercept->first->len)
         == (int) intercept->first->len;
}

static Moved
look (Intercept *intercept)
{
  GuardianEgressHello hello;
  guint8 bytes[PIECE];
  GuardianEgressHelloState state
      = guardian_egress_hello_parse (intercept->first->data, intercept->first->len, &hello);

  if (state == GUARDIAN_EGRESS_HELLO_WHOLE)
    {
      gboolean good = is_good (intercept, &hello);
      if (!good)
        guardian_egress_session_report (intercept->guest.session, intercept->target.name.text,
                                        strlen (intercept->target.name.text),
                                        "a tunnel that is looked into was begun for another name");
      if (!good || !begin_tls (intercept))
        return OVER;
      g_clear_pointer (&intercept->first, g_byte_array_unref);
      return MOVED;
    }
  if (state == GUARDIAN_EGRESS_HELLO_REFUSED
      || intercept->first->len >= GUARDIAN_EGRESS_HELLO_BYTES)
    return OVER;
  ssize_t size = recv (intercept->guest.fd, bytes, sizeof bytes, 0);
  if (size <= 0)
    return size < 0 && (errno == EAGAIN || errno == EINTR) ? BLOCKED : OVER;
  g_byte_array_append (intercept->first, bytes, (guint) size);
  return MOVED;
}

/* --- the loop --- */

static gboolean
ready_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  Intercept *intercept = user_data;

  *(fd == intercept->plain ? &intercept->plain_watch : &intercept->guest_watch) = 0;
  if (fd == intercept->guest.fd && (condition & (G_IO_HUP | G_IO_ERR)) != 0)
    intercept_free (&intercept->guest); /* the program is gone altogether */
  else
    step (intercept);
  return G_SOURCE_REMOVE;
}

static void
watch (Intercept *intercept)
{
  gboolean sealed = intercept->sealed.begin < intercept->sealed.end;
  gboolean out = intercept->outwards.begin < intercept->outwards.end;
  gboolean in = intercept->inwards.begin < intercept->inwards.end;
  GIOCondition guest = (sealed ? G_IO_OUT : 0) | (out || intercept->ended ? 0 : G_IO_IN);
  GIOCondition plain = (out ? G_IO_OUT : 0) | (in || intercept->ended ? 0 : G_IO_IN);

  g_clear_handle_id (&intercept->guest_watch, g_source_remove);
  g_clear_handle_id (&intercept->plain_watch, g_source_remove);
  intercept->guest_watch
      = g_unix_fd_add (intercept->guest.fd, guest | G_IO_HUP | G_IO_ERR, ready_cb, intercept);
  if (intercept->plain >= 0 && plain != 0)
    intercept->plain_watch = g_unix_fd_add (intercept->plain, plain, ready_cb, intercept);
}

static Moved
move_plain (Intercept *intercept)
{
  Moved (*const steps[]) (Intercept *) = { decrypt, take_plain, encrypt };
  Moved moved = give (intercept->plain, &intercept->outwards);

  for (gsize i = 0; moved != OVER && i < G_N_ELEMENTS (steps); i++)
    {
      Moved one = steps[i](intercept);
      moved = one == BLOCKED ? moved : one;
    }
  return moved;
}

/* Whatever can be moved, is; then it waits for more, or is over. */
static void
step (Intercept *intercept)
{
  Moved moved = MOVED;

  while (moved == MOVED && intercept->first != NULL)
    moved = look (intercept);
  while (moved == MOVED)
    {
      Moved fed = intercept->ended ? BLOCKED : feed (intercept);
      Moved inner = fed == OVER            ? OVER
                    : intercept->plain < 0 ? shake_hands (intercept)
                                           : move_plain (intercept);
      Moved taken = take_sealed (intercept);
      Moved given = give (intercept->guest.fd, &intercept->sealed);
      gboolean over = inner == OVER || given == OVER;
      gboolean any = fed == MOVED || inner == MOVED || taken == MOVED || given == MOVED;
      moved = over ? OVER : any ? MOVED : BLOCKED;
    }
  gboolean flushed = intercept->ended && intercept->sealed.begin == intercept->sealed.end;
  if (moved == OVER || flushed)
    intercept_free (&intercept->guest);
  else
    watch (intercept);
}

static gboolean
late_cb (gpointer user_data)
{
  Intercept *intercept = user_data;

  intercept->timer = 0;
  intercept_free (&intercept->guest);
  return G_SOURCE_REMOVE;
}

static void
start (GuardianEgressSession *session, const GuardianEgressTarget *target, gboolean badges,
       int inner, const guint8 *bytes, gsize size)
{
  Intercept *intercept = g_new0 (Intercept, 1);

  guardian_egress_guest_begin (&intercept->guest, session, inner, intercept_free);
  intercept->target = (GuardianEgressTarget){ .name = target->name, .port = target->port };
  intercept->badges = badges;
  intercept->plain = -1;
  intercept->first = g_byte_array_new ();
  if (size > 0)
    g_byte_array_append (intercept->first, bytes, (guint) size);
  intercept->timer = g_timeout_add_seconds (GUARDIAN_EGRESS_INTERCEPT_SECONDS, late_cb, intercept);
  step (intercept);
}

void
guardian_egress_intercept_start (GuardianEgressSession *session, const GuardianEgressTarget *target,
                                 int inner, const guint8 *bytes, gsize size)
{
  start (session, target, FALSE, inner, bytes, size);
}

void
guardian_egress_intercept_badges (GuardianEgressSession *session, int fd)
{
  GuardianEgressTarget target = { .port = 0 };

  if (guardian_egress_name_parse (BADGES_PLACE, strlen (BADGES_PLACE), &target.name, NULL))
    start (session, &target, TRUE, fd, NULL, 0);
  else
    close (fd);
}
