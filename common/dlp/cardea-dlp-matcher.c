/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the rules. Refuses: to work on one place for longer than its steps; what was not looked
 * at to its end is said (gave_up), never passed over. */

#include "common/dlp/cardea-dlp-matcher.h"

#include "common/dlp/cardea-dlp-assignment.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#define GROUPS 8u
#define BEHIND 64u /* bytes before a place that a look behind may see */
#define HEAP_KIB 8192u

static const char *const edge_left[] = {
  [CARDEA_DLP_EDGES_WORD] = "(?<![A-Za-z0-9_])",
  [CARDEA_DLP_EDGES_LEFT] = "(?<![A-Za-z0-9_])",
  [CARDEA_DLP_EDGES_BLOB] = "(?<![A-Za-z0-9_+/-])",
  [CARDEA_DLP_EDGES_NONE] = "",
};
static const char *const edge_right[] = {
  [CARDEA_DLP_EDGES_WORD] = "(?![A-Za-z0-9_])",
  [CARDEA_DLP_EDGES_LEFT] = "",
  [CARDEA_DLP_EDGES_BLOB] = "(?![A-Za-z0-9_+/-])",
  [CARDEA_DLP_EDGES_NONE] = "",
};

/* Words of a name are joined by _: "backup_AKIA…_old.csv". What has a form of its own is found in
 * there, too; in anything else it would be a part of some name. */
#define EDGE_LEFT_STRONG "(?<![A-Za-z0-9])"
#define EDGE_RIGHT_STRONG "(?![A-Za-z0-9])"

/* What may follow a value. */
#define VALUE_END "(?=$|[\\s\"'`;,|(){}\\[\\]<>&\\\\])"

typedef struct {
  pcre2_code *strict;
  pcre2_code *loose; /* in any case; NULL when the rule is not looked for so */
  gsize resume;      /* starts before this one were tried already */
} Compiled;

struct _CardeaDlpMatcher {
  const CardeaDlpRules *rules;
  Compiled *compiled;
  pcre2_match_data *data;
  pcre2_match_context *context;
  gboolean gave_up;
};

static gboolean
has (const CardeaDlpRule *rule, CardeaDlpRuleFlags flag)
{
  return (rule->flags & flag) != 0;
}

/* --- expressions --- */

static pcre2_code *
compile (const CardeaDlpRule *rule, const char *text, guint32 options, GError **error)
{
  int code = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code *compiled = pcre2_compile ((PCRE2_SPTR) text, PCRE2_ZERO_TERMINATED,
                                        options | PCRE2_DOLLAR_ENDONLY | PCRE2_USE_OFFSET_LIMIT,
                                        &code, &offset, NULL);
  if (compiled == NULL)
    {
      char message[120];
      pcre2_get_error_message (code, (PCRE2_UCHAR *) message, sizeof message);
      g_set_error (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_PATTERN, "rule %s: %s", rule->id,
                   message);
    }
  return compiled;
}

static char *
add_edges (const CardeaDlpRule *rule)
{
  gboolean strong = has (rule, CARDEA_DLP_RULE_STRONG);
  gboolean left = strong && rule->edges <= CARDEA_DLP_EDGES_LEFT;
  gboolean right = strong && rule->edges == CARDEA_DLP_EDGES_WORD;
  return g_strconcat (left ? EDGE_LEFT_STRONG : edge_left[rule->edges], "(?:", rule->pattern, ")",
                      right ? EDGE_RIGHT_STRONG : edge_right[rule->edges], NULL);
}

gboolean
cardea_dlp_matcher_compile (CardeaDlpMatcher *matcher, guint i, GError **error)
{
  const CardeaDlpRule *rule = cardea_dlp_rules_nth (matcher->rules, i);
  Compiled *one = &matcher->compiled[i];
  gboolean near = has (rule, CARDEA_DLP_RULE_NEAR);

  if (one->strict != NULL)
    return TRUE;
  g_autofree char *text
      = near ? g_strdup_printf ("(?:%s)" VALUE_END, rule->pattern) : add_edges (rule);
  one->strict = compile (rule, text,
                         near && !has (rule, CARDEA_DLP_RULE_EXACT) ? PCRE2_CASELESS : 0, error);
  if (one->strict != NULL && has (rule, CARDEA_DLP_RULE_STRONG)
      && !has (rule, CARDEA_DLP_RULE_EXACT))
    one->loose = compile (rule, text, PCRE2_CASELESS, NULL);
  return one->strict != NULL;
}

/* --- judging what matched --- */

