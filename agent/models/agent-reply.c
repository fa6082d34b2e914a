/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-reply.h"

#include "agent/content/agent-error.h"
#include "agent/content/agent-text.h"
#include "agent/models/agent-mend.h"

#include <string.h>

#define SHOW_PROBLEM 300 /* characters of a server's words */

AgentReply *
agent_reply_new (guint round)
{
  AgentReply *reply = g_new0 (AgentReply, 1);
  reply->text = g_string_new (NULL);
  reply->assembly = agent_assembly_new (round);
  reply->tokens_in = -1;
  reply->tokens_out = -1;
  return reply;
}

void
agent_reply_free (AgentReply *reply)
{
  g_string_free (reply->text, TRUE);
  agent_assembly_free (reply->assembly);
  g_free (reply->stop);
  g_free (reply->problem);
  g_free (reply);
}

gboolean
agent_reply_add_text (AgentReply *reply, const CardeaJson *json, GError **error)
{
  g_autofree char *text = agent_mend_string (json);
  if (text == NULL || text[0] == '\0')
    return TRUE;
  if (reply->text->len + strlen (text) > AGENT_REPLY_TEXT_MAX)
    {
      g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
                           "it says more than 1 MiB at once");
      return FALSE;
    }
  g_string_append (reply->text, text);
  reply->thinking = FALSE;
  reply->pieces++;
  return TRUE;
}

void
agent_reply_add_thought (AgentReply *reply, const CardeaJson *json)
{
  gsize size;
  if (cardea_json_string_full (json, &size) == NULL || size == 0)
    return;
  reply->thinking = TRUE;
  reply->pieces++;
}

void
agent_reply_set_stop (AgentReply *reply, const CardeaJson *json)
{
  g_autofree char *stop = agent_mend_string (json);
  if (stop == NULL || stop[0] == '\0')
    return;
  g_free (reply->stop);
  reply->stop = g_steal_pointer (&stop);
}

static char *
read_words (const CardeaJson *json)
{
  static const char *const names[] = { "message", "error", "detail", "msg" };
  g_autofree char *text = agent_mend_string (json);
  if (text != NULL)
    return agent_text_show (text, SHOW_PROBLEM);
  if (json != NULL && cardea_json_type (json) == CARDEA_JSON_ARRAY && cardea_json_size (json) > 0)
    json = cardea_json_nth (json, 0);
  for (gsize i = 0; json != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *inner = agent_mend_string (cardea_json_get (json, names[i]));
      if (inner != NULL && inner[0] != '\0')
        return agent_text_show (inner, SHOW_PROBLEM);
    }
  return NULL;
}

char *
agent_reply_read_problem (const CardeaJson *json)
{
  static const char *const names[] = { "error", "detail", "message" };
  for (gsize i = 0; json != NULL && i < G_N_ELEMENTS (names); i++)
    {
      char *words = read_words (cardea_json_get (json, names[i]));
      if (words != NULL)
        return words;
    }
  return NULL;
}

void
agent_reply_set_problem (AgentReply *reply, const CardeaJson *json)
{
  g_free (reply->problem);
  reply->problem = read_words (json);
  if (reply->problem == NULL)
    reply->problem = g_strdup ("no reason was given");
}

void
agent_reply_set_tokens (AgentReply *reply, const CardeaJson *usage, const char *in, const char *out)
{
  gint64 value;
  if (usage == NULL)
    return;
  if (cardea_json_get_int (usage, in, &value) && value >= 0)
    reply->tokens_in = value;
  if (cardea_json_get_int (usage, out, &value) && value >= 0)
    reply->tokens_out = value;
}
