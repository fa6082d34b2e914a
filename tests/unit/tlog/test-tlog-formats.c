/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-encoding.h"
#include "common/tlog/cardea-tlog-checkpoint.h"
#include "common/tlog/cardea-tlog-detail.h"
#include "common/tlog/cardea-tlog-leaf.h"
#include "common/tlog/cardea-tlog-note.h"
#include "common/tlog/cardea-tlog-pending.h"
#include "common/tlog/cardea-tlog-tile.h"

#include <sodium.h>
#include <string.h>

/* The example of C2SP signed-note. */
#define VKEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define SIGNATURE                                                                                  \
  "\xe2\x80\x94 example.com/foo "                                                                  \
  "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
#define NOTE "This is an example message.\n\n" SIGNATURE

static CardeaTlogNote *
parse (const char *text, GError **error)
{
  return cardea_tlog_note_parse ((const guint8 *) text, strlen (text), error);
}

static void
test_note (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaTlogKey) key = cardea_tlog_key_parse (VKEY, &error);
  g_autoptr (CardeaTlogNote) note = parse (NOTE, &error);
  g_autofree char *vkey = NULL;

  g_assert_no_error (error);
  vkey = cardea_tlog_key_format (key);
  g_assert_cmpstr (vkey, ==, VKEY);
  g_assert_cmpuint (key->id, ==, 0x530d903a);
  g_assert_true (cardea_tlog_note_check (note, key, &error));
  g_assert_cmpmem (g_bytes_get_data (note->text, NULL), g_bytes_get_size (note->text),
                   "This is an example message.\n", 28);
}

/* Two keys under one note: the other's signature is ignored, a wrong one of ours is not. */
static void
test_note_keys (void)
{
  static const char stranger[]
      = "\xe2\x80\x94 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/"
        "5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaTlogKey) key = cardea_tlog_key_parse (VKEY, &error);
  g_autofree char *both = g_strconcat (NOTE, stranger, NULL);
  g_autofree char *other = g_strconcat ("This is an example message.\n\n", stranger, NULL);
  g_autofree char *changed = g_strconcat ("This is an example massage.\n\n", SIGNATURE, NULL);
  g_autoptr (CardeaTlogNote) a = parse (both, &error);
  g_autoptr (CardeaTlogNote) b = parse (other, &error);
  g_autoptr (CardeaTlogNote) c = parse (changed, &error);

  g_assert_no_error (error);
  g_assert_true (cardea_tlog_note_check (a, key, NULL));
  g_assert_false (cardea_tlog_note_check (b, key, &error));
  g_assert_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_SIGNATURE);
  g_assert_false (cardea_tlog_note_check (c, key, NULL));
}

static void
test_note_format (void)
{
  guint8 public_key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
  guint8 seed[crypto_sign_SEEDBYTES] = { 1, 2, 3 }, signature[crypto_sign_BYTES];
  g_autoptr (GBytes) text = g_bytes_new_static ("a\n\nb\n", 5);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaTlogKey) key = NULL;
  g_autoptr (CardeaTlogNote) note = NULL;
  gsize size;
  const guint8 *data;

  crypto_sign_seed_keypair (public_key, secret, seed);
  key = cardea_tlog_key_new ("cardea.invalid/log/x", public_key, &error);
  g_assert_no_error (error);
  crypto_sign_detached (signature, NULL, (const guint8 *) "a\n\nb\n", 5, secret);
  bytes = cardea_tlog_note_format (text, key, signature);
  data = g_bytes_get_data (bytes, &size);
  note = cardea_tlog_note_parse (data, size, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (note->text, text));
  g_assert_true (cardea_tlog_note_check (note, key, &error));
}

static void
test_bad_notes (void)
{
  static const char *const notes[] = {
    "",
    "\n",
    "text\n",
    "text\n\n",
    "text\n" SIGNATURE,
    "\n" SIGNATURE,
    "text\n\n" SIGNATURE "more",
    "text\n\n" SIGNATURE "more\n",
    "te\txt\n\n" SIGNATURE,
    "te\xffxt\n\n" SIGNATURE,
    "text\n\n\xe2\x80\x94 name\n",
    "text\n\n\xe2\x80\x94 name AAAA\n",
    "text\n\n\xe2\x80\x94 na+me AAAAAAA=\n",
    "text\n\n\xe2\x80\x94  AAAAAAA=\n",
    "text\n\n\xe2\x80\x94 name AAAAAAB=\n",
    "text\n\n- name AAAAAAA=\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaTlogNote) note = parse (notes[i], &error);
      g_test_message ("note %u", i);
      g_assert_null (note);
      g_assert_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT);
    }
}

