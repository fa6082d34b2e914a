/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-session.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/base/cardea-text.h"
#include "guardian/core/guardian-effects.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-record.h"

#include <string.h>

#define ID_BYTES 8
#define TRACE_BYTES 16

static const char *const mode_names[] = {
  [GUARDIAN_MODE_ASK] = "ask",
  [GUARDIAN_MODE_DENY] = "deny",
  [GUARDIAN_MODE_MONITOR] = "monitor",
};

/* The most careful one for a name that is not known. */
static GuardianMode
read_mode (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (mode_names); i++)
    if (g_strcmp0 (name, mode_names[i]) == 0)
      return i;
  return GUARDIAN_MODE_DENY;
}

/* Never the name of a built-in agent, whose grants it would then have. */
static char *
name_program (const char *program, const CardeaProfile *profile)
{
  if (program == NULL)
    return NULL;
  if (profile != NULL)
    return g_strconcat (GUARDIAN_SESSION_PROFILE, profile->name, NULL);
  g_autofree char *name = g_path_get_basename (program);
  g_autofree char *shown = cardea_text_escape (name, strlen (name), NULL);
  return g_strconcat (GUARDIAN_SESSION_PROGRAM, shown, NULL);
}

static GuardianSession *
create (GuardianContext *context, CardeaMessage *opening, CardeaProfile *profile)
{
  GuardianSession *session = g_rc_box_new0 (GuardianSession);
  const char *trace = cardea_message_trace (opening);
  gint64 fallback = guardian_settings_get_int (context->settings, "consent.timeout");

  session->context = context;
  session->id = cardea_id_new (ID_BYTES);
  session->title = g_strdup (cardea_message_get_string (opening, "title"));
  session->model = g_strdup (cardea_message_get_string (opening, "model"));
  session->foreign = g_strdup (cardea_message_get_string (opening, "foreign"));
  session->beside = g_strdup (cardea_message_get_string (opening, "beside"));
  session->has_clipboard = cardea_message_is (opening, "session.open")
                           && cardea_message_get_boolean (opening, "clipboard");
  session->mode = read_mode (cardea_message_get_string (opening, "mode"));
  session->program = g_strdup (cardea_message_get_path (opening, "program"));
  session->profile = profile;
  session->agent_name = name_program (session->program, profile);
  session->folder = g_strdup (cardea_message_get_path (opening, "folder"));
  session->home = g_strdup (cardea_message_get_path (opening, "home"));
  /* A front end may want another one, unless policy says which. */
  session->timeout = guardian_settings_fixed_by (context->settings, "consent.timeout") != NULL
                         ? (guint) fallback
                         : (guint) cardea_message_get_int (opening, "timeout", fallback);
  session->state = GUARDIAN_SESSION_KEYS;
  session->opening = cardea_message_ref (opening);
  session->pidfd = -1;
  session->trace = trace != NULL ? g_strdup (trace) : cardea_id_new (TRACE_BYTES);
  session->files = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_json_unref);
  session->requests = g_ptr_array_new ();
  session->left = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_message_unref);
  session->handles = guardian_handle_table_new (context->workers);
  session->recorded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  session->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  session->net_limits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  session->outgoing = guardian_outgoing_memory_new ();
  session->started_us = g_get_real_time ();
  return session;
}

GuardianSession *
guardian_session_new (GuardianLink *owner, CardeaMessage *opening, CardeaProfile *profile)
{
  GuardianSession *session = create (owner->context, opening, profile);

  session->owner = guardian_link_ref (owner);
  return session;
}

GuardianSession *
guardian_session_new_exec (GuardianContext *context, CardeaMessage *opening, GuardianExec *exec)
{
  GuardianSession *session = create (context, opening, NULL);

  session->exec = exec;
  return session;
}

