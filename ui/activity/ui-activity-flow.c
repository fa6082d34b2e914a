/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-flow.h"

#include "common/base/cardea-text.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

struct _UiActivityFlow {
  char *home;
  GHashTable *by_key; /* key → node, borrowed */
  GPtrArray *nodes[UI_ACTIVITY_FLOW_LAST];
  GHashTable *by_pair; /* "from to" → edge, borrowed */
  GPtrArray *edges;
};

/* What is done, and on which side the other end of it is. */
static const struct {
  const char *action;
  const char *tool;
  const char *icon;     /* the tool's */
  const char *end_icon; /* of what is at the other end */
  UiActivityFlowSide side;
} deeds[] = {
  { "file.read", N_ ("Reading"), "document-open-symbolic", "text-x-generic-symbolic",
    UI_ACTIVITY_FLOW_SOURCE },
  { "file.list", N_ ("Listing"), "view-list-symbolic", "folder-symbolic", UI_ACTIVITY_FLOW_SOURCE },
  { "clipboard.read", N_ ("Clipboard"), "edit-paste-symbolic", "edit-paste-symbolic",
    UI_ACTIVITY_FLOW_SOURCE },
  { "file.write", N_ ("Changing files"), "document-edit-symbolic", "text-x-generic-symbolic",
    UI_ACTIVITY_FLOW_TARGET },
  { "file.append", N_ ("Changing files"), "document-edit-symbolic", "text-x-generic-symbolic",
    UI_ACTIVITY_FLOW_TARGET },
  { "file.create", N_ ("Changing files"), "document-edit-symbolic", "text-x-generic-symbolic",
    UI_ACTIVITY_FLOW_TARGET },
  { "file.rename", N_ ("Changing files"), "document-edit-symbolic", "text-x-generic-symbolic",
    UI_ACTIVITY_FLOW_TARGET },
  { "file.delete", N_ ("Changing files"), "document-edit-symbolic", "text-x-generic-symbolic",
    UI_ACTIVITY_FLOW_TARGET },
  { "file.metadata", N_ ("Changing files"), "document-edit-symbolic", "text-x-generic-symbolic",
    UI_ACTIVITY_FLOW_TARGET },
  { "net.request", N_ ("Network"), "network-transmit-receive-symbolic", "network-server-symbolic",
    UI_ACTIVITY_FLOW_TARGET },
  { "net.connect", N_ ("Network"), "network-transmit-receive-symbolic", "network-server-symbolic",
    UI_ACTIVITY_FLOW_TARGET },
  { "exec.run", N_ ("Programs"), "utilities-terminal-symbolic", "system-run-symbolic",
    UI_ACTIVITY_FLOW_TARGET },
  { "clipboard.write", N_ ("Clipboard"), "edit-paste-symbolic", "edit-paste-symbolic",
    UI_ACTIVITY_FLOW_TARGET },
};

static guint
find_deed (const CardeaJson *record)
{
  const char *action = cardea_json_get_string (record, "action");
  guint i = 0;
  while (i < G_N_ELEMENTS (deeds) && g_strcmp0 (deeds[i].action, action) != 0)
    i++;
  return i;
}

/* --- nodes and edges --- */

static void
node_free (gpointer data)
{
  UiActivityFlowNode *node = data;
  g_free (node->name);
  g_free (node->where);
  g_free (node->find);
  g_free (node->action);
  g_free (node);
}

static UiActivityFlowNode *
add_node (UiActivityFlow *flow, const char *key, UiActivityFlowSide side, const char *icon)
{
  UiActivityFlowNode *node = g_new0 (UiActivityFlowNode, 1);

  node->side = side;
  node->icon = icon;
  g_ptr_array_add (flow->nodes[side], node);
  g_hash_table_insert (flow->by_key, g_strdup (key), node);
  return node;
}

/* Takes name and where. Beyond the limit: the one that stands for the rest. */
static UiActivityFlowNode *
get_node (UiActivityFlow *flow, UiActivityFlowSide side, const char *icon, char *name, char *where)
{
  g_autofree char *owned_name = name, *owned_where = where;
  const char *said = where != NULL ? where : name;
  g_autofree char *key = g_strdup_printf ("%u %s", side, said);
  g_autofree char *rest = g_strdup_printf ("%u", side);
  UiActivityFlowNode *node = g_hash_table_lookup (flow->by_key, key);

  if (node == NULL && flow->nodes[side]->len >= UI_ACTIVITY_FLOW_NODES)
    {
      node = g_hash_table_lookup (flow->by_key, rest);
      if (node != NULL)
        return node;
      node = add_node (flow, rest, side, "view-more-horizontal-symbolic");
      node->name = g_strdup (_ ("All others"));
      return node;
    }
  if (node != NULL)
    return node;
  node = add_node (flow, key, side, icon);
  node->find = side != UI_ACTIVITY_FLOW_TOOL ? g_strdup (said) : NULL;
  node->name = g_steal_pointer (&owned_name);
  node->where = g_steal_pointer (&owned_where);
  return node;
}

