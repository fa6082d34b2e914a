/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/profiles/cardea-profile-files.h"
#include "ui/cli/ui-cli-facts.h"
#include "ui/cli/ui-cli-verbs.h"
#include "ui/programs/ui-program-profile.h"

#include <glib/gi18n.h>
#include <string.h>

/* profiles list, profiles show. */

static CardeaJson *
describe_list (char **texts)
{
  CardeaJson *list = cardea_json_new_array ();

  for (; *texts != NULL; texts++)
    cardea_json_append (list, cardea_json_new_string (*texts));
  return list;
}

static CardeaJson *
describe_folders (const CardeaProfile *profile)
{
  CardeaJson *list = cardea_json_new_array ();

  for (const CardeaProfileFolder *folder = profile->folders; folder->path != NULL; folder++)
    {
      CardeaJson *item = cardea_json_new_object ();
      cardea_json_set_string (item, "path", folder->path);
      cardea_json_set_string (item, "access", folder->writable ? "rw" : "ro");
      cardea_json_append (list, item);
    }
  return list;
}

static CardeaJson *
describe (const CardeaProfile *profile)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "name", profile->name);
  cardea_json_set_string (json, "title", profile->title);
  cardea_json_set_string (json, "origin", profile->origin);
  if (profile->note != NULL)
    cardea_json_set_string (json, "note", profile->note);
  cardea_json_set_string (json, "home", profile->own_home ? "own" : "shared");
  cardea_json_set (json, "programs", describe_list (profile->programs));
  cardea_json_set (json, "arguments", describe_list (profile->arguments));
  cardea_json_set (json, "agent", describe_list (profile->agent));
  cardea_json_set (json, "interpreters", describe_list (profile->interpreters));
  cardea_json_set (json, "pass", describe_list (profile->pass));
  cardea_json_set (json, "set", describe_list (profile->set));
  cardea_json_set (json, "folders", describe_folders (profile));
  cardea_json_set (json, "net", describe_list (profile->net));
  if (profile->limits != NULL)
    cardea_json_set (json, "limits", cardea_json_ref (profile->limits));
  cardea_json_set (json, "proxy", describe_list (profile->proxy));
  cardea_json_set (json, "authorities", describe_list (profile->authorities));
  if (profile->model_kind != NULL)
    cardea_json_set_string (json, "model", profile->model_kind);
  return json;
}

static void
list_one (UiCli *cli, const char *name, CardeaJson *list, UiCliTable *table)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (CardeaProfile) profile = cardea_profile_files_load (name, &problem);

  if (profile == NULL)
    ui_cli_output_note (cli->output, "cardeactl: profiles: %s", problem->message);
  else if (cli->json)
    cardea_json_append (list, describe (profile));
  else
    ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strdup (profile->name), g_strdup (profile->title),
                      g_strdup (profile->origin));
}

gboolean
ui_cli_profile_list (UiCli *cli, char **args, GError **error)
{
  const char *const heads[] = { _ ("PROFILE"), _ ("FOR"), _ ("FROM") };
  g_auto (GStrv) rest = NULL;

  if (!ui_cli_parse (cli, NULL, args, 0, 1, &rest, error))
    return FALSE;
  if (rest[0] != NULL && strcmp (rest[0], "list") != 0)
    {
      ui_cli_usage (error, _ ("“%s” is not known here: cardeactl profiles list, or show NAME"),
                    rest[0]);
      return FALSE;
    }
  g_auto (GStrv) names = cardea_profile_files_list ();
  g_autoptr (CardeaJson) list = cardea_json_new_array ();
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));
  for (char **name = names; *name != NULL; name++)
    list_one (cli, *name, list, table);
  if (cli->json)
    ui_cli_output_json (cli->output, list);
  else
    ui_cli_output_table (cli->output, table);
  return TRUE;
}

gboolean
ui_cli_profile_show (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;

  if (!ui_cli_parse (cli, NULL, args, 1, 1, &rest, error))
    return FALSE;
  GError *problem = NULL;
  g_autoptr (CardeaProfile) profile = ui_program_profile_load (rest[0], &problem);
  if (profile == NULL)
    return ui_cli_error_take_program (error, problem);
  g_autoptr (CardeaJson) json = describe (profile);
  if (cli->json)
    ui_cli_output_json (cli->output, json);
  else
    ui_cli_facts_write (cli->output, json);
  return TRUE;
}
