/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the view worker for what it wrote, as for what it says. Refuses what it could not have
 * written: the rest of such a journal is not read, which the log then says. Known gaps: whether the
 * very last effect took place is not known, and an effect that came to the log just before the end
 * may stand there twice. */

#include "guardian/core/guardian-effects.h"

#include "guardian/core/guardian-action-view.h"
#include "guardian/core/guardian-record-files.h"
#include "guardian/core/guardian-session-table.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "common/base/cardea-paths.h"
#include "common/protocol/cardea-path-json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "effects" /* of the state folder */
#define OFFSET_SIZE 21   /* twenty digits and the end of the line */
#define LIMIT_LINE 65536u
#define LIMIT_VALUES 16u
#define LIMIT_REST (64 << 20) /* bytes that are not in the log; in order it is a second's worth */

#define REASON "it was begun when Cardea was killed: what was decided for the folder held for it"
#define REASON_DAMAGED                                                                             \
  "what else was begun when Cardea was killed is not known: its note is damaged"

struct _GuardianEffects {
  char *path;
  int fd;
  gint64 begin; /* of the effects */
  gint64 recorded;
};

/* Effects of one kind, one behind the other. */
typedef struct {
  char *action;
  char *by;
  char *grant;
  GPtrArray *paths;
} Group;

static void
group_clear (Group *group)
{
  g_clear_pointer (&group->action, g_free);
  g_clear_pointer (&group->by, g_free);
  g_clear_pointer (&group->grant, g_free);
  g_clear_pointer (&group->paths, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Group, group_clear)

static void
effects_free (GuardianEffects *effects)
{
  cardea_fd_clear (&effects->fd);
  g_free (effects->path);
  g_free (effects);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEffects, effects_free)

static char *
make_folder (GError **error)
{
  g_autofree char *state = cardea_paths_folder (CARDEA_PATHS_STATE);
  g_autofree char *folder = g_build_filename (state, FOLDER, NULL);

  if (mkdir (folder, 0700) == 0 || errno == EEXIST)
    return g_steal_pointer (&folder);
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "cannot make %s: %s", folder,
               g_strerror (errno));
  return NULL;
}

/* --- while the session lives --- */

static gboolean
write_beginning (GuardianEffects *effects, const GuardianSession *session)
{
  g_autoptr (CardeaJson) actor = cardea_json_new_object ();

  cardea_json_set_string (actor, "session", session->id);
  if (session->trace != NULL)
    cardea_json_set_string (actor, "trace", session->trace);
  cardea_json_set_string (actor, "agent", guardian_session_agent (session));
  g_autofree char *text = cardea_json_write (actor, NULL, NULL);
  if (text == NULL)
    return FALSE;
  g_autofree char *lines = g_strdup_printf ("%020d\n%s\n", 0, text);
  gsize size = strlen (lines);
  effects->begin = (gint64) size;
  return write (effects->fd, lines, size) == (ssize_t) size;
}

GuardianEffects *
guardian_effects_new (const GuardianSession *session, GError **error)
{
  g_autofree char *folder = make_folder (error);
  if (folder == NULL)
    return NULL;
  g_autoptr (GuardianEffects) effects = g_new0 (GuardianEffects, 1);

  effects->path = g_build_filename (folder, session->id, NULL);
  effects->fd = open (effects->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (effects->fd >= 0 && write_beginning (effects, session))
    return g_steal_pointer (&effects);
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "cannot write %s: %s",
               effects->path, g_strerror (errno));
  if (effects->fd >= 0)
    unlink (effects->path);
  return NULL;
}

int
guardian_effects_appender (const GuardianEffects *effects)
{
  return open (effects->path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
}

void
guardian_effects_recorded (GuardianEffects *effects, gint64 end)
{
  char digits[OFFSET_SIZE + 1];

  if (end <= effects->recorded)
    return;
  snprintf (digits, sizeof digits, "%020" G_GINT64_FORMAT "\n", end);
  if (pwrite (effects->fd, digits, OFFSET_SIZE, 0) != OFFSET_SIZE)
    return; /* it would be recorded twice */
  effects->recorded = end;
  if (end > effects->begin) /* not every file system can: then it grows until the session ends */
    (void) fallocate (effects->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, effects->begin,
                      end - effects->begin);
}

/* --- what is left of one --- */

/* Of the lines of a journal: the first two, and where the effects begin. FALSE: it is none; begin
 * is 0 when it was only being made, so that nothing had begun. */
static gboolean
read_beginning (GuardianEffects *effects, CardeaJson **ret_actor)
{
  char text[4096];
  guint64 recorded = 0;
  ssize_t size = pread (effects->fd, text, sizeof text - 1, 0);
  if (size <= OFFSET_SIZE)
    return FALSE;
  if (text[OFFSET_SIZE - 1] != '\n')
    {
      effects->begin = OFFSET_SIZE; /* nobody was making this */
      return FALSE;
    }
  text[OFFSET_SIZE - 1] = '\0';
  text[size] = '\0';
  char *actor = text + OFFSET_SIZE;
  char *end = strchr (actor, '\n');
  if (end == NULL)
    return FALSE;
  effects->begin = end + 1 - text;
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &recorded, NULL))
    return FALSE;
  effects->recorded = (gint64) recorded;
  *ret_actor = cardea_json_parse_bounded (actor, (gsize) (end - actor), LIMIT_VALUES, NULL);
  return *ret_actor != NULL && cardea_json_get_string (*ret_actor, "session") != NULL;
}

