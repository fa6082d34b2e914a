/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-pass.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/udata.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>

/* Characters that only look like ASCII, and those that cannot be seen at all (UTS #39, UAX #15). */

#define CACHE 1024u /* characters whose answer is kept, by their low bits */
#define MAX_ASCII 3 /* what one character may stand for */

typedef struct {
  gunichar c;
  gint8 size; /* of ascii; -1: it is not ASCII in disguise */
  char ascii[MAX_ASCII];
} Folded;

typedef struct {
  const UNormalizer2 *compatibility;
  USpoofChecker *spoof;
  Folded *cache;
} Folder;

static gboolean
is_ascii (const UChar *text, int size)
{
  for (int i = 0; i < size; i++)
    if (text[i] >= 0x80)
      return FALSE;
  return size > 0 && size <= MAX_ASCII;
}

static void
take (Folded *folded, const UChar *text, int size)
{
  folded->size = size;
  for (int i = 0; i < size; i++)
    folded->ascii[i] = text[i];
}

/* Fullwidth, mathematical, circled and other forms of a letter or digit. */
static gboolean
fold_form (const Folder *folder, Folded *folded)
{
  UChar text[16];
  UErrorCode status = U_ZERO_ERROR;
  int size = unorm2_getDecomposition (folder->compatibility, folded->c, text, G_N_ELEMENTS (text),
                                      &status);
  if (U_FAILURE (status) || size < 0 || !is_ascii (text, size))
    return FALSE;
  take (folded, text, size);
  return TRUE;
}

/* Letters of other scripts that look the same. What looks like an l may be meant as an I: the
 * letter's own case says. */
static gboolean
fold_look (const Folder *folder, Folded *folded)
{
  UChar text[16], one[2];
  UErrorCode status = U_ZERO_ERROR;
  int32_t length = 0;

  U16_APPEND_UNSAFE (one, length, folded->c);
  int size = uspoof_getSkeleton (folder->spoof, 0, one, length, text, G_N_ELEMENTS (text), &status);
  if (U_FAILURE (status) || size != 1 || !is_ascii (text, size))
    return FALSE;
  if (text[0] == 'l' && u_isupper (folded->c))
    text[0] = 'I';
  take (folded, text, size);
  return TRUE;
}

static const Folded *
fold (const Folder *folder, gunichar c)
{
  Folded *folded = &folder->cache[c % CACHE];
  if (folded->c == c)
    return folded;
  folded->c = c;
  folded->size = -1;
  if (c >= 0xe0020 && c <= 0xe007e)
    {
      /* Tags: ASCII that nothing shows. */
      folded->size = 1;
      folded->ascii[0] = c - 0xe0000;
    }
  else if (u_hasBinaryProperty (c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)
           || u_charType (c) == U_NON_SPACING_MARK || u_charType (c) == U_ENCLOSING_MARK)
    folded->size = 0;
  else if (!fold_form (folder, folded))
    fold_look (folder, folded);
  return folded;
}

static gboolean
folder_init (Folder *folder)
{
  UErrorCode status = U_ZERO_ERROR;
  folder->compatibility = unorm2_getNFKDInstance (&status);
  folder->spoof = uspoof_open (&status);
  folder->cache = g_new0 (Folded, CACHE);
  return U_SUCCESS (status);
}

static void
folder_clear (Folder *folder)
{
  uspoof_close (folder->spoof);
  g_free (folder->cache);
}

static gsize
next_foreign (const char *text, gsize size, gsize at)
{
  while (at < size && (guint8) text[at] < 0x80)
    at++;
  return at;
}

static CardeaDlpView *
unfold (CardeaDlpView *view, const Folder *folder)
{
  const char *text = cardea_dlp_view_bytes (view);
  gsize size = cardea_dlp_view_size (view), plain = 0;
  CardeaDlpView *child = NULL;

  for (gsize i = next_foreign (text, size, 0); i < size; i = next_foreign (text, size, i))
    {
      gunichar c = g_utf8_get_char_validated (text + i, size - i);
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          i++;
          continue;
        }
      gsize length = g_utf8_skip[(guint8) text[i]];
      const Folded *folded = fold (folder, c);
      if (folded->size >= 0)
        {
          if (child == NULL)
            child = cardea_dlp_view_new (view, "look-alikes", 0);
          cardea_dlp_view_copy (child, plain, i - plain);
          cardea_dlp_view_put (child, folded->ascii, folded->size, i, length);
          plain = i + length;
        }
      i += length;
    }
  if (child != NULL)
    cardea_dlp_view_copy (child, plain, size - plain);
  return child;
}

CardeaDlpView *
cardea_dlp_pass_unfold (CardeaDlpView *view)
{
  Folder folder = { 0 };
  gsize size = cardea_dlp_view_size (view);

  if (next_foreign (cardea_dlp_view_bytes (view), size, 0) == size)
    return NULL;
  CardeaDlpView *child = folder_init (&folder) ? unfold (view, &folder) : NULL;
  folder_clear (&folder);
  return child;
}

gboolean
cardea_dlp_pass_prepare (void)
{
  static const char bytes[] = "\xd0\xb0\xef\xbc\xa1"; /* Cyrillic a, fullwidth A */
  UErrorCode status = U_ZERO_ERROR;

  udata_setFileAccess (UDATA_NO_FILES, &status);
  g_autoptr (CardeaDlpView) root = cardea_dlp_view_new_root (bytes, sizeof bytes - 1);
  g_autoptr (CardeaDlpView) child = cardea_dlp_pass_unfold (root);
  return child != NULL && cardea_dlp_view_size (child) == 2
         && memcmp (cardea_dlp_view_bytes (child), "aA", 2) == 0;
}
