/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-grant-table.h"

#include <string.h>

#define ID_PREFIX_MIN 1u

struct _GuardianGrantTable {
  GPtrArray *grants;  /* GuardianGrant, owned */
  GHashTable *ids;    /* id (in the grant) -> GuardianGrant, borrowed */
  GHashTable *inodes; /* GuardianInode -> GPtrArray of GuardianGrant, borrowed */
  GHashTable *hosts;  /* name -> GPtrArray of GuardianGrant, borrowed */
  GuardianGrantChanged changed;
  GuardianGrantEnded ended;
  gpointer user_data;
  gint64 latest; /* microseconds, wall clock */
};

static guint
inode_hash (gconstpointer key)
{
  const GuardianInode *inode = key;
  guint64 mixed = ((guint64) inode->ino * 0x9e3779b97f4a7c15u) ^ (guint64) inode->dev;
  return (guint) (mixed ^ (mixed >> 32));
}

static gboolean
inode_equal (gconstpointer a, gconstpointer b)
{
  const GuardianInode *one = a, *two = b;
  return one->dev == two->dev && one->ino == two->ino;
}

GuardianGrantTable *
guardian_grant_table_new (GuardianGrantChanged changed, GuardianGrantEnded ended,
                          gpointer user_data)
{
  GuardianGrantTable *table = g_new0 (GuardianGrantTable, 1);
  table->grants = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_grant_free);
  table->ids = g_hash_table_new (g_str_hash, g_str_equal);
  table->inodes
      = g_hash_table_new_full (inode_hash, inode_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  table->hosts
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  table->changed = changed;
  table->ended = ended;
  table->user_data = user_data;
  return table;
}

void
guardian_grant_table_free (GuardianGrantTable *table)
{
  if (table == NULL)
    return;
  g_hash_table_unref (table->ids);
  g_hash_table_unref (table->inodes);
  g_hash_table_unref (table->hosts);
  g_ptr_array_unref (table->grants);
  g_free (table);
}

gint64
guardian_grant_table_now (GuardianGrantTable *table)
{
  table->latest = MAX (table->latest, g_get_real_time ());
  return table->latest;
}

void
guardian_grant_table_seen (GuardianGrantTable *table, gint64 time_us)
{
  table->latest = MAX (table->latest, time_us);
}

static void
tell_changed (GuardianGrantTable *table, const GuardianGrant *grant)
{
  if (grant->session == NULL && table->changed != NULL)
    table->changed (table->user_data);
}

static guint
count_session (const GuardianGrantTable *table, const char *session)
{
  guint count = 0;
  for (guint i = 0; i < table->grants->len; i++)
    if (g_strcmp0 (((GuardianGrant *) table->grants->pdata[i])->session, session) == 0)
      count++;
  return count;
}

/* Where a grant is found by what it is for. */
static GHashTable *
index_of (const GuardianGrantTable *table, const GuardianGrant *grant, gconstpointer *ret_key)
{
  *ret_key = grant->host != NULL ? (gconstpointer) grant->host->host : &grant->inode;
  return grant->host != NULL ? table->hosts : table->inodes;
}

static void
index_grant (GuardianGrantTable *table, GuardianGrant *grant)
{
  gconstpointer key;
  GHashTable *index = index_of (table, grant, &key);
  GPtrArray *same = g_hash_table_lookup (index, key);

  if (same == NULL)
    {
      same = g_ptr_array_new ();
      g_hash_table_insert (index,
                           grant->host != NULL ? (gpointer) g_strdup (grant->host->host)
                                               : g_memdup2 (&grant->inode, sizeof grant->inode),
                           same);
    }
  g_ptr_array_add (same, grant);
}

static void
forget_index (GuardianGrantTable *table, GuardianGrant *grant)
{
  gconstpointer key;
  GHashTable *index = index_of (table, grant, &key);
  GPtrArray *same = g_hash_table_lookup (index, key);

  if (same != NULL)
    g_ptr_array_remove (same, grant);
  if (same != NULL && same->len == 0)
    g_hash_table_remove (index, key);
}

