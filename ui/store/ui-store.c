/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/store/ui-store.h"

#include "common/base/cardea-autofd.h"
#include "ui/store/ui-store-pasted.h"

/* The text of a record is ours and small; what stands in it is bounded by the record's own limit.
 */
#define RECORD_VALUES_LIMIT 200000u

struct _UiStore {
  GObject parent_instance;
  GThreadPool *pool; /* of one thread */
  UiStoreDisk *disk; /* that thread's */
  gboolean troubled;
};

enum { TROUBLE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiStore, ui_store, G_TYPE_OBJECT)

typedef struct Job Job;
struct Job {
  void (*run) (UiStore *self, Job *job, GTask *task);
  char *id;
  int parent;
  CardeaSecret *key;
  CardeaJson *json;
  UiStoreTakeRecord take;
  gpointer take_data;
  UiStoreEnd end;
  CardeaJson *draft;
};

static void
job_free (Job *job)
{
  g_free (job->id);
  cardea_fd_clear (&job->parent);
  g_clear_pointer (&job->key, cardea_secret_unref);
  g_clear_pointer (&job->json, cardea_json_unref);
  g_clear_pointer (&job->draft, cardea_json_unref);
  g_free (job);
}

static void
run_cb (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  job->run (g_task_get_source_object (task), job, task);
}

/* job is taken. */
static void
push (UiStore *self, Job *job, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  if (self->pool != NULL && g_thread_pool_push (self->pool, task, NULL))
    return;
  g_task_return_new_error (task, UI_STORE_ERROR, UI_STORE_ERROR_FAILED, "the store is closed");
  g_object_unref (task);
}

static Job *
new_job (void (*run) (UiStore *, Job *, GTask *), const char *id)
{
  Job *job = g_new0 (Job, 1);
  job->run = run;
  job->id = g_strdup (id);
  job->parent = -1;
  return job;
}

static gboolean
is_open (UiStore *self, GTask *task)
{
  if (self->disk == NULL)
    g_task_return_new_error (task, UI_STORE_ERROR, UI_STORE_ERROR_FAILED, "the store is not open");
  return self->disk != NULL;
}

static void
done (GTask *task, gboolean good, GError *error)
{
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* --- opening --- */

static void
run_open (UiStore *self, Job *job, GTask *task)
{
  GError *error = NULL;
  char **ids = NULL;

  if (self->disk == NULL)
    self->disk = ui_store_disk_open (job->parent, job->key, &error);
  if (self->disk != NULL)
    ids = ui_store_disk_list (self->disk, &error);
  if (ids != NULL)
    ui_store_pasted_sweep ((const char *const *) ids);
  if (ids != NULL)
    g_task_return_pointer (task, ids, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

void
ui_store_open_async (UiStore *self, int parent, CardeaSecret *key, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  Job *job = new_job (run_open, NULL);
  job->parent = parent;
  job->key = cardea_secret_ref (key);
  push (self, job, callback, user_data);
}

char **
ui_store_open_finish (UiStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- reading --- */

static gboolean
take_cb (const void *bytes, gsize size, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (CardeaJson) record
      = cardea_json_parse_bounded (bytes, size, RECORD_VALUES_LIMIT, NULL);
  return record != NULL && cardea_json_type (record) == CARDEA_JSON_OBJECT
         && job->take (record, job->take_data);
}

static void
run_read (UiStore *self, Job *job, GTask *task)
{
  GError *error = NULL;

  if (!is_open (self, task))
    return;
  g_autoptr (GBytes) draft = ui_store_disk_read_draft (self->disk, job->id, NULL);
  if (draft != NULL)
    job->draft = cardea_json_parse_bounded (g_bytes_get_data (draft, NULL),
                                            g_bytes_get_size (draft), RECORD_VALUES_LIMIT, NULL);
  gboolean good = ui_store_disk_read (self->disk, job->id, take_cb, job, &job->end, &error);
  job->take (NULL, job->take_data);
  done (task, good, error);
}

void
ui_store_read_async (UiStore *self, const char *id, UiStoreTakeRecord take, gpointer take_data,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = new_job (run_read, id);
  job->take = take;
  job->take_data = take_data;
  push (self, job, callback, user_data);
}

gboolean
ui_store_read_finish (UiStore *self, GAsyncResult *result, UiStoreEnd *ret_end,
                      CardeaJson **ret_draft, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));
  *ret_end = job->end;
  *ret_draft = g_steal_pointer (&job->draft);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- writing --- */

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  UiStore *self = UI_STORE (source);
  g_autoptr (GError) error = NULL;
  gboolean good = g_task_propagate_boolean (G_TASK (result), &error);

  if (good != self->troubled)
    return; /* as it was before */
  self->troubled = !good;
  g_signal_emit (self, signals[TROUBLE], 0, good ? NULL : error->message);
}

static void
run_append (UiStore *self, Job *job, GTask *task)
{
  GError *error = NULL;
  gsize size;

  if (!is_open (self, task))
    return;
  g_autofree char *text = cardea_json_write (job->json, &size, &error);
  done (task, text != NULL && ui_store_disk_append (self->disk, job->id, text, size, &error),
        error);
}

void
ui_store_append (UiStore *self, const char *id, CardeaJson *record)
{
  Job *job = new_job (run_append, id);
  job->json = cardea_json_ref (record);
  push (self, job, written_cb, NULL);
}

static void
run_draft (UiStore *self, Job *job, GTask *task)
{
  g_autofree char *text = NULL;
  GError *error = NULL;
  gsize size = 0;

  if (!is_open (self, task))
    return;
  if (job->json != NULL)
    text = cardea_json_write (job->json, &size, &error);
  done (task, error == NULL && ui_store_disk_write_draft (self->disk, job->id, text, size, &error),
        error);
}

void
ui_store_write_draft (UiStore *self, const char *id, CardeaJson *draft)
{
  Job *job = new_job (run_draft, id);
  job->json = draft != NULL ? cardea_json_ref (draft) : NULL;
  push (self, job, written_cb, NULL);
}

static void
run_delete (UiStore *self, Job *job, GTask *task)
{
  GError *error = NULL;
  ui_store_pasted_delete (job->id);
  /* Before it is open nothing else of a chat is on the disk that anybody here knows. */
  done (task, self->disk == NULL || ui_store_disk_delete (self->disk, job->id, &error), error);
}

void
ui_store_delete (UiStore *self, const char *id)
{
  push (self, new_job (run_delete, id), written_cb, NULL);
}

/* --- life --- */

void
ui_store_close (UiStore *self)
{
  GThreadPool *pool = g_steal_pointer (&self->pool);
  if (pool != NULL)
    g_thread_pool_free (pool, FALSE, TRUE);
  g_clear_pointer (&self->disk, ui_store_disk_close);
}

static void
ui_store_dispose (GObject *object)
{
  ui_store_close (UI_STORE (object));
  G_OBJECT_CLASS (ui_store_parent_class)->dispose (object);
}

static void
ui_store_class_init (UiStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_store_dispose;
  signals[TROUBLE] = g_signal_new ("trouble", UI_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ui_store_init (UiStore *self)
{
  self->pool = g_thread_pool_new (run_cb, NULL, 1, FALSE, NULL);
}

UiStore *
ui_store_new (void)
{
  return g_object_new (UI_TYPE_STORE, NULL);
}
