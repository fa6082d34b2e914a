/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the key, and its folder to be private. Refuses: to take what is damaged for anything; to
 * keep more than its limits. A damaged file is left as it lies, and nothing is undone from it.
 * Known gaps: whoever may write the folder can take the undo store away, or put an older one in its
 * place; a chunk that nothing uses is overwritten where the file system can do that. */

#include "guardian/files/change/guardian-change-store.h"

#include "common/base/cardea-autofd.h"
#include "common/crypto/cardea-hkdf.h"
#include "guardian/files/change/guardian-change-error.h"
#include "guardian/files/change/guardian-change-ledger.h"
#include "guardian/files/change/guardian-change-pieces.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_SEGMENT (64 << 20) /* then a new file begins */
#define LIMIT_SEGMENTS 4096      /* that are opened */
#define LIMIT_HISTORY 2000       /* changes that are listed */
#define LIMIT_RECORDS (64 << 20) /* bytes of their records: differences, names */
#define DAY_US (G_GINT64_CONSTANT (24) * 3600 * G_USEC_PER_SEC)

struct _GuardianChangeStore {
  gatomicrefcount references;
  int folder;
  CardeaSecret *seal_key;
  CardeaSecret *name_key;
  GMutex lock;         /* over what follows */
  GPtrArray *segments; /* oldest first; the last one is written to */
  GuardianChangeLedger ledger;
  gint64 max_bytes;
  guint days;
};

static GuardianChangeSegment *
current (const GuardianChangeStore *store)
{
  return store->segments->pdata[store->segments->len - 1];
}

static guint
next_number (const GuardianChangeStore *store)
{
  return store->segments->len > 0 ? current (store)->number + 1 : 1;
}

static gboolean
begin_segment (GuardianChangeStore *store, GError **error)
{
  if (store->segments->len > 0 && !current (store)->damaged && fdatasync (current (store)->fd) != 0)
    return guardian_change_error_set_errno (error, errno);
  GuardianChangeSegment *segment
      = guardian_change_segment_new (store->folder, next_number (store), store->seal_key, error);
  if (segment != NULL)
    g_ptr_array_add (store->segments, segment);
  return segment != NULL;
}

static gboolean
append (GuardianChangeStore *store, GuardianChangeRecordType type, const guint8 *id,
        const void *content, gsize size, GuardianChangeSpot *ret_spot, GError **error)
{
  if ((current (store)->damaged || current (store)->end >= LIMIT_SEGMENT)
      && !begin_segment (store, error))
    return FALSE;
  ret_spot->segment = current (store);
  ret_spot->size = size;
  return guardian_change_segment_append (current (store), store->seal_key, type, id, content, size,
                                         &ret_spot->offset, error);
}

/* --- opening --- */

static void
visit (GuardianChangeSegment *segment, const GuardianChangeRecord *record, gint64 offset,
       const guint8 *content, gpointer user_data)
{
  GuardianChangeStore *store = user_data;
  const GuardianChangeSpot spot = { segment, offset, record->size };
  if (content == NULL)
    {
      guardian_change_ledger_add_chunk (&store->ledger, record->id, record->size, segment, offset);
      return;
    }
  g_autoptr (CardeaJson) json = cardea_json_parse ((const char *) content, record->size, NULL);
  if (json == NULL || !guardian_change_ledger_take (&store->ledger, record->type, json, &spot))
    g_warning ("the undo store has a record that makes no sense");
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint one = *(const guint *) a;
  guint other = *(const guint *) b;
  return one < other ? -1 : one > other;
}

