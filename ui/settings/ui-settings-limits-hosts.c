/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-limits-hosts.h"

#include "common/base/cardea-host.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-lock.h"
#include "ui/settings/ui-settings-policy-trial.h"
#include "ui/settings/ui-settings-profile.h"
#include "ui/words/ui-words-grant.h"
#include "ui/words/ui-words-limits.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

#define ASKED 50u /* hosts that the rules are asked about */

/* A row. */
typedef struct {
  char *host;
  char *text;
  char *file; /* of the administrator's; NULL: it is the person's to change */
} Found;

typedef struct {
  UiLink *link;
  GCancellable *cancellable;
  AdwPreferencesGroup *group;
  UiSettingsRows *rows;
  GPtrArray *found;  /* Found, while it is looked for */
  GHashTable *asked; /* hosts */
  guint waiting;     /* answers */
} Hosts;

static void
found_free (gpointer data)
{
  Found *found = data;
  g_free (found->host);
  g_free (found->text);
  g_free (found->file);
  g_free (found);
}

static void
hosts_free (gpointer data)
{
  Hosts *hosts = data;

  g_cancellable_cancel (hosts->cancellable);
  g_object_unref (hosts->cancellable);
  g_object_unref (hosts->link);
  ui_settings_rows_free (hosts->rows);
  g_ptr_array_unref (hosts->found);
  g_hash_table_unref (hosts->asked);
  g_free (hosts);
}

/* NULL: the page is gone. */
static Hosts *
hosts_of (GtkWidget *page)
{
  return g_object_get_data (G_OBJECT (page), "hosts");
}

/* --- what was found --- */

/* Takes file. source: in words, who says so. */
static void
add_found (Hosts *hosts, const char *host, const CardeaJson *limits, const char *source, char *file)
{
  g_autofree char *words = limits != NULL ? ui_words_limits (limits) : NULL;
  Found *found;

  if (words == NULL)
    {
      g_free (file);
      return;
    }
  found = g_new (Found, 1);
  *found = (Found){ g_strdup (host), g_strdup_printf ("%s\n%s", words, source), file };
  g_ptr_array_add (hosts->found, found);
}

static void
show (Hosts *hosts)
{
  g_autoptr (GString) says = g_string_new (NULL);

  for (guint i = 0; i < hosts->found->len; i++)
    {
      const Found *found = hosts->found->pdata[i];
      g_string_append_printf (says, "%s\n%s\n%s\n", found->host, found->text,
                              found->file != NULL ? found->file : "");
    }
  gtk_widget_set_visible (GTK_WIDGET (hosts->group), hosts->found->len > 0);
  if (!ui_settings_rows_begin (hosts->rows, says->str))
    return;
  for (guint i = 0; i < hosts->found->len; i++)
    {
      const Found *found = hosts->found->pdata[i];
      AdwActionRow *row = ui_settings_rows_add (hosts->rows, found->host, found->text);
      ui_settings_lock_set (row, NULL, found->file);
    }
}

static void
answered (Hosts *hosts)
{
  if (--hosts->waiting == 0)
    show (hosts);
}

/* --- policy --- */

typedef struct {
  GtkWidget *page;
  char *host;
} Question;

static void
take_explanation (Hosts *hosts, const char *host, const CardeaJson *explanation)
{
  const CardeaJson *limits = cardea_json_get (explanation, "limits");
  const CardeaJson *by = cardea_json_get (explanation, "limited_by");

  for (guint i = 0; limits != NULL && by != NULL && i < cardea_json_size (by); i++)
    {
      const CardeaJson *one = cardea_json_nth (by, i);
      g_autofree char *file = ui_words_text (one, "file");
      gboolean own = g_strcmp0 (cardea_json_get_string (one, "layer"), "user") == 0;
      g_autofree char *source = own ? g_strdup_printf (_ ("By your own policy: %s"), file)
                                    : g_strdup (_ ("By this computer’s policy"));
      add_found (hosts, host, limits, source, own ? NULL : g_steal_pointer (&file));
    }
}

static void
explained_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GtkWidget) page = question->page;
  g_autofree char *host = question->host;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, NULL);
  Hosts *hosts = hosts_of (page);

  g_free (question);
  if (hosts == NULL)
    return;
  if (reply != NULL && cardea_message_is (reply, "policy.explained"))
    take_explanation (hosts, host, cardea_message_get_json (reply, "explanation"));
  answered (hosts);
}

/* written: as profiles, permissions and policy have it. */
static void
ask (GtkWidget *page, const char *written)
{
  Hosts *hosts = hosts_of (page);
  g_autoptr (CardeaMessage) request = cardea_message_new ("policy.explain");
  g_autofree char *host = NULL;
  gboolean below = FALSE;
  guint port = 0;
  Question *question;

  if (!cardea_host_parse (written, &host, &port, &below, NULL)
      || g_hash_table_size (hosts->asked) >= ASKED
      || !g_hash_table_add (hosts->asked, g_strdup (host)))
    return;
  question = g_new (Question, 1);
  *question = (Question){ g_object_ref (page), g_steal_pointer (&host) };
  hosts->waiting++;
  cardea_message_set_json (request, "input", ui_settings_policy_trial_host (question->host));
  ui_link_call_async (hosts->link, request, hosts->cancellable, explained_cb, question);
}

