/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-destination.h"
#include "guardian/core/guardian-domain.h"
#include "guardian/core/guardian-grant-host.h"

#include "common/base/cardea-host.h"

#include <arpa/inet.h>
#include <string.h>

static void
test_form (void)
{
  static const struct {
    const char *url;
    const char *host;
    guint port;
    const char *form;
  } rows[] = {
    { "https://example.org", "example.org", 443, "https://example.org/" },
    { "HTTPS://EXAMPLE.ORG./a?b=c#d", "example.org", 443, "https://example.org/a?b=c" },
    { "http://example.org:80/", "example.org", 80, "http://example.org/" },
    { "http://example.org:443/", "example.org", 443, "http://example.org:443/" },
    { "https://example.org:/", "example.org", 443, "https://example.org/" },
    { "https://example.org?x", "example.org", 443, "https://example.org/?x" },
    { "https://example.org/a/../b/./c", "example.org", 443, "https://example.org/b/c" },
    { "https://example.org/../../etc", "example.org", 443, "https://example.org/etc" },
    { "https://example.org/%2e%2e/x", "example.org", 443, "https://example.org/x" },
    { "https://example.org/a%20b?q=%41", "example.org", 443, "https://example.org/a%20b?q=A" },
    { "https://example.org/a%2fb", "example.org", 443, "https://example.org/a%2Fb" },
    { "https://example.org/@evil.com", "example.org", 443, "https://example.org/@evil.com" },
    { "https://example.org/?u=https://evil.com", "example.org", 443,
      "https://example.org/?u=https://evil.com" },
    { "http://127.0.0.1:8080/x", "127.0.0.1", 8080, "http://127.0.0.1:8080/x" },
    { "http://[::1]:8080/x", "::1", 8080, "http://[::1]:8080/x" },
    { "https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443,
      "https://xn--bcher-kva.example/" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GuardianDestination) to = guardian_destination_new ("GET", rows[i].url, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (to->host, ==, rows[i].host);
      g_assert_cmpuint (to->port, ==, rows[i].port);
      g_assert_cmpstr (to->url, ==, rows[i].form);
      g_autoptr (GuardianDestination) again = guardian_destination_new ("GET", to->url, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (again->url, ==, to->url);
    }
}

static void
test_refused (void)
{
  static const struct {
    const char *url;
    int code;
  } rows[] = {
    { "", GUARDIAN_DESTINATION_ERROR_URL },
    { "example.org", GUARDIAN_DESTINATION_ERROR_URL },
    { "//example.org/", GUARDIAN_DESTINATION_ERROR_URL },
    { "/etc/passwd", GUARDIAN_DESTINATION_ERROR_URL },
    { "a?://x", GUARDIAN_DESTINATION_ERROR_URL },
    { "file:///etc/passwd", GUARDIAN_DESTINATION_ERROR_SCHEME },
    { "ftp://example.org/", GUARDIAN_DESTINATION_ERROR_SCHEME },
    { "gopher://example.org/", GUARDIAN_DESTINATION_ERROR_SCHEME },
    { "javascript:alert(1)", GUARDIAN_DESTINATION_ERROR_SCHEME },
    { "https://allowed.com@evil.com/", GUARDIAN_DESTINATION_ERROR_USER },
    { "https://user:secret@example.org/", GUARDIAN_DESTINATION_ERROR_USER },
    { "https://@example.org/", GUARDIAN_DESTINATION_ERROR_USER },
    { "https:///x", GUARDIAN_DESTINATION_ERROR_HOST },
    { "https:example.org", GUARDIAN_DESTINATION_ERROR_HOST },
    { "https://exa%6dple.org/", GUARDIAN_DESTINATION_ERROR_HOST },
    { "https://evil%2eorg/", GUARDIAN_DESTINATION_ERROR_HOST },
    { "https://allowed.com%00.evil.com/", GUARDIAN_DESTINATION_ERROR_HOST },
    { "http://0x7f.1/", GUARDIAN_DESTINATION_ERROR_HOST },
    { "http://2130706433/", GUARDIAN_DESTINATION_ERROR_HOST },
    { "http://[::ffff:127.0.0.1]/", GUARDIAN_DESTINATION_ERROR_HOST },
    { "http://[fe80::1%25eth0]/", GUARDIAN_DESTINATION_ERROR_HOST },
    { "https://example.org:0/", GUARDIAN_DESTINATION_ERROR_HOST },
    { "https://example.org:65536/", GUARDIAN_DESTINATION_ERROR_URL },
    { "https://example.org:80:80/", GUARDIAN_DESTINATION_ERROR_URL },
    { "https://exämple.org/", GUARDIAN_DESTINATION_ERROR_URL },
    { "https://example.org/a b", GUARDIAN_DESTINATION_ERROR_URL },
    { "https://example.org\\@evil.com/", GUARDIAN_DESTINATION_ERROR_URL },
    { "https://example.org/\nHost: evil.com", GUARDIAN_DESTINATION_ERROR_URL },
    { "https://example.org/%", GUARDIAN_DESTINATION_ERROR_URL },
    { "https://example.org/%zz", GUARDIAN_DESTINATION_ERROR_URL },
    { " https://example.org/", GUARDIAN_DESTINATION_ERROR_URL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GuardianDestination) to = guardian_destination_new ("GET", rows[i].url, &error);
      g_test_message ("%s: %s", rows[i].url, to != NULL ? to->url : error->message);
      g_assert_null (to);
      g_assert_error (error, GUARDIAN_DESTINATION_ERROR, rows[i].code);
    }
}

static void
test_tunnel (void)
{
  g_autoptr (GuardianDestination) to = guardian_destination_new_tunnel ("example.org", 22, NULL);
  g_autoptr (CardeaJson) json = guardian_destination_describe (to);

  g_assert_null (cardea_json_get (json, "scheme"));
  g_assert_null (cardea_json_get (json, "url"));
  g_assert_null (cardea_json_get (json, "address"));
  g_assert_null (guardian_destination_new_tunnel ("Example.org", 22, NULL));
  g_assert_null (guardian_destination_new_tunnel ("example.org.", 22, NULL));
  g_assert_null (guardian_destination_new_tunnel ("example.org", 0, NULL));
  g_assert_null (guardian_destination_new_tunnel ("allowed.com@evil.com", 443, NULL));
}

static gboolean
covers (const GuardianGrantHost *host, const char *method, const char *url)
{
  g_autoptr (GuardianDestination) to = guardian_destination_new (method, url, NULL);
  g_assert_nonnull (to);
  return guardian_grant_host_covers (host, to);
}

static void
test_grant (void)
{
  static const char *const reading[] = { "GET", "HEAD", NULL };
  g_autoptr (GuardianGrantHost) exact = guardian_grant_host_new ("example.org", 443, reading);
  g_autoptr (GuardianGrantHost) all = guardian_grant_host_new ("example.org", 0, NULL);
  g_autoptr (GuardianDestination) tunnel
      = guardian_destination_new_tunnel ("example.org", 443, NULL);

  g_assert_true (covers (exact, "GET", "https://example.org/a"));
  g_assert_true (covers (exact, "HEAD", "https://example.org:443/"));
  g_assert_false (covers (exact, "POST", "https://example.org/"));
  g_assert_false (covers (exact, "GET", "http://example.org/"));
  g_assert_false (covers (exact, "GET", "https://www.example.org/"));
  g_assert_false (covers (exact, "GET", "https://example.org.evil.com/"));
  g_assert_false (covers (exact, "GET", "https://evilexample.org/"));
  g_assert_false (guardian_grant_host_covers (exact, tunnel));
  g_assert_cmpstr (guardian_grant_host_scope (exact), ==, "exact");
  g_assert_cmpstr (guardian_grant_host_action (exact), ==, "net.request");

  g_assert_true (covers (all, "DELETE", "http://example.org:8080/"));
  g_assert_true (guardian_grant_host_covers (all, tunnel));
  g_assert_false (covers (all, "GET", "https://www.example.org/"));
  g_assert_cmpstr (guardian_grant_host_scope (all), ==, "host");
  all->below = TRUE;
  g_assert_true (covers (all, "GET", "https://www.example.org/"));
  g_assert_false (covers (all, "GET", "https://evilexample.org/"));
}

static void
test_grant_json (void)
{
  static const char *const bad[] = {
    "{}",
    "{\"host\":\"Example.org\"}",
    "{\"host\":\"example.org\",\"port\":0}",
    "{\"host\":\"example.org\",\"port\":65536}",
    "{\"host\":\"example.org\",\"port\":\"443\"}",
    "{\"host\":\"example.org\",\"below\":1}",
    "{\"host\":\"example.org\",\"methods\":[]}",
    "{\"host\":\"example.org\",\"methods\":\"GET\"}",
    "{\"host\":\"example.org\",\"methods\":[\"get\"]}",
    "{\"host\":\"example.org\",\"methods\":[1]}",
  };
  static const char *const posting[] = { "POST", NULL };
  g_autoptr (GuardianGrantHost) host = guardian_grant_host_new ("::1", 8080, posting);
  g_autoptr (CardeaJson) json = cardea_json_new_object ();

  host->inside = TRUE;
  guardian_grant_host_write (host, json);
  g_autoptr (GuardianGrantHost) again = guardian_grant_host_read (json);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->host, ==, "::1");
  g_assert_cmpuint (again->port, ==, 8080);
  g_assert_true (again->inside && !again->below);
  g_assert_cmpstrv (again->methods, posting);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (CardeaJson) wrong = cardea_json_parse (bad[i], strlen (bad[i]), NULL);
      g_assert_nonnull (wrong);
      g_assert_null (guardian_grant_host_read (wrong));
    }
}

