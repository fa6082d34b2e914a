/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-view.h"

#include <string.h>

/* A stretch of the view's bytes with one rule for where they come from. */
typedef struct {
  gsize out;  /* first byte of the view */
  gsize in;   /* first byte of the parent */
  gsize size; /* bytes of the view */
  gsize step; /* bytes of the parent for each of them; 0: of is for all */
  gsize of;
} Stretch;

struct _CardeaDlpView {
  gatomicrefcount refs;
  CardeaDlpView *parent;
  const char *pass;
  guint depth;
  CardeaDlpScanFlags flags;
  gboolean reversed;
  gboolean unpacked;
  const char *borrowed; /* of the root */
  gsize borrowed_size;
  GByteArray *bytes;
  GArray *stretches;
};

CardeaDlpView *
cardea_dlp_view_new_root (const void *bytes, gsize size)
{
  CardeaDlpView *view = g_new0 (CardeaDlpView, 1);
  g_atomic_ref_count_init (&view->refs);
  view->borrowed = bytes;
  view->borrowed_size = size;
  return view;
}

CardeaDlpView *
cardea_dlp_view_new (CardeaDlpView *parent, const char *pass, CardeaDlpScanFlags flags)
{
  CardeaDlpView *view = g_new0 (CardeaDlpView, 1);
  g_atomic_ref_count_init (&view->refs);
  view->parent = cardea_dlp_view_ref (parent);
  view->pass = pass;
  view->depth = parent->depth + 1;
  view->flags = flags | parent->flags;
  view->bytes = g_byte_array_new ();
  view->stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));
  return view;
}

CardeaDlpView *
cardea_dlp_view_ref (CardeaDlpView *view)
{
  g_atomic_ref_count_inc (&view->refs);
  return view;
}

void
cardea_dlp_view_unref (CardeaDlpView *view)
{
  if (view == NULL || !g_atomic_ref_count_dec (&view->refs))
    return;
  cardea_dlp_view_unref (view->parent);
  g_clear_pointer (&view->bytes, g_byte_array_unref);
  g_clear_pointer (&view->stretches, g_array_unref);
  g_free (view);
}

void
cardea_dlp_view_set_unpacked (CardeaDlpView *view)
{
  view->unpacked = TRUE;
}

gboolean
cardea_dlp_view_is_unpacked (const CardeaDlpView *view)
{
  return view->unpacked;
}

const char *
cardea_dlp_view_bytes (const CardeaDlpView *view)
{
  return view->bytes != NULL ? (const char *) view->bytes->data : view->borrowed;
}

gsize
cardea_dlp_view_size (const CardeaDlpView *view)
{
  return view->bytes != NULL ? view->bytes->len : view->borrowed_size;
}

guint
cardea_dlp_view_depth (const CardeaDlpView *view)
{
  return view->depth;
}

CardeaDlpScanFlags
cardea_dlp_view_flags (const CardeaDlpView *view)
{
  return view->flags;
}

const CardeaDlpView *
cardea_dlp_view_parent (const CardeaDlpView *view)
{
  return view->parent;
}

const char *
cardea_dlp_view_pass (const CardeaDlpView *view)
{
  return view->pass;
}

/* --- filling it --- */

static void
add (CardeaDlpView *view, const void *bytes, gsize size, gsize from, gsize step, gsize of)
{
  guint n = view->stretches->len;
  Stretch *last = n > 0 ? &g_array_index (view->stretches, Stretch, n - 1) : NULL;

  if (size == 0)
    return;
  if (last != NULL && step != 0 && last->step == step && last->in + last->size * step == from)
    last->size += size;
  else
    {
      const Stretch stretch = { view->bytes->len, from, size, step, of };
      g_array_append_val (view->stretches, stretch);
    }
  g_byte_array_append (view->bytes, bytes, size);
}

void
cardea_dlp_view_copy (CardeaDlpView *view, gsize from, gsize size)
{
  add (view, cardea_dlp_view_bytes (view->parent) + from, size, from, 1, size);
}

void
cardea_dlp_view_put (CardeaDlpView *view, const void *bytes, gsize size, gsize from, gsize of)
{
  add (view, bytes, size, from, size > 0 && of % size == 0 ? of / size : 0, of);
}

void
cardea_dlp_view_put_block (CardeaDlpView *view, const void *bytes, gsize size, gsize from, gsize of)
{
  add (view, bytes, size, from, 0, of);
}

void
cardea_dlp_view_put_reversed (CardeaDlpView *view)
{
  const char *bytes = cardea_dlp_view_bytes (view->parent);
  gsize size = cardea_dlp_view_size (view->parent);

  view->reversed = TRUE;
  g_byte_array_set_size (view->bytes, size);
  for (gsize i = 0; i < size; i++)
    view->bytes->data[i] = bytes[size - 1 - i];
}

/* --- where it comes from --- */

static const Stretch *
find_stretch (const CardeaDlpView *view, gsize at)
{
  guint low = 0, high = view->stretches->len;
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;
      if (g_array_index (view->stretches, Stretch, middle).out <= at)
        low = middle;
      else
        high = middle;
    }
  return high > 0 ? &g_array_index (view->stretches, Stretch, low) : NULL;
}

static void
locate_one (const CardeaDlpView *view, gsize start, gsize end, gsize *ret_start, gsize *ret_end)
{
  if (view->reversed)
    {
      *ret_start = view->bytes->len - end;
      *ret_end = view->bytes->len - start;
      return;
    }
  const Stretch *first = find_stretch (view, start);
  const Stretch *last = find_stretch (view, end > start ? end - 1 : start);
  if (first == NULL || last == NULL)
    {
      *ret_start = *ret_end = 0;
      return;
    }
  *ret_start = first->in + (start - first->out) * first->step;
  *ret_end = last->step == 0 ? last->in + last->of
                             : last->in + MIN (end - last->out, last->size) * last->step;
  /* What is put together from places in another order spans all of them. */
  if (*ret_end < *ret_start)
    {
      gsize swap = *ret_start;
      *ret_start = last->in;
      *ret_end = swap;
    }
}

void
cardea_dlp_view_locate (const CardeaDlpView *view, gsize start, gsize end, gsize *ret_start,
                        gsize *ret_end)
{
  for (; view->parent != NULL; view = view->parent)
    locate_one (view, start, end, &start, &end);
  *ret_start = start;
  *ret_end = end;
}

char *
cardea_dlp_view_passes (const CardeaDlpView *view)
{
  GString *text = g_string_new (NULL);
  for (; view->parent != NULL; view = view->parent)
    {
      if (text->len > 0)
        g_string_prepend_c (text, ',');
      g_string_prepend (text, view->pass);
    }
  return g_string_free (text, FALSE);
}
