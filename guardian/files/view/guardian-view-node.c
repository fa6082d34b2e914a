/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-node.h"

#include "guardian/files/view/guardian-view-park.h"
#include "guardian/files/view/guardian-view-watch.h"
#include "guardian/files/view/guardian-view-way.h"

#include <string.h>

struct _GuardianViewNodes {
  GHashTable *ids;   /* id (in the node) → node, owned */
  GHashTable *names; /* node (by parent and name) → itself */
  guint64 next;
  const GPtrArray *grants;
  GuardianViewHeeded *heeded;
  guint64 epoch; /* of grants, of what is heeded, of where folders lie */
};

static guint
name_hash (gconstpointer key)
{
  const GuardianViewNode *node = key;
  return g_str_hash (node->name) ^ g_direct_hash (node->parent);
}

static gboolean
name_equal (gconstpointer a, gconstpointer b)
{
  const GuardianViewNode *one = a;
  const GuardianViewNode *two = b;
  return one->parent == two->parent && strcmp (one->name, two->name) == 0;
}

static void
node_free (gpointer data)
{
  GuardianViewNode *node = data;

  g_clear_pointer (&node->way, guardian_view_way_free);
  g_clear_pointer (&node->watch, guardian_view_watch_free);
  g_clear_pointer (&node->parked, guardian_view_parked_free);
  g_free (node->name);
  g_free (node->grant);
  g_free (node);
}

static GuardianViewNode *
node_new (GuardianViewNodes *nodes, GuardianViewNode *parent, const char *name)
{
  GuardianViewNode *node = g_new0 (GuardianViewNode, 1);

  node->id = nodes->next++;
  node->parent = parent;
  node->name = g_strdup (name);
  if (parent != NULL)
    parent->children++;
  g_hash_table_insert (nodes->ids, &node->id, node);
  g_hash_table_add (nodes->names, node);
  return node;
}

GuardianViewNodes *
guardian_view_nodes_new (const GPtrArray *grants)
{
  GuardianViewNodes *nodes = g_new0 (GuardianViewNodes, 1);

  nodes->grants = grants;
  nodes->heeded = guardian_view_heeded_new (NULL);
  nodes->epoch = 1;
  nodes->ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, node_free);
  nodes->names = g_hash_table_new (name_hash, name_equal);
  nodes->next = GUARDIAN_VIEW_NODE_ROOT;
  GuardianViewNode *root = node_new (nodes, NULL, "");
  root->kind = GUARDIAN_VIEW_NODE_WAY;
  root->is_folder = TRUE;
  root->lookups = 1; /* never forgotten */
  return nodes;
}

void
guardian_view_nodes_free (GuardianViewNodes *nodes)
{
  g_hash_table_unref (nodes->names);
  g_hash_table_unref (nodes->ids);
  guardian_view_heeded_free (nodes->heeded);
  g_free (nodes);
}

GuardianViewNode *
guardian_view_nodes_get (GuardianViewNodes *nodes, guint64 id)
{
  return g_hash_table_lookup (nodes->ids, &id);
}

GuardianViewNode *
guardian_view_nodes_find (GuardianViewNodes *nodes, const GuardianViewNode *parent,
                          const char *name)
{
  const GuardianViewNode key = { .parent = (GuardianViewNode *) parent, .name = (char *) name };
  return g_hash_table_lookup (nodes->names, &key);
}

static void
drop_if_unused (GuardianViewNodes *nodes, GuardianViewNode *node)
{
  while (node != NULL && node->lookups == 0 && node->children == 0)
    {
      GuardianViewNode *parent = node->parent;
      if (g_hash_table_lookup (nodes->names, node) == node)
        g_hash_table_remove (nodes->names, node);
      if (parent != NULL)
        parent->children--;
      g_hash_table_remove (nodes->ids, &node->id);
      node = parent;
    }
}

void
guardian_view_nodes_cut (GuardianViewNodes *nodes, GuardianViewNode *node)
{
  GuardianViewNode *parent = node->parent;

  if (parent == NULL)
    return;
  g_hash_table_remove (nodes->names, node);
  node->parent = NULL;
  parent->children--;
  drop_if_unused (nodes, node);
  drop_if_unused (nodes, parent);
}

GuardianViewNode *
guardian_view_nodes_take (GuardianViewNodes *nodes, GuardianViewNode *parent, const char *name,
                          GuardianViewNodeKind kind, const struct stat *st)
{
  GuardianViewNode *node = guardian_view_nodes_find (nodes, parent, name);

  if (node != NULL
      && (node->kind != kind || node->dev != st->st_dev || node->ino != st->st_ino
          || node->is_folder != S_ISDIR (st->st_mode)))
    {
      guardian_view_nodes_cut (nodes, node);
      node = NULL;
    }
  if (node == NULL)
    node = node_new (nodes, parent, name);
  node->kind = kind;
  node->dev = st->st_dev;
  node->ino = st->st_ino;
  node->is_folder = S_ISDIR (st->st_mode);
  return node;
}

