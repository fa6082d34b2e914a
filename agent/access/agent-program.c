/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the guardian, that what comes through the pipes is the program's. Refuses: to read more
 * than a limit; a program that does not stop writing is ended. */

#include "agent/access/agent-program.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/base/cardea-text.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE 16384u
#define ID_BYTES 8
#define END_MS 5000 /* between the end of the pipes and the word how it ended */

typedef struct {
  AgentLink *link;
  CardeaClient *client;
  char *id; /* of the request */
  AgentProgram *program;
  int fds[2]; /* output and error; -1: ended */
  guint sources[2];
  gsize read; /* of both */
  gboolean finished;
  gboolean late;
  gboolean stopped; /* exec.cancel was said */
} Running;

void
agent_program_free (AgentProgram *program)
{
  g_string_free (program->output, TRUE);
  g_string_free (program->errors, TRUE);
  g_free (program->program);
  g_free (program->unkept_what);
  g_free (program->reason);
  g_free (program);
}

static AgentProgram *
program_new (void)
{
  AgentProgram *program = g_new0 (AgentProgram, 1);
  program->output = g_string_new (NULL);
  program->errors = g_string_new (NULL);
  program->status = -1;
  return program;
}

/* --- the request --- */

static CardeaJson *
new_texts (const char *const *texts)
{
  CardeaJson *list = cardea_json_new_array ();
  for (; texts != NULL && *texts != NULL; texts++)
    cardea_json_append (list, cardea_json_new_string (*texts));
  return list;
}

CardeaMessage *
agent_program_request (AgentLink *link, const AgentProgramTerms *terms, const char *id)
{
  CardeaMessage *message = cardea_message_new ("exec.run");
  CardeaJson *command = cardea_json_new_object ();

  cardea_json_set (command, "argv", new_texts (terms->arguments));
  if (terms->variables != NULL && terms->variables[0] != NULL)
    cardea_json_set (command, "environment", new_texts (terms->variables));
  cardea_message_set_request (message, id);
  cardea_message_set_json (message, "command", command);
  if (terms->folder != NULL)
    cardea_message_set_path (message, "folder", terms->folder);
  if (terms->readable != NULL)
    cardea_message_set_paths (message, "readable", terms->readable);
  if (terms->writable != NULL)
    cardea_message_set_paths (message, "writable", terms->writable);
  if (terms->seconds > 0)
    cardea_message_set_int (message, "timeout", terms->seconds);
  if (terms->network)
    cardea_message_set_boolean (message, "network", TRUE);
  if (agent_link_reason (link) != NULL)
    cardea_message_set_string (message, "reason", agent_link_reason (link));
  return message;
}

static void
stop (Running *running)
{
  if (running->stopped || running->finished)
    return;
  running->stopped = TRUE;
  g_autoptr (CardeaMessage) message = cardea_message_new ("exec.cancel");
  cardea_message_set_string (message, "target", running->id);
  agent_link_tell (running->link, message);
}

/* --- what comes --- */

static void
message_cb (CardeaClient *client, CardeaMessage *message, gpointer user_data)
{
  Running *running = user_data;
  AgentProgram *program = running->program;

  if (!cardea_message_is (message, "exec.finished")
      || g_strcmp0 (cardea_message_get_string (message, "target"), running->id) != 0)
    return;
  running->finished = TRUE;
  program->status = (int) cardea_message_get_int (message, "status", -1);
  program->signal = (int) cardea_message_get_int (message, "signal", 0);
  program->discarded = (guint) cardea_message_get_int (message, "discarded", 0);
  program->unkept = (guint) cardea_message_get_int (message, "unkept", 0);
  g_free (program->unkept_what);
  program->unkept_what = g_strdup (cardea_message_get_string (message, "unkept_what"));
  g_free (program->reason);
  program->reason = g_strdup (cardea_message_get_string (message, "reason"));
}

