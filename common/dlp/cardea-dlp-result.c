/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-result.h"

#include <string.h>

struct _CardeaDlpResult {
  GArray *findings;
  const char *obstacle;
  GPtrArray *labels; /* NULL at its end; static texts */
};

static void
clear (gpointer data)
{
  g_free (((CardeaDlpFinding *) data)->passes);
}

CardeaDlpResult *
cardea_dlp_result_new (void)
{
  CardeaDlpResult *result = g_new0 (CardeaDlpResult, 1);
  result->findings = g_array_new (FALSE, TRUE, sizeof (CardeaDlpFinding));
  g_array_set_clear_func (result->findings, clear);
  result->labels = g_ptr_array_new ();
  g_ptr_array_add (result->labels, NULL);
  return result;
}

void
cardea_dlp_result_free (CardeaDlpResult *result)
{
  if (result == NULL)
    return;
  g_array_unref (result->findings);
  g_ptr_array_unref (result->labels);
  g_free (result);
}

guint
cardea_dlp_result_size (const CardeaDlpResult *result)
{
  return result->findings->len;
}

const CardeaDlpFinding *
cardea_dlp_result_nth (const CardeaDlpResult *result, guint i)
{
  return &g_array_index (result->findings, CardeaDlpFinding, i);
}

const char *
cardea_dlp_result_obstacle (const CardeaDlpResult *result)
{
  return result->obstacle;
}

const char *const *
cardea_dlp_result_labels (const CardeaDlpResult *result)
{
  return (const char *const *) result->labels->pdata;
}

void
cardea_dlp_result_set_obstacle (CardeaDlpResult *result, const char *text)
{
  if (result->obstacle == NULL)
    result->obstacle = text;
}

void
cardea_dlp_result_add_label (CardeaDlpResult *result, const char *label)
{
  for (guint i = 0; i + 1 < result->labels->len; i++)
    if (strcmp (g_ptr_array_index (result->labels, i), label) == 0)
      return;
  g_ptr_array_insert (result->labels, result->labels->len - 1, (gpointer) label);
}

static gboolean
overlaps (const CardeaDlpFinding *one, const CardeaDlpFinding *other)
{
  return one->start < other->end && other->start < one->end;
}

static void
add (CardeaDlpResult *result, CardeaDlpFinding *finding, const CardeaDlpView *view)
{
  for (guint i = 0; i < result->findings->len; i++)
    {
      CardeaDlpFinding *known = &g_array_index (result->findings, CardeaDlpFinding, i);
      if (known->rule != finding->rule || !overlaps (known, finding))
        continue;
      known->sure |= finding->sure;
      /* A longer match by the same way is the better one. */
      if (known->depth == finding->depth
          && finding->end - finding->start > known->end - known->start)
        {
          known->start = finding->start;
          known->end = finding->end;
        }
      return;
    }
  if (result->findings->len == CARDEA_DLP_RESULT_MAX)
    {
      cardea_dlp_result_set_obstacle (result, CARDEA_DLP_OBSTACLE_LISTED);
      return;
    }
  finding->depth = cardea_dlp_view_depth (view);
  finding->passes = cardea_dlp_view_passes (view);
  g_array_append_val (result->findings, *finding);
}

void
cardea_dlp_result_add (CardeaDlpResult *result, const CardeaDlpMatch *match,
                       const CardeaDlpView *view)
{
  CardeaDlpFinding finding = { match->rule, match->rule->class };
  finding.sure = match->sure;
  finding.depth = cardea_dlp_view_depth (view);
  cardea_dlp_view_locate (view, match->start, match->end, &finding.start, &finding.end);
  add (result, &finding, view);
}

void
cardea_dlp_result_add_opaque (CardeaDlpResult *result, const CardeaDlpView *view, gsize start,
                              gsize end)
{
  CardeaDlpFinding finding = { NULL, CARDEA_DLP_OPAQUE };
  finding.depth = cardea_dlp_view_depth (view);
  cardea_dlp_view_locate (view, start, end, &finding.start, &finding.end);
  add (result, &finding, view);
}

void
cardea_dlp_result_cut (CardeaDlpResult *result, gsize at, gsize size)
{
  for (guint i = result->findings->len; i-- > 0;)
    {
      CardeaDlpFinding *finding = &g_array_index (result->findings, CardeaDlpFinding, i);
      if (finding->start >= at && finding->end <= at + size)
        {
          g_array_remove_index (result->findings, i);
          continue;
        }
      if (finding->start >= at)
        finding->start = MAX (finding->start, at + size) - size;
      if (finding->end > at)
        finding->end = MAX (finding->end, at + size) - size;
    }
}

void
cardea_dlp_result_widen (CardeaDlpResult *result, gsize at, gsize gap)
{
  for (guint i = 0; i < result->findings->len; i++)
    {
      CardeaDlpFinding *finding = &g_array_index (result->findings, CardeaDlpFinding, i);
      if (finding->start >= at)
        finding->start += gap;
      if (finding->end > at)
        finding->end += gap;
    }
}

