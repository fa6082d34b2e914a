/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the core for nothing but being the core. The picture is a stranger's, and what reads it
 * are other people's libraries: this process has no files, no network and no keys, and the core
 * ends it after one picture, so that it never sees another. Refuses what is no picture, and what is
 * too large. Known gaps: whoever takes it over can show another picture than this one. */

#include "guardian/picture/guardian-picture-worker.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-picture.h"
#include "guardian/picture/guardian-picture.h"
#include "guardian/privsep/guardian-worker.h"

#include <sys/mman.h>
#include <sys/stat.h>

static void
refuse (CardeaChannel *channel, const CardeaMessage *request, const char *code, const char *reason)
{
  g_autoptr (CardeaMessage) reply = cardea_message_new_refusal (request, code, reason);
  guardian_worker_send (channel, reply);
}

static GuardianPicture *
decode_content (CardeaMessage *request, GError **error)
{
  cardea_autofd int fd = cardea_message_take_fd (request, "content");
  guint edge = (guint) cardea_message_get_int (request, "edge", CARDEA_PICTURE_EDGE_LEAST);
  struct stat st;
  void *bytes = MAP_FAILED;

  if (fd >= 0 && fstat (fd, &st) == 0 && st.st_size > 0
      && st.st_size <= (off_t) CARDEA_LIMIT_PICTURE)
    bytes = mmap (NULL, (gsize) st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED)
    {
      g_set_error_literal (error, GUARDIAN_PICTURE_ERROR, GUARDIAN_PICTURE_ERROR_LIMIT,
                           "the picture is empty or too large");
      return NULL;
    }
  GuardianPicture *picture = guardian_picture_decode (bytes, (gsize) st.st_size, edge, error);
  munmap (bytes, (gsize) st.st_size);
  return picture;
}

static void
decode (CardeaChannel *channel, CardeaMessage *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GuardianPicture) picture = decode_content (request, &error);

  if (picture == NULL)
    {
      gboolean broken
          = g_error_matches (error, GUARDIAN_PICTURE_ERROR, GUARDIAN_PICTURE_ERROR_BROKEN);
      refuse (channel, request, broken ? "malformed" : "unsuitable", error->message);
      return;
    }
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "picture.decoded");
  const CardeaPicture shown
      = { .width = picture->width,
          .height = picture->height,
          .stride = picture->width * CARDEA_PICTURE_PIXEL,
          .full_width = picture->full_width,
          .full_height = picture->full_height,
          .pixels = cardea_descriptor_new_memfd ("cardea-picture", picture->rgba,
                                                 (gsize) picture->width * picture->height
                                                     * CARDEA_PICTURE_PIXEL) };
  if (shown.pixels < 0)
    {
      refuse (channel, request, "unavailable", "there is no room for this picture");
      return;
    }
  cardea_picture_put (reply, &shown);
  guardian_worker_send (channel, reply);
}

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  if (cardea_message_is (message, "picture.decode"))
    decode (channel, message);
  else
    refuse (channel, message, "malformed", "this is not for the worker of pictures");
}

const CardeaChannelHandler *
guardian_picture_worker_handler (void)
{
  static const CardeaChannelHandler handler = { .message = message_cb };
  return &handler;
}
