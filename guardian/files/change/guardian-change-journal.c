/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the seal around the record. Refuses: whatever is not of its form; a folder that is not
 * the very one it was is not touched. */

#include "guardian/files/change/guardian-change-journal.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-path-json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define LIMIT_STEPS (4 * CARDEA_LIMIT_OPERATIONS)

static const char *const act_names[] = {
  [GUARDIAN_CHANGE_ACT_REPLACE] = "replace", [GUARDIAN_CHANGE_ACT_MAKE] = "make",
  [GUARDIAN_CHANGE_ACT_REMOVE] = "remove",   [GUARDIAN_CHANGE_ACT_MOVE] = "move",
  [GUARDIAN_CHANGE_ACT_FOLDER] = "folder",   [GUARDIAN_CHANGE_ACT_ATTRIBUTES] = "attributes",
};

/* --- writing --- */

/* "DEV INO" */
static void
write_id (CardeaJson *json, const char *name, const GuardianFilesId *id)
{
  char text[48];
  if (id->ino == 0)
    return;
  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, id->dev, id->ino);
  cardea_json_set_string (json, name, text);
}

/* Its place in the list; added when it is new. */
static guint
number_of (GHashTable *numbers, CardeaJson *folders, const GPtrArray *steps,
           const GuardianChangeFolder *folder)
{
  gpointer known = NULL;
  if (g_hash_table_lookup_extended (numbers, folder, NULL, &known))
    return GPOINTER_TO_UINT (known);
  guint number = g_hash_table_size (numbers);
  CardeaJson *json = cardea_json_new_object ();
  cardea_path_json_set (json, "path", folder->path);
  if (folder->maker < 0)
    write_id (json, "id", &folder->ids[0]);
  for (guint i = 0; folder->maker >= 0 && i < steps->len; i++)
    {
      const GuardianChangeStep *step = steps->pdata[i];
      if (step->act == GUARDIAN_CHANGE_ACT_FOLDER && step->item == (guint) folder->maker)
        cardea_json_set_int (json, "step", i);
    }
  cardea_json_append (folders, json);
  g_hash_table_insert (numbers, (gpointer) folder, GUINT_TO_POINTER (number));
  return number;
}

static CardeaJson *
write_step (const GuardianChangeStep *step)
{
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_string (json, "act", act_names[step->act]);
  cardea_json_set_int (json, "item", step->item);
  cardea_path_json_set (json, "name", step->name);
  if (step->act != GUARDIAN_CHANGE_ACT_MOVE && step->act != GUARDIAN_CHANGE_ACT_ATTRIBUTES)
    cardea_json_set_string (json, "temp", step->temp);
  write_id (json, "old", &step->old_id);
  write_id (json, "new", &step->new_id);
  if (step->is_folder)
    cardea_json_set_boolean (json, "is_folder", TRUE);
  if (step->nested)
    cardea_json_set_boolean (json, "nested", TRUE);
  if (step->to_name != NULL)
    cardea_path_json_set (json, "to_name", step->to_name);
  if (step->act == GUARDIAN_CHANGE_ACT_ATTRIBUTES)
    {
      cardea_json_set_int (json, "mode", step->mode);
      cardea_json_set_int (json, "mode_before", step->mode_before);
      cardea_json_set_int64_string (json, "mtime_ns", step->mtime_ns);
      cardea_json_set_int64_string (json, "mtime_before", step->mtime_before);
    }
  return json;
}

void
guardian_change_journal_write (CardeaJson *record, const GPtrArray *steps)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);
  CardeaJson *folders = cardea_json_new_array ();
  CardeaJson *list = cardea_json_new_array ();
  for (guint i = 0; i < steps->len; i++)
    {
      const GuardianChangeStep *step = steps->pdata[i];
      CardeaJson *json = write_step (step);
      cardea_json_set_int (json, "folder", number_of (numbers, folders, steps, step->folder));
      if (step->to_folder != NULL)
        cardea_json_set_int (json, "to_folder",
                             number_of (numbers, folders, steps, step->to_folder));
      cardea_json_append (list, json);
    }
  cardea_json_set (record, "folders", folders);
  cardea_json_set (record, "steps", list);
}

/* --- reading --- */

