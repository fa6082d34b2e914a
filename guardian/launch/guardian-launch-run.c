/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, which recorded what the person named; the link, which checked every descriptor.
 * Refuses: what is no program, before anything is built for it.
 * Known gaps: a script's interpreter is found missing only when the kernel looks for it. */

#include "guardian/launch/guardian-launch-run.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-text.h"
#include "guardian/launch/guardian-launch-programs.h"
#include "guardian/launch/guardian-program-calls.h"
#include "guardian/launch/guardian-program-command.h"
#include "guardian/privsep/guardian-worker.h"

#include <errno.h>
#include <string.h>

void
guardian_launch_run_init (GuardianLaunchRun *run, GuardianDigests *digests,
                          GuardianCgroupParent *cgroup)
{
  g_autoptr (GError) error = NULL;

  run->digests = digests;
  run->cgroup = cgroup;
  run->filter = guardian_filter_export (guardian_program_calls (), &error);
  run->reason = error != NULL ? g_strdup (error->message) : NULL;
}

void
guardian_launch_run_clear (GuardianLaunchRun *run)
{
  cardea_fd_clear (&run->filter);
  g_clear_pointer (&run->reason, g_free);
}

const char *
guardian_launch_run_code (int exec_error)
{
  static const struct {
    int error;
    const char *code;
  } codes[] = {
    { ENOENT, "not-found" },   { ENOTDIR, "not-found" },  { EACCES, "unsuitable" },
    { ENOEXEC, "unsuitable" }, { E2BIG, "unsuitable" },   { EINVAL, "unsuitable" },
    { ELOOP, "unsuitable" },   { ETXTBSY, "unsuitable" }, { ELIBBAD, "unsuitable" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i].error == exec_error)
      return codes[i].code;
  return "unavailable";
}

static CardeaJson *
describe (const GuardianProgram *program, const GuardianDigest *digest,
          const GuardianCgroup *cgroup, gboolean has_view)
{
  CardeaJson *layers = cardea_json_new_object ();
  g_autofree char *limits = guardian_program_command_limits ();

  cardea_json_set_string (layers, "profile", "program");
  cardea_json_set_string (layers, "seccomp", "deny-list");
  cardea_json_set_string (layers, "network", "loopback");
  cardea_json_set_string (layers, "home", has_view ? "view" : "private");
  cardea_json_set_string (layers, "sha256", digest->sha256);
  cardea_json_set_string (layers, "limits", limits);
  cardea_json_set_string (layers, "cgroup",
                          cgroup != NULL ? guardian_cgroup_controls (cgroup) : "none");
  if (program->prefix != NULL)
    {
      g_autofree char *shown = cardea_text_escape (program->prefix, strlen (program->prefix), NULL);
      cardea_json_set_string (layers, "prefix", shown);
    }
  return layers;
}

static GuardianCgroup *
make_group (const GuardianLaunchRun *run)
{
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_monotonic_time ());
  GuardianCgroupLimits limits;

  guardian_program_command_group_limits (&limits);
  return run->cgroup != NULL ? guardian_cgroup_new (run->cgroup, name, &limits) : NULL;
}

static GuardianSandbox *
make_sandbox (const GuardianLaunchRun *run, const GuardianProgram *program, CardeaMessage *request,
              const GuardianSandboxHandler *handler, gpointer user_data, GError **error)
{
  g_auto (GuardianLaunchPrograms) ours = { 0 };
  GuardianDigest digest;

  if (!guardian_launch_programs_find (&ours, error)
      || !guardian_digests_get (run->digests, program->path, &digest, error))
    return NULL;
  g_auto (GStrv) folders = cardea_message_get_paths (request, "folders");
  g_auto (GStrv) shared = cardea_message_get_paths (request, "shared");
  const GuardianProgramCommand command = {
    .hold = ours.hold,
    .bwrap = ours.bwrap,
    .confine = ours.confine,
    .program = program,
    .digest = &digest,
    .home = cardea_message_get_path (request, "home"),
    .folder = cardea_message_get_path (request, "folder"),
    .has_view = cardea_message_peek_fd (request, "view") >= 0,
    .folders = (const char *const *) folders,
    .shared = (const char *const *) shared,
    .terminal = cardea_message_get_boolean (request, "terminal"),
    .landlock_limit = guardian_worker_landlock_limit (),
  };
  g_auto (GStrv) arguments = guardian_program_command_build (&command);
  g_auto (GStrv) environment = guardian_program_command_environment (&command);
  GuardianCgroup *cgroup = make_group (run);
  cardea_autofd int text = cardea_message_take_fd (request, "command");
  cardea_autofd int view = cardea_message_take_fd (request, "view");
  cardea_autofd int input = cardea_message_take_fd (request, "input");
  cardea_autofd int output = cardea_message_take_fd (request, "output");
  cardea_autofd int errors = cardea_message_take_fd (request, "error");
  const GuardianSandboxPlan plan = {
    .arguments = arguments,
    .environment = environment,
    .filter = run->filter,
    .refusal = guardian_program_calls_refusal,
    .command = text,
    .view = view,
    .streams = { input, output, errors },
    .cgroup = cgroup,
    .layers = describe (program, &digest, cgroup, view >= 0),
  };
  return guardian_sandbox_new (&plan, handler, user_data, error);
}

GuardianSandbox *
guardian_launch_run_start (const GuardianLaunchRun *run, CardeaMessage *request,
                           const GuardianSandboxHandler *handler, gpointer user_data,
                           const char **ret_code, GError **error)
{
  g_auto (GuardianProgram) program = { 0 };
  g_auto (GStrv) folders = cardea_message_get_paths (request, "folders");

  for (char **folder = folders; folder != NULL && *folder != NULL; folder++)
    if (!guardian_program_command_may_show (*folder))
      {
        *ret_code = "unsuitable";
        g_set_error (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
                     "“%s” has another meaning inside and cannot be shared", *folder);
        return NULL;
      }
  *ret_code = "unavailable";
  if (run->filter < 0)
    {
      g_set_error_literal (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
                           run->reason);
      return NULL;
    }
  g_autoptr (GError) missing = NULL;
  if (!guardian_program_find (cardea_message_get_path (request, "program"),
                              cardea_message_get_path (request, "home"), &program, &missing))
    {
      *ret_code = missing->code == GUARDIAN_PROGRAM_ERROR_MISSING ? "not-found" : "unsuitable";
      g_propagate_error (error, g_steal_pointer (&missing));
      return NULL;
    }
  return make_sandbox (run, &program, request, handler, user_data, error);
}