gboolean
guardian_grant_table_add (GuardianGrantTable *table, GuardianGrant *grant)
{
  if (table->grants->len >= GUARDIAN_GRANT_TABLE_LIMIT
      || count_session (table, grant->session) >= GUARDIAN_GRANT_TABLE_SESSION_LIMIT)
    {
      guardian_grant_free (grant);
      return FALSE;
    }
  index_grant (table, grant);
  g_ptr_array_add (table->grants, grant);
  g_hash_table_replace (table->ids, grant->id, grant);
  tell_changed (table, grant);
  return TRUE;
}

void
guardian_grant_table_revoke (GuardianGrantTable *table, GuardianGrant *grant)
{
  gboolean standing = grant->session == NULL;

  forget_index (table, grant);
  g_hash_table_remove (table->ids, grant->id);
  if (table->ended != NULL)
    table->ended (grant, table->user_data);
  g_ptr_array_remove (table->grants, grant);
  if (standing && table->changed != NULL)
    table->changed (table->user_data);
}

static gboolean
has_expired (GuardianGrantTable *table, const GuardianGrant *grant)
{
  return grant->expires != 0 && grant->expires <= guardian_grant_table_now (table);
}

static void
end_expired (GuardianGrantTable *table)
{
  for (guint i = table->grants->len; i > 0; i--)
    if (has_expired (table, table->grants->pdata[i - 1]))
      guardian_grant_table_revoke (table, table->grants->pdata[i - 1]);
}

static gboolean
is_for (const GuardianGrant *grant, const char *session, const char *agent)
{
  if (grant->session != NULL)
    return g_strcmp0 (grant->session, session) == 0;
  return g_strcmp0 (grant->agent, agent) == 0;
}

/* Higher is better; 0: does not cover it. A grant for more comes after one that just fits. */
static guint
rank (const GuardianGrant *grant, const GuardianObject *object, const GuardianGrantNeed *need)
{
  if (grant->level < need->level || !guardian_grant_covers (grant, object))
    return 0;
  if (object->is_folder && need->below && !grant->below)
    return 0;
  return 1 + (grant->session != NULL ? 1 : 0) + (grant->below && !object->is_folder ? 0 : 2);
}

typedef struct {
  const char *session;
  const char *agent;
  const GuardianObject *object;
  const GuardianGrantNeed *need;
  GuardianGrant *best;
  guint rank;
} Search;

static void
search_inode (GuardianGrantTable *table, const GuardianInode *inode, Search *search)
{
  GPtrArray *same = g_hash_table_lookup (table->inodes, inode);

  for (guint i = 0; same != NULL && i < same->len; i++)
    {
      GuardianGrant *grant = same->pdata[i];
      guint found = rank (grant, search->object, search->need);
      if (found <= search->rank || !is_for (grant, search->session, search->agent)
          || has_expired (table, grant))
        continue;
      search->best = grant;
      search->rank = found;
    }
}

GuardianGrant *
guardian_grant_table_match (GuardianGrantTable *table, const char *session, const char *agent,
                            const GuardianObject *object, const GuardianGrantNeed *need)
{
  Search search = { session, agent, object, need, NULL, 0 };
  search_inode (table, &object->inode, &search);
  for (guint i = 0; i < object->n_parents; i++)
    search_inode (table, &object->parents[i], &search);
  return search.best;
}

static GuardianGrant *
match_name (GuardianGrantTable *table, const char *name, const char *session, const char *agent,
            const GuardianDestination *destination)
{
  GPtrArray *same = g_hash_table_lookup (table->hosts, name);
  GuardianGrant *best = NULL;

  for (guint i = 0; same != NULL && i < same->len; i++)
    {
      GuardianGrant *grant = same->pdata[i];
      if (is_for (grant, session, agent) && guardian_grant_host_covers (grant->host, destination)
          && !has_expired (table, grant) && (best == NULL || grant->session != NULL))
        best = grant;
    }
  return best;
}

GuardianGrant *
guardian_grant_table_match_host (GuardianGrantTable *table, const char *session, const char *agent,
                                 const GuardianDestination *destination)
{
  GuardianGrant *best = NULL;

  /* The host itself first, then what it lies below. */
  for (const char *name = destination->host; best == NULL && name != NULL;)
    {
      best = match_name (table, name, session, agent, destination);
      name = strchr (name, '.');
      name = name != NULL ? name + 1 : NULL;
    }
  return best;
}