static void
test_bad_keys (void)
{
  static const char *const keys[] = {
    "",
    "example.com/foo",
    "example.com/foo+530d903a",
    "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
    "example.com /foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (cardea_tlog_key_parse (keys[i], &error));
      g_assert_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT);
    }
}

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

/* The example of C2SP tlog-checkpoint. */
static void
test_checkpoint (void)
{
  static const char text[] = "example.com/behind-the-sofa\n20852163\n" ROOT "\n";
  static const char more[] = "example.com/behind-the-sofa\n20852163\n" ROOT "\nextension\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) longer = g_bytes_new_static (more, strlen (more));
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaTlogCheckpoint) checkpoint = cardea_tlog_checkpoint_parse (bytes, &error);
  g_autoptr (CardeaTlogCheckpoint) extended = cardea_tlog_checkpoint_parse (longer, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (checkpoint->origin, ==, "example.com/behind-the-sofa");
  g_assert_cmpuint (checkpoint->size, ==, 20852163);
  g_assert_cmpuint (extended->size, ==, 20852163);
  again = cardea_tlog_checkpoint_format (checkpoint->origin, checkpoint->size, &checkpoint->root);
  g_assert_true (g_bytes_equal (bytes, again));
}

static void
test_bad_checkpoints (void)
{
  static const char *const texts[] = {
    "",
    "\n",
    "a\n1\n",
    "a\n1\n" ROOT,
    "a\n01\n" ROOT "\n",
    "a\n+1\n" ROOT "\n",
    "a\n-1\n" ROOT "\n",
    "a\n 1\n" ROOT "\n",
    "a\n9223372036854775808\n" ROOT "\n",
    "a\n1\nAAAA\n",
    "a\n1\n" ROOT "=\n",
    "\n1\n" ROOT "\n",
    "a\n1\n" ROOT "\n\nx\n",
    "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5N\xe2\x80\x94"
    "1ZG3hSuFU=\n", /* libsodium takes it */
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));
      g_autoptr (GError) error = NULL;
      g_test_message ("text %u", i);
      g_assert_null (cardea_tlog_checkpoint_parse (bytes, &error));
      g_assert_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT);
    }
}

/* The examples of C2SP tlog-tiles: the index 1234067, and a tree of 70,000 leaves. */
static void
test_tiles (void)
{
  CardeaTlogTile tile = { 0, 1234067, 256 }, parsed;
  g_autofree char *path = cardea_tlog_tile_path (&tile);

  g_assert_cmpstr (path, ==, "tile/0/x001/x234/067");
  g_assert_true (cardea_tlog_tile_parse (path, &parsed));
  g_assert_cmpuint (parsed.index, ==, 1234067);
  g_assert_true (cardea_tlog_tile_parse ("tile/entries/x273/000.p/112", &parsed));
  g_assert_cmpint (parsed.level, ==, CARDEA_TLOG_TILE_ENTRIES);
  g_assert_cmpuint (parsed.width, ==, 112);
  g_assert_cmpuint (cardea_tlog_tile_width (0, 272, 70000), ==, 256);
  g_assert_cmpuint (cardea_tlog_tile_width (0, 273, 70000), ==, 112);
  g_assert_cmpuint (cardea_tlog_tile_width (0, 274, 70000), ==, 0);
  g_assert_cmpuint (cardea_tlog_tile_width (1, 0, 70000), ==, 256);
  g_assert_cmpuint (cardea_tlog_tile_width (1, 1, 70000), ==, 17);
  g_assert_cmpuint (cardea_tlog_tile_width (2, 0, 70000), ==, 1);
  g_assert_cmpuint (cardea_tlog_tile_width (1, 0, 256), ==, 1);
}

static void
test_bad_tiles (void)
{
  static const char *const paths[] = {
    "tile/0/1",         "tile/0/0000",           "tile/0/x000/001",
    "tile/8/000",       "tile/00/000",           "tile/0/000.p/0",
    "tile/0/000.p/256", "tile/0/000.p/01",       "tile/0/000.p/",
    "tile/0/x001/67",   "tile/0/001/067",        "tile/entries/x001",
    "tile/0/../000",    "tile/0/000/",           "tile//000",
    "tile/0/000.p/1/2", "tile/0/x001/x2345/067", "tile/entry/000",
    "tile/0/x-01/067",  "xtile/0/000",           "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
  };
  CardeaTlogTile tile;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_test_message ("%s", paths[i]);
      g_assert_false (cardea_tlog_tile_parse (paths[i], &tile));
    }
}

