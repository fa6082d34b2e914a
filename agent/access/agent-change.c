/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-change.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-path-json.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

struct _AgentChange {
  CardeaJson *operations;
  gsize text; /* bytes of operations */
  int content;
  gsize size; /* bytes of content */
};

AgentChange *
agent_change_new (void)
{
  AgentChange *change = g_new0 (AgentChange, 1);
  change->operations = cardea_json_new_array ();
  change->content = -1;
  return change;
}

void
agent_change_free (AgentChange *change)
{
  cardea_fd_clear (&change->content);
  g_clear_pointer (&change->operations, cardea_json_unref);
  g_free (change);
}

static gboolean
fail (AgentErrorCode code, const char *what, GError **error)
{
  g_set_error (error, AGENT_ERROR, code, "%s", what);
  return FALSE;
}

/* Where a path leads is the guardian's to find out; what is none is said here. */
static gboolean
check_path (const char *path, GError **error)
{
  gboolean named = path[0] == '/' || g_str_has_prefix (path, "~/");
  g_auto (GStrv) elements = g_strsplit (path, "/", -1);
  for (char **element = elements; !named && *element != NULL; element++)
    if ((*element)[0] == '\0' || strcmp (*element, ".") == 0 || strcmp (*element, "..") == 0)
      return fail (AGENT_ERROR_ARGUMENT, "Please name it from the top: “/…” or “~/…”.", error);
  static const char *const whole[] = { "", "/", "~", "~/", NULL };
  if (g_strv_contains (whole, path) || strlen (path) > CARDEA_LIMIT_PATH)
    return fail (AGENT_ERROR_ARGUMENT, "Its name is missing, or longer than a path can be.", error);
  return TRUE;
}

static void
set_path (CardeaJson *operation, const char *name, const char *path)
{
  g_autofree char *plain = g_strdup (path);
  for (gsize size = strlen (plain); size > 1 && plain[size - 1] == '/'; size--)
    plain[size - 1] = '\0';
  cardea_path_json_set (operation, name, plain);
}

static CardeaJson *
new_operation (const char *op, const char *path)
{
  CardeaJson *operation = cardea_json_new_object ();
  cardea_json_set_string (operation, "op", op);
  set_path (operation, "path", path);
  return operation;
}

static gboolean
add (AgentChange *change, CardeaJson *taken, GError **error)
{
  g_autoptr (CardeaJson) operation = taken;
  gsize size;
  g_autofree char *text = cardea_json_write (operation, &size, error);
  if (text == NULL)
    return FALSE;
  if (cardea_json_size (change->operations) == CARDEA_LIMIT_OPERATIONS
      || size + 1 > AGENT_CHANGE_TEXT_MAX - change->text)
    return fail (AGENT_ERROR_LIMIT,
                 "These are more changes than can be made in one go; please ask for a part.",
                 error);
  change->text += size + 1;
  cardea_json_append (change->operations, g_steal_pointer (&operation));
  return TRUE;
}

