/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the log's folder for nothing but hints: what a row says comes from the guardian. Refuses
 * logs whose leaves are not JSON objects or do not hash to their tree. Known gap: whoever can write
 * the folder can hide a record from a filtered list; whoever doubts a log verifies it. */

#include "ui/activity/ui-activity-index.h"

#include "common/base/cardea-time.h"
#include "common/tlog/cardea-tlog-reader.h"

#define NAMES 255u /* different types, actions or effects; the guardian has some thirty */
#define LEAF_VALUES 512u
#define EFFECTS 3u

typedef struct {
  gint64 time; /* microseconds */
  guint32 session;
  guint8 views; /* a bit each UiActivityView that it fits */
  guint8 type;
  guint8 action;
  guint8 effect;
} Row;

struct _UiActivityIndex {
  GArray *rows;         /* Row, by number */
  GHashTable *names;    /* of types, actions, effects → number, from 1; 0 is none */
  GHashTable *sessions; /* the same */
  char *folder;
};

static guint32
number_of (GHashTable *table, const char *name)
{
  if (name == NULL)
    return 0;
  gpointer number = g_hash_table_lookup (table, name);
  if (number != NULL)
    return GPOINTER_TO_UINT (number);
  guint32 next = g_hash_table_size (table) + 1;
  g_hash_table_insert (table, g_strdup (name), GUINT_TO_POINTER (next));
  return next;
}

static gboolean
append (UiActivityIndex *index, const CardeaJson *record)
{
  Row row = { .views = (guint8) ui_activity_filter_views (record) };
  const char *time = cardea_json_get_string (record, "time");
  guint32 type = number_of (index->names, cardea_json_get_string (record, "type"));
  guint32 action = number_of (index->names, cardea_json_get_string (record, "action"));
  guint32 effect = number_of (index->names, cardea_json_get_string (record, "effect"));

  if (MAX (type, MAX (action, effect)) > NAMES)
    return FALSE;
  if (time == NULL || !cardea_time_parse (time, &row.time))
    row.time = 0;
  row.session = number_of (index->sessions, cardea_json_get_string (record, "session"));
  row.type = (guint8) type;
  row.action = (guint8) action;
  row.effect = (guint8) effect;
  g_array_append_val (index->rows, row);
  return TRUE;
}

/* --- reading the log --- */

static gboolean
visit (guint64 seq, GBytes *entry, gpointer user_data)
{
  GTask *task = user_data;
  UiActivityIndex *index = g_task_get_task_data (task);
  gsize size;
  const char *text = g_bytes_get_data (entry, &size);
  g_autoptr (CardeaJson) leaf = cardea_json_parse_bounded (text, size, LEAF_VALUES, NULL);

  return leaf != NULL && cardea_json_type (leaf) == CARDEA_JSON_OBJECT
         && !g_cancellable_is_cancelled (g_task_get_cancellable (task)) && append (index, leaf);
}

static UiActivityIndex *
copy_empty (const UiActivityIndex *index)
{
  UiActivityIndex *copy = g_new0 (UiActivityIndex, 1);

  copy->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  copy->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  copy->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  copy->folder = index != NULL ? g_strdup (index->folder) : NULL;
  return copy;
}

void
ui_activity_index_free (UiActivityIndex *index)
{
  if (index == NULL)
    return;
  g_array_unref (index->rows);
  g_hash_table_unref (index->names);
  g_hash_table_unref (index->sessions);
  g_free (index->folder);
  g_free (index);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  UiActivityIndex *index = data;
  GError *error = NULL;
  g_autoptr (CardeaTlogReader) reader = cardea_tlog_reader_open (index->folder, NULL, &error);

  if (reader == NULL || !cardea_tlog_reader_foreach (reader, 0, visit, task, &error))
    g_task_return_error (task, error);
  else if (index->rows->len < cardea_tlog_reader_size (reader))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             "a record cannot be put into the index");
  else
    g_task_return_boolean (task, TRUE);
}

void
ui_activity_index_load_async (const char *folder, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  UiActivityIndex *index = copy_empty (NULL);

  index->folder = g_strdup (folder);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_set_task_data (task, index, (GDestroyNotify) ui_activity_index_free);
  g_task_run_in_thread (task, load_thread);
}

