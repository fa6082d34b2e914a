/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-message.h"
#include "common/protocol/cardea-path-json.h"
#include "tests/unit/protocol/message-samples.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#define ROLES 8

static CardeaMessage *
decode (const CardeaJson *body, CardeaRole from, CardeaRole to, GError **error)
{
  g_autoptr (GError) write_error = NULL;
  gsize size;
  /* What has no canonical text is made by hand. */
  g_autofree char *text = cardea_json_write (body, &size, &write_error);
  if (text == NULL)
    {
      text = g_strdup ("{\"type\":\"status.report\",\"request\":\"r\",\"report\":{\"a\":1e999}}");
      return cardea_message_decode (text, strlen (text), CARDEA_ROLE_CORE, CARDEA_ROLE_FRONT,
                                    error);
    }
  return cardea_message_decode (text, size, from, to, error);
}

static void
assert_good (const CardeaMessageRow *row, const CardeaJson *body)
{
  g_autoptr (GError) error = NULL;
  CardeaRole from = message_sample_role (row->from), to = message_sample_role (row->to);
  g_autoptr (CardeaMessage) message = decode (body, from, to, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cardea_message_name (message), ==, row->name);
  g_assert_true (cardea_json_equal (cardea_message_body (message), body));

  gsize size;
  g_autofree char *text = cardea_message_encode (message, &size, &error);
  g_assert_no_error (error);
  g_autoptr (CardeaMessage) again = cardea_message_decode (text, size, from, to, &error);
  g_assert_no_error (error);
}

static void
assert_bad (const CardeaMessageRow *row, const CardeaJson *body, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) message
      = decode (body, message_sample_role (row->from), message_sample_role (row->to), &error);
  if (message != NULL)
    {
      g_autofree char *text = cardea_json_write (body, NULL, NULL);
      g_test_message ("accepted: %.500s", text);
    }
  g_assert_null (message);
  g_assert_error (error, CARDEA_MESSAGE_ERROR, code);
}

static void
check_field (const CardeaMessageRow *row, const CardeaField *field)
{
  g_autoptr (CardeaJson) body = message_sample_body (row, SAMPLE_MINIMAL);

  cardea_json_remove (body, field->name);
  if (field->required)
    assert_bad (row, body, CARDEA_MESSAGE_ERROR_FIELD);
  for (guint i = 0;; i++)
    {
      g_autofree char *name = NULL;
      CardeaJson *value = message_sample_bad_value (field, i, &name);
      if (value == NULL)
        break;
      g_autoptr (CardeaJson) bad = cardea_json_copy (body);
      cardea_json_set (bad, name != NULL ? name : field->name, value);
      assert_bad (row, bad, CARDEA_MESSAGE_ERROR_FIELD);
    }
  g_autoptr (CardeaJson) largest = cardea_json_copy (body);
  cardea_json_set (largest, field->name, message_sample_value (field, SAMPLE_MAXIMAL));
  assert_good (row, largest);
}

static void
test_row (gconstpointer data)
{
  const CardeaMessageRow *row = data;
  g_autoptr (CardeaJson) minimal = message_sample_body (row, SAMPLE_MINIMAL);
  g_autoptr (CardeaJson) maximal = message_sample_body (row, SAMPLE_MAXIMAL);

  assert_good (row, minimal);
  gsize size;
  g_autofree char *text = cardea_json_write (maximal, &size, NULL);
  if (size <= CARDEA_LIMIT_FRAME)
    assert_good (row, maximal);
  for (const CardeaField *field = row->fields; field->name != NULL; field++)
    check_field (row, field);

  g_autoptr (CardeaJson) unknown = cardea_json_copy (minimal);
  cardea_json_set_int (unknown, "undeclared", 1);
  assert_bad (row, unknown, CARDEA_MESSAGE_ERROR_UNKNOWN);

  g_autoptr (CardeaJson) encoded = cardea_json_copy (minimal);
  cardea_json_set_string (encoded, "request_b64", "/w==");
  assert_bad (row, encoded, CARDEA_MESSAGE_ERROR_UNKNOWN);

  g_autoptr (CardeaJson) capability = cardea_json_copy (minimal);
  if (row->capability)
    cardea_json_remove (capability, "cap");
  else
    cardea_json_set_string (capability, "cap", "c");
  assert_bad (row, capability, CARDEA_MESSAGE_ERROR_FIELD);

  g_autoptr (CardeaJson) unpaired = cardea_json_copy (minimal);
  cardea_json_remove (unpaired, "request");
  if (row->kind != CARDEA_MESSAGE_EVENT)
    assert_bad (row, unpaired, CARDEA_MESSAGE_ERROR_FIELD);
}

