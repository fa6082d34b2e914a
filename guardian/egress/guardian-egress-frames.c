/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing. Refuses: frames that are not masked, use an extension (none was let through, so
 * that nothing is packed) or have no meaning, and messages that are larger than what is looked at.
 * Known gaps: a message is held until its end came, and pings among its frames with it. */

#include "guardian/egress/guardian-egress-frames.h"

#include <openssl/rand.h>
#include <string.h>

#define FIN 0x80
#define RESERVED 0x70
#define OPCODE 0x0f
#define MASKED 0x80
#define LENGTH 0x7f
#define LENGTH_16 126u
#define LENGTH_64 127u
#define CONTROL_LIMIT 125u /* §5.5 */
#define MASK_SIZE 4u
#define HEAD_LIMIT 14u

enum { CONTINUED = 0, TEXT = 1, BINARY = 2, CONTROL = 8, CLOSE = 8, PING = 9, PONG = 10 };

struct _GuardianEgressFrames {
  GByteArray *input;
  gsize at;            /* what of input is in message and control */
  guint8 opcode;       /* of message; CONTINUED: none has begun */
  GByteArray *message; /* unmasked */
  GByteArray *control; /* of frames among its own */
  const char *broken;
};

typedef struct {
  gboolean last;
  guint8 opcode;
  guint head; /* bytes before its content */
  guint64 size;
  const guint8 *mask;
} Frame;

GuardianEgressFrames *
guardian_egress_frames_new (void)
{
  GuardianEgressFrames *frames = g_new0 (GuardianEgressFrames, 1);

  frames->input = g_byte_array_new ();
  frames->message = g_byte_array_new ();
  frames->control = g_byte_array_new ();
  return frames;
}

void
guardian_egress_frames_free (GuardianEgressFrames *frames)
{
  if (frames == NULL)
    return;
  g_byte_array_unref (frames->input);
  g_byte_array_unref (frames->message);
  g_byte_array_unref (frames->control);
  g_free (frames);
}

void
guardian_egress_frames_message_clear (GuardianEgressFramesMessage *message)
{
  g_clear_pointer (&message->content, g_byte_array_unref);
  g_clear_pointer (&message->raw, g_byte_array_unref);
}

void
guardian_egress_frames_feed (GuardianEgressFrames *frames, const void *bytes, gsize size)
{
  if (size > GUARDIAN_EGRESS_FRAMES_RAW - MIN (frames->input->len, GUARDIAN_EGRESS_FRAMES_RAW))
    frames->broken = "a message is larger than what is looked at";
  else
    g_byte_array_append (frames->input, bytes, (guint) size);
}

/* --- one frame --- */

static guint64
read_number (const guint8 *bytes, guint size)
{
  guint64 number = 0;
  for (guint i = 0; i < size; i++)
    number = number << 8 | bytes[i];
  return number;
}

static gboolean
is_known (guint8 opcode)
{
  return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
}

/* NULL: it may be one, here. */
static const char *
judge (const GuardianEgressFrames *frames, const guint8 *bytes)
{
  guint8 opcode = bytes[0] & OPCODE;
  gboolean begun = frames->opcode != CONTINUED;

  if ((bytes[0] & RESERVED) != 0)
    return "a frame uses an extension that nobody agreed on";
  if ((bytes[1] & MASKED) == 0 || !is_known (opcode))
    return "that is no frame of a WebSocket";
  if (opcode >= CONTROL && ((bytes[0] & FIN) == 0 || (bytes[1] & LENGTH) > CONTROL_LIMIT))
    return "a frame of its control is none";
  if (opcode < CONTROL && begun != (opcode == CONTINUED))
    return "its frames are out of order";
  return NULL;
}

