/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-ledger.h"

#include "guardian/files/change/guardian-change-pieces.h"

#include <string.h>

static const char *const state_names[] = {
  [GUARDIAN_CHANGE_STATE_PREPARED] = "prepared", [GUARDIAN_CHANGE_STATE_INTENDED] = "intended",
  [GUARDIAN_CHANGE_STATE_MADE] = "made",         [GUARDIAN_CHANGE_STATE_UNDONE] = "undone",
  [GUARDIAN_CHANGE_STATE_EXPIRED] = "expired",   [GUARDIAN_CHANGE_STATE_TAKEN_BACK] = "taken-back",
};

const char *
guardian_change_ledger_state_name (GuardianChangeState state)
{
  return state_names[state];
}

static guint
id_hash (gconstpointer id)
{
  guint hash;
  memcpy (&hash, id, sizeof hash);
  return hash;
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, GUARDIAN_CHANGE_RECORD_ID) == 0;
}

static void
entry_clear (GuardianChangeEntry *entry)
{
  g_free (entry->id);
  g_free (entry->session);
  g_free (entry->of);
  g_free (entry->undone_by);
}

void
guardian_change_entry_free (GuardianChangeEntry *entry)
{
  if (entry == NULL)
    return;
  entry_clear (entry);
  g_free (entry);
}

static void
row_free (gpointer data)
{
  GuardianChangeRow *row = data;
  entry_clear (&row->entry);
  g_clear_pointer (&row->pieces, g_array_unref);
  g_free (row);
}

void
guardian_change_ledger_init (GuardianChangeLedger *ledger)
{
  ledger->chunks = g_hash_table_new_full (id_hash, id_equal, NULL, g_free);
  ledger->rows = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, row_free);
  ledger->order = g_ptr_array_new ();
  ledger->bytes = 0;
}

void
guardian_change_ledger_clear (GuardianChangeLedger *ledger)
{
  g_clear_pointer (&ledger->order, g_ptr_array_unref);
  g_clear_pointer (&ledger->rows, g_hash_table_unref);
  g_clear_pointer (&ledger->chunks, g_hash_table_unref);
}

/* --- chunks --- */

GuardianChangeChunk *
guardian_change_ledger_find_chunk (GuardianChangeLedger *ledger, const guint8 *id)
{
  return g_hash_table_lookup (ledger->chunks, id);
}

GuardianChangeChunk *
guardian_change_ledger_add_chunk (GuardianChangeLedger *ledger, const guint8 *id, guint32 size,
                                  GuardianChangeSegment *segment, gint64 offset)
{
  GuardianChangeChunk *chunk = g_hash_table_lookup (ledger->chunks, id);
  if (chunk == NULL)
    {
      chunk = g_new0 (GuardianChangeChunk, 1);
      memcpy (chunk->id, id, sizeof chunk->id);
      g_hash_table_insert (ledger->chunks, chunk->id, chunk);
    }
  else if (chunk->uses > 0)
    ledger->bytes += (gint64) size - chunk->size;
  /* The newest copy is the one that was written because the others were not good enough. */
  chunk->size = size;
  chunk->segment = segment;
  chunk->offset = offset;
  return chunk;
}

void
guardian_change_ledger_use (GuardianChangeLedger *ledger, GuardianChangeChunk *chunk)
{
  if (chunk->uses++ == 0)
    ledger->bytes += chunk->size;
}

static void
forget (GuardianChangeChunk *chunk)
{
  guardian_change_segment_forget (chunk->segment, chunk->offset, chunk->size);
}

void
guardian_change_ledger_release (GuardianChangeLedger *ledger, const guint8 *id)
{
  GuardianChangeChunk *chunk = g_hash_table_lookup (ledger->chunks, id);
  if (chunk == NULL || chunk->uses == 0 || --chunk->uses > 0)
    return;
  ledger->bytes -= chunk->size;
  forget (chunk);
  g_hash_table_remove (ledger->chunks, chunk->id);
}

void
guardian_change_ledger_sweep (GuardianChangeLedger *ledger)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, ledger->chunks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GuardianChangeChunk *chunk = value;
      if (chunk->uses > 0)
        continue;
      forget (chunk);
      g_hash_table_iter_remove (&iter);
    }
}

/* --- changes --- */

GuardianChangeRow *
guardian_change_ledger_find (GuardianChangeLedger *ledger, const char *id)
{
  return id != NULL ? g_hash_table_lookup (ledger->rows, id) : NULL;
}

static GuardianChangeRow *
find_or_add (GuardianChangeLedger *ledger, const char *id)
{
  GuardianChangeRow *row = g_hash_table_lookup (ledger->rows, id);
  if (row != NULL)
    return row;
  row = g_new0 (GuardianChangeRow, 1);
  row->entry.id = g_strdup (id);
  g_hash_table_insert (ledger->rows, row->entry.id, row);
  g_ptr_array_add (ledger->order, row);
  return row;
}

static void
hold_pieces (GuardianChangeLedger *ledger, GuardianChangeRow *row, const CardeaJson *record)
{
  const CardeaJson *items = cardea_json_get (record, "items");
  row->pieces = g_array_new (FALSE, FALSE, sizeof (GuardianChangePiece));
  for (guint i = 0; i < cardea_json_size (items); i++)
    {
      const CardeaJson *former = cardea_json_get (cardea_json_nth (items, i), "former");
      g_autoptr (GArray) pieces = former != NULL ? guardian_change_pieces_read (former) : NULL;
      for (guint k = 0; pieces != NULL && k < pieces->len; k++)
        {
          const GuardianChangePiece *piece = &g_array_index (pieces, GuardianChangePiece, k);
          GuardianChangeChunk *chunk = g_hash_table_lookup (ledger->chunks, piece->id);
          if (chunk == NULL)
            {
              row->entry.broken = TRUE;
              continue;
            }
          guardian_change_ledger_use (ledger, chunk);
          g_array_append_vals (row->pieces, piece, 1);
          row->entry.bytes += piece->size;
        }
    }
}

