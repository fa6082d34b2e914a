/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-help.h"

#include "ui/cli/ui-cli-verbs.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
in_group (const UiCliVerb *verb, const char *group)
{
  gsize length = group != NULL ? strlen (group) : 0;
  return group == NULL
         || (strncmp (verb->name, group, length) == 0
             && (verb->name[length] == ' ' || verb->name[length] == '\0'));
}

void
ui_cli_help_show_all (UiCliOutput *output, const char *group)
{
  gsize count;
  const UiCliVerb *verbs = ui_cli_verbs (&count);
  g_autoptr (UiCliTable) table = ui_cli_table_new (NULL, 2);

  ui_cli_output_line (output, "%s", _ ("Usage: cardeactl VERB [OPTION…] [ARGUMENT…]"));
  ui_cli_output_line (output, "%s", "");
  for (gsize i = 0; i < count; i++)
    if (in_group (&verbs[i], group))
      ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strconcat ("  ", verbs[i].name, NULL),
                        g_strdup (_ (verbs[i].summary)));
  ui_cli_output_table (output, table);
  ui_cli_output_line (output, "%s", "");
  ui_cli_output_line (
      output, "%s",
      _ ("“cardeactl VERB --help” says more about one of them. --json gives listings "
         "and errors to programs.\n"
         "Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused, 4 no guardian or "
         "no confinement."));
}

static void
add_options (UiCliTable *table, const GOptionEntry *entries)
{
  for (; entries != NULL && entries->long_name != NULL; entries++)
    {
      if (entries->description == NULL)
        continue;
      const char *argument = entries->arg_description;
      char *name
          = entries->short_name != 0
                ? g_strdup_printf ("  -%c, --%s%s%s", entries->short_name, entries->long_name,
                                   argument != NULL ? "=" : "", argument != NULL ? argument : "")
                : g_strdup_printf ("  --%s%s%s", entries->long_name, argument != NULL ? "=" : "",
                                   argument != NULL ? argument : "");
      ui_cli_table_add (table, UI_CLI_TONE_PLAIN, name, g_strdup (_ (entries->description)));
    }
}

void
ui_cli_help_show_verb (UiCliOutput *output, const UiCliVerb *verb, const GOptionEntry *entries,
                       const GOptionEntry *common)
{
  g_autoptr (UiCliTable) table = ui_cli_table_new (NULL, 2);
  add_options (table, entries);
  add_options (table, common);
  ui_cli_output_line (output, _ ("Usage: cardeactl %s %s"), verb->name, verb->synopsis);
  ui_cli_output_line (output, "\n%s.\n", _ (verb->summary));
  ui_cli_output_table (output, table);
}