static gboolean
write_content (AgentChange *change, GBytes *content, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (content, &size);
  if (size > CARDEA_LIMIT_CHANGE - change->size)
    return fail (AGENT_ERROR_LIMIT, "That is more than the 64 MiB that can be written in one go.",
                 error);
  if (change->content < 0)
    change->content = memfd_create ("change", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (change->content < 0)
    return fail (AGENT_ERROR_UNAVAILABLE, "There is not enough memory to write it.", error);
  change->size += size;
  while (size > 0)
    {
      gssize written = write (change->content, bytes, size);
      if (written < 0 && errno != EINTR)
        return fail (AGENT_ERROR_UNAVAILABLE, "There is not enough memory to write it.", error);
      if (written <= 0)
        continue;
      bytes += written;
      size -= (gsize) written;
    }
  return TRUE;
}

static gboolean
add_content (AgentChange *change, const char *op, const char *path, GBytes *content,
             const char *expect, GError **error)
{
  gsize offset = change->size;
  if (!check_path (path, error) || !write_content (change, content, error))
    return FALSE;
  CardeaJson *operation = new_operation (op, path);
  cardea_json_set_int64_string (operation, "offset", (gint64) offset);
  cardea_json_set_int64_string (operation, "length", (gint64) g_bytes_get_size (content));
  if (expect != NULL)
    cardea_json_set_string (operation, "expect", expect);
  return add (change, operation, error);
}

gboolean
agent_change_add_write (AgentChange *change, const char *path, GBytes *content, const char *expect,
                        GError **error)
{
  return add_content (change, "write", path, content, expect, error);
}

gboolean
agent_change_add_append (AgentChange *change, const char *path, GBytes *content, GError **error)
{
  return add_content (change, "append", path, content, NULL, error);
}

gboolean
agent_change_add_create (AgentChange *change, const char *path, GBytes *content, GError **error)
{
  return add_content (change, "create", path, content, NULL, error);
}

gboolean
agent_change_add_delete (AgentChange *change, const char *path, GError **error)
{
  return check_path (path, error) && add (change, new_operation ("delete", path), error);
}

gboolean
agent_change_add_folder (AgentChange *change, const char *path, GError **error)
{
  return check_path (path, error) && add (change, new_operation ("mkdir", path), error);
}

gboolean
agent_change_add_rename (AgentChange *change, const char *path, const char *to, GError **error)
{
  if (!check_path (path, error) || !check_path (to, error))
    return FALSE;
  CardeaJson *operation = new_operation ("rename", path);
  set_path (operation, "to", to);
  return add (change, operation, error);
}

CardeaMessage *
agent_change_build (AgentChange *change, const char *reason, GError **error)
{
  if (change->operations == NULL || cardea_json_size (change->operations) == 0)
    {
      fail (AGENT_ERROR_ARGUMENT, "There is nothing to change.", error);
      return NULL;
    }
  if (change->content >= 0 && !cardea_descriptor_seal_memfd (change->content))
    {
      fail (AGENT_ERROR_UNAVAILABLE, "What is to be written could not be sealed.", error);
      return NULL;
    }
  CardeaMessage *request = cardea_message_new ("file.change");
  cardea_message_set_json (request, "operations", g_steal_pointer (&change->operations));
  if (change->content >= 0)
    cardea_message_set_fd (request, "content", cardea_fd_steal (&change->content));
  if (reason != NULL)
    cardea_message_set_string (request, "reason", reason);
  return request;
}

/* --- the answer --- */

static void
item_free (gpointer data)
{
  AgentChangedItem *item = data;
  g_free (item->path);
  g_free (item->to);
  g_free (item);
}

void
agent_changed_free (AgentChanged *changed)
{
  g_free (changed->id);
  g_ptr_array_unref (changed->items);
  g_free (changed);
}

static gboolean
read_item (const CardeaJson *json, GPtrArray *items)
{
  AgentChangedItem *item = g_new0 (AgentChangedItem, 1);
  g_ptr_array_add (items, item);
  item->path = cardea_path_json_get (json, "path");
  item->to = cardea_path_json_get (json, "to");
  item->size = -1;
  cardea_json_get_int64_string (json, "size", &item->size);
  cardea_json_get_boolean (json, "replaced", &item->replaced);
  return item->path != NULL && item->path[0] == '/' && (item->to == NULL || item->to[0] == '/')
         && item->size >= -1;
}

AgentChanged *
agent_changed_read (const CardeaMessage *reply, guint operations, GError **error)
{
  const CardeaJson *items = cardea_message_get_json (reply, "items");
  const char *id = cardea_message_get_string (reply, "change");
  g_autoptr (AgentChanged) changed = g_new0 (AgentChanged, 1);
  changed->items = g_ptr_array_new_with_free_func (item_free);
  changed->id = g_strdup (id);
  changed->undoable = cardea_message_get_boolean (reply, "undoable");
  gboolean whole
      = id != NULL && id[0] != '\0' && items != NULL && cardea_json_size (items) == operations;
  for (guint i = 0; whole && i < operations; i++)
    whole = read_item (cardea_json_nth (items, i), changed->items);
  if (whole)
    return g_steal_pointer (&changed);
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE,
                       "The guardian's answer is not complete, so I cannot say what was changed: "
                       "please look at the list of changes.");
  return NULL;
}

AgentChanged *
agent_change_make (AgentChange *change, AgentLink *link, const char *doing, const char *object,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint operations = change->operations != NULL ? cardea_json_size (change->operations) : 0;
  g_autoptr (CardeaMessage) request = agent_change_build (change, agent_link_reason (link), error);
  if (request == NULL)
    return NULL;
  g_autoptr (CardeaMessage) reply
      = agent_link_act (link, request, "file.changed", doing, object, cancellable, &local);
  if (reply != NULL)
    return agent_changed_read (reply, operations, error);
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error (error, AGENT_ERROR, AGENT_ERROR_STOPPED,
                 "Stopped while I was about to %s %s: whether it was done stands in the list of "
                 "changes.",
                 doing, object);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
