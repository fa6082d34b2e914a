/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/acp/agent-acp-private.h"

#include <string.h>

/* What the person wrote and gave, as the protocol's blocks of content. A file outside of where the
 * agent works does not exist in its sandbox: when it takes such things (embeddedContext) its text
 * is read through the guardian, like any file that was given, and sent along. */

/* It will find it by itself. */
static gboolean
lies_where_it_works (const AgentAcp *acp, const char *path)
{
  gsize size = strlen (acp->folder);
  return strncmp (path, acp->folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* The whole text of a file; NULL: there is none that can be had at once. The caller owns it. */
static char *
read_whole (AgentAcp *acp, const char *path)
{
  CardeaJson *arguments = cardea_json_new_object ();
  gboolean more = TRUE;

  cardea_json_set_string (arguments, "file", path);
  cardea_json_set_boolean (arguments, "exact", TRUE);
  cardea_json_set_int (arguments, "lines", AGENT_TOOL_LINES_MAX);
  /* What it says of a refusal the step has said already: a link is left. */
  g_autoptr (AgentToolResult) result
      = acp->host->run ("read", arguments, acp->host->user_data, NULL);
  if (result == NULL || !cardea_json_get_boolean (result->data, "more", &more) || more)
    return NULL;
  return g_strdup (cardea_json_get_string (result->data, "text"));
}

static CardeaJson *
new_block (const char *type)
{
  CardeaJson *block = cardea_json_new_object ();
  cardea_json_set_string (block, "type", type);
  return block;
}

static void
add_link (CardeaJson *prompt, const AgentDesignated *designated, const char *uri)
{
  g_autofree char *name = g_filename_display_basename (designated->path);
  CardeaJson *block = new_block ("resource_link");

  cardea_json_set_string (block, "uri", uri);
  cardea_json_set_string (block, "name", name);
  cardea_json_append (prompt, block);
}

static void
add_content (CardeaJson *prompt, const char *uri, const char *text)
{
  CardeaJson *block = new_block ("resource");
  CardeaJson *resource = cardea_json_new_object ();

  cardea_json_set_string (resource, "uri", uri);
  cardea_json_set_string (resource, "text", text);
  cardea_json_set (block, "resource", resource);
  cardea_json_append (prompt, block);
}

static void
add_designated (AgentAcp *acp, CardeaJson *prompt, const AgentDesignated *designated, gsize *room)
{
  g_autofree char *uri = g_filename_to_uri (designated->path, NULL, NULL);
  gboolean wanted = acp->takes_content && !designated->folder && *room > 0
                    && !lies_where_it_works (acp, designated->path);
  g_autofree char *text = wanted ? read_whole (acp, designated->path) : NULL;
  gsize size = text != NULL ? strlen (text) : 0;

  if (uri == NULL)
    return;
  if (text != NULL && size <= *room)
    {
      *room -= size;
      add_content (prompt, uri, text);
    }
  else
    add_link (prompt, designated, uri);
}

CardeaJson *
agent_acp_prompt_new (AgentAcp *acp)
{
  CardeaJson *params = cardea_json_new_object ();
  CardeaJson *prompt = cardea_json_new_array ();
  CardeaJson *text = new_block ("text");
  gsize room = AGENT_ACP_GIVEN_MAX;

  cardea_json_set_string (text, "text", acp->request->text);
  cardea_json_append (prompt, text);
  for (; acp->designated < acp->request->designated->len; acp->designated++)
    add_designated (acp, prompt, acp->request->designated->pdata[acp->designated], &room);
  cardea_json_set_string (params, "sessionId", acp->session);
  cardea_json_set (params, "prompt", prompt);
  return params;
}
