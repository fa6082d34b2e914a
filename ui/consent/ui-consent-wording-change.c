/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-wording-private.h"

#include "common/base/cardea-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* Trusts: nothing in the changes but their types; the words are made from what each change is, not
 * from the action's name, so that a transaction is called what it is. Refuses: nothing. Known gaps:
 * those of UiConsentWording. */

#define BUTTON_NAME_CHARACTERS 28 /* a longer name stands in the sentence and the target only */

typedef struct {
  const char *one, *many;
} Plural;
#define NP_(one_, many_)                                                                           \
  {                                                                                                \
    one_, many_                                                                                    \
  }

/* Words in braces are replaced: {name}, {place}, {to}, {count}. */
typedef struct {
  const char *sentence; /* of a single one */
  const char *heading;  /* of one among several; {name} may be a path */
  const char *button[2];
  Plural clause[2]; /* file, folder: part of a sentence, or a button */
} Deed;

static const Deed deeds[UI_CONSENT_DEEDS] = {
  [UI_CONSENT_DEED_CHANGE] = { N_ ("Change 1 file in {place}"),
                               N_ ("Change {name}"),
                               { N_ ("Change file"), N_ ("Change folder") },
                               { NP_ ("change {count} file", "change {count} files"),
                                 NP_ ("change {count} folder", "change {count} folders") } },
  [UI_CONSENT_DEED_ADD] = { N_ ("Add to 1 file in {place}"),
                            N_ ("Add to {name}"),
                            { N_ ("Add to file"), N_ ("Add to folder") },
                            { NP_ ("add to {count} file", "add to {count} files"),
                              NP_ ("add to {count} folder", "add to {count} folders") } },
  [UI_CONSENT_DEED_CREATE] = { N_ ("Create {name} in {place}"),
                               N_ ("Create {name}"),
                               { N_ ("Create file"), N_ ("Create folder") },
                               { NP_ ("create {count} file", "create {count} files"),
                                 NP_ ("create {count} folder", "create {count} folders") } },
  [UI_CONSENT_DEED_DELETE] = { N_ ("Delete {name}"),
                               N_ ("Delete {name}"),
                               { N_ ("Delete file"), N_ ("Delete folder") },
                               { NP_ ("delete {count} file", "delete {count} files"),
                                 NP_ ("delete {count} folder", "delete {count} folders") } },
  [UI_CONSENT_DEED_MOVE] = { N_ ("Move {name} to {place}"),
                             N_ ("Move {name} → {to}"),
                             { N_ ("Move file"), N_ ("Move folder") },
                             { NP_ ("move {count} file", "move {count} files"),
                               NP_ ("move {count} folder", "move {count} folders") } },
  [UI_CONSENT_DEED_RENAME] = { N_ ("Rename {name} to {to}"),
                               N_ ("Rename {name} → {to}"),
                               { N_ ("Rename file"), N_ ("Rename folder") },
                               { NP_ ("rename {count} file", "rename {count} files"),
                                 NP_ ("rename {count} folder", "rename {count} folders") } },
  [UI_CONSENT_DEED_FOLDER] = { N_ ("Make the folder {name} in {place}"),
                               N_ ("Make the folder {name}"),
                               { N_ ("Make folder"), N_ ("Make folder") },
                               { NP_ ("make {count} folder", "make {count} folders"),
                                 NP_ ("make {count} folder", "make {count} folders") } },
  [UI_CONSENT_DEED_METADATA]
  = { N_ ("Change permissions of {name}"),
      N_ ("Change permissions of {name}"),
      { N_ ("Change permissions"), N_ ("Change permissions") },
      { NP_ ("change permissions of {count} file", "change permissions of {count} files"),
        NP_ ("change permissions of {count} folder", "change permissions of {count} folders") } },
};

/* Dates alone are no permissions. */
static const Deed dates
    = { N_ ("Change the date of {name}"),
        N_ ("Change the date of {name}"),
        { N_ ("Change date"), N_ ("Change date") },
        { NP_ ("change the date of {count} file", "change the dates of {count} files"),
          NP_ ("change the date of {count} folder", "change the dates of {count} folders") } };

