/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-host.h"

#include <string.h>

static void
test_form (void)
{
  static const struct {
    const char *text;
    const char *form;
  } rows[] = {
    { "example.org", "example.org" },
    { "EXAMPLE.Org", "example.org" },
    { "example.org.", "example.org" },
    { "xn--bcher-kva.example", "xn--bcher-kva.example" },
    { "a", "a" },
    { "r3---sn-x.example", "r3---sn-x.example" },
    { "4.example", "4.example" },
    { "example.4a", "example.4a" },
    { "127.0.0.1", "127.0.0.1" },
    { "127.0.0.1.", "127.0.0.1" },
    { "::1", "::1" },
    { "[::1]", "::1" },
    { "0:0:0:0:0:0:0:1", "::1" },
    { "[2001:DB8:0:0:1::]", "2001:db8:0:0:1::" },
    { "64:ff9b::7f00:1", "64:ff9b::7f00:1" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *form = cardea_host_canonical (rows[i].text, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (form, ==, rows[i].form);
      g_assert_true (cardea_host_is_canonical (form));
    }
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    ".",
    "..",
    "example..org",
    ".example.org",
    "example.org..",
    "exa mple.org",
    "example.org\n",
    "example.org/",
    "user@example.org",
    "example.org:80",
    "allowed.com@evil.com",
    "example%2eorg",
    "%65xample.org",
    "ex_ample.org",
    "-example.org",
    "example-.org",
    "exämple.org",
    "example。org",
    "example.org\xc2\xad",
    "\xff",
    /* Addresses in other notations. */
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "127.1",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.01",
    "127.0.0.256",
    "1.2.3.4.5",
    "127.0.0.0x1",
    "example.1",
    "example.0x",
    "[127.0.0.1]",
    "::ffff:127.0.0.1",
    "[::ffff:7f00:1]",
    "::127.0.0.1",
    "fe80::1%eth0",
    "[::1",
    "::1]",
    "[]",
    "[",
    ":::",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *form = cardea_host_canonical (texts[i], &error);
      if (form != NULL)
        g_test_message ("%s became %s", texts[i], form);
      g_assert_null (form);
      g_assert_error (error, CARDEA_HOST_ERROR, CARDEA_HOST_ERROR_NAME);
    }
}

static void
test_length (void)
{
  g_autofree char *label = g_strnfill (63, 'a');
  g_autofree char *name = g_strdup_printf ("%s.%s.%s.%.61s", label, label, label, label);
  g_autofree char *longer = g_strdup_printf ("%sa", name);
  g_autofree char *wide = g_strdup_printf ("%sa.org", label);
  g_autofree char *huge = g_strnfill (100000, '.');

  g_assert_cmpuint (strlen (name), ==, CARDEA_HOST_LIMIT);
  g_assert_true (cardea_host_is_canonical (name));
  g_assert_false (cardea_host_is_canonical (longer));
  g_assert_false (cardea_host_is_canonical (wide));
  g_assert_false (cardea_host_is_canonical (huge));
}

static void
test_parse (void)
{
  static const struct {
    const char *text;
    const char *host; /* NULL: refused */
    guint port;
    gboolean below;
  } rows[] = {
    { "example.org", "example.org", 0, FALSE },
    { "Example.org:8443", "example.org", 8443, FALSE },
    { ".example.org", "example.org", 0, TRUE },
    { ".example.org:443", "example.org", 443, TRUE },
    { "127.0.0.1:80", "127.0.0.1", 80, FALSE },
    { "::1", "::1", 0, FALSE },
    { "[::1]:65535", "::1", 65535, FALSE },
    { "" },
    { "." },
    { ".127.0.0.1" },
    { ".::1" },
    { "example.org:" },
    { "example.org:0" },
    { "example.org:080" },
    { "example.org:+80" },
    { "example.org: 80" },
    { "example.org:65536" },
    { "example.org:4294967376" },
    { "example.org:80:80" },
    { "[::1]80" },
    { "[::1]:" },
    { "http://example.org" },
    { "*.example.org" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *host = NULL;
      g_autoptr (GError) error = NULL;
      guint port = 1;
      gboolean below = TRUE;
      gboolean good = cardea_host_parse (rows[i].text, &host, &port, &below, &error);

      if (good != (rows[i].host != NULL))
        g_test_message ("%s", rows[i].text);
      g_assert_cmpint (good, ==, rows[i].host != NULL);
      g_assert_cmpint (good, ==, error == NULL);
      g_assert_cmpstr (host, ==, rows[i].host);
      if (!good)
        continue;
      g_assert_cmpuint (port, ==, rows[i].port);
      g_assert_cmpint (below, ==, rows[i].below);
    }
}

static void
test_below (void)
{
  g_assert_true (cardea_host_is_below ("example.org", "example.org"));
  g_assert_true (cardea_host_is_below ("www.example.org", "example.org"));
  g_assert_false (cardea_host_is_below ("evilexample.org", "example.org"));
  g_assert_false (cardea_host_is_below ("example.org.evil.com", "example.org"));
  g_assert_false (cardea_host_is_below ("org", "example.org"));
  g_assert_false (cardea_host_is_below ("10.127.0.0.1", "127.0.0.1"));
  g_assert_false (cardea_host_is_below ("1.2.3.4", "3.4"));
}

static void
test_loopback (void)
{
  static const char *const inside[]
      = { "localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1" };
  static const char *const outside[]
      = { "localhost.example", "xlocalhost", "128.0.0.1", "10.0.0.1", "::2", "0.0.0.0" };

  for (gsize i = 0; i < G_N_ELEMENTS (inside); i++)
    g_assert_true (cardea_host_is_loopback (inside[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (outside); i++)
    g_assert_false (cardea_host_is_loopback (outside[i]));
}

static void
test_show (void)
{
  g_autofree char *name = cardea_host_format ("example.org", 443);
  g_autofree char *address = cardea_host_format ("::1", 443);
  g_autofree char *plain = cardea_host_format ("::1", 0);

  g_assert_cmpstr (name, ==, "example.org:443");
  g_assert_cmpstr (address, ==, "[::1]:443");
  g_assert_cmpstr (plain, ==, "::1");
}

static void
test_inside (void)
{
  static const char *const inside[]
      = { "127.0.0.1",   "127.255.0.1",   "10.1.2.3",        "192.168.0.1",
          "172.16.0.1",  "172.31.9.9",    "169.254.169.254", "100.64.0.1",
          "0.0.0.0",     "224.0.0.1",     "198.18.0.1",      "255.255.255.255",
          "::",          "::1",           "fe80::1",         "fd00::1",
          "ff02::1",     "2002:7f00:1::", "64:ff9b::7f00:1", "localhost",
          "a.localhost", "printer.local", "nas.lan",         "x.home.arpa" };
  static const char *const outside[]
      = { "8.8.8.8",       "172.15.0.1",   "172.32.0.1", "11.0.0.1",           "100.63.0.1",
          "223.255.255.1", "192.0.1.0",    "::2",        "2001:db8::1",        "2003::",
          "fec0::1",       "notlocalhost", "local.org",  "localhost.evil.com", "64:ff9c::1" };

  for (gsize i = 0; i < G_N_ELEMENTS (inside); i++)
    if (!cardea_host_is_canonical (inside[i]) || !cardea_host_is_inside (inside[i]))
      g_error ("%s is inside", inside[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (outside); i++)
    if (!cardea_host_is_canonical (outside[i]) || cardea_host_is_inside (outside[i]))
      g_error ("%s is not inside", outside[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host/form", test_form);
  g_test_add_func ("/host/refused", test_refused);
  g_test_add_func ("/host/length", test_length);
  g_test_add_func ("/host/parse", test_parse);
  g_test_add_func ("/host/below", test_below);
  g_test_add_func ("/host/loopback", test_loopback);
  g_test_add_func ("/host/show", test_show);
  g_test_add_func ("/host/inside", test_inside);
  return g_test_run ();
}
