/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing: the text is any file's bytes. Refuses NUL, invalid UTF-8, more than
 * CARDEA_REGO_MAX_TOKENS tokens and templates nested deeper than MAX_TEMPLATES. */

#include "common/rego/cardea-rego-lexer.h"

#include <string.h>

#define MAX_TEMPLATES 16

typedef struct {
  const CardeaRegoParseOptions *o;
  const char *s;
  gsize at, len, line_start;
  guint32 row;
  gboolean space, failed;
  guint templates;
  GArray *tokens, *comments;
} Lexer;

static CardeaRegoLoc
here (const Lexer *l, gsize at)
{
  return (CardeaRegoLoc){ l->o->file, l->row, (guint32) (at - l->line_start) + 1 };
}

static void
problem (Lexer *l, CardeaRegoLoc loc, const char *message)
{
  if (!l->failed)
    cardea_rego_problems_add (l->o->problems, loc, "rego_parse_error", "%s", message);
  l->failed = TRUE;
}

static char *
keep (Lexer *l, const char *s, gsize len)
{
  char *copy = cardea_rego_arena_alloc (l->o->arena, len + 1);
  if (len > 0)
    memcpy (copy, s, len);
  copy[len] = 0;
  return copy;
}

static void
push (Lexer *l, CardeaRegoTokenKind kind, CardeaRegoLoc loc, const char *text, gsize len)
{
  CardeaRegoToken t = { .kind = kind,
                        .row = loc.row,
                        .col = loc.col,
                        .end_row = l->row,
                        .space = l->space,
                        .text = text,
                        .len = len };
  g_array_append_val (l->tokens, t);
  l->space = FALSE;
  if (l->tokens->len > CARDEA_REGO_MAX_TOKENS)
    problem (l, loc, "too many tokens");
}

static void
newline (Lexer *l)
{
  l->row++;
  l->line_start = l->at;
}

static gint
peek (const Lexer *l, gsize ahead)
{
  return l->at + ahead < l->len ? (guint8) l->s[l->at + ahead] : 0;
}

static gboolean
is_letter (gint c)
{
  return g_ascii_isalpha ((gchar) c) || c == '_';
}

static void
read_comment (Lexer *l)
{
  gsize start = l->at;
  while (l->at < l->len && l->s[l->at] != '\n')
    l->at++;
  gsize end = l->at;
  if (end > start && l->s[end - 1] == '\r')
    end--;
  if (l->comments == NULL)
    return;
  CardeaRegoComment c = { .row = l->row,
                          .col = (guint32) (start - l->line_start) + 1,
                          .text = keep (l, l->s + start + 1, end - start - 1) };
  g_array_append_val (l->comments, c);
}

static void
read_escape (Lexer *l, GString *out, gboolean template)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  gint c = peek (l, 1);
  const char *simple = c > 0 && c < 128 ? strchr (from, c) : NULL;
  if (template && c == '{')
    {
      g_string_append_c (out, '{');
      l->at += 2;
      return;
    }
  if (simple != NULL)
    {
      g_string_append_c (out, to[simple - from]);
      l->at += 2;
      return;
    }
  guint32 n[2] = { 0, 0 };
  for (gint k = 0; k < 2; k++)
    {
      if (c != 'u' || peek (l, 0) != '\\' || peek (l, 1) != 'u')
        {
          if (k == 0)
            problem (l, here (l, l->at), "illegal string escape character");
          break;
        }
      for (gint i = 0; i < 4; i++)
        {
          gint d = g_ascii_xdigit_value ((gchar) peek (l, 2 + i));
          if (d < 0)
            {
              problem (l, here (l, l->at), "illegal string escape character");
              return;
            }
          n[k] = n[k] * 16 + (guint32) d;
        }
      if (k == 1 && (n[1] < 0xdc00 || n[1] >= 0xe000))
        break;
      l->at += 6;
      if (n[0] < 0xd800 || n[0] >= 0xdc00)
        break;
      if (k == 1)
        n[0] = 0x10000 + ((n[0] - 0xd800) << 10) + (n[1] - 0xdc00);
    }
  if (n[0] >= 0xd800 && n[0] < 0xe000)
    n[0] = 0xfffd;
  if (!l->failed)
    {
      char utf8[6];
      g_string_append_len (out, utf8, g_unichar_to_utf8 (n[0], utf8));
    }
}

