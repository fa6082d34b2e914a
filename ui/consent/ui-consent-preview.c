/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-preview.h"

#include "common/base/cardea-text.h"
#include "ui/consent/ui-consent-diff.h"
#include "ui/consent/ui-consent-wording-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Trusts: the question as it was read. Refuses: nothing; whatever is in a difference becomes a line
 * or is counted by the fold that stands for it. Known gaps: none. */

#define NO_NEWLINE "\\ No newline at end of file"

typedef struct {
  guint lines, changed;
  gboolean open;
  UiConsentPreviewLine line; /* stands for it while it is closed */
} Fold;

struct _UiConsentPreview {
  GPtrArray *lines; /* UiConsentPreviewLine: all of them */
  GPtrArray *folds; /* Fold */
  guint section;
  guint changed; /* lines that are not folded */
  gboolean content;
};

static const UiConsentPreviewKind kinds[] = {
  [UI_CONSENT_DIFF_HUNK] = UI_CONSENT_PREVIEW_HUNK,
  [UI_CONSENT_DIFF_CONTEXT] = UI_CONSENT_PREVIEW_CONTEXT,
  [UI_CONSENT_DIFF_ADDED] = UI_CONSENT_PREVIEW_ADDED,
  [UI_CONSENT_DIFF_REMOVED] = UI_CONSENT_PREVIEW_REMOVED,
  [UI_CONSENT_DIFF_REMARK] = UI_CONSENT_PREVIEW_REMARK,
};

static const char signs[] = {
  [UI_CONSENT_PREVIEW_HEADING] = ' ', [UI_CONSENT_PREVIEW_FACT] = ' ',
  [UI_CONSENT_PREVIEW_NOTE] = ' ',    [UI_CONSENT_PREVIEW_HUNK] = ' ',
  [UI_CONSENT_PREVIEW_CONTEXT] = ' ', [UI_CONSENT_PREVIEW_ADDED] = '+',
  [UI_CONSENT_PREVIEW_REMOVED] = '-', [UI_CONSENT_PREVIEW_REMARK] = ' ',
  [UI_CONSENT_PREVIEW_FOLD] = ' ',
};

char
ui_consent_preview_sign (UiConsentPreviewKind kind)
{
  return kind < G_N_ELEMENTS (signs) ? signs[kind] : ' ';
}

static void
free_line (gpointer data)
{
  UiConsentPreviewLine *line = data;
  g_free (line->text);
  g_free (line);
}

static void
free_fold (gpointer data)
{
  Fold *fold = data;
  g_free (fold->line.text);
  g_free (fold);
}

/* text is taken. */
static UiConsentPreviewLine *
add_line (UiConsentPreview *preview, UiConsentPreviewKind kind, char *text)
{
  UiConsentPreviewLine *line = g_new0 (UiConsentPreviewLine, 1);
  line->kind = kind;
  line->section = preview->section;
  line->text = text;
  g_ptr_array_add (preview->lines, line);
  return line;
}

static void
add_lines (UiConsentPreview *preview, UiConsentPreviewKind kind, GStrv lines)
{
  for (guint i = 0; lines[i] != NULL; i++)
    add_line (preview, kind, g_strdup (lines[i]));
}

static Fold *
begin_fold (UiConsentPreview *preview)
{
  Fold *fold = g_new0 (Fold, 1);
  g_ptr_array_add (preview->folds, fold);
  fold->line.kind = UI_CONSENT_PREVIEW_FOLD;
  fold->line.section = preview->section;
  fold->line.fold = preview->folds->len;
  return fold;
}

static void
end_fold (Fold *fold)
{
  g_autofree char *lines
      = g_strdup_printf (ngettext ("%u more line", "%u more lines", fold->lines), fold->lines);
  if (fold->changed == 0)
    {
      fold->line.text = g_steal_pointer (&lines);
      return;
    }
  fold->line.text = g_strdup_printf (
      ngettext ("%s, %u of them changed", "%s, %u of them changed", fold->changed), lines,
      fold->changed);
}

static gboolean
is_changed (UiConsentDiffKind kind)
{
  return kind == UI_CONSENT_DIFF_ADDED || kind == UI_CONSENT_DIFF_REMOVED;
}

/* Where a hunk stands, as a person says it. */
static char *
describe_hunk (const UiConsentDiffLine *line)
{
  return g_strdup_printf (_ ("Line %d"), MAX (line->after, 1));
}