static GArray *
list_segments (GuardianChangeStore *store, GError **error)
{
  cardea_autofd int copy = openat (store->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = copy >= 0 ? fdopendir (copy) : NULL;
  if (dir == NULL)
    {
      (void) guardian_change_error_set_errno (error, errno);
      return NULL;
    }
  cardea_fd_steal (&copy);
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  for (struct dirent *entry = readdir (dir); entry != NULL; entry = readdir (dir))
    {
      guint number = 0;
      if (guardian_change_segment_number (entry->d_name, &number) && numbers->len < LIMIT_SEGMENTS)
        g_array_append_val (numbers, number);
    }
  closedir (dir);
  g_array_sort (numbers, compare_numbers);
  return numbers;
}

/* What a damaged file says last may be missing: nobody acts on what is left. */
static void
mark_broken (GuardianChangeStore *store)
{
  gboolean damaged = FALSE;
  for (guint i = store->segments->len; i-- > 0;)
    {
      const GuardianChangeSegment *segment = store->segments->pdata[i];
      damaged |= segment->damaged;
      for (guint k = 0; damaged && k < store->ledger.order->len; k++)
        {
          GuardianChangeRow *row = store->ledger.order->pdata[k];
          if (row->intent.segment == segment || row->prepare.segment == segment)
            row->entry.broken
                |= segment->damaged || row->entry.state <= GUARDIAN_CHANGE_STATE_INTENDED;
        }
    }
  if (damaged)
    g_warning ("a part of the undo store is damaged: what lies in it cannot be undone");
}

static gboolean
load (GuardianChangeStore *store, GError **error)
{
  g_autoptr (GArray) numbers = list_segments (store, error);
  if (numbers == NULL)
    return FALSE;
  for (guint i = 0; i < numbers->len; i++)
    {
      GuardianChangeSegment *segment = guardian_change_segment_open (
          store->folder, g_array_index (numbers, guint, i), i + 1 == numbers->len, store->seal_key,
          visit, store, error);
      if (segment == NULL)
        return FALSE;
      g_ptr_array_add (store->segments, segment);
    }
  mark_broken (store);
  return store->segments->len > 0 || begin_segment (store, error);
}

static CardeaSecret *
derive (const CardeaSecret *key, const char *purpose)
{
  return cardea_hkdf_derive (key, NULL, 0, purpose, strlen (purpose), GUARDIAN_CHANGE_RECORD_KEY);
}

static void prune (GuardianChangeStore *store);

GuardianChangeStore *
guardian_change_store_new (int folder, const CardeaSecret *key, gint64 max_bytes, guint days,
                           GError **error)
{
  g_autoptr (GuardianChangeStore) store = g_new0 (GuardianChangeStore, 1);
  g_atomic_ref_count_init (&store->references);
  g_mutex_init (&store->lock);
  store->folder = folder;
  store->segments = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_change_segment_free);
  guardian_change_ledger_init (&store->ledger);
  store->max_bytes = max_bytes;
  store->days = days;
  store->seal_key = derive (key, "cardea-undo-1 seal");
  store->name_key = derive (key, "cardea-undo-1 name");
  if (store->seal_key == NULL || store->name_key == NULL)
    {
      (void) guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                                        "there is no locked memory for the undo store's keys");
      return NULL;
    }
  if (!load (store, error))
    return NULL;
  guardian_change_ledger_sweep (&store->ledger);
  prune (store);
  return g_steal_pointer (&store);
}

GuardianChangeStore *
guardian_change_store_ref (GuardianChangeStore *store)
{
  g_atomic_ref_count_inc (&store->references);
  return store;
}

void
guardian_change_store_unref (GuardianChangeStore *store)
{
  if (store == NULL || !g_atomic_ref_count_dec (&store->references))
    return;
  guardian_change_ledger_clear (&store->ledger);
  g_ptr_array_unref (store->segments);
  g_clear_pointer (&store->seal_key, cardea_secret_unref);
  g_clear_pointer (&store->name_key, cardea_secret_unref);
  cardea_fd_clear (&store->folder);
  g_mutex_clear (&store->lock);
  g_free (store);
}

/* --- records --- */

static gboolean
write_record (GuardianChangeStore *store, GuardianChangeRecordType type, const CardeaJson *record,
              GError **error)
{
  gsize size = 0;
  GuardianChangeSpot spot;
  g_autofree char *text = cardea_json_write (record, &size, error);
  if (text == NULL || !append (store, type, NULL, text, size, &spot, error))
    return FALSE;
  if (guardian_change_ledger_take (&store->ledger, type, record, &spot))
    return TRUE;
  return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_INTERNAL,
                                    "a change could not be noted down");
}

static CardeaJson *
new_state (const char *id, GuardianChangeState state)
{
  CardeaJson *record = cardea_json_new_object ();
  cardea_json_set_string (record, "id", id);
  cardea_json_set_string (record, "state", guardian_change_ledger_state_name (state));
  return record;
}

