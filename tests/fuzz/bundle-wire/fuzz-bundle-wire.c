/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/bundle/cardea-bundle.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* What whoever unpacked a bundle says of it is a bundle or an error. What is taken can be written
 * and read again, keeps to its roots, and asks for nothing outside. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strndup ((const char *) bytes, size);
  g_autoptr (CardeaBundle) bundle = cardea_bundle_read (text, size, &error);
  FUZZ_CHECK ((bundle == NULL) == (error != NULL));
  if (bundle == NULL)
    return 0;
  FUZZ_CHECK (cardea_bundle_size (bundle) <= CARDEA_BUNDLE_MAX_FILES);
  FUZZ_CHECK (cardea_bundle_revision (bundle) != NULL);
  for (guint i = 0; i < cardea_bundle_size (bundle); i++)
    {
      const char *path = cardea_bundle_nth (bundle, i)->path;
      FUZZ_CHECK (*path != '/' && strcmp (path, "..") != 0 && !g_str_has_prefix (path, "../"));
    }
  g_autoptr (CardeaRegoData) data = cardea_rego_data_new ();
  g_autoptr (GError) data_error = NULL, signature_error = NULL;
  FUZZ_CHECK (cardea_bundle_add_data (bundle, data, &data_error) == (data_error == NULL));
  gboolean signs
      = cardea_bundle_verify (bundle, "secret", 6, "HS256", NULL, NULL, &signature_error);
  FUZZ_CHECK (signs == (signature_error == NULL) && (!signs || cardea_bundle_is_signed (bundle)));
  gsize written = 0;
  g_autofree char *again_text = cardea_bundle_write (bundle, &written);
  g_autoptr (CardeaBundle) again = cardea_bundle_read (again_text, written, NULL);
  FUZZ_CHECK (again != NULL && cardea_bundle_size (again) == cardea_bundle_size (bundle));
  return 0;
}
