/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-frames.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* However it is cut, the same messages come out of it; what goes on is what came, in its order; and
 * what is written anew is read as the same content. */

typedef struct {
  GByteArray *raw;
  GByteArray *content;
  gboolean broken;
} Taken;

static void
check_again (const GuardianEgressFramesMessage *message)
{
  g_autoptr (GuardianEgressFrames) frames = guardian_egress_frames_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  GuardianEgressFramesMessage again = { 0 };
  const char *why = NULL;

  if (message->mixed)
    return;
  FUZZ_CHECK (guardian_egress_frames_write (message->opcode, message->content->data,
                                            message->content->len, out));
  guardian_egress_frames_feed (frames, out->data, out->len);
  FUZZ_CHECK (guardian_egress_frames_take (frames, &again, &why)
              == GUARDIAN_EGRESS_FRAMES_MESSAGED);
  FUZZ_CHECK (again.opcode == message->opcode && again.content->len == message->content->len);
  FUZZ_CHECK (again.content->len == 0
              || memcmp (again.content->data, message->content->data, again.content->len) == 0);
  guardian_egress_frames_message_clear (&again);
}

static void
take_all (Taken *taken, const uint8_t *data, size_t size, size_t piece)
{
  g_autoptr (GuardianEgressFrames) frames = guardian_egress_frames_new ();
  GuardianEgressFramesState state = GUARDIAN_EGRESS_FRAMES_MORE;

  for (size_t at = 0; at < size && state != GUARDIAN_EGRESS_FRAMES_BROKEN; at += piece)
    {
      GuardianEgressFramesMessage message = { 0 };
      const char *why = NULL;
      guardian_egress_frames_feed (frames, data + at, MIN (piece, size - at));
      while ((state = guardian_egress_frames_take (frames, &message, &why))
             == GUARDIAN_EGRESS_FRAMES_MESSAGED)
        {
          check_again (&message);
          g_byte_array_append (taken->raw, message.raw->data, message.raw->len);
          g_byte_array_append (taken->content, message.content->data, message.content->len);
          guardian_egress_frames_message_clear (&message);
        }
      FUZZ_CHECK ((state == GUARDIAN_EGRESS_FRAMES_BROKEN) == (why != NULL));
    }
  taken->broken = state == GUARDIAN_EGRESS_FRAMES_BROKEN;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) raw = g_byte_array_new (), raw_pieces = g_byte_array_new ();
  g_autoptr (GByteArray) content = g_byte_array_new (), content_pieces = g_byte_array_new ();
  Taken whole = { raw, content, FALSE };
  Taken pieces = { raw_pieces, content_pieces, FALSE };

  take_all (&whole, data, size, MAX (size, 1));
  take_all (&pieces, data, size, 3);
  FUZZ_CHECK (whole.broken == pieces.broken && whole.raw->len == pieces.raw->len);
  FUZZ_CHECK (whole.raw->len <= size);
  FUZZ_CHECK (whole.raw->len == 0 || memcmp (whole.raw->data, data, whole.raw->len) == 0);
  FUZZ_CHECK (whole.content->len == pieces.content->len);
  FUZZ_CHECK (whole.content->len == 0
              || memcmp (whole.content->data, pieces.content->data, whole.content->len) == 0);
  return 0;
}
