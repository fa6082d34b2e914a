/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person for which model is theirs. Refuses names that are none of theirs, so that no
 * session begins with another model than the one that was asked for. */

#include "guardian/core/guardian-session-model.h"

#include "guardian/core/guardian-connection-store.h"

#include <string.h>

const char *
guardian_session_model_choose (GuardianSession *session, char **ret_reason)
{
  GuardianContext *context = session->context;
  const char *name = session->model != NULL ? session->model
                                            : guardian_settings_get (context->settings, "model");

  /* A foreign agent has a model of its own. */
  if (session->foreign != NULL || strcmp (name, GUARDIAN_MODEL_OFFLINE) == 0)
    return NULL;
  const GuardianModel *model = guardian_connection_store_model (context->connections, name);
  if (model == NULL)
    {
      *ret_reason = g_strdup_printf ("there is no model “%s”: connect it, or use “offline”", name);
      return "not-found";
    }
  if (model->model == NULL)
    {
      *ret_reason = g_strdup_printf ("it is not known which of its models “%s” means: test it, or "
                                     "add it again with the server's name of the model",
                                     name);
      return "unsuitable";
    }
  if (session->model == NULL)
    session->model = g_strdup (name);
  session->endpoint = guardian_model_copy (model);
  guardian_connection_store_used (context->connections, name, NULL);
  return NULL;
}
