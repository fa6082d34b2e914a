/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-host.h"
#include "common/base/cardea-url.h"

typedef struct {
  const char *text;
  const char *form; /* NULL: refused */
} Row;

static const Row rows[] = {
  { "https://api.example.com/v1", "https://api.example.com/v1" },
  { "HTTPS://API.example.com.:443/v1?a=b", "https://api.example.com/v1?a=b" },
  { "https://example.com?a", "https://example.com/?a" },
  { "http://127.0.0.1:11434", "http://127.0.0.1:11434/" },
  { "http://[::1]:80/", "http://[::1]/" },
  { "https://[::1]:80/", "https://[::1]:80/" },
  { "http://h:443", "http://h:443/" },
  { "https://h/%2e%2E/x", "https://h/x" },
  { "ftp://example.com/", NULL },
  { "file:///etc/passwd", NULL },
  { "example.com", NULL },
  { "https:/example.com", NULL },
  { "https://", NULL },
  { "https:///x", NULL },
  { "https://.example.com/", NULL },
  { "https://user@example.com/", NULL },
  { "https://allowed.com@evil.com/", NULL },
  { "https://allowed.com%2eevil.com/", NULL },
  { "https://allowed.com\\@evil.com/", NULL },
  { "https://allowed.com\\.evil.com/", NULL },
  { "https://example.com/\\evil.com", NULL },
  { "https://example.com/#a", "https://example.com/" },
  { "https://example.com#a", "https://example.com/" },
  { "https://example.com/a b", NULL },
  { " https://example.com/", NULL },
  { "https://example.com/a\r\nb", NULL },
  { "https://example.com\t/", NULL },
  { "https://example.com/\xc3\xbc", NULL },
  { "https://::1/", NULL },
  { "https://0x7f.1/", NULL },
  { "https://example.com:99999/", NULL },
  { "https://example.com:/", "https://example.com/" },
  { "https://my_host.example.com/", NULL },
  { "https://_/", NULL },
};

static void
test_form (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaUrl) url = cardea_url_parse (rows[i].text, &error);
      g_autofree char *form = url != NULL ? cardea_url_format (url) : NULL;
      g_assert_cmpstr (form, ==, rows[i].form);
      g_assert_true ((url == NULL) == (error != NULL));
      if (url == NULL)
        g_assert_true (error->domain == CARDEA_URL_ERROR || error->domain == CARDEA_HOST_ERROR);
    }
}

static void
test_parts (void)
{
  g_autoptr (CardeaUrl) url = cardea_url_parse ("http://[2001:DB8::1]/a/b?c=d?e", NULL);

  g_assert_false (url->secure);
  g_assert_cmpstr (url->host, ==, "2001:db8::1");
  g_assert_cmpuint (url->port, ==, CARDEA_URL_PORT_HTTP);
  g_assert_cmpstr (url->path, ==, "/a/b");
  g_assert_cmpstr (url->query, ==, "c=d?e");
}

static void
test_length (void)
{
  g_autofree char *path = g_strnfill (CARDEA_URL_LIMIT, 'a');
  g_autofree char *good = g_strdup_printf ("https://h/%.*s", (int) CARDEA_URL_LIMIT - 10, path);
  g_autofree char *bad = g_strdup_printf ("https://h/%.*s", (int) CARDEA_URL_LIMIT - 9, path);
  g_autoptr (CardeaUrl) first = cardea_url_parse (good, NULL);
  g_autoptr (CardeaUrl) second = cardea_url_parse (bad, NULL);

  g_assert_nonnull (first);
  g_assert_null (second);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/url/form", test_form);
  g_test_add_func ("/url/parts", test_parts);
  g_test_add_func ("/url/length", test_length);
  return g_test_run ();
}
