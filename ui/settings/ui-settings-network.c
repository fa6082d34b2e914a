/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-network.h"

#include "ui/activity/ui-activity-page.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-said.h"
#include "ui/words/ui-words-grant.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

#define RECORDS_BACK 40000 /* of the log that are looked through, the newest */
#define PAGE 500
#define HOSTS_SHOWN 100u

typedef struct {
  char *host;
  char *last; /* RFC 3339 */
  guint went;
  guint refused;
  gint64 sent;
  gint64 received;
} Host;

struct _UiSettingsNetwork {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  UiSettingsRows *grants;
  UiSettingsRows *seen;
  GHashTable *hosts; /* name → Host */
  guint action;      /* that is being looked for */
  gint64 from;       /* where the look through the log began */
  gint64 next;
  gboolean looking;
};

G_DEFINE_FINAL_TYPE (UiSettingsNetwork, ui_settings_network, ADW_TYPE_PREFERENCES_PAGE)

static const char *const actions[] = { "net.request", "net.connect" };

static void fetch (GtkWidget *page);
static void look (UiSettingsNetwork *self);

static void
host_free (gpointer data)
{
  Host *host = data;
  g_free (host->host);
  g_free (host->last);
  g_free (host);
}

/* --- what is allowed --- */

static void
revoked (GtkWidget *page, CardeaMessage *reply)
{
  fetch (page);
}

static void
revoke_clicked_cb (GtkWidget *button, UiSettingsNetwork *self)
{
  CardeaMessage *request = cardea_message_new ("grant.revoke");

  gtk_widget_set_sensitive (button, FALSE);
  cardea_message_set_string (request, "id", g_object_get_data (G_OBJECT (button), "grant"));
  ui_activity_page_call (GTK_WIDGET (self), self->link, request, revoked);
}

static void
show_grants (UiSettingsNetwork *self, const CardeaJson *grants)
{
  g_autofree char *says = cardea_json_write (grants, NULL, NULL);
  guint shown = 0;

  if (!ui_settings_rows_begin (self->grants, says))
    return;
  for (guint i = 0; i < cardea_json_size (grants); i++)
    {
      const CardeaJson *grant = cardea_json_nth (grants, i);
      if (!ui_words_grant_is_host (grant))
        continue;
      g_autofree char *host = ui_words_grant_host (grant);
      g_autofree char *terms = ui_words_grant_terms (grant, g_get_real_time ());
      g_autofree char *name = g_strdup_printf (_ ("Ask again before %s"), host);
      AdwActionRow *row = ui_settings_rows_add (self->grants, host, terms);
      GtkWidget *button = ui_settings_group_add_button (row, _ ("Remove"), name);
      g_object_set_data_full (G_OBJECT (button), "grant",
                              g_strdup (cardea_json_get_string (grant, "id")), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (revoke_clicked_cb), self);
      shown++;
    }
  if (shown == 0)
    ui_settings_rows_add (self->grants, _ ("No host is allowed"),
                          _ ("You are asked before anything is sent anywhere, but to the model of "
                             "a chat."));
}

static void
grants_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsNetwork) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble == NULL && reply != NULL)
    show_grants (self, cardea_message_get_json (reply, "grants"));
  else if (trouble != NULL && ui_settings_rows_begin (self->grants, trouble))
    ui_settings_rows_add (self->grants, _ ("The allowed hosts are not known"), trouble);
}

/* --- where it went --- */

static int
compare_hosts (gconstpointer a, gconstpointer b)
{
  const Host *x = *(Host *const *) a, *y = *(Host *const *) b;
  return g_strcmp0 (y->last, x->last);
}

static char *
describe_host (const Host *host)
{
  g_autofree char *last = ui_words_time (host->last, g_get_real_time ());
  g_autofree char *sent = g_format_size ((guint64) host->sent);
  g_autofree char *received = g_format_size ((guint64) host->received);
  g_autofree char *refused
      = host->refused > 0 ? g_strdup_printf (
            ngettext (" · refused %u time", " · refused %u times", host->refused), host->refused)
                          : g_strdup ("");

  if (host->went == 0)
    return g_strdup_printf (_ ("Last %s%s"), last, refused);
  return g_strdup_printf (_ ("Last %s · %s sent, %s received%s"), last, sent, received, refused);
}

static void
show_seen (UiSettingsNetwork *self)
{
  g_autoptr (GPtrArray) hosts = g_ptr_array_new ();
  g_autoptr (GString) says = g_string_new (NULL);
  GHashTableIter iter;
  gpointer host_value;

  g_hash_table_iter_init (&iter, self->hosts);
  while (g_hash_table_iter_next (&iter, NULL, &host_value))
    g_ptr_array_add (hosts, host_value);
  g_ptr_array_sort (hosts, compare_hosts);
  for (guint i = 0; i < MIN (hosts->len, HOSTS_SHOWN); i++)
    {
      const Host *host = hosts->pdata[i];
      g_string_append_printf (says, "%s %s %u %u\n", host->host, host->last, host->went,
                              host->refused);
    }
  if (!ui_settings_rows_begin (self->seen, says->str))
    return;
  for (guint i = 0; i < MIN (hosts->len, HOSTS_SHOWN); i++)
    {
      const Host *host = hosts->pdata[i];
      g_autofree char *text = describe_host (host);
      adw_action_row_set_icon_name (ui_settings_rows_add (self->seen, host->host, text),
                                    host->went > 0 ? "network-server-symbolic"
                                                   : "action-unavailable-symbolic");
    }
  if (hosts->len == 0)
    ui_settings_rows_add (self->seen, _ ("Nothing went anywhere"), NULL);
}

