/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: held objects. Refuses: a file that says something else than when it was described.
 * Known gaps: texts beyond 16 MiB are not compared line by line, and are said to be cut. */

#include "guardian/files/change/guardian-change-describe.h"

#include "common/base/cardea-autofd.h"
#include "common/crypto/cardea-digest.h"
#include "common/protocol/cardea-path-json.h"
#include "guardian/files/change/guardian-change-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define LIMIT_COMPARED (16u << 20) /* of one side */
#define MICROSECOND 1000
#define MODE_BITS 07777

typedef struct {
  GBytes *before; /* NULL: nothing there, no file, or too large */
  GBytes *after;
} Sides;

static void
sides_clear (Sides *sides)
{
  g_clear_pointer (&sides->before, g_bytes_unref);
  g_clear_pointer (&sides->after, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sides, sides_clear)

static gboolean
brings_content (const GuardianChangeItem *item)
{
  return item->verb == GUARDIAN_CHANGE_WRITE || item->verb == GUARDIAN_CHANGE_APPEND
         || (item->verb == GUARDIAN_CHANGE_CREATE && item->trash_file == NULL);
}

static gboolean
has_file (const GuardianChangeItem *item)
{
  return item->place.object != NULL && item->place.object->info.kind == GUARDIAN_FILES_KIND_FILE;
}

gboolean
guardian_change_describe_is_folder (const GuardianChangeItem *item)
{
  return item->verb == GUARDIAN_CHANGE_MKDIR
         || (item->place.object != NULL
             && item->place.object->info.kind == GUARDIAN_FILES_KIND_FOLDER);
}

/* --- reading --- */

static gboolean
loses_content (const GuardianChangeItem *item)
{
  return has_file (item)
         && (item->verb == GUARDIAN_CHANGE_WRITE || item->verb == GUARDIAN_CHANGE_APPEND
             || item->verb == GUARDIAN_CHANGE_DELETE);
}

/* Since it was shown. What the agent read is not there any more either: then asking anew is of no
 * use. */
static gboolean
has_changed (const GuardianChangeItem *item, GError **error)
{
  if (item->expect != NULL && strcmp (item->former->sha256, item->expect) != 0)
    return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_STALE,
                                      "it does not say any more what it said when it was read");
  return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                    "it does not say any more what was shown");
}

