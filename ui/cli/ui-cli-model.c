/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-model-test.h"
#include "ui/cli/ui-cli-secret.h"
#include "ui/cli/ui-cli-verbs.h"
#include "ui/models/ui-models-local.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_NAME 64
#define LONGEST_URL 1024
#define LONGEST_ID 128
#define OFFLINE "offline"

/* --- add --- */

typedef struct {
  char *url;
  char *kind;
  char *model;
  char *credential;
  gboolean key;
} Terms;

static void
terms_clear (Terms *terms)
{
  g_free (terms->url);
  g_free (terms->kind);
  g_free (terms->model);
  g_free (terms->credential);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Terms, terms_clear)

static gboolean
check_terms (const Terms *terms, GError **error)
{
  if (terms->url == NULL)
    ui_cli_usage (error, _ ("say where it is: --url http://127.0.0.1:11434"));
  else if (terms->kind != NULL && strcmp (terms->kind, "openai") != 0
           && strcmp (terms->kind, "anthropic") != 0)
    ui_cli_usage (error, _ ("“%s” is not a kind: use openai or anthropic"), terms->kind);
  else if (terms->key && terms->credential != NULL)
    ui_cli_usage (error, _ ("give --key or --credential, not both"));
  else
    return ui_cli_check_word (terms->url, LONGEST_URL, "--url", error)
           && ui_cli_check_word (terms->model, LONGEST_ID, "--model", error)
           && ui_cli_check_word (terms->credential, LONGEST_NAME, "--credential", error);
  return FALSE;
}

gboolean
ui_cli_model_add (UiCli *cli, char **args, GError **error)
{
  g_auto (Terms) terms = { 0 };
  g_auto (GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    { "url", 0, 0, G_OPTION_ARG_FILENAME, &terms.url,
      N_ ("Where it is; without a path /v1 is meant"), "URL" },
    { "kind", 0, 0, G_OPTION_ARG_FILENAME, &terms.kind,
      N_ ("How it is spoken to: openai (default, also Ollama, llama.cpp, vLLM, LM Studio) or "
          "anthropic"),
      "KIND" },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &terms.model,
      N_ ("Which of the server’s models; the first it lists"), "ID" },
    { "key", 0, 0, G_OPTION_ARG_NONE, &terms.key,
      N_ ("It needs a key: from standard input, or asked for without echo"), NULL },
    { "credential", 0, 0, G_OPTION_ARG_FILENAME, &terms.credential,
      N_ ("Its key is stored already, under this name"), "NAME" },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 1, 1, &rest, error)
      || !ui_cli_check_word (rest[0], LONGEST_NAME, _ ("the name"), error)
      || !check_terms (&terms, error))
    return FALSE;
  int key = terms.key ? ui_cli_secret_read (UI_CLI_SECRET_CREDENTIAL, rest[0], error) : -1;
  if (terms.key && key < 0)
    return FALSE;

  g_autoptr (CardeaMessage) request = cardea_message_new ("model.add");
  cardea_message_set_string (request, "name", rest[0]);
  cardea_message_set_string (request, "url", terms.url);
  cardea_message_set_string (request, "kind", terms.kind);
  cardea_message_set_string (request, "model", terms.model);
  cardea_message_set_string (request, "credential", terms.credential);
  if (key >= 0)
    cardea_message_set_fd (request, "secret", key);
  if (!ui_cli_link_open (cli, -1, error)
      || !ui_cli_link_do (cli, g_steal_pointer (&request), error))
    return FALSE;
  return ui_cli_model_test_added (cli, rest[0], error);
}

/* --- list --- */

