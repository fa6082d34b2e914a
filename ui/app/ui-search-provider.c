/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the session bus to say who owns a name and who sent a message.
 *
 * Refuses every caller but the desktop's shell: lines of chats are not for every program on the
 * bus. Refuses nothing of what the shell says, because nothing follows from it but a window: a
 * question is put into the composer, and the person sends it.
 *
 * Known gaps: where no shell runs, a program of the same user can take its name; it can as well
 * start this program and look at its window. */

#include "ui/app/ui-search-provider.h"

#include "common/base/cardea-text.h"
#include "ui/app/ui-preferences.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHELL_NAME "org.gnome.Shell"
#define OBJECT_PATH "/org/cardea/Cardea/SearchProvider"
#define ASK_PREFIX "ask:" /* of the result that is no chat; the text follows */
#define RESULTS_LIMIT 10u
#define TEXT_LIMIT 2000u /* characters of a search, and so of a question */
#define WAITING_LIMIT 16u

static const char introspection[]
    = "<node><interface name='org.gnome.Shell.SearchProvider2'>"
      "<method name='GetInitialResultSet'><arg type='as' direction='in'/>"
      "<arg type='as' direction='out'/></method>"
      "<method name='GetSubsearchResultSet'><arg type='as' direction='in'/>"
      "<arg type='as' direction='in'/><arg type='as' direction='out'/></method>"
      "<method name='GetResultMetas'><arg type='as' direction='in'/>"
      "<arg type='aa{sv}' direction='out'/></method>"
      "<method name='ActivateResult'><arg type='s' direction='in'/>"
      "<arg type='as' direction='in'/><arg type='u' direction='in'/></method>"
      "<method name='LaunchSearch'><arg type='as' direction='in'/>"
      "<arg type='u' direction='in'/></method></interface></node>";

struct _UiSearchProvider {
  GObject parent_instance;
  GApplication *application; /* not referenced */
  GDBusConnection *connection;
  guint registration;
  GDBusNodeInfo *info;
  UiChatList *chats;
  UiChatKeeper *keeper;
  GSettings *preferences; /* NULL: there are none */
  GHashTable *found;      /* id → line, of the last search */
  GQueue waiting;         /* of Query: searches before the chats are read */
};

enum { CHAT_CHOSEN, ASKED, SEARCH, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiSearchProvider, ui_search_provider, G_TYPE_OBJECT)

typedef struct {
  UiSearchProvider *provider;
  GDBusMethodInvocation *invocation; /* NULL once it is answered */
  char *text;
} Query;

static Query *
query_new (UiSearchProvider *self, GDBusMethodInvocation *invocation)
{
  Query *query = g_new0 (Query, 1);
  query->provider = g_object_ref (self);
  query->invocation = invocation;
  g_application_hold (self->application);
  return query;
}

static void
query_free (Query *query)
{
  if (query->invocation != NULL)
    g_dbus_method_invocation_return_error_literal (query->invocation, G_DBUS_ERROR,
                                                   G_DBUS_ERROR_FAILED, "not answered");
  g_application_release (query->provider->application);
  g_object_unref (query->provider);
  g_free (query->text);
  g_free (query);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Query, query_free)

static void
answer (Query *query, GVariant *result)
{
  g_dbus_method_invocation_return_value (g_steal_pointer (&query->invocation), result);
}

/* The words of child of the parameters, as one line a person could have typed. */
static char *
read_text (GVariant *parameters, gsize child)
{
  g_autoptr (GVariant) terms = g_variant_get_child_value (parameters, child);
  g_autofree const char **words = g_variant_get_strv (terms, NULL);
  g_autofree char *text = g_strjoinv (" ", (char **) words);
  g_strstrip (text);
  return g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), (glong) TEXT_LIMIT));
}

/* --- searching --- */

static void
answer_results (Query *query, GHashTable *found)
{
  UiSearchProvider *self = query->provider;
  GListModel *chats = ui_chat_list_get_chats (self->chats);
  guint count = found != NULL ? g_list_model_get_n_items (chats) : 0;
  guint results = 0;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < count && results < RESULTS_LIMIT; i++)
    {
      g_autoptr (UiChat) chat = g_list_model_get_item (chats, i);
      if (!g_hash_table_contains (found, ui_chat_get_id (chat)))
        continue;
      g_variant_builder_add (&builder, "s", ui_chat_get_id (chat));
      results++;
    }
  if (*query->text != '\0')
    {
      g_autofree char *ask = g_strconcat (ASK_PREFIX, query->text, NULL);
      g_variant_builder_add (&builder, "s", ask);
    }
  answer (query, g_variant_new ("(as)", &builder));
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Query) query = user_data;
  UiSearchProvider *self = query->provider;
  GHashTable *found = ui_chat_list_search_finish (UI_CHAT_LIST (source), result, NULL);

  g_clear_pointer (&self->found, g_hash_table_unref);
  self->found = found;
  answer_results (query, found);
}