typedef struct {
  const char *word, *value;
} Word;

/* Each value goes in once as it is: a name that holds a brace stays a name. */
static char *
expand (const char *template, const Word *words)
{
  GString *out = g_string_new (NULL);
  while (*template != '\0')
    {
      const Word *found = NULL;
      for (const Word *word = words; found == NULL && word->word != NULL; word++)
        if (g_str_has_prefix (template, word->word))
          found = word;
      if (found == NULL)
        g_string_append_c (out, *template ++);
      else
        {
          g_string_append (out, found->value);
          template += strlen (found->word);
        }
    }
  return g_string_free (out, FALSE);
}

static const Deed *
deed_of (const UiConsentChange *change)
{
  if (change->deed == UI_CONSENT_DEED_METADATA && change->mode_after < 0
      && change->mtime_after >= 0)
    return &dates;
  return &deeds[change->deed];
}

static const UiConsentChange *
nth (const UiConsentQuestion *question, guint index)
{
  return question->changes->pdata[index];
}

static char *
base_name (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  return ui_consent_wording_escape (name);
}

/* "Document.odt" when it lies in folder, "2024/Document.odt" below it, else the whole path. */
static char *
path_from (const char *path, const char *folder, const char *home)
{
  gsize length = strlen (folder);
  while (length > 0 && folder[length - 1] == '/')
    length--;
  if (strncmp (path, folder, length) == 0 && path[length] == '/' && path[length + 1] != '\0')
    return ui_consent_wording_escape (path + length + 1);
  return ui_consent_wording_path (path, home);
}

/* --- the sentence --- */

static char *
capitalise (char *text)
{
  g_autofree char *old = text;
  char first[8] = { 0 };
  g_unichar_to_utf8 (g_unichar_toupper (g_utf8_get_char (old)), first);
  return g_strconcat (first, g_utf8_next_char (old), NULL);
}

static char *
clause (const Deed *deed, gboolean folder, guint count)
{
  g_autofree char *number = g_strdup_printf ("%u", count);
  const Word words[] = { { "{count}", number }, { NULL } };
  const Plural *plural = &deed->clause[folder];
  return expand (ngettext (plural->one, plural->many, count), words);
}

typedef struct {
  const Deed *deed;
  gboolean folder;
  guint count;
} Group;

/* Changes of one kind together, in the order in which the kinds come. */
static GArray *
group (const UiConsentQuestion *question)
{
  GArray *groups = g_array_new (FALSE, TRUE, sizeof (Group));
  for (guint i = 0; i < question->changes->len; i++)
    {
      Group fresh = { deed_of (nth (question, i)), nth (question, i)->folder, 1 };
      guint at = 0;
      while (at < groups->len
             && (g_array_index (groups, Group, at).deed != fresh.deed
                 || g_array_index (groups, Group, at).folder != fresh.folder))
        at++;
      if (at < groups->len)
        g_array_index (groups, Group, at).count++;
      else
        g_array_append_val (groups, fresh);
    }
  return groups;
}

static char *
join_groups (const GArray *groups)
{
  g_autofree char *joined = NULL;
  for (guint i = 0; i < groups->len; i++)
    {
      const Group *one = &g_array_index (groups, Group, i);
      g_autofree char *part = clause (one->deed, one->folder, one->count);
      g_autofree char *before = g_steal_pointer (&joined);
      if (before == NULL)
        joined = g_steal_pointer (&part);
      else if (i + 1 < groups->len)
        joined = g_strdup_printf (_ ("%s, %s"), before, part);
      else
        joined = g_strdup_printf (_ ("%s and %s"), before, part);
    }
  return g_steal_pointer (&joined);
}

static char *
single_sentence (const UiConsentQuestion *question, const char *home)
{
  const UiConsentChange *change = nth (question, 0);
  const char *where = change->deed == UI_CONSENT_DEED_MOVE ? change->to : change->path;
  g_autofree char *folder = g_path_get_dirname (where);
  g_autofree char *place = ui_consent_wording_folder (folder, home);
  g_autofree char *name = base_name (change->path);
  g_autofree char *to = base_name (change->to != NULL ? change->to : change->path);
  const Word words[] = { { "{name}", name }, { "{place}", place }, { "{to}", to }, { NULL } };
  return expand (_ (deed_of (change)->sentence), words);
}