static void
test_row_directions (gconstpointer data)
{
  const CardeaMessageRow *row = data;
  g_autoptr (CardeaJson) body = message_sample_body (row, SAMPLE_MINIMAL);

  for (guint from = 0; from < ROLES; from++)
    for (guint to = 0; to < ROLES; to++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (CardeaMessage) message = decode (body, 1u << from, 1u << to, &error);
        gboolean allowed = (row->from & 1u << from) != 0 && (row->to & 1u << to) != 0;
        g_assert_cmpint (message != NULL, ==, allowed);
        if (!allowed)
          g_assert_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_DIRECTION);
      }
}

/* The table itself. */
static void
test_table (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  const CardeaMessageRow *row;

  for (gsize i = 0; (row = cardea_message_table_row (i)) != NULL; i++)
    {
      guint fds = 0;
      g_assert_true (g_hash_table_add (names, (gpointer) row->name));
      g_assert_cmpint (row->kind == CARDEA_MESSAGE_REQUEST, ==, row->reply != NULL);
      if (row->reply != NULL)
        {
          const CardeaMessageRow *reply = cardea_message_table_find (row->reply);
          g_assert_nonnull (reply);
          g_assert_cmpint (reply->kind, ==, CARDEA_MESSAGE_REPLY);
          g_assert_cmpuint (reply->from & row->to, ==, row->to);
          g_assert_cmpuint (reply->to & row->from, ==, row->from);
        }
      for (const CardeaField *field = row->fields; field->name != NULL; field++)
        {
          fds += field->type == CARDEA_FIELD_FD ? 1 : 0;
          g_assert_false (g_str_has_suffix (field->name, "_b64"));
          g_assert_true (cardea_message_table_field (row, field->name) == field);
          for (const CardeaField *e = cardea_message_envelope; e->name != NULL; e++)
            g_assert_cmpstr (e->name, !=, field->name);
        }
      g_assert_cmpuint (fds, <=, 6);
    }
  g_assert_null (cardea_message_table_find ("no.such"));
  g_assert_null (cardea_message_table_find (""));
}

static void
test_not_messages (void)
{
  static const struct {
    const char *text;
    int code;
  } rows[] = {
    { "", CARDEA_MESSAGE_ERROR_SYNTAX },
    { "[]", CARDEA_MESSAGE_ERROR_SYNTAX },
    { "\"status\"", CARDEA_MESSAGE_ERROR_SYNTAX },
    { "{\"type\":\"status\",\"request\":\"a\",\"request\":\"a\"}", CARDEA_MESSAGE_ERROR_SYNTAX },
    { "{\"type\":\"status\",\"request\":\"a\"}{}", CARDEA_MESSAGE_ERROR_SYNTAX },
    { "{}", CARDEA_MESSAGE_ERROR_UNKNOWN },
    { "{\"type\":1}", CARDEA_MESSAGE_ERROR_UNKNOWN },
    { "{\"type\":\"status\\u0000\",\"request\":\"a\"}", CARDEA_MESSAGE_ERROR_UNKNOWN },
    { "{\"type\":\"done\",\"request\":\"r\",\"count\":1.0}", CARDEA_MESSAGE_ERROR_FIELD },
    { "{\"type\":\"done\",\"request\":\"r\",\"count\":1e0}", CARDEA_MESSAGE_ERROR_FIELD },
    { "{\"type\":\"Status\",\"request\":\"a\"}", CARDEA_MESSAGE_ERROR_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (cardea_message_decode (rows[i].text, strlen (rows[i].text), CARDEA_ROLE_FRONT,
                                            CARDEA_ROLE_CORE, &error));
      g_test_message ("%s", rows[i].text);
      g_assert_error (error, CARDEA_MESSAGE_ERROR, rows[i].code);
    }

  /* Many small values would make a large tree. */
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new ("{\"type\":\"status\",\"request\":\"a\",\"x\":[0");
  for (int i = 0; i < 100000; i++)
    g_string_append (text, ",0");
  g_string_append (text, "]}");
  g_assert_null (
      cardea_message_decode (text->str, text->len, CARDEA_ROLE_FRONT, CARDEA_ROLE_CORE, &error));
  g_assert_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_SYNTAX);
}

