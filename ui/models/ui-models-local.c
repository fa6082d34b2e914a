/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nobody who listens on a port: whatever is no short answer in HTTP/1 about models is not
 * offered, and being offered is all that comes of it. The loopback is reached without any proxy. */

#include "ui/models/ui-models-local.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-host.h"
#include "common/base/cardea-paths.h"
#include "common/base/cardea-url.h"
#include "ui/models/ui-models-answer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>

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
  GPtrArray *probes;  /* Probe, owned, of which some still wait */
  guint waiting;
  GSource *timer;
  UiModelsLocalFound found;
  gpointer user_data;
} Search;

typedef struct {
  Search *search;
  guint place;
  guint16 port;
  const char *program;
  const char *name;
  int fd;
  GSource *source; /* NULL: over */
  gboolean asked;
  GByteArray *answer;
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
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
probe_free (gpointer data)
{
  Probe *probe = data;
  clear_source (&probe->source);
  cardea_fd_clear (&probe->fd);
  g_byte_array_unref (probe->answer);
  g_free (probe);
}

/* What is there by now is what was found. */
static void
search_end (Search *search)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_models_server_free);

  for (guint i = 0; i < search->servers->len; i++)
    if (search->servers->pdata[i] != NULL)
      g_ptr_array_add (found, search->servers->pdata[i]);
  UiModelsLocalFound tell = search->found;
  gpointer user_data = search->user_data;
  clear_source (&search->timer);
  g_ptr_array_unref (search->servers);
  g_ptr_array_unref (search->probes);
  g_free (search);
  tell (found, user_data);
}

/* --- one port --- */

/* One less to wait for. The last one ends the search. */
static void
probe_end (Probe *probe)
{
  Search *search = probe->search;

  clear_source (&probe->source);
  cardea_fd_clear (&probe->fd);
  search->waiting--;
  if (search->waiting == 0)
    search_end (search);
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
  UiModelsServer *server = g_new0 (UiModelsServer, 1);
  server->program = probe->program;
  server->name = g_strdup (probe->name);
  server->url = g_strdup_printf ("http://%s:%u", HOST, probe->port);
  server->models = g_steal_pointer (&models);
  probe->search->servers->pdata[probe->place] = server;
}

/* HTTP/1.0: the answer comes in one piece and ends with the connection. So short a question fits
 * into the empty buffer of a socket. */
static gboolean
ask (Probe *probe)
{
  g_autofree char *request = g_strdup_printf ("GET /v1/models HTTP/1.0\r\nHost: %s:%u\r\n"
                                              "Accept: application/json\r\n\r\n",
                                              HOST, probe->port);
  gsize size = strlen (request);
  return send (probe->fd, request, size, MSG_NOSIGNAL) == (gssize) size;
}

/* FALSE: nothing more comes. */
static gboolean
take (Probe *probe)
{
  guint8 piece[PIECE];
  gssize size = recv (probe->fd, piece, sizeof piece, 0);

  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return TRUE;
  if (size > 0 && probe->answer->len + (gsize) size <= UI_MODELS_ANSWER_LIMIT)
    {
      g_byte_array_append (probe->answer, piece, (guint) size);
      return TRUE;
    }
  if (size == 0)
    judge (probe);
  return FALSE;
}

static gboolean ready_cb (int fd, GIOCondition condition, gpointer user_data);

static void
wait_for (Probe *probe, GIOCondition condition)
{
  clear_source (&probe->source);
  probe->source = g_unix_fd_source_new (probe->fd, condition);
  g_source_set_callback (probe->source, G_SOURCE_FUNC (ready_cb), probe, NULL);
  g_source_attach (probe->source, g_main_context_get_thread_default ());
}

/* Connected, or not: then it cannot be asked. */
static gboolean
ready_cb (int fd, GIOCondition condition, gpointer user_data)
{
  Probe *probe = user_data;

  if (probe->asked && take (probe))
    return G_SOURCE_CONTINUE;
  if (!probe->asked && ask (probe))
    {
      probe->asked = TRUE;
      wait_for (probe, G_IO_IN);
      return G_SOURCE_REMOVE;
    }
  probe_end (probe);
  return G_SOURCE_REMOVE;
}

static void
start_probe (Search *search, guint16 port, const char *program, const char *name)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  Probe *probe = g_new0 (Probe, 1);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  probe->search = search;
  probe->place = search->servers->len;
  probe->port = port;
  probe->program = program;
  probe->name = name;
  probe->answer = g_byte_array_new ();
  g_ptr_array_add (search->servers, NULL);
  g_ptr_array_add (search->probes, probe);
  probe->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe->fd < 0
      || (connect (probe->fd, (struct sockaddr *) &address, sizeof address) != 0
          && errno != EINPROGRESS))
    return;
  search->waiting++;
  wait_for (probe, G_IO_OUT);
}

/* --- all of them --- */

/* Time is up, or there was nobody to wait for. */
static gboolean
enough_cb (gpointer user_data)
{
  search_end (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
start_seam (Search *search)
{
  const char *seam = cardea_paths_test_seam (SEAM);
  g_auto (GStrv) ports = g_strsplit (seam != NULL ? seam : "", ",", SEAM_LIMIT);

  for (guint i = 0; ports[i] != NULL; i++)
    {
      guint64 port = 0;
      if (g_ascii_string_to_unsigned (ports[i], 10, 1, G_MAXUINT16, &port, NULL))
        start_probe (search, (guint16) port, "Test", "test");
    }
  return seam != NULL;
}

void
ui_models_local_search (UiModelsLocalFound found, gpointer user_data)
{
  Search *search = g_new0 (Search, 1);

  search->found = found;
  search->user_data = user_data;
  search->servers = g_ptr_array_new ();
  search->probes = g_ptr_array_new_with_free_func (probe_free);
  if (!start_seam (search))
    for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
      start_probe (search, usual[i].port, usual[i].program, usual[i].name);
  search->timer = g_timeout_source_new (search->waiting > 0 ? UI_MODELS_LOCAL_MS : 0);
  g_source_set_callback (search->timer, enough_cb, search, NULL);
  g_source_attach (search->timer, g_main_context_get_thread_default ());
}

static void
found_cb (GPtrArray *servers, gpointer user_data)
{
  *(GPtrArray **) user_data = servers;
}

GPtrArray *
ui_models_local_find (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  GPtrArray *found = NULL;

  g_main_context_push_thread_default (context);
  ui_models_local_search (found_cb, &found);
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
