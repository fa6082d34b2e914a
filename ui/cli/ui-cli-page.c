/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-page.h"

#include "ui/cli/ui-cli-output.h"

#include <glib/gi18n.h>
#include <string.h>

#define LEAST_TEXT_COLUMNS 10
#define MARGIN 2

typedef struct {
  GPtrArray *lines;
  GString *line;
  guint used; /* columns of line */
  guint indent;
  guint columns;
  char style;     /* the mark that was opened; 0: none */
  gboolean fresh; /* nothing but the indent stands in line */
} Wrap;

static gboolean
is_mark (gunichar c)
{
  return c >= UI_CLI_PAGE_STRONG && c <= UI_CLI_PAGE_REMOVED;
}

static guint
character_width (gunichar c)
{
  if (is_mark (c) || g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

static void
break_line (Wrap *wrap)
{
  if (wrap->style != 0)
    g_string_append_c (wrap->line, UI_CLI_PAGE_NORMAL);
  g_ptr_array_add (wrap->lines, g_string_free (wrap->line, FALSE));
  wrap->line = g_string_new (NULL);
  g_string_append_printf (wrap->line, "%*s", (int) wrap->indent, "");
  wrap->used = wrap->indent;
  wrap->fresh = TRUE;
  if (wrap->style != 0)
    g_string_append_c (wrap->line, wrap->style);
}

static guint
word_width (const char *word, const char *end)
{
  guint width = 0;
  for (; word < end; word = g_utf8_next_char (word))
    width += character_width (g_utf8_get_char (word));
  return width;
}

/* A word longer than a line is broken anywhere: nothing is left out. */
static void
put_word (Wrap *wrap, const char *word, const char *end)
{
  guint width = word_width (word, end);
  gboolean fits = wrap->used + (wrap->fresh ? 0 : 1) + width <= wrap->columns;
  gboolean longer_than_line = wrap->indent + width > wrap->columns;

  if (!wrap->fresh && !fits && (!longer_than_line || wrap->used + 1 >= wrap->columns))
    break_line (wrap);
  if (!wrap->fresh)
    {
      g_string_append_c (wrap->line, ' ');
      wrap->used++;
    }
  for (; word < end; word = g_utf8_next_char (word))
    {
      gunichar c = g_utf8_get_char (word);
      if (wrap->used + character_width (c) > wrap->columns)
        break_line (wrap);
      if (is_mark (c))
        wrap->style = c == UI_CLI_PAGE_NORMAL ? 0 : (char) c;
      g_string_append_unichar (wrap->line, c);
      wrap->used += character_width (c);
      wrap->fresh = FALSE;
    }
}

void
ui_cli_page_wrap (GPtrArray *lines, const char *head, guint indent, const char *text, guint columns)
{
  Wrap wrap = { .lines = lines,
                .line = g_string_new (head),
                .used = ui_cli_output_width (head),
                .indent = indent,
                .columns = columns,
                .fresh = TRUE };
  while (wrap.used < indent)
    {
      g_string_append_c (wrap.line, ' ');
      wrap.used++;
    }
  /* Of several spaces each but the one at a break stays: they may be part of a name. */
  for (const char *at = text; at != NULL;)
    {
      const char *space = strchr (at, ' ');
      put_word (&wrap, at, space != NULL ? space : at + strlen (at));
      at = space != NULL ? space + 1 : NULL;
    }
  if (wrap.style != 0)
    g_string_append_c (wrap.line, UI_CLI_PAGE_NORMAL);
  g_ptr_array_add (lines, g_string_free (wrap.line, FALSE));
}

static void
add_blank (GPtrArray *lines)
{
  g_ptr_array_add (lines, g_strdup (""));
}

/* The labelled fields stand in two columns, unless the terminal is too narrow. */
static void
add_field (GPtrArray *lines, const char *label, guint label_columns, const char *text,
           guint columns)
{
  g_autofree char *head = g_strdup_printf ("%*s%s", MARGIN, "", label);
  guint indent = label_columns + 2 * MARGIN;
  if (indent + LEAST_TEXT_COLUMNS <= columns)
    {
      ui_cli_page_wrap (lines, head, indent, text, columns);
      return;
    }
  if (*label != '\0')
    g_ptr_array_add (lines, g_steal_pointer (&head));
  ui_cli_page_wrap (lines, "", 2 * MARGIN, text, columns);
}

static char *
stressed (const char *stem, const char *last)
{
  return g_strdup_printf ("%s%c%s%c", stem, UI_CLI_PAGE_STRONG, last, UI_CLI_PAGE_NORMAL);
}

static void
add_head (GPtrArray *lines, const UiConsentWording *wording, guint columns)
{
  g_autofree char *title = wording->queue != NULL
                               ? g_strdup_printf (_ ("Permission request (%s)"), wording->queue)
                               : g_strdup (_ ("Permission request"));
  g_autofree char *strong_title = stressed ("", title);
  g_autofree char *who = g_strdup_printf (_ ("%s asks to:"), wording->who);
  g_autofree char *sentence = stressed ("", wording->sentence);
  g_autofree char *named = stressed (wording->target_stem, wording->target_last);
  g_autofree char *target = g_strconcat (named, wording->target_tail, NULL);

  ui_cli_page_wrap (lines, "", 0, strong_title, columns);
  add_blank (lines);
  ui_cli_page_wrap (lines, "", MARGIN, who, columns);
  add_blank (lines);
  ui_cli_page_wrap (lines, "", 2 * MARGIN, sentence, columns);
  ui_cli_page_wrap (lines, "", 2 * MARGIN, target, columns);
  ui_cli_page_wrap (lines, "", 2 * MARGIN, wording->facts, columns);
  if (wording->via != NULL)
    ui_cli_page_wrap (lines, "", 2 * MARGIN, wording->via, columns);
  add_blank (lines);
}

/* --- what is changed --- */

#define TAB_COLUMNS 8

static const struct {
  char style;
  gboolean content; /* kept as it is: signed, broken anywhere, tabs become spaces */
} kinds[] = {
  [UI_CONSENT_PREVIEW_HEADING] = { UI_CLI_PAGE_STRONG, FALSE },
  [UI_CONSENT_PREVIEW_FACT] = { 0, FALSE },
  [UI_CONSENT_PREVIEW_NOTE] = { 0, FALSE },
  [UI_CONSENT_PREVIEW_HUNK] = { 0, FALSE },
  [UI_CONSENT_PREVIEW_CONTEXT] = { 0, TRUE },
  [UI_CONSENT_PREVIEW_ADDED] = { UI_CLI_PAGE_ADDED, TRUE },
  [UI_CONSENT_PREVIEW_REMOVED] = { UI_CLI_PAGE_REMOVED, TRUE },
  [UI_CONSENT_PREVIEW_REMARK] = { 0, TRUE },
  [UI_CONSENT_PREVIEW_FOLD] = { 0, FALSE },
};

static char *
expand_tabs (const char *text)
{
  GString *out = g_string_new (NULL);
  for (guint used = 0; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);
      guint width = c == '\t' ? TAB_COLUMNS - used % TAB_COLUMNS : character_width (c);
      if (c == '\t')
        g_string_append_printf (out, "%*s", (int) width, "");
      else
        g_string_append_unichar (out, c);
      used += width;
    }
  return g_string_free (out, FALSE);
}

static void
add_content (GPtrArray *lines, const UiConsentPreviewLine *line, guint columns)
{
  g_autofree char *text = expand_tabs (line->text);
  Wrap wrap = {
    .lines = lines, .columns = columns, .indent = 2 * MARGIN, .style = kinds[line->kind].style
  };
  wrap.line = g_string_new (NULL);
  g_string_append_printf (wrap.line, "%*s", MARGIN, "");
  if (wrap.style != 0)
    g_string_append_c (wrap.line, wrap.style);
  g_string_append_printf (wrap.line, "%c ", ui_consent_preview_sign (line->kind));
  wrap.used = 2 * MARGIN;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      if (wrap.used + character_width (c) > columns)
        break_line (&wrap);
      g_string_append_unichar (wrap.line, c);
      wrap.used += character_width (c);
    }
  if (wrap.style != 0)
    g_string_append_c (wrap.line, UI_CLI_PAGE_NORMAL);
  g_ptr_array_add (lines, g_string_free (wrap.line, FALSE));
}

