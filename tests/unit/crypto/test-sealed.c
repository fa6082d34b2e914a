/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-sealed.h"

#include <sodium.h>
#include <string.h>

#define HEADER 56
#define CHUNK 65536
#define LIMIT (1024 * 1024)

static GBytes *
seal (const CardeaSecret *master, const guint8 *content, gsize size)
{
  g_autoptr (GError) error = NULL;
  GBytes *sealed = cardea_sealed_encode (master, "test", content, size, &error);
  g_assert_no_error (error);
  return sealed;
}

static void
assert_refused (const CardeaSecret *master, const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *copy = g_memdup2 (bytes, size);
  g_assert_null (cardea_sealed_decode (master, "test", copy, size, LIMIT, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == CARDEA_CRYPTO_ERROR);
}

static void
test_round_trip (void)
{
  static const gsize sizes[] = { 0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 200000 };
  g_autoptr (CardeaSecret) master = cardea_secret_new_random (32);
  g_autofree guint8 *content = g_malloc (200000);
  randombytes_buf (content, 200000);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) sealed = seal (master, content, sizes[i]);
      gsize size;
      const guint8 *bytes = g_bytes_get_data (sealed, &size);
      g_assert_cmpuint (size, ==, HEADER + sizes[i] + (sizes[i] / CHUNK + 1) * 17);
      g_autoptr (GBytes) opened
          = cardea_sealed_decode (master, "test", bytes, size, sizes[i], &error);
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (opened, NULL), g_bytes_get_size (opened), content,
                       sizes[i]);
      if (sizes[i] == 0)
        continue;
      g_assert_null (cardea_sealed_decode (master, "test", bytes, size, sizes[i] - 1, &error));
      g_assert_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_LIMIT);
    }
}

static void
test_nothing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaSecret) master = cardea_secret_new_random (32);
  g_autoptr (GBytes) sealed = seal (master, NULL, 0);
  g_autoptr (GBytes) opened = cardea_sealed_decode (master, "test", g_bytes_get_data (sealed, NULL),
                                                    g_bytes_get_size (sealed), 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (opened), ==, 0);
}

static void
test_every_bit_counts (void)
{
  g_autoptr (CardeaSecret) master = cardea_secret_new_random (32);
  g_autoptr (GBytes) sealed = seal (master, (const guint8 *) "content", 7);
  gsize size;
  g_autofree guint8 *bytes
      = g_memdup2 (g_bytes_get_data (sealed, &size), g_bytes_get_size (sealed));

  for (gsize i = 0; i < size * 8; i++)
    {
      bytes[i / 8] ^= (guint8) (1 << i % 8);
      assert_refused (master, bytes, size);
      bytes[i / 8] ^= (guint8) (1 << i % 8);
    }
}

static void
test_cut_and_continued (void)
{
  g_autoptr (CardeaSecret) master = cardea_secret_new_random (32);
  g_autofree guint8 *content = g_malloc0 (3 * CHUNK);
  g_autoptr (GBytes) sealed = seal (master, content, 3 * CHUNK);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (sealed, &size);

  /* Also right behind a chunk, where every byte that is left is good. */
  for (gsize chunk = 0; chunk <= 3; chunk++)
    for (gsize more = 0; more < 40; more++)
      {
        gsize cut = HEADER + chunk * (CHUNK + 17) + more;
        if (cut < size)
          assert_refused (master, bytes, cut);
      }
  for (gsize cut = 0; cut < HEADER + 40; cut++)
    assert_refused (master, bytes, cut);

  g_autofree guint8 *longer = g_malloc0 (size + 40);
  memcpy (longer, bytes, size);
  for (gsize more = 1; more <= 40; more++)
    assert_refused (master, longer, size + more);

  /* Chunks change places. */
  g_autofree guint8 *mixed = g_memdup2 (bytes, size);
  memcpy (mixed + HEADER, bytes + HEADER + CHUNK + 17, CHUNK + 17);
  memcpy (mixed + HEADER + CHUNK + 17, bytes + HEADER, CHUNK + 17);
  assert_refused (master, mixed, size);
}

static void
test_other_keys (void)
{
  g_autoptr (CardeaSecret) master = cardea_secret_new_random (32);
  g_autoptr (CardeaSecret) other = cardea_secret_new_random (32);
  g_autoptr (GBytes) sealed = seal (master, (const guint8 *) "content", 7);
  g_autoptr (GBytes) again = seal (master, (const guint8 *) "content", 7);
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (sealed, &size);

  assert_refused (other, bytes, size);
  g_assert_null (cardea_sealed_decode (master, "tes", bytes, size, LIMIT, &error));
  g_assert_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_ALTERED);

  /* Every file has a key of its own. */
  g_assert_false (g_bytes_equal (sealed, again));
  g_autofree guint8 *mixed = g_memdup2 (bytes, size);
  memcpy (mixed + HEADER, (const guint8 *) g_bytes_get_data (again, NULL) + HEADER, size - HEADER);
  assert_refused (master, mixed, size);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sealed/round-trip", test_round_trip);
  g_test_add_func ("/sealed/nothing", test_nothing);
  g_test_add_func ("/sealed/every-bit-counts", test_every_bit_counts);
  g_test_add_func ("/sealed/cut-and-continued", test_cut_and_continued);
  g_test_add_func ("/sealed/other-keys", test_other_keys);
  return g_test_run ();
}
