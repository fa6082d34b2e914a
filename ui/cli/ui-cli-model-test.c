/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-model-test.h"

#include "common/base/cardea-autofd.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-verbs.h"
#include "ui/models/ui-models-answer.h"
#include "ui/models/ui-models-verdict.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define PIECE 16384u

/* The model of that name as it is stored; borrowed from *ret_listed, which is the caller's. */
static const CardeaJson *
find_model (UiCli *cli, const char *name, CardeaMessage **ret_listed, GError **error)
{
  *ret_listed = ui_cli_link_call (cli, cardea_message_new ("model.list"), "model.listed", error);
  if (*ret_listed == NULL)
    return NULL;
  const CardeaJson *models = cardea_message_get_json (*ret_listed, "models");
  for (guint i = 0; i < cardea_json_size (models); i++)
    if (g_strcmp0 (cardea_json_get_string (cardea_json_nth (models, i), "name"), name) == 0)
      return cardea_json_nth (models, i);
  g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_NOT_FOUND, _ ("model “%s”"), name);
  return NULL;
}

/* As much of it as is looked at; the guardian bounds the time. */
static GByteArray *
read_body (int pipe)
{
  GByteArray *body = g_byte_array_new ();
  guint8 piece[PIECE];
  gssize size;

  while ((size = read (pipe, piece, sizeof piece)) > 0 || (size < 0 && errno == EINTR))
    {
      if (size > 0 && body->len + (gsize) size > UI_MODELS_ANSWER_LIMIT)
        break;
      if (size > 0)
        g_byte_array_append (body, piece, (guint) size);
    }
  return body;
}

static UiModelsVerdict *
try_model (UiCli *cli, const CardeaJson *model, GError **error)
{
  CardeaMessage *request = cardea_message_new ("model.test");
  cardea_message_set_string (request, "name", cardea_json_get_string (model, "name"));
  g_autoptr (CardeaMessage) tested = ui_cli_link_call (cli, request, "model.tested", error);
  if (tested == NULL)
    return NULL;
  cardea_autofd int pipe = cardea_message_take_fd (tested, "body");
  if (!g_unix_set_fd_nonblocking (pipe, FALSE, error))
    return NULL;
  g_autoptr (GByteArray) body = read_body (pipe);
  return ui_models_verdict_new (tested, cardea_json_get_string (model, "model"), body);
}

/* The first one that it lists is meant from now on. */
static gboolean
choose (UiCli *cli, const CardeaJson *model, const char *id, GError **error)
{
  static const char *const members[] = { "name", "url", "kind", "credential" };
  CardeaMessage *request = cardea_message_new ("model.add");

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    cardea_message_set_string (request, members[i], cardea_json_get_string (model, members[i]));
  cardea_message_set_string (request, "model", id);
  return ui_cli_link_do (cli, request, error);
}

static void
write_json (UiCli *cli, const UiModelsVerdict *verdict)
{
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  CardeaJson *models = cardea_json_new_array ();

  for (char **id = verdict->models; id != NULL && *id != NULL; id++)
    cardea_json_append (models, cardea_json_new_string (*id));
  cardea_json_set_boolean (json, "good", verdict->good);
  cardea_json_set_int (json, "ms", verdict->ms);
  cardea_json_set (json, "models", models);
  if (verdict->problem != NULL)
    cardea_json_set_string (json, "problem", verdict->problem);
  ui_cli_output_json (cli->output, json);
}

static void
write_verdict (UiCli *cli, const UiModelsVerdict *verdict, const char *chosen)
{
  guint count = verdict->models != NULL ? g_strv_length (verdict->models) : 0;
  g_autofree char *models = count > 0 ? g_strjoinv (", ", verdict->models) : NULL;

  if (verdict->good)
    ui_cli_output_line (cli->output, _ ("It answers, within %u ms."), verdict->ms);
  if (count > 0)
    ui_cli_output_line (cli->output,
                        ngettext ("It has %u model: %s", "It has %u models: %s", count), count,
                        models);
  if (chosen != NULL)
    ui_cli_output_line (cli->output, _ ("“%s” is used; add it again with --model for another."),
                        chosen);
}

gboolean
ui_cli_model_test_run (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  g_autoptr (CardeaMessage) listed = NULL;
  const char *chosen = NULL;

  if (!ui_cli_parse (cli, NULL, args, 1, 1, &rest, error)
      || !ui_cli_check_text (rest[0], _ ("the name"), error) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  const CardeaJson *model = find_model (cli, rest[0], &listed, error);
  g_autoptr (UiModelsVerdict) verdict = model != NULL ? try_model (cli, model, error) : NULL;
  if (verdict == NULL)
    return FALSE;
  if (verdict->good && cardea_json_get_string (model, "model") == NULL)
    chosen = verdict->models[0];
  if (chosen != NULL && !choose (cli, model, chosen, error))
    return FALSE;
  if (cli->json)
    write_json (cli, verdict);
  else
    write_verdict (cli, verdict, chosen);
  if (!verdict->good && !cli->json)
    g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, verdict->problem);
  if (!verdict->good)
    cli->status = UI_CLI_EXIT_FAILED;
  return verdict->good || cli->json;
}

gboolean
ui_cli_model_test_added (UiCli *cli, const char *name, GError **error)
{
  g_autoptr (CardeaMessage) listed = NULL;
  g_autoptr (GError) problem = NULL;
  const CardeaJson *model = find_model (cli, name, &listed, error);

  if (model == NULL)
    return FALSE;
  if (cardea_json_get_string (model, "model") != NULL)
    {
      if (cli->json)
        ui_cli_output_json (cli->output, model);
      return TRUE;
    }
  g_autoptr (UiModelsVerdict) verdict = try_model (cli, model, &problem);
  if (verdict != NULL && verdict->good)
    {
      const char *chosen = verdict->models[0];
      if (!choose (cli, model, chosen, error))
        return FALSE;
      if (cli->json)
        write_json (cli, verdict);
      else
        write_verdict (cli, verdict, chosen);
      return TRUE;
    }
  ui_cli_output_note (cli->output,
                      _ ("cardeactl: model add: it is connected, but which of its models is meant "
                         "is not known yet: %s: see “cardeactl model test”"),
                      verdict != NULL ? verdict->problem : problem->message);
  return TRUE;
}