void
ui_cli_page_add_preview (GPtrArray *lines, const UiConsentPreview *preview, const char *hint,
                         guint columns)
{
  g_autoptr (GPtrArray) shown = ui_consent_preview_lines (preview);
  for (guint i = 0; i < shown->len; i++)
    {
      const UiConsentPreviewLine *line = shown->pdata[i];
      if (kinds[line->kind].content)
        {
          add_content (lines, line, columns);
          continue;
        }
      gboolean fold = line->kind == UI_CONSENT_PREVIEW_FOLD && hint != NULL;
      g_autofree char *text
          = fold ? g_strdup_printf (_ ("… %s (%s)"), line->text, hint) : g_strdup (line->text);
      g_autofree char *styled = kinds[line->kind].style != 0 ? stressed ("", text) : NULL;
      ui_cli_page_wrap (lines, "", MARGIN, styled != NULL ? styled : text, columns);
    }
}

/* The strings of a field, the label before the first. */
static void
add_fields (GPtrArray *lines, const char *label, guint width, char *const *texts, guint columns)
{
  for (guint i = 0; texts[i] != NULL; i++)
    add_field (lines, i == 0 ? label : "", width, texts[i], columns);
}

static void
add_effect (GPtrArray *lines, const UiCliPage *page, const char *label, guint width, guint columns)
{
  add_field (lines, label, width, page->wording->effect, columns);
  add_fields (lines, _ ("Warning"), width, page->wording->warnings, columns);
  add_fields (lines, "", width, page->wording->items, columns);
  add_blank (lines);
  guint before = lines->len;
  ui_cli_page_add_preview (lines, page->preview, _ ("type “unfold” to read them"), columns);
  if (lines->len > before)
    add_blank (lines);
  else
    g_ptr_array_set_size (lines, (int) before - 1);
}

