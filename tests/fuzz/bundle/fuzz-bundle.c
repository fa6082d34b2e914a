/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/bundle/cardea-bundle-archive.h"
#include "tests/fuzz/fuzz.h"

/* Any bytes are a bundle or an error; its data and signature can be asked for in any case, and
 * names stay inside. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) packed = g_bytes_new (bytes, size);
  g_autoptr (CardeaBundle) bundle = cardea_bundle_new (packed, &error);
  FUZZ_CHECK ((bundle == NULL) == (error != NULL));
  if (bundle == NULL)
    return 0;
  g_autoptr (CardeaRegoData) data = cardea_rego_data_new ();
  g_autoptr (GError) data_error = NULL, signature_error = NULL;
  gboolean added = cardea_bundle_add_data (bundle, data, &data_error);
  FUZZ_CHECK (added == (data_error == NULL));
  gboolean signs
      = cardea_bundle_verify (bundle, "secret", 6, "HS256", NULL, NULL, &signature_error);
  FUZZ_CHECK (signs == (signature_error == NULL));
  FUZZ_CHECK (!signs || cardea_bundle_is_signed (bundle));
  gsize written = 0;
  g_autofree char *text = cardea_bundle_write (bundle, &written);
  g_autoptr (CardeaBundle) again = cardea_bundle_read (text, written, NULL);
  FUZZ_CHECK (again != NULL && cardea_bundle_size (again) == cardea_bundle_size (bundle));
  for (guint i = 0; i < cardea_bundle_size (bundle); i++)
    {
      const char *path = cardea_bundle_nth (bundle, i)->path;
      FUZZ_CHECK (*path != '/' && !g_str_has_prefix (path, "../"));
    }
  return 0;
}
