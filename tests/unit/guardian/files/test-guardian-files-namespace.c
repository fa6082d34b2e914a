/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A descriptor opened in the namespace is handed to a process outside, which tries everything a
 * holder can try. Then the same as an ordinary user, when the test runs as root. */

#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-namespace.h"
#include "guardian/files/guardian-files-read.h"
#include "tests/unit/guardian/files/files-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ORDINARY 65534
#define EXIT_NO_NAMESPACE 77

static void
send_fd (int socket, int fd)
{
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE (sizeof (int))];
  } control = { 0 };
  char byte = 0;
  struct iovec part = { &byte, 1 };
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  *header = (struct cmsghdr){ CMSG_LEN (sizeof (int)), SOL_SOCKET, SCM_RIGHTS };
  memcpy (CMSG_DATA (header), &fd, sizeof fd);
  if (sendmsg (socket, &message, 0) != 1)
    _exit (EXIT_FAILURE);
}

static int
receive_fd (int socket)
{
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE (sizeof (int))];
  } control = { 0 };
  char byte;
  struct iovec part = { &byte, 1 };
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  if (recvmsg (socket, &message, MSG_CMSG_CLOEXEC) != 1)
    return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  g_assert_nonnull (header);
  int fd;
  memcpy (&fd, CMSG_DATA (header), sizeof fd);
  return fd;
}

static gboolean
has_capabilities (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
  if (syscall (SYS_capget, &header, data) != 0)
    return TRUE;
  return (data[0].effective | data[0].permitted | data[0].inheritable | data[1].effective
          | data[1].permitted | data[1].inheritable)
         != 0;
}

/* In the child: enters, checks that there is no way back, sends the descriptor. */
static void
child (int socket, const char *path, const char *parent)
{
  g_autoptr (GError) error = NULL;
  if (!guardian_files_namespace_enter (&error))
    {
      g_printerr ("# %s\n", error->message);
      _exit (EXIT_NO_NAMESPACE);
    }
  g_autoptr (GuardianFilesMounts) mounts = guardian_files_mounts_new (NULL);
  g_autoptr (GuardianFilesObject) object
      = guardian_files_walk (mounts, path, GUARDIAN_FILES_WALK_WAIT, NULL, &error);
  int fd = object != NULL ? guardian_files_read_open (object, NULL, &error) : -1;
  const struct mount_attr writable = { .attr_clr = MOUNT_ATTR_RDONLY };
  if (fd < 0 || has_capabilities ()
      || mount_setattr (AT_FDCWD, "/", AT_RECURSIVE, (struct mount_attr *) &writable,
                        sizeof writable)
             == 0
      || mount (NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) == 0 || unshare (CLONE_NEWNS) == 0
      || open (parent, O_TMPFILE | O_WRONLY, 0600) >= 0 || open (path, O_WRONLY) >= 0
      || chmod (path, 0666) == 0)
    {
      g_printerr ("# %s\n", error != NULL ? error->message : "there is a way to write");
      _exit (EXIT_FAILURE);
    }
  send_fd (socket, fd);
  _exit (EXIT_SUCCESS);
}

static void
assert_read_only (int fd, const char *path)
{
  struct stat before, after;
  const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_assert_cmpint (stat (path, &before), ==, 0);

  g_assert_cmpint (open (link, O_WRONLY), ==, -1);
  g_assert_cmpint (errno, ==, EROFS);
  g_assert_cmpint (open (link, O_RDWR), ==, -1);
  g_assert_cmpint (errno, ==, EROFS);
  g_assert_cmpint (open (link, O_RDONLY | O_TRUNC), ==, -1);
  g_assert_cmpint (truncate (link, 0), ==, -1);
  g_assert_cmpint (fchmod (fd, 0777), ==, -1);
  g_assert_cmpint (errno, ==, EROFS);
  g_assert_cmpint (chmod (link, 0777), ==, -1);
  g_assert_cmpint (errno, ==, EROFS);
  g_assert_cmpint (fchown (fd, geteuid (), getegid ()), ==, -1);
  g_assert_cmpint (errno, ==, EROFS);
  g_assert_cmpint (futimens (fd, times), ==, -1);
  g_assert_cmpint (errno, ==, EROFS);
  g_assert_cmpint (fsetxattr (fd, "user.cardea", "x", 1, 0), ==, -1);
  g_assert_cmpint (errno, ==, EROFS);
  g_assert_cmpint (fremovexattr (fd, "user.cardea"), ==, -1);
  g_assert_cmpint (ftruncate (fd, 0), ==, -1);
  g_assert_true (mmap (NULL, 1, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);

  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpuint (after.st_mode, ==, before.st_mode);
  g_assert_cmpint (after.st_size, ==, before.st_size);
  g_assert_cmpint (after.st_mtim.tv_sec, ==, before.st_mtim.tv_sec);
  g_assert_cmpint (after.st_ctim.tv_nsec, ==, before.st_ctim.tv_nsec);
  g_assert_cmpint (after.st_atim.tv_nsec, ==, before.st_atim.tv_nsec);
}

static void
become (uid_t uid)
{
  if (uid != geteuid ()
      && (setgroups (0, NULL) != 0 || setresgid (uid, uid, uid) != 0
          || setresuid (uid, uid, uid) != 0 || prctl (PR_SET_DUMPABLE, 1, 0, 0, 0) != 0))
    _exit (EXIT_FAILURE);
}

/* Both ends as uid. The holder runs in a process of its own, so that the test stays what it is. */
static void
check_as (FilesFixture *fixture, uid_t uid)
{
  g_autofree char *path = files_fixture_write (fixture, "file", "content");
  g_assert_cmpint (chown (path, uid, -1), ==, 0);
  g_assert_cmpint (chmod (fixture->folder, 0755), ==, 0);
  int pair[2];
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);

  pid_t opener = fork ();
  if (opener == 0)
    {
      become (uid);
      child (pair[1], path, fixture->folder);
    }
  close (pair[1]);
  pid_t holder = fork ();
  if (holder == 0)
    {
      become (uid);
      int fd = receive_fd (pair[0]);
      if (fd >= 0)
        assert_read_only (fd, path);
      _exit (EXIT_SUCCESS);
    }
  close (pair[0]);

  int status;
  g_assert_cmpint (waitpid (holder, &status, 0), ==, holder);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (waitpid (opener, &status, 0), ==, opener);
  if (WIFEXITED (status) && WEXITSTATUS (status) == EXIT_NO_NAMESPACE
      && g_getenv ("CARDEA_TESTS_MUST_RUN") == NULL)
    g_test_skip ("no user namespaces here");
  else
    g_assert_cmpint (status, ==, 0);
}

static void
test_own (FilesFixture *fixture, gconstpointer data)
{
  check_as (fixture, geteuid ());
}

static void
test_ordinary (FilesFixture *fixture, gconstpointer data)
{
  if (geteuid () == 0)
    check_as (fixture, ORDINARY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  FILES_TEST ("/files/namespace/own", test_own);
  FILES_TEST ("/files/namespace/ordinary", test_ordinary);
  return g_test_run ();
}