/* Git's and diff's own words are known, and then said in the person's language. */
static char *
describe_line (const UiConsentDiffLine *line)
{
  if (line->kind == UI_CONSENT_DIFF_HUNK)
    return describe_hunk (line);
  if (line->kind == UI_CONSENT_DIFF_REMARK && strcmp (line->text, NO_NEWLINE) == 0)
    return g_strdup (_ ("No line break at the end of the file"));
  return g_strdup (line->text);
}

/* Once the budget is spent everything that follows of this change is folded. That a hunk begins
 * with the first line needs no saying. */
static void
add_diff (UiConsentPreview *preview, const UiConsentDiff *diff)
{
  Fold *fold = NULL;
  for (guint i = 0; i < diff->lines->len; i++)
    {
      const UiConsentDiffLine *from = diff->lines->pdata[i];
      gboolean hunk = from->kind == UI_CONSENT_DIFF_HUNK;
      if (hunk && from->before <= 1 && from->after <= 1)
        continue;
      if (fold == NULL && (hunk || is_changed (from->kind))
          && preview->changed >= UI_CONSENT_PREVIEW_UNFOLDED)
        fold = begin_fold (preview);
      UiConsentPreviewLine *line = add_line (preview, kinds[from->kind], describe_line (from));
      line->before = hunk ? 0 : from->before;
      line->after = hunk ? 0 : from->after;
      if (fold == NULL)
        {
          preview->changed += is_changed (from->kind);
          continue;
        }
      line->fold = fold->line.fold;
      fold->lines++;
      fold->changed += is_changed (from->kind);
    }
  if (fold != NULL)
    end_fold (fold);
}

/* A program that writes by itself is asked about before anybody knows what: then it matters why. */
static void
add_unknown (UiConsentPreview *preview, const UiConsentQuestion *question,
             const UiConsentChange *change)
{
  gboolean writes = change->deed == UI_CONSENT_DEED_CHANGE || change->deed == UI_CONSENT_DEED_ADD
                    || change->deed == UI_CONSENT_DEED_CREATE;

  if (!writes || change->sha256_after != NULL || question->reason == NULL)
    return;
  g_autofree char *reason = ui_consent_wording_escape (question->reason);
  add_line (preview, UI_CONSENT_PREVIEW_NOTE,
            g_strdup_printf (_ ("What it will say is not known. It is asked because: %s"), reason));
}

static void
add_change (UiConsentPreview *preview, const UiConsentQuestion *question,
            const UiConsentChange *change, const char *home)
{
  gboolean several = question->changes->len > 1;
  g_autoptr (UiConsentDiff) diff = change->diff != NULL ? ui_consent_diff_new (change->diff) : NULL;
  g_auto (GStrv) facts = ui_consent_wording_change_facts (change);
  g_auto (GStrv) notes = ui_consent_wording_change_notes (change, several);

  if (several)
    add_line (preview, UI_CONSENT_PREVIEW_HEADING,
              ui_consent_wording_change_heading (question, change, home));
  add_lines (preview, UI_CONSENT_PREVIEW_FACT, facts);
  add_lines (preview, UI_CONSENT_PREVIEW_NOTE, notes);
  if (!several && diff == NULL)
    add_unknown (preview, question, change);
  if (diff == NULL)
    return;
  if (diff->marked)
    add_line (preview, UI_CONSENT_PREVIEW_NOTE,
              g_strdup (_ ("It holds characters that do not show or that mislead; they are "
                           "written as \\u{…}.")));
  if (diff->crlf)
    add_line (preview, UI_CONSENT_PREVIEW_FACT, g_strdup (_ ("Lines end in CR LF.")));
  preview->content |= diff->lines->len > 0;
  add_diff (preview, diff);
}

/* Exactly what is sent, line by line. */
static void
add_text (UiConsentPreview *preview, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);
  Fold *fold = NULL;

  for (guint i = 0; i < n && (i + 1 < n || *lines[i] != '\0'); i++)
    {
      if (fold == NULL && i >= UI_CONSENT_PREVIEW_UNFOLDED)
        fold = begin_fold (preview);
      UiConsentPreviewLine *line
          = add_line (preview, UI_CONSENT_PREVIEW_CONTEXT,
                      cardea_text_escape_lines (lines[i], strlen (lines[i])));
      line->after = (int) i + 1;
      if (fold == NULL)
        continue;
      line->fold = fold->line.fold;
      fold->lines++;
    }
  if (fold != NULL)
    end_fold (fold);
  preview->content = TRUE;
}