static void
session_free (gpointer data)
{
  GuardianSession *session = data;
  g_clear_pointer (&session->owner, guardian_link_unref);
  g_clear_pointer (&session->opening, cardea_message_unref);
  g_clear_pointer (&session->view, cardea_message_unref);
  g_clear_pointer (&session->egress, cardea_message_unref);
  guardian_spare_drop (session->spare);
  guardian_effects_close (session->effects, session->context);
  g_clear_handle_id (&session->open_source, g_source_remove);
  g_clear_handle_id (&session->exited_source, g_source_remove);
  g_clear_pointer (&session->exited, cardea_message_unref);
  g_free (session->unkept);
  cardea_fd_clear (&session->pidfd);
  g_clear_pointer (&session->layers, cardea_json_unref);
  g_ptr_array_unref (session->files);
  g_ptr_array_unref (session->requests);
  g_clear_pointer (&session->enders, g_ptr_array_unref);
  g_ptr_array_unref (session->left);
  guardian_handle_table_free (session->handles);
  guardian_exec_free (session->exec, session->context->workers);
  guardian_flood_reset (&session->flood);
  guardian_refusals_clear (&session->unasked);
  g_hash_table_unref (session->recorded);
  g_hash_table_unref (session->hosts);
  g_hash_table_unref (session->net_limits);
  guardian_flow_clear (&session->flow);
  guardian_outgoing_memory_free (session->outgoing);
  guardian_label_set_free (session->labels_read);
  g_free (session->id);
  g_free (session->title);
  g_free (session->model);
  g_free (session->foreign);
  g_free (session->beside);
  guardian_model_free (session->endpoint);
  g_free (session->program);
  g_free (session->agent_name);
  g_clear_pointer (&session->profile, cardea_profile_free);
  g_free (session->folder);
  g_free (session->home);
  g_free (session->sandbox);
  g_free (session->agent_sha256);
  g_free (session->trace);
  g_free (session->user_request);
  g_free (session->end_reason);
}

GuardianSession *
guardian_session_ref (GuardianSession *session)
{
  return g_rc_box_acquire (session);
}

void
guardian_session_unref (GuardianSession *session)
{
  g_rc_box_release_full (session, session_free);
}

const char *
guardian_session_mode_name (const GuardianSession *session)
{
  return mode_names[session->mode];
}

gboolean
guardian_session_serves (const GuardianSession *session)
{
  return session->state == GUARDIAN_SESSION_READY
         || (session->state == GUARDIAN_SESSION_LAUNCH && session->program != NULL);
}

const char *
guardian_session_agent (const GuardianSession *session)
{
  return session->agent_name != NULL ? session->agent_name : GUARDIAN_AGENT_NAME;
}

gboolean
guardian_session_advance (GuardianSession *session, GuardianSessionEvent event)
{
  g_autoptr (GError) error = NULL;

  if (guardian_session_state_next (session->state, event, &session->state))
    return TRUE;
  g_autofree char *reason
      = g_strdup_printf ("event %u does not fit state %u", event, session->state);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "violation", .session = session->id, .trace = session->trace,
                              .action = "session", .effect = "deny", .reason = reason);
  if (!guardian_record_append (session->context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL,
                               &error))
    g_warning ("a violation was not recorded: %s", error->message);
  return FALSE;
}

typedef char RecordedKey[96];

static void
make_recorded_key (RecordedKey key, const GuardianInode *inode, const char *action)
{
  g_snprintf (key, sizeof (RecordedKey), "%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT ":%s", inode->dev,
              inode->ino, action);
}

gboolean
guardian_session_has_recorded (const GuardianSession *session, const GuardianInode *inode,
                               const char *action)
{
  RecordedKey key;
  make_recorded_key (key, inode, action);
  return g_hash_table_contains (session->recorded, key);
}

void
guardian_session_set_recorded (GuardianSession *session, const GuardianInode *inode,
                               const char *action)
{
  RecordedKey key;
  make_recorded_key (key, inode, action);
  /* Forgetting makes more records, never fewer. */
  if (g_hash_table_size (session->recorded) >= GUARDIAN_SESSION_RECORDED_LIMIT)
    g_hash_table_remove_all (session->recorded);
  g_hash_table_add (session->recorded, g_strdup (key));
}

gboolean
guardian_session_add_host (GuardianSession *session, const char *name)
{
  if (g_hash_table_size (session->hosts) >= GUARDIAN_SESSION_HOSTS_LIMIT)
    g_hash_table_remove_all (session->hosts);
  return g_hash_table_add (session->hosts, g_strdup (name));
}
