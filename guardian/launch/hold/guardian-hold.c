/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: launch, for its arguments and descriptors.
 * Refuses: to go on when a namespace, a mount or loopback is missing.
 * Known gaps: supplementary groups stay with an ordinary user's sandbox (the kernel lets only the
 * privileged give them up); nothing that is mounted inside is open to a group alone. */

#include "guardian/launch/hold/guardian-hold.h"

#include "guardian/launch/guardian-handoff.h"
#include "guardian/launch/hold/guardian-hold-egress.h"
#include "guardian/launch/hold/guardian-hold-home.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* When root runs the guardian, its agent is not root: an uid that owns nothing (Debian policy 9.2.2
 * reserves 65000 to 65533, systemd's dynamic users end there too), so that limits on processes,
 * from which root is exempt, hold as well. */
#define UID_FOR_ROOT 65432u

#define VIEW "view" /* among the programs: that there is one; its folder */
#define HOME "home" /* a home that stays; its folder */
#define EGRESS "egress"
#define ETC "etc/"
#define COPY_LIMIT 131072
#define PATH_SIZE 128

static void
write_file (const char *path, const char *text, GuardianHandoffStep step)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write (fd, text, strlen (text)) != (ssize_t) strlen (text))
    guardian_handoff_fail (step, path);
  close (fd);
}

/* In a container the other identity may not exist. */
static bool
is_mapped (const char *path)
{
  unsigned inside, outside, count;
  bool found = false;
  FILE *file = fopen (path, "re");

  while (file != NULL && !found && fscanf (file, "%u %u %u", &inside, &outside, &count) == 3)
    found = UID_FOR_ROOT >= inside && UID_FOR_ROOT - inside < count;
  if (file != NULL)
    fclose (file);
  return found;
}

static bool
may_set_groups (void)
{
  char word[8] = { 0 };
  FILE *file = fopen ("/proc/self/setgroups", "re");
  bool may
      = file != NULL && fgets (word, sizeof word, file) != NULL && strncmp (word, "allow", 5) == 0;

  if (file != NULL)
    fclose (file);
  return may;
}

/* Root of a container may lack what it takes; it then stays what it is, and launch reports that. */
static bool
may_change_identity (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
  const unsigned needed = 1u << CAP_SETUID | 1u << CAP_SETGID | 1u << CAP_SYS_ADMIN;

  return getuid () == 0 && geteuid () == 0 && syscall (SYS_capget, &header, data) == 0
         && (data[0].effective & needed) == needed && may_set_groups ()
         && is_mapped ("/proc/self/uid_map") && is_mapped ("/proc/self/gid_map");
}

static void
die_with_launch (pid_t launch)
{
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid () != launch)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_PARENT, NULL);
}

static void
change_identity (pid_t launch)
{
  if (setgroups (0, NULL) != 0 || setresgid (UID_FOR_ROOT, UID_FOR_ROOT, UID_FOR_ROOT) != 0
      || setresuid (UID_FOR_ROOT, UID_FOR_ROOT, UID_FOR_ROOT) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_IDENTITY, NULL);
  /* The change made the process not dumpable (its /proc files would be root's) and forgot whom to
   * die with. */
  if (prctl (PR_SET_DUMPABLE, 1) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_IDENTITY, NULL);
  die_with_launch (launch);
}

static void
make_user_namespace (void)
{
  char line[64];
  unsigned uid = getuid ();
  unsigned gid = getgid ();

  if (unshare (CLONE_NEWUSER) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_USER_NAMESPACE, NULL);
  write_file ("/proc/self/setgroups", "deny", GUARDIAN_HANDOFF_STEP_USER_NAMESPACE);
  snprintf (line, sizeof line, "%u %u 1\n", uid, uid);
  write_file ("/proc/self/uid_map", line, GUARDIAN_HANDOFF_STEP_USER_NAMESPACE);
  snprintf (line, sizeof line, "%u %u 1\n", gid, gid);
  write_file ("/proc/self/gid_map", line, GUARDIAN_HANDOFF_STEP_USER_NAMESPACE);
}

static void
make_mount_namespace (void)
{
  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_MOUNT_NAMESPACE, NULL);
}

/* What something can be bound over; a name may have folders before it. */
static bool
make_place (const char *stage, char *target, bool folder)
{
  for (char *slash = strchr (target + strlen (stage) + 1, '/'); slash != NULL;
       slash = strchr (slash + 1, '/'))
    {
      *slash = '\0';
      bool made = mkdir (target, 0755) == 0 || errno == EEXIST;
      *slash = '/';
      if (!made)
        return false;
    }
  if (folder)
    return mkdir (target, 0555) == 0;
  int fd = open (target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0555);
  return fd >= 0 && close (fd) == 0;
}

/* A small file of /etc is copied: a mount of its own for each of forty costs more than all the rest
 * of a sandbox, as bwrap reads the list of all mounts anew for each one that it makes. false: it is
 * to be bound, over what was begun. */
