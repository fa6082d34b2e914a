/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nobody who listens on a port: whatever is no short answer in HTTP/1 about models is not
 * offered, and being offered is all that comes of it. The loopback is reached without any proxy. */

#include "ui/models/ui-models-local.h"

#include "common/base/cardea-host.h"
#include "common/base/cardea-paths.h"
#include "common/base/cardea-url.h"
#include "ui/models/ui-models-answer.h"

#include <string.h>

#define HOST "127.0.0.1"
#define PIECE 16384u
#define SEAM "CARDEA_TEST_MODEL_PORTS" /* a comma between them, in the place of the usual ones */
#define SEAM_LIMIT 8u

static const struct {
  guint16 port;
  const char *program;
  const char *name;
} usual[] = {
  { 11434, "Ollama", "ollama" },
  { 1234, "LM Studio", "lmstudio" },
  { 8080, "llama.cpp", "llama.cpp" },
  { 8000, "vLLM", "vllm" },
};

typedef struct {
  GPtrArray *servers; /* UiModelsServer, or NULL where there is none yet; a place a port */
  guint waiting;
  GCancellable *limit;
  GSocketClient *client;
  GSource *timer;
} Search;

typedef struct {
  GTask *task;
  guint place;
  guint16 port;
  const char *program;
  const char *name;
  GSocketConnection *connection;
  GByteArray *answer;
  char *request;
  guint8 piece[PIECE];
} Probe;

void
ui_models_server_free (UiModelsServer *server)
{
  if (server == NULL)
    return;
  g_free (server->name);
  g_free (server->url);
  g_strfreev (server->models);
  g_free (server);
}

static void
stop_timer (Search *search)
{
  if (search->timer != NULL)
    g_source_destroy (search->timer);
  g_clear_pointer (&search->timer, g_source_unref);
}

static void
search_free (gpointer data)
{
  Search *search = data;
  stop_timer (search);
  g_ptr_array_unref (search->servers);
  g_object_unref (search->limit);
  g_object_unref (search->client);
  g_free (search);
}

/* --- one port --- */

/* One less to wait for; takes task. The last one answers. */
static void
release (GTask *task)
{
  g_autoptr (GTask) owned = task;
  Search *search = g_task_get_task_data (task);

  search->waiting--;
  if (search->waiting > 0)
    return;
  stop_timer (search);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_models_server_free);
  for (guint i = 0; i < search->servers->len; i++)
    if (search->servers->pdata[i] != NULL)
      g_ptr_array_add (found, g_steal_pointer (&search->servers->pdata[i]));
  if (g_task_return_error_if_cancelled (task))
    g_ptr_array_unref (found);
  else
    g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
}

static void
probe_end (Probe *probe)
{
  GTask *task = probe->task;

  g_clear_object (&probe->connection);
  g_byte_array_unref (probe->answer);
  g_free (probe->request);
  g_free (probe);
  release (task);
}

/* "HTTP/1.0 200 OK", "HTTP/1.1 401 …": what asks for a key has models, too. */
static int
status_of (const char *text, gsize size)
{
  static const char prefix[] = "HTTP/1.";
  gsize length = strlen (prefix);
  if (size < length + 5 || memcmp (text, prefix, length) != 0 || text[length + 1] != ' ')
    return 0;
  int status = 0;
  for (gsize i = length + 2; i < length + 5; i++)
    status = g_ascii_isdigit (text[i]) ? status * 10 + text[i] - '0' : -1000;
  return MAX (status, 0);
}

static void
judge (Probe *probe)
{
  const char *text = (const char *) probe->answer->data;
  gsize size = probe->answer->len;
  int status = status_of (text, size);
  const char *body = size > 0 ? g_strstr_len (text, (gssize) size, "\r\n\r\n") : NULL;
  g_auto (GStrv) models = NULL;

  if (status == 200 && body != NULL)
    models = ui_models_answer_parse (body + 4, size - (gsize) (body + 4 - text));
  if (models == NULL && status != 401 && status != 403)
    return;
  Search *search = g_task_get_task_data (probe->task);
  UiModelsServer *server = g_new0 (UiModelsServer, 1);
  server->program = probe->program;
  server->name = g_strdup (probe->name);
  server->url = g_strdup_printf ("http://%s:%u", HOST, probe->port);
  server->models = g_steal_pointer (&models);
  search->servers->pdata[probe->place] = server;
}

