/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the pair of its start for who draws. Refuses to wait for a program that does not come
 * up. Known gap: in user mode another program of the same user can press its button
 * (SECURITY.md). */

#include "guardian/core/guardian-consent-screen.h"

#include "common/base/cardea-autofd.h"
#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-link-table.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

struct _GuardianConsentScreen {
  GuardianContext *context;
  GuardianLink *link; /* borrowed from the table of links; NULL: not started */
  gboolean ready;
  int pidfd;
  gint64 started_us; /* monotonic */
  guint late_source;
};

GuardianConsentScreen *
guardian_consent_screen_new (GuardianContext *context)
{
  GuardianConsentScreen *screen = g_new0 (GuardianConsentScreen, 1);
  screen->context = context;
  screen->pidfd = -1;
  return screen;
}

static void
end_process (GuardianConsentScreen *screen)
{
  g_clear_handle_id (&screen->late_source, g_source_remove);
  if (screen->pidfd >= 0)
    syscall (SYS_pidfd_send_signal, screen->pidfd, SIGKILL, NULL, 0);
  cardea_fd_clear (&screen->pidfd);
  screen->link = NULL;
  screen->ready = FALSE;
}

void
guardian_consent_screen_free (GuardianConsentScreen *screen)
{
  if (screen == NULL)
    return;
  end_process (screen);
  g_free (screen);
}

static gboolean
not_ready_in_time (gpointer user_data)
{
  GuardianConsentScreen *screen = user_data;
  screen->late_source = 0;
  g_warning ("cardea-consent did not come up in time");
  guardian_link_close (screen->link);
  return G_SOURCE_REMOVE;
}

static void
start (GuardianConsentScreen *screen)
{
  g_autoptr (GError) error = NULL;
  int pair = -1;

  if (!guardian_starter_start (screen->context->starter, GUARDIAN_WORKER_CONSENT, &pair,
                               &screen->pidfd, &error))
    {
      g_warning ("cannot start cardea-consent: %s", error->message);
      return;
    }
  screen->started_us = g_get_monotonic_time ();
  screen->late_source
      = g_timeout_add_seconds (GUARDIAN_CONSENT_SCREEN_SECONDS, not_ready_in_time, screen);
  screen->link
      = guardian_link_new (screen->context, pair, CARDEA_ROLE_CONSENT, "consent", NULL, NULL);
}

GuardianLink *
guardian_consent_screen_get (GuardianConsentScreen *screen)
{
  if (screen->link == NULL)
    start (screen);
  return screen->ready ? screen->link : NULL;
}

gboolean
guardian_consent_screen_is_starting (const GuardianConsentScreen *screen)
{
  return screen->link != NULL && !screen->ready;
}

void
guardian_consent_screen_greeted (GuardianConsentScreen *screen, GuardianLink *link)
{
  GuardianLink *window = guardian_link_table_find_display (screen->context->links);

  if (link != screen->link || window == NULL)
    {
      guardian_link_close (link);
      return;
    }
  CardeaMessage *message = cardea_message_new ("consent.display");
  cardea_message_set_json (message, "variables", cardea_json_ref (window->display));
  guardian_link_send (link, message);
  g_clear_handle_id (&screen->late_source, g_source_remove);
  screen->ready = TRUE;
  guardian_consent_broker_screen_ready (screen->context->consent, link);
}

void
guardian_consent_screen_link_closed (GuardianConsentScreen *screen, GuardianLink *link)
{
  if (screen->link == NULL)
    return;
  if (link == screen->link)
    {
      gboolean steady
          = screen->ready
            && g_get_monotonic_time () - screen->started_us > GUARDIAN_CONSENT_SCREEN_STEADY_US;
      end_process (screen);
      guardian_consent_broker_screen_failed (screen->context->consent);
      /* One that dies at once is tried again only when something must be drawn. */
      if (steady && guardian_link_table_find_display (screen->context->links) != NULL)
        start (screen);
    }
  else if (guardian_link_table_find_display (screen->context->links) == NULL)
    guardian_link_close (screen->link);
}