/* The head of the next one; FALSE: more has to come, or it is broken. */
static gboolean
read_head (GuardianEgressFrames *frames, Frame *ret_frame)
{
  const guint8 *bytes = frames->input->data + frames->at;
  gsize there = frames->input->len - frames->at;

  if (frames->broken != NULL || there < 2 || (frames->broken = judge (frames, bytes)) != NULL)
    return FALSE;
  guint8 length = bytes[1] & LENGTH;
  guint wide = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
  ret_frame->last = (bytes[0] & FIN) != 0;
  ret_frame->opcode = bytes[0] & OPCODE;
  ret_frame->head = 2 + wide + MASK_SIZE;
  if (there < ret_frame->head)
    return FALSE;
  ret_frame->size = wide > 0 ? read_number (bytes + 2, wide) : length;
  ret_frame->mask = bytes + 2 + wide;
  if (ret_frame->size > GUARDIAN_EGRESS_FRAMES_MESSAGE - frames->message->len)
    frames->broken = "a message is larger than what is looked at";
  return frames->broken == NULL;
}

static void
unmask (const Frame *frame, GByteArray *out)
{
  guint begin = out->len;

  g_byte_array_append (out, frame->mask + MASK_SIZE, (guint) frame->size);
  for (guint i = 0; i < (guint) frame->size; i++)
    out->data[begin + i] ^= frame->mask[i % MASK_SIZE];
}

/* --- messages --- */

static void
hand_over (GuardianEgressFrames *frames, guint8 opcode, GuardianEgressFramesMessage *ret_message)
{
  ret_message->opcode = opcode;
  ret_message->mixed = opcode < CONTROL && frames->control->len > 0;
  ret_message->content = g_steal_pointer (&frames->message);
  g_byte_array_append (ret_message->content, frames->control->data, frames->control->len);
  ret_message->raw = g_byte_array_new ();
  g_byte_array_append (ret_message->raw, frames->input->data, (guint) frames->at);
  g_byte_array_remove_range (frames->input, 0, (guint) frames->at);
  g_byte_array_set_size (frames->control, 0);
  frames->message = g_byte_array_new ();
  frames->at = 0;
  frames->opcode = CONTINUED;
}

GuardianEgressFramesState
guardian_egress_frames_take (GuardianEgressFrames *frames, GuardianEgressFramesMessage *ret_message,
                             const char **ret_why)
{
  Frame frame;

  while (read_head (frames, &frame) && frames->input->len - frames->at - frame.head >= frame.size)
    {
      gboolean control = frame.opcode >= CONTROL;
      gboolean begun = frames->opcode != CONTINUED;
      unmask (&frame, control ? frames->control : frames->message);
      frames->at += frame.head + (gsize) frame.size;
      if (!control && !begun)
        frames->opcode = frame.opcode;
      if (control ? begun : !frame.last)
        continue;
      hand_over (frames, control ? frame.opcode : frames->opcode, ret_message);
      return GUARDIAN_EGRESS_FRAMES_MESSAGED;
    }
  *ret_why = frames->broken;
  return frames->broken != NULL ? GUARDIAN_EGRESS_FRAMES_BROKEN : GUARDIAN_EGRESS_FRAMES_MORE;
}

gboolean
guardian_egress_frames_write (guint8 opcode, const guint8 *content, gsize size, GByteArray *out)
{
  guint8 head[HEAD_LIMIT] = { FIN | opcode };
  guint wide = size <= CONTROL_LIMIT ? 0 : size <= G_MAXUINT16 ? 2 : 8;
  guint8 *mask = head + 2 + wide;

  head[1] = MASKED | (wide == 0 ? (guint8) size : wide == 2 ? LENGTH_16 : LENGTH_64);
  for (guint i = 0; i < wide; i++)
    head[2 + i] = (guint8) ((guint64) size >> (8 * (wide - 1 - i)));
  if (RAND_bytes (mask, MASK_SIZE) != 1)
    return FALSE;
  g_byte_array_append (out, head, 2 + wide + MASK_SIZE);
  guint begin = out->len;
  if (size > 0)
    g_byte_array_append (out, content, (guint) size);
  for (gsize i = 0; i < size; i++)
    out->data[begin + i] ^= mask[i % MASK_SIZE];
  return TRUE;
}
