/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: that UiConsentPreview escaped every line. Refuses: nothing. Long lines wrap, so that
 * nothing hides beside the view. Known gaps: none. */

#include "ui/consent/dialog/ui-consent-diff-view.h"

#include "ui/consent/dialog/ui-consent-diff-gutter.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define LEAST_LINES 3
#define MOST_LINES 16
#define WRAP_CHARACTERS 80 /* about what fits into a line */
#define MARGINS 24

struct _UiConsentDiffView {
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkScrolledWindow *scroller;
  GtkSourceView *text;
  GtkWidget *unfold;
  UiConsentDiffGutter *gutter;
  UiConsentPreview *preview;
  GPtrArray *lines; /* UiConsentPreviewLine, one a line of the buffer */
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiConsentDiffView, ui_consent_diff_view, GTK_TYPE_WIDGET)

/* Colours by kind of line, for light and dark. NULL: as the text around it. */
static const struct {
  const char *tag;
  gboolean signed_text; /* content: its sign stands before it, and it reads from left to right */
  int weight, above;
  const char *ink[2], *paper[2], *contrast_paper[2];
} looks[] = {
  [UI_CONSENT_PREVIEW_HEADING] = { "heading", FALSE, PANGO_WEIGHT_BOLD, 10 },
  [UI_CONSENT_PREVIEW_FACT] = { "fact", FALSE, PANGO_WEIGHT_NORMAL, 0, { "#5e5c64", "#c0bfbc" } },
  [UI_CONSENT_PREVIEW_NOTE] = { "note", FALSE, PANGO_WEIGHT_BOLD, 0, { "#905400", "#f8e45c" } },
  [UI_CONSENT_PREVIEW_HUNK] = { "hunk", FALSE, PANGO_WEIGHT_NORMAL, 4, { "#5e5c64", "#c0bfbc" } },
  [UI_CONSENT_PREVIEW_CONTEXT] = { "context", TRUE, PANGO_WEIGHT_NORMAL, 0 },
  [UI_CONSENT_PREVIEW_ADDED] = { "added",
                                 TRUE,
                                 PANGO_WEIGHT_NORMAL,
                                 0,
                                 { "#0b4f24", "#b9f0c8" },
                                 { "#dff5e4", "#173d24" },
                                 { "#b5e8c1", "#0d5226" } },
  [UI_CONSENT_PREVIEW_REMOVED] = { "removed",
                                   TRUE,
                                   PANGO_WEIGHT_NORMAL,
                                   0,
                                   { "#7a1016", "#ffc9c5" },
                                   { "#fde4e2", "#48191b" },
                                   { "#f7bfbb", "#6d1418" } },
  [UI_CONSENT_PREVIEW_REMARK]
  = { "remark", TRUE, PANGO_WEIGHT_NORMAL, 0, { "#5e5c64", "#c0bfbc" } },
  [UI_CONSENT_PREVIEW_FOLD] = { "fold", FALSE, PANGO_WEIGHT_NORMAL, 4, { "#1a5fb4", "#78aeed" } },
};

static GtkTextBuffer *
buffer_of (UiConsentDiffView *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
}

static void
make_tags (GtkTextBuffer *buffer)
{
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      GtkTextTag *tag = gtk_text_buffer_create_tag (buffer, looks[i].tag, "weight", looks[i].weight,
                                                    "pixels-above-lines", looks[i].above,
                                                    "insert-hyphens", FALSE, NULL);
      if (looks[i].signed_text)
        g_object_set (tag, "family", "monospace", "direction", GTK_TEXT_DIR_LTR, NULL);
      if (i == UI_CONSENT_PREVIEW_FOLD)
        g_object_set (tag, "underline", PANGO_UNDERLINE_SINGLE, NULL);
    }
}

/* What the theme says, whoever set it: light letters stand on dark paper. */
static gboolean
is_dark (UiConsentDiffView *self)
{
  GdkRGBA ink;
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &ink);
  return ink.red + ink.green + ink.blue > 1.5f;
}

