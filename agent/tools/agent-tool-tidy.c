/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-text.h"
#include "agent/content/agent-tidy.h"
#include "agent/tools/agent-tool-change.h"
#include "agent/tools/agent-tool-folder.h"
#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define ENTRIES_MAX 2000         /* of one listing, common/protocol */
#define BYTES_MAX (740u * 1024u) /* of all moves, as one message of the guardian holds them */
#define DEPTH 2                  /* what lies in the folders that files go into */
#define TAKEN_SHOWN 10

typedef struct {
  char *path;      /* real */
  GArray *entries; /* of AgentTidyEntry; names are of names */
  GPtrArray *names;
  gboolean truncated;
} Listing;

static void
listing_free (Listing *listing)
{
  g_free (listing->path);
  g_array_unref (listing->entries);
  g_ptr_array_unref (listing->names);
  g_free (listing);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listing, listing_free)

static Listing *
listing_new (void)
{
  Listing *listing = g_new0 (Listing, 1);
  listing->entries = g_array_new (FALSE, FALSE, sizeof (AgentTidyEntry));
  listing->names = g_ptr_array_new_with_free_func (g_free);
  return listing;
}

/* Names below prefix ("" or "2024-03/"). */
static void
take_entries (Listing *listing, const CardeaJson *entries, const char *prefix)
{
  for (guint i = 0; entries != NULL && i < cardea_json_size (entries); i++)
    {
      const CardeaJson *json = cardea_json_nth (entries, i);
      g_autofree char *name = cardea_path_json_get (json, "name");
      if (name == NULL || name[0] == '/')
        continue;
      AgentTidyEntry entry = { 0 };
      g_ptr_array_add (listing->names, g_strconcat (prefix, name, NULL));
      entry.name = listing->names->pdata[listing->names->len - 1];
      entry.file = g_strcmp0 (cardea_json_get_string (json, "kind"), "file") == 0;
      cardea_json_get_int64_string (json, "mtime", &entry.mtime);
      g_array_append_val (listing->entries, entry);
    }
}

static gboolean
list (const AgentToolCall *call, const char *folder, guint depth, const char *prefix,
      Listing *listing, GError **error)
{
  g_autofree char *shown = agent_text_show (folder, AGENT_TOOL_SHOW_PATH);
  g_autoptr (CardeaMessage) request = agent_tool_folder_request (call, "file.list", folder);
  cardea_message_set_int (request, "depth", depth);
  cardea_message_set_int (request, "limit", ENTRIES_MAX);
  g_autoptr (CardeaMessage) reply = agent_link_act (call->link, request, "file.listed", "list",
                                                    shown, call->cancellable, error);
  const char *path = reply != NULL ? cardea_message_get_path (reply, "path") : NULL;
  if (reply == NULL)
    return FALSE;
  if (path == NULL || path[0] != '/')
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE,
                   "I could not list %s: the guardian's answer is not complete.", shown);
      return FALSE;
    }
  if (listing->path == NULL)
    listing->path = g_strdup (path);
  listing->truncated |= cardea_message_get_boolean (reply, "truncated");
  take_entries (listing, cardea_message_get_json (reply, "entries"), prefix);
  return TRUE;
}

/* The folders that files would go into and that are there already, each listed by itself. */
static gboolean
list_targets (const AgentToolCall *call, Listing *listing, AgentTidyBy by, GError **error)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint count = listing->entries->len;
  for (guint i = 0; i < count; i++)
    {
      const AgentTidyEntry *entry = &g_array_index (listing->entries, AgentTidyEntry, i);
      if (entry->file)
        g_hash_table_add (wanted, agent_tidy_folder_for (entry, by));
    }
  for (guint i = 0; i < count; i++)
    {
      AgentTidyEntry entry = g_array_index (listing->entries, AgentTidyEntry, i);
      if (entry.file || !g_hash_table_contains (wanted, entry.name))
        continue;
      g_autofree char *path = g_build_filename (listing->path, entry.name, NULL);
      g_autofree char *prefix = g_strconcat (entry.name, "/", NULL);
      if (!list (call, path, 1, prefix, listing, error))
        return FALSE;
    }
  return TRUE;
}

/* One listing says it all, unless there is much in the folders below. */
static Listing *
look (const AgentToolCall *call, const char *folder, AgentTidyBy by, GError **error)
{
  g_autoptr (Listing) deep = listing_new ();
  if (!list (call, folder, DEPTH, "", deep, error))
    return NULL;
  if (!deep->truncated)
    return g_steal_pointer (&deep);
  g_autoptr (Listing) flat = listing_new ();
  if (!list (call, folder, 1, "", flat, error) || !list_targets (call, flat, by, error))
    return NULL;
  if (!flat->truncated)
    return g_steal_pointer (&flat);
  g_autofree char *shown = agent_tool_change_show_name (folder);
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
               "There is more in %s than the %d entries that I can look through. Nothing was "
               "changed.",
               shown, ENTRIES_MAX);
  return NULL;
}

