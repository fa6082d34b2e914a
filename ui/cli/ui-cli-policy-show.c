/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The verbs of `policy` that are about what the guardian has in force. */

#include "ui/cli/ui-cli-policy.h"

#include "ui/cli/ui-cli-bytes.h"
#include "ui/cli/ui-cli-link.h"

#include "common/base/cardea-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define LARGEST_INPUT (256u << 10)
#define SHORT_DIGEST 12
#define LONGEST_VALUE 60u

static const char *
layer_words (const CardeaJson *file)
{
  static const struct {
    const char *name, *words;
  } layers[] = {
    { "shipped", N_ ("shipped") },
    { "administrator", N_ ("this computer’s") },
    { "user", N_ ("yours") },
  };
  const char *layer = cardea_json_get_string (file, "layer");
  for (gsize i = 0; i < G_N_ELEMENTS (layers); i++)
    if (g_strcmp0 (layer, layers[i].name) == 0)
      return _ (layers[i].words);
  return "";
}

static void
add_file (UiCliTable *table, const CardeaJson *file)
{
  gboolean observed = FALSE;
  const char *digest = cardea_json_get_string (file, "sha256");
  gboolean known = cardea_json_get_boolean (file, "observed", &observed) && observed;
  ui_cli_table_add (
      table, known ? UI_CLI_TONE_DIM : UI_CLI_TONE_PLAIN, g_strdup (layer_words (file)),
      g_strdup (known ? _ ("observed") : _ ("in force")),
      g_strndup (digest != NULL ? digest : "", SHORT_DIGEST), ui_cli_output_cell (file, "file"));
}

static void
add_bundle (UiCliTable *table, const CardeaJson *bundle)
{
  gboolean is_signed = FALSE;
  const CardeaJson *roots = cardea_json_get (bundle, "roots");
  g_autoptr (GString) names = g_string_new (NULL);
  (void) cardea_json_get_boolean (bundle, "signed", &is_signed);
  for (guint i = 0; i < cardea_json_size (roots); i++)
    {
      const char *root = cardea_json_string (cardea_json_nth (roots, i));
      g_autofree char *safe
          = cardea_text_escape (root != NULL ? root : "", root != NULL ? strlen (root) : 0, NULL);
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                              *safe != '\0' ? safe : _ ("everything"));
    }
  ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strdup (layer_words (bundle)),
                    g_strdup (is_signed ? _ ("signed") : _ ("not signed")),
                    ui_cli_output_cell (bundle, "revision"), g_strdup (names->str),
                    ui_cli_output_cell (bundle, "file"));
}

static void
show_bundles (UiCli *cli, const CardeaJson *bundles)
{
  const char *const heads[]
      = { _ ("WHOSE"), _ ("SIGNATURE"), _ ("REVISION"), _ ("ROOTS"), _ ("BUNDLE") };
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));
  for (guint i = 0; i < cardea_json_size (bundles); i++)
    add_bundle (table, cardea_json_nth (bundles, i));
  if (cardea_json_size (bundles) > 0)
    ui_cli_output_table (cli->output, table);
}

static void
show (UiCli *cli, const CardeaJson *policy)
{
  const char *const heads[] = { _ ("WHOSE"), _ ("STATE"), _ ("SHA-256"), _ ("FILE") };
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));
  const CardeaJson *files = cardea_json_get (policy, "files");
  g_autofree char *revision = ui_cli_output_cell (policy, "revision");
  g_autofree char *problem = ui_cli_output_cell (policy, "problem");

  if (*problem != '\0')
    {
      ui_cli_output_tone_line (cli->output, UI_CLI_TONE_BAD,
                               _ ("Nothing is in force, so everything is refused:"));
      ui_cli_output_line (cli->output, "%s", problem);
      return;
    }
  ui_cli_output_line (cli->output, _ ("In force: revision %s"), revision);
  for (guint i = 0; i < cardea_json_size (files); i++)
    add_file (table, cardea_json_nth (files, i));
  ui_cli_output_table (cli->output, table);
  show_bundles (cli, cardea_json_get (policy, "bundles"));
}