static CardeaMessage *
pass (CardeaMessage *message, CardeaRole from, CardeaRole to)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  g_assert_true (cardea_message_check (message, from, to, &error));
  g_assert_no_error (error);
  g_autofree char *text = cardea_message_encode (message, &size, &error);
  CardeaMessage *received = cardea_message_decode (text, size, from, to, &error);
  g_assert_no_error (error);
  return received;
}

static void
test_paths (void)
{
  static const char *const paths[]
      = { "/a", "/with\nnewline", "/caf\xc3\xa9", "/not\xffutf8", "\xff", "/a\"\\b", NULL };

  for (gsize i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (CardeaMessage) message = cardea_message_new ("launch.start");
      cardea_message_set_request (message, "r");
      cardea_message_set_string (message, "profile", "agent");
      cardea_message_set_path (message, "home", paths[(i + 1) % 6]);
      cardea_message_set_path (message, "home", paths[i]);
      g_assert_cmpstr (cardea_message_get_path (message, "home"), ==, paths[i]);
      g_autoptr (CardeaMessage) got = pass (message, CARDEA_ROLE_CORE, CARDEA_ROLE_LAUNCH);
      g_assert_cmpstr (cardea_message_get_path (got, "home"), ==, paths[i]);
    }

  g_autoptr (CardeaMessage) message = cardea_message_new ("chat.send");
  cardea_message_set_request (message, "r");
  cardea_message_set_string (message, "text", "x");
  cardea_message_set_paths (message, "files", paths);
  g_autoptr (CardeaMessage) got = pass (message, CARDEA_ROLE_FRONT, CARDEA_ROLE_CORE);
  g_auto (GStrv) files = cardea_message_get_paths (got, "files");
  g_assert_cmpuint (g_strv_length (files), ==, 6);
  for (gsize i = 0; paths[i] != NULL; i++)
    g_assert_cmpstr (files[i], ==, paths[i]);
  g_auto (GStrv) none = cardea_message_get_paths (got, "absent");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
}

/* A path may have one spelling only. */
static void
test_path_twice (void)
{
  static const char *const bad[] = {
    "{\"type\":\"launch.start\",\"request\":\"r\",\"profile\":\"agent\",\"home\":\"/a\","
    "\"home_b64\":\"/w==\"}",
    "{\"type\":\"launch.start\",\"request\":\"r\",\"profile\":\"agent\",\"home_b64\":\"L2E=\"}",
    "{\"type\":\"launch.start\",\"request\":\"r\",\"profile\":\"agent\",\"home_b64\":\"AA==\"}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (cardea_message_decode (bad[i], strlen (bad[i]), CARDEA_ROLE_CORE,
                                            CARDEA_ROLE_LAUNCH, &error));
      g_assert_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_FIELD);
    }
  static const char lists[]
      = "{\"type\":\"chat.send\",\"request\":\"r\",\"text\":\"\",\"files_b64\":[\"L2E=\"]}";
  g_autoptr (GError) error = NULL;
  g_assert_null (
      cardea_message_decode (lists, strlen (lists), CARDEA_ROLE_FRONT, CARDEA_ROLE_CORE, &error));
  g_assert_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_FIELD);
}

static void
test_path_json (void)
{
  g_autoptr (CardeaJson) object = cardea_json_new_object ();
  cardea_path_json_set (object, "name", "a\xff");
  g_assert_null (cardea_json_get (object, "name"));
  g_autofree char *name = cardea_path_json_get (object, "name");
  g_assert_cmpstr (name, ==, "a\xff");
  cardea_path_json_set (object, "name", "plain");
  g_assert_null (cardea_json_get (object, "name_b64"));
  g_assert_cmpstr (cardea_json_get_string (object, "name"), ==, "plain");
  g_assert_null (cardea_path_json_get (object, "absent"));
}