/* The first group that took part, or all of it. */
static void
find_secret (pcre2_match_data *data, int groups, gsize *ret_start, gsize *ret_end)
{
  const PCRE2_SIZE *v = pcre2_get_ovector_pointer (data);
  int group = 0;
  for (int i = 1; i < groups && group == 0; i++)
    if (v[2 * i] != PCRE2_UNSET)
      group = i;
  *ret_start = v[2 * group];
  *ret_end = MAX (v[2 * group + 1], v[2 * group]);
}

static gboolean
holds_needs (const CardeaDlpRule *rule, const char *secret, gsize size)
{
  CardeaDlpRuleFlags seen = 0;
  for (gsize i = 0; i < size; i++)
    seen |= g_ascii_isdigit (secret[i])   ? CARDEA_DLP_RULE_DIGIT
            : g_ascii_isupper (secret[i]) ? CARDEA_DLP_RULE_UPPER
            : g_ascii_islower (secret[i]) ? CARDEA_DLP_RULE_LOWER
                                          : 0;
  CardeaDlpRuleFlags needs
      = rule->flags & (CARDEA_DLP_RULE_DIGIT | CARDEA_DLP_RULE_UPPER | CARDEA_DLP_RULE_LOWER);
  return (seen & needs) == needs;
}

static gboolean
is_allowed (const CardeaDlpRule *rule, const char *secret, gsize size)
{
  for (guint i = 0; rule->allow != NULL && rule->allow[i] != NULL; i++)
    if (strlen (rule->allow[i]) == size && memcmp (rule->allow[i], secret, size) == 0)
      return TRUE;
  return FALSE;
}

/* What was written in another case than it has: in both, or it would be an ordinary word. */
static gboolean
is_mixed (const char *secret, gsize size)
{
  gboolean upper = FALSE, lower = FALSE;
  for (gsize i = 0; i < size; i++)
    {
      upper |= g_ascii_isupper (secret[i]);
      lower |= g_ascii_islower (secret[i]);
    }
  return upper && lower;
}

static gboolean
judge (const CardeaDlpRule *rule, const char *secret, gsize size, gboolean *ret_sure)
{
  *ret_sure = rule->check != NULL && rule->check->holds (secret, size);
  if (has (rule, CARDEA_DLP_RULE_REQUIRED) && !*ret_sure)
    return FALSE;
  if (!holds_needs (rule, secret, size) || is_allowed (rule, secret, size))
    return FALSE;
  if (has (rule, CARDEA_DLP_RULE_TEMPLATE) && cardea_dlp_check_is_template (secret, size))
    return FALSE;
  return rule->entropy == 0 || cardea_dlp_check_entropy (secret, size) >= rule->entropy;
}

/* --- trying --- */

typedef struct {
  gsize from;  /* where the subject begins */
  gsize to;    /* and ends */
  gsize start; /* where a match may begin first */
  gsize last;  /* and last */
} Span;

/* TRUE: it matched; *ret_resume: where one could go on. */
static gboolean
match (CardeaDlpMatcher *matcher, const CardeaDlpRule *rule, gboolean loose,
       const CardeaDlpPlace *place, const Span *span, const pcre2_code *code, gsize *ret_resume)
{
  const char *subject = place->text + span->from;
  gsize start = 0, end = 0;
  CardeaDlpMatch found = { rule };

  pcre2_set_offset_limit (matcher->context, span->last - span->from);
  int groups = pcre2_match (
      code, (PCRE2_SPTR) subject, span->to - span->from, span->start - span->from,
      span->start == span->last ? PCRE2_ANCHORED : 0, matcher->data, matcher->context);
  if (groups < 0)
    {
      if (groups != PCRE2_ERROR_NOMATCH)
        matcher->gave_up = TRUE;
      return FALSE;
    }
  find_secret (matcher->data, groups == 0 ? (int) GROUPS : groups, &start, &end);
  *ret_resume = span->from + MAX (pcre2_get_ovector_pointer (matcher->data)[1], start + 1);
  if (end <= start || (loose && !is_mixed (subject + start, end - start))
      || !judge (rule, subject + start, end - start, &found.sure))
    return FALSE;
  found.start = place->base + span->from + start;
  found.end = place->base + span->from + end;
  place->func (&found, place->user_data);
  return TRUE;
}

