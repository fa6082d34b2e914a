/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts that a front end is a process of this user. Refuses a terminal that is not the peer's own
 * and settings that no row knows. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-consent-screen.h"
#include "guardian/core/guardian-doctor.h"
#include "guardian/core/guardian-limits.h"
#include "guardian/core/guardian-keyring.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-status.h"
#include "guardian/core/guardian-undo.h"

#include "common/base/cardea-autofd.h"

#include <string.h>
#include <unistd.h>

void
guardian_front_hello (GuardianLink *link, CardeaMessage *message)
{
  const char *program = cardea_message_get_string (message, "program");
  CardeaJson *display = cardea_message_get_json (message, "display");
  cardea_autofd int terminal = cardea_message_take_fd (message, "terminal");
  gboolean consent = strcmp (program, "cardea-consent") == 0;

  if (consent != (link->role == CARDEA_ROLE_CONSENT))
    {
      guardian_link_refuse (link, message, "malformed", "this link is for another program");
      return;
    }
  if (terminal >= 0
      && (strcmp (program, "cardeactl") != 0
          || !guardian_identity_owns_terminal (&link->identity, terminal)))
    {
      guardian_link_refuse (link, message, "unauthorized", "this is not your controlling terminal");
      return;
    }
  guardian_link_set_greeted (link);
  link->program = g_strdup (program);
  link->terminal = cardea_fd_steal (&terminal);
  if (display != NULL && strcmp (program, "cardea") == 0)
    link->display = cardea_json_ref (display);

  CardeaMessage *reply = cardea_message_new_reply (message, "welcome");
  cardea_message_set_string (reply, "version", CARDEA_VERSION);
  cardea_message_set_int (reply, "pid", getpid ());
  guardian_link_send (link, reply);
  if (consent)
    guardian_consent_screen_greeted (link->context->screen, link);
  else if (link->display != NULL)
    guardian_consent_screen_get (link->context->screen);
}

void
guardian_front_status (GuardianLink *link, CardeaMessage *message)
{
  CardeaMessage *reply = cardea_message_new_reply (message, "status.report");
  cardea_message_set_json (reply, "report", guardian_status_report (link->context));
  guardian_link_send (link, reply);
}

void
guardian_front_settings_get (GuardianLink *link, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  CardeaJson *values = guardian_settings_values (
      link->context->settings, cardea_message_get_string (message, "key"), &error);

  if (values == NULL)
    {
      guardian_link_refuse (link, message, "not-found", error->message);
      return;
    }
  CardeaMessage *reply = cardea_message_new_reply (message, "settings.values");
  cardea_message_set_json (reply, "values", values);
  CardeaJson *fixed = guardian_settings_describe_fixed (link->context->settings);
  if (fixed != NULL)
    cardea_message_set_json (reply, "fixed", fixed);
  guardian_link_send (link, reply);
}

void
guardian_front_limits_get (GuardianLink *link, CardeaMessage *message)
{
  CardeaMessage *reply = cardea_message_new_reply (message, "limits.shown");

  cardea_message_set_json (reply, "limits", guardian_limits_describe (link->context->settings));
  guardian_link_send (link, reply);
}

static gboolean
record_setting (GuardianLink *link, const CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) resource = cardea_json_new_object ();

  cardea_json_set_string (resource, "setting", cardea_message_get_string (message, "key"));
  cardea_json_set_string (resource, "value", cardea_message_get_string (message, "value"));
  if (guardian_record_command (link->context->audit, message, link->identity.pid, resource, &error))
    return TRUE;
  g_warning ("the log cannot be written: %s", error->message);
  return FALSE;
}

/* What the peer did wrong, as refusals name it. */
static const char *
settings_code (const GError *error)
{
  static const char *const codes[] = {
    [GUARDIAN_SETTINGS_ERROR_UNKNOWN] = "not-found",
    [GUARDIAN_SETTINGS_ERROR_VALUE] = "malformed",
    [GUARDIAN_SETTINGS_ERROR_DAMAGED] = "unavailable",
    [GUARDIAN_SETTINGS_ERROR_IO] = "unavailable",
    [GUARDIAN_SETTINGS_ERROR_FIXED] = "denied",
  };
  return error->domain == GUARDIAN_SETTINGS_ERROR && (guint) error->code < G_N_ELEMENTS (codes)
             ? codes[error->code]
             : "internal";
}

