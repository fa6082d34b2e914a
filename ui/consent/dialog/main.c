/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "ui/consent/dialog/ui-consent-service.h"
#include "ui/consent/ui-display.h"
#include "ui/consent/ui-locale.h"
#include "ui/consent/ui-memory.h"

/* cardea-consent is started by the guardian with an empty environment and one descriptor. What it
 * draws with arrives over that descriptor, and only then is GTK initialised. */
#define LINK_FD 3
#define DISPLAY_WAIT_SECONDS 10

typedef struct {
  CardeaClient *client;
  GQueue early; /* questions that came before there was a window to show them in */
  gboolean display;
  UiConsentService *service;
} Program;

static void
early_message_cb (CardeaClient *client, CardeaMessage *message, Program *program)
{
  if (cardea_message_is (message, "consent.display"))
    {
      ui_display_apply (cardea_message_get_json (message, "variables"));
      program->display = TRUE;
    }
  else if (program->service == NULL)
    g_queue_push_tail (&program->early, cardea_message_ref (message));
}

static gboolean
timeout_cb (gpointer expired)
{
  *(gboolean *) expired = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
wait_for_display (Program *program)
{
  gboolean expired = FALSE;
  guint timeout = g_timeout_add_seconds (DISPLAY_WAIT_SECONDS, timeout_cb, &expired);

  while (!program->display && !expired && cardea_client_is_connected (program->client))
    g_main_context_iteration (NULL, TRUE);
  if (!expired)
    g_source_remove (timeout);
  return program->display;
}

static gboolean
connect_to_guardian (Program *program, GError **error)
{
  program->client = cardea_client_adopt (LINK_FD, CARDEA_ROLE_CONSENT, NULL, error);
  if (program->client == NULL)
    return FALSE;
  g_signal_connect (program->client, "message", G_CALLBACK (early_message_cb), program);

  g_autoptr (CardeaMessage) hello = cardea_message_new ("hello");
  cardea_message_set_string (hello, "program", "cardea-consent");
  cardea_message_set_string (hello, "version", CARDEA_VERSION);
  g_autoptr (CardeaMessage) reply = cardea_client_call (program->client, hello, NULL, error);
  return reply != NULL;
}

static void
review_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ui_consent_service_review (((Program *) user_data)->service);
}

static void
startup_cb (GApplication *application, Program *program)
{
  static const GActionEntry actions[] = { { .name = "review", .activate = review_activated } };

  if (ui_locale_is_mirrored ())
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   program);
  program->service = ui_consent_service_new (GTK_APPLICATION (application), program->client);
  CardeaMessage *message;
  while ((message = g_queue_pop_head (&program->early)) != NULL)
    {
      ui_consent_service_handle (program->service, message);
      cardea_message_unref (message);
    }
}

int
main (int argc, char **argv)
{
  Program program = { 0 };
  g_autoptr (GError) error = NULL;

  ui_memory_init ();
  cardea_log_init ("cardea-consent");
  g_queue_init (&program.early);
  if (!connect_to_guardian (&program, &error) || !wait_for_display (&program))
    {
      g_warning ("no question can be shown: %s", error != NULL ? error->message : "no display");
      return 1;
    }
  ui_locale_init ();

  g_autoptr (AdwApplication) application
      = g_object_new (ADW_TYPE_APPLICATION, "application-id", "org.cardea.Cardea.Consent", "flags",
                      G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/cardea/Cardea", NULL);
  g_signal_connect (application, "startup", G_CALLBACK (startup_cb), &program);
  /* Nothing is shown before a question comes; GApplication wants to hear that we know. */
  g_signal_connect (application, "activate", G_CALLBACK (g_application_hold), NULL);
  int status = g_application_run (G_APPLICATION (application), 1, argv);
  g_clear_object (&program.service);
  g_clear_object (&program.client);
  return status;
}
