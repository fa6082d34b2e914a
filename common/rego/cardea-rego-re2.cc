/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The one C++ file: libre2 has no C interface. Nothing thrown may leave it. */

#include "common/rego/cardea-rego-re2.h"

#include <re2/re2.h>

#include <string.h>
#include <new>
#include <string>
#include <vector>

struct _CardeaRegoRe2
{
  RE2 re;
  _CardeaRegoRe2 (const re2::StringPiece &pattern, const RE2::Options &options)
      : re (pattern, options)
  {
  }
};

static const char *
go_text (RE2::ErrorCode code)
{
  switch (code)
    {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case RE2::ErrorPatternTooLarge:
      return "expression nests too deeply or is too large";
    default:
      return "regexp: internal error";
    }
}

/* Go also takes (?<name>…), which this libre2 does not. */
static std::string
translate (const char *pattern, gsize len)
{
  std::string out;
  for (gsize i = 0; i < len; i++)
    {
      out += pattern[i];
      if (pattern[i] == '\\' && i + 1 < len)
        out += pattern[++i];
      else if (pattern[i] == '(' && i + 3 < len && pattern[i + 1] == '?' && pattern[i + 2] == '<'
               && pattern[i + 3] != '=' && pattern[i + 3] != '!')
        {
          out += "?P";
          i++;
        }
    }
  return out;
}

CardeaRegoRe2 *
cardea_rego_re2_new (const char *pattern, gsize len, char **ret_error)
{
  *ret_error = NULL;
  if (len > CARDEA_REGO_RE2_MAX_PATTERN)
    {
      *ret_error = g_strdup ("error parsing regexp: expression too long");
      return NULL;
    }
  try
    {
      RE2::Options options;
      options.set_log_errors (false);
      options.set_max_mem (4 << 20);
      CardeaRegoRe2 *re = new CardeaRegoRe2 (translate (pattern, len), options);
      if (re->re.ok () && re->re.NumberOfCapturingGroups () <= CARDEA_REGO_RE2_MAX_GROUPS)
        return re;
      *ret_error = g_strdup_printf ("error parsing regexp: %s: `%s`",
                                    go_text (re->re.error_code ()), re->re.error_arg ().c_str ());
      delete re;
    }
  catch (const std::exception &e)
    {
      *ret_error = g_strdup ("error parsing regexp: out of memory");
    }
  return NULL;
}

void
cardea_rego_re2_free (CardeaRegoRe2 *re)
{
  delete re;
}

gint
cardea_rego_re2_groups (const CardeaRegoRe2 *re)
{
  return re->re.NumberOfCapturingGroups ();
}

gint
cardea_rego_re2_group (const CardeaRegoRe2 *re, const char *name, gsize len)
{
  const auto &names = re->re.NamedCapturingGroups ();
  auto at = names.find (std::string (name, len));
  return at == names.end () ? -1 : at->second;
}

gboolean
cardea_rego_re2_match (const CardeaRegoRe2 *re, const char *text, gsize len, gsize start,
                       gssize *spans, gint n)
{
  re2::StringPiece found[CARDEA_REGO_RE2_MAX_GROUPS + 1];
  if (n > CARDEA_REGO_RE2_MAX_GROUPS)
    return FALSE;
  if (!re->re.Match (re2::StringPiece (text, len), start, len, RE2::UNANCHORED, found,
                     spans == NULL ? 0 : n + 1))
    return FALSE;
  for (gint i = 0; spans != NULL && i <= n; i++)
    {
      spans[2 * i] = found[i].data () == NULL ? -1 : found[i].data () - text;
      spans[2 * i + 1] = found[i].data () == NULL ? -1 : spans[2 * i] + (gssize)found[i].size ();
    }
  return TRUE;
}

gboolean
cardea_rego_re2_full_match (const CardeaRegoRe2 *re, const char *text, gsize len)
{
  return re->re.Match (re2::StringPiece (text, len), 0, len, RE2::ANCHOR_BOTH, NULL, 0);
}
