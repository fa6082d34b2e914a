/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-journal.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-path-json.h"

#include <unistd.h>

gboolean
guardian_view_journal_note (GuardianView *view, const char *action, guint64 by, const char *grant,
                            const char *path)
{
  g_autoptr (CardeaJson) effect = cardea_json_new_object ();
  g_autofree char *id = g_strdup_printf ("%" G_GUINT64_FORMAT, by);
  gsize size = 0;

  cardea_json_set_string (effect, "action", action);
  cardea_json_set_string (effect, "by", id);
  cardea_json_set_string (effect, "grant", grant);
  cardea_path_json_set (effect, "path", path);
  g_autofree char *text = cardea_json_write (effect, &size, NULL);
  if (text == NULL)
    return FALSE;
  text[size] = '\n'; /* in the place of its end */
  if (write (view->journal, text, size + 1) != (ssize_t) size + 1)
    {
      /* Half a line ends what can be read of it. */
      cardea_fd_clear (&view->journal);
      return FALSE;
    }
  view->journal_end += (gint64) size + 1;
  return TRUE;
}
