/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the guardian, that what comes through the pipes is the program's. Refuses: to keep more
 * than a limit. Known gap: a program that never stops writing is read until its time is over. */

#include "agent/access/agent-terminal.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/base/cardea-text.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE 16384u
#define ID_BYTES 8
#define END_MS 5000 /* between the word how it ended and the end of its pipes */

struct _AgentTerminal {
  AgentLink *link;
  CardeaClient *client;
  gulong listening;
  char *id;   /* of the request */
  int fds[2]; /* output and error; -1: ended */
  guint sources[2];
  guint late;
  GByteArray *kept; /* at most twice the limit */
  gsize limit;
  gboolean cut;
  gboolean finished; /* it was said how it ended */
  gboolean stopped;  /* exec.cancel was said */
  gboolean told;
  int status;
  int signal;
  void (*ended) (AgentTerminal *terminal, gpointer user_data);
  gpointer user_data;
};

static gboolean
streams_end (const AgentTerminal *terminal)
{
  return terminal->fds[0] < 0 && terminal->fds[1] < 0;
}

gboolean
agent_terminal_has_ended (const AgentTerminal *terminal)
{
  return terminal->finished && streams_end (terminal);
}

static void
close_stream (AgentTerminal *terminal, guint stream)
{
  g_clear_handle_id (&terminal->sources[stream], g_source_remove);
  cardea_fd_clear (&terminal->fds[stream]);
}

/* Nothing may follow: whoever is told may free it. */
static void
tell (AgentTerminal *terminal)
{
  if (!agent_terminal_has_ended (terminal) || terminal->told)
    return;
  terminal->told = TRUE;
  g_clear_handle_id (&terminal->late, g_source_remove);
  if (terminal->ended != NULL)
    terminal->ended (terminal, terminal->user_data);
}

/* A process that got away from it would keep its pipes open: not of what was ended. */
static gboolean
late_cb (gpointer user_data)
{
  AgentTerminal *terminal = user_data;

  terminal->late = 0;
  close_stream (terminal, 0);
  close_stream (terminal, 1);
  tell (terminal);
  return G_SOURCE_REMOVE;
}

static void
message_cb (CardeaClient *client, CardeaMessage *message, gpointer user_data)
{
  AgentTerminal *terminal = user_data;

  if (!cardea_message_is (message, "exec.finished") || terminal->finished
      || g_strcmp0 (cardea_message_get_string (message, "target"), terminal->id) != 0)
    return;
  terminal->finished = TRUE;
  terminal->status = (int) cardea_message_get_int (message, "status", -1);
  terminal->signal = (int) cardea_message_get_int (message, "signal", 0);
  terminal->late = g_timeout_add (END_MS, late_cb, terminal);
  tell (terminal);
}

static void
keep (AgentTerminal *terminal, const char *bytes, gsize size)
{
  GByteArray *kept = terminal->kept;

  g_byte_array_append (kept, (const guint8 *) bytes, (guint) size);
  terminal->cut |= kept->len > terminal->limit;
  /* Moved seldom: what is too much is left at the front until it is as much as is wanted. */
  if (kept->len > 2 * terminal->limit + BLOCK_SIZE)
    g_byte_array_remove_range (kept, 0, (guint) (kept->len - terminal->limit));
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  AgentTerminal *terminal = user_data;
  guint stream = fd == terminal->fds[0] ? 0 : 1;
  char block[BLOCK_SIZE];
  gssize size = read (fd, block, sizeof block);

  if (size > 0)
    keep (terminal, block, (gsize) size);
  if (size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR)))
    return G_SOURCE_CONTINUE;
  terminal->sources[stream] = 0;
  close_stream (terminal, stream);
  tell (terminal);
  return G_SOURCE_REMOVE;
}

