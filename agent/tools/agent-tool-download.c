/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Something on the web into a file, as it is. It is kept in memory until all of it is there, and
 * then proposed as a change like any other: shown, decided about, undone. Nothing is looked into
 * and nothing is run. */

#include "agent/access/agent-net.h"
#include "agent/access/agent-page.h"
#include "agent/tools/agent-tool-change.h"
#include "common/base/cardea-limits.h"

#include <string.h>

#define LONGEST_NAME 200

/* The last part of the address, as a file may be called; NULL: there is none. */
static char *
name_of (const char *url)
{
  g_autofree char *bare = g_strndup (url, strcspn (url, "?"));
  const char *slash = strrchr (bare, '/');
  g_autofree char *name = slash != NULL ? g_uri_unescape_string (slash + 1, "/") : NULL;
  gboolean good = name != NULL && name[0] != '\0' && name[0] != '.' && name[0] != '-'
                  && strlen (name) <= LONGEST_NAME && g_utf8_validate (name, -1, NULL);

  for (const char *c = name; good && *c != '\0'; c = g_utf8_next_char (c))
    good = g_unichar_isgraph (g_utf8_get_char (c)) || *c == ' ';
  return good ? g_steal_pointer (&name) : NULL;
}

/* Where it goes: "file" as it is, or the address's own name below it where that is a folder. */
static char *
choose_path (const AgentToolCall *call, const char *url, GError **error)
{
  const char *file = agent_tool_text (call, "file");
  g_autofree char *name = name_of (url);

  if (file != NULL && !g_str_has_suffix (file, "/"))
    return g_strdup (file);
  if (name != NULL)
    return g_strconcat (file != NULL ? file : "", name, NULL);
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT,
                       "The address names no file: please say what it is to be called.");
  return NULL;
}

AgentToolResult *
agent_tool_download (const AgentToolCall *call, GError **error)
{
  gboolean replace = g_strcmp0 (agent_tool_text (call, "if_exists"), "replace") == 0;
  g_autoptr (AgentWay) way = agent_net_new (call->link);
  g_autoptr (AgentPage) page = agent_page_get (way, agent_tool_text (call, "url"),
                                               CARDEA_LIMIT_MEMFD, call->cancellable, error);
  g_autofree char *path = page != NULL ? choose_path (call, page->url, error) : NULL;

  if (path == NULL)
    return NULL;
  g_autofree char *name = agent_tool_change_show_name (path);
  g_autoptr (AgentChange) change = agent_change_new ();
  if (replace ? !agent_change_add_write (change, path, page->bytes, NULL, error)
              : !agent_change_add_create (change, path, page->bytes, error))
    return NULL;
  g_autoptr (AgentChanged) changed
      = agent_change_make (change, call->link, "create", name, call->cancellable, error);
  return changed != NULL ? agent_tool_change_take (changed) : NULL;
}
