/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-encoding.h"
#include "common/tlog/cardea-tlog-proof.h"
#include "common/tlog/cardea-tlog-range.h"

#include <string.h>

/* Vectors: github.com/google/certificate-transparency and transparency-dev/merkle (RFC 6962). */

#define MEMBERS 1000u

static CardeaTlogHash
from_hex (const char *text)
{
  CardeaTlogHash hash;
  g_assert_true (cardea_hex_decode (text, hash.bytes, sizeof hash.bytes));
  return hash;
}

static void
assert_hash (const CardeaTlogHash *got, const char *want)
{
  g_autofree char *text = cardea_hex_encode (got->bytes, sizeof got->bytes);
  g_assert_cmpstr (text, ==, want);
}

static void
test_hash (void)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  CardeaTlogHash hash;

  cardea_tlog_hash_leaf (hasher, (const guint8 *) "", 0, &hash);
  assert_hash (&hash, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  cardea_tlog_hash_leaf (hasher, (const guint8 *) "L123456", 7, &hash);
  assert_hash (&hash, "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
  cardea_tlog_hash_tree (hasher, NULL, 0, NULL, &hash);
  assert_hash (&hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  cardea_tlog_hash_bytes (hasher, (const guint8 *) "\x01N123N456", 9, &hash);
  assert_hash (&hash, "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
}

static const struct {
  const char *entry, *root;
} reference[] = {
  { "", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
  { "00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
  { "10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
  { "2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
  { "3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
  { "40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
  { "5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
  { "606162636465666768696a6b6c6d6e6f",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};

static void
test_roots (void)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  CardeaTlogHash leaves[G_N_ELEMENTS (reference)], scratch[G_N_ELEMENTS (reference)], root;
  CardeaTlogRange range;

  cardea_tlog_range_init (&range);
  for (guint i = 0; i < G_N_ELEMENTS (reference); i++)
    {
      guint8 entry[16];
      gsize size = strlen (reference[i].entry) / 2;
      g_assert_true (cardea_hex_decode (reference[i].entry, entry, size));
      cardea_tlog_hash_leaf (hasher, entry, size, &leaves[i]);
      cardea_tlog_range_append (&range, hasher, &leaves[i]);
      cardea_tlog_range_root (&range, hasher, &root);
      assert_hash (&root, reference[i].root);
      cardea_tlog_hash_tree (hasher, leaves, i + 1, scratch, &root);
      assert_hash (&root, reference[i].root);
    }
}

static void
test_subtrees (void)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  CardeaTlogHash pair = from_hex (reference[1].root);
  CardeaTlogRange range;

  cardea_tlog_range_init (&range);
  g_assert_true (cardea_tlog_range_append_subtree (&range, hasher, 1, &pair));
  g_assert_true (cardea_tlog_range_append_subtree (&range, hasher, 0, &pair));
  g_assert_false (cardea_tlog_range_append_subtree (&range, hasher, 1, &pair));
  g_assert_cmpuint (range.size, ==, 3);
}

/* A tree in memory. */
static gboolean
get_hash (guint height, guint64 index, CardeaTlogHash *ret, gpointer user_data, GError **error)
{
  CardeaTlogHash *leaves = user_data;
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  g_autofree CardeaTlogHash *scratch = g_new (CardeaTlogHash, 1u << height);

  g_assert_cmpuint ((index + 1) << height, <=, MEMBERS);
  cardea_tlog_hash_tree (hasher, leaves + (index << height), 1u << height, scratch, ret);
  return TRUE;
}

static CardeaTlogHash *
make_leaves (CardeaTlogHasher *hasher)
{
  CardeaTlogHash *leaves = g_new (CardeaTlogHash, MEMBERS);

  for (guint i = 0; i < MEMBERS; i++)
    cardea_tlog_hash_leaf (hasher, (const guint8 *) &i, sizeof i, &leaves[i]);
  return leaves;
}

static void
test_inclusion (void)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  g_autofree CardeaTlogHash *leaves = make_leaves (hasher);

  for (guint size = 1; size < MEMBERS; size += size < 40 ? 1 : 117)
    for (guint index = 0; index < size; index += size < 40 ? 1 : 31)
      {
        CardeaTlogHash root;
        g_autoptr (GError) error = NULL;
        g_autoptr (GArray) proof
            = cardea_tlog_proof_inclusion (hasher, get_hash, leaves, index, size, &error);
        g_assert_no_error (error);
        CardeaTlogHash *hashes = (CardeaTlogHash *) (gpointer) proof->data;
        g_assert_true (cardea_tlog_proof_root (hasher, get_hash, leaves, size, &root, &error));
        g_assert_true (cardea_tlog_proof_check_inclusion (hasher, index, size, &leaves[index],
                                                          hashes, proof->len, &root, &error));
        g_assert_false (cardea_tlog_proof_check_inclusion (hasher, index, size, &leaves[index + 1],
                                                           hashes, proof->len, &root, NULL));
        if (proof->len > 0)
          g_assert_false (cardea_tlog_proof_check_inclusion (hasher, index, size, &leaves[index],
                                                             hashes, proof->len - 1, &root, NULL));
      }
}

static void
test_consistency (void)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  g_autofree CardeaTlogHash *leaves = make_leaves (hasher);

  for (guint size = 1; size < MEMBERS; size += size < 40 ? 1 : 117)
    for (guint older = 1; older <= size; older += size < 40 ? 1 : 31)
      {
        CardeaTlogHash root, older_root;
        g_autoptr (GError) error = NULL;
        g_autoptr (GArray) proof
            = cardea_tlog_proof_consistency (hasher, get_hash, leaves, older, size, &error);
        g_assert_no_error (error);
        CardeaTlogHash *hashes = (CardeaTlogHash *) (gpointer) proof->data;
        g_assert_true (cardea_tlog_proof_root (hasher, get_hash, leaves, size, &root, &error));
        g_assert_true (
            cardea_tlog_proof_root (hasher, get_hash, leaves, older, &older_root, &error));
        g_assert_true (cardea_tlog_proof_check_consistency (hasher, older, size, &older_root, &root,
                                                            hashes, proof->len, &error));
        older_root.bytes[5] ^= 1;
        g_assert_false (cardea_tlog_proof_check_consistency (hasher, older, size, &older_root,
                                                             &root, hashes, proof->len, NULL));
      }
}

static void
test_range_errors (void)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  g_autofree CardeaTlogHash *leaves = make_leaves (hasher);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;

  g_assert_null (cardea_tlog_proof_inclusion (hasher, get_hash, leaves, 7, 7, &error));
  g_assert_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_RANGE);
  g_assert_null (cardea_tlog_proof_consistency (hasher, get_hash, leaves, 8, 7, &second));
  g_assert_error (second, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_RANGE);
}

static gboolean
decode (const char *text, CardeaTlogHash *ret)
{
  g_autoptr (GBytes) bytes = cardea_base64_decode (text);

  if (bytes == NULL || g_bytes_get_size (bytes) != sizeof ret->bytes)
    return FALSE;
  memcpy (ret->bytes, g_bytes_get_data (bytes, NULL), sizeof ret->bytes);
  return TRUE;
}

/* What cannot even be a hash counts as refused: there is no way to pass it on. */
static gboolean
run_probe (CardeaTlogHasher *hasher, char **words)
{
  guint64 first = g_ascii_strtoull (words[2], NULL, 10);
  guint64 size = g_ascii_strtoull (words[3], NULL, 10);
  guint count = g_strv_length (words) - 6;
  g_autofree CardeaTlogHash *proof = g_new0 (CardeaTlogHash, count + 1);
  CardeaTlogHash a, b;

  if (!decode (words[4], &a) || !decode (words[5], &b))
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (!decode (words[6 + i], &proof[i]))
      return FALSE;
  if (strcmp (words[0], "inclusion") == 0)
    return cardea_tlog_proof_check_inclusion (hasher, first, size, &a, proof, count, &b, NULL);
  return cardea_tlog_proof_check_consistency (hasher, first, size, &a, &b, proof, count, NULL);
}

static void
test_probes (void)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "proof-vectors.txt", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint good = 0, bad = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      if (lines[i][0] == '#' || lines[i][0] == '\0')
        continue;
      gboolean want = strcmp (words[1], "good") == 0;
      if (run_probe (hasher, words) != want)
        g_error ("line %u: %s", i + 1, lines[i]);
      *(want ? &good : &bad) += 1;
    }
  g_assert_cmpuint (good, ==, 11);
  g_assert_cmpuint (bad, ==, 184);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tlog/hash", test_hash);
  g_test_add_func ("/tlog/roots", test_roots);
  g_test_add_func ("/tlog/subtrees", test_subtrees);
  g_test_add_func ("/tlog/inclusion", test_inclusion);
  g_test_add_func ("/tlog/consistency", test_consistency);
  g_test_add_func ("/tlog/range-errors", test_range_errors);
  g_test_add_func ("/tlog/probes", test_probes);
  return g_test_run ();
}