static void
test_replies (void)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("file.read");
  cardea_message_set_request (request, "r7");
  cardea_message_set_session (request, "0123456789abcdef");
  cardea_message_set_trace (request, "0123456789abcdef0123456789abcdef");
  cardea_message_set_cap (request, "token");
  cardea_message_set_path (request, "path", "/a");
  cardea_message_set_string (request, "reason", NULL);
  g_autoptr (CardeaMessage) asked = pass (request, CARDEA_ROLE_AGENT, CARDEA_ROLE_CORE);
  g_assert_cmpstr (cardea_message_cap (asked), ==, "token");
  g_assert_null (cardea_message_get_string (asked, "reason"));
  g_assert_cmpint (cardea_message_get_int64 (asked, "offset", -5), ==, -5);

  g_autoptr (CardeaMessage) refusal = cardea_message_new_refusal (asked, "denied", "No.");
  g_autoptr (CardeaMessage) refused = pass (refusal, CARDEA_ROLE_CORE, CARDEA_ROLE_AGENT);
  g_assert_true (cardea_message_is (refused, "refused"));
  g_assert_cmpstr (cardea_message_request (refused), ==, "r7");
  g_assert_cmpstr (cardea_message_session (refused), ==, "0123456789abcdef");
  g_assert_cmpstr (cardea_message_trace (refused), ==, "0123456789abcdef0123456789abcdef");
  g_assert_null (cardea_message_cap (refused));
}

static void
test_bytes (void)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("keys.signed");
  cardea_message_set_request (message, "r");
  cardea_message_set_bytes (message, "signature", (const guint8 *) "a\0b", 3);
  g_autoptr (CardeaMessage) got = pass (message, CARDEA_ROLE_KEYS, CARDEA_ROLE_CORE);
  g_autoptr (GBytes) bytes = cardea_message_get_bytes (got, "signature");
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "a\0b", 3);
  g_assert_null (cardea_message_get_bytes (got, "absent"));
}

/* What is not of a type the row allows does not leave the house. */
static void
test_descriptor_types (void)
{
  int pair[2];
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  cardea_autofd int near = pair[0];
  cardea_autofd int far = pair[1];
  cardea_autofd int memfd = cardea_descriptor_new_memfd ("test", "x", 1);
  cardea_autofd int folder = open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  cardea_autofd int path = open ("/proc/self/exe", O_PATH | O_CLOEXEC);
  cardea_autofd int file = open ("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  g_autofree char *name = NULL;
  cardea_autofd int bare = g_file_open_tmp ("journal-XXXXXX", &name, NULL); /* read and written */
  cardea_autofd int journal = open (name, O_WRONLY | O_APPEND | O_CLOEXEC);
  unlink (name);
  cardea_autofd int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  const struct {
    int fd;
    guint types;
  } rows[] = {
    { near, CARDEA_FD_SOCKET },
    { memfd, CARDEA_FD_MEMFD },
    { folder, 0 },
    { path, 0 },
    { file, CARDEA_FD_FILE },
    { null, 0 },
    { journal, CARDEA_FD_JOURNAL },
    { bare, 0 },
    { -1, 0 },
    { 9999, 0 },
  };
  static const CardeaFdType types[]
      = { CARDEA_FD_MEMFD, CARDEA_FD_FILE, CARDEA_FD_SOCKET, CARDEA_FD_PIDFD,
          CARDEA_FD_TTY,   CARDEA_FD_PIPE, CARDEA_FD_JOURNAL };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (types); j++)
      g_assert_cmpint (cardea_descriptor_is (rows[i].fd, types[j]), ==,
                       (rows[i].types & types[j]) != 0);

  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) message = cardea_message_new ("keys.derived");
  cardea_message_set_request (message, "r");
  cardea_message_set_fd (message, "key", dup (file));
  g_assert_false (cardea_message_check (message, CARDEA_ROLE_KEYS, CARDEA_ROLE_CORE, &error));
  g_assert_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_FIELD);
  g_clear_error (&error);
  cardea_message_set_fd (message, "key", dup (memfd));
  g_assert_true (cardea_message_check (message, CARDEA_ROLE_KEYS, CARDEA_ROLE_CORE, &error));
  cardea_autofd int taken = cardea_message_take_fd (message, "key");
  g_assert_cmpint (taken, >=, 0);
  g_assert_false (cardea_message_check (message, CARDEA_ROLE_KEYS, CARDEA_ROLE_CORE, &error));
  g_assert_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_FDS);
  g_assert_cmpint (cardea_message_take_fd (message, "absent"), ==, -1);
}

