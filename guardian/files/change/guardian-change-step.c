/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: held folders, and names of its own that are 96 random bits. Refuses: to overwrite or
 * remove anything but the very object that was planned: names change places or are taken only when
 * free, and what came out is compared before anything else happens.
 * Known gaps: between the last look at a name and taking it away (unlink knows no condition) lie
 * microseconds; only names of our own and new files being taken back are ever unlinked. */

#include "guardian/files/change/guardian-change-step.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "guardian/files/change/guardian-change-error.h"
#include "guardian/files/change/guardian-change-seam.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RANDOM_BYTES 12
#define PREFIX ".cardea-" /* of names of our own */
#define LIMIT_TEMP (sizeof PREFIX - 1 + 2 * RANDOM_BYTES)
#define NANOSECONDS 1000000000LL

GuardianChangeStep *
guardian_change_step_new (GuardianChangeAct act, guint item, GuardianChangeFolder *folder,
                          const char *name)
{
  GuardianChangeStep *step = g_new0 (GuardianChangeStep, 1);
  step->act = act;
  step->item = item;
  step->folder = folder;
  step->name = g_strdup (name);
  step->staged = -1;
  step->mode = step->mode_before = -1;
  step->mtime_ns = step->mtime_before = -1;
  step->after.kind = GUARDIAN_FILES_KIND_LINK;
  if (act == GUARDIAN_CHANGE_ACT_MOVE || act == GUARDIAN_CHANGE_ACT_ATTRIBUTES)
    return step; /* these need no names of our own, and may be many */
  g_autofree char *random = cardea_id_new (RANDOM_BYTES);
  g_snprintf (step->temp, sizeof step->temp, PREFIX "%s", random);
  g_snprintf (step->aside, sizeof step->aside, PREFIX "%s-old", random);
  return step;
}

gboolean
guardian_change_step_set_temp (GuardianChangeStep *step, const char *temp)
{
  if (!g_str_has_prefix (temp, PREFIX) || strlen (temp) > LIMIT_TEMP)
    return FALSE;
  g_strlcpy (step->temp, temp, sizeof step->temp);
  g_snprintf (step->aside, sizeof step->aside, "%.*s-old", (int) LIMIT_TEMP, temp);
  return TRUE;
}

void
guardian_change_step_free (GuardianChangeStep *step)
{
  if (step == NULL)
    return;
  cardea_fd_clear (&step->staged);
  g_free (step->name);
  g_free (step->to_name);
  g_free (step->text);
  g_free (step);
}

static gboolean
fail (GError **error)
{
  return guardian_change_error_set_errno (error, errno);
}

static gboolean
changed (GError **error)
{
  return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                    "it changed at the last moment");
}

static gboolean
is_at (const GuardianChangeFolder *folder, const char *name, const GuardianFilesId *id)
{
  GuardianFilesInfo info;
  return guardian_files_info_read (folder->fd, name, TRUE, &info)
         && guardian_files_id_equal (&info.id, id);
}

/* Renaming itself sets ctime; everything else of the content must be as it was planned. */
static gboolean
is_old (const GuardianChangeStep *step, const GuardianChangeFolder *folder, const char *name)
{
  GuardianFilesInfo info;
  return guardian_files_info_read (folder->fd, name, TRUE, &info)
         && guardian_files_id_equal (&info.id, &step->old_id)
         && (step->is_folder
             || (info.size == step->old_size && info.mtime_ns == step->old_mtime_ns));
}

/* Gone, or never there. */
static gboolean
is_free (const GuardianChangeFolder *folder, const char *name)
{
  GuardianFilesInfo info;
  return !guardian_files_info_read (folder->fd, name, TRUE, &info) && errno == ENOENT;
}

/* FALSE with errno. */
static gboolean
exchange (const GuardianChangeStep *step)
{
  int folder = step->folder->fd;
  if (!guardian_change_seam_plain ())
    return renameat2 (folder, step->temp, folder, step->name, RENAME_EXCHANGE) == 0;
  errno = EINVAL;
  return FALSE;
}

