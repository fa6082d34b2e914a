/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-detail.h"
#include "common/tlog/cardea-tlog-verify-private.h"

static gint
compare_gone (gconstpointer a, gconstpointer b)
{
  gint64 x = ((const CardeaTlogGone *) a)->first, y = ((const CardeaTlogGone *) b)->first;

  return x < y ? -1 : x > y;
}

/* Makes sorted, disjoint ranges of those that are redactions, or of all. */
static GArray *
merge_gone (const GArray *gone, gboolean redacted_only)
{
  GArray *merged = g_array_new (FALSE, FALSE, sizeof (CardeaTlogGone));
  guint count = 0;

  for (guint i = 0; i < gone->len; i++)
    {
      const CardeaTlogGone *one = &g_array_index (gone, CardeaTlogGone, i);
      if (one->redacted || !redacted_only)
        g_array_append_vals (merged, one, 1);
    }
  g_array_sort (merged, compare_gone);
  for (guint i = 0; i < merged->len; i++)
    {
      const CardeaTlogGone *one = &g_array_index (merged, CardeaTlogGone, i);
      CardeaTlogGone *last = count > 0 ? &g_array_index (merged, CardeaTlogGone, count - 1) : NULL;
      if (last != NULL && one->first <= last->last)
        last->last = MAX (last->last, one->last);
      else
        g_array_index (merged, CardeaTlogGone, count++) = *one;
    }
  g_array_set_size (merged, count);
  return merged;
}

static gboolean
is_gone (const GArray *merged, gint64 seq)
{
  guint low = 0, high = merged->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const CardeaTlogGone *one = &g_array_index (merged, CardeaTlogGone, middle);
      if (seq < one->first)
        high = middle;
      else if (seq > one->last)
        low = middle + 1;
      else
        return TRUE;
    }
  return FALSE;
}

/* A detail may be gone only where a record says so. */
void
cardea_tlog_verify_missing (CardeaTlogVerify *verify)
{
  g_autoptr (GArray) redacted = merge_gone (verify->gone, TRUE);
  g_autoptr (GArray) any = merge_gone (verify->gone, FALSE);

  for (guint i = 0; i < verify->missing->len; i++)
    {
      const CardeaTlogMissing *missing = &g_array_index (verify->missing, CardeaTlogMissing, i);
      gboolean by_redaction = is_gone (redacted, missing->seq);
      if (by_redaction)
        verify->report->redacted++;
      else if (!missing->redacted && is_gone (any, missing->seq))
        verify->report->lost++;
      else
        {
          cardea_tlog_verify_note (&verify->fatal, cardea_tlog_detail_path (missing->seq),
                                   missing->seq, -1,
                                   "the record's detail is gone and no record says why");
          return;
        }
    }
}
