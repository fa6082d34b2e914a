/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: rules and options. Refuses: to call content clean that it has not seen to its end: time,
 * depth, growth and number are bounded, and reaching a bound is an obstacle in the result.
 * Known gaps: ciphers and encodings not listed here; a secret written out in words or spread over
 * more requests than two (cardea-dlp-memory). */

#include "common/dlp/cardea-dlp-scan.h"

#include "common/dlp/cardea-dlp-codec.h"
#include "common/dlp/cardea-dlp-pass.h"

#include <sodium.h>
#include <string.h>

#define TEXT_SAMPLE 4096u  /* bytes that say whether all of them are text */
#define OPAQUE_MIN 512u    /* bytes of a blob that are worth asking about */
#define OPAQUE_ENTROPY 7.2 /* bits a byte: compressed or encrypted */
#define OPAQUE_SAMPLE 65536u
#define TURNED_DEPTH 2u /* content wrapped more often is not turned round, too */
#define ARCHIVE "archive"
#define MEMBER "member"

typedef struct {
  CardeaDlpEngine *engine;
  const CardeaDlpScanOptions *options;
  CardeaDlpResult *result;
  GQueue waiting;   /* of CardeaDlpView */
  GQueue turning;   /* the same, looked at; to be turned round at the end */
  GHashTable *seen; /* digests of views; the same seen by another way is not looked at again */
  guint8 key[crypto_shorthash_KEYBYTES]; /* of digests: nobody makes two that are equal */
  gsize budget;                          /* bytes of views that may still be made */
  guint views;
  CardeaDlpView *current;
} Scan;

/* --- the rules --- */

static void
match_cb (const CardeaDlpMatch *match, gpointer user_data)
{
  Scan *scan = user_data;
  cardea_dlp_result_add (scan->result, match, scan->current);
}

static void
look_for_canaries (Scan *scan, CardeaDlpView *view)
{
  const CardeaDlpRules *rules = cardea_dlp_engine_rules (scan->engine);
  const CardeaDlpRule *rule = cardea_dlp_rules_find (rules, "canary");
  const char *bytes = cardea_dlp_view_bytes (view);
  gsize size = cardea_dlp_view_size (view);

  if (scan->options->canaries == NULL || rule == NULL)
    return;
  for (guint i = 0; scan->options->canaries[i] != NULL; i++)
    {
      gsize length = strlen (scan->options->canaries[i]);
      const char *at = size > 0 && length > 0
                           ? memmem (bytes, size, scan->options->canaries[i], length)
                           : NULL;
      if (at == NULL)
        continue;
      const CardeaDlpMatch match = { rule, at - bytes, at - bytes + length, TRUE };
      cardea_dlp_result_add (scan->result, &match, view);
    }
}

static void
look (Scan *scan, CardeaDlpView *view)
{
  scan->current = view;
  if (!cardea_dlp_engine_scan (scan->engine, cardea_dlp_view_bytes (view),
                               cardea_dlp_view_size (view), cardea_dlp_view_flags (view),
                               scan->options->deadline, match_cb, scan))
    cardea_dlp_result_set_obstacle (scan->result, CARDEA_DLP_OBSTACLE_SLOW);
  look_for_canaries (scan, view);
}

/* --- other ways of seeing it --- */

static gboolean
is_new (Scan *scan, const CardeaDlpView *view)
{
  guint64 digest = 0;

  G_STATIC_ASSERT (sizeof digest == crypto_shorthash_BYTES);
  crypto_shorthash ((guint8 *) &digest, (const guint8 *) cardea_dlp_view_bytes (view),
                    cardea_dlp_view_size (view), scan->key);
  digest ^= cardea_dlp_view_flags (view);
  return g_hash_table_add (scan->seen, g_memdup2 (&digest, sizeof digest));
}

