/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: launch, for its arguments and for the filter and the command in sealed memfds.
 * Refuses: to start the program when a layer cannot be applied or the self-check fails; it never
 * goes on with less.
 * Known gaps: those of Landlock's running ABI (guardian-landlock.c). */

#include "guardian/launch/confine/guardian-confine.h"

#include "guardian/launch/confine/guardian-confine-check.h"
#include "guardian/launch/confine/guardian-confine-command.h"
#include "guardian/launch/guardian-handoff.h"
#include "guardian/privsep/guardian-landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1u << 5)
#endif

#define MAX_RULES 128
#define MAX_PASSED 128
#define MAX_SET 128
#define MAX_NAMESPACES 16
#define MAX_NAME 24

typedef struct {
  char name[MAX_NAME];
  uint64_t number;
} Named;

typedef struct {
  GuardianLandlockRule rules[MAX_RULES];
  size_t n_rules;
  Named outside[MAX_NAMESPACES];
  size_t n_outside;
  const char *passed[MAX_PASSED];
  size_t n_passed;
  const char *set[MAX_SET];
  size_t n_set;
  int abi;
  uint64_t device, inode;
  uint64_t copied;  /* bytes of the program, which is a copy of ours; 0: it is none */
  bool has_command; /* a program that knows nothing of us */
  bool comes_later; /* which one, its command and streams come with GO */
  bool terminal;
  bool open_tcp;
  GuardianConfineCommand command;
  const char *program;
} Plan;

static const struct {
  const char *name;
  int resource;
} limits[] = {
  { "as", RLIMIT_AS },
  { "core", RLIMIT_CORE },
  { "fsize", RLIMIT_FSIZE },
  { "memlock", RLIMIT_MEMLOCK },
  { "msgqueue", RLIMIT_MSGQUEUE },
  { "nofile", RLIMIT_NOFILE },
  { "nproc", RLIMIT_NPROC },
  { "rtprio", RLIMIT_RTPRIO },
  { "sigpending", RLIMIT_SIGPENDING },
};

#define COUNT(array) (sizeof (array) / sizeof (array)[0])

/* "NAME:NUMBER", NAME may be empty where there is none; the separator is the last colon. */
static bool
parse_named (const char *text, Named *ret)
{
  const char *colon = strrchr (text, ':');
  char *end = NULL;

  if (colon == NULL || (size_t) (colon - text) >= sizeof ret->name || colon[1] == '\0')
    return false;
  memcpy (ret->name, text, (size_t) (colon - text));
  ret->name[colon - text] = '\0';
  ret->number = strtoull (colon + 1, &end, 10);
  return *end == '\0';
}

static bool
add_rule (Plan *plan, const char *path, unsigned access)
{
  if (plan->n_rules >= MAX_RULES || path[0] != '/')
    return false;
  plan->rules[plan->n_rules++] = (GuardianLandlockRule){ path, access };
  return true;
}

static bool
set_read (Plan *plan, const char *value)
{
  return add_rule (plan, value, GUARDIAN_LANDLOCK_READ);
}

static bool
set_exec (Plan *plan, const char *value)
{
  return add_rule (plan, value, GUARDIAN_LANDLOCK_READ | GUARDIAN_LANDLOCK_EXECUTE);
}

static bool
set_write (Plan *plan, const char *value)
{
  return add_rule (plan, value, GUARDIAN_LANDLOCK_READ | GUARDIAN_LANDLOCK_WRITE);
}

static bool
set_list (Plan *plan, const char *value)
{
  return add_rule (plan, value, GUARDIAN_LANDLOCK_LIST);
}

static bool
set_device (Plan *plan, const char *value)
{
  return add_rule (plan, value,
                   GUARDIAN_LANDLOCK_READ | GUARDIAN_LANDLOCK_WRITE | GUARDIAN_LANDLOCK_CONTROL);
}

static bool
set_all (Plan *plan, const char *value)
{
  return add_rule (plan, value,
                   GUARDIAN_LANDLOCK_READ | GUARDIAN_LANDLOCK_WRITE | GUARDIAN_LANDLOCK_EXECUTE
                       | GUARDIAN_LANDLOCK_SOCKET);
}

static bool
set_pass (Plan *plan, const char *value)
{
  if (plan->n_passed >= MAX_PASSED)
    return false;
  plan->passed[plan->n_passed++] = value;
  return true;
}

static bool
set_variable (Plan *plan, const char *value)
{
  if (plan->n_set >= MAX_SET || value[0] == '=' || strchr (value, '=') == NULL)
    return false;
  plan->set[plan->n_set++] = value;
  return true;
}

static bool
set_command (Plan *plan, const char *value)
{
  plan->has_command = true;
  plan->comes_later = strcmp (value, "later") == 0;
  return plan->comes_later || strcmp (value, "descriptor") == 0;
}

static bool
set_terminal (Plan *plan, const char *value)
{
  plan->terminal = true;
  return strcmp (value, "input") == 0;
}

static bool
set_tcp (Plan *plan, const char *value)
{
  plan->open_tcp = true;
  return strcmp (value, "open") == 0;
}