static UiActivityFlowEdge *
get_edge (UiActivityFlow *flow, const UiActivityFlowNode *from, const UiActivityFlowNode *to)
{
  g_autofree char *key = g_strdup_printf ("%p %p", (gconstpointer) from, (gconstpointer) to);
  UiActivityFlowEdge *edge = g_hash_table_lookup (flow->by_pair, key);

  if (edge == NULL)
    {
      edge = g_new0 (UiActivityFlowEdge, 1);
      edge->from = from;
      edge->to = to;
      g_ptr_array_add (flow->edges, edge);
      g_hash_table_insert (flow->by_pair, g_steal_pointer (&key), edge);
    }
  return edge;
}

typedef struct {
  gint64 bytes;
  gboolean refused;
} Amount;

static void
count_node (UiActivityFlowNode *node, const char *action, Amount amount)
{
  if (node->count + node->refused == 0)
    node->action = g_strdup (action);
  else if (g_strcmp0 (node->action, action) != 0)
    g_clear_pointer (&node->action, g_free);
  node->bytes += amount.bytes;
  node->count += amount.refused ? 0 : 1;
  node->refused += amount.refused ? 1 : 0;
}

static void
count_edge (UiActivityFlow *flow, const UiActivityFlowNode *tool, const UiActivityFlowNode *end,
            Amount amount)
{
  gboolean source = end->side == UI_ACTIVITY_FLOW_SOURCE;
  UiActivityFlowEdge *edge = get_edge (flow, source ? end : tool, source ? tool : end);

  edge->bytes += amount.bytes;
  edge->count += amount.refused ? 0 : 1;
  edge->refused += amount.refused ? 1 : 0;
}

/* --- records --- */

static UiActivityFlowNode *
end_of (UiActivityFlow *flow, guint deed, const CardeaJson *object)
{
  g_autofree char *host = ui_words_text (object, "host");
  g_autofree char *name = ui_words_name (object, "path", flow->home);
  gint64 port = 0;

  if (host != NULL && cardea_json_get_int (object, "port", &port))
    {
      /* Records are found by the host alone, which stands in their sentence. */
      UiActivityFlowNode *node
          = get_node (flow, deeds[deed].side, deeds[deed].end_icon, g_steal_pointer (&host), NULL);
      if (node->where == NULL && node->find != NULL)
        node->where = g_strdup_printf ("%s:%d", node->find, (int) port);
      return node;
    }
  if (name != NULL)
    return get_node (flow, deeds[deed].side, deeds[deed].end_icon, g_steal_pointer (&name),
                     ui_words_path (object, "path", flow->home));
  if (g_str_has_prefix (deeds[deed].action, "clipboard."))
    return get_node (flow, deeds[deed].side, deeds[deed].end_icon, g_strdup (_ ("Clipboard")),
                     NULL);
  return NULL;
}

static void
add_end (UiActivityFlow *flow, guint deed, const CardeaJson *object, Amount amount)
{
  UiActivityFlowNode *end = end_of (flow, deed, object);
  if (end == NULL)
    return;
  UiActivityFlowNode *tool = get_node (flow, UI_ACTIVITY_FLOW_TOOL, deeds[deed].icon,
                                       g_strdup (_ (deeds[deed].tool)), NULL);
  const char *action = deeds[deed].action;

  count_node (end, action, amount);
  count_node (tool, action, amount);
  count_edge (flow, tool, end, amount);
}

/* What kind of data was read is a source of its own. */
static void
add_labels (UiActivityFlow *flow, guint deed, const CardeaJson *resource, Amount amount)
{
  const CardeaJson *labels = cardea_json_get (resource, "labels");

  if (labels == NULL || amount.refused || deeds[deed].side != UI_ACTIVITY_FLOW_SOURCE)
    return;
  for (guint i = 0; i < cardea_json_size (labels); i++)
    {
      const char *label = cardea_json_string (cardea_json_nth (labels, i));
      if (label == NULL)
        continue;
      /* Translators: %s is a kind of data, “financial”. */
      g_autofree char *name = g_strdup_printf (_ ("Label: %s"), label);
      g_autofree char *escaped = cardea_text_escape (name, strlen (name), NULL);
      UiActivityFlowNode *node = get_node (flow, UI_ACTIVITY_FLOW_SOURCE, "tag-symbolic",
                                           g_steal_pointer (&escaped), NULL);
      UiActivityFlowNode *tool = get_node (flow, UI_ACTIVITY_FLOW_TOOL, deeds[deed].icon,
                                           g_strdup (_ (deeds[deed].tool)), NULL);
      g_clear_pointer (&node->find, g_free);
      count_node (node, deeds[deed].action, amount);
      count_edge (flow, tool, node, amount);
    }
}

