/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-diff.h"
#include "guardian/files/change/guardian-change-text.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>

/* Applies a unified difference, as patch(1) does, to lines of the old text. */
static GString *
apply (const GArray *old_lines, const char *diff)
{
  GString *to = g_string_new (NULL);
  guint next = 0;
  gboolean in_hunk = FALSE;
  while (*diff != '\0')
    {
      guint start = 0, count = 0;
      gsize size = strcspn (diff, "\n") + 1;
      if (sscanf (diff, "@@ -%u,%u ", &start, &count) == 2)
        {
          guint first = count > 0 ? start - 1 : start;
          in_hunk = TRUE;
          for (; next < first; next++)
            {
              const GuardianChangeLine *line = &g_array_index (old_lines, GuardianChangeLine, next);
              g_string_append_len (to, line->start, line->size);
            }
        }
      else if (in_hunk && diff[0] == '\\')
        g_string_truncate (to, to->len > 0 && to->str[to->len - 1] == '\n' ? to->len - 1 : to->len);
      else if (in_hunk && diff[0] != '-')
        g_string_append_len (to, diff + 1, size - 1);
      if (in_hunk && (diff[0] == '-' || diff[0] == ' '))
        next++;
      /* The mark behind a line that goes says nothing about what is built. */
      const char *line = diff;
      diff += size;
      if (in_hunk && line[0] == '-' && diff[0] == '\\')
        diff += strcspn (diff, "\n") + 1;
    }
  for (; next < old_lines->len; next++)
    {
      const GuardianChangeLine *line = &g_array_index (old_lines, GuardianChangeLine, next);
      g_string_append_len (to, line->start, line->size);
    }
  return to;
}

/* Two texts, parted by the first NUL: the difference leads from the one to the other. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *one = (const char *) data;
  const char *zero = size > 0 ? memchr (data, 0, size) : NULL;
  gsize old_size = zero != NULL ? (gsize) (zero - one) : size;
  const char *other = zero != NULL ? zero + 1 : one;
  gsize new_size = zero != NULL ? size - old_size - 1 : 0;
  if (memchr (other, 0, new_size) != NULL)
    return 0;

  g_auto (GuardianChangeText) text = { 0 };
  guardian_change_text_compare (one, old_size, "a", other, new_size, "b", G_MAXINT32, &text);
  FUZZ_CHECK (text.counted && !text.cut);
  if (text.diff == NULL)
    {
      FUZZ_CHECK (old_size == new_size && memcmp (one, other, old_size) == 0);
      return 0;
    }
  g_autoptr (GArray) lines = guardian_change_diff_split (one, old_size);
  GString *made = apply (lines, text.diff->str);
  FUZZ_CHECK (made->len == new_size && memcmp (made->str, other, new_size) == 0);
  g_string_free (made, TRUE);

  /* However little there is room for: whole lines, and never more. */
  g_auto (GuardianChangeText) cut = { 0 };
  guardian_change_text_compare (one, old_size, "a", other, new_size, "b", size / 2, &cut);
  FUZZ_CHECK (cut.diff == NULL || cut.diff->len <= size / 2);
  FUZZ_CHECK (cut.added == text.added && cut.removed == text.removed);
  return 0;
}