static bool
set_abi (Plan *plan, const char *value)
{
  plan->abi = atoi (value);
  return true;
}

static bool
set_limit (Plan *plan, const char *value)
{
  Named limit;

  if (!parse_named (value, &limit))
    return false;
  for (size_t i = 0; i < COUNT (limits); i++)
    if (strcmp (limits[i].name, limit.name) == 0)
      {
        struct rlimit now;
        if (getrlimit (limits[i].resource, &now) != 0)
          return false;
        if (now.rlim_max > limit.number)
          now.rlim_max = limit.number;
        now.rlim_cur = now.rlim_max;
        return setrlimit (limits[i].resource, &now) == 0;
      }
  return false;
}

static bool
set_outside (Plan *plan, const char *value)
{
  return plan->n_outside < MAX_NAMESPACES && parse_named (value, &plan->outside[plan->n_outside++]);
}

static bool
set_target (Plan *plan, const char *value)
{
  Named target;

  if (!parse_named (value, &target))
    return false;
  plan->device = strtoull (target.name, NULL, 10);
  plan->inode = target.number;
  return true;
}

static bool
set_copied (Plan *plan, const char *value)
{
  char *end = NULL;

  plan->copied = strtoull (value, &end, 10);
  return plan->copied > 0 && *end == '\0';
}

static const struct {
  const char *name;
  bool (*set) (Plan *plan, const char *value);
} settings[] = {
  { "abi=", set_abi },       { "all=", set_all },       { "command=", set_command },
  { "copied=", set_copied }, { "device=", set_device }, { "exec=", set_exec },
  { "limit=", set_limit },   { "list=", set_list },     { "outside=", set_outside },
  { "pass=", set_pass },     { "read=", set_read },     { "set=", set_variable },
  { "target=", set_target }, { "tcp=", set_tcp },       { "terminal=", set_terminal },
  { "write=", set_write },
};

/* Returns the index of PROGRAM. */
static int
parse (Plan *plan, int argc, char **argv)
{
  int index = 1;

  for (; index < argc && strcmp (argv[index], "--") != 0; index++)
    {
      bool good = false;
      errno = EINVAL;
      for (size_t i = 0; i < COUNT (settings); i++)
        {
          size_t size = strlen (settings[i].name);
          if (strncmp (argv[index], settings[i].name, size) == 0)
            good = settings[i].set (plan, argv[index] + size);
        }
      if (!good)
        guardian_handoff_fail (strncmp (argv[index], "limit=", 6) == 0
                                   ? GUARDIAN_HANDOFF_STEP_LIMITS
                                   : GUARDIAN_HANDOFF_STEP_ARGUMENTS,
                               argv[index]);
    }
  errno = EINVAL;
  if (index + 1 >= argc || plan->n_outside == 0
      || (plan->inode != 0) + (plan->copied != 0) + plan->comes_later != 1)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, "something is missing");
  return index + 1;
}

static int
apply_landlock (const Plan *plan)
{
  const GuardianLandlockOptions options = { .abi_limit = plan->abi,
                                            .scope_signals = true,
                                            .scope_abstract = true,
                                            .open_tcp = plan->open_tcp };
  const char *what = NULL;
  int abi = guardian_landlock_apply (plan->rules, plan->n_rules, &options, &what);

  if (abi < 1)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_LANDLOCK, what);
  return abi;
}

/* Returns the listener. The filter is installed last: what it refuses is refused from here on. */
static int
apply_seccomp (void)
{
  struct sock_filter program[BPF_MAXINSNS];
  ssize_t size = pread (GUARDIAN_HANDOFF_FILTER_FD, program, sizeof program, 0);

  if (size <= 0 || size % (ssize_t) sizeof program[0] != 0
      || close (GUARDIAN_HANDOFF_FILTER_FD) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_SECCOMP, "the filter cannot be read");

  const struct sock_fprog filter
      = { .len = (unsigned short) ((size_t) size / sizeof program[0]), .filter = program };
  const unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  long listener = syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
  if (listener < 0 && errno == EINVAL) /* Linux before 5.19 */
    listener
        = syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
  if (listener < 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_SECCOMP, "user notification");
  return (int) listener;
}

static void
hand_over (int listener, int abi)
{
  const GuardianHandoff ready = { .kind = GUARDIAN_HANDOFF_READY, .landlock = abi };

  if (!guardian_handoff_send (&ready, listener))
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_SECCOMP, "the listener cannot be handed over");
  close (listener);
}

/* The program's own streams take the places of the chain's, so that from here on it holds what the
 * check counts: three streams, the channel or command, the hand-over, the filter. */
static void
take_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    {
      int stream = GUARDIAN_HANDOFF_STREAMS_FD + fd;
      if (dup2 (stream, fd) < 0 || close (stream) != 0)
        guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, "a stream is missing");
    }
}

static void
take_command (Plan *plan)
{
  if (!guardian_confine_command_read (GUARDIAN_HANDOFF_CHANNEL_FD, &plan->command)
      || !guardian_confine_command_pass (&plan->command, plan->passed, plan->n_passed)
      || fcntl (GUARDIAN_HANDOFF_CHANNEL_FD, F_SETFD, FD_CLOEXEC) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, "the command");
  umask (022);
}

