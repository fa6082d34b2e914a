/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/privsep/guardian-landlock.h"

#include "privsep-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  char *open;   /* rules: read and write */
  char *closed; /* no rule */
  int abi;
} Folders;

static void
folders_init (Folders *folders, int abi)
{
  folders->open = g_dir_make_tmp ("cardea-landlock-XXXXXX", NULL);
  folders->closed = g_dir_make_tmp ("cardea-landlock-XXXXXX", NULL);
  folders->abi = abi;
  g_autofree char *file = g_build_filename (folders->closed, "file", NULL);
  g_assert_true (g_file_set_contents (file, "secret", -1, NULL));
}

static void
folders_clear (Folders *folders)
{
  g_autofree char *inner = g_build_filename (folders->open, "made", NULL);
  g_autofree char *file = g_build_filename (folders->closed, "file", NULL);
  g_unlink (inner);
  g_unlink (file);
  g_rmdir (folders->open);
  g_rmdir (folders->closed);
  g_free (folders->open);
  g_free (folders->closed);
}

static int
apply (const Folders *folders)
{
  const GuardianLandlockRule rules[] = {
    { folders->open, GUARDIAN_LANDLOCK_READ | GUARDIAN_LANDLOCK_WRITE },
    { "/does/not/exist", GUARDIAN_LANDLOCK_READ },
    { "/dev/null", GUARDIAN_LANDLOCK_READ | GUARDIAN_LANDLOCK_WRITE },
  };
  const GuardianLandlockOptions options
      = { .abi_limit = folders->abi, .scope_signals = TRUE, .scope_abstract = TRUE };
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
             ? guardian_landlock_apply (rules, G_N_ELEMENTS (rules), &options, NULL)
             : -1;
}

static int
confined_cb (gpointer data)
{
  const Folders *folders = data;
  g_autofree char *made = g_build_filename (folders->open, "made", NULL);
  g_autofree char *secret = g_build_filename (folders->closed, "file", NULL);
  int abi = apply (folders);

  if (abi != folders->abi)
    return 10;
  int fd = open (made, O_CREAT | O_RDWR, 0600);
  if (fd < 0 || open ("/dev/null", O_RDWR) < 0)
    return 11;
  if (open (secret, O_RDONLY) >= 0 || errno != EACCES)
    return 12;
  if (unlink (secret) == 0 || open (secret, O_WRONLY) >= 0)
    return 13;
  /* Before ABI 3 truncation by path was not covered: the fake must behave like the old kernel. */
  if ((truncate (secret, 6) == 0) != (abi < 3))
    return 14;

  int tcp = socket (AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_port = htons (9), .sin_addr.s_addr = htonl (0x7f000001) };
  gboolean refused = tcp >= 0
                     && connect (tcp, (const struct sockaddr *) &address, sizeof address) != 0
                     && errno == EACCES;
  if (tcp >= 0 && refused != (abi >= 4))
    return 15;
  if ((kill (getppid (), 0) == 0) != (abi < 6))
    return 16;
  return 0;
}

static void
test_abi (gconstpointer data)
{
  Folders folders;
  int kernel = guardian_landlock_abi (0);

  if (kernel < GPOINTER_TO_INT (data))
    {
      g_test_skip ("the kernel's Landlock is older");
      return;
    }
  folders_init (&folders, GPOINTER_TO_INT (data));
  g_assert_cmpint (privsep_fixture_run (confined_cb, &folders), ==, 0);
  folders_clear (&folders);
}

static void
test_limit (void)
{
  int kernel = guardian_landlock_abi (0);

  g_assert_cmpint (kernel, >=, 1);
  g_assert_cmpint (kernel, <=, GUARDIAN_LANDLOCK_ABI_MAX);
  g_assert_cmpint (guardian_landlock_abi (1), ==, 1);
  g_assert_cmpint (guardian_landlock_abi (1000), ==, kernel);
}

static int
without_privilege_cb (gpointer data)
{
  const GuardianLandlockOptions options = { 0 };
  const GuardianLandlockRule nameless = { NULL, GUARDIAN_LANDLOCK_READ };
  const char *what = NULL;

  prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return guardian_landlock_apply (&nameless, 1, &options, &what) == -1 && what != NULL ? 0 : 1;
}

static void
test_refuses_a_bad_rule (void)
{
  g_assert_cmpint (privsep_fixture_run (without_privilege_cb, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/landlock/limit", test_limit);
  g_test_add_func ("/landlock/bad-rule", test_refuses_a_bad_rule);
  for (int abi = 1; abi <= GUARDIAN_LANDLOCK_ABI_MAX; abi++)
    {
      g_autofree char *path = g_strdup_printf ("/landlock/abi-%d", abi);
      g_test_add_data_func (path, GINT_TO_POINTER (abi), test_abi);
    }
  return g_test_run ();
}