void
cardea_dlp_result_drop (CardeaDlpResult *result, gsize start, gsize end)
{
  for (guint i = result->findings->len; i-- > 0;)
    {
      const CardeaDlpFinding *finding = cardea_dlp_result_nth (result, i);
      if (finding->start >= start && finding->end <= end)
        g_array_remove_index (result->findings, i);
    }
}

void
cardea_dlp_result_remove (CardeaDlpResult *result, guint i)
{
  g_array_remove_index (result->findings, i);
}

void
cardea_dlp_result_add_known (CardeaDlpResult *result, const CardeaDlpFinding *finding, gsize start)
{
  CardeaDlpFinding copy = *finding;

  if (result->findings->len == CARDEA_DLP_RESULT_MAX)
    {
      cardea_dlp_result_set_obstacle (result, CARDEA_DLP_OBSTACLE_LISTED);
      return;
    }
  copy.end = start + (finding->end - finding->start);
  copy.start = start;
  copy.passes = g_strdup (finding->passes);
  g_array_append_val (result->findings, copy);
}

/* --- the end of it --- */

static int
by_place (gconstpointer a, gconstpointer b)
{
  const CardeaDlpFinding *one = a, *other = b;
  if (one->start != other->start)
    return one->start < other->start ? -1 : 1;
  if (one->end != other->end)
    return one->end > other->end ? -1 : 1;
  return g_strcmp0 (cardea_dlp_finding_rule (one), cardea_dlp_finding_rule (other));
}

static gboolean
gives_way (const CardeaDlpResult *result, guint i)
{
  const CardeaDlpFinding *one = cardea_dlp_result_nth (result, i);
  if (one->rule != NULL && (one->rule->flags & CARDEA_DLP_RULE_GENERIC) == 0)
    return FALSE;
  for (guint j = 0; j < result->findings->len; j++)
    {
      const CardeaDlpFinding *other = cardea_dlp_result_nth (result, j);
      gboolean generic = other->rule == NULL || (other->rule->flags & CARDEA_DLP_RULE_GENERIC) != 0;
      if (j != i && overlaps (one, other) && (!generic || (one->rule == NULL && j < i)))
        return TRUE;
      /* Of two that are generic the longer stays, or the first. */
      if (j != i && one->rule != NULL && other->rule != NULL && generic && overlaps (one, other)
          && (other->end - other->start > one->end - one->start
              || (other->end - other->start == one->end - one->start && j < i)))
        return TRUE;
    }
  return FALSE;
}

static void
count_lines (CardeaDlpResult *result, const char *content, gsize size)
{
  guint line = 1;
  gsize at = 0;
  for (guint i = 0; i < result->findings->len; i++)
    {
      CardeaDlpFinding *finding = &g_array_index (result->findings, CardeaDlpFinding, i);
      gsize start = MIN (finding->start, size);
      while (at < start)
        {
          const char *next = memchr (content + at, '\n', start - at);
          if (next == NULL)
            break;
          line++;
          at = next - content + 1;
        }
      finding->line = line;
    }
}

void
cardea_dlp_result_settle (CardeaDlpResult *result, const char *content, gsize size)
{
  g_array_sort (result->findings, by_place);
  for (guint i = result->findings->len; i-- > 0;)
    if (gives_way (result, i))
      g_array_remove_index (result->findings, i);
  count_lines (result, content, size);
  for (guint i = 0; i < result->findings->len; i++)
    cardea_dlp_result_add_label (result,
                                 cardea_dlp_class_name (cardea_dlp_result_nth (result, i)->class));
}

const char *
cardea_dlp_finding_rule (const CardeaDlpFinding *finding)
{
  return finding->rule != NULL ? finding->rule->id : "opaque";
}

CardeaJson *
cardea_dlp_finding_to_json (const CardeaDlpFinding *finding)
{
  CardeaJson *json = cardea_json_new_object ();
  g_auto (GStrv) passes = g_strsplit (finding->passes, ",", -1);

  cardea_json_set_string (json, "rule", cardea_dlp_finding_rule (finding));
  cardea_json_set_string (json, "class", cardea_dlp_class_name (finding->class));
  cardea_json_set_int64_string (json, "start", finding->start);
  cardea_json_set_int64_string (json, "end", finding->end);
  cardea_json_set_int (json, "line", finding->line);
  cardea_json_set_boolean (json, "sure", finding->sure);
  /* A form of its own: a rule that gives way to others is a guess unless it has long fixed parts.
   */
  if (finding->rule != NULL
      && (finding->rule->flags & (CARDEA_DLP_RULE_GENERIC | CARDEA_DLP_RULE_STRONG))
             != CARDEA_DLP_RULE_GENERIC)
    cardea_json_set_boolean (json, "known", TRUE);
  if (passes[0] != NULL)
    {
      CardeaJson *through = cardea_json_new_array ();
      for (guint i = 0; passes[i] != NULL; i++)
        cardea_json_append (through, cardea_json_new_string (passes[i]));
      cardea_json_set (json, "through", through);
    }
  return json;
}