static void
keep (Running *running, GString *kept, const char *bytes, gsize size)
{
  gsize room = AGENT_PROGRAM_OUTPUT_MAX - MIN (kept->len, AGENT_PROGRAM_OUTPUT_MAX);

  running->read += size;
  running->program->cut |= size > room;
  g_string_append_len (kept, bytes, (gssize) MIN (size, room));
  if (running->read >= AGENT_PROGRAM_READ_MAX)
    stop (running);
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  Running *running = user_data;
  guint stream = fd == running->fds[0] ? 0 : 1;
  GString *kept = stream == 0 ? running->program->output : running->program->errors;
  char block[BLOCK_SIZE];
  gssize size = read (fd, block, sizeof block);

  if (size > 0)
    keep (running, kept, block, (gsize) size);
  if (size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR)))
    return G_SOURCE_CONTINUE;
  running->sources[stream] = 0;
  cardea_fd_clear (&running->fds[stream]);
  return G_SOURCE_REMOVE;
}

static gboolean
late_cb (gpointer user_data)
{
  ((Running *) user_data)->late = TRUE;
  return G_SOURCE_CONTINUE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  return G_SOURCE_CONTINUE; /* the loop looks */
}

static gboolean
streams_end (const Running *running)
{
  return running->fds[0] < 0 && running->fds[1] < 0;
}

/* Until both streams have ended and it was said how the program did; of one that was ended only
 * what has come already is kept. */
static void
wait_for_end (Running *running, GCancellable *cancellable)
{
  g_autoptr (GSource) stop_source
      = cancellable != NULL ? g_cancellable_source_new (cancellable) : NULL;
  guint late = 0;

  if (stop_source != NULL)
    {
      g_source_set_callback (stop_source, G_SOURCE_FUNC (cancelled_cb), NULL, NULL);
      g_source_attach (stop_source, NULL);
    }
  while (!running->late && cardea_client_is_connected (running->client)
         && !g_cancellable_is_cancelled (cancellable)
         && !(running->finished && streams_end (running)))
    {
      if (late == 0 && (running->finished || running->stopped || streams_end (running)))
        late = g_timeout_add (END_MS, late_cb, running);
      g_main_context_iteration (NULL, TRUE);
    }
  g_clear_handle_id (&late, g_source_remove);
  if (stop_source != NULL)
    g_source_destroy (stop_source);
}

static gboolean
take_streams (Running *running, CardeaMessage *started, GError **error)
{
  static const char *const names[] = { "output", "error" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      running->fds[i] = cardea_message_take_fd (started, names[i]);
      if (running->fds[i] < 0 || !g_unix_set_fd_nonblocking (running->fds[i], TRUE, error))
        return FALSE;
      running->sources[i]
          = g_unix_fd_add (running->fds[i], G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, running);
    }
  running->program->program = g_strdup (cardea_message_get_path (started, "program"));
  return TRUE;
}

static gboolean
run (Running *running, const AgentProgramTerms *terms, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = g_path_get_basename (terms->arguments[0]);
  g_autofree char *shown = cardea_text_escape (name, strlen (name), NULL);
  g_autoptr (CardeaMessage) message = agent_program_request (running->link, terms, running->id);
  g_autoptr (GError) local = NULL;
  g_autoptr (CardeaMessage) started
      = agent_link_act (running->link, message, "exec.started", "run", shown, cancellable, &local);

  if (started == NULL)
    {
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        stop (running);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!take_streams (running, started, error))
    {
      stop (running);
      return FALSE;
    }
  wait_for_end (running, cancellable);
  stop (running);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (running->finished)
    return TRUE;
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_LOST, "It is not known how %s ended.", shown);
  return FALSE;
}

AgentProgram *
agent_program_run (AgentLink *link, const AgentProgramTerms *terms, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (AgentProgram) program = program_new ();
  g_autoptr (CardeaClient) client = g_object_ref (agent_link_client (link));
  g_autofree char *id = cardea_id_new (ID_BYTES);
  Running running
      = { .link = link, .client = client, .id = id, .program = program, .fds = { -1, -1 } };
  gulong listening = g_signal_connect (client, "message", G_CALLBACK (message_cb), &running);
  gboolean good = run (&running, terms, cancellable, error);

  g_signal_handler_disconnect (client, listening);
  for (guint i = 0; i < G_N_ELEMENTS (running.fds); i++)
    {
      g_clear_handle_id (&running.sources[i], g_source_remove);
      cardea_fd_clear (&running.fds[i]);
    }
  return good ? g_steal_pointer (&program) : NULL;
}
