/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the input for sizes. Refuses: what an obligation forbids, and what is tied to one that
 * nobody keeps to. Known gap: a file that grows between decision and reading. */

#include "common/policies/cardea-policy-obligation.h"

#include <string.h>

#define TIER_ASKED 2u
#define TIER_SYSTEM 4u

typedef struct {
  const CardeaPolicyAnswer *answer;
  const CardeaJson *resource;
  const char *action;
  gboolean redact;
  const CardeaHostLimits *limits;
} Case;

/* Only of what an agent reads, or sends, can anything be left out. */
static gboolean
wants_redaction (const Case *one)
{
  gboolean read = g_strcmp0 (one->action, "file.read") == 0
                  && g_strcmp0 (cardea_json_get_string (one->resource, "kind"), "file") == 0;

  return one->redact && !read && g_strcmp0 (one->action, "net.request") != 0;
}

/* Only of what has an answer can anything be put back. */
static gboolean
wants_placeholders (const Case *one)
{
  return one->answer->placeholder && g_strcmp0 (one->action, "net.request") != 0;
}

static gboolean
wants_reauthentication (const Case *one)
{
  return one->answer->reauthenticate;
}

static gboolean
is_too_large (const Case *one)
{
  const char *kind = cardea_json_get_string (one->resource, "kind");
  gint64 size = 0;

  if (one->answer->max_bytes == 0)
    return FALSE;
  if (cardea_json_get_int64_string (one->resource, "bytes", &size))
    return size > one->answer->max_bytes;
  /* Names are not content; what lies in a folder has no size that could be told. */
  if (g_strcmp0 (kind, "folder") == 0)
    return g_strcmp0 (one->action, "file.list") != 0;
  return !cardea_json_get_int64_string (one->resource, "size", &size)
         || size > one->answer->max_bytes;
}

static gboolean
counts_uses (const Case *one)
{
  return one->answer->uses != 0 && one->answer->effect == CARDEA_POLICY_ALLOW;
}

static gboolean
limits_no_host (const Case *one)
{
  return one->limits != NULL && g_strcmp0 (one->action, "net.request") != 0
         && g_strcmp0 (one->action, "net.connect") != 0;
}

static const struct {
  gboolean (*broken) (const Case *one);
  const char *reason;
  guint tier; /* 0: as it was */
} rows[] = {
  { wants_redaction, "parts of it are to be left out, which is not possible here", 0 },
  { wants_placeholders, "placeholders are to stand in it, which is not possible here", 0 },
  { wants_reauthentication, "it wants you to prove who you are, which needs system mode",
    TIER_SYSTEM },
  { is_too_large, "it is larger than may be handed over", 0 },
  { counts_uses, "uses can be counted of a person's answers only", 0 },
  { limits_no_host, "a host's limits are to be kept to, and this is none", 0 },
};

/* Of a tunnel nothing is seen: whoever opens it must look into it, or not open it. */
static gboolean
is_within (const Case *one)
{
  const char *method = cardea_json_get_string (one->resource, "method");
  const char *url = cardea_json_get_string (one->resource, "url");
  const char *place = url != NULL ? strstr (url, "://") : NULL;
  const char *path = place != NULL ? strchr (place + 3, '/') : NULL;

  /* Without a URL it is no request: what may be done there was asked. */
  if (one->limits == NULL || url == NULL || g_strcmp0 (one->action, "net.request") != 0)
    return TRUE;
  return method != NULL && cardea_host_limits_cover_method (one->limits, method)
         && cardea_host_limits_cover_path (one->limits, path != NULL ? path : "/");
}

/* What is limited by the methods and paths of requests asks a person about all others. */
static void
apply_limits (const Case *one, CardeaPolicyAnswer *answer)
{
  g_autoptr (CardeaJson) json = one->limits != NULL ? cardea_host_limits_write (one->limits) : NULL;

  answer->limits = json != NULL ? cardea_json_write (json, NULL, NULL) : NULL;
  if (answer->effect != CARDEA_POLICY_ALLOW || is_within (one))
    return;
  answer->effect = CARDEA_POLICY_ASK;
  answer->reason = "it is beyond what may be done there without a question";
  answer->tier = MAX (answer->tier, TIER_ASKED);
}

void
cardea_policy_obligation_apply (CardeaPolicyAnswer *answer, gboolean redact,
                                const CardeaHostLimits *limits, const CardeaJson *input)
{
  const Case one = { answer, cardea_json_get (input, "resource"),
                     cardea_json_get_string (input, "action"), redact, limits };

  if (answer->effect == CARDEA_POLICY_DENY)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].broken (&one))
      {
        answer->effect = CARDEA_POLICY_DENY;
        answer->reason = rows[i].reason;
        answer->tier = MAX (answer->tier, rows[i].tier);
        return;
      }
  answer->redact = redact;
  apply_limits (&one, answer);
}
