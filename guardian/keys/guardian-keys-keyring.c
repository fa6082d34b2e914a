/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: whoever owns org.freedesktop.secrets on the user's session bus; in user mode every
 * program of the user may ask it for the same key. Refuses: to start a bus (autolaunch), to take
 * for a key what is none. Known gap: libsecret's own copies lie in its locked memory, but the
 * transfer encryption ends there and at the keyring only. */

#include "guardian/keys/guardian-keys-keyring.h"

#include "common/base/cardea-encoding.h"
#include "guardian/keys/guardian-keys-error.h"
#include "guardian/keys/guardian-keys-master.h"

#include <libsecret/secret.h>
#include <sodium.h>
#include <string.h>

#define SERVICE_NAME "org.freedesktop.secrets"
#define LIMIT_PROBE_MS 10000
#define LIMIT_PROMPT_SECONDS 60 /* for a person to unlock */
#define LABEL "Cardea: key of the activity log and of stored permissions"
#define LABEL_CREDENTIAL "Cardea: credential “%s” (sealed)"
#define APPLICATION "org.cardea.Cardea"

typedef enum {
  ACTION_PROBE,
  ACTION_LOAD,
  ACTION_STORE,
  ACTION_ERASE,
} Action;

typedef struct {
  Action action;
  char *id;
  char *credential;     /* NULL: the master key */
  CardeaSecret *secret; /* to be stored */
  GuardianKeysKeyringDone done;
  gpointer user_data;
  GCancellable *cancellable;
  guint timer;
  GDBusConnection *bus;
  SecretService *service;
  SecretItem *item;
} Request;

static const SecretSchema schema = {
  "org.cardea.Cardea.Key",
  SECRET_SCHEMA_NONE,
  { { "application", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "key", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 } },
};

/* No attribute of the other but the application's: a search for one never finds the other. */
static const SecretSchema credential_schema = {
  "org.cardea.Cardea.Credential",
  SECRET_SCHEMA_NONE,
  { { "application", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "master", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "credential", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 } },
};

static const SecretSchema *
schema_of (const Request *request)
{
  return request->credential != NULL ? &credential_schema : &schema;
}

static GHashTable *
attributes_of (const Request *request)
{
  return request->credential != NULL
             ? secret_attributes_build (&credential_schema, "application", APPLICATION, "master",
                                        request->id, "credential", request->credential, NULL)
             : secret_attributes_build (&schema, "application", APPLICATION, "key", request->id,
                                        NULL);
}

static void
request_free (Request *request)
{
  if (request->timer != 0)
    g_source_remove (request->timer);
  g_clear_object (&request->item);
  g_clear_object (&request->service);
  g_clear_object (&request->bus);
  g_clear_object (&request->cancellable);
  g_clear_pointer (&request->secret, cardea_secret_unref);
  g_free (request->id);
  g_free (request->credential);
  g_free (request);
}

/* Answers and ends the request. */
static void
finish (Request *request, CardeaSecret *secret, const GError *error)
{
  request->done (secret, error, request->user_data);
  request_free (request);
}

static void
fail (Request *request, GuardianKeysError code, const char *reason)
{
  g_autoptr (GError) error = g_error_new_literal (GUARDIAN_KEYS_ERROR, code, reason);
  finish (request, NULL, error);
}

static void
fail_absent (Request *request)
{
  fail (request, GUARDIAN_KEYS_ERROR_ABSENT,
        "the keyring is not there: no program offers org.freedesktop.secrets on the session bus");
}

static void
fail_locked (Request *request)
{
  fail (request, GUARDIAN_KEYS_ERROR_LOCKED,
        "the keyring is locked and was not unlocked: unlock it and try again");
}

/* What libsecret and the bus say, in our words. */
static void
fail_with (Request *request, const GError *error)
{
  g_debug ("keyring: %s", error->message);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    fail_locked (request);
  else if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
           || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER)
           || (error->domain == G_DBUS_ERROR && error->code >= G_DBUS_ERROR_SPAWN_EXEC_FAILED
               && error->code <= G_DBUS_ERROR_SPAWN_NO_MEMORY))
    fail_absent (request);
  else
    {
      g_autofree char *reason
          = g_strdup_printf ("the keyring reports an error: %s", error->message);
      fail (request, GUARDIAN_KEYS_ERROR_FAILED, reason);
    }
}