static void
read_string (Lexer *l)
{
  CardeaRegoLoc loc = here (l, l->at);
  g_autoptr (GString) out = g_string_new (NULL);
  l->at++;
  while (!l->failed && peek (l, 0) != '"')
    {
      if (l->at >= l->len || peek (l, 0) == '\n')
        problem (l, loc, "non-terminated string");
      else if (peek (l, 0) == '\\')
        read_escape (l, out, FALSE);
      else
        g_string_append_c (out, l->s[l->at++]);
    }
  l->at++;
  push (l, TOK_STRING, loc, keep (l, out->str, out->len), out->len);
}

static void
read_raw (Lexer *l)
{
  CardeaRegoLoc loc = here (l, l->at);
  gsize start = ++l->at;
  g_autoptr (GString) out = g_string_new (NULL);
  while (l->at < l->len && l->s[l->at] != '`')
    {
      if (l->s[l->at] != '\r')
        g_string_append_c (out, l->s[l->at]);
      if (l->s[l->at++] == '\n')
        newline (l);
    }
  if (l->at >= l->len)
    problem (l, (CardeaRegoLoc){ loc.file, loc.row, loc.col }, "non-terminated string");
  (void) start;
  l->at++;
  push (l, TOK_STRING, loc, keep (l, out->str, out->len), out->len);
}

static void
read_number (Lexer *l)
{
  CardeaRegoLoc loc = here (l, l->at);
  gsize start = l->at;
  while (g_ascii_isdigit ((gchar) peek (l, 0)))
    l->at++;
  if (peek (l, 0) == '.' && g_ascii_isdigit ((gchar) peek (l, 1)))
    for (l->at++; g_ascii_isdigit ((gchar) peek (l, 0));)
      l->at++;
  gint c = peek (l, 0);
  if (c == 'e' || c == 'E')
    {
      l->at++;
      if (peek (l, 0) == '+' || peek (l, 0) == '-')
        l->at++;
      if (!g_ascii_isdigit ((gchar) peek (l, 0)))
        problem (l, loc, "illegal number format");
      while (g_ascii_isdigit ((gchar) peek (l, 0)))
        l->at++;
    }
  if (is_letter (peek (l, 0))
      || (l->s[start] == '0' && l->at > start + 1 && g_ascii_isdigit (l->s[start + 1])))
    problem (l, loc, "illegal number format");
  push (l, TOK_NUMBER, loc, keep (l, l->s + start, l->at - start), l->at - start);
}

static gboolean read_token (Lexer *l);

static void
flush_text (Lexer *l, GString *out, CardeaRegoLoc loc)
{
  if (out->len > 0)
    push (l, TOK_TEXT, loc, keep (l, out->str, out->len), out->len);
  g_string_truncate (out, 0);
}

/* The tokens of one {…} in a template; nested braces belong to it. */
static void
read_template_expr (Lexer *l)
{
  guint depth = 0;
  push (l, TOK_EXPR, here (l, l->at), "{", 1);
  l->at++;
  while (!l->failed)
    {
      guint before = l->tokens->len;
      if (!read_token (l))
        {
          problem (l, here (l, l->at), "non-terminated string");
          return;
        }
      if (l->tokens->len == before)
        continue;
      CardeaRegoToken *t = &g_array_index (l->tokens, CardeaRegoToken, l->tokens->len - 1);
      if (t->kind != TOK_OP)
        continue;
      if (t->text[0] == '{')
        depth++;
      else if (t->text[0] == '}' && depth-- == 0)
        {
          t->kind = TOK_EXPR_END;
          return;
        }
    }
}