static void
folder_free (gpointer data)
{
  GuardianChangeFolder *folder = data;
  cardea_fd_clear (&folder->fd);
  g_free (folder->path);
  g_free (folder->ids);
  g_free (folder);
}

void
guardian_change_journal_clear (GuardianChangeJournal *journal)
{
  g_clear_pointer (&journal->steps, g_ptr_array_unref);
  g_clear_pointer (&journal->folders, g_ptr_array_unref);
}

/* Absent: none. */
static gboolean
read_id (const CardeaJson *json, const char *name, GuardianFilesId *ret_id)
{
  const char *text = cardea_json_get_string (json, name);
  char *end = NULL;
  *ret_id = (GuardianFilesId){ 0, 0 };
  if (text == NULL)
    return cardea_json_get (json, name) == NULL;
  if (!g_ascii_isdigit (text[0]))
    return FALSE;
  ret_id->dev = g_ascii_strtoull (text, &end, 10);
  if (*end != ' ' || !g_ascii_isdigit (end[1]))
    return FALSE;
  ret_id->ino = g_ascii_strtoull (end + 1, &end, 10);
  return *end == '\0';
}

static gboolean
read_index (const CardeaJson *json, const char *name, guint limit, gint *ret_index)
{
  gint64 value = 0;
  if (!cardea_json_get_int (json, name, &value) || value < 0 || value >= limit)
    return FALSE;
  *ret_index = value;
  return TRUE;
}

static gboolean
is_name (const char *name)
{
  return name != NULL && name[0] != '\0' && strchr (name, '/') == NULL && strcmp (name, ".") != 0
         && strcmp (name, "..") != 0;
}

static gboolean
read_temp (const CardeaJson *json, GuardianChangeStep *step)
{
  const char *text = cardea_json_get_string (json, "temp");
  return text == NULL ? cardea_json_get (json, "temp") == NULL
                      : is_name (text) && guardian_change_step_set_temp (step, text);
}

/* One that was there: the same folder at the same place, or none. */
static void
hold_folder (GuardianChangeFolder *folder, int at, const char *name)
{
  GuardianFilesInfo info;
  cardea_autofd int fd = openat (at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder->fd >= 0 || fd < 0 || !guardian_files_info_read (fd, "", TRUE, &info)
      || !guardian_files_id_equal (&info.id, &folder->ids[0]))
    return;
  folder->fd = cardea_fd_steal (&fd);
  folder->info = info;
}

/* One that the transaction was taking away bears another name in the meantime. */
static void
hold_taken (GuardianChangeJournal *journal)
{
  for (guint i = journal->steps->len; i-- > 0;)
    {
      const GuardianChangeStep *step = journal->steps->pdata[i];
      if (step->act != GUARDIAN_CHANGE_ACT_REMOVE || !step->is_folder || step->folder->fd < 0)
        continue;
      for (guint k = 0; k < journal->folders->len; k++)
        {
          GuardianChangeFolder *folder = journal->folders->pdata[k];
          if (folder->maker < 0 && guardian_files_id_equal (&folder->ids[0], &step->old_id))
            hold_folder (folder, step->folder->fd, step->temp);
        }
    }
}

static gboolean
read_folder (const CardeaJson *json, guint n_steps, GuardianChangeJournal *journal)
{
  GuardianChangeFolder *folder = g_new0 (GuardianChangeFolder, 1);
  g_ptr_array_add (journal->folders, folder);
  folder->fd = -1;
  folder->maker = -1;
  folder->path = cardea_path_json_get (json, "path");
  if (folder->path == NULL || folder->path[0] != '/')
    return FALSE;
  if (cardea_json_get (json, "step") != NULL)
    return read_index (json, "step", n_steps, &folder->maker);
  folder->ids = g_new0 (GuardianFilesId, 1);
  if (!read_id (json, "id", folder->ids))
    return FALSE;
  hold_folder (folder, AT_FDCWD, folder->path);
  return TRUE;
}