static gboolean
knows_flags (void)
{
  return errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP;
}

/* Moves a name only where there is none. FALSE with errno. */
static gboolean
move (const GuardianChangeFolder *from, const char *name, const GuardianChangeFolder *to,
      const char *new_name)
{
  if (renameat2 (from->fd, name, to->fd, new_name, RENAME_NOREPLACE) == 0)
    return TRUE;
  /* A disk that knows no conditions: a second name, then the first one goes. */
  return !knows_flags () && linkat (from->fd, name, to->fd, new_name, 0) == 0
         && unlinkat (from->fd, name, 0) == 0;
}

static gboolean
name_staged (const GuardianChangeStep *step, const char *name)
{
  char link[64];
  g_snprintf (link, sizeof link, "/proc/self/fd/%d", step->staged);
  return linkat (AT_FDCWD, link, step->folder->fd, name, AT_SYMLINK_FOLLOW) == 0;
}

static gboolean
note_after (GuardianChangeStep *step, const GuardianChangeFolder *folder, const char *name,
            GError **error)
{
  return guardian_files_info_read (folder->fd, name, TRUE, &step->after) || fail (error);
}

/* --- doing --- */

/* Where two names cannot change places: the old one steps aside, the new one takes the free name.
 */
static gboolean
replace_in_two (GuardianChangeStep *step, GError **error)
{
  if (!move (step->folder, step->name, step->folder, step->aside))
    return fail (error);
  if (!is_old (step, step->folder, step->aside))
    {
      (void) move (step->folder, step->aside, step->folder, step->name);
      return changed (error);
    }
  return move (step->folder, step->temp, step->folder, step->name) || fail (error);
}

static gboolean
do_replace (GuardianChangeStep *step, GError **error)
{
  if (!step->named && !name_staged (step, step->temp))
    return fail (error);
  step->named = TRUE;
  if (!is_old (step, step->folder, step->name))
    return changed (error);
  if (exchange (step))
    {
      if (is_old (step, step->folder, step->temp))
        return note_after (step, step->folder, step->name, error);
      (void) exchange (step);
      return changed (error);
    }
  if (knows_flags ())
    return fail (error);
  return replace_in_two (step, error) && note_after (step, step->folder, step->name, error);
}

static gboolean
do_make (GuardianChangeStep *step, GError **error)
{
  if (step->named ? !move (step->folder, step->temp, step->folder, step->name)
                  : !name_staged (step, step->name))
    return fail (error);
  return note_after (step, step->folder, step->name, error);
}

/* What this transaction takes away out of it lies in it until the end. */
static gboolean
counts (const GuardianChangeStep *step, const char *name)
{
  return strcmp (name, ".") != 0 && strcmp (name, "..") != 0
         && (step->temps == NULL || !g_hash_table_contains (step->temps, name));
}