static void
set_value (GuardianLink *link, CardeaMessage *message)
{
  GuardianContext *context = link->context;
  const char *key = cardea_message_get_string (message, "key");
  const char *value = cardea_message_get_string (message, "value");
  cardea_autofd int secret = cardea_message_take_fd (message, "secret");
  const char *begun = NULL;
  g_autoptr (GError) error = NULL;

  if (strcmp (key, "keys.store") == 0 && guardian_audit_begun (context->audit, &begun)
      && begun != NULL && strcmp (begun, value) != 0 && strcmp (value, "auto") != 0)
    {
      g_autofree char *reason = g_strdup_printf ("the log was begun with its keys in the %s store; "
                                                 "another key would break it",
                                                 begun);
      guardian_link_refuse (link, message, "unavailable", reason);
      return;
    }
  if (!guardian_settings_check (context->settings, key, value, &error))
    {
      guardian_link_refuse (link, message, settings_code (error), error->message);
      return;
    }
  if (!record_setting (link, message))
    {
      guardian_link_refuse (link, message, "unavailable", "the log cannot be written");
      return;
    }
  if (!guardian_settings_set (context->settings, key, value, &error))
    {
      guardian_link_refuse (link, message, settings_code (error), error->message);
      return;
    }
  if (g_str_has_prefix (key, "undo."))
    guardian_undo_limits_changed (context->undo);
  if (secret >= 0)
    guardian_keyring_set_secret (context->keyring, cardea_fd_steal (&secret));
  guardian_link_done (link, message);
}

static void
set_model (GuardianLink *link, CardeaMessage *message)
{
  const char *name = cardea_message_get_string (message, "value");

  if (strcmp (name, GUARDIAN_MODEL_OFFLINE) != 0
      && guardian_connection_store_model (link->context->connections, name) == NULL)
    guardian_link_refuse (link, message, "not-found", "there is no such model: connect it first");
  else
    set_value (link, message);
}

void
guardian_front_settings_set (GuardianLink *link, CardeaMessage *message)
{
  /* Which models there are is known when the keys are open. */
  if (strcmp (cardea_message_get_string (message, "key"), "model") == 0)
    guardian_front_when_open (link, message, set_model);
  else
    set_value (link, message);
}

#define DOCTOR_LOOKS 200u /* at workers that are being started */
#define DOCTOR_LOOK_MS 50u

typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
  CardeaJson *probe; /* NULL: the launch worker did not answer */
  guint looks;
} Doctor;

static void
report (Doctor *doctor)
{
  CardeaMessage *answer = cardea_message_new_reply (doctor->message, "doctor.report");

  cardea_message_set_json (answer, "report",
                           guardian_doctor_report (doctor->link->context, doctor->probe));
  guardian_link_send (doctor->link, answer);
  guardian_link_unref (doctor->link);
  cardea_message_unref (doctor->message);
  g_clear_pointer (&doctor->probe, cardea_json_unref);
  g_free (doctor);
}

/* What has not said yet how it is confined is not missing: it is waited for, a while. */
static gboolean
look_cb (gpointer user_data)
{
  Doctor *doctor = user_data;

  if (guardian_doctor_waits (doctor->link->context) && ++doctor->looks < DOCTOR_LOOKS)
    return G_SOURCE_CONTINUE;
  report (doctor);
  return G_SOURCE_REMOVE;
}

static void
probed (CardeaMessage *reply, gpointer user_data)
{
  Doctor *doctor = user_data;

  if (reply != NULL && cardea_message_is (reply, "launch.probed"))
    doctor->probe = cardea_json_ref (cardea_message_get_json (reply, "report"));
  if (guardian_doctor_waits (doctor->link->context))
    g_timeout_add (DOCTOR_LOOK_MS, look_cb, doctor);
  else
    report (doctor);
}

void
guardian_front_doctor (GuardianLink *link, CardeaMessage *message)
{
  Doctor *doctor = g_new0 (Doctor, 1);
  doctor->link = guardian_link_ref (link);
  doctor->message = cardea_message_ref (message);
  if (guardian_workers_call (link->context->workers, GUARDIAN_WORKER_LAUNCH,
                             cardea_message_new ("launch.probe"), GUARDIAN_DOCTOR_PROBE_MS, probed,
                             doctor)
      == 0)
    probed (NULL, doctor);
}