void
guardian_change_ledger_let_go (GuardianChangeLedger *ledger, GuardianChangeRow *row)
{
  for (guint i = 0; row->pieces != NULL && i < row->pieces->len; i++)
    guardian_change_ledger_release (ledger, g_array_index (row->pieces, GuardianChangePiece, i).id);
  g_clear_pointer (&row->pieces, g_array_unref);
  row->entry.bytes = 0;
}

static gboolean
take_begin (GuardianChangeLedger *ledger, GuardianChangeRecordType type, const CardeaJson *record,
            const GuardianChangeSpot *spot)
{
  GuardianChangeRow *row = find_or_add (ledger, cardea_json_get_string (record, "id"));
  const CardeaJson *context = cardea_json_get (record, "context");
  if (type == GUARDIAN_CHANGE_RECORD_PREPARE)
    {
      row->prepare = *spot;
      row->entry.state = GUARDIAN_CHANGE_STATE_PREPARED;
      return TRUE;
    }
  if (row->intent.segment != NULL)
    return FALSE;
  row->intent = *spot;
  row->entry.state = GUARDIAN_CHANGE_STATE_INTENDED;
  row->entry.session = g_strdup (cardea_json_get_string (context, "session"));
  row->entry.of = g_strdup (cardea_json_get_string (record, "of"));
  hold_pieces (ledger, row, record);
  return cardea_json_get_int64_string (record, "time", &row->entry.time);
}

static gboolean
take_state (GuardianChangeLedger *ledger, const CardeaJson *record, const GuardianChangeSpot *spot)
{
  const char *name = cardea_json_get_string (record, "state");
  GuardianChangeRow *row
      = guardian_change_ledger_find (ledger, cardea_json_get_string (record, "id"));
  gsize state = GUARDIAN_CHANGE_STATE_MADE;
  while (state < G_N_ELEMENTS (state_names) && g_strcmp0 (name, state_names[state]) != 0)
    state++;
  if (state == G_N_ELEMENTS (state_names))
    return FALSE;
  if (row == NULL)
    return TRUE; /* of a change whose own records are gone */
  row->entry.state = state;
  row->last = *spot;
  if (state == GUARDIAN_CHANGE_STATE_MADE)
    row->made = *spot;
  else
    guardian_change_ledger_let_go (ledger, row);
  g_free (row->entry.undone_by);
  row->entry.undone_by = g_strdup (cardea_json_get_string (record, "by"));
  return TRUE;
}

gboolean
guardian_change_ledger_take (GuardianChangeLedger *ledger, GuardianChangeRecordType type,
                             const CardeaJson *record, const GuardianChangeSpot *spot)
{
  if (cardea_json_get_string (record, "id") == NULL)
    return FALSE;
  return type == GUARDIAN_CHANGE_RECORD_STATE ? take_state (ledger, record, spot)
                                              : take_begin (ledger, type, record, spot);
}

/* --- files --- */

/* A state outlives the record it is about: without it the change would count as under way. */
static gboolean
row_needs (const GuardianChangeRow *row, const GuardianChangeSegment *segment)
{
  gboolean wanted = !row->unlisted && row->entry.state != GUARDIAN_CHANGE_STATE_TAKEN_BACK;
  const GuardianChangeSegment *begun
      = row->intent.segment != NULL ? row->intent.segment : row->prepare.segment;
  if (wanted && (begun == segment || row->made.segment == segment || row->last.segment == segment))
    return TRUE;
  gboolean states = row->made.segment == segment || row->last.segment == segment;
  gboolean others = (row->intent.segment != NULL && row->intent.segment != segment)
                    || (row->prepare.segment != NULL && row->prepare.segment != segment);
  return states && others;
}

gboolean
guardian_change_ledger_spares (GuardianChangeLedger *ledger, const GuardianChangeSegment *segment)
{
  GHashTableIter iter;
  gpointer value;
  for (guint i = 0; i < ledger->order->len; i++)
    if (row_needs (ledger->order->pdata[i], segment))
      return FALSE;
  g_hash_table_iter_init (&iter, ledger->chunks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((const GuardianChangeChunk *) value)->segment == segment)
      return FALSE;
  return TRUE;
}

void
guardian_change_ledger_cut (GuardianChangeLedger *ledger, const GuardianChangeSegment *segment)
{
  for (guint i = ledger->order->len; i-- > 0;)
    {
      GuardianChangeRow *row = ledger->order->pdata[i];
      if (row->prepare.segment == segment)
        row->prepare.segment = NULL;
      if (row->made.segment == segment)
        row->made.segment = NULL;
      if (row->last.segment == segment)
        row->last.segment = NULL;
      if (row->intent.segment == segment)
        row->intent.segment = NULL;
      if (row->intent.segment == NULL && row->prepare.segment == NULL)
        {
          g_ptr_array_remove_index (ledger->order, i);
          g_hash_table_remove (ledger->rows, row->entry.id);
        }
    }
}