static void
dress (UiConsentDiffView *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  gboolean dark = is_dark (self);
  gboolean contrast = adw_style_manager_get_high_contrast (style);
  GtkTextTagTable *table = gtk_text_buffer_get_tag_table (buffer_of (self));
  GtkSourceStyleScheme *scheme = gtk_source_style_scheme_manager_get_scheme (
      gtk_source_style_scheme_manager_get_default (), dark ? "Adwaita-dark" : "Adwaita");

  gtk_source_buffer_set_style_scheme (GTK_SOURCE_BUFFER (buffer_of (self)), scheme);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    g_object_set (gtk_text_tag_table_lookup (table, looks[i].tag), "foreground",
                  contrast ? NULL : looks[i].ink[dark], "paragraph-background",
                  contrast ? looks[i].contrast_paper[dark] : looks[i].paper[dark], NULL);
}

static void
append_line (GString *text, const UiConsentPreviewLine *line)
{
  if (looks[line->kind].signed_text)
    g_string_append_printf (text, "%c ", ui_consent_preview_sign (line->kind));
  if (line->kind == UI_CONSENT_PREVIEW_FOLD)
    g_string_append (text, "▸ ");
  g_string_append (text, line->text);
  g_string_append_c (text, '\n');
}

/* Lines of one kind that follow one another take their tag together. */
static void
tag_lines (UiConsentDiffView *self)
{
  GtkTextBuffer *buffer = buffer_of (self);
  GtkTextIter from, to;
  for (guint i = 0, next; i < self->lines->len; i = next)
    {
      UiConsentPreviewKind kind = ((UiConsentPreviewLine *) self->lines->pdata[i])->kind;
      for (next = i + 1; next < self->lines->len; next++)
        if (((UiConsentPreviewLine *) self->lines->pdata[next])->kind != kind)
          break;
      gtk_text_buffer_get_iter_at_line (buffer, &from, (int) i);
      gtk_text_buffer_get_iter_at_line (buffer, &to, (int) next);
      gtk_text_buffer_apply_tag_by_name (buffer, looks[kind].tag, &from, &to);
    }
}

/* The height of a text is not known before it was laid out: without an estimate the window would
 * grow after it was shown. */
static void
set_height (UiConsentDiffView *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self->text));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int line_pixels = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));
  glong rows = 0;
  pango_font_metrics_unref (metrics);
  for (guint i = 0; i < self->lines->len && rows < MOST_LINES; i++)
    rows += 1
            + g_utf8_strlen (((UiConsentPreviewLine *) self->lines->pdata[i])->text, -1)
                  / WRAP_CHARACTERS;
  gtk_scrolled_window_set_min_content_height (
      self->scroller, (int) CLAMP (rows, LEAST_LINES, MOST_LINES) * line_pixels + MARGINS);
}

static void
fill (UiConsentDiffView *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  self->lines = ui_consent_preview_lines (self->preview);
  for (guint i = 0; i < self->lines->len; i++)
    append_line (text, self->lines->pdata[i]);
  if (text->len > 0) /* no empty line at the end */
    g_string_truncate (text, text->len - 1);
  gtk_text_buffer_set_text (buffer_of (self), text->str, (int) text->len);
  tag_lines (self);
  ui_consent_diff_gutter_set_lines (self->gutter, self->lines);

  set_height (self);
  guint folded = ui_consent_preview_folded (self->preview);
  g_autofree char *label = g_strdup_printf (
      ngettext ("Show %u folded line", "Show all %u folded lines", folded), folded);
  gtk_button_set_label (GTK_BUTTON (self->unfold), label);
  gtk_widget_set_visible (self->unfold, folded > 0);
}

