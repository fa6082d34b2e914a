/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-node.h"

#include <string.h>

struct _GuardianViewNodes {
  GHashTable *ids;   /* id (in the node) → node, owned */
  GHashTable *names; /* node (by parent and name) → itself */
  guint64 next;
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
guardian_view_nodes_new (void)
{
  GuardianViewNodes *nodes = g_new0 (GuardianViewNodes, 1);

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

void
guardian_view_nodes_move (GuardianViewNodes *nodes, GuardianViewNode *node,
                          GuardianViewNode *parent, const char *name)
{
  GuardianViewNode *former = guardian_view_nodes_find (nodes, parent, name);
  GuardianViewNode *above = node->parent;

  if (former == node || above == NULL)
    return;
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
