/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-credentials.h"

#include "ui/activity/ui-activity-page.h"
#include "ui/settings/ui-settings-form.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-login.h"
#include "ui/words/ui-words-credential.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define HOST_SEPARATORS " ,;\n\t"

struct _UiSettingsCredentials {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  UiSettingsRows *credentials;
  char *chosen; /* the name of the one that is being removed */
};

G_DEFINE_FINAL_TYPE (UiSettingsCredentials, ui_settings_credentials, ADW_TYPE_PREFERENCES_PAGE)

static void fetch (GtkWidget *page);

/* --- adding --- */

typedef struct {
  GtkEditable *name;
  GtkEditable *hosts;
  GtkEditable *secret;
  GtkEditable *header;
  GtkEditable *scheme;
  AdwComboRow *source;
  GtkEditable *client;
  GtkEditable *url;
  GtkEditable *revoke;
  GtkEditable *device;
  GtkEditable *scope;
  GtkEditable *region;
  GtkEditable *role;
  GtkEditable *part;
  GtkEditable *approle;
} Fields;

/* What the hosts get: the secret itself, or what is got with it. */
enum { SOURCE_ITSELF, SOURCE_CLIENT, SOURCE_LOGIN, SOURCE_AWS, SOURCE_VAULT };

static CardeaJson *
split_hosts (const char *text)
{
  CardeaJson *hosts = cardea_json_new_array ();
  g_auto (GStrv) words = g_strsplit_set (text, HOST_SEPARATORS, -1);

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      cardea_json_append (hosts, cardea_json_new_string (*word));
  return hosts;
}

static void
add_member (CardeaJson *token, const char *name, GtkEditable *entry)
{
  g_autofree char *text = ui_settings_form_text (entry);
  if (text != NULL)
    cardea_json_set_string (token, name, text);
}

/* objects.md, Token source; NULL: the secret itself goes out. */
static CardeaJson *
make_source (const Fields *fields, guint source)
{
  CardeaJson *token = source != SOURCE_ITSELF ? cardea_json_new_object () : NULL;

  if (token == NULL)
    return NULL;
  add_member (token, "client", fields->client);
  add_member (token, "url", fields->url);
  if (source == SOURCE_AWS)
    {
      g_autofree char *region = ui_settings_form_text (fields->region);
      g_autofree char *place
          = g_strdup_printf ("https://sts.%s.amazonaws.com/", region != NULL ? region : "");
      cardea_json_set_boolean (token, "aws", TRUE);
      if (cardea_json_get (token, "url") == NULL)
        cardea_json_set_string (token, "url", place);
      add_member (token, "region", fields->region);
      add_member (token, "role", fields->role);
      return token;
    }
  if (source == SOURCE_VAULT)
    {
      cardea_json_set_boolean (token, "vault", TRUE);
      add_member (token, "field", fields->part);
      add_member (token, "login", fields->approle);
      return token;
    }
  add_member (token, "scope", fields->scope);
  add_member (token, "revoke", fields->revoke);
  if (source == SOURCE_LOGIN)
    add_member (token, "device", fields->device);
  return token;
}

static CardeaMessage *
compose (UiSettingsForm *form, gpointer user_data)
{
  const Fields *fields = user_data;
  g_autofree char *name = ui_settings_form_text (fields->name);
  g_autofree char *header = ui_settings_form_text (fields->header);
  g_autofree char *scheme = ui_settings_form_text (fields->scheme);
  g_autoptr (CardeaMessage) request = cardea_message_new ("credential.set");
  guint source = adw_combo_row_get_selected (fields->source);
  CardeaJson *token = make_source (fields, source);
  int secret = source != SOURCE_LOGIN ? ui_settings_form_seal (fields->secret) : -1;

  if (token != NULL)
    cardea_message_set_json (request, "token", token);
  if (secret < 0 && source != SOURCE_LOGIN)
    {
      ui_settings_form_fail (form, _ ("The secret is empty: type or paste it."));
      return NULL;
    }
  cardea_message_set_string (request, "name", name != NULL ? name : "");
  cardea_message_set_json (request, "hosts", split_hosts (gtk_editable_get_text (fields->hosts)));
  cardea_message_set_string (request, "header", header);
  cardea_message_set_string (request, "scheme", scheme);
  if (secret >= 0)
    cardea_message_set_fd (request, "secret", secret);
  return g_steal_pointer (&request);
}

static void
added (GtkWidget *page, CardeaMessage *reply, gpointer user_data)
{
  ui_activity_page_toast (page, _ ("The credential is stored"));
  fetch (page);
}