static gboolean
scan (const char *text, CardeaTlogLeaf *ret)
{
  return cardea_tlog_leaf_scan ((const guint8 *) text, strlen (text), ret, NULL);
}

#define SEALED "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
test_leaf (void)
{
  CardeaTlogLeaf leaf;

  g_assert_true (scan ("{\"seq\":0}", &leaf));
  g_assert_false (leaf.has_detail || leaf.has_gone);
  g_assert_true (scan ("{\"a\":[1,{\"seq\":7,\"x\":\"}\"}],\"b\":-1.5e+3,\"c\":\"\\\\\","
                       "\"d\":null,\"sealed\":\"" SEALED "\",\"seq\":12,\"t\":\"\\\"seq\\\":1\"}",
                       &leaf));
  g_assert_cmpint (leaf.seq, ==, 12);
  g_assert_true (leaf.has_detail);
  g_assert_cmpuint (leaf.sealed.bytes[31], ==, 0xff);
  g_assert_true (
      scan ("{\"gone\":{\"first\":3,\"last\":5,\"why\":\"redacted\"},\"seq\":6}", &leaf));
  g_assert_true (leaf.has_gone && leaf.gone_redacted);
  g_assert_cmpint (leaf.gone_last, ==, 5);
}

static void
test_bad_leaves (void)
{
  static const char *const leaves[] = {
    "",
    "{}",
    "[]",
    "{\"seq\":1",
    "{\"seq\":1}x",
    "{\"seq\":1,\"seq\":2}",
    "{\"seq\":01}",
    "{\"seq\":\"1\"}",
    "{\"seq\":99999999999999999}",
    "{ \"seq\":1}",
    "{\"a\":,\"seq\":1}",
    "{\"a\":\"x,\"seq\":1}",
    "{\"a\":[,\"seq\":1}",
    "{\"sealed\":\"00\",\"seq\":1}",
    "{\"sealed\":\"0011223344556677889AABBCCDDEEFF00112233445566778899aabbccddeeff0\",\"seq\":1}",
    "{\"gone\":{\"first\":3,\"last\":2,\"why\":\"redacted\"},\"seq\":6}",
    "{\"gone\":{\"first\":3,\"last\":6,\"why\":\"redacted\"},\"seq\":6}",
    "{\"gone\":{\"first\":3,\"last\":5,\"why\":\"other\"},\"seq\":6}",
  };
  CardeaTlogLeaf leaf;

  for (guint i = 0; i < G_N_ELEMENTS (leaves); i++)
    {
      g_test_message ("%s", leaves[i]);
      g_assert_false (scan (leaves[i], &leaf));
    }
}

static GByteArray *
make_frames (CardeaTlogHasher *hasher)
{
  GByteArray *bytes = g_byte_array_new ();
  CardeaTlogHash root = { { 7 } }, chain;

  g_byte_array_set_size (bytes, CARDEA_TLOG_PENDING_HEAD_SIZE);
  cardea_tlog_pending_write_head (hasher, 42, &root, NULL, bytes->data, &chain);
  cardea_tlog_pending_write_frame (hasher, (const guint8 *) "one", 3, NULL, 0, &chain, bytes);
  cardea_tlog_pending_write_frame (hasher, (const guint8 *) "two", 3, (const guint8 *) "slot", 4,
                                   &chain, bytes);
  return bytes;
}

/* Frames read before something is wrong; ret_state: what was wrong. */
static guint
count_frames (CardeaTlogHasher *hasher, const guint8 *data, gsize size,
              CardeaTlogPendingState *ret_state)
{
  CardeaTlogPendingHead head;
  CardeaTlogPendingFrame frame;
  gsize offset = CARDEA_TLOG_PENDING_HEAD_SIZE;
  guint count = 0;

  *ret_state = CARDEA_TLOG_PENDING_DAMAGED;
  if (!cardea_tlog_pending_parse_head (hasher, data, size, &head, NULL))
    return 0;
  for (*ret_state = CARDEA_TLOG_PENDING_FRAME; offset < size; offset += frame.size, count++)
    {
      *ret_state = cardea_tlog_pending_parse_frame (hasher, data + offset, size - offset,
                                                    &head.chain, &frame);
      if (*ret_state != CARDEA_TLOG_PENDING_FRAME)
        break;
    }
  return count;
}