static gboolean
ask (UiCli *cli, const char *request, GError **error)
{
  if (!ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autoptr (CardeaMessage) shown
      = ui_cli_link_call (cli, cardea_message_new (request), "policy.shown", error);
  if (shown == NULL)
    return FALSE;
  const CardeaJson *policy = cardea_message_get_json (shown, "policy");
  if (cli->json)
    ui_cli_output_json (cli->output, policy);
  else
    show (cli, policy);
  return TRUE;
}

gboolean
ui_cli_policy_show (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  return ui_cli_parse (cli, NULL, args, 0, 0, &rest, error) && ask (cli, "policy.show", error);
}

gboolean
ui_cli_policy_reload (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  g_autoptr (GError) problem = NULL;
  if (!ui_cli_parse (cli, NULL, args, 0, 0, &rest, error))
    return FALSE;
  if (ask (cli, "policy.reload", &problem))
    return TRUE;
  if (!g_error_matches (problem, UI_CLI_ERROR, UI_CLI_ERROR_MALFORMED))
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, _ ("nothing changed: %s"),
                 problem->message);
  return FALSE;
}

/* --- explain --- */

static CardeaJson *
read_input (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = ui_cli_bytes_read (path, LARGEST_INPUT, error);
  gsize size = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  if (bytes == NULL)
    return NULL;
  g_autoptr (CardeaJson) json = cardea_json_parse (text != NULL ? text : "", size, error);
  if (json == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  /* A whole record holds it, too. */
  CardeaJson *inner = cardea_json_get (json, "input");
  if (cardea_json_type (json) == CARDEA_JSON_OBJECT && inner != NULL)
    return cardea_json_ref (inner);
  if (cardea_json_type (json) == CARDEA_JSON_OBJECT)
    return g_steal_pointer (&json);
  g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED,
               _ ("%s: a decision’s input is a JSON object: give one"), path);
  return NULL;
}

static void
explain (UiCli *cli, const CardeaJson *told)
{
  const CardeaJson *rules = cardea_json_get (told, "rules");
  g_autoptr (UiCliTable) table = ui_cli_table_new (NULL, 3);
  g_autofree char *effect = ui_cli_output_cell (told, "effect");
  g_autofree char *policy = ui_cli_output_cell (told, "policy");
  g_autofree char *where = ui_cli_output_cell (told, "where");
  g_autofree char *reason = ui_cli_output_cell (told, "reason");
  g_autofree char *problem = ui_cli_output_cell (told, "problem");
  gint64 tier = 0, line = 0;

  (void) cardea_json_get_int (told, "tier", &tier);
  ui_cli_output_line (cli->output, _ ("%s, tier %d: %s"), effect, (int) tier, reason);
  if (*where != '\0')
    ui_cli_output_line (cli->output, _ ("Decided by the rule %s, in %s."), policy, where);
  else
    ui_cli_output_line (cli->output, _ ("Decided by %s."), policy);
  if (*problem != '\0')
    ui_cli_output_line (cli->output, "%s", problem);
  ui_cli_output_line (cli->output, "%s", _ ("What held on the way:"));
  for (guint i = 0; i < cardea_json_size (rules); i++)
    {
      const CardeaJson *rule = cardea_json_nth (rules, i);
      g_autofree char *file = ui_cli_output_cell (rule, "file");
      g_autofree char *value = ui_cli_output_cell (rule, "value");
      (void) cardea_json_get_int (rule, "line", &line);
      ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strdup_printf ("  %s:%d", file, (int) line),
                        ui_cli_output_cell (rule, "rule"),
                        cardea_text_shorten (value, LONGEST_VALUE));
    }
  ui_cli_output_table (cli->output, table);
}

gboolean
ui_cli_policy_explain (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 1, 1, &rest, error))
    return FALSE;
  CardeaJson *input = read_input (rest[0], error);
  if (input == NULL)
    return FALSE;
  CardeaMessage *request = cardea_message_new ("policy.explain");
  cardea_message_set_json (request, "input", input);
  if (!ui_cli_link_open (cli, -1, error))
    {
      cardea_message_unref (request);
      return FALSE;
    }
  g_autoptr (CardeaMessage) told = ui_cli_link_call (cli, request, "policy.explained", error);
  if (told == NULL)
    return FALSE;
  if (cli->json)
    ui_cli_output_json (cli->output, cardea_message_get_json (told, "explanation"));
  else
    explain (cli, cardea_message_get_json (told, "explanation"));
  return TRUE;
}