static gboolean
may_find_chats (UiSearchProvider *self)
{
  return self->preferences == NULL
         || g_settings_get_boolean (self->preferences, UI_PREFERENCES_SEARCH_CHATS);
}

/* Takes query. */
static void
search (Query *query)
{
  UiSearchProvider *self = query->provider;

  if (*query->text != '\0' && may_find_chats (self))
    {
      ui_chat_list_search_async (self->chats, query->text, NULL, found_cb, query);
      return;
    }
  g_clear_pointer (&self->found, g_hash_table_unref);
  answer_results (query, NULL);
  query_free (query);
}

static void
settled_cb (UiSearchProvider *self)
{
  Query *query;
  while ((query = g_queue_pop_head (&self->waiting)) != NULL)
    search (query);
}

/* The newest search is the one that somebody looks at. */
static void
search_or_wait (Query *query)
{
  UiSearchProvider *self = query->provider;

  if (ui_chat_keeper_is_settled (self->keeper))
    {
      search (query);
      return;
    }
  if (g_queue_get_length (&self->waiting) >= WAITING_LIMIT)
    query_free (g_queue_pop_head (&self->waiting));
  g_queue_push_tail (&self->waiting, query);
}

static void
get_initial_result_set (Query *query, GVariant *parameters)
{
  query->text = read_text (parameters, 0);
  search_or_wait (query);
}

static void
get_subsearch_result_set (Query *query, GVariant *parameters)
{
  query->text = read_text (parameters, 1);
  search_or_wait (query);
}

/* --- what a result says --- */

/* description: fit to be shown already, as lines of the index are. */
static void
add_meta (GVariantBuilder *metas, const char *id, const char *name, const char *description)
{
  g_autofree char *shown = cardea_text_escape (name, strlen (name), NULL);

  g_variant_builder_open (metas, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (metas, "{sv}", "id", g_variant_new_string (id));
  g_variant_builder_add (metas, "{sv}", "name", g_variant_new_string (shown));
  g_variant_builder_add (metas, "{sv}", "gicon", g_variant_new_string ("org.cardea.Cardea"));
  if (description != NULL && *description != '\0')
    g_variant_builder_add (metas, "{sv}", "description", g_variant_new_string (description));
  g_variant_builder_close (metas);
}

static void
get_result_metas (Query *query, GVariant *parameters)
{
  UiSearchProvider *self = query->provider;
  g_autoptr (GVariant) list = g_variant_get_child_value (parameters, 0);
  g_autofree const char **ids = g_variant_get_strv (list, NULL);
  g_auto (GVariantBuilder) metas = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; ids[i] != NULL; i++)
    {
      UiChat *chat = ui_chat_list_find (self->chats, ids[i]);
      if (g_str_has_prefix (ids[i], ASK_PREFIX))
        {
          const char *text = ids[i] + strlen (ASK_PREFIX);
          g_autofree char *shown = cardea_text_escape (text, strlen (text), NULL);
          add_meta (&metas, ids[i], _ ("Ask the assistant"), shown);
        }
      else if (chat != NULL)
        add_meta (&metas, ids[i], ui_chat_get_title (chat),
                  self->found != NULL ? g_hash_table_lookup (self->found, ids[i]) : NULL);
    }
  answer (query, g_variant_new ("(aa{sv})", &metas));
  query_free (query);
}

/* --- what was chosen --- */

static void
activate_result (Query *query, GVariant *parameters)
{
  UiSearchProvider *self = query->provider;
  const char *id;
  guint32 timestamp;

  g_variant_get_child (parameters, 0, "&s", &id);
  g_variant_get_child (parameters, 2, "u", &timestamp);
  if (g_str_has_prefix (id, ASK_PREFIX))
    {
      const char *text = id + strlen (ASK_PREFIX);
      g_autofree char *question
          = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), (glong) TEXT_LIMIT));
      g_signal_emit (self, signals[ASKED], 0, question, timestamp);
    }
  else
    {
      UiChat *chat = ui_chat_list_find (self->chats, id);
      if (chat != NULL)
        g_signal_emit (self, signals[CHAT_CHOSEN], 0, chat, timestamp);
    }
  answer (query, NULL);
  query_free (query);
}