gboolean
guardian_grant_table_covers_name (GuardianGrantTable *table, const char *session, const char *agent,
                                  const char *path)
{
  for (guint i = 0; i < table->grants->len; i++)
    {
      const GuardianGrant *grant = table->grants->pdata[i];
      if (is_for (grant, session, agent) && !has_expired (table, grant)
          && guardian_grant_covers_name (grant, path))
        return TRUE;
    }
  return FALSE;
}

const char *
guardian_grant_table_find_name (GuardianGrantTable *table, const char *session, const char *name)
{
  const char *found = NULL;
  for (guint i = 0; i < table->grants->len; i++)
    {
      const GuardianGrant *grant = table->grants->pdata[i];
      if (grant->path == NULL || grant->is_folder || g_strcmp0 (grant->session, session) != 0
          || has_expired (table, grant))
        continue;
      g_autofree char *last = guardian_object_name (grant->path);
      if (strcmp (last, name) != 0)
        continue;
      if (found != NULL && strcmp (found, grant->path) != 0)
        return NULL;
      found = grant->path;
    }
  return found;
}

void
guardian_grant_table_follow (GuardianGrantTable *table, const GuardianInode *from, const char *path,
                             const GuardianInode *to, const char *name)
{
  GPtrArray *same = g_hash_table_lookup (table->inodes, from);
  g_autoptr (GPtrArray) moved = g_ptr_array_new ();

  for (guint i = 0; same != NULL && i < same->len; i++)
    if (strcmp (((GuardianGrant *) same->pdata[i])->path, path) == 0)
      g_ptr_array_add (moved, same->pdata[i]);
  for (guint i = 0; i < moved->len; i++)
    {
      GuardianGrant *grant = moved->pdata[i];
      forget_index (table, grant);
      grant->inode = *to;
      g_free (grant->path);
      grant->path = g_strdup (name);
      index_grant (table, grant);
      tell_changed (table, grant);
    }
}

void
guardian_grant_table_used (GuardianGrantTable *table, GuardianGrant *grant, gint64 bytes)
{
  grant->last_used = guardian_grant_table_now (table);
  grant->uses = MIN (grant->uses + 1, (guint) G_MAXINT32);
  grant->bytes += bytes;
  if (grant->renew > 0)
    grant->expires = grant->last_used + grant->renew;
  tell_changed (table, grant);
}

GuardianGrant *
guardian_grant_table_get (GuardianGrantTable *table, const char *id)
{
  GuardianGrant *grant = id != NULL ? g_hash_table_lookup (table->ids, id) : NULL;
  return grant != NULL && !has_expired (table, grant) ? grant : NULL;
}

GuardianGrant *
guardian_grant_table_find (GuardianGrantTable *table, const char *id, gboolean *ret_ambiguous)
{
  GuardianGrant *found = NULL;
  gsize size = strlen (id);

  if (ret_ambiguous != NULL)
    *ret_ambiguous = FALSE;
  for (guint i = 0; i < table->grants->len; i++)
    {
      GuardianGrant *grant = table->grants->pdata[i];
      if (strcmp (grant->id, id) == 0)
        return grant;
      if (size < ID_PREFIX_MIN || strncmp (grant->id, id, size) != 0)
        continue;
      if (found != NULL && ret_ambiguous != NULL)
        *ret_ambiguous = TRUE;
      if (found != NULL)
        return NULL;
      found = grant;
    }
  return found;
}

guint
guardian_grant_table_revoke_session (GuardianGrantTable *table, const char *session)
{
  guint count = 0;
  for (guint i = table->grants->len; i > 0; i--)
    {
      GuardianGrant *grant = table->grants->pdata[i - 1];
      if (session != NULL && g_strcmp0 (grant->session, session) != 0)
        continue;
      guardian_grant_table_revoke (table, grant);
      count++;
    }
  return count;
}

guint
guardian_grant_table_size (const GuardianGrantTable *table)
{
  return table->grants->len;
}

GPtrArray *
guardian_grant_table_list (GuardianGrantTable *table)
{
  end_expired (table);
  return table->grants;
}
