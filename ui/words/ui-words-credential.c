/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/words/ui-words-credential.h"

#include "common/base/cardea-text.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define PORT_USUAL ":443"

/* The usual port goes without saying. */
static char *
join_hosts (const CardeaJson *hosts)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; hosts != NULL && i < cardea_json_size (hosts); i++)
    {
      const char *host = cardea_json_string (cardea_json_nth (hosts, i));
      if (host == NULL)
        continue;
      gsize size = strlen (host) - (g_str_has_suffix (host, PORT_USUAL) ? strlen (PORT_USUAL) : 0);
      g_autofree char *safe = cardea_text_escape (host, size, NULL);
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", safe);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
ui_words_credential_terms (const CardeaJson *credential, gint64 now_us)
{
  g_autofree char *hosts = join_hosts (cardea_json_get (credential, "hosts"));
  g_autofree char *header = ui_words_text (credential, "header");
  g_autofree char *scheme = ui_words_text (credential, "scheme");
  const char *last = cardea_json_get_string (credential, "last_used");
  g_autofree char *time = last != NULL ? ui_words_time (last, now_us) : NULL;
  g_autofree char *used
      = time != NULL ? g_strdup_printf (_ ("last used %s"), time) : g_strdup (_ ("never used"));

  const CardeaJson *token = cardea_json_get (credential, "token");
  g_autofree char *url = token != NULL ? ui_words_text (token, "url") : NULL;
  if (token != NULL && cardea_json_get (token, "aws") != NULL)
    return g_strdup_printf ("%s · %s · %s", hosts, _ ("signed for AWS"), used);
  if (url != NULL)
    {
      g_autofree char *from = g_strdup_printf (_ ("tokens from %s"), url);
      return g_strdup_printf ("%s · %s · %s", hosts, from, used);
    }
  return g_strdup_printf ("%s · %s: %s%s… · %s", hosts, header != NULL ? header : "?",
                          scheme != NULL ? scheme : "", scheme != NULL ? " " : "", used);
}

char *
ui_words_credential_model (const CardeaJson *model)
{
  g_autofree char *id = ui_words_text (model, "model");
  g_autofree char *url = ui_words_text (model, "url");
  gboolean key = cardea_json_get_string (model, "credential") != NULL;
  g_autofree char *where
      = id != NULL ? g_strdup_printf (_ ("%s at %s"), id, url != NULL ? url : "?")
                   : g_strdup_printf (_ ("at %s; which of its models is meant is not known yet"),
                                      url != NULL ? url : "?");

  return key ? g_strdup_printf (_ ("%s · with a key"), where) : g_steal_pointer (&where);
}