char *
ui_consent_wording_change_sentence (const UiConsentQuestion *question, const char *home)
{
  if (question->changes->len == 1)
    return single_sentence (question, home);
  g_autoptr (GArray) groups = group (question);
  g_autofree char *what = join_groups (groups);
  g_autofree char *place = ui_consent_wording_folder (question->path, home);
  gboolean moves = g_array_index (groups, Group, 0).deed == &deeds[UI_CONSENT_DEED_MOVE];
  return capitalise (groups->len == 1 && moves ? g_strdup_printf (_ ("%s within %s"), what, place)
                                               : g_strdup_printf (_ ("%s in %s"), what, place));
}

/* A folder that is made for what goes into it is no deed of its own on the button. */
static const Group *
main_group (const GArray *groups)
{
  const Group *found = NULL;
  for (guint i = 0; i < groups->len; i++)
    {
      const Group *one = &g_array_index (groups, Group, i);
      if (groups->len > 1 && one->deed == &deeds[UI_CONSENT_DEED_FOLDER])
        continue;
      if (found != NULL)
        return NULL;
      found = one;
    }
  return found;
}

char *
ui_consent_wording_change_verb (const UiConsentQuestion *question)
{
  const UiConsentChange *first = nth (question, 0);
  if (question->changes->len > 1)
    {
      g_autoptr (GArray) groups = group (question);
      const Group *one = main_group (groups);
      if (one != NULL)
        return capitalise (clause (one->deed, one->folder, one->count));
      return g_strdup_printf (
          ngettext ("Make %u change", "Make all %u changes", question->changes->len),
          question->changes->len);
    }
  g_autofree char *name = base_name (first->path);
  if (first->deed != UI_CONSENT_DEED_DELETE || g_utf8_strlen (name, -1) > BUTTON_NAME_CHARACTERS)
    return g_strdup (_ (deed_of (first)->button[first->folder]));
  const Word words[] = { { "{name}", name }, { NULL } };
  return expand (_ (deed_of (first)->sentence), words);
}

char *
ui_consent_wording_change_heading (const UiConsentQuestion *question, const UiConsentChange *change,
                                   const char *home)
{
  g_autofree char *name = path_from (change->path, question->path, home);
  g_autofree char *to
      = path_from (change->to != NULL ? change->to : change->path, question->path, home);
  const Word words[] = { { "{name}", name }, { "{to}", to }, { NULL } };
  return expand (_ (deed_of (change)->heading), words);
}

/* --- the effect --- */

typedef struct {
  guint count;
  gint64 added, removed;
  guint deleted, trashed, lasting; /* lasting: cannot be undone, nor fetched from the trash */
  guint undoable, noted, cut;
} Totals;

static Totals
total (const UiConsentQuestion *question)
{
  Totals totals = { .count = question->changes->len };
  for (guint i = 0; i < totals.count; i++)
    {
      const UiConsentChange *change = nth (question, i);
      totals.added += MAX (change->added, 0);
      totals.removed += MAX (change->removed, 0);
      totals.deleted += change->deed == UI_CONSENT_DEED_DELETE;
      totals.trashed += change->deed == UI_CONSENT_DEED_DELETE && change->trash;
      totals.lasting += !change->undoable && !change->trash;
      totals.undoable += change->undoable;
      totals.noted += change->notes != NULL && change->notes[0] != NULL;
      totals.cut += change->cut;
    }
  return totals;
}

static char *
count_lines (gint64 added, gint64 removed)
{
  gulong plus = (gulong) MIN (added, G_MAXINT32), minus = (gulong) MIN (removed, G_MAXINT32);
  g_autofree char *more
      = g_strdup_printf (ngettext ("%lu line is added", "%lu lines are added", plus), plus);
  g_autofree char *less
      = g_strdup_printf (ngettext ("%lu line is removed", "%lu lines are removed", minus), minus);
  if (minus == 0)
    return g_strdup_printf ("%s.", more);
  if (plus == 0)
    return g_strdup_printf ("%s.", less);
  return g_strdup_printf (_ ("%s, %s."), more, less);
}