/* Only what is wanted for what was chosen can be seen. */
static void
source_changed_cb (Fields *fields)
{
  guint source = adw_combo_row_get_selected (fields->source);
  const struct {
    GtkEditable *row;
    gboolean seen;
  } rows[] = {
    { fields->secret, source != SOURCE_LOGIN },
    { fields->client, source != SOURCE_ITSELF },
    { fields->url, source != SOURCE_ITSELF && source != SOURCE_AWS },
    { fields->revoke, source == SOURCE_CLIENT || source == SOURCE_LOGIN },
    { fields->scope, source == SOURCE_CLIENT || source == SOURCE_LOGIN },
    { fields->device, source == SOURCE_LOGIN },
    { fields->region, source == SOURCE_AWS },
    { fields->role, source == SOURCE_AWS },
    { fields->part, source == SOURCE_VAULT },
    { fields->approle, source == SOURCE_VAULT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_set_visible (GTK_WIDGET (rows[i].row), rows[i].seen);
}

static void
add_source (UiSettingsForm *form, Fields *fields)
{
  const char *const labels[] = {
    _ ("The secret itself"),   _ ("A token got with it (OAuth 2)"), _ ("A token, after logging in"),
    _ ("A signature for AWS"), _ ("A secret that a Vault leases"),  NULL
  };

  ui_settings_form_add_note (form,
                             _ ("What the hosts get. A token is got when it is needed, renewed "
                                "and given back; what it is got with goes to its server alone."));
  fields->source = ui_settings_form_add_choice (form, _ ("Hosts get"), labels);
  fields->client
      = ui_settings_form_add_entry (form, _ ("Client, role or id of the key"), NULL, FALSE);
  fields->url
      = ui_settings_form_add_entry (form, _ ("Address for tokens or the secret"), NULL, FALSE);
  fields->device = ui_settings_form_add_entry (form, _ ("Address for logging in"), NULL, FALSE);
  fields->revoke = ui_settings_form_add_entry (form, _ ("Address to give them back"), NULL, FALSE);
  fields->scope = ui_settings_form_add_entry (form, _ ("Scope"), NULL, FALSE);
  fields->region = ui_settings_form_add_entry (form, _ ("Region, as eu-central-1"), NULL, FALSE);
  fields->role
      = ui_settings_form_add_entry (form, _ ("Role (ARN), for temporary keys"), NULL, FALSE);
  fields->part = ui_settings_form_add_entry (form, _ ("Part of the secret, as token"), NULL, FALSE);
  fields->approle = ui_settings_form_add_entry (form, _ ("Address for AppRole"), NULL, FALSE);
  g_signal_connect_swapped (fields->source, "notify::selected", G_CALLBACK (source_changed_cb),
                            fields);
  source_changed_cb (fields);
}

static void
add_clicked_cb (UiSettingsCredentials *self)
{
  Fields *fields = g_new0 (Fields, 1);
  UiSettingsForm *form = ui_settings_form_new (
      GTK_WIDGET (self), self->link, _ ("Add Credential"),
      _ ("A key or token for a service. It is kept with Cardea’s keys and added to requests to "
         "these hosts alone; the assistant and programs never see it."),
      _ ("_Add"), compose, fields, g_free);

  fields->name = ui_settings_form_add_entry (form, _ ("Name"), NULL, TRUE);
  fields->hosts = ui_settings_form_add_entry (form, _ ("Hosts, as api.example.com"), NULL, TRUE);
  fields->secret = ui_settings_form_add_secret (form, _ ("Secret"), FALSE);
  ui_settings_form_add_note (form, _ ("What well-known services want is known; leave these empty "
                                      "unless the service says otherwise."));
  fields->header = ui_settings_form_add_entry (form, _ ("Header, as Authorization"), NULL, FALSE);
  fields->scheme = ui_settings_form_add_entry (form, _ ("Word before it, as Bearer"), NULL, FALSE);
  add_source (form, fields);
  ui_settings_form_present (form, added);
}

/* --- logging in --- */

static void
login_clicked_cb (GtkWidget *button, UiSettingsCredentials *self)
{
  ui_settings_login_begin (GTK_WIDGET (self), self->link,
                           g_object_get_data (G_OBJECT (button), "name"));
}

static void
add_login (UiSettingsCredentials *self, AdwActionRow *row, const char *name)
{
  g_autofree char *label = g_strdup_printf (_ ("Log in for %s"), name);
  GtkWidget *button = ui_settings_group_add_button (row, _ ("Log In…"), label);

  g_object_set_data_full (G_OBJECT (button), "name", g_strdup (name), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (login_clicked_cb), self);
}

/* --- removing --- */

static void
removed (GtkWidget *page, CardeaMessage *reply)
{
  if (reply != NULL)
    ui_activity_page_toast (page, _ ("The credential is forgotten"));
  fetch (page);
}

static void
remove_chosen (GtkWidget *page)
{
  UiSettingsCredentials *self = UI_SETTINGS_CREDENTIALS (page);
  CardeaMessage *request = cardea_message_new ("credential.remove");

  cardea_message_set_string (request, "name", self->chosen);
  ui_activity_page_call (page, self->link, request, removed);
}

static void
remove_clicked_cb (GtkWidget *button, UiSettingsCredentials *self)
{
  g_free (self->chosen);
  self->chosen = g_strdup (g_object_get_data (G_OBJECT (button), "name"));
  g_autofree char *text = g_strdup_printf (
      _ ("“%s” is forgotten. To use it again you have to paste it again."), self->chosen);
  ui_settings_group_confirm (GTK_WIDGET (self), _ ("Forget This Credential?"), text, _ ("_Forget"),
                             remove_chosen);
}

/* --- the list --- */

static void
add_credential (UiSettingsCredentials *self, const CardeaJson *credential)
{
  g_autofree char *name = ui_words_text (credential, "name");
  g_autofree char *terms = ui_words_credential_terms (credential, g_get_real_time ());
  const char *model = cardea_json_get_string (credential, "model");
  g_autofree char *label = g_strdup_printf (_ ("Forget %s"), name);
  AdwActionRow *row = ui_settings_rows_add (self->credentials, name != NULL ? name : "?", terms);
  const CardeaJson *token = cardea_json_get (credential, "token");
  if (token != NULL && cardea_json_get (token, "device") != NULL)
    add_login (self, row, cardea_json_get_string (credential, "name"));
  GtkWidget *button = ui_settings_group_add_button (row, _ ("Forget…"), label);

  adw_action_row_set_icon_name (row, "dialog-password-symbolic");
  g_object_set_data_full (G_OBJECT (button), "name",
                          g_strdup (cardea_json_get_string (credential, "name")), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_clicked_cb), self);
  if (model != NULL)
    {
      gtk_widget_set_sensitive (button, FALSE);
      gtk_widget_set_tooltip_text (button, _ ("It goes with its model"));
    }
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsCredentials) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL && ui_settings_rows_begin (self->credentials, trouble))
    ui_settings_rows_add (self->credentials, _ ("The credentials are not known"), trouble);
  if (trouble != NULL || reply == NULL)
    return;
  const CardeaJson *credentials = cardea_message_get_json (reply, "credentials");
  g_autofree char *says = cardea_json_write (credentials, NULL, NULL);
  if (!ui_settings_rows_begin (self->credentials, says))
    return;
  for (guint i = 0; i < cardea_json_size (credentials); i++)
    add_credential (self, cardea_json_nth (credentials, i));
  if (cardea_json_size (credentials) == 0)
    ui_settings_rows_add (self->credentials, _ ("No credential is stored"),
                          _ ("Keys of models come here by themselves when you connect one."));
}

