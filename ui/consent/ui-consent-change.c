/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-change.h"

#include "ui/consent/ui-consent-question.h"
#include "ui/consent/ui-consent-reader.h"

#include <string.h>

/* Trusts: that the guardian composed the list. Refuses: an empty or too long one, an operation it
 * has no words for, a change that contradicts itself. Known gaps: whether a difference is that of
 * the content is the guardian's word. */

#define MODE_BITS 07777

typedef struct {
  UiConsentChange change; /* the first member */
  char *op;
  char *kind;
} Reading;

#define AT(field_) G_STRUCT_OFFSET (Reading, field_)

static const UiConsentReaderMember change_members[] = {
  { "op", UI_CONSENT_READER_TEXT, TRUE, AT (op) },
  { "kind", UI_CONSENT_READER_TEXT, TRUE, AT (kind) },
  { "path", UI_CONSENT_READER_PATH, TRUE, AT (change.path) },
  { "to", UI_CONSENT_READER_PATH, FALSE, AT (change.to) },
  { "exists", UI_CONSENT_READER_BOOLEAN, TRUE, AT (change.exists) },
  { "size", UI_CONSENT_READER_INT64, FALSE, AT (change.size) },
  { "size_after", UI_CONSENT_READER_INT64, FALSE, AT (change.size_after) },
  { "sha256", UI_CONSENT_READER_TEXT, FALSE, AT (change.sha256) },
  { "sha256_after", UI_CONSENT_READER_TEXT, FALSE, AT (change.sha256_after) },
  { "diff", UI_CONSENT_READER_TEXT, FALSE, AT (change.diff) },
  { "cut", UI_CONSENT_READER_BOOLEAN, FALSE, AT (change.cut) },
  { "added", UI_CONSENT_READER_INT, FALSE, AT (change.added) },
  { "removed", UI_CONSENT_READER_INT, FALSE, AT (change.removed) },
  { "binary", UI_CONSENT_READER_BOOLEAN, FALSE, AT (change.binary) },
  { "type", UI_CONSENT_READER_TEXT, FALSE, AT (change.type) },
  { "type_after", UI_CONSENT_READER_TEXT, FALSE, AT (change.type_after) },
  { "mode", UI_CONSENT_READER_INT, FALSE, AT (change.mode) },
  { "mode_after", UI_CONSENT_READER_INT, FALSE, AT (change.mode_after) },
  { "mtime", UI_CONSENT_READER_INT64, FALSE, AT (change.mtime) },
  { "mtime_after", UI_CONSENT_READER_INT64, FALSE, AT (change.mtime_after) },
  { "undoable", UI_CONSENT_READER_BOOLEAN, TRUE, AT (change.undoable) },
  { "trash", UI_CONSENT_READER_BOOLEAN, FALSE, AT (change.trash) },
  { "notes", UI_CONSENT_READER_STRINGS, FALSE, AT (change.notes) },
  { NULL },
};

static const UiConsentReaderName op_names[] = {
  { "write", UI_CONSENT_OP_WRITE },       { "append", UI_CONSENT_OP_APPEND },
  { "create", UI_CONSENT_OP_CREATE },     { "delete", UI_CONSENT_OP_DELETE },
  { "rename", UI_CONSENT_OP_RENAME },     { "mkdir", UI_CONSENT_OP_MKDIR },
  { "metadata", UI_CONSENT_OP_METADATA }, { NULL },
};
static const UiConsentReaderName kind_names[] = { { "file", FALSE }, { "folder", TRUE }, { NULL } };

/* What an operation may be done to, and what it is called when its object exists and when not
 * (UI_CONSENT_DEEDS: then it contradicts itself). */