static void
test_domain (void)
{
  g_assert_cmpstr (guardian_domain_registrable ("www.example.org"), ==, "example.org");
  g_assert_cmpstr (guardian_domain_registrable ("a.b.example.co.uk"), ==, "example.co.uk");
  g_assert_cmpstr (guardian_domain_registrable ("accounts.google.com.evil.example"), ==,
                   "evil.example");
  g_assert_cmpstr (guardian_domain_registrable ("ann.github.io"), ==, "ann.github.io");
  g_assert_cmpstr (guardian_domain_registrable ("xn--bcher-kva.example"), ==,
                   "xn--bcher-kva.example");
  g_assert_null (guardian_domain_registrable ("co.uk"));
  g_assert_null (guardian_domain_registrable ("localhost"));
  g_assert_null (guardian_domain_registrable ("127.0.0.1"));
  g_assert_null (guardian_domain_registrable ("::1"));
  g_assert_true (guardian_domain_is_public ("com"));
  g_assert_true (guardian_domain_is_public ("github.io"));
  g_assert_false (guardian_domain_is_public ("example.org"));
  g_assert_false (guardian_domain_is_public ("10.0.0.1"));
}

static CardeaJson *
read_table (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "cardea/data.json", NULL);
  g_autofree char *text = NULL;
  gsize size = 0;
  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  g_autoptr (CardeaJson) data = cardea_json_parse (text, size, NULL);
  CardeaJson *table = cardea_json_get (cardea_json_get (data, "network"), name);
  g_assert_cmpuint (cardea_json_size (table), >, 0);
  return cardea_json_ref (table);
}

