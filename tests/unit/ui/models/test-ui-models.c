/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-message.h"
#include "ui/models/ui-models-answer.h"
#include "ui/models/ui-models-find.h"
#include "ui/models/ui-models-test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPENAI "{\"object\":\"list\",\"data\":[{\"id\":\"qwen3:4b\"},{\"id\":\"org/llama\"}]}"

static void
test_answer (void)
{
  static const struct {
    const char *text;
    const char *models; /* joined; NULL: no such answer */
  } rows[] = {
    { OPENAI, "qwen3:4b,org/llama" },
    { "{\"data\":[{\"type\":\"model\",\"id\":\"claude\"}],\"has_more\":false}", "claude" },
    { "{\"models\":[{\"name\":\"a:1\",\"model\":\"a:1\"}]}", "a:1" },
    { "{\"data\":[]}", "" },
    { "{\"data\":[{\"id\":\"good\"},{\"id\":\"b d\"},{\"id\":\"\"},{\"id\":7},\"x\",null]}",
      "good" },
    { "{\"data\":[{\"id\":\"a\\u001b[2J\"},{\"id\":\"a\\\"b\"},{\"id\":\"\\u202eb\"}]}", "" },
    { "{\"data\":{}}", NULL },
    { "{\"error\":{}}", NULL },
    { "[]", NULL },
    { "{\"data\":[{\"id\":\"a\"}]", NULL },
    { "<html></html>", NULL },
    { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) models = ui_models_answer_parse (rows[i].text, strlen (rows[i].text));
      g_autofree char *joined = models != NULL ? g_strjoinv (",", models) : NULL;
      g_assert_cmpstr (joined, ==, rows[i].models);
    }
}

static void
test_answer_limits (void)
{
  g_autoptr (GString) text = g_string_new ("{\"data\":[");
  g_autofree char *large = g_malloc0 (UI_MODELS_ANSWER_LIMIT + 1);

  for (guint i = 0; i < UI_MODELS_ANSWER_MODELS + 10; i++)
    g_string_append_printf (text, "%s{\"id\":\"m%u\"}", i > 0 ? "," : "", i);
  g_string_append (text, "]}");
  g_auto (GStrv) models = ui_models_answer_parse (text->str, text->len);
  g_assert_cmpuint (g_strv_length (models), ==, UI_MODELS_ANSWER_MODELS);
  memset (large, ' ', UI_MODELS_ANSWER_LIMIT);
  memcpy (large, OPENAI, strlen (OPENAI));
  g_assert_null (ui_models_answer_parse (large, UI_MODELS_ANSWER_LIMIT + 1));
}

/* --- servers on this computer --- */

typedef struct {
  GSocketListener *listener;
  guint16 port;
  const char *answer; /* NULL: none, the connection stays open */
  GPtrArray *held;
} Server;

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Server *server = user_data;
  g_autoptr (GSocketConnection) connection
      = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);

  if (connection == NULL)
    return;
  /* Closing with the request unread would take the answer back. */
  g_ptr_array_add (server->held, g_object_ref (connection));
  if (server->answer == NULL)
    return;
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                             server->answer, strlen (server->answer), NULL, NULL, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (connection), FALSE, TRUE, NULL);
}

static Server *
server_new (const char *answer)
{
  Server *server = g_new0 (Server, 1);
  server->answer = answer;
  server->held = g_ptr_array_new_with_free_func (g_object_unref);
  server->listener = g_socket_listener_new ();
  g_autoptr (GInetAddress) any = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_assert_true (g_socket_listener_add_address (server->listener, address, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP, NULL, &bound, NULL));
  server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_socket_listener_accept_async (server->listener, NULL, accepted_cb, server);
  return server;
}

static void
server_free (Server *server)
{
  g_socket_listener_close (server->listener);
  g_object_unref (server->listener);
  g_ptr_array_unref (server->held);
  g_free (server);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GPtrArray **found = user_data;
  *found = ui_models_find_finish (result, NULL);
}

