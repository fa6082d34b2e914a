/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the change worker for what a name leads to, and for nothing else: an answer that is not
 * item by item about what was asked is no answer. What a person is shown must name the very same
 * objects. Known gaps: none. */

#include "guardian/core/guardian-plan.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>

static void
item_free (gpointer data)
{
  GuardianPlanItem *item = data;
  g_clear_pointer (&item->object, guardian_object_free);
  g_clear_pointer (&item->target, guardian_object_free);
  g_free (item->grant);
  g_free (item->target_grant);
  g_free (item);
}

static GuardianPlanItem *
read_item (const CardeaJson *json, const CardeaJson *asked)
{
  GuardianPlanItem *item = g_new0 (GuardianPlanItem, 1);
  const CardeaJson *target = cardea_json_get (json, "target");

  item->operation = guardian_operation_find (cardea_json_get_string (asked, "op"));
  if (!cardea_json_get_int64_string (asked, "length", &item->bytes))
    item->bytes = -1;
  item->object = guardian_object_new_planned (cardea_json_get (json, "object"));
  item->target = target != NULL ? guardian_object_new_planned (target) : NULL;
  if (item->operation != NULL && item->object != NULL)
    item->action = guardian_operation_planned (
        item->operation, cardea_json_get_string (json, "action"), item->object->nlink > 0);
  gboolean moves = item->operation != NULL && item->operation->actions[1] != NULL;
  gboolean fits = item->action != NULL && moves == (item->target != NULL)
                  && (item->target == NULL || item->target->nlink == 0)
                  && cardea_json_get_boolean (json, "undoable", &item->undoable)
                  && (cardea_json_get (json, "removes") == NULL
                      || cardea_json_get_boolean (json, "removes", &item->removes));
  if (!fits)
    g_clear_pointer (&item, item_free);
  return item;
}

static GuardianObject *
make_resource (const GuardianPlan *plan)
{
  const GuardianPlanItem *first = plan->items->pdata[0];
  if (plan->items->len == 1)
    return guardian_object_copy (first->object);

  g_autoptr (GPtrArray) objects = g_ptr_array_new ();
  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianPlanItem *item = plan->items->pdata[i];
      g_ptr_array_add (objects, item->object);
      if (item->target != NULL)
        g_ptr_array_add (objects, item->target);
    }
  return guardian_plan_common_folder (objects);
}

GuardianPlan *
guardian_plan_new (const CardeaMessage *planned, const CardeaJson *operations, guint run)
{
  g_autoptr (GuardianPlan) plan = g_new0 (GuardianPlan, 1);
  const CardeaJson *items = cardea_message_get_json (planned, "items");
  guint size = cardea_json_size (operations);

  plan->items = g_ptr_array_new_with_free_func (item_free);
  if (size == 0 || cardea_json_size (items) != size)
    return NULL;
  for (guint i = 0; i < size; i++)
    {
      GuardianPlanItem *item
          = read_item (cardea_json_nth (items, i), cardea_json_nth (operations, i));
      if (item == NULL)
        return NULL;
      g_ptr_array_add (plan->items, item);
    }
  plan->id = g_strdup (cardea_message_get_string (planned, "plan"));
  plan->run = run;
  plan->resource = make_resource (plan);
  return g_steal_pointer (&plan);
}

void
guardian_plan_free (GuardianPlan *plan)
{
  if (plan == NULL)
    return;
  g_ptr_array_unref (plan->items);
  g_clear_pointer (&plan->resource, guardian_object_free);
  g_clear_pointer (&plan->changes, cardea_json_unref);
  g_clear_pointer (&plan->judged, cardea_json_unref);
  g_free (plan->id);
  g_free (plan);
}

void
guardian_plan_drop (GuardianPlan *plan, GuardianWorkers *workers)
{
  g_autofree char *id = g_steal_pointer (&plan->id);

  if (id == NULL || guardian_workers_restarts (workers, GUARDIAN_WORKER_CHANGE) != plan->run)
    return;
  CardeaMessage *message = cardea_message_new ("change.drop");
  cardea_message_set_string (message, "plan", id);
  guardian_workers_send (workers, GUARDIAN_WORKER_CHANGE, message);
}

/* --- what is shown --- */

static gboolean
same_path (const CardeaJson *json, const char *name, const GuardianObject *object)
{
  g_autofree char *path = cardea_path_json_get (json, name);
  return g_strcmp0 (path, object != NULL ? object->path : NULL) == 0;
}

gboolean
guardian_plan_describe (GuardianPlan *plan, CardeaJson *changes)
{
  if (cardea_json_size (changes) != plan->items->len)
    return FALSE;
  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianPlanItem *item = plan->items->pdata[i];
      const CardeaJson *shown = cardea_json_nth (changes, i);
      if (g_strcmp0 (cardea_json_get_string (shown, "op"), item->operation->op) != 0
          || !same_path (shown, "path", item->object) || !same_path (shown, "to", item->target))
        return FALSE;
    }
  g_clear_pointer (&plan->changes, cardea_json_unref);
  plan->changes = cardea_json_ref (changes);
  return TRUE;
}

/* --- the common folder --- */

/* Bytes of the folder that path lies in; 0: the root. */
static gsize
folder_size (const char *path)
{
  const char *slash = strrchr (path, '/');
  return slash != NULL ? (gsize) (slash - path) : 0;
}

