/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-session-table.h"

#include "guardian/core/guardian-settings.h"

#include <string.h>

struct _GuardianSessionTable {
  GPtrArray *sessions;
};

GuardianSessionTable *
guardian_session_table_new (void)
{
  GuardianSessionTable *table = g_new0 (GuardianSessionTable, 1);
  table->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_session_unref);
  return table;
}

void
guardian_session_table_free (GuardianSessionTable *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->sessions);
  g_free (table);
}

guint
guardian_session_table_alive (const GuardianSessionTable *table)
{
  guint count = 0;
  for (guint i = 0; i < table->sessions->len; i++)
    if (((GuardianSession *) table->sessions->pdata[i])->state != GUARDIAN_SESSION_ENDED)
      count++;
  return count;
}

gboolean
guardian_session_table_add (GuardianSessionTable *table, GuardianSession *session)
{
  gint64 most = guardian_settings_get_int (session->context->settings, "session.most");

  if (guardian_session_table_alive (table) >= MIN (most, GUARDIAN_SESSION_TABLE_LIMIT))
    {
      guardian_session_unref (session);
      return FALSE;
    }
  g_ptr_array_add (table->sessions, session);
  return TRUE;
}

void
guardian_session_table_prune (GuardianSessionTable *table)
{
  guint ended = table->sessions->len - guardian_session_table_alive (table);

  for (guint i = 0; ended > GUARDIAN_SESSION_TABLE_ENDED && i < table->sessions->len;)
    if (((GuardianSession *) table->sessions->pdata[i])->state == GUARDIAN_SESSION_ENDED)
      {
        g_ptr_array_remove_index (table->sessions, i);
        ended--;
      }
    else
      i++;
}

GuardianSession *
guardian_session_table_find (const GuardianSessionTable *table, const char *id)
{
  GuardianSession *found = NULL;
  gsize size = id != NULL ? strlen (id) : 0;

  for (guint i = 0; size > 0 && i < table->sessions->len; i++)
    {
      GuardianSession *session = table->sessions->pdata[i];
      if (strncmp (session->id, id, size) != 0)
        continue;
      if (found != NULL)
        return NULL;
      found = session;
    }
  return found;
}

GuardianSession *
guardian_session_table_meant (const GuardianSessionTable *table, const CardeaMessage *message)
{
  return guardian_session_table_find (table, cardea_message_session (message));
}

GuardianSession *
guardian_session_table_find_sandbox (const GuardianSessionTable *table, const char *sandbox)
{
  for (guint i = 0; sandbox != NULL && i < table->sessions->len; i++)
    {
      GuardianSession *session = table->sessions->pdata[i];
      if (session->state != GUARDIAN_SESSION_ENDED && g_strcmp0 (session->sandbox, sandbox) == 0)
        return session;
    }
  return NULL;
}

GPtrArray *
guardian_session_table_list (const GuardianSessionTable *table)
{
  return table->sessions;
}

void
guardian_session_table_foreach (GuardianSessionTable *table,
                                void (*visit) (GuardianSession *session, gpointer user_data),
                                gpointer user_data)
{
  g_autoptr (GPtrArray) copy
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_session_unref);
  for (guint i = 0; i < table->sessions->len; i++)
    g_ptr_array_add (copy, guardian_session_ref (table->sessions->pdata[i]));
  for (guint i = 0; i < copy->len; i++)
    if (((GuardianSession *) copy->pdata[i])->state != GUARDIAN_SESSION_ENDED)
      visit (copy->pdata[i], user_data);
}

static void
link_closed (GuardianSession *session, gpointer user_data)
{
  GuardianLink *link = user_data;

  if (session->owner == link)
    {
      g_clear_pointer (&session->owner, guardian_link_unref);
      guardian_session_end (session, "unavailable", "the front end has gone");
    }
  else if (session->agent == link)
    {
      session->agent = NULL;
      guardian_session_end (session, "unavailable", "the agent has gone");
    }
}

void
guardian_session_table_link_closed (GuardianSessionTable *table, GuardianLink *link)
{
  guardian_session_table_foreach (table, link_closed, link);
}
