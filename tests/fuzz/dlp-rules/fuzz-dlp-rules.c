/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-redact.h"
#include "common/dlp/cardea-dlp-rule.h"
#include "tests/fuzz/fuzz.h"

/* A file of rules, and a list of names of what was taken out: each is whole, or an error. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char content[] = "a [x-1] b [y]";
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  const char *text = size > 0 ? (const char *) data : "";
  gboolean added = cardea_dlp_rules_add (rules, text, size, &error);
  FUZZ_CHECK (added == (error == NULL));
  for (guint i = 0; added && i < cardea_dlp_rules_size (rules); i++)
    {
      const CardeaDlpRule *rule = cardea_dlp_rules_nth (rules, i);
      FUZZ_CHECK (cardea_dlp_rules_find (rules, rule->id) == rule);
      FUZZ_CHECK (rule->pattern != NULL && rule->find != NULL && rule->ignore != NULL);
      FUZZ_CHECK (rule->window <= CARDEA_DLP_MAX_WINDOW && rule->before <= CARDEA_DLP_MAX_BEFORE);
    }
  g_autoptr (GBytes) restored = cardea_dlp_restore (content, sizeof content - 1, bytes, &other);
  FUZZ_CHECK ((restored == NULL) == (other != NULL));
  return 0;
}