/* Takes child. */
static void
enqueue (Scan *scan, CardeaDlpView *child)
{
  gsize size = child != NULL ? cardea_dlp_view_size (child) : 0;

  if (size > 0 && !is_new (scan, child))
    size = 0;
  if (size > 0 && cardea_dlp_view_depth (child) > CARDEA_DLP_SCAN_MAX_DEPTH)
    cardea_dlp_result_set_obstacle (scan->result, CARDEA_DLP_OBSTACLE_DEEP);
  else if (size > scan->budget || scan->views >= CARDEA_DLP_SCAN_MAX_VIEWS)
    cardea_dlp_result_set_obstacle (scan->result, CARDEA_DLP_OBSTACLE_MUCH);
  else if (size > 0)
    {
      scan->budget -= size;
      scan->views++;
      g_queue_push_tail (&scan->waiting, child);
      return;
    }
  cardea_dlp_view_unref (child);
}

/* Pictures, sound and fonts: their texts were looked at as they stand; that the rest is dense says
 * nothing. DER is certificates and keys, which have their own rules. */
static gboolean
is_known (const guint8 *bytes, gsize size)
{
  static const struct {
    const char *magic;
    gsize size;
  } kinds[] = { { "\x89PNG", 4 }, { "\xff\xd8\xff", 3 }, { "GIF8", 4 },
                { "RIFF", 4 },    { "OggS", 4 },         { "ID3", 3 },
                { "wOF2", 4 },    { "\x30\x82", 2 },     { "\x00\x00\x01\x00", 4 } };
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (size >= kinds[i].size && memcmp (bytes, kinds[i].magic, kinds[i].size) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_opaque (const guint8 *bytes, gsize size)
{
  static const char *const encrypted[] = { "Salted__",
                                           "age-encryption.org/",
                                           "-----BEGIN PGP MESSAGE-----",
                                           "\x85\x02",
                                           "7z\xbc\xaf",
                                           "Rar!",
                                           "\xfd"
                                           "7zXZ",
                                           "\x28\xb5\x2f\xfd" };
  for (gsize i = 0; i < G_N_ELEMENTS (encrypted); i++)
    if (size >= strlen (encrypted[i]) && memcmp (bytes, encrypted[i], strlen (encrypted[i])) == 0)
      return TRUE;
  return size >= OPAQUE_MIN && !is_known (bytes, size)
         && cardea_dlp_check_entropy (bytes, MIN (size, OPAQUE_SAMPLE))
                >= MIN (OPAQUE_ENTROPY, 6.8 + size / 4096.0);
}

/* A member that is no text may be a container itself. */
static void
enqueue_members (Scan *scan, CardeaDlpView *unpacked, const GArray *members)
{
  const guint8 *bytes = (const guint8 *) cardea_dlp_view_bytes (unpacked);
  guint looked = 0;

  for (guint i = 0; i < members->len; i++)
    {
      const CardeaDlpMember *member = &g_array_index (members, CardeaDlpMember, i);
      gsize sample = MIN (member->size, (gsize) TEXT_SAMPLE);
      gboolean own = is_known (bytes + member->start, member->size)
                     || (member->size > 4 && memcmp (bytes + member->start, "%PDF", 4) == 0);
      /* One that begins where all of it does is looked into as that. */
      if (member->size == 0 || member->start == 0
          || (!own && cardea_dlp_codec_is_text (bytes + member->start, sample, 1)))
        continue;
      if (looked++ == CARDEA_DLP_SCAN_MEMBERS)
        {
          cardea_dlp_result_set_obstacle (scan->result, CARDEA_DLP_OBSTACLE_MUCH);
          return;
        }
      CardeaDlpView *child = cardea_dlp_view_new (unpacked, MEMBER, 0);
      cardea_dlp_view_copy (child, member->start, member->size);
      enqueue (scan, child);
    }
}

/* All that is in an archive, one behind the other, but pictures and the like: they are looked at on
 * their own (enqueue_members()), and that they are dense says nothing of the rest. */
static CardeaDlpView *
list_contents (CardeaDlpView *view, const GByteArray *out, const GArray *members, gsize from,
               gsize of)
{
  g_autoptr (GByteArray) rest = g_byte_array_new ();
  gsize at = 0;

  for (guint i = 0; i < members->len; i++)
    {
      const CardeaDlpMember *member = &g_array_index (members, CardeaDlpMember, i);
      if (member->start == 0 || !is_known (out->data + member->start, member->size))
        continue;
      g_byte_array_append (rest, out->data + at, member->start - at);
      at = member->start + member->size;
    }
  if (at < out->len)
    g_byte_array_append (rest, out->data + at, out->len - at);
  CardeaDlpView *list = cardea_dlp_view_new (view, ARCHIVE, 0);
  cardea_dlp_view_put_block (list, rest->data, rest->len, from, of);
  return list;
}

/* What a decoder gave is what was readable of it: how dense that is says nothing. All of it was
 * looked at where it was encoded. */
static gboolean
is_readable_part (const CardeaDlpView *view)
{
  for (; view != NULL; view = cardea_dlp_view_parent (view))
    if (g_strcmp0 (cardea_dlp_view_pass (view), CARDEA_DLP_PASS_ENCODING) == 0)
      return TRUE;
  return FALSE;
}

/* The bytes of a container, taken for letters and read in another way: what was in it was unpacked
 * as it is, and that this is no container says nothing. */
static gboolean
is_garbled (const CardeaDlpView *view)
{
  static const char *const decoders[] = { ARCHIVE, MEMBER, CARDEA_DLP_PASS_ENCODING, NULL };
  const CardeaDlpView *parent;

  while ((parent = cardea_dlp_view_parent (view)) != NULL
         && !g_strv_contains (decoders, cardea_dlp_view_pass (view)))
    {
      if (cardea_dlp_view_is_unpacked (parent))
        return TRUE;
      view = parent;
    }
  return FALSE;
}

/* Bytes that stand for [from, from + of) of view and may be a container. TRUE: they are, and all of
 * it was unpacked. */
static gboolean
look_into (Scan *scan, CardeaDlpView *view, const guint8 *bytes, gsize size, gsize from, gsize of)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (CardeaDlpMember));
  CardeaDlpUnpacked unpacked = { NULL, FALSE };
  gboolean opened = scan->options->open != NULL
                    && scan->options->open (bytes, size, scan->budget, scan->options->deadline, out,
                                            members, &unpacked);

  if (unpacked.obstacle != NULL)
    {
      cardea_dlp_result_set_obstacle (scan->result, unpacked.obstacle);
      cardea_dlp_result_add_opaque (scan->result, view, from, from + of);
    }
  if (opened)
    {
      g_autoptr (CardeaDlpView) whole = cardea_dlp_view_new (view, ARCHIVE, 0);
      cardea_dlp_view_put_block (whole, out->data, out->len, from, of);
      enqueue (scan, list_contents (view, out, members, from, of));
      enqueue_members (scan, whole, members);
    }
  else if (is_opaque (bytes, size) && (size < of || !is_readable_part (view)))
    cardea_dlp_result_add_opaque (scan->result, view, from, from + of);
  return opened && unpacked.obstacle == NULL && unpacked.whole;
}