GPtrArray *
ui_cli_page_compose (const UiCliPage *page, guint columns)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  const UiConsentWording *wording = page->wording;
  const char *why = _ ("Why"), *because = _ ("Because"), *effect = _ ("Effect"),
             *warning = _ ("Warning"), *sensitive = _ ("Sensitive"), *remember = _ ("Remember"),
             *more = _ ("Details");
  const char *labels[] = { why, because, effect, warning, sensitive, remember, more };
  guint width = 0;
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    width = MAX (width, ui_cli_output_width (labels[i]));

  add_head (lines, wording, columns);
  g_autofree char *reason = wording->why != NULL
                                ? g_strdup_printf (_ ("%s (%s)"), wording->why, wording->why_mark)
                                : g_strdup (_ ("The agent gave no reason."));
  add_field (lines, why, width, reason, columns);
  add_fields (lines, because, width, wording->because, columns);
  add_effect (lines, page, effect, width, columns);
  add_fields (lines, sensitive, width, wording->sensitive, columns);
  if (page->rule != NULL)
    add_field (lines, remember, width, page->rule, columns);
  if (page->choices != NULL)
    add_field (lines, "", width, page->choices, columns);
  if (page->details)
    add_fields (lines, more, width, wording->details, columns);
  return lines;
}

char *
ui_cli_page_render (const char *line, gboolean plain)
{
  static const char *const sequences[] = { [UI_CLI_PAGE_STRONG] = "\033[1;4m",
                                           [UI_CLI_PAGE_NORMAL] = "\033[0m",
                                           [UI_CLI_PAGE_ADDED] = "\033[32m",
                                           [UI_CLI_PAGE_REMOVED] = "\033[31m" };
  GString *out = g_string_new (NULL);
  gboolean strong = FALSE;
  for (; *line != '\0'; line++)
    {
      if (!is_mark ((guchar) *line))
        g_string_append_c (out, *line);
      else if (!plain)
        g_string_append (out, sequences[(guchar) *line]);
      else if (strong || *line == UI_CLI_PAGE_STRONG)
        g_string_append_c (out, '*');
      if (is_mark ((guchar) *line))
        strong = *line == UI_CLI_PAGE_STRONG;
    }
  return g_string_free (out, FALSE);
}