static void
add_host (UiConsentPreview *preview, const UiConsentHost *host)
{
  g_auto (GStrv) facts = ui_consent_wording_host_sent_facts (host);

  add_lines (preview, UI_CONSENT_PREVIEW_FACT, facts);
  if (host->text == NULL)
    return;
  gboolean marked = FALSE;
  g_autofree char *plain = g_strdelimit (g_strdup (host->text), "\n\t", ' ');
  g_free (cardea_text_escape (plain, strlen (plain), &marked));
  if (marked)
    add_line (preview, UI_CONSENT_PREVIEW_NOTE,
              g_strdup (_ ("It holds characters that do not show or that mislead; they are "
                           "written as \\u{…}.")));
  add_text (preview, host->text);
}

/* One argument a line; further lines of one bear no number. */
static void
add_argument (UiConsentPreview *preview, guint index, const char *argument)
{
  g_auto (GStrv) lines = g_strsplit (argument, "\n", -1);
  guint count = g_strv_length (lines);

  for (guint i = 0; i < MAX (count, 1); i++)
    {
      const char *text = i < count ? lines[i] : "";
      char *shown = cardea_text_escape_lines (text, strlen (text));
      g_autofree char *further = i > 0 ? shown : NULL;
      UiConsentPreviewLine *line = add_line (preview, UI_CONSENT_PREVIEW_CONTEXT,
                                             i > 0 ? g_strconcat ("↳ ", further, NULL) : shown);
      line->after = i == 0 ? (int) index + 1 : 0;
    }
}

static void
add_program (UiConsentPreview *preview, const UiConsentQuestion *question, const char *home)
{
  const UiConsentProgram *program = question->program;
  g_auto (GStrv) lines = ui_consent_wording_program_lines (question, home);

  for (guint i = 0; i < program->arguments->len; i++)
    add_argument (preview, i, program->arguments->pdata[i]);
  add_lines (preview, UI_CONSENT_PREVIEW_FACT, lines);
  preview->content = TRUE;
}

UiConsentPreview *
ui_consent_preview_new (const UiConsentQuestion *question, const char *home)
{
  UiConsentPreview *preview = g_new0 (UiConsentPreview, 1);
  preview->lines = g_ptr_array_new_with_free_func (free_line);
  preview->folds = g_ptr_array_new_with_free_func (free_fold);
  for (guint i = 0; question->changes != NULL && i < question->changes->len; i++)
    {
      preview->section = i;
      add_change (preview, question, question->changes->pdata[i], home);
    }
  if (question->host != NULL)
    add_host (preview, question->host);
  if (question->program != NULL)
    add_program (preview, question, home);
  return preview;
}

void
ui_consent_preview_free (UiConsentPreview *preview)
{
  g_ptr_array_unref (preview->lines);
  g_ptr_array_unref (preview->folds);
  g_free (preview);
}

GPtrArray *
ui_consent_preview_lines (const UiConsentPreview *preview)
{
  GPtrArray *shown = g_ptr_array_new ();
  guint last = 0;
  for (guint i = 0; i < preview->lines->len; i++)
    {
      UiConsentPreviewLine *line = preview->lines->pdata[i];
      Fold *fold = line->fold > 0 ? preview->folds->pdata[line->fold - 1] : NULL;
      if (fold == NULL || fold->open)
        g_ptr_array_add (shown, line);
      else if (last != line->fold)
        g_ptr_array_add (shown, &fold->line);
      last = line->fold;
    }
  return shown;
}

guint
ui_consent_preview_folded (const UiConsentPreview *preview)
{
  guint lines = 0;
  for (guint i = 0; i < preview->folds->len; i++)
    {
      const Fold *fold = preview->folds->pdata[i];
      lines += fold->open ? 0 : fold->lines;
    }
  return lines;
}

void
ui_consent_preview_open (UiConsentPreview *preview, guint fold)
{
  if (fold >= 1 && fold <= preview->folds->len)
    ((Fold *) preview->folds->pdata[fold - 1])->open = TRUE;
}

void
ui_consent_preview_open_all (UiConsentPreview *preview)
{
  for (guint i = 1; i <= preview->folds->len; i++)
    ui_consent_preview_open (preview, i);
}

gboolean
ui_consent_preview_is_list (const UiConsentPreview *preview)
{
  return preview->lines->len > 0 && !preview->content && preview->section > 0;
}

gboolean
ui_consent_preview_has_content (const UiConsentPreview *preview)
{
  return preview->content;
}
