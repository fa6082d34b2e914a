/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/programs/ui-program-hosts.h"

#include "common/base/cardea-host.h"
#include "ui/programs/ui-program.h"

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

  if (!g_utf8_validate (word, -1, NULL))
    {
      g_set_error_literal (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
                           _ ("--net is not UTF-8 text: check what was typed"));
      return FALSE;
    }
  if (strstr (word, "://") != NULL)
    {
      g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
                   _ ("“%s” is an address of the web: name its host alone, as HOST or HOST:PORT"),
                   word);
      return FALSE;
    }
  g_autofree char *ascii = cardea_host_encode (word, &reason);
  if (ascii == NULL || !cardea_host_parse (ascii, &host, &port, &below, &reason))
    {
      g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
                   _ ("“%s” cannot be shared as HOST or HOST:PORT: %s"), word, reason->message);
      return FALSE;
    }
  g_autofree char *name = cardea_host_format (host, port);
  g_autofree char *whole = g_strconcat (below ? "." : "", name, NULL);
  cardea_json_append (hosts, cardea_json_new_string (whole));
  return TRUE;
}

gboolean
ui_program_hosts_set (CardeaMessage *message, char **words, GError **error)
{
  g_autoptr (CardeaJson) hosts = cardea_json_new_array ();

  if (words == NULL || words[0] == NULL)
    return TRUE;
  if (g_strv_length (words) > HOSTS_LIMIT)
    {
      g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
                   _ ("at most %u hosts can be shared at once"), HOSTS_LIMIT);
      return FALSE;
    }
  for (guint i = 0; words[i] != NULL; i++)
    if (!add_host (hosts, words[i], error))
      return FALSE;
  cardea_message_set_json (message, "net", g_steal_pointer (&hosts));
  return TRUE;
}
