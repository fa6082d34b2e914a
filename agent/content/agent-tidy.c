/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-tidy.h"

#include <string.h>

/* What one operation takes in the guardian's messages: old and new path, who owns it, and what
 * each folder above is known by. */
#define BYTES_A_MOVE 280
#define BYTES_A_LEVEL 38

static const struct {
  const char *folder;
  const char *endings;
} types[] = {
  { "Pictures", " jpg jpeg png gif webp svg bmp tif tiff heic heif avif ico raw cr2 nef xcf " },
  { "Documents", " pdf odt doc docx rtf txt md tex epub pages html htm eml " },
  { "Tables", " csv tsv ods xls xlsx numbers " },
  { "Presentations", " odp ppt pptx key " },
  { "Music", " mp3 ogg oga opus flac wav m4a aac wma mid midi " },
  { "Videos", " mp4 mkv webm avi mov wmv m4v mpg mpeg ogv flv " },
  { "Archives", " zip tar gz tgz bz2 tbz xz txz zst 7z rar iso img " },
  { "Programs", " deb rpm appimage flatpakref exe msi dmg apk jar run " },
};

static const char unfinished_endings[] = " part crdownload download partial opdownload aria2 !ut ";

static void
move_free (gpointer data)
{
  AgentTidyMove *move = data;
  g_free (move->name);
  g_free (move->folder);
  g_free (move);
}

void
agent_tidy_free (AgentTidy *tidy)
{
  g_ptr_array_unref (tidy->folders);
  g_ptr_array_unref (tidy->moves);
  g_ptr_array_unref (tidy->taken);
  g_free (tidy);
}

/* The ending in small letters, "" when there is none. */
static char *
ending_of (const char *name)
{
  const char *point = strrchr (name, '.');
  return g_ascii_strdown (point != NULL && point != name ? point + 1 : "", -1);
}

static gboolean
has_ending (const char *endings, const char *name)
{
  g_autofree char *ending = ending_of (name);
  g_autofree char *wanted = g_strconcat (" ", ending, " ", NULL);
  return ending[0] != '\0' && strchr (ending, ' ') == NULL && strstr (endings, wanted) != NULL;
}

char *
agent_tidy_folder_for (const AgentTidyEntry *entry, AgentTidyBy by)
{
  if (by == AGENT_TIDY_TYPE)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
        if (has_ending (types[i].endings, entry->name))
          return g_strdup (types[i].folder);
      return g_strdup ("Other");
    }
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (entry->mtime / G_USEC_PER_SEC);
  char *name
      = time != NULL ? g_date_time_format (time, by == AGENT_TIDY_YEAR ? "%Y" : "%Y-%m") : NULL;
  return name != NULL ? name : g_strdup ("Undated");
}

/* name → whether it is a file, of everything that was listed. */
static GHashTable *
index_entries (const AgentTidyEntry *entries, gsize n_entries)
{
  GHashTable *known = g_hash_table_new (g_str_hash, g_str_equal);
  for (gsize i = 0; i < n_entries; i++)
    g_hash_table_replace (known, (char *) entries[i].name, GINT_TO_POINTER (entries[i].file));
  return known;
}

/* "film.mkv" is the place that "film.mkv.part" is kept for. */
static gboolean
is_unfinished (const AgentTidyEntry *entry, GHashTable *known)
{
  static const char *const companions[] = { ".part", ".crdownload", ".aria2" };
  if (has_ending (unfinished_endings, entry->name))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *companion = g_strconcat (entry->name, companions[i], NULL);
      if (g_hash_table_contains (known, companion))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_taken (const char *folder, const char *target, GHashTable *known)
{
  gpointer file;
  return g_hash_table_contains (known, target)
         || (g_hash_table_lookup_extended (known, folder, NULL, &file) && GPOINTER_TO_INT (file));
}

typedef struct {
  AgentTidy *tidy;
  GHashTable *known;
  GHashTable *made; /* names of folders that will be made; borrowed from tidy->folders */
  guint operations; /* that are left */
  gsize bytes;
  gsize base; /* bytes of one operation without the names below the folder */
} Planning;

/* As JSON text. */
static gsize
written_size (const char *text)
{
  gsize size = 0;
  for (const guchar *c = (const guchar *) text; *c != '\0'; c++)
    size += *c < 0x20 ? 6 : strchr ("\"\\", *c) != NULL ? 2 : 1;
  return g_utf8_validate (text, -1, NULL) ? size : 2 * size;
}

static gsize
base_size (const char *folder)
{
  gsize levels = 2;
  for (const char *c = folder; *c != '\0'; c++)
    levels += *c == '/';
  return BYTES_A_MOVE + 2 * levels * BYTES_A_LEVEL + 2 * written_size (folder);
}

static void
plan_move (Planning *planning, const char *name, const char *folder)
{
  gboolean make = !g_hash_table_contains (planning->known, folder)
                  && !g_hash_table_contains (planning->made, folder);
  guint operations = make ? 2 : 1;
  gsize bytes = operations * (planning->base + 2 * (written_size (name) + written_size (folder)));
  if (operations > planning->operations || bytes > planning->bytes)
    {
      planning->tidy->left++;
      return;
    }
  planning->operations -= operations;
  planning->bytes -= bytes;
  if (make)
    {
      char *made = g_strdup (folder);
      g_ptr_array_add (planning->tidy->folders, made);
      g_hash_table_add (planning->made, made);
    }
  AgentTidyMove *move = g_new0 (AgentTidyMove, 1);
  move->name = g_strdup (name);
  move->folder = g_strdup (folder);
  g_ptr_array_add (planning->tidy->moves, move);
}

AgentTidy *
agent_tidy_plan (const AgentTidyEntry *entries, gsize n_entries, AgentTidyBy by, const char *folder,
                 guint max_operations, gsize max_bytes)
{
  AgentTidy *tidy = g_new0 (AgentTidy, 1);
  tidy->folders = g_ptr_array_new_with_free_func (g_free);
  tidy->moves = g_ptr_array_new_with_free_func (move_free);
  tidy->taken = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) known = index_entries (entries, n_entries);
  g_autoptr (GHashTable) made = g_hash_table_new (g_str_hash, g_str_equal);
  Planning planning = { tidy, known, made, max_operations, max_bytes, base_size (folder) };

  for (gsize i = 0; i < n_entries; i++)
    {
      const AgentTidyEntry *entry = &entries[i];
      if (!entry->file || strchr (entry->name, '/') != NULL)
        continue;
      g_autofree char *into = agent_tidy_folder_for (entry, by);
      g_autofree char *target = g_strconcat (into, "/", entry->name, NULL);
      if (entry->name[0] == '.')
        tidy->hidden++;
      else if (is_unfinished (entry, known))
        tidy->unfinished++;
      else if (is_taken (into, target, known))
        g_ptr_array_add (tidy->taken, g_steal_pointer (&target));
      else
        plan_move (&planning, entry->name, into);
    }
  return tidy;
}