static gboolean
record_group (GuardianContext *context, const CardeaJson *actor, Group *group, GError **error)
{
  if (group->paths == NULL)
    return TRUE;
  g_ptr_array_add (group->paths, NULL);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "outcome",
                              .session = cardea_json_get_string (actor, "session"),
                              .trace = cardea_json_get_string (actor, "trace"),
                              .agent = cardea_json_get_string (actor, "agent"),
                              .request = group->by, .action = group->action, .outcome = "begun",
                              .reason = REASON);
  gboolean done = guardian_record_files (context->audit, &record, group->grant,
                                         (const char *const *) group->paths->pdata, error);
  group_clear (group);
  return done;
}

/* *damaged: the line is none that the worker writes. */
static gboolean
take_line (GuardianContext *context, const CardeaJson *actor, Group *group, const char *line,
           gsize size, gboolean *damaged, GError **error)
{
  g_autoptr (CardeaJson) effect = cardea_json_parse_bounded (line, size, LIMIT_VALUES, NULL);
  const char *action = cardea_json_get_string (effect, "action");
  const char *by = cardea_json_get_string (effect, "by");
  const char *grant = cardea_json_get_string (effect, "grant");
  g_autofree char *path = effect != NULL ? cardea_path_json_get (effect, "path") : NULL;

  *damaged = path == NULL || by == NULL || grant == NULL || action == NULL
             || guardian_action_view_find (action, FALSE) == NULL;
  if (*damaged)
    return TRUE;
  if (group->paths != NULL
      && (strcmp (action, group->action) != 0 || strcmp (by, group->by) != 0
          || strcmp (grant, group->grant) != 0 || group->paths->len >= CARDEA_LIMIT_VIEW_DID)
      && !record_group (context, actor, group, error))
    return FALSE;
  if (group->paths == NULL)
    *group = (Group){ g_strdup (action), g_strdup (by), g_strdup (grant),
                      g_ptr_array_new_with_free_func (g_free) };
  g_ptr_array_add (group->paths, g_steal_pointer (&path));
  return TRUE;
}

static gboolean
record_damage (GuardianContext *context, const CardeaJson *actor, GError **error)
{
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "outcome",
                              .session = cardea_json_get_string (actor, "session"),
                              .trace = cardea_json_get_string (actor, "trace"),
                              .agent = cardea_json_get_string (actor, "agent"),
                              .action = "file.write", .outcome = "unknown",
                              .reason = REASON_DAMAGED);
  return guardian_record_append (context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL, error);
}

/* A last line without an end was being written: its effect had not begun. */
static gboolean
take_lines (GuardianContext *context, const CardeaJson *actor, const char *text, gsize size,
            GError **error)
{
  g_auto (Group) group = { 0 };
  gboolean damaged = FALSE;

  for (const char *end; !damaged && (end = memchr (text, '\n', size)) != NULL;)
    {
      gsize length = (gsize) (end - text);
      if (length > LIMIT_LINE)
        damaged = TRUE;
      else if (!take_line (context, actor, &group, text, length, &damaged, error))
        return FALSE;
      size -= length + 1;
      text = end + 1;
    }
  return record_group (context, actor, &group, error)
         && (!damaged || record_damage (context, actor, error));
}

static gboolean
fail (const GuardianEffects *effects, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", effects->path,
               g_strerror (errno));
  return FALSE;
}

/* TRUE: all that it says is in the log. */
static gboolean
settle (GuardianEffects *effects, GuardianContext *context, GError **error)
{
  g_autoptr (CardeaJson) actor = NULL;
  struct stat st;

  if (fstat (effects->fd, &st) != 0)
    return fail (effects, error);
  if (!read_beginning (effects, &actor))
    return effects->begin == 0 || record_damage (context, actor, error);
  gint64 from = MAX (effects->begin, effects->recorded);
  if (st.st_size < from || st.st_size - from > LIMIT_REST)
    return record_damage (context, actor, error);
  if (st.st_size == from)
    return TRUE;
  gsize size = (gsize) (st.st_size - from);
  g_autofree char *text = g_malloc (size);
  ssize_t have = pread (effects->fd, text, size, from);
  if (have < 0)
    return fail (effects, error);
  if (!take_lines (context, actor, text, (gsize) have, error))
    return FALSE;
  guardian_effects_recorded (effects, st.st_size);
  return TRUE;
}

void
guardian_effects_close (GuardianEffects *taken, GuardianContext *context)
{
  g_autoptr (GuardianEffects) effects = taken;
  g_autoptr (GError) error = NULL;

  if (effects == NULL)
    return;
  if (settle (effects, context, &error))
    unlink (effects->path);
  else
    g_warning ("what a program changed is not in the log yet: %s", error->message);
}

/* --- at the start --- */

void
guardian_effects_recover (GuardianContext *context)
{
  g_autofree char *folder = make_folder (NULL);
  g_autoptr (GDir) entries = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      if (guardian_session_table_find (context->sessions, name) != NULL)
        continue; /* it is in use */
      GuardianEffects *effects = g_new0 (GuardianEffects, 1);
      effects->path = g_build_filename (folder, name, NULL);
      effects->fd = open (effects->path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
      if (effects->fd >= 0)
        guardian_effects_close (effects, context);
      else
        effects_free (effects);
    }
}
