/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-connection-store.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static CardeaJson *
parse (const char *text)
{
  CardeaJson *json = cardea_json_parse (text, strlen (text), NULL);
  g_assert_nonnull (json);
  return json;
}

/* hosts as JSON text. */
static GuardianCredential *
make (const char *name, const char *hosts, const char *header, const char *scheme, GError **error)
{
  g_autoptr (CardeaJson) array = parse (hosts);
  return guardian_credential_new (name, array, header, scheme, NULL, error);
}

/* --- credentials --- */

static void
test_credential (void)
{
  g_autoptr (GuardianCredential) credential
      = make ("mine", "[\"API.example.com.\",\"example.org:8443\"]", NULL, NULL, NULL);

  g_assert_nonnull (credential);
  g_assert_cmpstr (credential->hosts[0], ==, "api.example.com:443");
  g_assert_cmpstr (credential->hosts[1], ==, "example.org:8443");
  g_assert_cmpstr (credential->header, ==, "Authorization");
  g_assert_cmpstr (credential->scheme, ==, "Bearer");
  g_assert_null (credential->variable);
  g_assert_true (guardian_credential_covers (credential, "api.example.com", 443, TRUE));
  g_assert_true (guardian_credential_covers (credential, "example.org", 8443, TRUE));
  /* In the clear, another port, a name below, a name around. */
  g_assert_false (guardian_credential_covers (credential, "example.org", 8443, FALSE));
  g_assert_false (guardian_credential_covers (credential, "example.org", 443, TRUE));
  g_assert_false (guardian_credential_covers (credential, "a.example.org", 8443, TRUE));
  g_assert_false (guardian_credential_covers (credential, "evilexample.org", 8443, TRUE));
  g_assert_false (guardian_credential_covers (credential, "api.example.com.evil.com", 443, TRUE));
}

static void
test_known (void)
{
  g_autoptr (GuardianCredential) known = make ("a", "[\"api.anthropic.com\"]", NULL, NULL, NULL);
  g_autoptr (GuardianCredential) port = make ("a", "[\"api.anthropic.com:1\"]", NULL, NULL, NULL);
  g_autoptr (GuardianCredential) said = make ("a", "[\"api.anthropic.com\"]", "X-Mine", NULL, NULL);
  g_autoptr (GuardianCredential) none = make ("a", "[\"h\"]", NULL, "", NULL);

  g_assert_cmpstr (known->header, ==, "x-api-key");
  g_assert_null (known->scheme);
  g_assert_cmpstr (known->variable, ==, "ANTHROPIC_API_KEY");
  g_assert_cmpstr (port->header, ==, "Authorization");
  g_assert_null (port->variable);
  g_assert_cmpstr (said->header, ==, "X-Mine");
  g_assert_null (said->scheme);
  g_assert_cmpstr (none->header, ==, "Authorization");
  g_assert_null (none->scheme);
}

/* Without TLS only where http was named, on this computer. */
static void
test_plain (void)
{
  g_autoptr (GuardianCredential) credential = make (
      "mine", "[\"http://LOCALHOST:8080\",\"127.0.0.1:8080\",\"http://[::1]\"]", NULL, NULL, NULL);

  g_assert_nonnull (credential);
  g_assert_cmpstr (credential->hosts[0], ==, "http://localhost:8080");
  g_assert_cmpstr (credential->hosts[1], ==, "127.0.0.1:8080");
  g_assert_cmpstr (credential->hosts[2], ==, "http://[::1]:80");
  g_assert_true (guardian_credential_covers (credential, "localhost", 8080, FALSE));
  g_assert_false (guardian_credential_covers (credential, "localhost", 8080, TRUE));
  g_assert_false (guardian_credential_covers (credential, "127.0.0.1", 8080, FALSE));
  g_assert_true (guardian_credential_covers (credential, "127.0.0.1", 8080, TRUE));
  g_autoptr (CardeaJson) json = guardian_credential_to_json (credential);
  g_autoptr (GuardianCredential) again = guardian_credential_from_json (json);
  g_assert_nonnull (again);
  g_assert_true (guardian_credential_covers (again, "localhost", 8080, FALSE));
}

