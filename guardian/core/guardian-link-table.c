/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-link-table.h"

#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-consent-screen.h"
#include "guardian/core/guardian-idle.h"
#include "guardian/core/guardian-login.h"
#include "guardian/core/guardian-session-table.h"

struct _GuardianLinkTable {
  GuardianContext *context;
  GPtrArray *links;
};

GuardianLinkTable *
guardian_link_table_new (GuardianContext *context)
{
  GuardianLinkTable *table = g_new0 (GuardianLinkTable, 1);
  table->context = context;
  table->links = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_link_unref);
  return table;
}

void
guardian_link_table_free (GuardianLinkTable *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->links);
  g_free (table);
}

gboolean
guardian_link_table_is_full (const GuardianLinkTable *table)
{
  return table->links->len >= GUARDIAN_LINK_TABLE_LIMIT;
}

void
guardian_link_table_add (GuardianLinkTable *table, GuardianLink *link)
{
  g_ptr_array_add (table->links, link);
  guardian_idle_update (table->context->idle);
}

void
guardian_link_table_remove (GuardianLinkTable *table, GuardianLink *link)
{
  g_autoptr (GuardianLink) held = guardian_link_ref (link);
  GuardianContext *context = table->context;

  if (!g_ptr_array_remove (table->links, link))
    return;
  guardian_consent_broker_link_closed (context->consent, link);
  guardian_consent_screen_link_closed (context->screen, link);
  guardian_session_table_link_closed (context->sessions, link);
  guardian_login_link_closed (context->logins, link);
  guardian_idle_update (context->idle);
}

guint
guardian_link_table_count (const GuardianLinkTable *table, CardeaRole role)
{
  guint count = 0;
  for (guint i = 0; i < table->links->len; i++)
    if (((GuardianLink *) table->links->pdata[i])->role == role)
      count++;
  return count;
}

GuardianLink *
guardian_link_table_find_display (const GuardianLinkTable *table)
{
  for (guint i = 0; i < table->links->len; i++)
    {
      GuardianLink *link = table->links->pdata[i];
      if (link->greeted && link->role == CARDEA_ROLE_FRONT && link->display != NULL)
        return link;
    }
  return NULL;
}

void
guardian_link_table_foreach (GuardianLinkTable *table,
                             void (*visit) (GuardianLink *link, gpointer user_data),
                             gpointer user_data)
{
  g_autoptr (GPtrArray) copy
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_link_unref);
  for (guint i = 0; i < table->links->len; i++)
    g_ptr_array_add (copy, guardian_link_ref (table->links->pdata[i]));
  for (guint i = 0; i < copy->len; i++)
    {
      GuardianLink *link = copy->pdata[i];
      if (link->greeted && link->role == CARDEA_ROLE_FRONT && !link->closed)
        visit (link, user_data);
    }
}