static void
unfold_clicked_cb (UiConsentDiffView *self)
{
  ui_consent_preview_open_all (self->preview);
  fill (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
text_released_cb (GtkGestureClick *gesture, int n, double x, double y, UiConsentDiffView *self)
{
  GtkTextIter at;
  int buffer_x, buffer_y;
  gtk_text_view_window_to_buffer_coords (GTK_TEXT_VIEW (self->text), GTK_TEXT_WINDOW_WIDGET,
                                         (int) x, (int) y, &buffer_x, &buffer_y);
  if (!gtk_text_view_get_iter_at_location (GTK_TEXT_VIEW (self->text), &at, buffer_x, buffer_y))
    return;
  guint index = (guint) gtk_text_iter_get_line (&at);
  if (self->lines == NULL || index >= self->lines->len)
    return;
  const UiConsentPreviewLine *line = self->lines->pdata[index];
  if (line->kind != UI_CONSENT_PREVIEW_FOLD)
    return;
  ui_consent_preview_open (self->preview, line->fold);
  fill (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
ui_consent_diff_view_set_preview (UiConsentDiffView *self, UiConsentPreview *preview)
{
  self->preview = preview;
  dress (self);
  fill (self);
}

GtkWidget *
ui_consent_diff_view_get_text (UiConsentDiffView *self)
{
  return GTK_WIDGET (self->text);
}

void
ui_consent_diff_view_prepare (void)
{
  g_autoptr (GtkWidget) view = g_object_ref_sink (gtk_source_view_new ());
  gtk_source_style_scheme_manager_get_scheme (gtk_source_style_scheme_manager_get_default (),
                                              "Adwaita");
}

static void
ui_consent_diff_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (ui_consent_diff_view_parent_class)->css_changed (widget, change);
  if (UI_CONSENT_DIFF_VIEW (widget)->preview != NULL)
    dress (UI_CONSENT_DIFF_VIEW (widget));
}

static void
ui_consent_diff_view_dispose (GObject *object)
{
  UiConsentDiffView *self = UI_CONSENT_DIFF_VIEW (object);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_consent_diff_view_parent_class)->dispose (object);
}

static void
ui_consent_diff_view_finalize (GObject *object)
{
  g_clear_pointer (&UI_CONSENT_DIFF_VIEW (object)->lines, g_ptr_array_unref);
  G_OBJECT_CLASS (ui_consent_diff_view_parent_class)->finalize (object);
}

static void
ui_consent_diff_view_class_init (UiConsentDiffViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  G_OBJECT_CLASS (klass)->dispose = ui_consent_diff_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_consent_diff_view_finalize;
  widget_class->css_changed = ui_consent_diff_view_css_changed;
  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_CONSENT_DIFF_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/cardea/Cardea/ui/consent/dialog/ui-consent-diff-view.ui");
  gtk_widget_class_bind_template_child (widget_class, UiConsentDiffView, box);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDiffView, scroller);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDiffView, text);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDiffView, unfold);
  gtk_widget_class_bind_template_callback (widget_class, unfold_clicked_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_consent_diff_view_init (UiConsentDiffView *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  gtk_widget_init_template (GTK_WIDGET (self));

  GtkSourceBuffer *buffer = GTK_SOURCE_BUFFER (buffer_of (self));
  gtk_source_buffer_set_highlight_syntax (buffer, FALSE);
  gtk_source_buffer_set_highlight_matching_brackets (buffer, FALSE);
  gtk_text_buffer_set_enable_undo (GTK_TEXT_BUFFER (buffer), FALSE);
  make_tags (GTK_TEXT_BUFFER (buffer));

  GtkSourceGutterRenderer *gutter = ui_consent_diff_gutter_new ();
  self->gutter = UI_CONSENT_DIFF_GUTTER (gutter);
  gtk_source_gutter_insert (gtk_source_view_get_gutter (self->text, GTK_TEXT_WINDOW_LEFT), gutter,
                            0);

  GtkGesture *click = gtk_gesture_click_new ();
  g_signal_connect (click, "released", G_CALLBACK (text_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text), GTK_EVENT_CONTROLLER (click));

  g_signal_connect_object (style, "notify::dark", G_CALLBACK (dress), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (dress), self,
                           G_CONNECT_SWAPPED);
}