static void
look_into_binaries (Scan *scan, CardeaDlpView *view)
{
  const guint8 *bytes = (const guint8 *) cardea_dlp_view_bytes (view);
  gsize size = cardea_dlp_view_size (view);
  gboolean binary
      = size > 0 && !cardea_dlp_codec_is_text (bytes, MIN (size, (gsize) TEXT_SAMPLE), 1);

  if (binary && !is_garbled (view))
    {
      if (look_into (scan, view, bytes, size, 0, size))
        cardea_dlp_view_set_unpacked (view);
    }
  else if (!binary && size > 0
           && memcmp (bytes, "-----BEGIN PGP MESSAGE-----", MIN (size, (gsize) 27)) == 0)
    cardea_dlp_result_add_opaque (scan->result, view, 0, size);
  else if (!binary && size > 4 && memcmp (bytes, "%PDF", 4) == 0)
    look_into (scan, view, bytes, size, 0, size);
  g_autoptr (GArray) binaries = cardea_dlp_pass_binaries (view, CARDEA_DLP_SCAN_BINARIES);
  for (guint i = 0; i < binaries->len; i++)
    {
      const CardeaDlpBinary *one = &g_array_index (binaries, CardeaDlpBinary, i);
      look_into (scan, view, one->bytes->data, one->bytes->len, one->start, one->size);
    }
}

