/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-operation.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-search.h"

#include <string.h>

#define LIMIT_TRAILS                                                                               \
  64 /* handles whose way is held, each of GUARDIAN_FILES_TRAIL_DEPTH at most                      \
      */
#define CLOSED_US G_USEC_PER_SEC /* how old the closed places' inodes may be for a resolve */

static gboolean
fail (GError **error, GuardianFilesError code, const char *reason)
{
  g_set_error_literal (error, GUARDIAN_FILES_ERROR, code, reason);
  return FALSE;
}

static gboolean
would_block (GError **error)
{
  return fail (error, GUARDIAN_FILES_ERROR_WOULD_BLOCK, "it takes a moment");
}

/* --- resolve --- */

static GuardianFilesWant
want_of (const char *text)
{
  if (g_strcmp0 (text, "file") == 0)
    return GUARDIAN_FILES_WANT_FILE;
  return g_strcmp0 (text, "folder") == 0 ? GUARDIAN_FILES_WANT_FOLDER : GUARDIAN_FILES_WANT_ANY;
}

/* The closed places, fresh enough; the job finds out by itself when that may wait. */
static void
remember_closed (GuardianFilesState *state, const char *home, GuardianFilesClosed *closed)
{
  if (closed == NULL || closed == state->closed)
    return;
  g_clear_pointer (&state->closed, guardian_files_closed_unref);
  state->closed = guardian_files_closed_ref (closed);
  g_free (state->closed_home);
  state->closed_home = g_strdup (home);
  state->closed_time = g_get_monotonic_time ();
}

static GuardianFilesClosed *
current_closed (GuardianFilesState *state, const char *home)
{
  if (state->closed == NULL || g_get_monotonic_time () - state->closed_time > CLOSED_US
      || strcmp (state->closed_home, home) != 0)
    {
      g_autoptr (GuardianFilesClosed) fresh
          = guardian_files_closed_new (state->mounts, home, GUARDIAN_FILES_WALK_NOW, NULL, NULL);
      if (fresh == NULL)
        return NULL;
      remember_closed (state, home, fresh);
    }
  return guardian_files_closed_ref (state->closed);
}

static gboolean
ensure_closed (GuardianFilesJob *job, GuardianFilesWalkMode mode, GError **error)
{
  if (job->closed == NULL && mode == GUARDIAN_FILES_WALK_NOW)
    return would_block (error);
  if (job->closed == NULL)
    job->closed = guardian_files_closed_new (job->mounts, job->home, mode, &job->lane, error);
  return job->closed != NULL;
}

static gboolean
prepare_resolve (GuardianFilesState *state, const CardeaMessage *message, GuardianFilesJob *job,
                 GError **error)
{
  job->path = g_strdup (cardea_message_get_path (message, "path"));
  job->name = g_strdup (cardea_message_get_path (message, "name"));
  job->folder = g_strdup (cardea_message_get_path (message, "folder"));
  job->home = g_strdup (cardea_message_get_path (message, "home"));
  job->want = want_of (cardea_message_get_string (message, "want"));
  if (job->home == NULL || job->home[0] != '/')
    return fail (error, GUARDIAN_FILES_ERROR_UNSUITABLE, "the home folder is not an absolute path");
  job->closed = current_closed (state, job->home);
  job->owner = state->owner;
  return TRUE;
}

static gboolean
run_resolve (GuardianFilesJob *job, GuardianFilesWalkMode mode, GError **error)
{
  const GuardianFilesResolveQuery query
      = { job->path, job->name, job->folder, job->home, job->want };
  if (!ensure_closed (job, mode, error))
    return FALSE;
  guardian_files_resolution_clear (&job->resolution);
  gboolean good
      = guardian_files_resolve (job->mounts, job->closed, &query, mode, &job->resolution, error);
  GuardianFilesObject *object = job->resolution.object;
  if (good)
    object->info.uid = guardian_files_owner_of (job->owner, object->fd, object->info.uid);
  if (job->resolution.mount != 0)
    job->lane = job->resolution.mount;
  return good;
}

