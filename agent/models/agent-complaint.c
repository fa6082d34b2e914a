/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing a server says about itself: its words choose among remedies of which each can be
 * tried once, and are shown as a stranger's. */

#include "agent/models/agent-complaint.h"

#include "agent/content/agent-error.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

/* --- what can be done --- */

static const struct {
  AgentWithout without;
  const char *mention; /* in the server's words, lower case */
} mentions[] = {
  { AGENT_WITHOUT_USAGE, "stream_options" },
  { AGENT_WITHOUT_USAGE, "include_usage" },
  { AGENT_WITHOUT_MAX_TOKENS, "max_tokens" },
  { AGENT_WITHOUT_LIMIT, "max_completion_tokens" },
  { AGENT_WITHOUT_CLOSED, "additionalproperties" },
  { AGENT_WITHOUT_CLOSED, "additional_properties" },
  { AGENT_WITHOUT_CLOSED, "additional properties" },
  { AGENT_WITHOUT_TOOLS, "tool" },
  { AGENT_WITHOUT_TOOLS, "function" },
  { AGENT_WITHOUT_STREAM, "stream" },
};

/* What nobody misses; left out when a server does not say what it does not like. */
#define MINOR (AGENT_WITHOUT_USAGE | AGENT_WITHOUT_LIMIT | AGENT_WITHOUT_CLOSED)

static gboolean
is_too_long (guint status, const char *words)
{
  static const char *const signs[] = { "context length",
                                       "context window",
                                       "context size",
                                       "context_length",
                                       "too long",
                                       "too many tokens",
                                       "exceeds the available context" };
  for (gsize i = 0; words != NULL && i < G_N_ELEMENTS (signs); i++)
    if (strstr (words, signs[i]) != NULL)
      return TRUE;
  return status == 413;
}

static gboolean
is_about_request (guint status)
{
  return status == 400 || status == 415 || status == 422 || status == 501;
}

static guint
choose_without (const char *words, guint without)
{
  for (gsize i = 0; words != NULL && i < G_N_ELEMENTS (mentions); i++)
    if ((without & mentions[i].without) == 0 && strstr (words, mentions[i].mention) != NULL)
      return without | mentions[i].without;
  return without | MINOR;
}

AgentComplaintRemedy
agent_complaint_judge (guint status, const char *words, guint without, guint *ret_without)
{
  g_autofree char *lower = words != NULL ? g_ascii_strdown (words, -1) : NULL;
  *ret_without = without;
  if (status != 429 && status >= 400 && is_too_long (status, lower))
    return AGENT_COMPLAINT_SHORTER;
  if (status == 408 || status == 409 || status == 425 || status == 429
      || (status >= 500 && status != 501))
    return AGENT_COMPLAINT_AGAIN;
  if (is_about_request (status))
    *ret_without = choose_without (lower, without);
  return *ret_without != without ? AGENT_COMPLAINT_WITHOUT : AGENT_COMPLAINT_FINAL;
}

/* --- Retry-After --- */

static gint64
read_date (const char *text, gint64 now)
{
  static const char *const months[]
      = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  int day, year, hour, minute, second;
  char month[4];
  const char *comma = strchr (text, ',');
  if (comma == NULL
      || sscanf (comma + 1, " %2d %3s %4d %2d:%2d:%2d GMT", &day, month, &year, &hour, &minute,
                 &second)
             != 6)
    return -1;
  for (int i = 0; i < (int) G_N_ELEMENTS (months); i++)
    {
      g_autoptr (GDateTime) date
          = strcmp (month, months[i]) == 0
                ? g_date_time_new_utc (year, i + 1, day, hour, minute, second)
                : NULL;
      if (date != NULL)
        return MAX (g_date_time_to_unix (date) - now, 0);
    }
  return -1;
}

gint64
agent_complaint_read_wait (const char *retry_after, gint64 now)
{
  gint64 seconds;
  if (retry_after == NULL)
    return -1;
  if (g_ascii_string_to_signed (retry_after, 10, 0, G_MAXINT32, &seconds, NULL))
    return seconds;
  return read_date (retry_after, now);
}

/* --- how a person is told --- */

static const struct {
  guint first;
  guint last;
  const char *what; /* after "NAME (HOST) " */
} sentences[] = {
  { 400, 400, "did not accept the request" },
  { 401, 401,
    "did not accept the key: check it in Settings → Models, or set it with "
    "“cardeactl credential set”" },
  { 402, 402, "wants to be paid first: look at your account there" },
  { 403, 403, "does not allow this: check the key and what it may be used for" },
  { 404, 404,
    "has no such model, or no model behind this address: check both in "
    "Settings → Models" },
  { 405, 405, "has no model behind this address: check it in Settings → Models" },
  { 300, 399, "has moved: give its new address in Settings → Models" },
  { 413, 413, "found the request too long: begin a new chat, or share less" },
  { 422, 422, "did not accept the request" },
  { 429, 429, "has had enough for now: wait a little and ask again" },
  { 500, 599, "is out of order or overloaded: ask again later" },
  { 0, 999, "gave an answer that I do not know" },
};

void
agent_complaint_set (const AgentEndpoint *endpoint, guint status, const char *words, gint64 wait,
                     GError **error)
{
  g_autofree char *host = agent_endpoint_host (endpoint);
  gsize row = 0;
  while (status < sentences[row].first || status > sentences[row].last)
    row++;
  g_autofree char *asked
      = wait > 0 ? g_strdup_printf (" It wants %" G_GINT64_FORMAT " s to pass first.", wait)
                 : g_strdup ("");
  g_autofree char *said = words != NULL ? g_strdup_printf (" It says: “%s”", words) : g_strdup ("");
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE, "%s (%s) %s (status %u).%s%s",
               endpoint->name, host, sentences[row].what, status, asked, said);
}
