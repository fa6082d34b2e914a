/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/scan/guardian-scan-flow.h"

#include <string.h>

typedef struct {
  char *name;
  CardeaDlpMemory *memory;
} Flow;

struct _GuardianScanFlows {
  GQueue list;         /* of Flow, the one used last first */
  GHashTable *by_name; /* to links of list */
};

static void
flow_free (gpointer data)
{
  Flow *flow = data;
  cardea_dlp_memory_free (flow->memory);
  g_free (flow->name);
  g_free (flow);
}

GuardianScanFlows *
guardian_scan_flows_new (void)
{
  GuardianScanFlows *flows = g_new0 (GuardianScanFlows, 1);
  g_queue_init (&flows->list);
  flows->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  return flows;
}

void
guardian_scan_flows_free (GuardianScanFlows *flows)
{
  if (flows == NULL)
    return;
  g_hash_table_unref (flows->by_name);
  g_queue_clear_full (&flows->list, flow_free);
  g_free (flows);
}

static void
forget_oldest (GuardianScanFlows *flows)
{
  Flow *flow = g_queue_pop_tail (&flows->list);
  g_hash_table_remove (flows->by_name, flow->name);
  flow_free (flow);
}

CardeaDlpMemory *
guardian_scan_flows_memory (GuardianScanFlows *flows, const char *name)
{
  if (name == NULL)
    return NULL;
  GList *link = g_hash_table_lookup (flows->by_name, name);
  if (link != NULL)
    {
      g_queue_unlink (&flows->list, link);
      g_queue_push_head_link (&flows->list, link);
      return ((Flow *) link->data)->memory;
    }
  if (flows->list.length >= GUARDIAN_SCAN_FLOWS)
    forget_oldest (flows);
  Flow *flow = g_new0 (Flow, 1);
  flow->name = g_strdup (name);
  flow->memory = cardea_dlp_memory_new ();
  g_queue_push_head (&flows->list, flow);
  g_hash_table_insert (flows->by_name, flow->name, flows->list.head);
  return flow->memory;
}
