/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-filter.h"

#include "common/base/cardea-time.h"
#include "ui/words/ui-words-record.h"
#include "ui/words/ui-words.h"

#include <string.h>

UiActivityFilter *
ui_activity_filter_copy (const UiActivityFilter *filter)
{
  UiActivityFilter *copy = g_new0 (UiActivityFilter, 1);

  copy->view = filter->view;
  copy->session = g_strdup (filter->session);
  copy->action = g_strdup (filter->action);
  copy->effect = g_strdup (filter->effect);
  copy->since = g_strdup (filter->since);
  copy->text = g_strdup (filter->text);
  return copy;
}

void
ui_activity_filter_free (UiActivityFilter *filter)
{
  g_free (filter->session);
  g_free (filter->action);
  g_free (filter->effect);
  g_free (filter->since);
  g_free (filter->text);
  g_free (filter);
}

gboolean
ui_activity_filter_equal (const UiActivityFilter *a, const UiActivityFilter *b)
{
  return a->view == b->view && g_strcmp0 (a->session, b->session) == 0
         && g_strcmp0 (a->action, b->action) == 0 && g_strcmp0 (a->effect, b->effect) == 0
         && g_strcmp0 (a->since, b->since) == 0 && g_strcmp0 (a->text, b->text) == 0;
}

/* --- the views --- */

static gboolean
is_session (const CardeaJson *record)
{
  const char *type = cardea_json_get_string (record, "type");
  return type != NULL && g_str_has_prefix (type, "session.");
}

static const struct {
  const char *kind; /* as the wire can ask for it */
  gboolean (*fits) (const CardeaJson *record);
} views[UI_ACTIVITY_VIEW_LAST] = {
  [UI_ACTIVITY_VIEW_ACTIONS] = { NULL, ui_words_record_is_action },
  [UI_ACTIVITY_VIEW_QUESTIONS] = { "consent", NULL },
  [UI_ACTIVITY_VIEW_SESSIONS] = { NULL, is_session },
  [UI_ACTIVITY_VIEW_ALL] = { NULL, NULL },
};

void
ui_activity_filter_apply (const UiActivityFilter *filter, CardeaMessage *request)
{
  if (filter->session != NULL)
    cardea_message_set_session (request, filter->session);
  cardea_message_set_string (request, "action", filter->action);
  cardea_message_set_string (request, "effect", filter->effect);
  cardea_message_set_string (request, "since", filter->since);
  cardea_message_set_string (request, "kind", views[filter->view].kind);
}

static gboolean
equals (const CardeaJson *record, const char *name, const char *wanted)
{
  return wanted == NULL || g_strcmp0 (cardea_json_get_string (record, name), wanted) == 0;
}

static gboolean
is_in (const CardeaJson *record, UiActivityView view)
{
  return equals (record, "type", views[view].kind)
         && (views[view].fits == NULL || views[view].fits (record));
}

guint
ui_activity_filter_views (const CardeaJson *record)
{
  guint bits = 0;
  for (guint i = 0; i < UI_ACTIVITY_VIEW_LAST; i++)
    bits |= is_in (record, i) ? 1u << i : 0;
  return bits;
}

static gboolean
is_recent (const CardeaJson *record, const char *since)
{
  const char *time = cardea_json_get_string (record, "time");
  gint64 from = 0, then = 0;
  return since == NULL || !cardea_time_parse (since, &from) || time == NULL
         || !cardea_time_parse (time, &then) || then >= from;
}

static void
append_path (GString *text, const CardeaJson *object, const char *home)
{
  g_autofree char *path = object != NULL ? ui_words_path (object, "path", home) : NULL;
  if (path != NULL)
    g_string_append_printf (text, "\n%s", path);
}

static gboolean
has_text (const CardeaJson *record, const char *text, const char *home)
{
  if (text == NULL || *text == '\0')
    return TRUE;
  g_autoptr (UiWordsRecord) words = ui_words_record_new (record, home);
  const CardeaJson *items = cardea_json_get (record, "items");
  g_autofree char *sentence = ui_words_record_sentence (words);
  g_autoptr (GString) all = g_string_new (sentence);
  append_path (all, cardea_json_get (record, "resource"), home);
  for (guint i = 0; items != NULL && i < cardea_json_size (items); i++)
    append_path (all, cardea_json_nth (items, i), home);
  g_autofree char *folded = g_utf8_casefold (all->str, -1);
  g_autofree char *wanted = g_utf8_casefold (text, -1);
  return strstr (folded, wanted) != NULL;
}

gboolean
ui_activity_filter_matches (const UiActivityFilter *filter, const CardeaJson *record,
                            const char *home)
{
  return is_in (record, filter->view) && equals (record, "session", filter->session)
         && equals (record, "action", filter->action) && equals (record, "effect", filter->effect)
         && is_recent (record, filter->since) && has_text (record, filter->text, home);
}
