/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, which recorded what the person named; the link, which checked every descriptor.
 * Refuses: what is no program, before anything is built for it.
 * Known gaps: a script's interpreter is found missing only when the kernel looks for it. */

#include "guardian/launch/guardian-launch-run.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-text.h"
#include "guardian/launch/guardian-bundle.h"
#include "guardian/launch/guardian-launch-programs.h"
#include "guardian/launch/guardian-program-calls.h"
#include "guardian/launch/guardian-program-command.h"
#include "guardian/launch/guardian-program-home.h"
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
          const GuardianCgroup *cgroup, const GuardianProgramCommand *command)
{
  CardeaJson *layers = cardea_json_new_object ();
  g_autofree char *limits = guardian_program_command_limits ();

  cardea_json_set_string (layers, "profile", "program");
  cardea_json_set_string (layers, "seccomp", "deny-list");
  cardea_json_set_string (layers, "network", command->has_egress ? "proxy" : "loopback");
  cardea_json_set_string (layers, "home",
                          command->own_home != NULL ? "profile"
                          : command->has_view       ? "view"
                                                    : "private");
  cardea_json_set_string (layers, "sha256", digest->sha256);
  if (command->place != NULL)
    cardea_json_set_string (layers, "program", "sealed-copy");
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

/* --- profile and companions --- */

static char **
read_texts (const CardeaJson *profile, const char *name)
{
  const CardeaJson *list = profile != NULL ? cardea_json_get (profile, name) : NULL;
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (list, i));
      if (text != NULL)
        g_strv_builder_add (texts, text);
    }
  return g_strv_builder_end (texts);
}

static void
clear_companion (gpointer data)
{
  guardian_program_clear (data);
}

/* What is not there is not needed. */
static GArray *
find_companions (CardeaMessage *request)
{
  g_auto (GStrv) paths = cardea_message_get_paths (request, "companions");
  GArray *found = g_array_new (FALSE, TRUE, sizeof (GuardianProgram));

  g_array_set_clear_func (found, clear_companion);
  for (char **path = paths; path != NULL && *path != NULL; path++)
    {
      GuardianProgram companion = { 0 };
      if (guardian_program_find (*path, cardea_message_get_path (request, "home"), &companion,
                                 NULL))
        g_array_append_val (found, companion);
    }
  return found;
}

/* FALSE with error; *ret_home NULL: it has none that stays. */
static gboolean
find_home (const CardeaJson *profile, char **ret_home, GError **error)
{
  const char *name = cardea_json_get_string (profile, "name");

  if (profile == NULL || name == NULL
      || g_strcmp0 (cardea_json_get_string (profile, "home"), "own") != 0)
    return TRUE;
  *ret_home = guardian_program_home_make (name, error);
  return *ret_home != NULL;
}

/* TRUE with -1: it trusts what the system does. */
static gboolean
make_bundle (const CardeaMessage *request, int *ret_bundle, GError **error)
{
  g_autoptr (GBytes) authority = cardea_message_get_bytes (request, "authority");

  if (authority == NULL || cardea_message_peek_fd (request, "egress") < 0)
    return TRUE;
  *ret_bundle = guardian_bundle_new (authority, error);
  return *ret_bundle >= 0;
}

#define COPIES "/opt/cardea-program/"

/* Where a sealed copy lies inside, under its own name; NULL: it is none. The caller owns it. */
static char *
find_place (const GuardianPinned *pinned)
{
  if (pinned == NULL || guardian_pinned_copy (pinned) < 0)
    return NULL;
  g_autofree char *name = g_path_get_basename (guardian_pinned_path (pinned));
  return g_strconcat (COPIES, name, NULL);
}

static gboolean
find_digest (const GuardianLaunchRun *run, const GuardianProgram *program,
             const GuardianPinned *pinned, GuardianDigest *ret, GError **error)
{
  if (pinned == NULL)
    return guardian_digests_get (run->digests, program->path, ret, error);
  guardian_pinned_digest (pinned, ret);
  return TRUE;
}