/* --- what holds for a place --- */

void
guardian_view_nodes_changed (GuardianViewNodes *nodes)
{
  nodes->epoch++;
}

void
guardian_view_nodes_set_heeded (GuardianViewNodes *nodes, GuardianViewHeeded *heeded)
{
  guardian_view_heeded_free (nodes->heeded);
  nodes->heeded = heeded;
  nodes->epoch++;
}

static const GuardianViewGrant *
better (const GuardianViewGrant *a, const GuardianViewGrant *b)
{
  return a == NULL || (b != NULL && b->writable && !a->writable) ? b : a;
}

static const GuardianViewGrant *
shared_here (const GuardianViewNodes *nodes, const GuardianViewNode *node)
{
  const GuardianViewGrant *best = NULL;

  for (guint i = 0; i < nodes->grants->len; i++)
    {
      const GuardianViewGrant *grant = nodes->grants->pdata[i];
      if (!grant->below || grant->dev != node->dev || grant->ino != node->ino)
        continue;
      g_autofree char *path = guardian_view_node_path (node);
      if (g_strcmp0 (path, grant->path) == 0)
        best = better (best, grant);
    }
  return best;
}

static void
work_out (GuardianViewNodes *nodes, GuardianViewNode *node)
{
  GuardianViewNode *parent = node->parent;

  if (node->epoch == nodes->epoch)
    return;
  if (parent != NULL)
    work_out (nodes, parent);
  node->epoch = nodes->epoch;
  node->depth = parent != NULL ? parent->depth + 1 : 0;
  node->heeded = parent != NULL ? parent->heeded : 0;
  if (parent != NULL && guardian_view_heeded_on_way (nodes->heeded, parent->name, node->name))
    node->heeded = node->depth;
  node->shared = NULL;
  if (node->is_folder && node->kind != GUARDIAN_VIEW_NODE_PRIVATE)
    node->shared = better (parent != NULL ? parent->shared : NULL, shared_here (nodes, node));
}

const GuardianViewGrant *
guardian_view_nodes_shared (GuardianViewNodes *nodes, GuardianViewNode *folder)
{
  work_out (nodes, folder);
  return folder->shared;
}

gboolean
guardian_view_nodes_is_plain (GuardianViewNodes *nodes, GuardianViewNode *folder, const char *name,
                              const GuardianViewGrant *grant)
{
  work_out (nodes, folder);
  return folder->heeded <= grant->depth && folder->depth >= grant->depth
         && !guardian_view_heeded_last (nodes->heeded, folder->name, name);
}

void
guardian_view_nodes_move (GuardianViewNodes *nodes, GuardianViewNode *node,
                          GuardianViewNode *parent, const char *name)
{
  GuardianViewNode *former = guardian_view_nodes_find (nodes, parent, name);
  GuardianViewNode *above = node->parent;

  if (former == node || above == NULL)
    return;
  if (node->is_folder)
    nodes->epoch++;
  node->epoch = 0;
  parent->children++; /* stays while the other goes */
  if (former != NULL)
    guardian_view_nodes_cut (nodes, former);
  g_hash_table_remove (nodes->names, node);
  g_free (node->name);
  node->name = g_strdup (name);
  node->parent = parent;
  g_hash_table_add (nodes->names, node);
  above->children--;
  drop_if_unused (nodes, above);
}

void
guardian_view_nodes_forget (GuardianViewNodes *nodes, guint64 id, guint64 count)
{
  GuardianViewNode *node = guardian_view_nodes_get (nodes, id);

  if (node == NULL || node->id == GUARDIAN_VIEW_NODE_ROOT)
    return;
  node->lookups -= MIN (node->lookups, count);
  drop_if_unused (nodes, node);
}

void
guardian_view_nodes_foreach (GuardianViewNodes *nodes,
                             void (*visit) (GuardianViewNode *node, gpointer user_data),
                             gpointer user_data)
{
  GHashTableIter iter;
  gpointer node;

  g_hash_table_iter_init (&iter, nodes->ids);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    visit (node, user_data);
}

guint
guardian_view_nodes_count (const GuardianViewNodes *nodes)
{
  return g_hash_table_size (nodes->ids);
}

char *
guardian_view_node_path (const GuardianViewNode *node)
{
  if (node->id == GUARDIAN_VIEW_NODE_ROOT)
    return g_strdup ("/");
  g_autoptr (GString) path = g_string_new (NULL);
  for (; node->id != GUARDIAN_VIEW_NODE_ROOT; node = node->parent)
    {
      if (node->parent == NULL)
        return NULL;
      g_string_prepend (path, node->name);
      g_string_prepend_c (path, '/');
    }
  return g_string_free (g_steal_pointer (&path), FALSE);
}

char *
guardian_view_node_path_of (const GuardianViewNode *node, const char *name)
{
  g_autofree char *path = guardian_view_node_path (node);

  if (path == NULL)
    return NULL;
  return g_strconcat (strcmp (path, "/") == 0 ? "" : path, "/", name, NULL);
}