static gboolean
expire (GuardianChangeStore *store, GuardianChangeRow *row)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) record = new_state (row->entry.id, GUARDIAN_CHANGE_STATE_EXPIRED);
  if (write_record (store, GUARDIAN_CHANGE_RECORD_STATE, record, &error))
    return TRUE;
  g_warning ("an old change could not be forgotten: %s", error->message);
  return FALSE;
}

static gboolean
is_settled (const GuardianChangeRow *row)
{
  return row->entry.state > GUARDIAN_CHANGE_STATE_INTENDED || row->entry.broken;
}

/* Files that nothing needs go, but for the one that is written to. */
static void
collect (GuardianChangeStore *store)
{
  char name[GUARDIAN_CHANGE_SEGMENT_NAME];
  for (guint i = 0; i + 1 < store->segments->len;)
    {
      GuardianChangeSegment *segment = store->segments->pdata[i];
      if (segment->damaged || !guardian_change_ledger_spares (&store->ledger, segment))
        {
          i++;
          continue;
        }
      guardian_change_ledger_cut (&store->ledger, segment);
      guardian_change_segment_name (segment->number, name);
      if (unlinkat (store->folder, name, 0) != 0)
        g_warning ("%s could not be removed: %s", name, g_strerror (errno));
      g_ptr_array_remove_index (store->segments, i);
    }
}

static gboolean
expire_oldest (GuardianChangeStore *store)
{
  for (guint i = 0; i < store->ledger.order->len; i++)
    {
      GuardianChangeRow *row = store->ledger.order->pdata[i];
      if (is_settled (row) && row->holds == 0 && row->entry.bytes > 0)
        return expire (store, row);
    }
  return FALSE;
}

/* Locked, or not shared yet. */
static void
prune (GuardianChangeStore *store)
{
  gint64 before = g_get_real_time () - store->days * DAY_US;
  guint listed = 0;
  gint64 records = 0;
  for (guint i = store->ledger.order->len; i-- > 0;)
    {
      GuardianChangeRow *row = store->ledger.order->pdata[i];
      records += row->intent.size;
      row->unlisted |= is_settled (row) && (++listed > LIMIT_HISTORY || records > LIMIT_RECORDS);
      if ((row->unlisted || row->entry.time < before) && row->holds == 0
          && row->entry.state == GUARDIAN_CHANGE_STATE_MADE)
        (void) expire (store, row);
    }
  while (store->ledger.bytes > store->max_bytes && expire_oldest (store))
    ;
  collect (store);
}

/* From now on the change holds its chunks, and who put them does not any more. */
static void
hand_over (GuardianChangeStore *store, const char *id)
{
  const GuardianChangeRow *row = guardian_change_ledger_find (&store->ledger, id);
  for (guint i = 0; row != NULL && row->pieces != NULL && i < row->pieces->len; i++)
    guardian_change_ledger_release (&store->ledger,
                                    g_array_index (row->pieces, GuardianChangePiece, i).id);
}

gboolean
guardian_change_store_write (GuardianChangeStore *store, GuardianChangeState state,
                             const CardeaJson *record, GError **error)
{
  static const GuardianChangeRecordType types[] = {
    [GUARDIAN_CHANGE_STATE_PREPARED] = GUARDIAN_CHANGE_RECORD_PREPARE,
    [GUARDIAN_CHANGE_STATE_INTENDED] = GUARDIAN_CHANGE_RECORD_INTENT,
    [GUARDIAN_CHANGE_STATE_MADE] = GUARDIAN_CHANGE_RECORD_STATE,
    [GUARDIAN_CHANGE_STATE_UNDONE] = GUARDIAN_CHANGE_RECORD_STATE,
    [GUARDIAN_CHANGE_STATE_EXPIRED] = GUARDIAN_CHANGE_RECORD_STATE,
    [GUARDIAN_CHANGE_STATE_TAKEN_BACK] = GUARDIAN_CHANGE_RECORD_STATE,
  };
  g_mutex_lock (&store->lock);
  gboolean good = write_record (store, types[state], record, error);
  if (good && state == GUARDIAN_CHANGE_STATE_INTENDED)
    hand_over (store, cardea_json_get_string (record, "id"));
  if (good && state == GUARDIAN_CHANGE_STATE_MADE)
    prune (store);
  g_mutex_unlock (&store->lock);
  return good;
}

