/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the rules of its caller and the kernel's word about its own ABI.
 * Refuses: to go on without Landlock, or when a rule cannot be added for another reason than that
 * its path does not exist.
 * Known gaps: what the running ABI cannot express stays open (REFER below 2, truncate below 3, TCP
 * below 4, device ioctls below 5, scopes below 6); connecting to a named AF_UNIX socket, chmod,
 * chown, utime, setxattr and stat are never covered. Callers report the ABI. */

#include "guardian/privsep/guardian-landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1

#define FS_EXECUTE (1ull << 0)
#define FS_WRITE_FILE (1ull << 1)
#define FS_READ_FILE (1ull << 2)
#define FS_READ_DIR (1ull << 3)
#define FS_REMOVE_DIR (1ull << 4)
#define FS_REMOVE_FILE (1ull << 5)
#define FS_MAKE_DIR (1ull << 7)
#define FS_MAKE_REG (1ull << 8)
#define FS_MAKE_SOCK (1ull << 9)
#define FS_MAKE_FIFO (1ull << 10)
#define FS_MAKE_SYM (1ull << 12)
#define FS_ALL_OF_ABI_1 ((1ull << 13) - 1)
#define FS_REFER (1ull << 13)
#define FS_TRUNCATE (1ull << 14)
#define FS_IOCTL_DEV (1ull << 15)
#define NET_BIND_TCP (1ull << 0)
#define NET_CONNECT_TCP (1ull << 1)
#define SCOPE_ABSTRACT (1ull << 0)
#define SCOPE_SIGNAL (1ull << 1)

/* What a rule on something that is not a folder may name; more is EINVAL. */
#define FS_OF_A_FILE (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

struct ruleset_attr {
  uint64_t handled_access_fs;
  uint64_t handled_access_net; /* since ABI 4 */
  uint64_t scoped;             /* since ABI 6 */
};

struct path_beneath_attr {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__ ((packed));

static const struct {
  int abi;
  uint64_t fs, net, scoped;
  size_t attr_size;
} abis[] = {
  { 1, FS_ALL_OF_ABI_1, 0, 0, 8 }, { 2, FS_REFER, 0, 0, 8 },
  { 3, FS_TRUNCATE, 0, 0, 8 },     { 4, 0, NET_BIND_TCP | NET_CONNECT_TCP, 0, 16 },
  { 5, FS_IOCTL_DEV, 0, 0, 16 },   { 6, 0, 0, SCOPE_ABSTRACT | SCOPE_SIGNAL, 24 },
};

static const struct {
  unsigned access;
  uint64_t fs;
} meanings[] = {
  { GUARDIAN_LANDLOCK_READ, FS_READ_FILE | FS_READ_DIR },
  { GUARDIAN_LANDLOCK_EXECUTE, FS_EXECUTE },
  { GUARDIAN_LANDLOCK_WRITE, FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR
                                 | FS_MAKE_REG | FS_MAKE_FIFO | FS_MAKE_SYM | FS_REFER
                                 | FS_TRUNCATE },
  { GUARDIAN_LANDLOCK_SOCKET, FS_MAKE_SOCK },
  { GUARDIAN_LANDLOCK_LIST, FS_READ_DIR },
  { GUARDIAN_LANDLOCK_CONTROL, FS_IOCTL_DEV },
};

#define COUNT(array) (sizeof (array) / sizeof (array)[0])

static int
failed (const char *what, const char **ret_what)
{
  if (ret_what != NULL)
    *ret_what = what;
  return -1;
}

int
guardian_landlock_abi (int abi_limit)
{
  long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
  if (abi < 1 || abi_limit < 0)
    {
      errno = abi < 0 ? errno : ENOSYS;
      return -1;
    }
  if (abi > GUARDIAN_LANDLOCK_ABI_MAX)
    abi = GUARDIAN_LANDLOCK_ABI_MAX;
  return abi_limit > 0 && abi_limit < abi ? abi_limit : (int) abi;
}

static size_t
describe_abi (int abi, const GuardianLandlockOptions *options, struct ruleset_attr *attr)
{
  size_t size = 0;

  *attr = (struct ruleset_attr){ 0 };
  for (size_t i = 0; i < COUNT (abis) && abis[i].abi <= abi; i++)
    {
      attr->handled_access_fs |= abis[i].fs;
      attr->handled_access_net |= abis[i].net;
      attr->scoped |= abis[i].scoped;
      size = abis[i].attr_size;
    }
  if (!options->scope_abstract)
    attr->scoped &= ~SCOPE_ABSTRACT;
  if (!options->scope_signals)
    attr->scoped &= ~SCOPE_SIGNAL;
  if (options->open_tcp)
    attr->handled_access_net = 0;
  return size;
}

static int
add_rule (int ruleset, const GuardianLandlockRule *rule, uint64_t handled)
{
  struct path_beneath_attr attr = { 0 };
  struct stat st;
  int result;

  attr.parent_fd = open (rule->path, O_PATH | O_CLOEXEC);
  if (attr.parent_fd < 0)
    return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
  for (size_t i = 0; i < COUNT (meanings); i++)
    if ((rule->access & meanings[i].access) != 0)
      attr.allowed_access |= meanings[i].fs;
  attr.allowed_access &= handled;

  result = fstat (attr.parent_fd, &st);
  if (result == 0 && !S_ISDIR (st.st_mode))
    attr.allowed_access &= FS_OF_A_FILE;
  if (result == 0 && attr.allowed_access != 0)
    result = (int) syscall (SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &attr, 0);
  int saved = errno;
  close (attr.parent_fd);
  errno = saved;
  return result;
}

int
guardian_landlock_apply (const GuardianLandlockRule *rules, size_t n_rules,
                         const GuardianLandlockOptions *options, const char **ret_what)
{
  struct ruleset_attr attr;
  int abi = guardian_landlock_abi (options->abi_limit);
  const char *what = NULL;

  if (abi < 0)
    return failed ("Landlock is missing (kernel option CONFIG_SECURITY_LANDLOCK, or \"landlock\" "
                   "in the boot parameter lsm=)",
                   ret_what);
  size_t size = describe_abi (abi, options, &attr);
  int ruleset = (int) syscall (SYS_landlock_create_ruleset, &attr, size, 0);
  if (ruleset < 0)
    return failed ("landlock_create_ruleset", ret_what);
  for (size_t i = 0; i < n_rules && what == NULL; i++)
    if (rules[i].path == NULL || add_rule (ruleset, &rules[i], attr.handled_access_fs) != 0)
      what = rules[i].path != NULL ? rules[i].path : "a rule without a path";
  if (what == NULL && syscall (SYS_landlock_restrict_self, ruleset, 0) != 0)
    what = "landlock_restrict_self";

  int saved = errno;
  close (ruleset);
  errno = saved;
  return what == NULL ? abi : failed (what, ret_what);
}