static void
test_refused (void)
{
  static const struct {
    const char *name;
    const char *hosts;
    const char *header;
    const char *scheme;
    GuardianCredentialError code;
  } rows[] = {
    { "", "[\"h\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_NAME },
    { "../x", "[\"h\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_NAME },
    { "a b", "[\"h\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_NAME },
    { "a", "[]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "\"h\"", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[1]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"h\",\"\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"*.h\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\".h\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"https://h\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"http://h\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"http://192.168.1.2\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"http://localhost.evil.com\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"http://\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"allowed.com@evil.com\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"allowed.com:443@evil.com\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"h:0\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"h:65536\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"0x7f.1\"]", NULL, NULL, GUARDIAN_CREDENTIAL_ERROR_HOST },
    { "a", "[\"h\"]", "Host", NULL, GUARDIAN_CREDENTIAL_ERROR_HEADER },
    { "a", "[\"h\"]", "CONTENT-LENGTH", NULL, GUARDIAN_CREDENTIAL_ERROR_HEADER },
    { "a", "[\"h\"]", "Transfer-Encoding", NULL, GUARDIAN_CREDENTIAL_ERROR_HEADER },
    { "a", "[\"h\"]", "X: y", NULL, GUARDIAN_CREDENTIAL_ERROR_HEADER },
    { "a", "[\"h\"]", "X\\r\\nY", NULL, GUARDIAN_CREDENTIAL_ERROR_HEADER },
    { "a", "[\"h\"]", "", NULL, GUARDIAN_CREDENTIAL_ERROR_HEADER },
    { "a", "[\"h\"]", NULL, "Bearer x", GUARDIAN_CREDENTIAL_ERROR_HEADER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GuardianCredential) credential
          = make (rows[i].name, rows[i].hosts, rows[i].header, rows[i].scheme, &error);
      g_assert_null (credential);
      g_assert_error (error, GUARDIAN_CREDENTIAL_ERROR, (int) rows[i].code);
    }
}

static void
test_credential_json (void)
{
  static const char *const members[] = { "name", "hosts", "header", "placeholder" };
  g_autoptr (GuardianCredential) credential = make ("a", "[\"api.openai.com\"]", NULL, NULL, NULL);
  credential->model = g_strdup ("m");
  g_autoptr (CardeaJson) json = guardian_credential_to_json (credential);
  g_autoptr (GuardianCredential) again = guardian_credential_from_json (json);

  g_assert_nonnull (again);
  g_autoptr (CardeaJson) same = guardian_credential_to_json (again);
  g_assert_true (cardea_json_equal (json, same));
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autoptr (CardeaJson) copy = cardea_json_copy (json);
      cardea_json_remove (copy, members[i]);
      g_assert_null (guardian_credential_from_json (copy));
    }
  cardea_json_set_string (json, "placeholder", "sk-real");
  g_assert_null (guardian_credential_from_json (json));
}

/* --- models --- */

static void
test_model (void)
{
  static const struct {
    const char *url;
    const char *kind;
    const char *form; /* NULL: refused */
    GuardianModelKind kind_is;
    gboolean is_private;
  } rows[] = {
    { "http://127.0.0.1:11434", NULL, "http://127.0.0.1:11434/v1", GUARDIAN_MODEL_OPENAI, TRUE },
    { "http://localhost:1234/", NULL, "http://localhost:1234/v1", GUARDIAN_MODEL_OPENAI, TRUE },
    { "https://api.anthropic.com", NULL, "https://api.anthropic.com/v1", GUARDIAN_MODEL_ANTHROPIC,
      TRUE },
    { "https://h/api/v2//", "anthropic", "https://h/api/v2", GUARDIAN_MODEL_ANTHROPIC, TRUE },
    { "http://192.0.2.1:8000/v1", "openai", "http://192.0.2.1:8000/v1", GUARDIAN_MODEL_OPENAI,
      FALSE },
    { "https://h/v1?a=b", NULL, NULL },
    { "https://h/a%2fb", NULL, NULL },
    { "https://h/../v1", "openai", "https://h/v1", GUARDIAN_MODEL_OPENAI, TRUE },
    { "https://u:p@h/v1", NULL, NULL },
    { "h:11434", NULL, NULL },
    { "https://h", "gemini", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GuardianModel) model
          = guardian_model_new ("m", rows[i].url, rows[i].kind, NULL, &error);
      g_assert_cmpstr (model != NULL ? model->url : NULL, ==, rows[i].form);
      g_assert_true ((model == NULL) == (error != NULL));
      if (model == NULL)
        continue;
      g_assert_cmpint (model->kind, ==, rows[i].kind_is);
      g_assert_cmpint (guardian_model_is_private (model), ==, rows[i].is_private);
    }
}

static void
test_model_names (void)
{
  g_autofree char *long_id = g_strnfill (GUARDIAN_MODEL_ID_LIMIT + 1, 'm');
  g_autoptr (GuardianModel) good
      = guardian_model_new ("qwen3:4b", "https://h", NULL, "org/model:4b", NULL);
  g_autoptr (CardeaJson) json = guardian_model_to_json (good);
  g_autoptr (GuardianModel) again = guardian_model_from_json (json);

  g_assert_nonnull (again);
  g_assert_cmpstr (again->model, ==, "org/model:4b");
  g_assert_null (guardian_model_new ("offline", "https://h", NULL, NULL, NULL));
  g_assert_null (guardian_model_new ("a/b", "https://h", NULL, NULL, NULL));
  g_assert_null (guardian_model_new ("m", "https://h", NULL, "a b", NULL));
  g_assert_null (guardian_model_new ("m", "https://h", NULL, "", NULL));
  g_assert_null (guardian_model_new ("m", "https://h", NULL, long_id, NULL));
}

/* --- the store --- */

typedef struct {
  char *folder;
  char *file;
  CardeaSecret *key;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("cardea-connections-XXXXXX", NULL);
  fixture->file = g_build_filename (fixture->folder, "connections", NULL);
  fixture->key = cardea_secret_new_random (32);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->file);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  cardea_secret_unref (fixture->key);
  g_free (fixture->folder);
  g_free (fixture->file);
}

static GuardianConnectionStore *
open_store (Fixture *fixture, GError **error)
{
  g_autoptr (GuardianConnectionStore) store = guardian_connection_store_new (fixture->folder);
  return guardian_connection_store_open (store, cardea_secret_ref (fixture->key), error)
             ? g_steal_pointer (&store)
             : NULL;
}

static gboolean
put (GuardianConnectionStore *store, const char *name, const char *host)
{
  g_autofree char *url = g_strdup_printf ("https://%s", host);
  g_autofree char *hosts = g_strdup_printf ("[\"%s\"]", host);
  GuardianModel *model = guardian_model_new (name, url, NULL, NULL, NULL);
  model->credential = g_strdup (name);
  return guardian_connection_store_put (store, model, make (name, hosts, NULL, NULL, NULL), NULL);
}

static void
test_store (Fixture *fixture, gconstpointer data)
{
  g_autofree char *content = NULL;
  gsize size = 0;
  g_autoptr (GuardianConnectionStore) store = open_store (fixture, NULL);

  g_assert_true (put (store, "one", "one.example"));
  g_assert_true (put (store, "two", "two.example"));
  g_assert_true (put (store, "one", "other.example"));
  g_clear_pointer (&store, guardian_connection_store_free);
  store = open_store (fixture, NULL);
  g_assert_cmpuint (guardian_connection_store_models (store)->len, ==, 2);
  g_assert_cmpuint (guardian_connection_store_credentials (store)->len, ==, 2);
  g_assert_cmpstr (guardian_connection_store_model (store, "one")->host, ==, "other.example");
  g_assert_cmpstr (guardian_connection_store_user (store, "two")->name, ==, "two");
  g_assert_null (guardian_connection_store_user (store, "three"));
  g_assert_null (guardian_connection_store_credential (store, NULL));
  g_assert_true (guardian_connection_store_remove (store, "one", "one", NULL));
  g_assert_true (guardian_connection_store_remove (store, "none", NULL, NULL));
  g_assert_null (guardian_connection_store_model (store, "one"));
  g_assert_null (guardian_connection_store_credential (store, "one"));
  g_assert_true (g_file_get_contents (fixture->file, &content, &size, NULL));
  g_assert_null (memmem (content, size, "two.example", 11));
}

/* What is not on the disk is not so in memory either. */
static void
test_unwritable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *blocker = g_strconcat (fixture->file, ".new", NULL);
  g_autoptr (GuardianConnectionStore) store = open_store (fixture, NULL);

  g_assert_true (put (store, "one", "one.example"));
  g_assert_cmpint (g_mkdir (blocker, 0700), ==, 0);
  g_assert_false (put (store, "one", "other.example"));
  g_assert_false (put (store, "two", "two.example"));
  g_assert_false (guardian_connection_store_remove (store, "one", "one", NULL));
  g_assert_cmpint (g_rmdir (blocker), ==, 0);
  g_assert_cmpuint (guardian_connection_store_models (store)->len, ==, 1);
  g_assert_cmpuint (guardian_connection_store_credentials (store)->len, ==, 1);
  g_assert_cmpstr (guardian_connection_store_model (store, "one")->host, ==, "one.example");
}

static void
test_limit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GuardianConnectionStore) store = open_store (fixture, NULL);

  for (guint i = 0; i < GUARDIAN_CONNECTION_STORE_LIMIT; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);
      g_assert_true (put (store, name, "h.example"));
    }
  g_assert_false (put (store, "more", "h.example"));
  g_assert_true (put (store, "m7", "h.example"));
}