static void
write_models (UiCli *cli, const CardeaJson *models, const char *chosen)
{
  const char *heads[]
      = { _ ("MODEL"), _ ("WHERE"), _ ("KIND"), _ ("SERVER’S NAME"), _ ("KEY"), "" };
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));
  for (guint i = 0; i < cardea_json_size (models); i++)
    {
      const CardeaJson *model = cardea_json_nth (models, i);
      gboolean is_default = g_strcmp0 (cardea_json_get_string (model, "name"), chosen) == 0;
      g_autofree char *id = ui_cli_output_cell (model, "model");
      ui_cli_table_add (table, UI_CLI_TONE_PLAIN, ui_cli_output_cell (model, "name"),
                        ui_cli_output_cell (model, "url"), ui_cli_output_cell (model, "kind"),
                        g_strdup (*id != '\0' ? id : _ ("not known yet: test it")),
                        ui_cli_output_cell (model, "credential"),
                        g_strdup (is_default ? _ ("default") : ""));
    }
  ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strdup (OFFLINE), g_strdup (""), g_strdup (""),
                    g_strdup (_ ("a set of rules, no model")), g_strdup (""),
                    g_strdup (g_strcmp0 (chosen, OFFLINE) == 0 ? _ ("default") : ""));
  ui_cli_output_table (cli->output, table);
}

static gboolean
is_connected (const UiModelsServer *server, const CardeaJson *models)
{
  for (guint i = 0; i < cardea_json_size (models); i++)
    {
      const char *url = cardea_json_get_string (cardea_json_nth (models, i), "url");
      if (url != NULL && ui_models_server_is_at (server, url))
        return TRUE;
    }
  return FALSE;
}

static void
write_found (UiCli *cli, const UiModelsServer *server)
{
  g_autofree char *models = server->models != NULL ? g_strjoinv (", ", server->models) : NULL;
  ui_cli_output_line (cli->output, _ ("%s is on this computer: %s"), server->program,
                      models == NULL    ? _ ("it wants a key")
                      : *models != '\0' ? models
                                        : _ ("it has no model yet"));
  ui_cli_output_line (cli->output, "  cardeactl model add %s --url %s%s", server->name, server->url,
                      models == NULL ? " --key" : "");
}

static CardeaJson *
describe_found (const UiModelsServer *server)
{
  CardeaJson *json = cardea_json_new_object ();
  CardeaJson *models = cardea_json_new_array ();

  for (char **id = server->models; id != NULL && *id != NULL; id++)
    cardea_json_append (models, cardea_json_new_string (*id));
  cardea_json_set_string (json, "program", server->program);
  cardea_json_set_string (json, "url", server->url);
  cardea_json_set (json, "models", models);
  cardea_json_set_boolean (json, "wants_key", server->models == NULL);
  return json;
}

static void
write_json (UiCli *cli, CardeaMessage *listed, GPtrArray *found)
{
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  CardeaJson *servers = cardea_json_new_array ();

  for (guint i = 0; i < found->len; i++)
    cardea_json_append (servers, describe_found (found->pdata[i]));
  cardea_json_set (json, "models", cardea_json_ref (cardea_message_get_json (listed, "models")));
  cardea_json_set_string (json, "default", cardea_message_get_string (listed, "default"));
  cardea_json_set (json, "found", servers);
  ui_cli_output_json (cli->output, json);
}

gboolean
ui_cli_model_list (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 0, 0, &rest, error) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autoptr (CardeaMessage) listed
      = ui_cli_link_call (cli, cardea_message_new ("model.list"), "model.listed", error);
  if (listed == NULL)
    return FALSE;
  const CardeaJson *models = cardea_message_get_json (listed, "models");
  g_autoptr (GPtrArray) found = ui_models_local_find ();
  for (guint i = found->len; i > 0; i--)
    if (is_connected (found->pdata[i - 1], models))
      g_ptr_array_remove_index (found, i - 1);
  if (cli->json)
    {
      write_json (cli, listed, found);
      return TRUE;
    }
  write_models (cli, models, cardea_message_get_string (listed, "default"));
  for (guint i = 0; i < found->len; i++)
    write_found (cli, found->pdata[i]);
  return TRUE;
}

/* --- remove --- */

gboolean
ui_cli_model_remove (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 1, 1, &rest, error)
      || !ui_cli_check_word (rest[0], LONGEST_NAME, _ ("the name"), error)
      || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  CardeaMessage *request = cardea_message_new ("model.remove");
  cardea_message_set_string (request, "name", rest[0]);
  return ui_cli_link_do (cli, request, error);
}