gboolean
guardian_change_store_sync (GuardianChangeStore *store, GError **error)
{
  g_mutex_lock (&store->lock);
  cardea_autofd int fd = fcntl (current (store)->fd, F_DUPFD_CLOEXEC, 0);
  g_mutex_unlock (&store->lock);
  return (fd >= 0 && fdatasync (fd) == 0) || guardian_change_error_set_errno (error, errno);
}

CardeaJson *
guardian_change_store_read (GuardianChangeStore *store, const char *id,
                            GuardianChangeRecordType type)
{
  g_autoptr (GBytes) content = NULL;
  g_mutex_lock (&store->lock);
  const GuardianChangeRow *row = guardian_change_ledger_find (&store->ledger, id);
  if (row != NULL)
    {
      const GuardianChangeSpot *spot = type == GUARDIAN_CHANGE_RECORD_PREPARE  ? &row->prepare
                                       : type == GUARDIAN_CHANGE_RECORD_INTENT ? &row->intent
                                                                               : &row->made;
      if (spot->segment != NULL)
        content = guardian_change_segment_read (spot->segment, store->seal_key, spot->offset,
                                                GUARDIAN_CHANGE_RECORD_LIMIT);
    }
  g_mutex_unlock (&store->lock);
  if (content == NULL)
    return NULL;
  gsize size = 0;
  const char *text = g_bytes_get_data (content, &size);
  return cardea_json_parse (text, size, NULL);
}

/* --- former contents --- */

/* Read once before it is relied upon: nothing says that what lies on the disk is whole. */
static gboolean
verify (GuardianChangeStore *store, GuardianChangeChunk *chunk, const void *bytes, gsize size)
{
  if (chunk->verified)
    return chunk->size == size;
  g_autoptr (GBytes) kept
      = guardian_change_segment_read (chunk->segment, store->seal_key, chunk->offset, chunk->size);
  chunk->verified = kept != NULL && g_bytes_get_size (kept) == size
                    && memcmp (g_bytes_get_data (kept, NULL), bytes, size) == 0;
  return chunk->verified;
}

gboolean
guardian_change_store_put (GuardianChangeStore *store, const void *bytes, gsize size,
                           guint8 ret_id[GUARDIAN_CHANGE_RECORD_ID], GError **error)
{
  GuardianChangeSpot spot;
  gboolean good = TRUE;
  crypto_generichash (ret_id, GUARDIAN_CHANGE_RECORD_ID, bytes, size,
                      cardea_secret_bytes (store->name_key), cardea_secret_size (store->name_key));
  g_mutex_lock (&store->lock);
  GuardianChangeChunk *chunk = guardian_change_ledger_find_chunk (&store->ledger, ret_id);
  if (chunk == NULL || !verify (store, chunk, bytes, size))
    {
      good = append (store, GUARDIAN_CHANGE_RECORD_CHUNK, ret_id, bytes, size, &spot, error);
      if (good)
        chunk = guardian_change_ledger_add_chunk (&store->ledger, ret_id, size, spot.segment,
                                                  spot.offset);
    }
  if (good)
    {
      chunk->verified = TRUE;
      guardian_change_ledger_use (&store->ledger, chunk);
    }
  g_mutex_unlock (&store->lock);
  return good;
}

void
guardian_change_store_drop (GuardianChangeStore *store, const guint8 id[GUARDIAN_CHANGE_RECORD_ID])
{
  g_mutex_lock (&store->lock);
  guardian_change_ledger_release (&store->ledger, id);
  g_mutex_unlock (&store->lock);
}

GBytes *
guardian_change_store_get (GuardianChangeStore *store, const guint8 id[GUARDIAN_CHANGE_RECORD_ID])
{
  GBytes *bytes = NULL;
  g_mutex_lock (&store->lock);
  const GuardianChangeChunk *chunk = guardian_change_ledger_find_chunk (&store->ledger, id);
  if (chunk != NULL)
    bytes = guardian_change_segment_read (chunk->segment, store->seal_key, chunk->offset,
                                          GUARDIAN_CHANGE_STORE_CHUNK);
  g_mutex_unlock (&store->lock);
  return bytes;
}