static void read_more (Probe *probe);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Probe *probe = user_data;
  gssize size = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (size > 0 && probe->answer->len + (gsize) size <= UI_MODELS_ANSWER_LIMIT)
    {
      g_byte_array_append (probe->answer, probe->piece, (guint) size);
      read_more (probe);
      return;
    }
  if (size == 0)
    judge (probe);
  probe_end (probe);
}

static void
read_more (Probe *probe)
{
  Search *search = g_task_get_task_data (probe->task);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (probe->connection));
  g_input_stream_read_async (input, probe->piece, PIECE, G_PRIORITY_DEFAULT, search->limit, read_cb,
                             probe);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Probe *probe = user_data;
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    read_more (probe);
  else
    probe_end (probe);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Probe *probe = user_data;
  Search *search = g_task_get_task_data (probe->task);

  probe->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, NULL);
  if (probe->connection == NULL)
    {
      probe_end (probe);
      return;
    }
  /* HTTP/1.0: the answer comes in one piece and ends with the connection. */
  probe->request = g_strdup_printf ("GET /v1/models HTTP/1.0\r\nHost: %s:%u\r\n"
                                    "Accept: application/json\r\n\r\n",
                                    HOST, probe->port);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (probe->connection)),
                                   probe->request, strlen (probe->request), G_PRIORITY_DEFAULT,
                                   search->limit, written_cb, probe);
}

static void
start_probe (GTask *task, guint16 port, const char *program, const char *name)
{
  Search *search = g_task_get_task_data (task);
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) where = g_inet_socket_address_new (address, port);
  Probe *probe = g_new0 (Probe, 1);

  probe->task = g_object_ref (task);
  probe->place = search->servers->len;
  probe->port = port;
  probe->program = program;
  probe->name = name;
  probe->answer = g_byte_array_new ();
  g_ptr_array_add (search->servers, NULL);
  search->waiting++;
  g_socket_client_connect_async (search->client, G_SOCKET_CONNECTABLE (where), search->limit,
                                 connected_cb, probe);
}

/* --- all of them --- */

static gboolean
enough_cb (gpointer user_data)
{
  Search *search = user_data;
  g_cancellable_cancel (search->limit);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, GCancellable *limit)
{
  g_cancellable_cancel (limit);
}

static gboolean
start_seam (GTask *task)
{
  const char *seam = cardea_paths_test_seam (SEAM);
  g_auto (GStrv) ports = g_strsplit (seam != NULL ? seam : "", ",", SEAM_LIMIT);

  for (guint i = 0; ports[i] != NULL; i++)
    {
      guint64 port = 0;
      if (g_ascii_string_to_unsigned (ports[i], 10, 1, G_MAXUINT16, &port, NULL))
        start_probe (task, (guint16) port, "Test", "test");
    }
  return seam != NULL;
}

void
ui_models_local_find_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Search *search = g_new0 (Search, 1);

  search->servers = g_ptr_array_new ();
  search->limit = g_cancellable_new ();
  search->client = g_socket_client_new ();
  search->waiting = 1; /* ourselves, so that it ends once, after the last */
  search->timer = g_timeout_source_new (UI_MODELS_LOCAL_MS);
  g_source_set_callback (search->timer, enough_cb, search, NULL);
  g_source_attach (search->timer, g_task_get_context (task));
  g_socket_client_set_enable_proxy (search->client, FALSE);
  g_task_set_task_data (task, search, search_free);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb), search->limit, 0);
  if (!start_seam (task))
    for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
      start_probe (task, usual[i].port, usual[i].program, usual[i].name);
  release (g_object_ref (task));
}

GPtrArray *
ui_models_local_find_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GPtrArray **found = user_data;
  *found = ui_models_local_find_finish (result, NULL);
}

GPtrArray *
ui_models_local_find (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  GPtrArray *found = NULL;

  g_main_context_push_thread_default (context);
  ui_models_local_find_async (NULL, found_cb, &found);
  while (found == NULL)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  return found;
}

gboolean
ui_models_server_is_at (const UiModelsServer *server, const char *url)
{
  g_autoptr (CardeaUrl) own = cardea_url_parse (server->url, NULL);
  g_autoptr (CardeaUrl) other = cardea_url_parse (url, NULL);
  return own != NULL && other != NULL && own->port == other->port
         && cardea_host_is_loopback (other->host);
}