static gboolean
take_streams (AgentTerminal *terminal, CardeaMessage *started, GError **error)
{
  static const char *const names[] = { "output", "error" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      terminal->fds[i] = cardea_message_take_fd (started, names[i]);
      if (terminal->fds[i] < 0 || !g_unix_set_fd_nonblocking (terminal->fds[i], TRUE, error))
        return FALSE;
      terminal->sources[i]
          = g_unix_fd_add (terminal->fds[i], G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, terminal);
    }
  return TRUE;
}

AgentTerminal *
agent_terminal_start (AgentLink *link, const AgentProgramTerms *terms, gsize limit,
                      GCancellable *cancellable, GError **error)
{
  g_autofree char *name = g_path_get_basename (terms->arguments[0]);
  g_autofree char *shown = cardea_text_escape (name, strlen (name), NULL);
  AgentTerminal *terminal = g_new0 (AgentTerminal, 1);

  terminal->link = link;
  terminal->client = g_object_ref (agent_link_client (link));
  terminal->id = cardea_id_new (ID_BYTES);
  terminal->fds[0] = terminal->fds[1] = -1;
  terminal->kept = g_byte_array_new ();
  terminal->limit = MIN (limit, AGENT_TERMINAL_OUTPUT_MAX);
  terminal->status = -1;
  terminal->listening
      = g_signal_connect (terminal->client, "message", G_CALLBACK (message_cb), terminal);
  g_autoptr (CardeaMessage) request = agent_program_request (link, terms, terminal->id);
  g_autoptr (CardeaMessage) started
      = agent_link_act (link, request, "exec.started", "run", shown, cancellable, error);
  if (started != NULL && take_streams (terminal, started, error))
    return terminal;
  agent_terminal_free (terminal);
  return NULL;
}

void
agent_terminal_free (AgentTerminal *terminal)
{
  agent_terminal_kill (terminal);
  g_signal_handler_disconnect (terminal->client, terminal->listening);
  g_clear_handle_id (&terminal->late, g_source_remove);
  close_stream (terminal, 0);
  close_stream (terminal, 1);
  g_object_unref (terminal->client);
  g_byte_array_unref (terminal->kept);
  g_free (terminal->id);
  g_free (terminal);
}

void
agent_terminal_watch (AgentTerminal *terminal,
                      void (*ended) (AgentTerminal *terminal, gpointer user_data),
                      gpointer user_data)
{
  terminal->ended = ended;
  terminal->user_data = user_data;
}

int
agent_terminal_status (const AgentTerminal *terminal)
{
  return terminal->status;
}

int
agent_terminal_signal (const AgentTerminal *terminal)
{
  return terminal->signal;
}

/* Where the last characters begin that limit bytes hold. */
static const char *
find_tail (const char *text, gsize size, gsize limit)
{
  const char *begin = size > limit ? text + (size - limit) : text;

  while (begin > text && begin < text + size && ((guchar) *begin & 0xc0) == 0x80)
    begin++;
  return begin;
}

char *
agent_terminal_tail (const char *bytes, gsize size, gsize limit)
{
  const char *begin = find_tail (bytes, size, limit);
  /* What is no UTF-8 gets longer. */
  g_autofree char *valid = g_utf8_make_valid (begin, (gssize) (bytes + size - begin));

  return g_strdup (find_tail (valid, strlen (valid), limit));
}

char *
agent_terminal_output (const AgentTerminal *terminal, gboolean *ret_cut)
{
  const GByteArray *kept = terminal->kept;
  const char *bytes = kept->len > 0 ? (const char *) kept->data : "";

  *ret_cut = terminal->cut;
  return agent_terminal_tail (bytes, kept->len, terminal->limit);
}

void
agent_terminal_kill (AgentTerminal *terminal)
{
  if (terminal->stopped || terminal->finished)
    return;
  terminal->stopped = TRUE;
  g_autoptr (CardeaMessage) message = cardea_message_new ("exec.cancel");
  cardea_message_set_string (message, "target", terminal->id);
  agent_link_tell (terminal->link, message);
}