static gboolean
is_empty (const GuardianChangeStep *step, const char *name)
{
  cardea_autofd int fd
      = openat (step->folder->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  gboolean empty = dir != NULL;
  if (dir == NULL)
    return FALSE;
  cardea_fd_steal (&fd);
  for (struct dirent *entry = readdir (dir); empty && entry != NULL; entry = readdir (dir))
    empty = !counts (step, entry->d_name);
  closedir (dir);
  return empty;
}

static gboolean
do_remove (GuardianChangeStep *step, GError **error)
{
  if (!is_old (step, step->folder, step->name))
    return changed (error);
  if (!move (step->folder, step->name, step->folder, step->temp))
    return fail (error);
  if (!is_old (step, step->folder, step->temp))
    {
      (void) move (step->folder, step->temp, step->folder, step->name);
      return changed (error);
    }
  if (!step->is_folder || is_empty (step, step->temp))
    return TRUE;
  (void) move (step->folder, step->temp, step->folder, step->name);
  errno = ENOTEMPTY;
  return fail (error);
}

static gboolean
do_move (GuardianChangeStep *step, GError **error)
{
  if (!is_old (step, step->folder, step->name))
    return changed (error);
  if (!move (step->folder, step->name, step->to_folder, step->to_name))
    return fail (error);
  if (!note_after (step, step->to_folder, step->to_name, error))
    return FALSE;
  const GuardianFilesInfo *after = &step->after;
  if (guardian_files_id_equal (&after->id, &step->old_id)
      && (step->is_folder
          || (after->size == step->old_size && after->mtime_ns == step->old_mtime_ns)))
    return TRUE;
  (void) move (step->to_folder, step->to_name, step->folder, step->name);
  return changed (error);
}

static gboolean
do_folder (GuardianChangeStep *step, GError **error)
{
  if (!step->nested && !move (step->folder, step->temp, step->folder, step->name))
    return fail (error);
  return note_after (step, step->folder, step->name, error);
}

static struct timespec
timespec_of (gint64 ns)
{
  return ns < 0 ? (struct timespec){ .tv_nsec = UTIME_OMIT }
                : (struct timespec){ .tv_sec = ns / NANOSECONDS, .tv_nsec = ns % NANOSECONDS };
}

static gboolean
set_attributes (const GuardianChangeStep *step, gint mode, gint64 mtime_ns)
{
  const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, timespec_of (mtime_ns) };
  char link[64];
  GuardianFilesInfo info;
  cardea_autofd int fd = openat (step->folder->fd, step->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || !guardian_files_info_read (fd, "", TRUE, &info))
    return FALSE;
  if (!guardian_files_id_equal (&info.id, &step->old_id))
    {
      errno = ESTALE;
      return FALSE;
    }
  g_snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  return (mode < 0 || fchmodat (AT_FDCWD, link, mode, 0) == 0)
         && (mtime_ns < 0 || utimensat (AT_FDCWD, link, times, 0) == 0);
}

static gboolean
do_attributes (GuardianChangeStep *step, GError **error)
{
  if (!is_old (step, step->folder, step->name))
    return changed (error);
  if (!set_attributes (step, step->mode, step->mtime_ns))
    return fail (error);
  return note_after (step, step->folder, step->name, error);
}

/* --- taking back --- */

static gboolean
unlink_own (const GuardianChangeFolder *folder, const char *name, int flags)
{
  return unlinkat (folder->fd, name, flags) == 0 || errno == ENOENT;
}

/* Somebody else has the name by now: theirs stays, and what was there lies beside it. */
static gboolean
put_beside (const GuardianChangeStep *step, const char *temp)
{
  g_autofree char *beside
      = g_strdup_printf ("%.200s (before %s)", step->name, step->temp + strlen (PREFIX));
  g_warning ("a file was kept beside another one that came in its place");
  return move (step->folder, temp, step->folder, beside);
}

static gboolean
put_back (const GuardianChangeStep *step, const char *temp)
{
  return move (step->folder, temp, step->folder, step->name)
         || (errno == EEXIST && put_beside (step, temp));
}

/* A file that was brought, under a name that others know: only while it is that file. */
static gboolean
take_away (const GuardianChangeStep *step, const char *name)
{
  if (!move (step->folder, name, step->folder, step->aside))
    return errno == ENOENT;
  if (is_at (step->folder, step->aside, &step->new_id))
    return unlink_own (step->folder, step->aside, 0);
  return put_back (step, step->aside);
}

/* Made by this process, which could not even look at it. */
static gboolean
is_unseen (const GuardianChangeStep *step)
{
  return step->named && step->new_id.ino == 0;
}

/* Something is under a name of our own that we did not put there: it came out where the planned one
 * was expected. */
static gboolean
return_foreign (const GuardianChangeStep *step, const char *temp)
{
  return is_free (step->folder, temp) || put_back (step, temp);
}

static gboolean
back_replace (GuardianChangeStep *step)
{
  const GuardianChangeFolder *folder = step->folder;
  if (is_at (folder, step->temp, &step->old_id) && is_at (folder, step->name, &step->new_id))
    return exchange (step) && unlink_own (folder, step->temp, 0);
  if ((is_unseen (step) || is_at (folder, step->temp, &step->new_id))
      && !unlink_own (folder, step->temp, 0))
    return FALSE;
  if (is_at (folder, step->aside, &step->old_id) && is_at (folder, step->name, &step->new_id)
      && !unlink_own (folder, step->name, 0))
    return FALSE;
  return return_foreign (step, step->temp) && return_foreign (step, step->aside);
}