static void
change_holds (GuardianChangeStore *store, const char *id, int by)
{
  g_mutex_lock (&store->lock);
  GuardianChangeRow *row = guardian_change_ledger_find (&store->ledger, id);
  if (row != NULL)
    row->holds += by;
  g_mutex_unlock (&store->lock);
}

void
guardian_change_store_hold (GuardianChangeStore *store, const char *id)
{
  change_holds (store, id, 1);
}

void
guardian_change_store_let_go (GuardianChangeStore *store, const char *id)
{
  change_holds (store, id, -1);
}

gboolean
guardian_change_store_make_room (GuardianChangeStore *store, gint64 size)
{
  g_mutex_lock (&store->lock);
  gboolean fits = size <= store->max_bytes;
  while (fits && store->ledger.bytes + size > store->max_bytes)
    fits = expire_oldest (store);
  g_mutex_unlock (&store->lock);
  return fits;
}

/* --- limits and lists --- */

void
guardian_change_store_set_limits (GuardianChangeStore *store, gint64 max_bytes, guint days)
{
  g_mutex_lock (&store->lock);
  store->max_bytes = max_bytes;
  store->days = days;
  prune (store);
  g_mutex_unlock (&store->lock);
}

gint64
guardian_change_store_max_bytes (GuardianChangeStore *store)
{
  g_mutex_lock (&store->lock);
  gint64 max_bytes = store->max_bytes;
  g_mutex_unlock (&store->lock);
  return max_bytes;
}

gint64
guardian_change_store_used (GuardianChangeStore *store)
{
  gint64 used = 0;
  g_mutex_lock (&store->lock);
  for (guint i = 0; i < store->segments->len; i++)
    used += guardian_change_segment_used (store->segments->pdata[i]);
  g_mutex_unlock (&store->lock);
  return used;
}

/* Damaged files go, too: this is how a person gets rid of them. */
guint
guardian_change_store_clear (GuardianChangeStore *store)
{
  guint count = 0;
  g_autoptr (GError) error = NULL;
  g_mutex_lock (&store->lock);
  for (guint i = 0; i < store->ledger.order->len; i++)
    {
      GuardianChangeRow *row = store->ledger.order->pdata[i];
      if (!is_settled (row) || row->holds > 0)
        continue;
      if (!row->unlisted && row->entry.state != GUARDIAN_CHANGE_STATE_TAKEN_BACK)
        count++;
      row->unlisted = TRUE;
      guardian_change_ledger_let_go (&store->ledger, row);
    }
  if (!begin_segment (store, &error))
    g_warning ("the undo store could not be emptied wholly: %s", error->message);
  for (guint i = 0; i + 1 < store->segments->len; i++)
    ((GuardianChangeSegment *) store->segments->pdata[i])->damaged = FALSE;
  collect (store);
  g_mutex_unlock (&store->lock);
  return count;
}

static GuardianChangeEntry *
copy_entry (const GuardianChangeRow *row)
{
  GuardianChangeEntry *entry = g_memdup2 (&row->entry, sizeof row->entry);
  entry->id = g_strdup (row->entry.id);
  entry->session = g_strdup (row->entry.session);
  entry->of = g_strdup (row->entry.of);
  entry->undone_by = g_strdup (row->entry.undone_by);
  return entry;
}

GPtrArray *
guardian_change_store_entries (GuardianChangeStore *store)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_change_entry_free);
  g_mutex_lock (&store->lock);
  for (guint i = store->ledger.order->len; i-- > 0;)
    {
      const GuardianChangeRow *row = store->ledger.order->pdata[i];
      if (!row->unlisted && row->entry.state != GUARDIAN_CHANGE_STATE_TAKEN_BACK)
        g_ptr_array_add (entries, copy_entry (row));
    }
  g_mutex_unlock (&store->lock);
  return entries;
}

GuardianChangeEntry *
guardian_change_store_find (GuardianChangeStore *store, const char *id)
{
  g_mutex_lock (&store->lock);
  const GuardianChangeRow *row = guardian_change_ledger_find (&store->ledger, id);
  GuardianChangeEntry *entry = row != NULL && !row->unlisted ? copy_entry (row) : NULL;
  g_mutex_unlock (&store->lock);
  return entry;
}
