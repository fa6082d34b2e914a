/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person for where the model is. Refuses URLs that two readers could read differently
 * (common/base/cardea-url.h), queries and fragments. */

#include "guardian/core/guardian-model.h"

#include "common/base/cardea-host.h"
#include "common/base/cardea-url.h"
#include "guardian/core/guardian-credential.h"
#include "guardian/core/guardian-member.h"

#include <string.h>

#define PATH_DEFAULT "/v1"
#define HOST_ANTHROPIC "api.anthropic.com"
#define LIMIT_URL 1024u

G_DEFINE_QUARK (guardian - model - error - quark, guardian_model_error)

static const char *const kinds[] = {
  [GUARDIAN_MODEL_OPENAI] = "openai",
  [GUARDIAN_MODEL_ANTHROPIC] = "anthropic",
};

const char *
guardian_model_kind_name (GuardianModelKind kind)
{
  return kinds[kind];
}

static gboolean
fail (GError **error, GuardianModelError code, const char *what)
{
  g_set_error_literal (error, GUARDIAN_MODEL_ERROR, code, what);
  return FALSE;
}

static gboolean
is_id (const char *id)
{
  gsize size = strlen (id);
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isgraph (id[i]) || id[i] == '"' || id[i] == '\\')
      return FALSE;
  return size > 0 && size <= GUARDIAN_MODEL_ID_LIMIT;
}

static gboolean
take_url (GuardianModel *model, const char *text, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (CardeaUrl) url = cardea_url_parse (text, &reason);

  if (url == NULL)
    {
      g_set_error (error, GUARDIAN_MODEL_ERROR, GUARDIAN_MODEL_ERROR_URL,
                   "%s: write it as http://127.0.0.1:11434 or https://HOST/PATH", reason->message);
      return FALSE;
    }
  if (url->query != NULL || strchr (url->path, '%') != NULL)
    return fail (error, GUARDIAN_MODEL_ERROR_URL,
                 "a model's URL has a plain path and no query: /v1 is usual");
  while (g_str_has_suffix (url->path, "/"))
    url->path[strlen (url->path) - 1] = '\0';
  if (url->path[0] == '\0')
    {
      g_free (url->path);
      url->path = g_strdup (PATH_DEFAULT);
    }
  model->url = cardea_url_format (url);
  model->host = g_strdup (url->host);
  model->port = url->port;
  model->secure = url->secure;
  return strlen (model->url) <= LIMIT_URL
         || fail (error, GUARDIAN_MODEL_ERROR_URL, "a model's URL has at most 1024 characters");
}

static gboolean
take_kind (GuardianModel *model, const char *kind)
{
  if (kind == NULL)
    kind = kinds[strcmp (model->host, HOST_ANTHROPIC) == 0 ? GUARDIAN_MODEL_ANTHROPIC
                                                           : GUARDIAN_MODEL_OPENAI];
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i], kind) == 0)
      {
        model->kind = i;
        return TRUE;
      }
  return FALSE;
}

GuardianModel *
guardian_model_new (const char *name, const char *url, const char *kind, const char *id,
                    GError **error)
{
  g_autoptr (GuardianModel) model = g_new0 (GuardianModel, 1);

  if (!guardian_credential_is_name (name) || strcmp (name, GUARDIAN_MODEL_OFFLINE) == 0)
    {
      fail (error, GUARDIAN_MODEL_ERROR_NAME,
            "a name has at most 64 letters, digits and ._:- , begins with a letter or digit, and "
            "is not “offline”");
      return NULL;
    }
  if (!take_url (model, url, error))
    return NULL;
  if (!take_kind (model, kind) || (id != NULL && !is_id (id)))
    {
      fail (error, GUARDIAN_MODEL_ERROR_MODEL,
            "the server's name of a model has at most 128 plain characters and no blanks");
      return NULL;
    }
  model->name = g_strdup (name);
  model->model = g_strdup (id);
  model->created = g_get_real_time ();
  return g_steal_pointer (&model);
}

GuardianModel *
guardian_model_copy (const GuardianModel *model)
{
  GuardianModel *copy = g_memdup2 (model, sizeof *model);
  copy->name = g_strdup (model->name);
  copy->url = g_strdup (model->url);
  copy->host = g_strdup (model->host);
  copy->model = g_strdup (model->model);
  copy->credential = g_strdup (model->credential);
  return copy;
}

void
guardian_model_free (GuardianModel *model)
{
  if (model == NULL)
    return;
  g_free (model->name);
  g_free (model->url);
  g_free (model->host);
  g_free (model->model);
  g_free (model->credential);
  g_free (model);
}

gboolean
guardian_model_is_private (const GuardianModel *model)
{
  return model->secure || cardea_host_is_loopback (model->host);
}

/* Names that no public name server knows (RFC 6761, RFC 6762, RFC 8375, and ICANN's .internal). */
static const char *const local_names[] = { "localhost", "local", "home.arpa", "internal", "lan" };

gboolean
guardian_model_is_inside (const GuardianModel *model)
{
  for (gsize i = 0; i < G_N_ELEMENTS (local_names); i++)
    if (cardea_host_is_below (model->host, local_names[i]))
      return TRUE;
  return cardea_host_is_address (model->host) || strchr (model->host, '.') == NULL;
}

/* --- JSON --- */

CardeaJson *
guardian_model_to_endpoint (const GuardianModel *model)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "name", model->name);
  cardea_json_set_string (json, "kind", kinds[model->kind]);
  cardea_json_set_string (json, "url", model->url);
  guardian_member_set_text (json, "model", model->model);
  return json;
}

CardeaJson *
guardian_model_to_json (const GuardianModel *model)
{
  CardeaJson *json = guardian_model_to_endpoint (model);

  guardian_member_set_text (json, "credential", model->credential);
  guardian_member_set_time (json, "created", model->created);
  guardian_member_set_time (json, "last_used", model->last_used);
  return json;
}

GuardianModel *
guardian_model_from_json (const CardeaJson *json)
{
  const char *name = cardea_json_get_string (json, "name");
  const char *url = cardea_json_get_string (json, "url");
  const char *kind = cardea_json_get_string (json, "kind");
  const char *credential = cardea_json_get_string (json, "credential");

  if (name == NULL || url == NULL || kind == NULL
      || (credential != NULL && !guardian_credential_is_name (credential)))
    return NULL;
  g_autoptr (GuardianModel) model
      = guardian_model_new (name, url, kind, cardea_json_get_string (json, "model"), NULL);
  if (model == NULL || !guardian_member_get_time (json, "created", &model->created)
      || !guardian_member_get_time (json, "last_used", &model->last_used))
    return NULL;
  model->credential = g_strdup (credential);
  return g_steal_pointer (&model);
}