static gboolean
names_no_secret (const CardeaDlpRule *rule, const CardeaDlpPlace *place,
                 const CardeaDlpAssignment *assignment)
{
  /* What a name says about its value: that anybody may see it. */
  static const char *const anywhere[]
      = { "version", "accessor", "author", "keyword", "public",  "pubkey",  "pub_key",  "checksum",
          "digest",  "keyboard", "monkey", "tokeniz", "primary", "foreign", "signature" };
  static const char *const at_end[]
      = { "id", "name", "url", "uri", "path", "file", "type", "hash", "host", "port", "size" };
  gsize size = assignment->name_end - assignment->name_start;
  g_autofree char *name = g_ascii_strdown (place->text + assignment->name_start, size);

  if (!has (rule, CARDEA_DLP_RULE_GENERIC))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (anywhere); i++)
    if (strstr (name, anywhere[i]) != NULL)
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (at_end); i++)
    if (g_str_has_suffix (name, at_end[i]))
      return TRUE;
  return FALSE;
}

static void
try_near (CardeaDlpMatcher *matcher, guint i, const CardeaDlpPlace *place, gsize start, gsize end)
{
  const CardeaDlpRule *rule = cardea_dlp_rules_nth (matcher->rules, i);
  CardeaDlpAssignment assignment;
  gsize resume = 0;

  if (!cardea_dlp_assignment_parse (place->text, place->size, start, end, &assignment)
      || names_no_secret (rule, place, &assignment))
    return;
  gsize at = assignment.value_start;
  const Span span = { at, MIN (place->size, at + rule->window), at, at };
  (void) !match (matcher, rule, FALSE, place, &span, matcher->compiled[i].strict, &resume);
}

static void
try_pattern (CardeaDlpMatcher *matcher, guint i, const CardeaDlpPlace *place, gsize start,
             gsize end)
{
  const CardeaDlpRule *rule = cardea_dlp_rules_nth (matcher->rules, i);
  Compiled *one = &matcher->compiled[i];
  gsize first = start > rule->before ? start - rule->before : 0;
  gsize last = rule->trigger != NULL && end > 0 ? end - 1 : start;
  gsize resume = place->base + last + 1;

  if (rule->before > 0 && one->resume > place->base)
    first = MAX (first, one->resume - place->base);
  if (first > last)
    return;
  const Span span
      = { first > BEHIND ? first - BEHIND : 0, MIN (place->size, end + rule->window), first, last };
  gsize at = 0;
  gboolean found = match (matcher, rule, FALSE, place, &span, one->strict, &at);
  if (!found && at == 0 && one->loose != NULL)
    found = match (matcher, rule, TRUE, place, &span, one->loose, &at);
  one->resume = MAX (resume, found ? place->base + at : 0);
}

void
cardea_dlp_matcher_try (CardeaDlpMatcher *matcher, guint i, const CardeaDlpPlace *place,
                        gsize start, gsize end)
{
  g_autoptr (GError) error = NULL;
  if (!cardea_dlp_matcher_compile (matcher, i, &error))
    {
      matcher->gave_up = TRUE;
      return;
    }
  if (has (cardea_dlp_rules_nth (matcher->rules, i), CARDEA_DLP_RULE_NEAR))
    try_near (matcher, i, place, start, end);
  else
    try_pattern (matcher, i, place, start, end);
}

/* --- its life --- */

void
cardea_dlp_matcher_begin (CardeaDlpMatcher *matcher)
{
  matcher->gave_up = FALSE;
  for (guint i = 0; i < cardea_dlp_rules_size (matcher->rules); i++)
    matcher->compiled[i].resume = 0;
}

gboolean
cardea_dlp_matcher_gave_up (const CardeaDlpMatcher *matcher)
{
  return matcher->gave_up;
}

CardeaDlpMatcher *
cardea_dlp_matcher_new (const CardeaDlpRules *rules)
{
  CardeaDlpMatcher *matcher = g_new0 (CardeaDlpMatcher, 1);
  matcher->rules = rules;
  matcher->compiled = g_new0 (Compiled, cardea_dlp_rules_size (rules));
  matcher->data = pcre2_match_data_create (GROUPS, NULL);
  matcher->context = pcre2_match_context_create (NULL);
  pcre2_set_match_limit (matcher->context, CARDEA_DLP_ENGINE_STEPS);
  pcre2_set_heap_limit (matcher->context, HEAP_KIB);
  return matcher;
}

void
cardea_dlp_matcher_free (CardeaDlpMatcher *matcher)
{
  if (matcher == NULL)
    return;
  for (guint i = 0; i < cardea_dlp_rules_size (matcher->rules); i++)
    {
      pcre2_code_free (matcher->compiled[i].strict);
      pcre2_code_free (matcher->compiled[i].loose);
    }
  pcre2_match_data_free (matcher->data);
  pcre2_match_context_free (matcher->context);
  g_free (matcher->compiled);
  g_free (matcher);
}
