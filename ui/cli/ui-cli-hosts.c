/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-hosts.h"

#include "common/base/cardea-host.h"
#include "ui/cli/ui-cli-verbs.h"

#include <glib/gi18n.h>
#include <string.h>

#define HOSTS_LIMIT 64u /* of the message */

static gboolean
add_host (CardeaJson *hosts, const char *word, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *host = NULL;
  gboolean below = FALSE;
  guint port = 0;

  g_autofree char *ascii = cardea_host_encode (word, &reason);
  if (ascii == NULL || !cardea_host_parse (ascii, &host, &port, &below, &reason))
    {
      ui_cli_usage (error, _ ("“%s” cannot be shared as HOST or HOST:PORT: %s"), word,
                    reason->message);
      return FALSE;
    }
  g_autofree char *name = cardea_host_format (host, port);
  g_autofree char *whole = g_strconcat (below ? "." : "", name, NULL);
  cardea_json_append (hosts, cardea_json_new_string (whole));
  return TRUE;
}

gboolean
ui_cli_hosts_set (CardeaMessage *message, char **words, GError **error)
{
  g_autoptr (CardeaJson) hosts = cardea_json_new_array ();

  if (words == NULL || words[0] == NULL)
    return TRUE;
  if (g_strv_length (words) > HOSTS_LIMIT)
    {
      ui_cli_usage (error, _ ("at most %u hosts can be shared at once"), HOSTS_LIMIT);
      return FALSE;
    }
  for (guint i = 0; words[i] != NULL; i++)
    if (!ui_cli_check_text (words[i], "--net", error) || !add_host (hosts, words[i], error))
      return FALSE;
  cardea_message_set_json (message, "net", g_steal_pointer (&hosts));
  return TRUE;
}
