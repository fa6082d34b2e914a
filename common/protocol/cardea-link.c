/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-link.h"

#include "common/protocol/cardea-channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Trusts the kernel only. Refuses a cut-off control message, any control message but SCM_RIGHTS,
 * and descriptor number CARDEA_LIMIT_FRAME_FDS + 1. */

void
cardea_link_init (CardeaLink *link, int fd)
{
  *link = (CardeaLink){ .fd = fd };
  g_queue_init (&link->out);
}

void
cardea_link_clear (CardeaLink *link)
{
  for (guint i = 0; i < link->n_fds; i++)
    close (link->fds[i]);
  link->n_fds = 0;
  cardea_link_drop_output (link);
  if (link->fd >= 0)
    close (link->fd);
  link->fd = -1;
}

static gboolean
queue_fds (CardeaLink *link, const struct cmsghdr *control)
{
  gsize count = (control->cmsg_len - CMSG_LEN (0)) / sizeof (int);
  gboolean good = TRUE;

  for (gsize i = 0; i < count; i++)
    {
      int fd;
      memcpy (&fd, CMSG_DATA (control) + i * sizeof fd, sizeof fd);
      if (link->n_fds < CARDEA_LIMIT_FRAME_FDS)
        link->fds[link->n_fds++] = fd;
      else
        {
          close (fd);
          good = FALSE;
        }
    }
  return good;
}

static CardeaLinkResult
take_control (CardeaLink *link, struct msghdr *header, GError **error)
{
  gboolean good = (header->msg_flags & MSG_CTRUNC) == 0;

  for (struct cmsghdr *c = CMSG_FIRSTHDR (header); c != NULL; c = CMSG_NXTHDR (header, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
      good = queue_fds (link, c) && good;
    else
      good = FALSE;
  if (good)
    return CARDEA_LINK_MORE;
  g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_DESCRIPTORS,
               "too many descriptors, or a control message that is none of ours");
  return CARDEA_LINK_FAILED;
}

static CardeaLinkResult
from_errno (const char *what, GError **error)
{
  int saved = errno;
  if (saved == EAGAIN || saved == EWOULDBLOCK)
    return CARDEA_LINK_BLOCKED;
  if (saved == EPIPE || saved == ECONNRESET || saved == ENOTCONN)
    return CARDEA_LINK_ENDED;
  g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED, "%s: %s", what,
               g_strerror (saved));
  return CARDEA_LINK_FAILED;
}

CardeaLinkResult
cardea_link_receive (CardeaLink *link, void *to, gsize size, gsize *ret_size, GError **error)
{
  union {
    char bytes[CMSG_SPACE (sizeof (int) * CARDEA_LIMIT_FRAME_FDS)];
    struct cmsghdr align;
  } control;
  struct iovec part = { to, size };
  struct msghdr header = {
    .msg_iov = &part,
    .msg_iovlen = 1,
    .msg_control = control.bytes,
    .msg_controllen = sizeof control.bytes,
  };
  gssize received;

  do
    received = recvmsg (link->fd, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  while (received < 0 && errno == EINTR);
  if (received < 0)
    return from_errno ("cannot receive", error);
  *ret_size = (gsize) received;
  if (header.msg_controllen > 0 || (header.msg_flags & MSG_CTRUNC) != 0)
    {
      CardeaLinkResult result = take_control (link, &header, error);
      if (result != CARDEA_LINK_MORE)
        return result;
    }
  return received == 0 ? CARDEA_LINK_ENDED : CARDEA_LINK_MORE;
}

gboolean
cardea_link_take_fds (CardeaLink *link, int *ret_fds, guint count)
{
  if (count > link->n_fds)
    return FALSE;
  memcpy (ret_fds, link->fds, count * sizeof (int));
  link->n_fds -= count;
  memmove (link->fds, link->fds + count, link->n_fds * sizeof (int));
  return TRUE;
}

CardeaLinkChunk *
cardea_link_chunk_new (gsize reserved)
{
  CardeaLinkChunk *chunk = g_new0 (CardeaLinkChunk, 1);
  chunk->bytes = g_byte_array_sized_new ((guint) reserved);
  return chunk;
}

static void
close_chunk_fds (CardeaLinkChunk *chunk)
{
  for (guint i = 0; i < chunk->n_fds; i++)
    close (chunk->fds[i]);
  chunk->n_fds = 0;
}

void
cardea_link_chunk_free (CardeaLinkChunk *chunk)
{
  if (chunk == NULL)
    return;
  close_chunk_fds (chunk);
  g_byte_array_unref (chunk->bytes);
  g_free (chunk);
}

void
cardea_link_chunk_move_fds (CardeaLinkChunk *to, CardeaLinkChunk *from)
{
  memcpy (to->fds, from->fds, sizeof to->fds);
  to->n_fds = from->n_fds;
  from->n_fds = 0;
}

static void
attach_fds (struct msghdr *header, char *control, const CardeaLinkChunk *chunk)
{
  gsize size = chunk->n_fds * sizeof (int);
  header->msg_control = control;
  header->msg_controllen = CMSG_SPACE (size);
  memset (control, 0, header->msg_controllen);

  struct cmsghdr *c = CMSG_FIRSTHDR (header);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN (size);
  memcpy (CMSG_DATA (c), chunk->fds, size);
}

/* MORE: the chunk is sent. */
static CardeaLinkResult
send_chunk (CardeaLink *link, CardeaLinkChunk *chunk, GError **error)
{
  union {
    char bytes[CMSG_SPACE (sizeof (int) * CARDEA_LINK_CHUNK_FDS)];
    struct cmsghdr align;
  } control;

  while (chunk->sent < chunk->bytes->len)
    {
      struct iovec part = { chunk->bytes->data + chunk->sent, chunk->bytes->len - chunk->sent };
      struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
      if (chunk->n_fds > 0)
        attach_fds (&header, control.bytes, chunk);

      gssize sent = sendmsg (link->fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno == EINTR)
        continue;
      if (sent < 0)
        return from_errno ("cannot send", error);
      chunk->sent += (gsize) sent;
      link->out_fds -= chunk->n_fds;
      close_chunk_fds (chunk);
    }
  return CARDEA_LINK_MORE;
}

CardeaLinkResult
cardea_link_flush (CardeaLink *link, GError **error)
{
  CardeaLinkChunk *chunk;
  while ((chunk = g_queue_peek_head (&link->out)) != NULL)
    {
      CardeaLinkResult result = send_chunk (link, chunk, error);
      if (result != CARDEA_LINK_MORE)
        return result;
      link->out_size -= chunk->bytes->len + CARDEA_LINK_CHUNK_COST;
      cardea_link_chunk_free (g_queue_pop_head (&link->out));
    }
  return CARDEA_LINK_MORE;
}

CardeaLinkResult
cardea_link_send (CardeaLink *link, CardeaLinkChunk *chunk, GError **error)
{
  link->out_size += chunk->bytes->len + CARDEA_LINK_CHUNK_COST;
  link->out_fds += chunk->n_fds;
  g_queue_push_tail (&link->out, chunk);
  return cardea_link_flush (link, error);
}

void
cardea_link_drop_output (CardeaLink *link)
{
  g_queue_clear_full (&link->out, (GDestroyNotify) cardea_link_chunk_free);
  link->out_size = 0;
  link->out_fds = 0;
}