static void
take (UiSettingsNetwork *self, const CardeaJson *record)
{
  const CardeaJson *resource = cardea_json_get (record, "resource");
  g_autofree char *name = resource != NULL ? ui_words_text (resource, "host") : NULL;
  const char *type = cardea_json_get_string (record, "type");
  gboolean outcome = g_strcmp0 (type, "outcome") == 0;
  gboolean refused = g_strcmp0 (type, "decision") == 0
                     && g_strcmp0 (cardea_json_get_string (record, "effect"), "deny") == 0;
  gint64 bytes = 0;

  if (name == NULL || !(outcome || refused))
    return;
  Host *host = g_hash_table_lookup (self->hosts, name);
  if (host == NULL)
    {
      host = g_new0 (Host, 1);
      host->host = g_strdup (name);
      g_hash_table_insert (self->hosts, host->host, host);
    }
  const char *time = cardea_json_get_string (record, "time");
  if (g_strcmp0 (time, host->last) > 0)
    {
      g_free (host->last);
      host->last = g_strdup (time);
    }
  host->went += outcome ? 1 : 0;
  host->refused += refused ? 1 : 0;
  if (cardea_json_get_int64_string (record, "sent", &bytes))
    host->sent += bytes;
  if (cardea_json_get_int64_string (record, "received", &bytes))
    host->received += bytes;
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsNetwork) self = user_data;
  g_autoptr (CardeaMessage) page = ui_link_call_finish (UI_LINK (source), result, NULL);

  if (page == NULL || !cardea_message_is (page, "audit.page") || self->link == NULL)
    {
      self->looking = FALSE;
      return;
    }
  const CardeaJson *records = cardea_message_get_json (page, "records");
  for (guint i = 0; i < cardea_json_size (records); i++)
    take (self, cardea_json_nth (records, i));
  self->next = cardea_message_get_int64 (page, "next", self->next);
  if (!cardea_message_get_boolean (page, "more"))
    {
      self->action++;
      self->next = self->from;
    }
  look (self);
}

static void
look (UiSettingsNetwork *self)
{
  if (self->action == G_N_ELEMENTS (actions))
    {
      self->looking = FALSE;
      show_seen (self);
      return;
    }
  g_autoptr (CardeaMessage) request = cardea_message_new ("audit.list");
  cardea_message_set_string (request, "action", actions[self->action]);
  cardea_message_set_int64 (request, "from", self->next);
  cardea_message_set_int (request, "limit", PAGE);
  ui_link_call_async (self->link, request, self->cancellable, page_cb, g_object_ref (self));
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsNetwork) self = user_data;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, NULL);
  const CardeaJson *log = reply != NULL && cardea_message_is (reply, "status.report")
                              ? cardea_json_get (cardea_message_get_json (reply, "report"), "log")
                              : NULL;
  gint64 records = 0;

  if (log == NULL || self->link == NULL || !cardea_json_get_int64_string (log, "records", &records))
    {
      self->looking = FALSE;
      return;
    }
  g_hash_table_remove_all (self->hosts);
  self->action = 0;
  self->from = self->next = MAX (0, records - RECORDS_BACK);
  look (self);
}

static void
fetch (GtkWidget *page)
{
  UiSettingsNetwork *self = UI_SETTINGS_NETWORK (page);
  g_autoptr (CardeaMessage) grants = cardea_message_new ("grant.list");
  g_autoptr (CardeaMessage) status = cardea_message_new ("status");

  if (self->link == NULL)
    return;
  ui_link_call_async (self->link, grants, self->cancellable, grants_cb, g_object_ref (self));
  if (self->looking)
    return;
  self->looking = TRUE;
  ui_link_call_async (self->link, status, self->cancellable, status_cb, g_object_ref (self));
}

static void
ui_settings_network_dispose (GObject *object)
{
  UiSettingsNetwork *self = UI_SETTINGS_NETWORK (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_network_parent_class)->dispose (object);
}

static void
ui_settings_network_finalize (GObject *object)
{
  UiSettingsNetwork *self = UI_SETTINGS_NETWORK (object);

  g_object_unref (self->cancellable);
  ui_settings_rows_free (self->grants);
  ui_settings_rows_free (self->seen);
  g_hash_table_unref (self->hosts);
  G_OBJECT_CLASS (ui_settings_network_parent_class)->finalize (object);
}

static void
ui_settings_network_class_init (UiSettingsNetworkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_network_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_network_finalize;
}

static void
ui_settings_network_init (UiSettingsNetwork *self)
{
  self->cancellable = g_cancellable_new ();
  self->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, host_free);
}

/* Of an administrator's data. */
static const char *const said[] = { "network/hosts", "network/inside", "flows", NULL };

GtkWidget *
ui_settings_network_new (UiLink *link)
{
  UiSettingsNetwork *self = g_object_new (UI_TYPE_SETTINGS_NETWORK, NULL);
  GtkWidget *page = GTK_WIDGET (self);

  self->link = g_object_ref (link);
  self->grants = ui_settings_rows_new (ui_settings_group_new (
      page, _ ("Allowed Hosts"),
      _ ("Agents have no network. What they send goes through the guardian, which asks about each "
         "new host.")));
  self->seen = ui_settings_rows_new (ui_settings_group_new (
      page, _ ("Where It Went"), _ ("By the log, the latest first. Activity shows each request.")));
  ui_settings_said_add (page, link, said);
  ui_settings_group_follow (page, link, fetch);
  return page;
}
