/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/dialog/ui-consent-effect.h"

#include "ui/consent/dialog/ui-consent-change-list.h"
#include "ui/consent/dialog/ui-consent-diff-view.h"
#include "ui/consent/ui-consent-preview.h"

#include <glib/gi18n.h>

struct _UiConsentEffect {
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkLabel *sentence;
  GtkLabel *facts; /* of a single change without content */
  UiConsentDiffView *diff;
  UiConsentChangeList *list;
  UiConsentPreview *preview;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiConsentEffect, ui_consent_effect, GTK_TYPE_WIDGET)

static void
diff_changed_cb (UiConsentEffect *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static char *
join_lines (const GPtrArray *lines)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "",
                            ((UiConsentPreviewLine *) lines->pdata[i])->text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show (gpointer widget, gboolean visible)
{
  gtk_widget_set_visible (GTK_WIDGET (widget), visible);
}

void
ui_consent_effect_set_question (UiConsentEffect *self, const UiConsentQuestion *question,
                                const UiConsentWording *wording, const char *home)
{
  g_clear_pointer (&self->preview, ui_consent_preview_free);
  self->preview = ui_consent_preview_new (question, home);
  g_autoptr (GPtrArray) lines = ui_consent_preview_lines (self->preview);
  gboolean is_list = ui_consent_preview_is_list (self->preview);
  gboolean is_diff = !is_list && ui_consent_preview_has_content (self->preview);
  gboolean has_items = wording->items[0] != NULL;
  g_autofree char *facts = !is_list && !is_diff ? join_lines (lines) : g_strdup ("");
  g_autofree char *name = g_strdup_printf (_ ("Effect preview: %s"), wording->effect);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_label_set_text (self->sentence, wording->effect);
  gtk_label_set_text (self->facts, facts);
  show (self->facts, *facts != '\0');
  show (self->diff, is_diff);
  show (self->list, is_list || has_items);
  if (is_list)
    ui_consent_change_list_set_changes (self->list, question, self->preview);
  else if (has_items)
    ui_consent_change_list_set_titles (self->list, (const char *const *) wording->items);
  if (is_diff)
    ui_consent_diff_view_set_preview (self->diff, self->preview);
}

GtkWidget *
ui_consent_effect_get_focus (UiConsentEffect *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self->diff)))
    return ui_consent_diff_view_get_text (self->diff);
  if (gtk_widget_get_visible (GTK_WIDGET (self->list)))
    return ui_consent_change_list_get_view (self->list);
  return GTK_WIDGET (self);
}

gboolean
ui_consent_effect_is_wide (UiConsentEffect *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->diff))
         || gtk_widget_get_visible (GTK_WIDGET (self->list));
}

static void
ui_consent_effect_dispose (GObject *object)
{
  UiConsentEffect *self = UI_CONSENT_EFFECT (object);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_consent_effect_parent_class)->dispose (object);
}

static void
ui_consent_effect_finalize (GObject *object)
{
  g_clear_pointer (&UI_CONSENT_EFFECT (object)->preview, ui_consent_preview_free);
  G_OBJECT_CLASS (ui_consent_effect_parent_class)->finalize (object);
}

static void
ui_consent_effect_class_init (UiConsentEffectClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (UI_TYPE_CONSENT_CHANGE_LIST);
  g_type_ensure (UI_TYPE_CONSENT_DIFF_VIEW);
  G_OBJECT_CLASS (klass)->dispose = ui_consent_effect_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_consent_effect_finalize;
  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_CONSENT_EFFECT, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/cardea/Cardea/ui/consent/dialog/ui-consent-effect.ui");
  gtk_widget_class_bind_template_child (widget_class, UiConsentEffect, box);
  gtk_widget_class_bind_template_child (widget_class, UiConsentEffect, sentence);
  gtk_widget_class_bind_template_child (widget_class, UiConsentEffect, facts);
  gtk_widget_class_bind_template_child (widget_class, UiConsentEffect, diff);
  gtk_widget_class_bind_template_child (widget_class, UiConsentEffect, list);
  gtk_widget_class_bind_template_callback (widget_class, diff_changed_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ui_consent_effect_init (UiConsentEffect *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_init_template (GTK_WIDGET (self));
}
