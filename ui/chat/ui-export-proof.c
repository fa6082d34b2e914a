/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the log's folder for nothing: the checkpoint's signature is compared with log.vkey, each
 * record with its hash, and whoever reads the export compares both again, with a key of their own.
 * Known gap: a chat knows its sessions only from the version on that noted them. */

#include "ui/chat/ui-export-proof.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "common/tlog/cardea-tlog-file.h"
#include "common/tlog/cardea-tlog-reader.h"

#include <string.h>

#define RECORDS_LIMIT 10000u
#define CHECKPOINT_LIMIT 65536u /* bytes */
#define TRIES 3u                /* the guardian may write the next checkpoint meanwhile */

typedef struct {
  char *folder;
  char **sessions;
  GPtrArray *seqs; /* guint64, as they stand in the log; beside leaves */
  GPtrArray *leaves;
  gboolean cut;
} Gather;

static void
gather_free (gpointer data)
{
  Gather *gather = data;
  g_free (gather->folder);
  g_strfreev (gather->sessions);
  g_ptr_array_unref (gather->seqs);
  g_ptr_array_unref (gather->leaves);
  g_free (gather);
}

/* --- in a thread --- */

/* Most records are of other sessions: only what has the id anywhere is parsed. */
static gboolean
is_of (const char *session, const char *entry, gsize size)
{
  if (memmem (entry, size, session, strlen (session)) == NULL)
    return FALSE;
  g_autoptr (CardeaJson) leaf = cardea_json_parse (entry, size, NULL);
  return leaf != NULL && g_strcmp0 (cardea_json_get_string (leaf, "session"), session) == 0;
}

static gboolean
visit (guint64 seq, GBytes *entry, gpointer user_data)
{
  Gather *gather = user_data;
  gsize size = 0;
  const char *text = g_bytes_get_data (entry, &size);
  gboolean wanted = FALSE;

  for (guint i = 0; !wanted && gather->sessions[i] != NULL; i++)
    wanted = is_of (gather->sessions[i], text, size);
  gather->cut = wanted && gather->leaves->len >= RECORDS_LIMIT;
  if (wanted && !gather->cut)
    {
      g_ptr_array_add (gather->seqs, g_memdup2 (&seq, sizeof seq));
      g_ptr_array_add (gather->leaves, g_bytes_ref (entry));
    }
  return !gather->cut;
}

static CardeaJson *
write_record (CardeaTlogReader *reader, guint64 seq, GBytes *leaf, GError **error)
{
  g_autoptr (GArray) inclusion
      = cardea_tlog_reader_inclusion (reader, seq, cardea_tlog_reader_size (reader), error);

  if (inclusion == NULL)
    return NULL;
  CardeaJson *record = cardea_json_new_object ();
  g_autofree char *text = g_base64_encode (g_bytes_get_data (leaf, NULL), g_bytes_get_size (leaf));
  CardeaJson *hashes = cardea_json_new_array ();
  for (guint i = 0; i < inclusion->len; i++)
    {
      const CardeaTlogHash *hash = &g_array_index (inclusion, CardeaTlogHash, i);
      g_autofree char *packed = g_base64_encode (hash->bytes, sizeof hash->bytes);
      cardea_json_append (hashes, cardea_json_new_string (packed));
    }
  cardea_json_set_int (record, "seq", (gint64) seq);
  cardea_json_set_string (record, "leaf", text);
  cardea_json_set (record, "inclusion", hashes);
  return record;
}

static CardeaJson *
write_records (Gather *gather, CardeaTlogReader *reader, GError **error)
{
  g_autoptr (CardeaJson) records = cardea_json_new_array ();

  for (guint i = 0; i < gather->leaves->len; i++)
    {
      const guint64 *seq = gather->seqs->pdata[i];
      CardeaJson *record = write_record (reader, *seq, gather->leaves->pdata[i], error);
      if (record == NULL)
        return NULL;
      cardea_json_append (records, record);
    }
  return g_steal_pointer (&records);
}

static CardeaTlogReader *
find_records (Gather *gather, int folder, guint64 size, GError **error)
{
  g_autoptr (CardeaTlogReader) reader = cardea_tlog_reader_new (folder, size);

  g_ptr_array_set_size (gather->seqs, 0);
  g_ptr_array_set_size (gather->leaves, 0);
  gather->cut = FALSE;
  if (!cardea_tlog_reader_foreach (reader, 0, visit, gather, error))
    return NULL;
  return g_steal_pointer (&reader);
}

static CardeaJson *
prove (Gather *gather, GError **error)
{
  g_autoptr (GByteArray) note = g_byte_array_new ();
  cardea_autofd int folder = cardea_tlog_file_open_folder (gather->folder, error);
  g_autoptr (CardeaTlogKey) key = folder >= 0 ? cardea_tlog_reader_read_key (folder, error) : NULL;

  if (key == NULL
      || !cardea_tlog_file_read (folder, CARDEA_TLOG_FILE_CHECKPOINT, CHECKPOINT_LIMIT, note,
                                 error))
    return NULL;
  g_autoptr (CardeaTlogCheckpoint) checkpoint
      = cardea_tlog_reader_open_checkpoint (note->data, note->len, key, error);
  g_autoptr (CardeaTlogReader) reader
      = checkpoint != NULL ? find_records (gather, folder, checkpoint->size, error) : NULL;
  CardeaJson *records = reader != NULL ? write_records (gather, reader, error) : NULL;
  if (records == NULL)
    return NULL;
  g_autofree char *vkey = cardea_tlog_key_format (key);
  g_autofree char *text = g_strndup ((const char *) note->data, note->len);
  CardeaJson *proof = cardea_json_new_object ();
  cardea_json_set_string (proof, "key", vkey);
  cardea_json_set_string (proof, "checkpoint", text);
  cardea_json_set (proof, "records", records);
  if (gather->cut)
    cardea_json_set_boolean (proof, "cut", TRUE);
  return proof;
}

static void
prove_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  CardeaJson *proof = NULL;

  for (guint i = 0; proof == NULL && i < TRIES; i++)
    {
      g_clear_error (&error);
      proof = prove (data, &error);
    }
  if (proof != NULL)
    g_task_return_pointer (task, proof, (GDestroyNotify) cardea_json_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* --- */

static void
synced_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", trouble);
  else
    g_task_run_in_thread (task, prove_thread);
}

static char **
copy_sessions (UiChat *chat)
{
  const GPtrArray *sessions = ui_chat_get_sessions (chat);
  char **copy = g_new0 (char *, sessions->len + 1);

  for (guint i = 0; i < sessions->len; i++)
    copy[i] = g_strdup (sessions->pdata[i]);
  return copy;
}

void
ui_export_proof_gather_async (UiChat *chat, UiLink *link, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (chat, cancellable, callback, user_data);
  Gather *gather = g_new0 (Gather, 1);
  g_autofree char *state = cardea_paths_folder (CARDEA_PATHS_STATE);

  gather->folder = g_build_filename (state, "audit", NULL);
  gather->sessions = copy_sessions (chat);
  gather->seqs = g_ptr_array_new_with_free_func (g_free);
  gather->leaves = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_task_set_task_data (task, gather, gather_free);
  if (gather->sessions[0] == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      g_object_unref (task);
      return;
    }
  g_autoptr (CardeaMessage) sync = cardea_message_new ("audit.sync");
  ui_link_call_async (link, sync, cancellable, synced_cb, task);
}

CardeaJson *
ui_export_proof_gather_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