/* --- permissions and profiles --- */

static void
grants_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) page = user_data;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, NULL);
  Hosts *hosts = hosts_of (page);
  const CardeaJson *grants = reply != NULL && cardea_message_is (reply, "grant.listed")
                                 ? cardea_message_get_json (reply, "grants")
                                 : NULL;

  if (hosts == NULL)
    return;
  for (guint i = 0; grants != NULL && i < cardea_json_size (grants); i++)
    {
      const CardeaJson *grant = cardea_json_nth (grants, i);
      const char *host = cardea_json_get_string (grant, "host");
      if (host == NULL || !ui_words_grant_is_host (grant))
        continue;
      g_autofree char *shown = ui_words_grant_host (grant);
      add_found (hosts, shown, cardea_json_get (grant, "limits"),
                 _ ("By a permission: see Network"), NULL);
      ask (page, host);
    }
  answered (hosts);
}

static void
take_profile (GtkWidget *page, const UiSettingsProfile *profile)
{
  const CardeaJson *limits = profile->profile != NULL ? profile->profile->limits : NULL;
  gboolean fixed = profile->whose == UI_SETTINGS_PROFILE_FIXED;

  for (guint i = 0; limits != NULL && i < cardea_json_size (limits); i++)
    {
      g_autofree char *source = g_strdup_printf (_ ("For %s: see Agents"), profile->profile->title);
      add_found (hosts_of (page), cardea_json_nth_name (limits, i), cardea_json_nth (limits, i),
                 source, fixed ? g_strdup (profile->profile->origin) : NULL);
    }
  for (guint i = 0; profile->profile != NULL && profile->profile->net[i] != NULL; i++)
    ask (page, profile->profile->net[i]);
}

static void
profiles_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) page = user_data;
  g_autoptr (GPtrArray) profiles = ui_settings_profile_list_finish (result, NULL);

  if (hosts_of (page) == NULL)
    return;
  for (guint i = 0; profiles != NULL && i < profiles->len; i++)
    take_profile (page, profiles->pdata[i]);
  answered (hosts_of (page));
}

static void
policy_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) page = user_data;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, NULL);
  const CardeaJson *said = reply != NULL && cardea_message_is (reply, "policy.shown")
                               ? cardea_json_get (cardea_message_get_json (reply, "policy"), "said")
                               : NULL;

  if (hosts_of (page) == NULL)
    return;
  for (guint i = 0; said != NULL && i < cardea_json_size (said); i++)
    {
      const CardeaJson *one = cardea_json_nth (said, i);
      const CardeaJson *list = cardea_json_get (one, "value");
      if (list == NULL || g_strcmp0 (cardea_json_get_string (one, "key"), "network/hosts") != 0)
        continue;
      for (guint k = 0; k < cardea_json_size (list); k++)
        if (cardea_json_string (cardea_json_nth (list, k)) != NULL)
          ask (page, cardea_json_string (cardea_json_nth (list, k)));
    }
  answered (hosts_of (page));
}

static void
fetch (GtkWidget *page)
{
  Hosts *hosts = hosts_of (page);
  g_autoptr (CardeaMessage) grants = cardea_message_new ("grant.list");
  g_autoptr (CardeaMessage) policy = cardea_message_new ("policy.show");

  if (hosts->waiting > 0)
    return;
  g_ptr_array_set_size (hosts->found, 0);
  g_hash_table_remove_all (hosts->asked);
  hosts->waiting = 3;
  ui_link_call_async (hosts->link, grants, hosts->cancellable, grants_cb, g_object_ref (page));
  ui_link_call_async (hosts->link, policy, hosts->cancellable, policy_cb, g_object_ref (page));
  ui_settings_profile_list_async (hosts->cancellable, profiles_cb, g_object_ref (page));
}

void
ui_settings_limits_hosts_add (GtkWidget *page, UiLink *link)
{
  Hosts *hosts = g_new0 (Hosts, 1);

  hosts->link = g_object_ref (link);
  hosts->cancellable = g_cancellable_new ();
  hosts->group = ui_settings_group_new (page, _ ("Hosts"), NULL);
  hosts->rows = ui_settings_rows_new (hosts->group);
  hosts->found = g_ptr_array_new_with_free_func (found_free);
  hosts->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_set_visible (GTK_WIDGET (hosts->group), FALSE);
  g_object_set_data_full (G_OBJECT (page), "hosts", hosts, hosts_free);
  ui_settings_group_follow (page, link, fetch);
}
