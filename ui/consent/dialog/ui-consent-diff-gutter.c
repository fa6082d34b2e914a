/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/dialog/ui-consent-diff-gutter.h"

#include "ui/consent/ui-consent-preview.h"

#define PADDING 8
#define LEAST_DIGITS 2

struct _UiConsentDiffGutter {
  GtkSourceGutterRendererText parent_instance;
  GPtrArray *lines;
};

G_DEFINE_FINAL_TYPE (UiConsentDiffGutter, ui_consent_diff_gutter,
                     GTK_SOURCE_TYPE_GUTTER_RENDERER_TEXT)

static int
number_of (const UiConsentPreviewLine *line)
{
  return line->after > 0 ? line->after : line->before;
}

static void
ui_consent_diff_gutter_query_data (GtkSourceGutterRenderer *renderer, GtkSourceGutterLines *lines,
                                   guint line)
{
  UiConsentDiffGutter *self = UI_CONSENT_DIFF_GUTTER (renderer);
  int number
      = self->lines != NULL && line < self->lines->len ? number_of (self->lines->pdata[line]) : 0;
  g_autofree char *text = number > 0 ? g_strdup_printf ("%d", number) : g_strdup ("");
  gtk_source_gutter_renderer_text_set_text (GTK_SOURCE_GUTTER_RENDERER_TEXT (self), text, -1);
}

void
ui_consent_diff_gutter_set_lines (UiConsentDiffGutter *self, GPtrArray *lines)
{
  int most = 0, width = 0, digits = 0;
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  self->lines = g_ptr_array_ref (lines);
  for (guint i = 0; i < lines->len; i++)
    most = MAX (most, number_of (lines->pdata[i]));
  gtk_widget_set_visible (GTK_WIDGET (self), most > 0);
  for (int left = most; left > 0; left /= 10)
    digits++;
  g_autofree char *widest = g_strnfill ((gsize) MAX (digits, LEAST_DIGITS), '8');
  gtk_source_gutter_renderer_text_measure (GTK_SOURCE_GUTTER_RENDERER_TEXT (self), widest, &width,
                                           NULL);
  gtk_widget_set_size_request (GTK_WIDGET (self), width + 2 * PADDING, -1);
}

static void
ui_consent_diff_gutter_finalize (GObject *object)
{
  g_clear_pointer (&UI_CONSENT_DIFF_GUTTER (object)->lines, g_ptr_array_unref);
  G_OBJECT_CLASS (ui_consent_diff_gutter_parent_class)->finalize (object);
}

static void
ui_consent_diff_gutter_class_init (UiConsentDiffGutterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_consent_diff_gutter_finalize;
  GTK_SOURCE_GUTTER_RENDERER_CLASS (klass)->query_data = ui_consent_diff_gutter_query_data;
}

static void
ui_consent_diff_gutter_init (UiConsentDiffGutter *self)
{
  gtk_source_gutter_renderer_set_xalign (GTK_SOURCE_GUTTER_RENDERER (self), 1.0f);
  gtk_source_gutter_renderer_set_xpad (GTK_SOURCE_GUTTER_RENDERER (self), PADDING);
}

GtkSourceGutterRenderer *
ui_consent_diff_gutter_new (void)
{
  return g_object_new (UI_TYPE_CONSENT_DIFF_GUTTER, NULL);
}