static void
test_altered (Fixture *fixture, gconstpointer data)
{
  g_autofree char *content = NULL;
  gsize size = 0;
  g_autoptr (GuardianConnectionStore) store = open_store (fixture, NULL);

  g_assert_true (put (store, "one", "one.example"));
  g_assert_true (g_file_get_contents (fixture->file, &content, &size, NULL));
  for (gsize i = 0; i < size; i += 11)
    {
      g_autofree char *changed = g_memdup2 (content, size);
      g_autoptr (GError) error = NULL;
      changed[i] ^= 0x20;
      g_assert_true (g_file_set_contents (fixture->file, changed, (gssize) size, NULL));
      g_assert_null (open_store (fixture, &error));
      g_assert_error (error, GUARDIAN_SEALED_FILE_ERROR, GUARDIAN_SEALED_FILE_ERROR_ALTERED);
    }
}

#define TEST(path, function)                                                                       \
  g_test_add ("/guardian/connection/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guardian/connection/credential", test_credential);
  g_test_add_func ("/guardian/connection/known", test_known);
  g_test_add_func ("/guardian/connection/refused", test_refused);
  g_test_add_func ("/guardian/connection/plain", test_plain);
  g_test_add_func ("/guardian/connection/credential-json", test_credential_json);
  g_test_add_func ("/guardian/connection/model", test_model);
  g_test_add_func ("/guardian/connection/model-names", test_model_names);
  TEST ("store", test_store);
  TEST ("unwritable", test_unwritable);
  TEST ("limit", test_limit);
  TEST ("altered", test_altered);
  return g_test_run ();
}
