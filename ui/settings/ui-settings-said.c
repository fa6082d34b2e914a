/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-said.h"

#include "common/base/cardea-text.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-lock.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHOWN 20u /* members of one value; the rest is counted */

typedef struct {
  UiLink *link;
  GCancellable *cancellable;
  AdwPreferencesGroup *group;
  UiSettingsRows *rows;
  const char *const *keys;
} Said;

static void
said_free (gpointer data)
{
  Said *said = data;

  g_cancellable_cancel (said->cancellable);
  g_object_unref (said->cancellable);
  g_object_unref (said->link);
  ui_settings_rows_free (said->rows);
  g_free (said);
}

static const struct {
  const char *key;
  const char *title;
} words[] = {
  { "network/hosts", N_ ("Hosts that are not asked about") },
  { "network/inside", N_ ("Addresses inside that may be asked for") },
  { "programs", N_ ("Programs that run without a question") },
  { "variables", N_ ("Variables that an assistant may set") },
  { "labels", N_ ("Folders with a label") },
  { "guarded_labels", N_ ("Labels that are guarded") },
  { "flows", N_ ("Ways that were approved beforehand") },
};

/* --- one value in words --- */

static char *
describe_member (const CardeaJson *value, guint i)
{
  const CardeaJson *member = cardea_json_nth (value, i);
  const char *text = cardea_json_string (member);
  gboolean named = cardea_json_type (value) == CARDEA_JSON_OBJECT;
  g_autofree char *shown = text != NULL ? cardea_text_escape (text, strlen (text), NULL) : NULL;

  if (named)
    {
      const char *name = cardea_json_nth_name (value, i);
      g_autofree char *safe = cardea_text_escape (name, strlen (name), NULL);
      return shown != NULL ? g_strdup_printf ("%s: %s", safe, shown) : g_steal_pointer (&safe);
    }
  if (cardea_json_type (member) == CARDEA_JSON_OBJECT)
    return ui_words_text (member, "name");
  return g_steal_pointer (&shown);
}

/* NULL: it is not repeated, or of no form that is known. */
static char *
describe (const CardeaJson *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint size = value != NULL ? cardea_json_size (value) : 0;

  for (guint i = 0; i < MIN (size, SHOWN); i++)
    {
      g_autofree char *member = describe_member (value, i);
      if (member != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", member);
    }
  if (size > SHOWN)
    g_string_append (text, ", …");
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* --- the group --- */

static void
show_one (Said *said, const CardeaJson *one)
{
  const char *key = cardea_json_get_string (one, "key");
  g_autofree char *file = ui_words_text (one, "file");
  g_autofree char *text = describe (cardea_json_get (one, "value"));

  if (key == NULL || file == NULL || !g_strv_contains (said->keys, key))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i].key, key) == 0)
      {
        gtk_widget_set_visible (GTK_WIDGET (said->group), TRUE);
        ui_settings_lock_set (ui_settings_rows_add (said->rows, _ (words[i].title), text), NULL,
                              file);
      }
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) page = user_data;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, NULL);
  Said *said = g_object_get_data (G_OBJECT (page), "said");

  if (reply == NULL || said == NULL || !cardea_message_is (reply, "policy.shown"))
    return;
  const CardeaJson *list = cardea_json_get (cardea_message_get_json (reply, "policy"), "said");
  g_autofree char *says = list != NULL ? cardea_json_write (list, NULL, NULL) : g_strdup ("");
  if (!ui_settings_rows_begin (said->rows, says))
    return;
  gtk_widget_set_visible (GTK_WIDGET (said->group), FALSE);
  for (guint i = 0; list != NULL && i < cardea_json_size (list); i++)
    show_one (said, cardea_json_nth (list, i));
}

static void
fetch (GtkWidget *page)
{
  Said *said = g_object_get_data (G_OBJECT (page), "said");
  g_autoptr (CardeaMessage) request = cardea_message_new ("policy.show");
  ui_link_call_async (said->link, request, said->cancellable, shown_cb, g_object_ref (page));
}

void
ui_settings_said_add (GtkWidget *page, UiLink *link, const char *const *keys)
{
  Said *said = g_new0 (Said, 1);

  said->link = g_object_ref (link);
  said->cancellable = g_cancellable_new ();
  said->group = ui_settings_group_new (page, _ ("This Computer’s Policy"), NULL);
  said->rows = ui_settings_rows_new (said->group);
  said->keys = keys;
  gtk_widget_set_visible (GTK_WIDGET (said->group), FALSE);
  g_object_set_data_full (G_OBJECT (page), "said", said, said_free);
  ui_settings_group_follow (page, link, fetch);
}
