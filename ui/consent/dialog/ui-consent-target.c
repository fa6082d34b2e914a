/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/dialog/ui-consent-target.h"

#include "ui/consent/dialog/ui-consent-label.h"

#include <glib/gi18n.h>

static const char *
target_icon_name (const UiConsentQuestion *question)
{
  if (question->host != NULL || question->program != NULL)
    return question->host != NULL ? "network-server-symbolic" : "system-run-symbolic";
  if (ui_consent_question_is_clipboard (question))
    return "edit-paste-symbolic";
  if (question->path == NULL)
    return "media-playback-pause-symbolic";
  return question->folder ? "folder-symbolic" : "text-x-generic-symbolic";
}

void
ui_consent_target_show (GtkImage *icon, GtkLabel *target, GtkLabel *facts,
                        const UiConsentQuestion *question, const UiConsentWording *wording)
{
  g_autofree char *plain
      = g_strconcat (wording->target_stem, wording->target_last, wording->target_tail, NULL);
  g_autofree char *markup = g_markup_printf_escaped (
      "<span alpha=\"70%%\">%s</span><b>%s</b><span alpha=\"70%%\">%s</span>", wording->target_stem,
      wording->target_last, wording->target_tail);
  g_autofree char *known = wording->via != NULL
                               ? g_strdup_printf ("%s\n%s", wording->facts, wording->via)
                               : g_strdup (wording->facts);

  gtk_image_set_from_icon_name (icon, target_icon_name (question));
  gtk_label_set_markup (target, markup);
  ui_consent_label_name (target, _ ("Target"), plain);
  ui_consent_label_show (facts, _ ("Target facts"), known);
}
