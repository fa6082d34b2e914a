/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing: the bytes are a server's, or of whoever sits between. Refuses lines and events
 * beyond AGENT_SSE_EVENT_MAX. */

#include "agent/models/agent-sse.h"

#include "agent/content/agent-error.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct _AgentSse {
  AgentSseFunc func;
  gpointer user_data;
  GString *line;
  GString *data;
  char name[AGENT_SSE_NAME_MAX + 1];
  gboolean has_data;
  gboolean after_return; /* a \n that follows belongs to the line before */
  gboolean begun;        /* the first line is over */
};

AgentSse *
agent_sse_new (AgentSseFunc func, gpointer user_data)
{
  AgentSse *sse = g_new0 (AgentSse, 1);
  sse->func = func;
  sse->user_data = user_data;
  sse->line = g_string_new (NULL);
  sse->data = g_string_new (NULL);
  return sse;
}

void
agent_sse_free (AgentSse *sse)
{
  g_string_free (sse->line, TRUE);
  g_string_free (sse->data, TRUE);
  g_free (sse);
}

static gboolean
set_too_large (GError **error)
{
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
                       "a piece of its answer is larger than 1 MiB");
  return FALSE;
}

static gboolean
dispatch (AgentSse *sse, GError **error)
{
  gboolean ok = !sse->has_data
                || sse->func (sse->name, sse->data->str, sse->data->len, sse->user_data, error);
  g_string_truncate (sse->data, 0);
  sse->has_data = FALSE;
  sse->name[0] = '\0';
  return ok;
}

static gboolean
add_data (AgentSse *sse, const char *value, gsize size, GError **error)
{
  if (sse->data->len + size + 1 > AGENT_SSE_EVENT_MAX)
    return set_too_large (error);
  if (sse->has_data)
    g_string_append_c (sse->data, '\n');
  g_string_append_len (sse->data, value, (gssize) size);
  sse->has_data = TRUE;
  return TRUE;
}

static gboolean
set_name (AgentSse *sse, const char *value, gsize size, GError **error)
{
  gboolean fits = size <= AGENT_SSE_NAME_MAX && memchr (value, '\0', size) == NULL;
  memcpy (sse->name, value, fits ? size : 0);
  sse->name[fits ? size : 0] = '\0';
  return TRUE;
}

static const struct {
  const char *name;
  gboolean (*take) (AgentSse *sse, const char *value, gsize size, GError **error);
} fields[] = {
  { "data", add_data },
  { "event", set_name },
};

static gboolean
take_field (AgentSse *sse, const char *line, gsize size, GError **error)
{
  const char *colon = memchr (line, ':', size);
  gsize name = colon != NULL ? (gsize) (colon - line) : size;
  gsize value = colon != NULL ? name + 1 : size;
  if (value < size && line[value] == ' ')
    value++;
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strlen (fields[i].name) == name && memcmp (line, fields[i].name, name) == 0)
      return fields[i].take (sse, line + value, size - value, error);
  return TRUE;
}

static gboolean
take_line (AgentSse *sse, GError **error)
{
  const char *line = sse->line->str;
  gsize size = sse->line->len;
  if (!sse->begun && size >= 3 && memcmp (line, BYTE_ORDER_MARK, 3) == 0)
    {
      line += 3;
      size -= 3;
    }
  sse->begun = TRUE;
  if (size == 0)
    return dispatch (sse, error);
  if (line[0] == '{') /* an error in the middle of a stream, as some servers write it */
    return dispatch (sse, error) && add_data (sse, line, size, error) && dispatch (sse, error);
  return take_field (sse, line, size, error);
}

static gboolean
end_line (AgentSse *sse, GError **error)
{
  gboolean ok = take_line (sse, error);
  g_string_truncate (sse->line, 0);
  return ok;
}

gboolean
agent_sse_push (AgentSse *sse, const void *bytes, gsize size, GError **error)
{
  const char *at = bytes, *end = at + size;
  while (at < end)
    {
      if (sse->after_return && *at == '\n')
        at++;
      sse->after_return = FALSE;
      const char *stop = at;
      while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
      if (sse->line->len + (gsize) (stop - at) > AGENT_SSE_EVENT_MAX)
        return set_too_large (error);
      g_string_append_len (sse->line, at, stop - at);
      if (stop == end)
        return TRUE;
      sse->after_return = *stop == '\r';
      at = stop + 1;
      if (!end_line (sse, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
agent_sse_finish (AgentSse *sse, GError **error)
{
  return (sse->line->len == 0 || end_line (sse, error)) && dispatch (sse, error);
}
