/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the core for nothing but being the core. What it unpacks is a stranger's: this process has
 * no files, no network, no keys and nobody else's bundle, and the core checks names, roots and
 * signature of what it is told. Refuses whatever the archive reader does, and what unpacks to more
 * than policies may be. Known gaps: none. */

#include "guardian/bundle/guardian-bundle-worker.h"

#include "common/base/cardea-autofd.h"
#include "common/bundle/cardea-bundle-archive.h"
#include "common/protocol/cardea-descriptor.h"
#include "guardian/privsep/guardian-worker.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_UNPACKED (32u << 20) /* bytes; a layer of policies has no more */

static void
refuse (CardeaChannel *channel, const CardeaMessage *request, const char *code, const char *reason)
{
  g_autofree char *valid = g_utf8_make_valid (reason, -1);
  g_autoptr (CardeaMessage) reply = cardea_message_new_refusal (request, code, valid);
  guardian_worker_send (channel, reply);
}

static GBytes *
read_packed (CardeaMessage *request)
{
  struct stat st;
  cardea_autofd int fd = cardea_message_take_fd (request, "bundle");
  if (fd < 0 || fstat (fd, &st) != 0 || st.st_size < 0 || st.st_size > CARDEA_BUNDLE_MAX_PACKED)
    return NULL;
  g_autofree guint8 *bytes = g_malloc ((gsize) st.st_size + 1);
  for (off_t at = 0; at < st.st_size;)
    {
      ssize_t n = pread (fd, bytes + at, (gsize) (st.st_size - at), at);
      if (n <= 0 && errno != EINTR)
        return NULL;
      at += MAX (n, 0);
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), (gsize) st.st_size);
}

static void
unpack (CardeaChannel *channel, CardeaMessage *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) packed = read_packed (request);
  g_autoptr (CardeaBundle) bundle
      = packed != NULL ? cardea_bundle_new_bounded (packed, MAX_UNPACKED, &error) : NULL;
  gsize size = 0;
  if (bundle == NULL)
    {
      refuse (channel, request, "malformed",
              error != NULL ? error->message : "the bundle could not be read");
      return;
    }
  g_autofree char *text = cardea_bundle_write (bundle, &size);
  int fd = text != NULL ? cardea_descriptor_new_memfd ("cardea-bundle", text, size) : -1;
  if (fd < 0)
    {
      refuse (channel, request, "unavailable", "there is no room for what is in the bundle");
      return;
    }
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "bundle.unpacked");
  cardea_message_set_fd (reply, "files", fd);
  guardian_worker_send (channel, reply);
}

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  if (cardea_message_is (message, "bundle.unpack"))
    unpack (channel, message);
  else
    refuse (channel, message, "malformed", "this is not for the worker of bundles");
}

const CardeaChannelHandler *
guardian_bundle_worker_handler (void)
{
  static const CardeaChannelHandler handler = { .message = message_cb };
  return &handler;
}