static gboolean
read_before (GuardianChangeItem *item, GuardianChangeStore *store, const gint *stop, Sides *sides,
             GError **error)
{
  if (!loses_content (item))
    return TRUE;
  if (item->trash && item->place.object->info.size > (gint64) LIMIT_COMPARED)
    return TRUE; /* not lost, and not shown: that it is the same, its identity and times say */
  cardea_autofd int fd = guardian_change_content_open (item->place.object, error);
  g_autoptr (GuardianChangeFormer) former
      = fd >= 0 ? guardian_change_content_keep (fd, item->trash ? NULL : store, stop, error) : NULL;
  if (former == NULL)
    return FALSE;
  gboolean same = item->former == NULL || strcmp (item->former->sha256, former->sha256) == 0;
  guardian_change_former_free (item->former);
  item->former = g_steal_pointer (&former);
  if (!same)
    return has_changed (item, error);
  if (store != NULL && !item->trash)
    item->undoable = item->former->kept;
  g_autoptr (GError) failed = NULL;
  sides->before = guardian_change_content_read (fd, LIMIT_COMPARED, &failed);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static GBytes *
join (GBytes *before, const GuardianChangeItem *item)
{
  gsize size = 0;
  const guint8 *bytes = before != NULL ? g_bytes_get_data (before, &size) : NULL;
  guint8 *joined = g_malloc (size + item->n_bytes + 1);
  if (size > 0)
    memcpy (joined, bytes, size);
  if (item->n_bytes > 0)
    memcpy (joined + size, item->bytes, item->n_bytes);
  return g_bytes_new_take (joined, size + item->n_bytes);
}

static void
make_after (GuardianChangeItem *item, GuardianChangeStore *store, Sides *sides)
{
  gint64 before = has_file (item) ? item->place.object->info.size : 0;
  if (!brings_content (item))
    return;
  if (item->restore != NULL)
    {
      item->size_after = item->restore->size;
      g_strlcpy (item->sha256_after, item->restore->sha256, sizeof item->sha256_after);
      sides->after = guardian_change_content_read_former (item->restore, store, LIMIT_COMPARED);
      return;
    }
  item->size_after = item->n_bytes + (item->verb == GUARDIAN_CHANGE_APPEND ? before : 0);
  if (item->verb != GUARDIAN_CHANGE_APPEND)
    sides->after
        = g_bytes_new_static (item->n_bytes > 0 ? item->bytes : (const guint8 *) "", item->n_bytes);
  else if (before == 0 || sides->before != NULL)
    sides->after = join (sides->before, item);
  if (sides->after == NULL)
    return; /* the digest of what was added to comes when it is made */
  g_autofree char *digest = cardea_digest_sha256_hex (g_bytes_get_data (sides->after, NULL),
                                                      g_bytes_get_size (sides->after));
  g_strlcpy (item->sha256_after, digest, sizeof item->sha256_after);
}

static gboolean
is_text (GBytes *bytes)
{
  return bytes == NULL
         || guardian_change_text_is_text (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static const char *
type_of (GBytes *bytes)
{
  return bytes != NULL
             ? guardian_change_text_type (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
             : NULL;
}

static void
compare (GuardianChangeItem *item, const Sides *sides, gsize *left)
{
  gboolean before = loses_content (item);
  gboolean after = brings_content (item);
  guardian_change_text_clear (&item->text);
  item->type = type_of (sides->before);
  item->type_after = type_of (sides->after);
  if (!before && !after)
    return;
  if ((before && sides->before == NULL) || (after && sides->after == NULL))
    {
      item->text.cut = TRUE;
      return;
    }
  item->binary = !is_text (sides->before) || !is_text (sides->after);
  if (item->binary)
    return;
  gsize old_size = 0, new_size = 0;
  const char *old_text = before ? g_bytes_get_data (sides->before, &old_size) : NULL;
  const char *new_text = after ? g_bytes_get_data (sides->after, &new_size) : NULL;
  guardian_change_text_compare (old_text, old_size, before ? item->place.path : NULL, new_text,
                                new_size, after ? item->place.path : NULL, *left, &item->text);
  if (item->text.diff != NULL)
    *left -= MIN (*left, item->text.diff->len);
}

/* Tried out on a file without a name: nobody sees it, and nothing is left of it. */
static void
probe_lost (GuardianChangeItem *item)
{
  const GuardianChangeFolder *folder = item->place.folder;
  if (item->former == NULL || item->verb == GUARDIAN_CHANGE_DELETE || folder->fd < 0)
    return;
  cardea_autofd int fd
      = openat (folder->fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0
      || !guardian_change_attributes_apply (item->former->attributes, fd, item->restore != NULL,
                                            &item->lost, NULL))
    item->lost = item->former->attributes->uid != geteuid () ? GUARDIAN_CHANGE_LOST_OWNER : 0;
}

gboolean
guardian_change_describe (GuardianChangePlan *plan, GuardianChangeStore *store, gboolean keep,
                          GError **error)
{
  gsize left = GUARDIAN_CHANGE_DESCRIBE_DIFF;
  for (guint i = 0; i < plan->items->len; i++)
    {
      g_auto (Sides) sides = { NULL, NULL };
      GuardianChangeItem *item = plan->items->pdata[i];
      if (!read_before (item, keep ? store : NULL, plan->stop, &sides, error))
        return FALSE;
      if (g_atomic_int_get (&plan->described))
        continue;
      make_after (item, store, &sides);
      compare (item, &sides, &left);
      probe_lost (item);
    }
  g_atomic_int_set (&plan->described, TRUE);
  return TRUE;
}

void
guardian_change_describe_drop (GuardianChangePlan *plan, GuardianChangeStore *store)
{
  for (guint i = 0; i < plan->items->len; i++)
    {
      GuardianChangeItem *item = plan->items->pdata[i];
      guardian_change_former_drop (item->former, store);
    }
}

/* --- writing --- */

static CardeaJson *
write_parents (const GuardianChangeFolder *folder)
{
  CardeaJson *parents = cardea_json_new_array ();
  for (gsize i = 0; i < folder->n_ids; i++)
    {
      CardeaJson *parent = cardea_json_new_object ();
      cardea_json_set_int64_string (parent, "dev", folder->ids[i].dev);
      cardea_json_set_int64_string (parent, "ino", folder->ids[i].ino);
      cardea_json_append (parents, parent);
    }
  return parents;
}

static CardeaJson *
write_place (const GuardianChangePlace *place, gboolean is_folder)
{
  CardeaJson *json = cardea_json_new_object ();
  const GuardianFilesObject *object = place->object;
  cardea_path_json_set (json, "path", place->path);
  if (place->via != NULL)
    cardea_path_json_set (json, "via", place->via);
  cardea_json_set_string (json, "kind", is_folder ? "folder" : "file");
  cardea_json_set_boolean (json, "exists", object != NULL);
  if (place->closed)
    cardea_json_set_boolean (json, "closed", TRUE);
  cardea_json_set (json, "parents", write_parents (place->folder));
  if (object == NULL)
    return json;
  cardea_json_set_int64_string (json, "dev", object->info.id.dev);
  cardea_json_set_int64_string (json, "ino", object->info.id.ino);
  cardea_json_set_int64_string (json, "size", object->info.size);
  cardea_json_set_int64_string (json, "mtime", object->info.mtime_ns / MICROSECOND);
  cardea_json_set_int (json, "mode", object->info.mode);
  cardea_json_set_int64_string (json, "uid", object->info.uid);
  cardea_json_set_int64_string (json, "nlink", object->info.nlink);
  return json;
}

/* Policy's names. What does not exist yet is made, whatever it was asked for. */
static const char *
action_of (const GuardianChangeItem *item)
{
  static const char *const actions[] = {
    [GUARDIAN_CHANGE_WRITE] = "file.write",       [GUARDIAN_CHANGE_APPEND] = "file.append",
    [GUARDIAN_CHANGE_CREATE] = "file.create",     [GUARDIAN_CHANGE_DELETE] = "file.delete",
    [GUARDIAN_CHANGE_RENAME] = "file.rename",     [GUARDIAN_CHANGE_MKDIR] = "file.create",
    [GUARDIAN_CHANGE_METADATA] = "file.metadata",
  };
  return item->place.object == NULL ? "file.create" : actions[item->verb];
}

CardeaJson *
guardian_change_describe_planned (const GuardianChangePlan *plan)
{
  CardeaJson *items = cardea_json_new_array ();
  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianChangeItem *item = plan->items->pdata[i];
      gboolean is_folder = guardian_change_describe_is_folder (item);
      CardeaJson *json = cardea_json_new_object ();
      cardea_json_set_string (json, "action", action_of (item));
      cardea_json_set (json, "object", write_place (&item->place, is_folder));
      if (item->target.folder != NULL)
        cardea_json_set (json, "target", write_place (&item->target, is_folder));
      if (item->verb == GUARDIAN_CHANGE_DELETE && has_file (item) && !item->trash
          && item->place.object->info.nlink <= 1)
        cardea_json_set_boolean (json, "removes", TRUE);
      cardea_json_set_boolean (json, "undoable", item->undoable);
      cardea_json_append (items, json);
    }
  return items;
}

CardeaJson *
guardian_change_describe_item (const GuardianChangeItem *item)
{
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_string (json, "op", guardian_change_operation_name (item->verb));
  cardea_json_set_string (json, "kind",
                          guardian_change_describe_is_folder (item) ? "folder" : "file");
  cardea_path_json_set (json, "path", item->place.path);
  if (item->target.path != NULL)
    cardea_path_json_set (json, "to", item->target.path);
  if (has_file (item))
    cardea_json_set_int64_string (json, "size", item->place.object->info.size);
  if (item->size_after >= 0)
    cardea_json_set_int64_string (json, "size_after", item->size_after);
  if (item->sha256_after[0] != '\0')
    cardea_json_set_string (json, "sha256_after", item->sha256_after);
  if (item->text.diff != NULL && item->text.diff->len > 0)
    cardea_json_set_string (json, "diff", item->text.diff->str);
  if (item->text.cut)
    cardea_json_set_boolean (json, "cut", TRUE);
  if (item->text.counted)
    {
      cardea_json_set_int (json, "added", item->text.added);
      cardea_json_set_int (json, "removed", item->text.removed);
    }
  if (item->binary)
    cardea_json_set_boolean (json, "binary", TRUE);
  return json;
}

static void
add_note (CardeaJson *notes, const char *note)
{
  cardea_json_append (notes, cardea_json_new_string (note));
}

static CardeaJson *
write_notes (const GuardianChangeItem *item)
{
  CardeaJson *notes = cardea_json_new_array ();
  const GuardianFilesInfo *info = item->place.object != NULL ? &item->place.object->info : NULL;
  gboolean replaces = info != NULL && brings_content (item);
  const char *sentence = NULL;

  if (replaces && info->nlink > 1)
    {
      g_autofree char *note
          = g_strdup_printf ("It is one of %" G_GINT64_FORMAT
                             " names of one file: only this name gets the new content.",
                             info->nlink);
      add_note (notes, note);
    }
  if (loses_content (item) && (info->mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0)
    add_note (notes, "It is write-protected.");
  if (item->verb == GUARDIAN_CHANGE_DELETE && info != NULL && info->uid != geteuid ())
    add_note (notes, "It belongs to somebody else.");
  for (guint i = 0; (sentence = guardian_change_attributes_sentence (item->lost, i)) != NULL; i++)
    add_note (notes, sentence);
  if (!item->undoable)
    add_note (notes, "It is larger than what is kept for undoing: this cannot be undone.");
  return notes;
}

/* What a metadata operation sets, before and after. */
static void
write_metadata (CardeaJson *json, const GuardianChangeItem *item)
{
  if (item->verb != GUARDIAN_CHANGE_METADATA || item->place.object == NULL)
    return;
  const GuardianFilesInfo *info = &item->place.object->info;
  if (item->mode >= 0)
    {
      cardea_json_set_int (json, "mode", info->mode & MODE_BITS);
      cardea_json_set_int (json, "mode_after", item->mode);
    }
  if (item->mtime_ns >= 0)
    {
      cardea_json_set_int64_string (json, "mtime", info->mtime_ns / MICROSECOND);
      cardea_json_set_int64_string (json, "mtime_after", item->mtime_ns / MICROSECOND);
    }
}

CardeaJson *
guardian_change_describe_shown (const GuardianChangePlan *plan)
{
  CardeaJson *changes = cardea_json_new_array ();
  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianChangeItem *item = plan->items->pdata[i];
      CardeaJson *json = guardian_change_describe_item (item);
      g_autoptr (CardeaJson) notes = write_notes (item);
      write_metadata (json, item);
      cardea_json_set_boolean (json, "exists", item->place.object != NULL);
      if (item->former != NULL)
        cardea_json_set_string (json, "sha256", item->former->sha256);
      if (item->binary && item->type != NULL)
        cardea_json_set_string (json, "type", item->type);
      if (item->binary && item->type_after != NULL)
        cardea_json_set_string (json, "type_after", item->type_after);
      cardea_json_set_boolean (json, "undoable", item->undoable);
      if (item->trash)
        cardea_json_set_boolean (json, "trash", TRUE);
      if (cardea_json_size (notes) > 0)
        cardea_json_set (json, "notes", g_steal_pointer (&notes));
      cardea_json_append (changes, json);
    }
  return changes;
}
