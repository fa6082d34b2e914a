/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The worker of pictures over its pair: what it gives back is what a reader takes, and what it
 * cannot read it refuses and lives. */

#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-picture.h"
#include "tests/contract/contract-worker.h"
#include "tests/unit/guardian/picture/picture-maker.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static ContractWorker *
start (void)
{
  static const char *const environment[] = { NULL };
  ContractWorker *worker
      = contract_worker_new ("cardea-guardian-picture", CARDEA_ROLE_PICTURE, environment);
  g_autoptr (CardeaMessage) ready = contract_worker_ready (worker);
  g_assert_cmpstr (cardea_message_get_string (ready, "name"), ==, "picture");
  return worker;
}

static CardeaMessage *
ask_fd (ContractWorker *worker, int content, guint edge)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("picture.decode");
  cardea_message_set_fd (message, "content", content);
  cardea_message_set_int (message, "edge", edge);
  return contract_worker_ask (worker, message);
}

static CardeaMessage *
ask (ContractWorker *worker, GBytes *bytes, guint edge)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);
  int content = cardea_descriptor_new_memfd ("test", data, size);
  g_assert_cmpint (content, >=, 0);
  return ask_fd (worker, content, edge);
}

static void
test_kinds (void)
{
  static const PictureMaker makers[] = { picture_maker_png, picture_maker_jpeg, picture_maker_webp,
                                         picture_maker_gif, picture_maker_bmp };
  g_autoptr (ContractWorker) worker = start ();

  for (guint i = 0; i < G_N_ELEMENTS (makers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (CardeaPicture) picture = { .pixels = -1 };
      g_autoptr (GBytes) bytes = makers[i](200, 100);
      g_autoptr (CardeaMessage) reply = ask (worker, bytes, 64);
      contract_assert_is (reply, "picture.decoded");
      g_autoptr (GBytes) pixels = contract_content (reply, "pixels");
      g_assert_true (cardea_picture_take (reply, 64, &picture, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (picture.width, ==, 64);
      g_assert_cmpuint (picture.height, ==, 32);
      g_assert_cmpuint (picture.full_width, ==, 200);
      const guint8 *first = g_bytes_get_data (pixels, NULL);
      g_assert_true (first[0] > 240 && first[1] < 16 && first[2] < 16 && first[3] == 255);
    }
}

static void
test_largest (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (CardeaPicture) picture = { .pixels = -1 };
  g_autoptr (ContractWorker) worker = start ();
  g_autoptr (GBytes) bytes = picture_maker_png (10000, 5000);
  g_autoptr (CardeaMessage) reply = ask (worker, bytes, CARDEA_PICTURE_EDGE_MOST);
  contract_assert_is (reply, "picture.decoded");
  g_assert_true (cardea_picture_take (reply, CARDEA_PICTURE_EDGE_MOST, &picture, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (picture.width, ==, 2048);
}

static void
test_refused (void)
{
  g_autoptr (ContractWorker) worker = start ();
  g_autoptr (GBytes) text = g_bytes_new_static ("no picture", 10);
  g_autoptr (CardeaMessage) none = ask (worker, text, 64);
  contract_assert_refused (none, "unsuitable");
  g_autoptr (GBytes) bomb = picture_maker_bomb_png (60000, 60000);
  g_autoptr (CardeaMessage) claimed = ask (worker, bomb, 64);
  contract_assert_refused (claimed, "unsuitable");
  g_autoptr (GBytes) whole = picture_maker_png (64, 64);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) / 2);
  g_autoptr (CardeaMessage) broken = ask (worker, cut, 64);
  contract_assert_refused (broken, "malformed");
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (CardeaMessage) empty = ask (worker, nothing, 64);
  contract_assert_refused (empty, "unsuitable");
  g_autoptr (CardeaMessage) after = ask (worker, whole, 64);
  contract_assert_is (after, "picture.decoded");
}

/* As long as may be said, and longer: a hole of a file, which costs nobody anything. */
static void
test_long (void)
{
  g_autoptr (ContractWorker) worker = start ();
  for (guint more = 0; more <= 1; more++)
    {
      int content = memfd_create ("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
      g_assert_cmpint (write (content, "\xff\xd8\xff\xe0", 4), ==, 4);
      g_assert_cmpint (ftruncate (content, (off_t) CARDEA_LIMIT_PICTURE + more), ==, 0);
      g_assert_true (cardea_descriptor_seal_memfd (content));
      g_autoptr (CardeaMessage) reply = ask_fd (worker, content, 64);
      contract_assert_refused (reply, more == 0 ? "malformed" : "unsuitable");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/picture/kinds", test_kinds);
  g_test_add_func ("/contract/picture/largest", test_largest);
  g_test_add_func ("/contract/picture/refused", test_refused);
  g_test_add_func ("/contract/picture/long", test_long);
  return g_test_run ();
}