/* The last address of a range. */
static char *
end_of (const char *range)
{
  g_auto (GStrv) parts = g_strsplit (range, "/", 2);
  int family = strchr (range, ':') != NULL ? AF_INET6 : AF_INET;
  guint size = family == AF_INET6 ? 16 : 4;
  guint bits = (guint) g_ascii_strtoull (parts[1], NULL, 10);
  guint8 bytes[16];
  char text[INET6_ADDRSTRLEN];

  g_assert_cmpint (inet_pton (family, parts[0], bytes), ==, 1);
  for (guint i = bits; i < size * 8; i++)
    bytes[i / 8] |= (guint8) (0x80 >> i % 8);
  g_assert_nonnull (inet_ntop (family, bytes, text, sizeof text));
  return g_strdup (text);
}

/* What the code takes for inside is what the rules do. */
static void
test_inside (void)
{
  g_autoptr (CardeaJson) ranges = read_table ("inside");
  g_autoptr (CardeaJson) names = read_table ("inside_names");

  for (guint i = 0; i < cardea_json_size (ranges); i++)
    {
      const char *range = cardea_json_string (cardea_json_nth (ranges, i));
      g_autofree char *first = g_strndup (range, strcspn (range, "/"));
      g_autofree char *last = end_of (range);
      if (!cardea_host_is_inside (first) || !cardea_host_is_inside (last))
        g_error ("%s", range);
    }
  for (guint i = 0; i < cardea_json_size (names); i++)
    g_assert_true (cardea_host_is_inside (cardea_json_string (cardea_json_nth (names, i))));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/destination/form", test_form);
  g_test_add_func ("/destination/refused", test_refused);
  g_test_add_func ("/destination/tunnel", test_tunnel);
  g_test_add_func ("/grant-host/covers", test_grant);
  g_test_add_func ("/grant-host/json", test_grant_json);
  g_test_add_func ("/domain", test_domain);
  g_test_add_func ("/inside", test_inside);
  return g_test_run ();
}