static const struct {
  gboolean file, folder;
  UiConsentDeed existing, fresh;
} ops[] = {
  [UI_CONSENT_OP_WRITE] = { TRUE, FALSE, UI_CONSENT_DEED_CHANGE, UI_CONSENT_DEED_CREATE },
  [UI_CONSENT_OP_APPEND] = { TRUE, FALSE, UI_CONSENT_DEED_ADD, UI_CONSENT_DEED_CREATE },
  [UI_CONSENT_OP_CREATE] = { TRUE, FALSE, UI_CONSENT_DEEDS, UI_CONSENT_DEED_CREATE },
  [UI_CONSENT_OP_DELETE] = { TRUE, TRUE, UI_CONSENT_DEED_DELETE, UI_CONSENT_DEEDS },
  [UI_CONSENT_OP_RENAME] = { TRUE, TRUE, UI_CONSENT_DEED_MOVE, UI_CONSENT_DEEDS },
  [UI_CONSENT_OP_MKDIR] = { FALSE, TRUE, UI_CONSENT_DEED_FOLDER, UI_CONSENT_DEED_FOLDER },
  [UI_CONSENT_OP_METADATA] = { TRUE, TRUE, UI_CONSENT_DEED_METADATA, UI_CONSENT_DEEDS },
};

static void
free_change (gpointer data)
{
  UiConsentChange *change = data;
  g_free (change->path);
  g_free (change->to);
  g_free (change->sha256);
  g_free (change->sha256_after);
  g_free (change->diff);
  g_free (change->type);
  g_free (change->type_after);
  g_strfreev (change->notes);
  g_free (change);
}

static gboolean
same_folder (const char *a, const char *b)
{
  g_autofree char *folder_a = g_path_get_dirname (a);
  g_autofree char *folder_b = g_path_get_dirname (b);
  return strcmp (folder_a, folder_b) == 0;
}

static gboolean
is_consistent (const UiConsentChange *change)
{
  if (change->path[0] != '/' || (change->to != NULL && change->to[0] != '/')
      || (change->to != NULL) != (change->op == UI_CONSENT_OP_RENAME) || change->mode > MODE_BITS
      || change->mode_after > MODE_BITS)
    return FALSE;
  return change->deed != UI_CONSENT_DEEDS
         && (change->folder ? ops[change->op].folder : ops[change->op].file);
}

static gboolean
interpret (Reading *reading, const char *where, GError **error)
{
  UiConsentChange *change = &reading->change;
  int op = ui_consent_reader_find (op_names, reading->op);
  int folder = ui_consent_reader_find (kind_names, reading->kind);
  if (op < 0 || folder < 0)
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_UNKNOWN,
                   "this program cannot explain %s", where);
      return FALSE;
    }
  change->op = (UiConsentOp) op;
  change->folder = folder;
  change->deed = change->exists ? ops[op].existing : ops[op].fresh;
  if (!is_consistent (change))
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                   "the request's %s contradicts itself", where);
      return FALSE;
    }
  if (change->deed == UI_CONSENT_DEED_MOVE && same_folder (change->path, change->to))
    change->deed = UI_CONSENT_DEED_RENAME;
  return TRUE;
}

static UiConsentChange *
read_change (const CardeaJson *json, const char *where, GPtrArray *others, GError **error)
{
  Reading *reading = g_new0 (Reading, 1);
  UiConsentChange *change = &reading->change;
  g_autofree char *inside = g_strconcat (where, ".", NULL);
  change->size = change->size_after = change->mtime = change->mtime_after = -1;
  change->added = change->removed = change->mode = change->mode_after = -1;

  gboolean good = ui_consent_reader_fill (reading, json, change_members, inside, others, error)
                  && interpret (reading, where, error);
  g_clear_pointer (&reading->op, g_free);
  g_clear_pointer (&reading->kind, g_free);
  if (!good)
    g_clear_pointer (&change, free_change);
  return change;
}

GPtrArray *
ui_consent_change_read_all (const CardeaJson *array, GPtrArray *others, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func (free_change);
  guint count = cardea_json_type (array) == CARDEA_JSON_ARRAY ? cardea_json_size (array) : 0;
  gsize bytes = 0;
  if (count == 0 || count > CARDEA_LIMIT_OPERATIONS)
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                   "the request names no change, or too many");
      return NULL;
    }
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *where = g_strdup_printf ("changes[%u]", i);
      UiConsentChange *change = read_change (cardea_json_nth (array, i), where, others, error);
      if (change == NULL)
        return NULL;
      g_ptr_array_add (changes, change);
      bytes += change->diff != NULL ? strlen (change->diff) : 0;
    }
  if (bytes > UI_CONSENT_CHANGE_DIFF_LIMIT)
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                   "the request's differences are longer than they may be");
      return NULL;
    }
  return g_steal_pointer (&changes);
}