static bool
copy_file (const char *path, const char *target, const struct stat *st)
{
  char piece[16384];
  ssize_t size = -1;
  int from = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  int to = open (target, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  bool good = from >= 0 && to >= 0 && fchmod (to, st->st_mode & 0444) == 0;

  while (good && (size = read (from, piece, sizeof piece)) > 0)
    good = write (to, piece, (size_t) size) == size;
  good = good && size == 0;
  if (from >= 0)
    close (from);
  if (to >= 0)
    close (to);
  return good;
}

static bool
is_copied (const char *assignment, const struct stat *st)
{
  return strncmp (assignment, ETC, strlen (ETC)) == 0 && S_ISREG (st->st_mode)
         && st->st_size <= COPY_LIMIT;
}

static void
stage_program (const char *stage, const char *assignment, bool other_identity)
{
  const char *path = strchr (assignment, '=');
  char target[512];

  errno = EINVAL;
  if (path == NULL || path[1] != '/')
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, assignment);
  int size
      = snprintf (target, sizeof target, "%s/%.*s", stage, (int) (path - assignment), assignment);
  if (size < 0 || size >= (int) sizeof target)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, assignment);

  struct stat st;
  if (stat (path + 1, &st) != 0 || !make_place (stage, target, S_ISDIR (st.st_mode)))
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_PROGRAMS, path + 1);
  if (is_copied (assignment, &st) && copy_file (path + 1, target, &st))
    return;
  if (mount (path + 1, target, NULL, MS_BIND | MS_REC, NULL) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_PROGRAMS, path + 1);
  /* Whoever will live there owns it. */
  if (other_identity && strncmp (assignment, HOME "=", strlen (HOME "=")) == 0
      && lchown (target, UID_FOR_ROOT, UID_FOR_ROOT) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_HOME, target);
}

static bool
wants (const char *word, char **words, int count)
{
  for (int i = 0; i < count; i++)
    if (strcmp (words[i], word) == 0)
      return true;
  return false;
}

/* Binding by inode here, where the programs can be reached, is what lets the sandbox's identity be
 * one that could not walk to them (a build in root's home). */
static void
stage_programs (const char *stage, char **words, int count, bool other_identity)
{
  if (mount ("tmpfs", stage, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_PROGRAMS, stage);
  for (int i = 0; i < count; i++)
    if (strcmp (words[i], VIEW) != 0 && strcmp (words[i], EGRESS) != 0
        && !guardian_hold_egress_knows (words[i]) && !guardian_hold_home_knows (words[i]))
      stage_program (stage, words[i], other_identity);
}

static void
raise_loopback (void)
{
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || ioctl (fd, SIOCSIFFLAGS, &request) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_LOOPBACK, NULL);
  close (fd);
}

/* --- the view --- */

static void
view_failed (const char *what)
{
  guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_VIEW, what);
}

static void
join (char *ret, size_t size, const char *folder, const char *name)
{
  int length = snprintf (ret, size, "%s/%s", folder, name);
  errno = ENAMETOOLONG;
  if (length < 0 || (size_t) length >= size)
    view_failed (name);
}

/* Where only root may open the device, the identity that owns nothing gets a node of its own, which
 * nothing but this process ever sees. */
static void
prepare_view (const char *stage, bool other_identity, char *ret_device, size_t size)
{
  char folder[PATH_SIZE];
  struct stat st;

  join (folder, sizeof folder, stage, VIEW);
  if (mkdir (folder, 0755) != 0)
    view_failed (folder);
  join (ret_device, size, "/dev", "fuse");
  if (stat (ret_device, &st) != 0)
    view_failed (ret_device);
  if (!other_identity || (st.st_mode & 0006) == 0006)
    return;
  join (folder, sizeof folder, stage, "device");
  if (mkdir (folder, 0755) != 0
      || mount ("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=4k") != 0)
    view_failed (folder);
  join (ret_device, size, folder, "fuse");
  if (mknod (ret_device, S_IFCHR | 0666, st.st_rdev) != 0 || chmod (ret_device, 0666) != 0)
    view_failed (ret_device);
}

/* The worker's copy is the only one afterwards: when it closes that, whoever waits is let go. */
static void
mount_view (const char *stage, const char *device_path)
{
  char place[PATH_SIZE];
  char options[128];
  int device = open (device_path, O_RDWR | O_CLOEXEC);

  if (device < 0)
    view_failed (device_path);
  join (place, sizeof place, stage, VIEW);
  snprintf (options, sizeof options, "fd=%d,rootmode=40000,user_id=%u,group_id=%u,max_read=1048576",
            device, getuid (), getgid ());
  if (mount ("cardea", place, "fuse", MS_NOSUID | MS_NODEV, options) != 0)
    view_failed (place);
  if (!guardian_handoff_pass (GUARDIAN_HANDOFF_VIEW_FD, device))
    view_failed ("the view worker went away");
  close (device);
  close (GUARDIAN_HANDOFF_VIEW_FD);
}

void
guardian_hold_run (int argc, char **argv)
{
  pid_t launch = getppid ();
  int dashes = 2;

  while (dashes < argc && strcmp (argv[dashes], "--") != 0)
    dashes++;
  errno = EINVAL;
  if (argc < 2 || dashes + 1 >= argc)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, NULL);
  die_with_launch (launch);
  umask (022); /* another identity walks through what is made here */

  char device[PATH_SIZE];
  bool view = wants (VIEW, argv + 2, dashes - 2);
  bool egress = wants (EGRESS, argv + 2, dashes - 2);
  bool other_identity = may_change_identity ();
  if (!other_identity)
    make_user_namespace ();
  make_mount_namespace ();
  stage_programs (argv[1], argv + 2, dashes - 2, other_identity);
  int badges = egress ? guardian_hold_egress_listen (argv[1]) : -1;
  if (view)
    prepare_view (argv[1], other_identity, device, sizeof device);
  if (other_identity)
    {
      change_identity (launch);
      make_user_namespace ();
      make_mount_namespace ();
    }
  if (unshare (CLONE_NEWNET) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_NET_NAMESPACE, NULL);
  raise_loopback ();
  if (egress)
    guardian_hold_egress_open (badges, argv + 2, dashes - 2);
  if (view)
    mount_view (argv[1], device);
  else
    close (GUARDIAN_HANDOFF_VIEW_FD); /* holds the place of what there is not */
  guardian_hold_home_place (argv[1], argv + 2, dashes - 2);

  execv (argv[dashes + 1], argv + dashes + 1);
  guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_BWRAP, argv[dashes + 1]);
}