static CardeaJson *
write_parents (const GuardianFilesObject *object)
{
  CardeaJson *parents = cardea_json_new_array ();
  for (gsize i = 0; i < object->n_parents; i++)
    {
      CardeaJson *parent = cardea_json_new_object ();
      cardea_json_set_int64_string (parent, "dev", object->parents[i].dev);
      cardea_json_set_int64_string (parent, "ino", object->parents[i].ino);
      cardea_json_append (parents, parent);
    }
  return parents;
}

static gboolean
answer_resolve (GuardianFilesState *state, GuardianFilesJob *job, CardeaMessage *reply,
                GError **error)
{
  remember_closed (state, job->home, job->closed);
  const GuardianFilesHandle *handle
      = guardian_files_handle_add (state->handles, g_steal_pointer (&job->resolution.object),
                                   job->home, job->resolution.closed, error);
  if (handle == NULL)
    return FALSE;

  const GuardianFilesObject *object = handle->object;
  cardea_message_set_string (reply, "handle", handle->id);
  cardea_message_set_path (reply, "path", object->path);
  if (job->resolution.via != NULL)
    cardea_message_set_path (reply, "via", job->resolution.via);
  cardea_message_set_int64 (reply, "dev", object->info.id.dev);
  cardea_message_set_int64 (reply, "ino", object->info.id.ino);
  cardea_message_set_int64 (reply, "size", object->info.size);
  cardea_message_set_int64 (reply, "mtime", object->info.mtime_ns / 1000);
  cardea_message_set_int (reply, "mode", object->info.mode);
  cardea_message_set_int64 (reply, "uid", object->info.uid);
  cardea_message_set_int64 (reply, "nlink", object->info.nlink);
  cardea_message_set_string (reply, "kind",
                             object->info.kind == GUARDIAN_FILES_KIND_FILE ? "file" : "folder");
  cardea_message_set_json (reply, "parents", write_parents (object));
  if (handle->closed)
    cardea_message_set_boolean (reply, "closed", TRUE);
  return TRUE;
}

/* --- what works on a handle --- */

static gboolean
take_handle (GuardianFilesState *state, const CardeaMessage *message, GuardianFilesJob *job,
             GError **error)
{
  const char *id = cardea_message_get_string (message, "handle");
  GuardianFilesHandle *handle = id != NULL ? g_hash_table_lookup (state->handles, id) : NULL;
  if (handle == NULL)
    return fail (error, GUARDIAN_FILES_ERROR_CHANGED, "it is not open any more");
  if (handle->closed)
    return fail (error, GUARDIAN_FILES_ERROR_DENIED,
                 "keys, passwords and Cardea's own files are closed to every agent");
  job->handle = guardian_files_handle_ref (handle);
  job->home = g_strdup (handle->home);
  if (guardian_files_mounts_class (state->mounts, handle->object->info.mount)
      != GUARDIAN_FILES_MOUNTS_LOCAL)
    job->lane = handle->object->info.mount;
  return TRUE;
}

static gboolean
take_folder (GuardianFilesState *state, const CardeaMessage *message, GuardianFilesJob *job,
             GError **error)
{
  return take_handle (state, message, job, error)
         && (job->handle->object->info.kind == GUARDIAN_FILES_KIND_FOLDER
             || fail (error, GUARDIAN_FILES_ERROR_UNSUITABLE, "it is a file, not a folder"));
}

/* As good as resolving it again: the same way to the same object, outside the closed places. What
 * has several names might be closed under another one, which takes a search; that, and whatever
 * would have to wait, is left to a resolution. */
static gboolean
is_still_there (GuardianFilesState *state, GuardianFilesHandle *handle)
{
  const GuardianFilesObject *object = handle->object;
  g_autoptr (GuardianFilesClosed) closed = current_closed (state, handle->home);
  if (closed == NULL || guardian_files_closed_covers (closed, object) || object->info.nlink != 1
      || guardian_files_mounts_class (state->mounts, object->info.mount)
             != GUARDIAN_FILES_MOUNTS_LOCAL)
    return FALSE;
  if (handle->trail == NULL && g_hash_table_size (state->handles) <= LIMIT_TRAILS)
    handle->trail = guardian_files_trail_new (object);
  return handle->trail != NULL && guardian_files_trail_holds (handle->trail, object);
}

