/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/guardian/core/core-fixture.h"

#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-consent-screen.h"
#include "guardian/core/guardian-link-table.h"
#include "guardian/core/guardian-session-table.h"

#include <glib/gstdio.h>

static void
unused (GuardianWorker worker, CardeaMessage *message, gpointer user_data)
{
}

static GuardianLink *
add_link (CoreFixture *fixture, CardeaRole role)
{
  GuardianLink *link = g_rc_box_new0 (GuardianLink);
  link->context = &fixture->context;
  link->role = role;
  link->greeted = TRUE;
  link->terminal = -1;
  link->identity = GUARDIAN_IDENTITY_INIT;
  guardian_link_table_add (fixture->context.links, link);
  return link;
}

void
core_fixture_up (CoreFixture *fixture, gconstpointer data)
{
  static const GuardianAuditHooks hooks = { 0 };
  static const GuardianWorkersHandler handler = { .event = unused, .stray = unused };
  GuardianContext *context = &fixture->context;
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("cardea-broker-XXXXXX", NULL);
  context->audit = guardian_audit_open (fixture->folder, &hooks, context, &error);
  g_assert_no_error (error);
  context->settings = guardian_settings_new (fixture->folder);
  context->policy = guardian_policy_new ((const char *const[]){ "/own", NULL }, 0);
  context->grants = guardian_grant_table_new (NULL, NULL, NULL);
  context->sessions = guardian_session_table_new ();
  context->workers = guardian_workers_new (NULL, &handler, context);
  context->consent = guardian_consent_broker_new (context);
  context->screen = guardian_consent_screen_new (context);
  context->links = guardian_link_table_new (context);
  context->capabilities = guardian_capability_store_new (NULL, NULL);
  fixture->front = add_link (fixture, CARDEA_ROLE_FRONT);
  fixture->agent = add_link (fixture, CARDEA_ROLE_AGENT);

  g_autoptr (CardeaMessage) opening = cardea_message_new ("session.open");
  cardea_message_set_string (opening, "mode", "ask");
  cardea_message_set_path (opening, "home", "/home/ann");
  cardea_message_set_path (opening, "folder", "/home/ann");
  fixture->session = guardian_session_new (fixture->front, opening, NULL);
  fixture->session->state = GUARDIAN_SESSION_READY;
  fixture->agent->session = fixture->session;
  g_assert_true (guardian_session_table_add (context->sessions, fixture->session));
}

void
core_fixture_down (CoreFixture *fixture, gconstpointer data)
{
  GuardianContext *context = &fixture->context;

  guardian_consent_broker_session_ended (context->consent, fixture->session);
  g_assert_cmpuint (fixture->session->requests->len, ==, 0);
  guardian_session_table_free (context->sessions);
  guardian_link_table_free (context->links);
  guardian_consent_screen_free (context->screen);
  guardian_consent_broker_free (context->consent);
  guardian_workers_free (context->workers);
  guardian_capability_store_free (context->capabilities);
  guardian_grant_table_free (context->grants);
  guardian_policy_free (context->policy);
  guardian_settings_free (context->settings);
  guardian_audit_close (context->audit);
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", fixture->folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (fixture->folder);
}