static void
read_template (Lexer *l)
{
  CardeaRegoLoc loc = here (l, l->at), text_loc;
  char quote = l->s[l->at + 1];
  g_autoptr (GString) out = g_string_new (NULL);
  if (++l->templates > MAX_TEMPLATES)
    problem (l, loc, "template strings nested too deeply");
  push (l, TOK_TEMPLATE, loc, "$", 1);
  l->at += 2;
  text_loc = here (l, l->at);
  while (!l->failed && peek (l, 0) != quote)
    {
      gint c = peek (l, 0);
      if (l->at >= l->len || (c == '\n' && quote == '"'))
        problem (l, loc, "non-terminated string");
      else if (c == '\\' && quote == '"')
        read_escape (l, out, TRUE);
      else if (c == '\\' && peek (l, 1) == '{')
        {
          g_string_append_c (out, '{');
          l->at += 2;
        }
      else if (c == '{')
        {
          flush_text (l, out, text_loc);
          read_template_expr (l);
          text_loc = here (l, l->at);
        }
      else
        {
          g_string_append_c (out, (gchar) c);
          l->at++;
          if (c == '\n')
            newline (l);
        }
    }
  flush_text (l, out, text_loc);
  l->at++;
  l->templates--;
  push (l, TOK_TEMPLATE_END, here (l, l->at - 1), "", 0);
}

static void
read_operator (Lexer *l)
{
  static const char *const ops[]
      = { ":=", "==", "!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "%",
          "&",  "|",  "(",  ")",  "[",  "]", "{", "}", ",", ";", ":", "." };
  CardeaRegoLoc loc = here (l, l->at);
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    {
      gsize n = strlen (ops[i]);
      if (l->len - l->at >= n && memcmp (l->s + l->at, ops[i], n) == 0)
        {
          l->at += n;
          push (l, TOK_OP, loc, ops[i], n);
          return;
        }
    }
  problem (l, loc, "illegal token");
}

/* Reads one token, or white space or a comment. FALSE at the end. */
static gboolean
read_token (Lexer *l)
{
  if (l->at >= l->len)
    return FALSE;
  gint c = peek (l, 0);
  if (c == '\n')
    {
      l->at++;
      l->space = TRUE;
      newline (l);
    }
  else if (c == ' ' || c == '\t' || c == '\r')
    {
      l->at++;
      l->space = TRUE;
    }
  else if (c == '#')
    read_comment (l);
  else if (c == '"')
    read_string (l);
  else if (c == '`')
    read_raw (l);
  else if (c == '$' && (peek (l, 1) == '"' || peek (l, 1) == '`'))
    read_template (l);
  else if (g_ascii_isdigit ((gchar) c))
    read_number (l);
  else if (is_letter (c))
    {
      CardeaRegoLoc loc = here (l, l->at);
      gsize start = l->at;
      while (is_letter (peek (l, 0)) || g_ascii_isdigit ((gchar) peek (l, 0)))
        l->at++;
      push (l, TOK_IDENT, loc, keep (l, l->s + start, l->at - start), l->at - start);
    }
  else
    read_operator (l);
  return TRUE;
}

gboolean
cardea_rego_lexer_run (const CardeaRegoParseOptions *options, const char *text, gsize len,
                       GArray *tokens, GArray *comments)
{
  Lexer l = { .o = options,
              .s = text,
              .len = len,
              .row = 1,
              .space = TRUE,
              .tokens = tokens,
              .comments = comments };
  const char *end;
  if (len > CARDEA_REGO_MAX_SOURCE)
    problem (&l, here (&l, 0), "source text too long");
  else if (!g_utf8_validate_len (text, (gssize) len, &end))
    {
      for (const char *p = text; p < end; p++)
        if (*p == '\n')
          {
            l.at = (gsize) (p - text) + 1;
            newline (&l);
          }
      problem (&l, here (&l, (gsize) (end - text)),
               *end == 0 ? "illegal null character" : "illegal utf-8 character");
    }
  while (!l.failed && read_token (&l))
    ;
  l.at = l.len;
  push (&l, TOK_EOF, here (&l, l.at), "eof", 3);
  return !l.failed;
}