static gboolean
timeout_cb (gpointer user_data)
{
  Request *request = user_data;
  request->timer = 0;
  g_cancellable_cancel (request->cancellable);
  return G_SOURCE_REMOVE;
}

/* --- load --- */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  if (!secret_item_load_secret_finish (SECRET_ITEM (source), result, &error))
    {
      fail_with (request, error);
      return;
    }
  g_autoptr (SecretValue) value = secret_item_get_secret (SECRET_ITEM (source));
  const char *text = value != NULL ? secret_value_get_text (value) : NULL;
  gsize size = text != NULL ? strlen (text) / 2 : 0;
  gboolean fits = request->credential != NULL ? size > 0 && size <= GUARDIAN_KEYS_KEYRING_LIMIT
                                              : size == GUARDIAN_KEYS_MASTER_SIZE;
  g_autoptr (CardeaSecret) secret = fits ? cardea_secret_new (size) : NULL;
  if (secret == NULL || !cardea_hex_decode (text, cardea_secret_writable (secret), size))
    {
      fail (request, GUARDIAN_KEYS_ERROR_ALTERED, "what the keyring holds is not Cardea's key");
      return;
    }
  finish (request, secret, NULL);
}

static void
load_item (Request *request)
{
  secret_item_load_secret (request->item, request->cancellable, loaded_cb, request);
}

static void
unlocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  int count = secret_service_unlock_finish (SECRET_SERVICE (source), result, NULL, &error);
  if (count < 0 && error != NULL)
    fail_with (request, error);
  else if (count <= 0)
    fail_locked (request); /* dismissed */
  else
    load_item (request);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  GList *items = secret_service_search_finish (SECRET_SERVICE (source), result, &error);
  if (error != NULL)
    {
      fail_with (request, error);
      return;
    }
  if (items == NULL)
    {
      fail (request, GUARDIAN_KEYS_ERROR_MISSING,
            request->credential != NULL
                ? "the keyring does not hold this credential any more: set it again"
                : "the keyring does not hold the key of this log any more");
      return;
    }
  request->item = g_object_ref (items->data);
  g_list_free_full (items, g_object_unref);
  if (!secret_item_get_locked (request->item))
    {
      load_item (request);
      return;
    }
  GList locked = { .data = request->item };
  secret_service_unlock (SECRET_SERVICE (source), &locked, request->cancellable, unlocked_cb,
                         request);
}

static void
start_load (Request *request)
{
  g_autoptr (GHashTable) attributes = attributes_of (request);
  secret_service_search (request->service, schema_of (request), attributes, SECRET_SEARCH_ALL,
                         request->cancellable, found_cb, request);
}

/* --- store and erase --- */

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  if (!secret_service_store_finish (SECRET_SERVICE (source), result, &error))
    {
      if (error != NULL)
        fail_with (request, error);
      else
        fail_locked (request); /* dismissed */
      return;
    }
  finish (request, NULL, NULL);
}

static void
start_store (Request *request)
{
  gsize size = cardea_secret_size (request->secret);
  g_autofree char *text = g_malloc (2 * size + 1);
  g_autofree char *label = request->credential != NULL
                               ? g_strdup_printf (LABEL_CREDENTIAL, request->credential)
                               : g_strdup (LABEL);
  sodium_bin2hex (text, 2 * size + 1, cardea_secret_bytes (request->secret), size);
  SecretValue *value = secret_value_new (text, -1, "text/plain");
  sodium_memzero (text, 2 * size + 1);
  g_autoptr (GHashTable) attributes = attributes_of (request);
  secret_service_store (request->service, schema_of (request), attributes,
                        SECRET_COLLECTION_DEFAULT, label, value, request->cancellable, stored_cb,
                        request);
  secret_value_unref (value);
}

static void
erased_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  (void) secret_service_clear_finish (SECRET_SERVICE (source), result, &error);
  if (error != NULL)
    fail_with (request, error);
  else
    finish (request, NULL, NULL);
}