static AgentChanged *
make (const AgentToolCall *call, const char *folder, const AgentTidy *tidy, GError **error)
{
  g_autoptr (AgentChange) change = agent_change_new ();
  for (guint i = 0; i < tidy->folders->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, tidy->folders->pdata[i], NULL);
      if (!agent_change_add_folder (change, path, error))
        return NULL;
    }
  for (guint i = 0; i < tidy->moves->len; i++)
    {
      const AgentTidyMove *move = tidy->moves->pdata[i];
      g_autofree char *from = g_build_filename (folder, move->name, NULL);
      g_autofree char *to = g_build_filename (folder, move->folder, move->name, NULL);
      if (!agent_change_add_rename (change, from, to, error))
        return NULL;
    }
  g_autofree char *name = agent_tool_change_show_name (folder);
  return agent_change_make (change, call->link, "tidy", name, call->cancellable, error);
}

static gboolean
is_made (const AgentTidy *tidy, const char *folder)
{
  return g_ptr_array_find_with_equal_func (tidy->folders, folder, g_str_equal, NULL);
}

/* {"folder", "files", "made"} for each folder, in the order of names. */
static CardeaJson *
new_folders (const AgentTidy *tidy)
{
  CardeaJson *folders = cardea_json_new_array ();
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < tidy->moves->len; i++)
    {
      const AgentTidyMove *move = tidy->moves->pdata[i];
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, move->folder));
      g_hash_table_insert (counts, move->folder, GUINT_TO_POINTER (count + 1));
    }
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (counts), (GCompareFunc) strcmp);
  for (GList *name = names; name != NULL; name = name->next)
    {
      CardeaJson *one = cardea_json_new_object ();
      cardea_json_set_string (one, "folder", name->data);
      cardea_json_set_int (one, "files",
                           GPOINTER_TO_UINT (g_hash_table_lookup (counts, name->data)));
      cardea_json_set_boolean (one, "made", is_made (tidy, name->data));
      cardea_json_append (folders, one);
    }
  return folders;
}

static void
set_left (CardeaJson *data, const AgentTidy *tidy)
{
  CardeaJson *taken = cardea_json_new_array ();
  for (guint i = 0; i < MIN (tidy->taken->len, TAKEN_SHOWN); i++)
    {
      g_autofree char *valid = g_utf8_make_valid (tidy->taken->pdata[i], -1);
      g_autofree char *shown = agent_text_show (valid, AGENT_TOOL_SHOW_PATH);
      cardea_json_append (taken, cardea_json_new_string (shown));
    }
  cardea_json_set (data, "taken", taken);
  cardea_json_set_int (data, "taken_count", tidy->taken->len);
  cardea_json_set_int (data, "hidden", tidy->hidden);
  cardea_json_set_int (data, "unfinished", tidy->unfinished);
  cardea_json_set_int (data, "left", tidy->left);
}

AgentToolResult *
agent_tool_tidy (const AgentToolCall *call, GError **error)
{
  static const char *const ways[] = { "", "month", "year", "type" };
  const char *folder = agent_tool_text (call, "folder"), *wanted = agent_tool_text (call, "by");
  AgentTidyBy by = AGENT_TIDY_TYPE;
  while (by > AGENT_TIDY_MONTH && strcmp (ways[by], wanted) != 0)
    by--;
  if (!agent_tool_folder_check (folder, error))
    return NULL;
  agent_link_set_reason (call->link, "To see which files there are to tidy");
  g_autoptr (Listing) listing = look (call, folder, by, error);
  agent_link_set_reason (call->link, NULL);
  if (listing == NULL)
    return NULL;

  g_autoptr (AgentTidy) tidy = agent_tidy_plan (
      (const AgentTidyEntry *) (gpointer) listing->entries->data, listing->entries->len, by,
      listing->path, CARDEA_LIMIT_OPERATIONS, BYTES_MAX);
  g_autoptr (AgentChanged) changed = NULL;
  if (tidy->moves->len > 0 && (changed = make (call, listing->path, tidy, error)) == NULL)
    return NULL;
  AgentToolResult *result
      = changed != NULL ? agent_tool_change_take (changed) : agent_tool_result_new ();
  g_autofree char *valid = g_utf8_make_valid (listing->path, -1);
  g_autofree char *shown = agent_text_show (valid, AGENT_TOOL_SHOW_PATH);
  cardea_json_set_string (result->data, "folder", shown);
  cardea_json_set_string (result->data, "by", wanted);
  cardea_json_set_int (result->data, "moved", tidy->moves->len);
  cardea_json_set (result->data, "folders", new_folders (tidy));
  set_left (result->data, tidy);
  g_free (result->path);
  result->path = g_strdup (listing->path);
  result->count = tidy->moves->len;
  agent_tool_result_add_source (result, listing->path);
  return result;
}