/* A flipped bit is damage wherever it is; a cut is a cut. */
static void
test_pending (void)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  g_autoptr (GByteArray) bytes = make_frames (hasher);
  CardeaTlogPendingState state;

  g_assert_cmpuint (count_frames (hasher, bytes->data, bytes->len, &state), ==, 2);
  g_assert_cmpint (state, ==, CARDEA_TLOG_PENDING_FRAME);
  for (guint i = 0; i < bytes->len * 8; i++)
    {
      bytes->data[i / 8] ^= (guint8) (1 << i % 8);
      count_frames (hasher, bytes->data, bytes->len, &state);
      g_assert_cmpint (state, ==, CARDEA_TLOG_PENDING_DAMAGED);
      bytes->data[i / 8] ^= (guint8) (1 << i % 8);
    }
  for (guint size = CARDEA_TLOG_PENDING_HEAD_SIZE + 1; size < bytes->len; size++)
    {
      guint count = count_frames (hasher, bytes->data, size, &state);
      gboolean whole = size == CARDEA_TLOG_PENDING_HEAD_SIZE + CARDEA_TLOG_PENDING_FRAME_SIZE + 3;
      g_assert_cmpint (state, ==, whole ? CARDEA_TLOG_PENDING_FRAME : CARDEA_TLOG_PENDING_TORN);
      g_assert_cmpuint (count, <=, 1);
    }
}

static void
test_detail (void)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  guint8 slot[CARDEA_TLOG_DETAIL_HEAD_SIZE + 50] = { 0 };
  guint8 wrap[CARDEA_TLOG_DETAIL_WRAP_SIZE] = { 1, 2, 3 };
  CardeaTlogDetailSlot parsed;

  cardea_tlog_detail_write_head (hasher, 77, 50, wrap, slot);
  g_assert_cmpint (cardea_tlog_detail_parse (hasher, slot, sizeof slot, &parsed), ==,
                   CARDEA_TLOG_DETAIL_SLOT);
  g_assert_cmpint (parsed.seq, ==, 77);
  g_assert_false (parsed.redacted);
  g_assert_cmpint (cardea_tlog_detail_parse (hasher, slot, sizeof slot - 1, &parsed), ==,
                   CARDEA_TLOG_DETAIL_TORN);
  for (guint i = 0; i < CARDEA_TLOG_DETAIL_HEAD_SIZE * 8; i++)
    {
      slot[i / 8] ^= (guint8) (1 << i % 8);
      g_assert_cmpint (cardea_tlog_detail_parse (hasher, slot, sizeof slot, &parsed), ==,
                       CARDEA_TLOG_DETAIL_DAMAGED);
      slot[i / 8] ^= (guint8) (1 << i % 8);
    }
  /* A redacted slot is zeros and nothing else. */
  cardea_tlog_detail_write_head (hasher, 77, 50, NULL, slot);
  g_assert_cmpint (cardea_tlog_detail_parse (hasher, slot, sizeof slot, &parsed), ==,
                   CARDEA_TLOG_DETAIL_SLOT);
  g_assert_true (parsed.redacted);
  slot[CARDEA_TLOG_DETAIL_HEAD_SIZE + 20] = 1;
  g_assert_cmpint (cardea_tlog_detail_parse (hasher, slot, sizeof slot, &parsed), ==,
                   CARDEA_TLOG_DETAIL_DAMAGED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_add_func ("/tlog/note", test_note);
  g_test_add_func ("/tlog/note-keys", test_note_keys);
  g_test_add_func ("/tlog/note-format", test_note_format);
  g_test_add_func ("/tlog/bad-notes", test_bad_notes);
  g_test_add_func ("/tlog/bad-keys", test_bad_keys);
  g_test_add_func ("/tlog/checkpoint", test_checkpoint);
  g_test_add_func ("/tlog/bad-checkpoints", test_bad_checkpoints);
  g_test_add_func ("/tlog/tiles", test_tiles);
  g_test_add_func ("/tlog/bad-tiles", test_bad_tiles);
  g_test_add_func ("/tlog/leaf", test_leaf);
  g_test_add_func ("/tlog/bad-leaves", test_bad_leaves);
  g_test_add_func ("/tlog/pending", test_pending);
  g_test_add_func ("/tlog/detail", test_detail);
  return g_test_run ();
}