static void
fetch (GtkWidget *page)
{
  UiSettingsCredentials *self = UI_SETTINGS_CREDENTIALS (page);
  g_autoptr (CardeaMessage) request = cardea_message_new ("credential.list");
  if (self->link != NULL)
    ui_link_call_async (self->link, request, self->cancellable, listed_cb, g_object_ref (self));
}

/* --- the page --- */

static void
ui_settings_credentials_dispose (GObject *object)
{
  UiSettingsCredentials *self = UI_SETTINGS_CREDENTIALS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_credentials_parent_class)->dispose (object);
}

static void
ui_settings_credentials_finalize (GObject *object)
{
  UiSettingsCredentials *self = UI_SETTINGS_CREDENTIALS (object);

  g_object_unref (self->cancellable);
  ui_settings_rows_free (self->credentials);
  g_free (self->chosen);
  G_OBJECT_CLASS (ui_settings_credentials_parent_class)->finalize (object);
}

static void
ui_settings_credentials_class_init (UiSettingsCredentialsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_credentials_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_credentials_finalize;
}

static void
ui_settings_credentials_init (UiSettingsCredentials *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
ui_settings_credentials_new (UiLink *link)
{
  UiSettingsCredentials *self = g_object_new (UI_TYPE_SETTINGS_CREDENTIALS, NULL);
  AdwPreferencesGroup *group
      = ui_settings_group_new (GTK_WIDGET (self), _ ("Credentials"),
                               _ ("Each is added on the way out to the hosts it is bound to, and "
                                  "shown to nobody: not to the "
                                  "assistant, not in the log, not here."));
  GtkWidget *add = ui_settings_group_set_button (group, _ ("Add Credential…"));

  self->link = g_object_ref (link);
  self->credentials = ui_settings_rows_new (group);
  g_signal_connect_swapped (add, "clicked", G_CALLBACK (add_clicked_cb), self);
  ui_settings_group_follow (GTK_WIDGET (self), link, fetch);
  return GTK_WIDGET (self);
}