static char *
say_trash (const Totals *totals)
{
  if (totals->trashed < totals->deleted)
    return NULL;
  return g_strdup (
      totals->count == 1
          ? _ ("It goes to the trash, from where you can fetch it back.")
          : _ ("What is deleted goes to the trash, from where you can fetch it back."));
}

char *
ui_consent_wording_change_effect (const UiConsentQuestion *question)
{
  Totals totals = total (question);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (totals.added > 0 || totals.removed > 0)
    g_ptr_array_add (parts, count_lines (totals.added, totals.removed));
  char *trash = totals.deleted > 0 ? say_trash (&totals) : NULL;
  if (trash != NULL)
    g_ptr_array_add (parts, trash);
  if (totals.count > 1)
    g_ptr_array_add (parts, g_strdup (_ ("All of it is done, or nothing.")));
  if (totals.undoable == totals.count)
    g_ptr_array_add (parts, g_strdup (_ ("You can undo this.")));
  else if (totals.lasting == totals.count)
    g_ptr_array_add (parts, g_strdup (_ ("This cannot be undone.")));
  else if (totals.lasting > 0)
    g_ptr_array_add (
        parts, g_strdup_printf (ngettext ("%u of the changes cannot be undone.",
                                          "%u of the changes cannot be undone.", totals.lasting),
                                totals.lasting));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" ", (char **) parts->pdata);
}

void
ui_consent_wording_change_warn (const UiConsentQuestion *question, GStrvBuilder *lines)
{
  Totals totals = total (question);
  if (totals.lasting == totals.count)
    g_strv_builder_add (lines, _ ("This cannot be undone."));
  else if (totals.lasting > 0)
    g_strv_builder_add (lines, _ ("Not all of this can be undone."));
  if (totals.cut > 0)
    g_strv_builder_add (lines, _ ("The difference is too long: only its beginning is shown."));
  if (totals.noted > 0)
    g_strv_builder_add (lines, _ ("Not everything about what is changed can be kept; see below."));
}

/* --- the stored rule --- */

char *
ui_consent_wording_change_once (const UiConsentQuestion *question)
{
  guint count = question->changes->len;
  return count == 1 ? g_strdup (_ ("Exactly this change"))
                    : g_strdup_printf (_ ("Exactly these %u changes"), count);
}

char *
ui_consent_wording_change_exact (const UiConsentQuestion *question)
{
  guint count = question->changes->len;
  if (count > 1)
    return g_strdup_printf (_ ("Reading and changing exactly these %u files and folders"), count);
  return g_strdup (question->folder ? _ ("Reading and changing this folder and what is below it")
                                    : _ ("Reading and changing exactly this file"));
}

/* --- one change --- */

static char *
describe_size (const UiConsentChange *change)
{
  g_autofree char *before = change->size >= 0 ? g_format_size ((guint64) change->size) : NULL;
  g_autofree char *after
      = change->size_after >= 0 ? g_format_size ((guint64) change->size_after) : NULL;
  if (before != NULL && after != NULL && change->size != change->size_after)
    return g_strdup_printf (_ ("%s → %s"), before, after);
  return after != NULL ? g_steal_pointer (&after) : g_steal_pointer (&before);
}

static void
add_sizes (GStrvBuilder *lines, const UiConsentChange *change)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  char *size = describe_size (change);
  if (size != NULL)
    g_ptr_array_add (parts, size);
  if (change->added > 0)
    g_ptr_array_add (parts, g_strdup_printf ("+%d", change->added));
  if (change->removed > 0)
    g_ptr_array_add (parts, g_strdup_printf ("−%d", change->removed));
  if (change->deed == UI_CONSENT_DEED_DELETE && change->trash)
    g_ptr_array_add (parts, g_strdup (_ ("to the trash")));
  if (parts->len == 0)
    return;
  g_ptr_array_add (parts, NULL);
  g_autofree char *line = g_strjoinv (" · ", (char **) parts->pdata);
  g_strv_builder_add (lines, line);
}