static void
set_variables (const Plan *plan)
{
  for (size_t i = 0; i < plan->n_set; i++)
    if (putenv ((char *) plan->set[i]) != 0)
      guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, plan->set[i]);
}

/* A session of its own, so that its process group can be signalled and its terminal controls it and
 * nobody else. */
static void
take_terminal (const Plan *plan)
{
  if (setsid () < 0 && getsid (0) != getpid ())
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, "a session of its own");
  if (plan->terminal && ioctl (STDIN_FILENO, TIOCSCTTY, 0) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, "the terminal");
}

/* What launch says of the program; the variables are the guardian's own. */
static void
take_target (Plan *plan, int fd)
{
  GuardianConfineCommand target;
  char **words;
  int count = 0;

  if (!guardian_confine_command_read (fd, &target) || close (fd) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, "the target");
  words = target.arguments;
  while (words[count] != NULL)
    count++;
  errno = EINVAL;
  if (count != GUARDIAN_HANDOFF_TARGETS
      || !set_target (plan, words[GUARDIAN_HANDOFF_TARGET_IDENTITY]) || plan->inode == 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, "the target");
  plan->program = words[GUARDIAN_HANDOFF_TARGET_PATH];
  plan->terminal = strcmp (words[GUARDIAN_HANDOFF_TARGET_INPUT], "terminal") == 0;
  for (char **variable = target.environment; *variable != NULL; variable++)
    if (putenv (*variable) != 0)
      guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, *variable);
  if (chdir (words[GUARDIAN_HANDOFF_TARGET_FOLDER]) != 0
      || setenv ("PWD", words[GUARDIAN_HANDOFF_TARGET_FOLDER], 1) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, words[GUARDIAN_HANDOFF_TARGET_FOLDER]);
}

/* The places were held until now, by /dev/null. */
static void
take_gifts (Plan *plan)
{
  static const struct {
    GuardianHandoffGift gift;
    int place;
  } places[] = {
    { GUARDIAN_HANDOFF_GIFT_COMMAND, GUARDIAN_HANDOFF_CHANNEL_FD },
    { GUARDIAN_HANDOFF_GIFT_INPUT, STDIN_FILENO },
    { GUARDIAN_HANDOFF_GIFT_OUTPUT, STDOUT_FILENO },
    { GUARDIAN_HANDOFF_GIFT_ERROR, STDERR_FILENO },
  };
  int gifts[GUARDIAN_HANDOFF_GIFTS];

  if (!guardian_handoff_wait_gifts (gifts))
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_PARENT, NULL);
  for (size_t i = 0; i < COUNT (places); i++)
    if (dup2 (gifts[places[i].gift], places[i].place) < 0 || close (gifts[places[i].gift]) != 0)
      guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_ARGUMENTS, "a stream is missing");
  take_command (plan);
  take_target (plan, gifts[GUARDIAN_HANDOFF_GIFT_TARGET]);
  set_variables (plan);
  take_terminal (plan);
  guardian_confine_check_target (plan->program, plan->device, plan->inode);
  guardian_confine_check_descriptors (GUARDIAN_HANDOFF_FD);
}

static void
confine (const Plan *plan)
{
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
      || fcntl (GUARDIAN_HANDOFF_FD, F_SETFD, FD_CLOEXEC) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_SELF_CHECK, NULL);
  for (size_t i = 0; i < plan->n_outside; i++)
    guardian_confine_check_namespace (plan->outside[i].name, plan->outside[i].number);

  int abi = apply_landlock (plan);
  guardian_confine_check_landlock (abi, plan->open_tcp);
  if (plan->copied > 0)
    guardian_confine_check_copy (plan->program, plan->copied);
  else if (!plan->comes_later)
    guardian_confine_check_target (plan->program, plan->device, plan->inode);
  guardian_confine_check_descriptors (GUARDIAN_HANDOFF_FILTER_FD);
  guardian_confine_check_status (SECCOMP_MODE_DISABLED);

  int listener = apply_seccomp ();
  hand_over (listener, abi);
  guardian_confine_check_status (SECCOMP_MODE_FILTER);
  guardian_confine_check_descriptors (GUARDIAN_HANDOFF_FD);
}

void
guardian_confine_run (int argc, char **argv)
{
  Plan plan = { 0 };
  int program = parse (&plan, argc, argv);

  plan.program = argv[program];
  if (plan.has_command)
    take_streams ();
  else
    unsetenv ("PWD"); /* bwrap's, not ours */
  if (plan.has_command && !plan.comes_later)
    {
      take_command (&plan);
      set_variables (&plan);
      take_terminal (&plan);
    }
  confine (&plan);
  if (plan.comes_later)
    take_gifts (&plan);
  else if (!guardian_handoff_wait ())
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_PARENT, NULL);

  execv (plan.program, plan.has_command ? plan.command.arguments : argv + program);
  guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_EXEC, plan.program);
}