static void
test_move_descriptor (void)
{
  int memfd = cardea_descriptor_new_memfd ("moved", "x", 1);
  g_autoptr (CardeaMessage) from = cardea_message_new ("files.content");
  g_autoptr (CardeaMessage) to = cardea_message_new ("file.opened");

  cardea_message_set_fd (from, "content", memfd);
  cardea_message_move_fd (to, "content", from, "content");
  g_assert_cmpint (cardea_message_peek_fd (from, "content"), ==, -1);
  g_assert_cmpint (cardea_message_peek_fd (to, "content"), ==, memfd);
  g_assert_true (cardea_json_get (cardea_message_body (to), "content")
                 == cardea_json_get (cardea_message_body (from), "content"));

  /* Once more there is none: what is left is a member that no check lets through. */
  g_autoptr (CardeaMessage) other = cardea_message_new ("file.opened");
  cardea_message_move_fd (other, "content", from, "content");
  g_assert_cmpint (cardea_message_peek_fd (other, "content"), ==, -1);
  g_assert_cmpint (cardea_json_type (cardea_json_get (cardea_message_body (other), "content")), ==,
                   CARDEA_JSON_NULL);
}

static void
write_seed (const CardeaMessageRow *row, const char *path)
{
  g_autoptr (CardeaJson) body = message_sample_body (row, SAMPLE_MINIMAL);
  for (const CardeaField *field = row->fields; field->name != NULL; field++)
    cardea_json_set (body, field->name, message_sample_value (field, SAMPLE_MINIMAL));
  g_autofree char *text = cardea_json_write (body, NULL, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* tests/fuzz/message starts from one good text of every message: for a new row, run this test once
 * with CARDEA_TESTS_WRITE_SEEDS=1 and look at what it wrote. */
static void
test_seeds (void)
{
  const CardeaMessageRow *row;
  for (gsize i = 0; (row = cardea_message_table_row (i)) != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = g_build_filename (FUZZ_CORPUS, row->name, NULL);
      g_autofree char *text = NULL;
      gsize size;
      if (g_getenv ("CARDEA_TESTS_WRITE_SEEDS") != NULL && !g_file_test (path, G_FILE_TEST_EXISTS))
        write_seed (row, path);
      g_assert_true (g_file_get_contents (path, &text, &size, &error));
      g_assert_no_error (error);
      g_autoptr (CardeaMessage) message = cardea_message_decode (
          text, size, message_sample_role (row->from), message_sample_role (row->to), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (cardea_message_name (message), ==, row->name);
    }
}

int
main (int argc, char **argv)
{
  const CardeaMessageRow *row;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/table", test_table);
  for (gsize i = 0; (row = cardea_message_table_row (i)) != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("/message/row/", row->name, NULL);
      g_autofree char *directions = g_strconcat ("/message/directions/", row->name, NULL);
      g_test_add_data_func (path, row, test_row);
      g_test_add_data_func (directions, row, test_row_directions);
    }
  g_test_add_func ("/message/not-messages", test_not_messages);
  g_test_add_func ("/message/paths", test_paths);
  g_test_add_func ("/message/path-twice", test_path_twice);
  g_test_add_func ("/message/path-json", test_path_json);
  g_test_add_func ("/message/replies", test_replies);
  g_test_add_func ("/message/bytes", test_bytes);
  g_test_add_func ("/message/descriptor-types", test_descriptor_types);
  g_test_add_func ("/message/move-descriptor", test_move_descriptor);
  g_test_add_func ("/message/seeds", test_seeds);
  return g_test_run ();
}
