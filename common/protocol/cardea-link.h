/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-limits.h"

#include <glib.h>

/* The lowest layer of a channel: bytes and descriptors over one non-blocking AF_UNIX stream
 * socket. Received descriptors (close-on-exec) wait in a queue of CARDEA_LIMIT_FRAME_FDS; more, or
 * a control message that was cut off, is an error. Descriptors are sent with the first byte of the
 * chunk they belong to. */

#define CARDEA_LINK_OUT_LIMIT (4u * 1024u * 1024u) /* bytes waiting to be sent */
#define CARDEA_LINK_OUT_FDS 64u                    /* descriptors waiting to be sent */
#define CARDEA_LINK_CHUNK_FDS 6u
#define CARDEA_LINK_CHUNK_COST 128u /* what a chunk weighs beside its bytes */

typedef struct {
  int fd;
  int fds[CARDEA_LIMIT_FRAME_FDS]; /* received, first come first */
  guint n_fds;
  GQueue out;     /* of CardeaLinkChunk */
  gsize out_size; /* of bytes and chunks */
  guint out_fds;
} CardeaLink;

typedef struct {
  GByteArray *bytes;
  gsize sent;
  int fds[CARDEA_LINK_CHUNK_FDS]; /* owned until sent */
  guint n_fds;
} CardeaLinkChunk;

typedef enum {
  CARDEA_LINK_MORE,    /* bytes were moved */
  CARDEA_LINK_BLOCKED, /* nothing to read, or no room to write: wait */
  CARDEA_LINK_ENDED,   /* the peer went away */
  CARDEA_LINK_FAILED,  /* error is set (a CardeaChannelError) */
} CardeaLinkResult;

/* Takes fd. */
void cardea_link_init (CardeaLink *link, int fd);
void cardea_link_clear (CardeaLink *link);

CardeaLinkResult cardea_link_receive (CardeaLink *link, void *to, gsize size, gsize *ret_size,
                                      GError **error);
/* Moves count descriptors from the queue's head to the caller; FALSE when fewer wait. */
gboolean cardea_link_take_fds (CardeaLink *link, int *ret_fds, guint count);

/* chunk is taken. Sends at once what the socket takes. BLOCKED: the rest waits. */
CardeaLinkChunk *cardea_link_chunk_new (gsize reserved);
void cardea_link_chunk_free (CardeaLinkChunk *chunk);
void cardea_link_chunk_move_fds (CardeaLinkChunk *to, CardeaLinkChunk *from);
CardeaLinkResult cardea_link_send (CardeaLink *link, CardeaLinkChunk *chunk, GError **error);
CardeaLinkResult cardea_link_flush (CardeaLink *link, GError **error);
void cardea_link_drop_output (CardeaLink *link);
