/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-diff.h"

#include <string.h>

#define LIMIT_COST 256 /* edits looked for exactly before a good split has to do */

/* One text as numbers: equal lines have equal numbers. */
typedef struct {
  guint *all;        /* of every line */
  gboolean *differs; /* of every line: it has no counterpart */
  guint *kept;       /* numbers of the lines that take part */
  guint *where;      /* their places in all */
  gssize size;       /* of the last two */
} Side;

typedef struct {
  Side a, b;
  gssize *forward; /* by diagonal: how far along a */
  gssize *backward;
} Compare;

typedef struct {
  gssize x, y;
} Point;

GArray *
guardian_change_diff_split (const char *text, gsize size)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (GuardianChangeLine));
  const char *end = text + size;
  while (text < end)
    {
      const char *newline = memchr (text, '\n', end - text);
      const char *next = newline != NULL ? newline + 1 : end;
      const GuardianChangeLine line = { text, next - text };
      g_array_append_val (lines, line);
      text = next;
    }
  return lines;
}

/* FNV-1a, eight bytes at a time; who makes lines collide makes his own comparison slow, and only
 * as slow as its time limit. */
static guint
line_hash (gconstpointer data)
{
  const GuardianChangeLine *line = data;
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325) ^ line->size;
  gsize i = 0;
  for (; i + 8 <= line->size; i += 8)
    {
      guint64 word;
      memcpy (&word, line->start + i, sizeof word);
      hash = (hash ^ word) * G_GUINT64_CONSTANT (0x100000001b3);
      hash ^= hash >> 29;
    }
  for (; i < line->size; i++)
    hash = (hash ^ (guchar) line->start[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return (guint) (hash ^ (hash >> 32));
}

static gboolean
line_equal (gconstpointer one, gconstpointer other)
{
  const GuardianChangeLine *a = one;
  const GuardianChangeLine *b = other;
  return a->size == b->size && memcmp (a->start, b->start, a->size) == 0;
}

static void
number_lines (GHashTable *numbers, const GArray *lines, Side *side)
{
  side->all = g_new (guint, MAX (lines->len, 1));
  side->differs = g_new0 (gboolean, lines->len + 1);
  for (guint i = 0; i < lines->len; i++)
    {
      GuardianChangeLine *line = &g_array_index (lines, GuardianChangeLine, i);
      gpointer number = g_hash_table_lookup (numbers, line);
      if (number == NULL)
        {
          number = GUINT_TO_POINTER (g_hash_table_size (numbers) + 1);
          g_hash_table_insert (numbers, line, number);
        }
      side->all[i] = GPOINTER_TO_UINT (number);
    }
}

static void
side_clear (Side *side)
{
  g_free (side->all);
  g_free (side->differs);
  g_free (side->kept);
  g_free (side->where);
}

/* Lines from start to end that the other text has not at all differ for certain. */
static void
keep_lines (Side *side, gsize start, gsize end, const gboolean *in_other)
{
  side->kept = g_new (guint, end - start + 1);
  side->where = g_new (guint, end - start + 1);
  for (gsize i = start; i < end; i++)
    if (in_other[side->all[i]])
      {
        side->kept[side->size] = side->all[i];
        side->where[side->size++] = i;
      }
    else
      side->differs[i] = TRUE;
}

static gboolean *
mark_present (const Side *side, gsize start, gsize end, gsize n_numbers)
{
  gboolean *present = g_new0 (gboolean, n_numbers + 1);
  for (gsize i = start; i < end; i++)
    present[side->all[i]] = TRUE;
  return present;
}

/* --- the middle of an edit path --- */

typedef struct {
  gssize x0, x1, y0, y1; /* the part of a and b that is compared */
} Box;

static Point
furthest (const Compare *compare, const Box *box, gssize low, gssize high, gboolean forwards)
{
  Point best = { box->x0, box->y0 };
  gssize best_sum = forwards ? G_MINSSIZE : G_MAXSSIZE;
  for (gssize d = low; d <= high; d += 2)
    {
      gssize x = forwards ? compare->forward[d] : compare->backward[d];
      gssize clamped = CLAMP (x, box->x0, box->x1);
      gssize y = CLAMP (clamped - d, box->y0, box->y1);
      gssize sum = clamped + y;
      if (clamped - d == y && (forwards ? sum > best_sum : sum < best_sum))
        {
          best = (Point){ clamped, y };
          best_sum = sum;
        }
    }
  return best;
}

/* One more edit from the beginning; TRUE when it meets the way from the end. */
static gboolean
step_forward (Compare *compare, const Box *box, gssize low, gssize high, gssize back_low,
              gssize back_high, gboolean odd, Point *ret_middle)
{
  gssize *v = compare->forward;
  for (gssize d = high; d >= low; d -= 2)
    {
      gssize x = v[d - 1] < v[d + 1] ? v[d + 1] : v[d - 1] + 1;
      gssize y = x - d;
      while (x < box->x1 && y < box->y1 && compare->a.kept[x] == compare->b.kept[y])
        {
          x++;
          y++;
        }
      v[d] = x;
      if (odd && d >= back_low && d <= back_high && compare->backward[d] <= x)
        {
          *ret_middle = (Point){ x, y };
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
step_backward (Compare *compare, const Box *box, gssize low, gssize high, gssize forward_low,
               gssize forward_high, gboolean odd, Point *ret_middle)
{
  gssize *v = compare->backward;
  for (gssize d = high; d >= low; d -= 2)
    {
      gssize x = v[d - 1] < v[d + 1] ? v[d - 1] : v[d + 1] - 1;
      gssize y = x - d;
      while (x > box->x0 && y > box->y0 && compare->a.kept[x - 1] == compare->b.kept[y - 1])
        {
          x--;
          y--;
        }
      v[d] = x;
      if (!odd && d >= forward_low && d <= forward_high && x <= compare->forward[d])
        {
          *ret_middle = (Point){ x, y };
          return TRUE;
        }
    }
  return FALSE;
}

/* Widens the band of diagonals by one on both sides, inside the box. */
static void
widen (gssize *v, gssize lowest, gssize highest, gssize *low, gssize *high, gssize outside)
{
  if (*low > lowest)
    v[--*low - 1] = outside;
  else
    ++*low;
  if (*high < highest)
    v[++*high + 1] = outside;
  else
    --*high;
}

static Point
find_middle (Compare *compare, const Box *box)
{
  gssize lowest = box->x0 - box->y1;
  gssize highest = box->x1 - box->y0;
  gssize f_low = box->x0 - box->y0, f_high = f_low;
  gssize b_low = box->x1 - box->y1, b_high = b_low;
  gboolean odd = ((f_low - b_low) & 1) != 0;
  Point middle = { 0, 0 };

  compare->forward[f_low] = box->x0;
  compare->backward[b_low] = box->x1;
  for (guint cost = 1;; cost++)
    {
      widen (compare->forward, lowest, highest, &f_low, &f_high, -1);
      if (step_forward (compare, box, f_low, f_high, b_low, b_high, odd, &middle))
        return middle;
      widen (compare->backward, lowest, highest, &b_low, &b_high, G_MAXSSIZE / 2);
      if (step_backward (compare, box, b_low, b_high, f_low, f_high, odd, &middle))
        return middle;
      if (cost < LIMIT_COST)
        continue;
      const Point front = furthest (compare, box, f_low, f_high, TRUE);
      const Point rear = furthest (compare, box, b_low, b_high, FALSE);
      gssize gained = front.x + front.y - box->x0 - box->y0;
      gssize behind = box->x1 + box->y1 - rear.x - rear.y;
      return gained >= behind ? front : rear;
    }
}

static void
mark (Side *side, gssize from, gssize to)
{
  for (; from < to; from++)
    side->differs[side->where[from]] = TRUE;
}

static void
trim (const Compare *compare, Box *box)
{
  while (box->x0 < box->x1 && box->y0 < box->y1
         && compare->a.kept[box->x0] == compare->b.kept[box->y0])
    {
      box->x0++;
      box->y0++;
    }
  while (box->x0 < box->x1 && box->y0 < box->y1
         && compare->a.kept[box->x1 - 1] == compare->b.kept[box->y1 - 1])
    {
      box->x1--;
      box->y1--;
    }
}

/* A stack of our own: how deep it goes is up to a stranger's text. */
static void
compare_boxes (Compare *compare)
{
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (Box));
  const Box whole = { 0, compare->a.size, 0, compare->b.size };
  g_array_append_val (boxes, whole);
  while (boxes->len > 0)
    {
      Box box = g_array_index (boxes, Box, boxes->len - 1);
      g_array_set_size (boxes, boxes->len - 1);
      trim (compare, &box);
      if (box.x0 == box.x1 || box.y0 == box.y1)
        {
          mark (&compare->a, box.x0, box.x1);
          mark (&compare->b, box.y0, box.y1);
          continue;
        }
      const Point middle = find_middle (compare, &box);
      gboolean splits
          = (middle.x > box.x0 || middle.y > box.y0) && (middle.x < box.x1 || middle.y < box.y1);
      if (!splits)
        {
          mark (&compare->a, box.x0, box.x1);
          mark (&compare->b, box.y0, box.y1);
          continue;
        }
      const Box first = { box.x0, middle.x, box.y0, middle.y };
      const Box second = { middle.x, box.x1, middle.y, box.y1 };
      g_array_append_val (boxes, first);
      g_array_append_val (boxes, second);
    }
}

static GArray *
collect (const Compare *compare, guint n_old, guint n_new)
{
  GArray *hunks = g_array_new (FALSE, FALSE, sizeof (GuardianChangeHunk));
  guint i = 0, k = 0;
  while (i < n_old || k < n_new)
    {
      GuardianChangeHunk hunk = { i, 0, k, 0 };
      while (i < n_old && compare->a.differs[i])
        i++;
      while (k < n_new && compare->b.differs[k])
        k++;
      hunk.old_count = i - hunk.old_start;
      hunk.new_count = k - hunk.new_start;
      if (hunk.old_count > 0 || hunk.new_count > 0)
        g_array_append_val (hunks, hunk);
      i = MIN (i + 1, n_old);
      k = MIN (k + 1, n_new);
    }
  return hunks;
}

GArray *
guardian_change_diff_compare (const GArray *old_lines, const GArray *new_lines)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (line_hash, line_equal);
  Compare compare = { 0 };
  number_lines (numbers, old_lines, &compare.a);
  number_lines (numbers, new_lines, &compare.b);

  gsize start = 0, old_end = old_lines->len, new_end = new_lines->len;
  while (start < old_end && start < new_end && compare.a.all[start] == compare.b.all[start])
    start++;
  while (old_end > start && new_end > start
         && compare.a.all[old_end - 1] == compare.b.all[new_end - 1])
    {
      old_end--;
      new_end--;
    }
  gsize n_numbers = g_hash_table_size (numbers);
  g_autofree gboolean *in_old = mark_present (&compare.a, start, old_end, n_numbers);
  g_autofree gboolean *in_new = mark_present (&compare.b, start, new_end, n_numbers);
  keep_lines (&compare.a, start, old_end, in_new);
  keep_lines (&compare.b, start, new_end, in_old);

  gsize diagonals = compare.a.size + compare.b.size + 5;
  g_autofree gssize *forward = g_new (gssize, diagonals);
  g_autofree gssize *backward = g_new (gssize, diagonals);
  compare.forward = forward + compare.b.size + 2;
  compare.backward = backward + compare.b.size + 2;
  compare_boxes (&compare);
  GArray *hunks = collect (&compare, old_lines->len, new_lines->len);
  side_clear (&compare.a);
  side_clear (&compare.b);
  return hunks;
}
