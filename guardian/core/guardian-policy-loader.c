/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the worker that unpacks for nothing: what it says is in a bundle is checked like a
 * stranger's archive, and its signature is verified here. Refuses all files when one is wrong. A
 * bundle from elsewhere than a folder comes as a memfd, too, and goes the same way. Known gaps:
 * none. */

#include "guardian/core/guardian-policy-loader.h"

#include "guardian/core/guardian-policy-fetch.h"
#include "guardian/core/guardian-settings.h"
#include "guardian/core/guardian-workers.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "common/policies/cardea-policy-organisation.h"
#include "common/protocol/cardea-descriptor.h"

#include <sys/mman.h>
#include <sys/stat.h>

#define MAX_UNPACKED_TEXT (64u << 20) /* bytes of JSON */

typedef struct {
  GuardianContext *context;
  CardeaPolicyFiles *files;
  guint bundle; /* the one in hand */
  GuardianPolicyLoaderDone done;
  gpointer user_data;
} Loader;

static void go_on (Loader *loader);

/* The worker is in the middle of its answer. */
static gboolean
stop_worker (gpointer user_data)
{
  GuardianContext *context = user_data;
  if (!context->loading_policy)
    guardian_workers_stop (context->workers, GUARDIAN_WORKER_BUNDLE);
  context->stop_unpacking = 0;
  return G_SOURCE_REMOVE;
}

/* Frees loader. */
static void
finish (Loader *loader, const GError *problem)
{
  GuardianContext *context = loader->context;
  context->loading_policy = FALSE;
  if (loader->bundle > 0 && context->stop_unpacking == 0)
    context->stop_unpacking = g_idle_add (stop_worker, context);
  if (problem != NULL)
    guardian_policy_fail (context->policy, problem);
  guardian_policy_fetch_tried (context->policy_fetch, problem);
  loader->done (problem, loader->user_data);
  g_clear_pointer (&loader->files, cardea_policy_files_free);
  g_free (loader);
}

static void
fail (Loader *loader, const char *reason)
{
  const CardeaPolicyBundle *bundle = cardea_policy_files_bundle (loader->files, loader->bundle - 1);
  g_autoptr (GError) problem = g_error_new (CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_BUNDLE,
                                            "%s: %s", bundle->path, reason);
  finish (loader, problem);
}

static CardeaBundle *
read_content (CardeaMessage *reply, GError **error)
{
  cardea_autofd int fd = cardea_message_take_fd (reply, "files");
  struct stat st;
  void *text = MAP_FAILED;
  if (fd >= 0 && fstat (fd, &st) == 0 && st.st_size > 0 && st.st_size <= MAX_UNPACKED_TEXT)
    text = mmap (NULL, (gsize) st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (text == MAP_FAILED)
    {
      g_set_error_literal (error, CARDEA_BUNDLE_ERROR, CARDEA_BUNDLE_ERROR_LIMIT,
                           "what is in it could not be read");
      return NULL;
    }
  CardeaBundle *content = cardea_bundle_read (text, (gsize) st.st_size, error);
  munmap (text, (gsize) st.st_size);
  return content;
}

static void
unpacked (CardeaMessage *reply, gpointer user_data)
{
  Loader *loader = user_data;
  g_autoptr (GError) problem = NULL;
  if (reply != NULL && cardea_message_is (reply, "refused"))
    {
      fail (loader, cardea_message_get_string (reply, "reason"));
      return;
    }
  CardeaBundle *content = reply != NULL && cardea_message_is (reply, "bundle.unpacked")
                              ? read_content (reply, &problem)
                              : NULL;
  if (content == NULL)
    fail (loader, problem != NULL ? problem->message : "it could not be unpacked in time");
  else if (!cardea_policy_files_unpacked (loader->files, loader->bundle - 1, content, &problem))
    finish (loader, problem);
  else
    go_on (loader);
}

static void
unpack (Loader *loader, const CardeaPolicyBundle *bundle)
{
  gsize size = 0;
  const void *bytes = g_bytes_get_data (bundle->packed, &size);
  int fd = cardea_descriptor_new_memfd ("cardea-bundle", bytes, size);
  loader->bundle++;
  if (fd < 0)
    {
      fail (loader, "there is no room for it");
      return;
    }
  CardeaMessage *message = cardea_message_new ("bundle.unpack");
  cardea_message_set_fd (message, "bundle", fd);
  guardian_workers_start (loader->context->workers, GUARDIAN_WORKER_BUNDLE);
  if (guardian_workers_call (loader->context->workers, GUARDIAN_WORKER_BUNDLE, message,
                             GUARDIAN_POLICY_LOADER_TIMEOUT_MS, unpacked, loader)
      == 0)
    fail (loader, "what unpacks it could not be started");
}

/* Rules and settings together, or nothing. */
static gboolean
take (Loader *loader, GError **error)
{
  GuardianContext *context = loader->context;
  g_autoptr (CardeaJson) said = cardea_policy_organisation_new (loader->files, error);
  GuardianSettingsFixed *fixed = said != NULL ? guardian_settings_read_fixed (said, error) : NULL;

  if (fixed == NULL)
    return FALSE;
  if (!guardian_policy_take (context->policy, g_steal_pointer (&loader->files), error))
    {
      guardian_settings_fixed_free (fixed);
      return FALSE;
    }
  guardian_settings_fix (context->settings, fixed);
  return TRUE;
}

static void
go_on (Loader *loader)
{
  g_autoptr (GError) problem = NULL;
  if (loader->bundle < cardea_policy_files_bundles (loader->files))
    {
      unpack (loader, cardea_policy_files_bundle (loader->files, loader->bundle));
      return;
    }
  finish (loader, take (loader, &problem) ? NULL : problem);
}

gboolean
guardian_policy_loader_start (GuardianContext *context, GuardianPolicyLoaderDone done,
                              gpointer user_data)
{
  g_autofree char *config = cardea_paths_folder (CARDEA_PATHS_CONFIG);
  g_autofree char *user = g_build_filename (config, "policy.d", NULL);
  g_autoptr (GError) problem = NULL;
  uid_t owner = 0;
  const char *administrator = cardea_policy_administrator_folder (&owner);

  if (context->loading_policy)
    return FALSE;
  context->loading_policy = TRUE;
  Loader *loader = g_new0 (Loader, 1);
  *loader = (Loader){ .context = context, .done = done, .user_data = user_data };
  loader->files = guardian_policy_read (context->policy, administrator, owner, user, &problem);
  if (loader->files != NULL
      && guardian_policy_fetch_add (context->policy_fetch, loader->files, &problem))
    go_on (loader);
  else
    finish (loader, problem);
  return TRUE;
}
