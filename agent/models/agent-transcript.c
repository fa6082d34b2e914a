/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-transcript.h"

#include "common/base/cardea-text.h"

#include <string.h>

#define ENTRY_BYTES 64u        /* what a message costs beside its text */
#define RESULT_KEPT 200u       /* bytes; a shorter result is not worth leaving out */
#define REQUESTS_KEPT 6u       /* of turns that were left out */
#define REQUEST_CHARACTERS 160 /* of each */
#define RESULT_LEFT_OUT                                                                            \
  "{\"ok\":true,\"left_out\":\"this result was left out, because the conversation is too long; "   \
  "call the tool again if it is needed\"}"

struct _AgentTranscript {
  GPtrArray *entries; /* of AgentTranscriptEntry */
  GQueue requests;    /* of char *: what was asked in turns that are gone */
  guint left_out;
};

static void
entry_free (AgentTranscriptEntry *entry)
{
  g_free (entry->text);
  g_free (entry->call);
  g_clear_pointer (&entry->calls, g_ptr_array_unref);
  g_free (entry);
}

AgentTranscript *
agent_transcript_new (void)
{
  AgentTranscript *transcript = g_new0 (AgentTranscript, 1);
  transcript->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  g_queue_init (&transcript->requests);
  return transcript;
}

void
agent_transcript_free (AgentTranscript *transcript)
{
  g_ptr_array_unref (transcript->entries);
  g_queue_clear_full (&transcript->requests, g_free);
  g_free (transcript);
}

static AgentTranscriptEntry *
add_entry (AgentTranscript *transcript, AgentTranscriptKind kind, const char *text)
{
  AgentTranscriptEntry *entry = g_new0 (AgentTranscriptEntry, 1);
  entry->kind = kind;
  entry->text = g_strdup (text);
  g_ptr_array_add (transcript->entries, entry);
  return entry;
}

void
agent_transcript_add_user (AgentTranscript *transcript, const char *text)
{
  add_entry (transcript, AGENT_TRANSCRIPT_USER, text);
}

void
agent_transcript_add_assistant (AgentTranscript *transcript, const char *text, GPtrArray *calls)
{
  add_entry (transcript, AGENT_TRANSCRIPT_ASSISTANT, text)->calls = calls;
}

void
agent_transcript_add_result (AgentTranscript *transcript, const char *call, const char *text,
                             gboolean failed)
{
  AgentTranscriptEntry *entry = add_entry (transcript, AGENT_TRANSCRIPT_RESULT, text);
  entry->call = g_strdup (call);
  entry->failed = failed;
}

static gboolean
has_result (const AgentTranscript *transcript, guint from, const char *call)
{
  for (guint i = from; i < transcript->entries->len; i++)
    if (g_strcmp0 (agent_transcript_nth (transcript, i)->call, call) == 0)
      return TRUE;
  return FALSE;
}

static void
close_calls (AgentTranscript *transcript, guint at, const char *why)
{
  const AgentTranscriptEntry *entry = agent_transcript_nth (transcript, at);
  for (guint i = 0; i < entry->calls->len; i++)
    {
      const AgentCall *call = entry->calls->pdata[i];
      if (!has_result (transcript, at + 1, call->id))
        agent_transcript_add_result (transcript, call->id, why, TRUE);
    }
}

void
agent_transcript_close (AgentTranscript *transcript, const char *why)
{
  guint last = transcript->entries->len;
  while (last > 0 && agent_transcript_nth (transcript, last - 1)->kind == AGENT_TRANSCRIPT_RESULT)
    last--;
  const AgentTranscriptEntry *entry = last > 0 ? agent_transcript_nth (transcript, last - 1) : NULL;
  gboolean spoke = entry != NULL && entry->kind == AGENT_TRANSCRIPT_ASSISTANT;
  if (spoke && entry->calls->len > 0)
    close_calls (transcript, last - 1, why);
  if (!spoke || entry->calls->len > 0)
    agent_transcript_add_assistant (
        transcript, why, g_ptr_array_new_with_free_func ((GDestroyNotify) agent_call_free));
}

/* --- size --- */

static gsize
measure (const AgentTranscriptEntry *entry)
{
  gsize size = ENTRY_BYTES + strlen (entry->text);
  for (guint i = 0; entry->calls != NULL && i < entry->calls->len; i++)
    {
      g_autofree char *arguments = agent_call_write (entry->calls->pdata[i]);
      size += ENTRY_BYTES + strlen (arguments);
    }
  return size;
}

gsize
agent_transcript_bytes (const AgentTranscript *transcript)
{
  gsize size = 0;
  for (guint i = 0; i < transcript->entries->len; i++)
    size += measure (transcript->entries->pdata[i]);
  return size;
}

/* Where the turn after the first begins; 0: there is one alone. */
static guint
find_second_turn (const AgentTranscript *transcript)
{
  for (guint i = 1; i < transcript->entries->len; i++)
    if (agent_transcript_nth (transcript, i)->kind == AGENT_TRANSCRIPT_USER)
      return i;
  return 0;
}

static void
leave_out_turn (AgentTranscript *transcript, guint count)
{
  const AgentTranscriptEntry *first = agent_transcript_nth (transcript, 0);
  g_queue_push_tail (&transcript->requests, cardea_text_shorten (first->text, REQUEST_CHARACTERS));
  if (transcript->requests.length > REQUESTS_KEPT)
    g_free (g_queue_pop_head (&transcript->requests));
  g_ptr_array_remove_range (transcript->entries, 0, count);
  transcript->left_out++;
}

static gsize
leave_out_result (AgentTranscriptEntry *entry)
{
  gsize before = measure (entry);
  if (entry->kind != AGENT_TRANSCRIPT_RESULT || strlen (entry->text) <= RESULT_KEPT)
    return 0;
  g_free (entry->text);
  entry->text = g_strdup (RESULT_LEFT_OUT);
  return before - measure (entry);
}

gboolean
agent_transcript_fit (AgentTranscript *transcript, gsize limit)
{
  guint second;
  gsize size = agent_transcript_bytes (transcript);
  while (size > limit && (second = find_second_turn (transcript)) > 0)
    {
      leave_out_turn (transcript, second);
      size = agent_transcript_bytes (transcript);
    }
  for (guint i = 0; size > limit && i < transcript->entries->len; i++)
    size -= leave_out_result (transcript->entries->pdata[i]);
  return size <= limit;
}

guint
agent_transcript_size (const AgentTranscript *transcript)
{
  return transcript->entries->len;
}

const AgentTranscriptEntry *
agent_transcript_nth (const AgentTranscript *transcript, guint index)
{
  return transcript->entries->pdata[index];
}

guint
agent_transcript_left_out (const AgentTranscript *transcript)
{
  return transcript->left_out;
}

char *
agent_transcript_describe_left_out (const AgentTranscript *transcript)
{
  if (transcript->left_out == 0)
    return NULL;
  GString *text = g_string_new (NULL);
  g_string_append_printf (text,
                          "The first %u turns of this conversation were left out, because it is "
                          "too long. In the last of them the person wrote:\n",
                          transcript->left_out);
  for (const GList *at = transcript->requests.head; at != NULL; at = at->next)
    g_string_append_printf (text, "- %s\n", (const char *) at->data);
  return g_string_free (text, FALSE);
}