UiActivityIndex *
ui_activity_index_load_finish (GAsyncResult *result, GError **error)
{
  UiActivityIndex *loaded = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  /* The task keeps an empty one. */
  UiActivityIndex *index = copy_empty (loaded);
  UiActivityIndex swap = *index;
  *index = *loaded;
  *loaded = swap;
  return index;
}

gint64
ui_activity_index_size (const UiActivityIndex *index)
{
  return index->rows->len;
}

void
ui_activity_index_append (UiActivityIndex *index, const CardeaJson *record)
{
  gint64 seq = -1;

  if (cardea_json_get_int (record, "seq", &seq) && seq == index->rows->len)
    (void) append (index, record); /* one kind too many: it ends here, and the wire goes on */
}

/* --- asking --- */

/* A name that no record has fits none. */
static gboolean
look_up (GHashTable *table, const char *name, guint32 *ret)
{
  *ret = name != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (table, name)) : 0;
  return name == NULL || *ret != 0;
}

/* A filter with its names as numbers. */
typedef struct {
  guint32 session, action, effect;
  gint64 since;
  guint8 view;
} Wanted;

static gboolean
want (const UiActivityIndex *index, const UiActivityFilter *filter, Wanted *ret)
{
  *ret = (Wanted){ .since = G_MININT64, .view = (guint8) (1u << filter->view) };
  if (filter->since != NULL && !cardea_time_parse (filter->since, &ret->since))
    ret->since = G_MININT64; /* as ui_activity_filter_matches() has it */
  return look_up (index->sessions, filter->session, &ret->session)
         && look_up (index->names, filter->action, &ret->action)
         && look_up (index->names, filter->effect, &ret->effect);
}

static gboolean
fits (const UiActivityIndex *index, const Wanted *wanted, gint64 seq)
{
  const Row *row = &g_array_index (index->rows, Row, seq);
  return (row->views & wanted->view) != 0
         && (wanted->session == 0 || row->session == wanted->session)
         && (wanted->action == 0 || row->action == wanted->action)
         && (wanted->effect == 0 || row->effect == wanted->effect) && row->time >= wanted->since;
}

void
ui_activity_index_find (const UiActivityIndex *index, const UiActivityFilter *filter, gint64 first,
                        gint64 end, GArray *found)
{
  Wanted wanted;

  if (!want (index, filter, &wanted))
    return;
  for (gint64 seq = MIN (end, ui_activity_index_size (index)) - 1; seq >= first; seq--)
    if (fits (index, &wanted, seq))
      g_array_append_val (found, seq);
}

gint64
ui_activity_index_previous (const UiActivityIndex *index, const UiActivityFilter *filter,
                            gint64 end)
{
  Wanted wanted;
  gint64 seq = MIN (end, ui_activity_index_size (index)) - 1;

  if (!want (index, filter, &wanted))
    return -1;
  while (seq >= 0 && !fits (index, &wanted, seq))
    seq--;
  return seq;
}

gboolean
ui_activity_index_span (const UiActivityIndex *index, const char *session, gint64 *ret_first,
                        gint64 *ret_last)
{
  guint32 number;
  gboolean found = FALSE;

  if (!look_up (index->sessions, session, &number) || number == 0)
    return FALSE;
  for (guint i = 0; i < index->rows->len; i++)
    if (g_array_index (index->rows, Row, i).session == number)
      {
        *ret_first = found ? *ret_first : i;
        *ret_last = i;
        found = TRUE;
      }
  return found;
}

void
ui_activity_index_count (const UiActivityIndex *index, gint64 from, gint64 until, guint n_slots,
                         guint (*slots)[UI_ACTIVITY_INDEX_LAST])
{
  static const char *const effects[EFFECTS] = { "allow", "ask", "deny" };
  guint32 numbers[EFFECTS];

  for (guint i = 0; i < EFFECTS; i++)
    (void) look_up (index->names, effects[i], &numbers[i]);
  for (guint i = 0; i < index->rows->len; i++)
    {
      const Row *row = &g_array_index (index->rows, Row, i);
      if (row->time < from || row->time >= until
          || (row->views & 1u << UI_ACTIVITY_VIEW_ACTIONS) == 0)
        continue;
      guint slot = (guint) ((row->time - from) * n_slots / (until - from));
      for (guint effect = 0; effect < EFFECTS; effect++)
        if (numbers[effect] != 0 && row->effect == numbers[effect])
          slots[slot][effect]++;
    }
}