static gint64
number_of (const CardeaJson *record, const char *name)
{
  gint64 number = 0;
  return cardea_json_get_int64_string (record, name, &number) && number > 0 ? number : 0;
}

/* A refusal is in its decision, a program in the decision to run it, all else in the outcome. */
static gboolean
is_counted (const CardeaJson *record, gboolean *ret_refused)
{
  const char *type = cardea_json_get_string (record, "type");
  gboolean decision = g_strcmp0 (type, "decision") == 0;
  gboolean runs = g_strcmp0 (cardea_json_get_string (record, "action"), "exec.run") == 0;

  *ret_refused = decision && g_strcmp0 (cardea_json_get_string (record, "effect"), "deny") == 0;
  if (*ret_refused || (decision && runs))
    return TRUE;
  return !runs && g_strcmp0 (type, "outcome") == 0;
}

gboolean
ui_activity_flow_add (UiActivityFlow *flow, const CardeaJson *record)
{
  guint deed = find_deed (record);
  const CardeaJson *resource = cardea_json_get (record, "resource");
  const CardeaJson *items = cardea_json_get (record, "items");
  Amount amount = { 0 };

  if (deed == G_N_ELEMENTS (deeds) || !is_counted (record, &amount.refused))
    return FALSE;
  if (!amount.refused)
    amount.bytes = number_of (record, "sent") + number_of (record, "received");
  if (!amount.refused && amount.bytes == 0)
    amount.bytes = number_of (record, "bytes");
  /* What a program reads by itself is not counted; it may be all of the file. */
  if (!amount.refused && amount.bytes == 0 && resource != NULL
      && deeds[deed].side == UI_ACTIVITY_FLOW_SOURCE)
    amount.bytes = number_of (resource, "size");
  if (items != NULL && cardea_json_size (items) > 1)
    for (guint i = 0; i < cardea_json_size (items); i++)
      {
        const CardeaJson *item = cardea_json_nth (items, i);
        Amount part = { .bytes = number_of (item, "size"), .refused = amount.refused };
        add_end (flow, deed, item, part);
      }
  else if (resource != NULL)
    {
      add_end (flow, deed, resource, amount);
      add_labels (flow, deed, resource, amount);
    }
  return TRUE;
}

/* --- asking --- */

static int
compare_nodes (gconstpointer a, gconstpointer b)
{
  const UiActivityFlowNode *x = *(UiActivityFlowNode *const *) a;
  const UiActivityFlowNode *y = *(UiActivityFlowNode *const *) b;

  if (x->bytes != y->bytes)
    return x->bytes > y->bytes ? -1 : 1;
  if (x->count != y->count)
    return x->count > y->count ? -1 : 1;
  return strcmp (x->name, y->name);
}

const GPtrArray *
ui_activity_flow_nodes (UiActivityFlow *flow, UiActivityFlowSide side)
{
  g_ptr_array_sort (flow->nodes[side], compare_nodes);
  return flow->nodes[side];
}

const GPtrArray *
ui_activity_flow_edges (UiActivityFlow *flow)
{
  return flow->edges;
}

char *
ui_activity_flow_describe (const UiActivityFlowNode *node)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (node->count > 0)
    g_ptr_array_add (parts,
                     g_strdup_printf (ngettext ("%u time", "%u times", node->count), node->count));
  if (node->bytes > 0)
    g_ptr_array_add (parts, g_format_size ((guint64) node->bytes));
  if (node->refused > 0)
    g_ptr_array_add (
        parts, g_strdup_printf (ngettext ("refused %u time", "refused %u times", node->refused),
                                node->refused));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

UiActivityFlow *
ui_activity_flow_new (const char *home)
{
  UiActivityFlow *flow = g_new0 (UiActivityFlow, 1);

  flow->home = g_strdup (home);
  flow->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  flow->by_pair = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < UI_ACTIVITY_FLOW_LAST; i++)
    flow->nodes[i] = g_ptr_array_new_with_free_func (node_free);
  flow->edges = g_ptr_array_new_with_free_func (g_free);
  return flow;
}

void
ui_activity_flow_free (UiActivityFlow *flow)
{
  if (flow == NULL)
    return;
  g_hash_table_unref (flow->by_key);
  g_hash_table_unref (flow->by_pair);
  for (guint i = 0; i < UI_ACTIVITY_FLOW_LAST; i++)
    g_ptr_array_unref (flow->nodes[i]);
  g_ptr_array_unref (flow->edges);
  g_free (flow->home);
  g_free (flow);
}