static GuardianSandbox *
make_sandbox (const GuardianLaunchRun *run, const GuardianProgram *program,
              const GuardianPinned *pinned, CardeaMessage *request,
              const GuardianSandboxHandler *handler, gpointer user_data, GError **error)
{
  g_auto (GuardianLaunchPrograms) ours = { 0 };
  GuardianDigest digest;
  const CardeaJson *profile = cardea_message_get_json (request, "profile");
  g_autofree char *home = NULL;
  g_autofree char *place = find_place (pinned);
  cardea_autofd int bundle = -1;

  if (!make_bundle (request, &bundle, error))
    return NULL;
  if (!guardian_launch_programs_find (&ours, error) || !find_home (profile, &home, error)
      || !find_digest (run, program, pinned, &digest, error))
    return NULL;
  g_auto (GStrv) folders = cardea_message_get_paths (request, "folders");
  g_auto (GStrv) shared = cardea_message_get_paths (request, "shared");
  g_auto (GStrv) pass = read_texts (profile, "pass");
  g_auto (GStrv) set = read_texts (profile, "set");
  g_auto (GStrv) proxy = read_texts (profile, "proxy");
  g_auto (GStrv) authorities = read_texts (profile, "authorities");
  g_auto (GStrv) placeholders = read_texts (cardea_message_body (request), "placeholders");
  g_auto (GStrv) loopback = read_texts (cardea_message_body (request), "loopback");
  g_autoptr (GArray) companions = find_companions (request);
  const GuardianProgramCommand command = {
    .hold = ours.hold,
    .bwrap = ours.bwrap,
    .confine = ours.confine,
    .program = program,
    .digest = &digest,
    .companions = (const GuardianProgram *) (gpointer) companions->data,
    .n_companions = companions->len,
    .place = place,
    .size = pinned != NULL ? guardian_pinned_size (pinned) : 0,
    .home = cardea_message_get_path (request, "home"),
    .own_home = home,
    .pass = (const char *const *) pass,
    .set = (const char *const *) set,
    .proxy = (const char *const *) proxy,
    .authorities = (const char *const *) authorities,
    .placeholders = (const char *const *) placeholders,
    .folder = cardea_message_get_path (request, "folder"),
    .has_view = cardea_message_peek_fd (request, "view") >= 0,
    .has_egress = cardea_message_peek_fd (request, "egress") >= 0,
    .has_bundle = bundle >= 0,
    .loopback = (const char *const *) loopback,
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
  cardea_autofd int egress = cardea_message_take_fd (request, "egress");
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
    .egress = egress,
    .copy = pinned != NULL ? guardian_pinned_copy (pinned) : -1,
    .bundle = bundle,
    .streams = { input, output, errors },
    .cgroup = cgroup,
    .layers = describe (program, &digest, cgroup, &command),
  };
  return guardian_sandbox_new (&plan, handler, user_data, error);
}

/* FALSE with error and code. */
static gboolean
find_program (CardeaMessage *request, const GuardianPinned *pinned, GuardianProgram *ret_program,
              const char **ret_code, GError **error)
{
  g_autoptr (GError) missing = NULL;

  if (pinned != NULL)
    {
      ret_program->path = g_strdup (guardian_pinned_path (pinned));
      return TRUE;
    }
  if (guardian_program_find (cardea_message_get_path (request, "program"),
                             cardea_message_get_path (request, "home"), ret_program, &missing))
    return TRUE;
  *ret_code = missing->code == GUARDIAN_PROGRAM_ERROR_MISSING ? "not-found" : "unsuitable";
  g_propagate_error (error, g_steal_pointer (&missing));
  return FALSE;
}

/* The view is served at the home's own path: one that means something else inside has none. */
static gboolean
may_be_home (CardeaMessage *request, GError **error)
{
  const char *home = cardea_message_get_path (request, "home");
  const CardeaJson *profile = cardea_message_get_json (request, "profile");
  gboolean own
      = profile != NULL && g_strcmp0 (cardea_json_get_string (profile, "home"), "own") == 0;

  if (own || cardea_message_peek_fd (request, "view") < 0 || home == NULL
      || guardian_program_command_may_show (home))
    return TRUE;
  g_set_error (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
               "“%s” has another meaning inside and can be no home: set HOME to a folder of yours",
               home);
  return FALSE;
}

GuardianSandbox *
guardian_launch_run_start (const GuardianLaunchRun *run, CardeaMessage *request,
                           const GuardianPinned *pinned, const GuardianSandboxHandler *handler,
                           gpointer user_data, const char **ret_code, GError **error)
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
  *ret_code = "unsuitable";
  if (!may_be_home (request, error))
    return NULL;
  *ret_code = "unavailable";
  if (run->filter < 0)
    {
      g_set_error_literal (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
                           run->reason);
      return NULL;
    }
  if (!find_program (request, pinned, &program, ret_code, error))
    return NULL;
  return make_sandbox (run, &program, pinned, request, handler, user_data, error);
}
