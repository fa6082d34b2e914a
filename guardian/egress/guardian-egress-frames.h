/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a program says in a WebSocket (RFC 6455 §5), message by message: its frames put together and
 * unmasked, so that they can be looked at, and as they came, so that they can go on. Untrusted
 * input. */
typedef struct _GuardianEgressFrames GuardianEgressFrames;

#define GUARDIAN_EGRESS_FRAMES_MESSAGE (4u * 1024u * 1024u) /* bytes of a message */
#define GUARDIAN_EGRESS_FRAMES_RAW (8u * 1024u * 1024u)     /* the same, in as many frames */

typedef enum {
  GUARDIAN_EGRESS_FRAMES_MORE,     /* of it has to come */
  GUARDIAN_EGRESS_FRAMES_MESSAGED, /* there is one */
  GUARDIAN_EGRESS_FRAMES_BROKEN,   /* for good */
} GuardianEgressFramesState;

typedef struct {
  guint8 opcode;
  gboolean mixed;      /* pings and the like were among its frames: content ends in theirs */
  GByteArray *content; /* unmasked */
  GByteArray *raw;     /* the frames */
} GuardianEgressFramesMessage;

GuardianEgressFrames *guardian_egress_frames_new (void);
void guardian_egress_frames_free (GuardianEgressFrames *frames);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressFrames, guardian_egress_frames_free)

/* More came. */
void guardian_egress_frames_feed (GuardianEgressFrames *frames, const void *bytes, gsize size);
/* The next message, which the caller clears; BROKEN: *ret_why (static) says why. A ping, a pong and
 * a close are messages, too. */
GuardianEgressFramesState guardian_egress_frames_take (GuardianEgressFrames *frames,
                                                       GuardianEgressFramesMessage *ret_message,
                                                       const char **ret_why);
void guardian_egress_frames_message_clear (GuardianEgressFramesMessage *message);

/* One masked frame with content, appended to out. FALSE: there are no random numbers. */
gboolean guardian_egress_frames_write (guint8 opcode, const guint8 *content, gsize size,
                                       GByteArray *out);