static guint
count_elements (const char *path, gsize size)
{
  guint count = 0;
  for (gsize i = 0; i < size; i++)
    count += path[i] == '/' ? 1 : 0;
  return count;
}

/* The deepest folder that holds both, where folder (of that size) is one already. */
static gsize
common_size (const char *folder, gsize size, const char *path)
{
  gsize other = folder_size (path);
  gsize same = 0;
  gsize end = 0;

  while (same < size && same < other && folder[same] == path[same])
    {
      if (folder[same] == '/')
        end = same;
      same++;
    }
  gboolean whole = (same == size || folder[same] == '/') && (same == other || path[same] == '/');
  return whole ? same : end;
}

/* Only where each element above it is told: a folder that is still to be made shifts them. */
static gboolean
take_inode (GuardianObject *folder, const GuardianObject *object)
{
  gsize size = strcmp (folder->path, "/") == 0 ? 0 : strlen (folder->path);
  guint depth = count_elements (object->path, strlen (object->path));
  guint above = depth - count_elements (folder->path, size);

  if (object->n_parents != depth || above < 1)
    return FALSE;
  folder->inode = object->parents[above - 1];
  folder->n_parents = object->n_parents - above;
  folder->parents
      = g_memdup2 (object->parents + above, folder->n_parents * sizeof *folder->parents);
  return TRUE;
}

GuardianObject *
guardian_plan_common_folder (const GPtrArray *objects)
{
  const GuardianObject *first = objects->pdata[0];
  gsize size = folder_size (first->path);

  for (guint i = 1; i < objects->len; i++)
    size = common_size (first->path, size, ((GuardianObject *) objects->pdata[i])->path);
  GuardianObject *folder = g_new0 (GuardianObject, 1);
  folder->path = size > 0 ? g_strndup (first->path, size) : g_strdup ("/");
  folder->is_folder = TRUE;
  folder->nlink = 1;
  for (guint i = 0; i < objects->len; i++)
    if (take_inode (folder, objects->pdata[i]))
      break;
  return folder;
}

/* --- for records --- */

CardeaJson *
guardian_plan_resource (const GuardianPlan *plan)
{
  const GuardianPlanItem *first = plan->items->pdata[0];

  if (plan->items->len == 1)
    {
      CardeaJson *json = guardian_object_describe (first->object);
      if (first->target != NULL)
        cardea_path_json_set (json, "to", first->target->path);
      return json;
    }
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_string (json, "kind", "folder");
  cardea_path_json_set (json, "path", plan->resource->path);
  cardea_json_set_int (json, "count", plan->items->len);
  if (plan->resource->inode.ino != 0)
    {
      cardea_json_set_int64_string (json, "dev", plan->resource->inode.dev);
      cardea_json_set_int64_string (json, "ino", plan->resource->inode.ino);
    }
  return json;
}

static CardeaJson *
describe_item (const GuardianPlanItem *item)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "op", item->operation->op);
  cardea_path_json_set (json, "path", item->object->path);
  if (item->target != NULL)
    cardea_path_json_set (json, "to", item->target->path);
  cardea_json_set_string (json, "effect", guardian_effect_name (item->decision.effect));
  if (item->decision.policy != NULL)
    cardea_json_set_string (json, "policy", item->decision.policy);
  if (item->grant != NULL)
    cardea_json_set_string (json, "grant", item->grant);
  return json;
}

CardeaJson *
guardian_plan_list (const GuardianPlan *plan, gsize bytes, char **ret_sha256)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  CardeaJson *list = cardea_json_new_array ();
  gsize used = 0;

  for (guint i = 0; i < plan->items->len; i++)
    {
      g_autoptr (CardeaJson) json = describe_item (plan->items->pdata[i]);
      gsize size = 0;
      g_autofree char *text = cardea_json_write (json, &size, NULL);
      g_checksum_update (checksum, (const guchar *) (i == 0 ? "[" : ","), 1);
      if (text != NULL)
        g_checksum_update (checksum, (const guchar *) text, size);
      used += size + 1;
      if (used <= bytes)
        cardea_json_append (list, g_steal_pointer (&json));
    }
  g_checksum_update (checksum, (const guchar *) "]", 1);
  *ret_sha256 = g_strdup (g_checksum_get_string (checksum));
  return list;
}

/* --- for agents --- */

/* The whole is the agent's own, or was shared with it. */
static gboolean
may_know (const GuardianPlanItem *item)
{
  return item->operation->gives_all || item->object->nlink == 0 || item->grant != NULL;
}

void
guardian_plan_withhold (const GuardianPlan *plan, CardeaJson *items)
{
  for (guint i = 0; i < plan->items->len && i < cardea_json_size (items); i++)
    {
      CardeaJson *item = cardea_json_nth (items, i);
      if (may_know (plan->items->pdata[i]))
        continue;
      cardea_json_remove (item, "sha256");
      cardea_json_remove (item, "size");
    }
}

CardeaJson *
guardian_plan_judged (const GuardianPlan *plan, gsize bytes)
{
  CardeaJson *few = cardea_json_new_array ();
  gsize used = 0;
  for (guint i = 0; plan->judged != NULL && i < cardea_json_size (plan->judged); i++)
    {
      CardeaJson *one = cardea_json_nth (plan->judged, i);
      gsize size = 0;
      g_autofree char *text = cardea_json_write (one, &size, NULL);
      used += size + 1;
      if (text == NULL || used > bytes)
        break;
      cardea_json_append (few, cardea_json_ref (one));
    }
  return few;
}
