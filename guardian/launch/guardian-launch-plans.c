/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-launch-plans.h"

#include "common/base/cardea-encoding.h"

#define ID_BYTES 8

struct _GuardianLaunchPlans {
  GHashTable *pinned; /* id → GuardianPinned */
};

GuardianLaunchPlans *
guardian_launch_plans_new (void)
{
  GuardianLaunchPlans *plans = g_new0 (GuardianLaunchPlans, 1);

  plans->pinned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) guardian_pinned_free);
  return plans;
}

void
guardian_launch_plans_free (GuardianLaunchPlans *plans)
{
  g_hash_table_unref (plans->pinned);
  g_free (plans);
}

CardeaMessage *
guardian_launch_plans_resolve (GuardianLaunchPlans *plans, CardeaMessage *request,
                               const char **ret_code, GError **error)
{
  static const char *const codes[] = {
    [GUARDIAN_PINNED_ERROR_MISSING] = "not-found",
    [GUARDIAN_PINNED_ERROR_UNSUITABLE] = "unsuitable",
    [GUARDIAN_PINNED_ERROR_CHANGED] = "changed",
  };
  const CardeaJson *command = cardea_message_get_json (request, "command");
  g_auto (GStrv) shared = cardea_message_get_paths (request, "shared");
  g_autoptr (GError) local = NULL;

  *ret_code = "busy";
  if (g_hash_table_size (plans->pinned) >= GUARDIAN_LAUNCH_PLANS_LIMIT)
    {
      g_set_error_literal (error, GUARDIAN_PINNED_ERROR, GUARDIAN_PINNED_ERROR_UNSUITABLE,
                           "too many programs wait to be started");
      return NULL;
    }
  g_autoptr (GuardianPinned) pinned = guardian_pinned_new (
      cardea_json_get (command, "argv"), cardea_message_get_path (request, "folder"),
      (const char *const *) shared, &local);
  if (pinned == NULL)
    {
      *ret_code = codes[local->code];
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  g_autofree char *id = cardea_id_new (ID_BYTES);
  CardeaMessage *reply = cardea_message_new_reply (request, "launch.resolved");
  cardea_message_set_string (reply, "plan", id);
  cardea_message_set_json (reply, "program", guardian_pinned_describe (pinned));
  g_hash_table_insert (plans->pinned, g_steal_pointer (&id), g_steal_pointer (&pinned));
  return reply;
}

void
guardian_launch_plans_forget (GuardianLaunchPlans *plans, const char *id)
{
  g_hash_table_remove (plans->pinned, id);
}

gboolean
guardian_launch_plans_take (GuardianLaunchPlans *plans, const CardeaMessage *run,
                            GuardianPinned **ret_pinned)
{
  const char *id = cardea_message_get_string (run, "plan");
  gpointer key = NULL;
  gpointer pinned = NULL;

  *ret_pinned = NULL;
  if (id == NULL)
    return TRUE;
  if (!g_hash_table_steal_extended (plans->pinned, id, &key, &pinned))
    return FALSE;
  g_free (key);
  *ret_pinned = pinned;
  return TRUE;
}