static gboolean
back_make (GuardianChangeStep *step)
{
  if (is_at (step->folder, step->name, &step->new_id) && !take_away (step, step->name))
    return FALSE;
  return !(is_unseen (step) || is_at (step->folder, step->temp, &step->new_id))
         || unlink_own (step->folder, step->temp, 0);
}

static gboolean
back_remove (GuardianChangeStep *step)
{
  return return_foreign (step, step->temp);
}

/* What somebody put under the old name stays, and so does what was moved. */
static gboolean
back_move (GuardianChangeStep *step)
{
  const GuardianFilesId *moved = step->after.id.ino != 0 ? &step->after.id : &step->old_id;
  if (step->to_folder->fd < 0 || !is_at (step->to_folder, step->to_name, moved)
      || is_at (step->folder, step->name, moved))
    return TRUE;
  if (move (step->to_folder, step->to_name, step->folder, step->name))
    return TRUE;
  if (errno != EEXIST)
    return FALSE;
  g_warning ("a file could not be moved back: another one came in its place");
  return TRUE;
}

static gboolean
back_folder (GuardianChangeStep *step)
{
  if (is_unseen (step))
    return unlink_own (step->folder, step->nested ? step->name : step->temp, AT_REMOVEDIR);
  if (!step->nested && is_at (step->folder, step->temp, &step->new_id)
      && !unlink_own (step->folder, step->temp, AT_REMOVEDIR))
    return errno == ENOTEMPTY;
  return !is_at (step->folder, step->name, &step->new_id)
         || unlink_own (step->folder, step->name, AT_REMOVEDIR) || errno == ENOTEMPTY;
}

static gboolean
back_attributes (GuardianChangeStep *step)
{
  GuardianFilesInfo info;
  if (!guardian_files_info_read (step->folder->fd, step->name, TRUE, &info)
      || !guardian_files_id_equal (&info.id, &step->old_id))
    return TRUE;
  gboolean mode = step->mode >= 0 && (info.mode & 07777) == (guint) step->mode;
  gboolean mtime = step->mtime_ns >= 0 && info.mtime_ns == step->mtime_ns;
  return set_attributes (step, mode ? step->mode_before : -1, mtime ? step->mtime_before : -1);
}

/* --- looking --- */

static GuardianChangeProgress
look_replace (const GuardianChangeStep *step)
{
  const GuardianChangeFolder *folder = step->folder;
  if (is_at (folder, step->temp, &step->old_id))
    return GUARDIAN_CHANGE_PROGRESS_DONE;
  if (is_at (folder, step->temp, &step->new_id))
    return GUARDIAN_CHANGE_PROGRESS_NOT_DONE;
  if (is_at (folder, step->name, &step->new_id))
    return GUARDIAN_CHANGE_PROGRESS_DONE;
  return is_at (folder, step->name, &step->old_id) ? GUARDIAN_CHANGE_PROGRESS_NOT_DONE
                                                   : GUARDIAN_CHANGE_PROGRESS_UNKNOWN;
}

static GuardianChangeProgress
look_make (const GuardianChangeStep *step)
{
  if (is_at (step->folder, step->name, &step->new_id))
    return GUARDIAN_CHANGE_PROGRESS_DONE;
  if (is_at (step->folder, step->temp, &step->new_id) || is_free (step->folder, step->name))
    return GUARDIAN_CHANGE_PROGRESS_NOT_DONE;
  return GUARDIAN_CHANGE_PROGRESS_UNKNOWN;
}

static GuardianChangeProgress
look_remove (const GuardianChangeStep *step)
{
  if (is_at (step->folder, step->name, &step->old_id))
    return GUARDIAN_CHANGE_PROGRESS_NOT_DONE;
  return is_at (step->folder, step->temp, &step->old_id) || is_free (step->folder, step->name)
             ? GUARDIAN_CHANGE_PROGRESS_DONE
             : GUARDIAN_CHANGE_PROGRESS_UNKNOWN;
}