static void
start_erase (Request *request)
{
  g_autoptr (GHashTable) attributes = attributes_of (request);
  secret_service_clear (request->service, schema_of (request), attributes, request->cancellable,
                        erased_cb, request);
}

/* --- the way to the service --- */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static void (*const starts[]) (Request * request) = {
    [ACTION_LOAD] = start_load,
    [ACTION_STORE] = start_store,
    [ACTION_ERASE] = start_erase,
  };
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  request->service = secret_service_open_finish (result, &error);
  if (request->service == NULL)
    fail_with (request, error);
  else
    starts[request->action](request);
}

static void
service_known (Request *request)
{
  if (request->action == ACTION_PROBE)
    finish (request, NULL, NULL);
  else
    secret_service_open (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION,
                         request->cancellable, opened_cb, request);
}

static void
activatable_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL)
    {
      fail_with (request, error);
      return;
    }
  g_autofree const char **names = NULL;
  g_variant_get (reply, "(^a&s)", &names);
  if (g_strv_contains (names, SERVICE_NAME))
    service_known (request);
  else
    fail_absent (request);
}

static void
owner_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  gboolean owned = FALSE;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL)
    {
      fail_with (request, error);
      return;
    }
  g_variant_get (reply, "(b)", &owned);
  if (owned)
    service_known (request);
  else
    g_dbus_connection_call (request->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                            "org.freedesktop.DBus", "ListActivatableNames", NULL,
                            G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, LIMIT_PROBE_MS,
                            request->cancellable, activatable_cb, request);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  request->bus = g_bus_get_finish (result, &error);
  if (request->bus == NULL)
    {
      g_debug ("keyring: no bus: %s", error->message);
      fail_absent (request);
      return;
    }
  g_dbus_connection_set_exit_on_close (request->bus, FALSE);
  g_dbus_connection_call (
      request->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "NameHasOwner", g_variant_new ("(s)", SERVICE_NAME), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, LIMIT_PROBE_MS, request->cancellable, owner_cb, request);
}

/* GIO would start a bus where there is none. */
static gboolean
has_bus (void)
{
  const char *address = g_getenv ("DBUS_SESSION_BUS_ADDRESS");
  if (address != NULL && address[0] != '\0')
    return g_str_has_prefix (address, "unix:");
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *socket = runtime != NULL ? g_build_filename (runtime, "bus", NULL) : NULL;
  return socket != NULL && g_file_test (socket, G_FILE_TEST_EXISTS);
}

static gboolean
absent_cb (gpointer user_data)
{
  fail_absent (user_data);
  return G_SOURCE_REMOVE;
}

static void
start (Action action, const char *id, const char *credential, CardeaSecret *secret,
       GuardianKeysKeyringDone done, gpointer user_data)
{
  Request *request = g_new0 (Request, 1);
  request->action = action;
  request->id = g_strdup (id);
  request->credential = g_strdup (credential);
  request->secret = secret != NULL ? cardea_secret_ref (secret) : NULL;
  request->done = done;
  request->user_data = user_data;
  request->cancellable = g_cancellable_new ();
  request->timer = g_timeout_add_seconds (LIMIT_PROMPT_SECONDS, timeout_cb, request);
  if (has_bus ())
    g_bus_get (G_BUS_TYPE_SESSION, request->cancellable, connected_cb, request);
  else
    g_idle_add (absent_cb, request);
}

void
guardian_keys_keyring_probe (GuardianKeysKeyringDone done, gpointer user_data)
{
  start (ACTION_PROBE, NULL, NULL, NULL, done, user_data);
}

void
guardian_keys_keyring_load (const char *id, const char *credential, GuardianKeysKeyringDone done,
                            gpointer user_data)
{
  start (ACTION_LOAD, id, credential, NULL, done, user_data);
}

void
guardian_keys_keyring_store (const char *id, const char *credential, CardeaSecret *secret,
                             GuardianKeysKeyringDone done, gpointer user_data)
{
  start (ACTION_STORE, id, credential, secret, done, user_data);
}

void
guardian_keys_keyring_erase (const char *id, const char *credential, GuardianKeysKeyringDone done,
                             gpointer user_data)
{
  start (ACTION_ERASE, id, credential, NULL, done, user_data);
}