/* What content is that cannot be shown as text. */
static void
add_content (GStrvBuilder *lines, const char *name, const char *type, gint64 size,
             const char *sha256)
{
  g_autofree char *kind = ui_consent_wording_escape (type != NULL ? type : _ ("no text"));
  g_autofree char *bytes
      = size >= 0 ? g_format_size ((guint64) size) : g_strdup (_ ("of unknown size"));
  g_autofree char *digest = ui_consent_wording_escape (sha256 != NULL ? sha256 : _ ("not known"));
  g_autofree char *line = g_strdup_printf (_ ("%s: %s, %s, SHA-256 %s"), name, kind, bytes, digest);
  g_strv_builder_add (lines, line);
}

/* "rwxr-x--- (0750)" */
static char *
describe_mode (int mode)
{
  static const char letters[] = "rwxrwxrwx";
  char text[sizeof letters];
  for (guint i = 0; i < sizeof letters - 1; i++)
    text[i] = mode & (0400 >> i) ? letters[i] : '-';
  text[sizeof letters - 1] = '\0';
  return g_strdup_printf ("%s (%04o)", text, (guint) mode);
}

static char *
describe_time (gint64 microseconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (microseconds / G_USEC_PER_SEC);
  return time != NULL ? g_date_time_format (time, "%F %T")
                      : g_strdup_printf ("%" G_GINT64_FORMAT, microseconds);
}

static void
add_metadata (GStrvBuilder *lines, const UiConsentChange *change)
{
  if (change->mode_after >= 0)
    {
      g_autofree char *after = describe_mode (change->mode_after);
      g_autofree char *before
          = change->mode >= 0 ? describe_mode (change->mode) : g_strdup (_ ("not known"));
      g_autofree char *line = g_strdup_printf (_ ("Permissions: %s → %s"), before, after);
      g_strv_builder_add (lines, line);
    }
  if (change->mtime_after >= 0)
    {
      g_autofree char *after = describe_time (change->mtime_after);
      g_autofree char *before
          = change->mtime >= 0 ? describe_time (change->mtime) : g_strdup (_ ("not known"));
      g_autofree char *line = g_strdup_printf (_ ("Date: %s → %s"), before, after);
      g_strv_builder_add (lines, line);
    }
}

GStrv
ui_consent_wording_change_facts (const UiConsentChange *change)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  gboolean removes = change->deed == UI_CONSENT_DEED_DELETE;
  add_sizes (lines, change);
  add_metadata (lines, change);
  if (change->binary && change->exists)
    add_content (lines, removes ? _ ("Content") : _ ("Before"), change->type, change->size,
                 change->sha256);
  if (change->binary && !removes)
    add_content (lines, change->exists ? _ ("After") : _ ("Content"), change->type_after,
                 change->size_after, change->sha256_after);
  return g_strv_builder_end (lines);
}

static gboolean
is_marked (const char *path)
{
  gboolean marked = FALSE;
  g_free (cardea_text_escape (path, strlen (path), &marked));
  return marked;
}

GStrv
ui_consent_wording_change_notes (const UiConsentChange *change, gboolean several)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  for (guint i = 0; change->notes != NULL && change->notes[i] != NULL; i++)
    {
      g_autofree char *note = ui_consent_wording_escape (change->notes[i]);
      g_strv_builder_add (lines, note);
    }
  if (change->cut)
    g_strv_builder_add (lines, _ ("Only the beginning of the difference is shown."));
  if (several && !change->undoable && !change->trash)
    g_strv_builder_add (lines, _ ("This cannot be undone."));
  if (is_marked (change->path) || (change->to != NULL && is_marked (change->to)))
    g_strv_builder_add (lines, _ ("The name holds characters that do not show or that mislead."));
  if (ui_consent_wording_mixes_alphabets (change->path)
      || (change->to != NULL && ui_consent_wording_mixes_alphabets (change->to)))
    g_strv_builder_add (lines, _ ("The name mixes letters of different alphabets."));
  return g_strv_builder_end (lines);
}
