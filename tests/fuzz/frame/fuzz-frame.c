/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-channel.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A plain channel and a peer that sends whatever it likes, in pieces of its own choice, with
 * descriptors where it likes. The input: a byte that chooses the peer's role; then pieces, each a
 * byte for its length and a byte for its number of descriptors. */

static const CardeaRole peers[]
    = { CARDEA_ROLE_AGENT,  CARDEA_ROLE_FRONT, CARDEA_ROLE_CONSENT, CARDEA_ROLE_FILES,
        CARDEA_ROLE_LAUNCH, CARDEA_ROLE_KEYS,  CARDEA_ROLE_NEWCOMER };

#define FDS_MAX 20

typedef struct {
  guint messages;
  gboolean closed;
} Seen;

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer data)
{
  Seen *seen = data;
  FUZZ_CHECK (!seen->closed);
  seen->messages++;
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer data)
{
  Seen *seen = data;
  FUZZ_CHECK (!seen->closed && error != NULL);
  seen->closed = TRUE;
}

static void
send_piece (int to, const uint8_t *bytes, size_t size, int fd, unsigned n_fds)
{
  char control[CMSG_SPACE (sizeof (int) * FDS_MAX)] = { 0 };
  struct iovec part = { (void *) bytes, size };
  struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };

  if (n_fds > 0)
    {
      header.msg_control = control;
      header.msg_controllen = CMSG_SPACE (sizeof (int) * n_fds);
      struct cmsghdr *c = CMSG_FIRSTHDR (&header);
      c->cmsg_level = SOL_SOCKET;
      c->cmsg_type = SCM_RIGHTS;
      c->cmsg_len = CMSG_LEN (sizeof (int) * n_fds);
      for (unsigned i = 0; i < n_fds; i++)
        memcpy (CMSG_DATA (c) + i * sizeof fd, &fd, sizeof fd);
    }
  /* Fails when the channel has ended; that is the end of it. */
  if (sendmsg (to, &header, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    return;
}

static void
settle (GMainContext *context)
{
  while (g_main_context_iteration (context, FALSE))
    ;
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  static const CardeaChannelHandler handler = { message_cb, NULL, closed_cb };
  Seen seen = { 0, FALSE };
  int pair[2];

  if (size == 0)
    return 0;
  FUZZ_CHECK (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  int null = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (CardeaChannel) channel
      = cardea_channel_new (pair[0], CARDEA_CHANNEL_PLAIN, NULL, CARDEA_ROLE_CORE,
                            peers[bytes[0] % G_N_ELEMENTS (peers)], &handler, &seen);
  cardea_channel_attach (channel, context);

  size_t at = 1;
  while (at + 2 < size && !seen.closed)
    {
      size_t piece = MIN ((size_t) bytes[at] + 1, size - at - 2);
      unsigned n_fds = bytes[at + 1] < 0xe0 ? 0 : bytes[at + 1] % (FDS_MAX + 1);
      send_piece (pair[1], bytes + at + 2, piece, null, n_fds);
      settle (context);
      at += 2 + piece;
    }
  shutdown (pair[1], SHUT_RDWR);
  settle (context);
  FUZZ_CHECK (seen.closed);
  close (pair[1]);
  close (null);
  return 0;
}