static gboolean
prepare_read (GuardianFilesState *state, const CardeaMessage *message, GuardianFilesJob *job,
              GError **error)
{
  if (!take_handle (state, message, job, error))
    return FALSE;
  if (cardea_message_get_boolean (message, "still") && !is_still_there (state, job->handle))
    return fail (error, GUARDIAN_FILES_ERROR_CHANGED, "it changed since it was opened");
  job->offset = cardea_message_get_int64 (message, "offset", 0);
  job->length = cardea_message_get_int (message, "length", CARDEA_LIMIT_MEMFD);
  job->digest = cardea_message_get_boolean (message, "digest");
  job->reader = job->handle->reader;
  job->settle = !job->handle->begun;
  job->snapshot = job->handle->snapshot;
  return TRUE;
}

/* In the main thread only: it looks into the handle. */
static gboolean
serve_kept (GuardianFilesJob *job, int reader)
{
  return !job->digest && !job->settle && job->offset == 0
         && job->length >= (gint64) job->handle->kept.size
         && guardian_files_kept_serve (&job->handle->kept, reader, &job->snapshot, &job->piece);
}

/* On a slow mount the file is opened for each piece: closing it in the main thread could wait. */
static gboolean
run_read (GuardianFilesJob *job, GuardianFilesWalkMode mode, GError **error)
{
  if (mode == GUARDIAN_FILES_WALK_NOW && job->lane != 0)
    return would_block (error);

  int reader = job->reader >= 0 ? job->reader : job->opened;
  if (reader < 0)
    {
      GuardianFilesSnapshot snapshot;
      reader = job->opened = guardian_files_read_open (job->handle->object, &snapshot, error);
      if (reader < 0)
        return FALSE;
      if (job->settle)
        job->snapshot = snapshot;
    }
  if (mode == GUARDIAN_FILES_WALK_NOW && serve_kept (job, reader))
    return TRUE;
  gboolean good = guardian_files_read_piece (reader, &job->snapshot, job->settle, job->offset,
                                             job->length, mode, job->digest, &job->piece, error);
  if (job->lane != 0)
    cardea_fd_clear (&job->opened);
  return good;
}

