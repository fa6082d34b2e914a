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
  gboolean strong;
  gboolean fresh; /* nothing but the indent stands in line */
} Wrap;

static guint
character_width (gunichar c)
{
  if (c == UI_CLI_PAGE_STRONG || c == UI_CLI_PAGE_NORMAL || g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

static void
break_line (Wrap *wrap)
{
  if (wrap->strong)
    g_string_append_c (wrap->line, UI_CLI_PAGE_NORMAL);
  g_ptr_array_add (wrap->lines, g_string_free (wrap->line, FALSE));
  wrap->line = g_string_new (NULL);
  g_string_append_printf (wrap->line, "%*s", (int) wrap->indent, "");
  wrap->used = wrap->indent;
  wrap->fresh = TRUE;
  if (wrap->strong)
    g_string_append_c (wrap->line, UI_CLI_PAGE_STRONG);
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
      if (c == UI_CLI_PAGE_STRONG || c == UI_CLI_PAGE_NORMAL)
        wrap->strong = c == UI_CLI_PAGE_STRONG;
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
  if (wrap.strong)
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
  g_autofree char *target = stressed (wording->target_stem, wording->target_last);

  ui_cli_page_wrap (lines, "", 0, strong_title, columns);
  add_blank (lines);
  ui_cli_page_wrap (lines, "", MARGIN, who, columns);
  add_blank (lines);
  ui_cli_page_wrap (lines, "", 2 * MARGIN, sentence, columns);
  ui_cli_page_wrap (lines, "", 2 * MARGIN, target, columns);
  ui_cli_page_wrap (lines, "", 2 * MARGIN, wording->facts, columns);
  if (wording->via != NULL)
    ui_cli_page_wrap (lines, "", 2 * MARGIN, wording->via, columns);
  if (wording->target_marked)
    ui_cli_page_wrap (lines, "", 2 * MARGIN,
                      _ ("The name holds characters that do not show or that mislead; they are "
                         "written out as \\u{…} or \\x…."),
                      columns);
  add_blank (lines);
}

GPtrArray *
ui_cli_page_compose (const UiConsentWording *wording, const char *rule, const char *choices,
                     gboolean details, guint columns)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  const char *why = _ ("Why"), *because = _ ("Because"), *effect = _ ("Effect"),
             *sensitive = _ ("Sensitive"), *remember = _ ("Remember"), *more = _ ("Details");
  const char *labels[] = { why, because, effect, sensitive, remember, more };
  guint width = 0;
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    width = MAX (width, ui_cli_output_width (labels[i]));

  add_head (lines, wording, columns);
  g_autofree char *reason = wording->why != NULL
                                ? g_strdup_printf (_ ("%s (%s)"), wording->why, wording->why_mark)
                                : g_strdup (_ ("The agent gave no reason."));
  add_field (lines, why, width, reason, columns);
  for (guint i = 0; wording->because[i] != NULL; i++)
    add_field (lines, i == 0 ? because : "", width, wording->because[i], columns);
  add_field (lines, effect, width, wording->effect, columns);
  for (guint i = 0; wording->sensitive[i] != NULL; i++)
    add_field (lines, i == 0 ? sensitive : "", width, wording->sensitive[i], columns);
  if (rule != NULL)
    add_field (lines, remember, width, rule, columns);
  if (choices != NULL)
    add_field (lines, "", width, choices, columns);
  for (guint i = 0; details && wording->details[i] != NULL; i++)
    add_field (lines, i == 0 ? more : "", width, wording->details[i], columns);
  return lines;
}

char *
ui_cli_page_render (const char *line, gboolean plain)
{
  GString *out = g_string_new (NULL);
  for (; *line != '\0'; line++)
    if (*line == UI_CLI_PAGE_STRONG)
      g_string_append (out, plain ? "*" : "\033[1;4m");
    else if (*line == UI_CLI_PAGE_NORMAL)
      g_string_append (out, plain ? "*" : "\033[0m");
    else
      g_string_append_c (out, *line);
  return g_string_free (out, FALSE);
}