static void
launch_search (Query *query, GVariant *parameters)
{
  guint32 timestamp;

  query->text = read_text (parameters, 0);
  g_variant_get_child (parameters, 1, "u", &timestamp);
  g_signal_emit (query->provider, signals[SEARCH], 0, query->text, timestamp);
  answer (query, NULL);
  query_free (query);
}

/* Each takes the query. */
static const struct {
  const char *name;
  void (*run) (Query *query, GVariant *parameters);
} methods[] = {
  { "GetInitialResultSet", get_initial_result_set },
  { "GetSubsearchResultSet", get_subsearch_result_set },
  { "GetResultMetas", get_result_metas },
  { "ActivateResult", activate_result },
  { "LaunchSearch", launch_search },
};

/* --- who asks --- */

static void
owner_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Query) query = user_data;
  GDBusMethodInvocation *invocation = query->invocation;
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  const char *owner = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(&s)", &owner);
  if (g_strcmp0 (owner, g_dbus_method_invocation_get_sender (invocation)) != 0
      || query->provider->chats == NULL)
    {
      g_dbus_method_invocation_return_error_literal (g_steal_pointer (&query->invocation),
                                                     G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED,
                                                     "only the desktop's shell is answered");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (strcmp (methods[i].name, method) == 0)
      {
        methods[i].run (g_steal_pointer (&query),
                        g_dbus_method_invocation_get_parameters (invocation));
        return;
      }
}

static void
method_call_cb (GDBusConnection *connection, const char *sender, const char *path,
                const char *interface, const char *method, GVariant *parameters,
                GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "GetNameOwner", g_variant_new ("(s)", SHELL_NAME),
                          G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, owner_cb,
                          query_new (user_data, invocation));
}

/* --- life --- */

gboolean
ui_search_provider_export (UiSearchProvider *self, GDBusConnection *connection, GError **error)
{
  static const GDBusInterfaceVTable table = { .method_call = method_call_cb };

  if (self->registration != 0)
    return TRUE;
  self->registration = g_dbus_connection_register_object (
      connection, OBJECT_PATH, self->info->interfaces[0], &table, self, NULL, error);
  if (self->registration == 0)
    return FALSE;
  self->connection = g_object_ref (connection);
  return TRUE;
}

void
ui_search_provider_unexport (UiSearchProvider *self)
{
  if (self->registration == 0)
    return;
  g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->connection);
}

void
ui_search_provider_set_chats (UiSearchProvider *self, UiChatList *chats, UiChatKeeper *keeper,
                              GSettings *preferences)
{
  g_set_object (&self->preferences, preferences);
  self->chats = g_object_ref (chats);
  self->keeper = g_object_ref (keeper);
  g_signal_connect_object (keeper, "settled", G_CALLBACK (settled_cb), self, G_CONNECT_SWAPPED);
}

static void
ui_search_provider_dispose (GObject *object)
{
  UiSearchProvider *self = UI_SEARCH_PROVIDER (object);

  ui_search_provider_unexport (self);
  g_clear_object (&self->chats);
  g_clear_object (&self->keeper);
  g_clear_object (&self->preferences);
  g_clear_pointer (&self->found, g_hash_table_unref);
  g_clear_pointer (&self->info, g_dbus_node_info_unref);
  G_OBJECT_CLASS (ui_search_provider_parent_class)->dispose (object);
}

static void
ui_search_provider_class_init (UiSearchProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_search_provider_dispose;
  signals[CHAT_CHOSEN] = g_signal_new ("chat-chosen", UI_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 2, UI_TYPE_CHAT, G_TYPE_UINT);
  signals[ASKED] = g_signal_new ("asked", UI_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
  signals[SEARCH] = g_signal_new ("search", UI_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
}

static void
ui_search_provider_init (UiSearchProvider *self)
{
  g_queue_init (&self->waiting);
  self->info = g_dbus_node_info_new_for_xml (introspection, NULL);
}

UiSearchProvider *
ui_search_provider_new (GApplication *application)
{
  UiSearchProvider *self = g_object_new (UI_TYPE_SEARCH_PROVIDER, NULL);
  self->application = application;
  return self;
}
