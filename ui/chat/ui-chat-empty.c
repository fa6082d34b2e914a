/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-empty.h"

#include "common/base/cardea-paths.h"
#include "ui/consent/ui-consent-wording.h"

#include <glib/gi18n.h>

void
ui_chat_empty_show (AdwStatusPage *page, const UiChatForeign *foreign)
{
  g_autofree char *home = cardea_paths_home ();
  g_autofree char *folder = ui_consent_wording_path (foreign->folder, home);
  /* Translators: %s is an agent, "opencode". */
  g_autofree char *title = g_strdup_printf (_ ("Chat with %s"), foreign->title);
  /* Translators: %s is a folder. */
  g_autofree char *text = g_strdup_printf (
      foreign->writable ? _ ("It works in %s and may change files there. It runs in a sandbox and "
                             "sees nothing else of yours; for more it has to ask.")
                        : _ ("It works in %s and may read files there; changing them is asked. It "
                             "runs in a sandbox and sees nothing else of yours; for more it has to "
                             "ask."),
      folder);
  g_autofree char *markup = g_markup_escape_text (text, -1);
  g_autofree char *heading = g_markup_escape_text (title, -1);

  adw_status_page_set_title (page, heading);
  adw_status_page_set_description (page, markup);
}