static GuardianChangeProgress
look_move (const GuardianChangeStep *step)
{
  if (step->to_folder->fd >= 0 && is_at (step->to_folder, step->to_name, &step->old_id))
    return GUARDIAN_CHANGE_PROGRESS_DONE;
  return is_at (step->folder, step->name, &step->old_id) ? GUARDIAN_CHANGE_PROGRESS_NOT_DONE
                                                         : GUARDIAN_CHANGE_PROGRESS_UNKNOWN;
}

/* A nested folder comes with the one around it. */
static GuardianChangeProgress
look_folder (const GuardianChangeStep *step)
{
  if (step->nested)
    return GUARDIAN_CHANGE_PROGRESS_UNKNOWN;
  if (is_at (step->folder, step->name, &step->new_id))
    return GUARDIAN_CHANGE_PROGRESS_DONE;
  return is_at (step->folder, step->temp, &step->new_id) ? GUARDIAN_CHANGE_PROGRESS_NOT_DONE
                                                         : GUARDIAN_CHANGE_PROGRESS_UNKNOWN;
}

static GuardianChangeProgress
look_attributes (const GuardianChangeStep *step)
{
  GuardianFilesInfo info;
  if (!guardian_files_info_read (step->folder->fd, step->name, TRUE, &info)
      || !guardian_files_id_equal (&info.id, &step->old_id))
    return GUARDIAN_CHANGE_PROGRESS_UNKNOWN;
  return (step->mode < 0 || (info.mode & 07777) == (guint) step->mode)
                 && (step->mtime_ns < 0 || info.mtime_ns == step->mtime_ns)
             ? GUARDIAN_CHANGE_PROGRESS_DONE
             : GUARDIAN_CHANGE_PROGRESS_NOT_DONE;
}

/* --- finishing --- */

static void
finish_old (GuardianChangeStep *step)
{
  const char *const names[] = { step->temp, step->aside };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (is_at (step->folder, names[i], &step->old_id)
        && !unlink_own (step->folder, names[i], step->is_folder ? AT_REMOVEDIR : 0))
      g_warning ("a file that was replaced still lies about: %s", g_strerror (errno));
}

static const struct {
  gboolean (*act) (GuardianChangeStep *step, GError **error);
  gboolean (*take_back) (GuardianChangeStep *step);
  GuardianChangeProgress (*look) (const GuardianChangeStep *step);
  void (*finish) (GuardianChangeStep *step);
} acts[] = {
  [GUARDIAN_CHANGE_ACT_REPLACE] = { do_replace, back_replace, look_replace, finish_old },
  [GUARDIAN_CHANGE_ACT_MAKE] = { do_make, back_make, look_make, NULL },
  [GUARDIAN_CHANGE_ACT_REMOVE] = { do_remove, back_remove, look_remove, finish_old },
  [GUARDIAN_CHANGE_ACT_MOVE] = { do_move, back_move, look_move, NULL },
  [GUARDIAN_CHANGE_ACT_FOLDER] = { do_folder, back_folder, look_folder, NULL },
  [GUARDIAN_CHANGE_ACT_ATTRIBUTES] = { do_attributes, back_attributes, look_attributes, NULL },
};

gboolean
guardian_change_step_do (GuardianChangeStep *step, GError **error)
{
  return acts[step->act].act (step, error);
}

GuardianChangeProgress
guardian_change_step_look (const GuardianChangeStep *step)
{
  return step->folder->fd >= 0 ? acts[step->act].look (step) : GUARDIAN_CHANGE_PROGRESS_UNKNOWN;
}

gboolean
guardian_change_step_take_back (GuardianChangeStep *step)
{
  return step->folder->fd < 0 || acts[step->act].take_back (step);
}

void
guardian_change_step_finish (GuardianChangeStep *step)
{
  if (step->folder->fd >= 0 && acts[step->act].finish != NULL)
    acts[step->act].finish (step);
}
