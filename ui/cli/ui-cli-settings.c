/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-secret.h"
#include "ui/cli/ui-cli-verbs.h"

#include "common/base/cardea-autofd.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_KEY 64
#define LONGEST_VALUE 4096

static gboolean
check_key (const char *key, GError **error)
{
  if (*key != '\0' && strlen (key) <= LONGEST_KEY && g_str_is_ascii (key)
      && strpbrk (key, " \n\t") == NULL)
    return TRUE;
  ui_cli_usage (error, _ ("that is not a setting’s name: see “cardeactl settings get”"));
  return FALSE;
}

static char *
describe_fixed (const CardeaJson *fixed, const char *name)
{
  const char *file = fixed != NULL ? cardea_json_get_string (fixed, name) : NULL;
  return file != NULL ? g_strdup_printf (_ ("fixed in %s"), file) : g_strdup ("");
}

/* fixed: NULL: policy fixes none. */
static void
write_values (UiCli *cli, const CardeaJson *values, const CardeaJson *fixed, gboolean one)
{
  g_autoptr (UiCliTable) table = ui_cli_table_new (NULL, 3);
  for (guint i = 0; i < cardea_json_size (values); i++)
    {
      const char *name = cardea_json_nth_name (values, i);
      gboolean flag = FALSE;
      char *value = cardea_json_get_boolean (values, name, &flag)
                        ? g_strdup (flag ? "true" : "false")
                        : ui_cli_output_cell (values, name);
      if (one)
        {
          ui_cli_output_line (cli->output, "%s", value);
          g_free (value);
        }
      else
        ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strdup (name), value,
                          describe_fixed (fixed, name));
    }
  ui_cli_output_table (cli->output, table);
}

gboolean
ui_cli_settings_get (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 0, 1, &rest, error)
      || (rest[0] != NULL && !check_key (rest[0], error)) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  CardeaMessage *request = cardea_message_new ("settings.get");
  if (rest[0] != NULL)
    cardea_message_set_string (request, "key", rest[0]);
  g_autoptr (CardeaMessage) got = ui_cli_link_call (cli, request, "settings.values", error);
  if (got == NULL)
    return FALSE;
  const CardeaJson *values = cardea_message_get_json (got, "values");
  if (cli->json)
    ui_cli_output_json (cli->output, values);
  else
    write_values (cli, values, cardea_message_get_json (got, "fixed"), rest[0] != NULL);
  return TRUE;
}

gboolean
ui_cli_settings_set (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 2, 2, &rest, error) || !check_key (rest[0], error)
      || !ui_cli_check_text (rest[1], _ ("the value"), error))
    return FALSE;
  if (strlen (rest[1]) > LONGEST_VALUE)
    {
      ui_cli_usage (error, _ ("the value is too long (%d bytes at most): shorten it"),
                    LONGEST_VALUE);
      return FALSE;
    }

  g_autoptr (CardeaMessage) request = cardea_message_new ("settings.set");
  cardea_message_set_string (request, "key", rest[0]);
  cardea_message_set_string (request, "value", rest[1]);
  if (strcmp (rest[0], "keys.store") == 0 && strcmp (rest[1], "passphrase") == 0)
    {
      int secret = ui_cli_secret_read (UI_CLI_SECRET_PASSPHRASE, NULL, error);
      if (secret < 0)
        return FALSE;
      cardea_message_set_fd (request, "secret", secret);
    }
  return ui_cli_link_open (cli, -1, error)
         && ui_cli_link_do (cli, g_steal_pointer (&request), error);
}