static gboolean
read_act (const CardeaJson *json, GuardianChangeAct *ret_act)
{
  const char *name = cardea_json_get_string (json, "act");
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (act_names); i++)
    if (strcmp (act_names[i], name) == 0)
      {
        *ret_act = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_attributes (const CardeaJson *json, GuardianChangeStep *step)
{
  gint64 mode = 0, before = 0;
  if (!cardea_json_get_int (json, "mode", &mode)
      || !cardea_json_get_int (json, "mode_before", &before) || mode < -1 || mode > 07777
      || before < 0 || before > 07777)
    return FALSE;
  step->mode = mode;
  step->mode_before = before;
  return cardea_json_get_int64_string (json, "mtime_ns", &step->mtime_ns)
         && cardea_json_get_int64_string (json, "mtime_before", &step->mtime_before);
}

static gboolean
read_step (const CardeaJson *json, GuardianChangeJournal *journal)
{
  GuardianChangeAct act;
  gint folder = 0, to_folder = 0, item = 0;
  g_autofree char *name = cardea_path_json_get (json, "name");
  if (!read_act (json, &act) || !is_name (name)
      || !read_index (json, "folder", journal->folders->len, &folder)
      || !read_index (json, "item", CARDEA_LIMIT_OPERATIONS, &item))
    return FALSE;
  GuardianChangeStep *step
      = guardian_change_step_new (act, item, journal->folders->pdata[folder], name);
  g_ptr_array_add (journal->steps, step);
  (void) cardea_json_get_boolean (json, "is_folder", &step->is_folder);
  (void) cardea_json_get_boolean (json, "nested", &step->nested);
  if (!read_temp (json, step) || !read_id (json, "old", &step->old_id)
      || !read_id (json, "new", &step->new_id)
      || (act == GUARDIAN_CHANGE_ACT_ATTRIBUTES && !read_attributes (json, step)))
    return FALSE;
  if (act != GUARDIAN_CHANGE_ACT_MOVE)
    return TRUE;
  step->to_name = cardea_path_json_get (json, "to_name");
  if (!is_name (step->to_name)
      || !read_index (json, "to_folder", journal->folders->len, &to_folder))
    return FALSE;
  step->to_folder = journal->folders->pdata[to_folder];
  return TRUE;
}

/* Folders that steps made: under their own name, or under that of the way there. */
static gboolean
hold_made (GuardianChangeJournal *journal)
{
  for (guint i = 0; i < journal->folders->len; i++)
    {
      GuardianChangeFolder *folder = journal->folders->pdata[i];
      if (folder->maker < 0)
        continue;
      const GuardianChangeStep *step = journal->steps->pdata[folder->maker];
      if (step->act != GUARDIAN_CHANGE_ACT_FOLDER || step->folder == folder)
        return FALSE;
      const char *const names[] = { step->temp, step->name };
      for (gsize k = 0; k < G_N_ELEMENTS (names) && folder->fd < 0 && step->folder->fd >= 0; k++)
        {
          GuardianFilesInfo info;
          cardea_autofd int fd
              = openat (step->folder->fd, names[k], O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
          /* Before the intent nothing says which object it is; then only the way's name counts. */
          gboolean ours
              = fd >= 0 && guardian_files_info_read (fd, "", TRUE, &info)
                && (step->new_id.ino != 0 ? guardian_files_id_equal (&info.id, &step->new_id)
                                          : names[k] == step->temp || step->nested);
          if (ours)
            folder->fd = cardea_fd_steal (&fd);
        }
    }
  return TRUE;
}

gboolean
guardian_change_journal_read (const CardeaJson *record, GuardianChangeJournal *ret_journal)
{
  const CardeaJson *folders = cardea_json_get (record, "folders");
  const CardeaJson *steps = cardea_json_get (record, "steps");
  ret_journal->folders = g_ptr_array_new_with_free_func (folder_free);
  ret_journal->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_change_step_free);
  if (folders == NULL || steps == NULL || cardea_json_type (folders) != CARDEA_JSON_ARRAY
      || cardea_json_type (steps) != CARDEA_JSON_ARRAY || cardea_json_size (folders) > LIMIT_STEPS
      || cardea_json_size (steps) > LIMIT_STEPS)
    return FALSE;
  for (guint i = 0; i < cardea_json_size (folders); i++)
    if (!read_folder (cardea_json_nth (folders, i), cardea_json_size (steps), ret_journal))
      return FALSE;
  for (guint i = 0; i < cardea_json_size (steps); i++)
    if (!read_step (cardea_json_nth (steps, i), ret_journal))
      return FALSE;
  hold_taken (ret_journal);
  return hold_made (ret_journal);
}
