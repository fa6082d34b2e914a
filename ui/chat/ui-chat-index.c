/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-index.h"

#include "common/base/cardea-text.h"
#include "ui/chat/ui-find-words.h"

#include <string.h>

#define AROUND 24         /* characters shown before what was found … */
#define SNIPPET 90        /* … and in all */
#define CANCEL_EVERY 256u /* texts between two looks whether anybody still waits */

struct _UiChatIndex {
  GHashTable *texts; /* id → GPtrArray of GRefString */
};

UiChatIndex *
ui_chat_index_new (void)
{
  UiChatIndex *self = g_new0 (UiChatIndex, 1);
  self->texts
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  return self;
}

void
ui_chat_index_free (UiChatIndex *self)
{
  g_hash_table_unref (self->texts);
  g_free (self);
}

void
ui_chat_index_add (UiChatIndex *self, const char *id, const char *text)
{
  GPtrArray *texts = g_hash_table_lookup (self->texts, id);

  if (*text == '\0')
    return;
  if (texts == NULL)
    {
      texts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ref_string_release);
      g_hash_table_insert (self->texts, g_strdup (id), texts);
    }
  g_ptr_array_add (texts, g_ref_string_new (text));
}

void
ui_chat_index_take (UiChatIndex *self, const char *id, GPtrArray *texts)
{
  GPtrArray *later = g_hash_table_lookup (self->texts, id);
  for (guint i = 0; later != NULL && i < later->len; i++)
    g_ptr_array_add (texts, g_ref_string_acquire (later->pdata[i]));
  g_hash_table_replace (self->texts, g_strdup (id), texts);
}

void
ui_chat_index_remove (UiChatIndex *self, const char *id)
{
  g_hash_table_remove (self->texts, id);
}

/* --- searching --- */

typedef struct {
  char *id;
  char *title;
  GPtrArray *texts; /* a copy of the list; its strings are shared */
} Candidate;

typedef struct {
  GStrv words; /* folded */
  GPtrArray *candidates;
} Search;

static void
candidate_free (Candidate *candidate)
{
  g_free (candidate->id);
  g_free (candidate->title);
  g_clear_pointer (&candidate->texts, g_ptr_array_unref);
  g_free (candidate);
}

static void
search_free (Search *search)
{
  g_strfreev (search->words);
  g_ptr_array_unref (search->candidates);
  g_free (search);
}

/* Where text holds all of words: the place of the first, in bytes of the folded text; -1. */
static gssize
find (const char *folded, char **words)
{
  gssize first = -1;
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *place = strstr (folded, words[i]);
      if (place == NULL)
        return -1;
      if (first < 0)
        first = place - folded;
    }
  return first;
}

/* Folding may lengthen a text by a character here and there; a line around is near enough. */
static char *
cut_out (const char *text, const char *folded, gssize place)
{
  glong length = g_utf8_strlen (text, -1);
  glong at = MIN (g_utf8_strlen (folded, place), length);
  glong begin = MAX (0, at - AROUND);
  glong end = MIN (length, begin + SNIPPET);
  const char *from = g_utf8_offset_to_pointer (text, begin);
  const char *to = g_utf8_offset_to_pointer (text, end);
  g_autofree char *piece = g_strndup (from, (gsize) (to - from));

  g_strdelimit (piece, "\r\n\t", ' ');
  g_autofree char *shown = cardea_text_escape (piece, strlen (piece), NULL);
  return g_strconcat (begin > 0 ? "…" : "", shown, end < length ? "…" : "", NULL);
}

/* NULL: not found. */
static char *
search_one (const Candidate *candidate, char **words)
{
  g_autofree char *title = g_utf8_casefold (candidate->title, -1);

  if (find (title, words) >= 0)
    return g_strdup ("");
  for (guint i = 0; candidate->texts != NULL && i < candidate->texts->len; i++)
    {
      const char *text = candidate->texts->pdata[i];
      g_autofree char *folded = g_utf8_casefold (text, -1);
      gssize place = find (folded, words);
      if (place >= 0)
        return cut_out (text, folded, place);
    }
  return NULL;
}

static void
search_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Search *search = data;
  GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < search->candidates->len; i++)
    {
      const Candidate *candidate = search->candidates->pdata[i];
      if (i % CANCEL_EVERY == 0 && g_cancellable_is_cancelled (cancellable))
        break;
      char *line = search_one (candidate, search->words);
      if (line != NULL)
        g_hash_table_insert (found, g_strdup (candidate->id), line);
    }
  g_task_return_pointer (task, found, (GDestroyNotify) g_hash_table_unref);
}

static gpointer
copy_text (gconstpointer text, gpointer user_data)
{
  return g_ref_string_acquire ((char *) text);
}

void
ui_chat_index_search_async (UiChatIndex *self, const char *text, GHashTable *titles,
                            gpointer source, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  Search *search = g_new0 (Search, 1);
  GHashTableIter iter;
  gpointer id, title;

  search->words = ui_find_words_split (text);
  search->candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) candidate_free);
  g_hash_table_iter_init (&iter, titles);
  while (g_hash_table_iter_next (&iter, &id, &title))
    {
      GPtrArray *texts = g_hash_table_lookup (self->texts, id);
      Candidate *candidate = g_new0 (Candidate, 1);
      candidate->id = g_strdup (id);
      candidate->title = g_strdup (title);
      candidate->texts = texts != NULL ? g_ptr_array_copy (texts, copy_text, NULL) : NULL;
      g_ptr_array_add (search->candidates, candidate);
    }
  g_hash_table_unref (titles);
  g_task_set_task_data (task, search, (GDestroyNotify) search_free);
  g_task_run_in_thread (task, search_in_thread);
}

GHashTable *
ui_chat_index_search_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