static GPtrArray *
find (Server **servers, guint count)
{
  g_autoptr (GString) ports = g_string_new (NULL);
  GPtrArray *found = NULL;

  for (guint i = 0; i < count; i++)
    g_string_append_printf (ports, "%s%u", i > 0 ? "," : "", servers[i]->port);
  g_setenv ("CARDEA_TEST_MODEL_PORTS", ports->str, TRUE);
  ui_models_find_async (NULL, found_cb, &found);
  while (found == NULL)
    g_main_context_iteration (NULL, TRUE);
  return found;
}

static void
test_local (void)
{
  Server *servers[] = {
    server_new ("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" OPENAI),
    server_new ("HTTP/1.0 401 Unauthorized\r\n\r\n{}"),
    server_new ("HTTP/1.1 200 OK\r\n\r\n<html>a router's page</html>"),
    server_new ("HTTP/1.1 404 Not Found\r\n\r\n" OPENAI),
    server_new ("SSH-2.0-OpenSSH_9.2\r\n"),
    server_new (""),
    server_new (NULL), /* says nothing: not waited for for long */
  };
  gint64 began = g_get_monotonic_time ();
  g_autoptr (GPtrArray) found = find (servers, G_N_ELEMENTS (servers));

  g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (found->len, ==, 2);
  const UiModelsServer *first = found->pdata[0];
  const UiModelsServer *second = found->pdata[1];
  g_assert_cmpstr (first->models[0], ==, "qwen3:4b");
  g_assert_null (second->models);
  g_autofree char *url = g_strdup_printf ("http://localhost:%u/v1", servers[0]->port);
  g_assert_true (ui_models_server_is_at (first, url));
  g_assert_false (ui_models_server_is_at (second, url));
  g_assert_false (ui_models_server_is_at (first, "https://api.example.com/v1"));
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    server_free (servers[i]);
}

/* --- what came of trying one --- */

static void
verdict_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  UiModelsVerdict **verdict = user_data;
  *verdict = ui_models_test_read_finish (result, NULL);
}

static UiModelsVerdict *
judge (int status, const char *body, const char *wanted)
{
  int ends[2];
  UiModelsVerdict *verdict = NULL;
  g_autoptr (CardeaMessage) tested = cardea_message_new ("model.tested");

  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  g_assert_cmpint (write (ends[1], body, strlen (body)), ==, (gssize) strlen (body));
  close (ends[1]);
  cardea_message_set_int (tested, "status", status);
  cardea_message_set_int (tested, "ms", 12);
  cardea_message_set_fd (tested, "body", ends[0]);
  ui_models_test_read_async (tested, wanted, NULL, verdict_cb, &verdict);
  while (verdict == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (verdict->good == (verdict->problem == NULL));
  return verdict;
}

static void
test_verdict (void)
{
  static const struct {
    int status;
    const char *body;
    const char *wanted;
    const char *problem; /* part of it; NULL: good */
  } rows[] = {
    { 200, OPENAI, NULL, NULL },
    { 200, OPENAI, "org/llama", NULL },
    { 200, OPENAI, "other", "does not list" },
    { 200, "{\"data\":[]}", NULL, "no model yet" },
    { 200, "<html>", NULL, "not as a server of models" },
    { 200, "", NULL, "not as a server of models" },
    { 401, "{}", NULL, "key" },
    { 403, "{}", NULL, "key" },
    { 404, "", NULL, "/v1" },
    { 307, "", NULL, "another address" },
    { 422, "", NULL, "address and the kind" },
    { 503, "", NULL, "error of its own" },
    { 100, "", NULL, "not understood" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (UiModelsVerdict) verdict = judge (rows[i].status, rows[i].body, rows[i].wanted);
      g_assert_true (verdict->good == (rows[i].problem == NULL));
      if (rows[i].problem != NULL)
        g_assert_nonnull (strstr (verdict->problem, rows[i].problem));
      g_assert_cmpuint (verdict->ms, ==, 12);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/models/answer", test_answer);
  g_test_add_func ("/ui/models/answer-limits", test_answer_limits);
  g_test_add_func ("/ui/models/local", test_local);
  g_test_add_func ("/ui/models/verdict", test_verdict);
  return g_test_run ();
}