static gboolean
same_snapshot (const GuardianFilesSnapshot *a, const GuardianFilesSnapshot *b)
{
  return a->size == b->size && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

static gboolean
answer_read (GuardianFilesState *state, GuardianFilesJob *job, CardeaMessage *reply, GError **error)
{
  GuardianFilesHandle *handle = job->handle;
  if (handle->begun && !same_snapshot (&handle->snapshot, &job->snapshot))
    return fail (error, GUARDIAN_FILES_ERROR_CHANGED, "it changed while it was being read");
  handle->begun = TRUE;
  handle->snapshot = job->snapshot;
  if (handle->reader < 0 && job->opened >= 0)
    handle->reader = cardea_fd_steal (&job->opened);
  if (handle->trail != NULL && handle->kept.memfd < 0)
    guardian_files_kept_set (&handle->kept, &job->piece, job->offset);

  cardea_message_set_fd (reply, "content", cardea_fd_steal (&job->piece.memfd));
  cardea_message_set_int64 (reply, "size", job->snapshot.size);
  cardea_message_set_int64 (reply, "mtime", job->snapshot.mtime_ns / 1000);
  cardea_message_set_int64 (reply, "bytes", job->piece.bytes);
  cardea_message_set_boolean (reply, "end", job->piece.end);
  if (job->piece.sha256[0] != '\0')
    cardea_message_set_string (reply, "sha256", job->piece.sha256);
  return TRUE;
}

static GuardianFilesListSort
sort_of (const char *text)
{
  if (g_strcmp0 (text, "mtime") == 0)
    return GUARDIAN_FILES_LIST_MTIME;
  return g_strcmp0 (text, "size") == 0 ? GUARDIAN_FILES_LIST_SIZE : GUARDIAN_FILES_LIST_NAME;
}

static gboolean
prepare_list (GuardianFilesState *state, const CardeaMessage *message, GuardianFilesJob *job,
              GError **error)
{
  if (!take_folder (state, message, job, error))
    return FALSE;
  job->text = g_strdup (cardea_message_get_string (message, "pattern"));
  job->list = (GuardianFilesListQuery){
    .depth = cardea_message_get_int (message, "depth", 1),
    .sort = sort_of (cardea_message_get_string (message, "sort")),
    .pattern = job->text,
    .limit = cardea_message_get_int (message, "limit", 1),
  };
  return TRUE;
}

static gboolean
run_list (GuardianFilesJob *job, GuardianFilesWalkMode mode, GError **error)
{
  if (mode == GUARDIAN_FILES_WALK_NOW)
    return would_block (error);
  if (!ensure_closed (job, mode, error))
    return FALSE;
  job->results = guardian_files_list (job->mounts, job->closed, job->handle->object->fd, &job->list,
                                      &job->cancelled, &job->truncated, error);
  return job->results != NULL;
}

static gboolean
answer_list (GuardianFilesState *state, GuardianFilesJob *job, CardeaMessage *reply, GError **error)
{
  cardea_message_set_json (reply, "entries", g_steal_pointer (&job->results));
  cardea_message_set_boolean (reply, "truncated", job->truncated);
  return TRUE;
}

static gboolean
prepare_search (GuardianFilesState *state, const CardeaMessage *message, GuardianFilesJob *job,
                GError **error)
{
  if (!take_handle (state, message, job, error))
    return FALSE;
  job->text = g_strdup (cardea_message_get_string (message, "text"));
  job->list.limit = cardea_message_get_int (message, "limit", 1);
  return TRUE;
}

static gboolean
run_search (GuardianFilesJob *job, GuardianFilesWalkMode mode, GError **error)
{
  if (mode == GUARDIAN_FILES_WALK_NOW)
    return would_block (error);
  if (!ensure_closed (job, mode, error))
    return FALSE;
  job->results = guardian_files_search (job->mounts, job->closed, job->handle->object, job->text,
                                        job->list.limit, &job->cancelled, &job->truncated, error);
  return job->results != NULL;
}

static gboolean
answer_search (GuardianFilesState *state, GuardianFilesJob *job, CardeaMessage *reply,
               GError **error)
{
  cardea_message_set_json (reply, "matches", g_steal_pointer (&job->results));
  cardea_message_set_boolean (reply, "truncated", job->truncated);
  return TRUE;
}

static const GuardianFilesOperation operations[] = {
  { "files.resolve", 10, prepare_resolve, run_resolve, answer_resolve, "files.resolved" },
  { "files.read", 30, prepare_read, run_read, answer_read, "files.content" },
  { "files.list", 20, prepare_list, run_list, answer_list, "files.listed" },
  { "files.search", 30, prepare_search, run_search, answer_search, "files.found" },
};

const GuardianFilesOperation *
guardian_files_operation_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if (strcmp (operations[i].message, name) == 0)
      return &operations[i];
  return NULL;
}

GuardianFilesJob *
guardian_files_job_new (const GuardianFilesOperation *operation, const GuardianFilesMounts *mounts)
{
  GuardianFilesJob *job = g_new0 (GuardianFilesJob, 1);
  job->operation = operation;
  job->mounts = mounts;
  job->reader = -1;
  job->opened = -1;
  job->piece.memfd = -1;
  return job;
}

void
guardian_files_job_free (GuardianFilesJob *job)
{
  if (job == NULL)
    return;
  g_clear_error (&job->error);
  guardian_files_handle_unref (job->handle);
  g_clear_pointer (&job->closed, guardian_files_closed_unref);
  g_free (job->home);
  g_free (job->path);
  g_free (job->name);
  g_free (job->folder);
  g_free (job->text);
  guardian_files_resolution_clear (&job->resolution);
  cardea_fd_clear (&job->piece.memfd);
  cardea_fd_clear (&job->opened);
  g_clear_pointer (&job->results, cardea_json_unref);
  g_free (job);
}