static void
look_otherwise (Scan *scan, CardeaDlpView *view)
{
  static const CardeaDlpPass passes[] = {
    cardea_dlp_pass_unescape, cardea_dlp_pass_quoted,  cardea_dlp_pass_utf16,
    cardea_dlp_pass_unfold,   cardea_dlp_pass_encoded,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (passes); i++)
    enqueue (scan, passes[i](view));
  look_into_binaries (scan, view);
}

static gboolean
is_late (const Scan *scan)
{
  if (scan->options->deadline == 0 || g_get_monotonic_time () <= scan->options->deadline)
    return FALSE;
  cardea_dlp_result_set_obstacle (scan->result, CARDEA_DLP_OBSTACLE_SLOW);
  return TRUE;
}

/* One at a time: nothing is made of these any more, so none has to be kept. */
static void
turn (Scan *scan, CardeaDlpView *view)
{
  static const CardeaDlpPass passes[] = {
    cardea_dlp_pass_join,
    cardea_dlp_pass_shell,
    cardea_dlp_pass_reverse,
    cardea_dlp_pass_rot13,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (passes); i++)
    {
      g_autoptr (CardeaDlpView) child = is_late (scan) ? NULL : passes[i](view);
      if (child != NULL && cardea_dlp_view_size (child) > 0 && is_new (scan, child))
        look (scan, child);
    }
}

static void
run (Scan *scan)
{
  CardeaDlpView *view;

  while ((view = g_queue_pop_head (&scan->waiting)) != NULL)
    {
      if (!is_late (scan))
        {
          look (scan, view);
          look_otherwise (scan, view);
        }
      if (cardea_dlp_view_depth (view) <= TURNED_DEPTH)
        g_queue_push_tail (&scan->turning, view);
      else
        cardea_dlp_view_unref (view);
    }
  while ((view = g_queue_pop_head (&scan->turning)) != NULL)
    {
      turn (scan, view);
      cardea_dlp_view_unref (view);
    }
}

/* --- the whole --- */

void
cardea_dlp_scan_into (CardeaDlpEngine *engine, const void *content, gsize size,
                      const CardeaDlpScanOptions *options, CardeaDlpResult *result)
{
  Scan scan = { engine, options, result };
  CardeaDlpView *root = cardea_dlp_view_new_root (content, size);

  g_queue_init (&scan.waiting);
  g_queue_init (&scan.turning);
  scan.seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  randombytes_buf (scan.key, sizeof scan.key);
  scan.budget = CARDEA_DLP_SCAN_GROWTH * size + CARDEA_DLP_SCAN_SPARE;
  is_new (&scan, root);
  g_queue_push_tail (&scan.waiting, root);
  run (&scan);
  g_hash_table_unref (scan.seen);
}

void
cardea_dlp_scan_guess (CardeaDlpResult *result, const CardeaDlpClassifier *classifier,
                       const char *content, gsize size)
{
  const char *kinds[CARDEA_DLP_CLASSIFIER_KINDS + 1];
  guint n = classifier != NULL ? cardea_dlp_classifier_judge (classifier, content, size, kinds) : 0;
  for (guint i = 0; i < n; i++)
    cardea_dlp_result_add_label (result, kinds[i]);
}

CardeaDlpResult *
cardea_dlp_scan (CardeaDlpEngine *engine, const void *content, gsize size,
                 const CardeaDlpScanOptions *options)
{
  static const CardeaDlpScanOptions none = { 0 };
  CardeaDlpResult *result = cardea_dlp_result_new ();

  options = options != NULL ? options : &none;
  if (size > CARDEA_DLP_SCAN_MAX_CONTENT)
    {
      cardea_dlp_result_set_obstacle (result, CARDEA_DLP_OBSTACLE_LARGE);
      size = CARDEA_DLP_SCAN_MAX_CONTENT;
    }
  cardea_dlp_scan_into (engine, content, size, options, result);
  cardea_dlp_result_settle (result, content, size);
  cardea_dlp_scan_guess (result, options->classifier, content, size);
  return result;
}
