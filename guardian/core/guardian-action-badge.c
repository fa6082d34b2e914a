/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the kernel's word for who asks (the pidfd that the egress worker got with the connection),
 * the launch worker for which program of this session's sandbox that is, the keys worker for the
 * signature. Refuses programs of other sandboxes, resources that are no clear URL, keys of other
 * kinds, and what policy does not allow. Nothing is signed that was not decided and recorded. Known
 * gap: an interpreter is one program, whatever it runs. */

#include "guardian/core/guardian-action-badge.h"

#include "guardian/core/guardian-badge-key.h"
#include "guardian/core/guardian-badge-table.h"
#include "guardian/core/guardian-input.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-record.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-url.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define IDENTIFY_TIMEOUT_MS 10000u
#define SIGN_TIMEOUT_MS 10000u
#define ID_BYTES 16
#define ISSUER "urn:cardea:" /* and the key's thumbprint */
#define DIGEST_SIZE 32
#define SIGNATURE_SIZE 64u

/* --- what is asked for --- */

/* As OAuth's scopes, of plain words. */
static gboolean
are_actions (const CardeaJson *actions)
{
  for (guint i = 0; i < cardea_json_size (actions); i++)
    {
      const char *action = cardea_json_string (cardea_json_nth (actions, i));
      for (const char *c = action; *c != '\0'; c++)
        if (!g_ascii_isalnum (*c) && strchr ("._:-/", *c) == NULL)
          return FALSE;
    }
  return cardea_json_size (actions) > 0;
}

/* What it is bound to, into the deed. FALSE: neither a key nor a certificate. */
static gboolean
take_binding (GuardianRequest *request)
{
  CardeaJson *jwk = cardea_message_get_json (request->message, "key");
  const char *certificate = cardea_message_get_string (request->message, "certificate");
  g_autoptr (CardeaJson) key = jwk != NULL ? guardian_badge_key_read (jwk) : NULL;
  g_autofree char *thumbprint = key != NULL ? guardian_badge_key_thumbprint (key) : NULL;
  guint8 digest[DIGEST_SIZE];

  if ((jwk != NULL) == (certificate != NULL))
    return FALSE;
  if (thumbprint != NULL)
    cardea_json_set_string (request->deed, "key", thumbprint);
  else if (certificate != NULL && cardea_base64url_decode (certificate, digest, sizeof digest))
    cardea_json_set_string (request->deed, "certificate", certificate);
  else
    return FALSE;
  return TRUE;
}

static int
describe (GuardianRequest *request)
{
  CardeaMessage *message = request->message;
  CardeaJson *actions = cardea_message_get_json (message, "actions");
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaUrl) url
      = cardea_url_parse (cardea_message_get_string (message, "resource"), &error);

  if (url == NULL)
    return guardian_request_refuse (request, "malformed", error->message, NULL);
  if (!are_actions (actions))
    return guardian_request_refuse (request, "malformed", "actions are plain words", NULL);
  g_autofree char *id = cardea_id_new (ID_BYTES);
  g_autofree char *resource = cardea_url_format (url);
  request->deed = cardea_json_new_object ();
  cardea_json_set_string (request->deed, "kind", "badge");
  cardea_json_set_string (request->deed, "id", id);
  cardea_json_set_string (request->deed, "url", resource);
  cardea_json_set_string (request->deed, "host", url->host);
  cardea_json_set_int (request->deed, "port", url->port);
  cardea_json_set (request->deed, "actions", cardea_json_ref (actions));
  cardea_json_set_int (request->deed, "seconds",
                       cardea_message_get_int (message, "seconds", GUARDIAN_BADGE_SECONDS));
  return take_binding (request)
             ? GUARDIAN_STEP_NEXT
             : guardian_request_refuse (
                 request, "malformed",
                 "a token is bound to a public JWK of Ed25519 or P-256, or to a certificate", NULL);
}

static int
begin (GuardianRequest *request)
{
  int step = describe (request);

  /* Over the loopback the kernel says no more than that it is a program of this sandbox. */
  if (step != GUARDIAN_STEP_NEXT || cardea_json_get (request->deed, "certificate") != NULL)
    return step;
  CardeaMessage *question = cardea_message_new ("launch.identify");
  cardea_message_set_string (question, "sandbox",
                             request->session->sandbox != NULL ? request->session->sandbox : "");
  cardea_message_move_fd (question, "process", request->message, "process");
  return guardian_request_call (request, GUARDIAN_WORKER_LAUNCH, question, IDENTIFY_TIMEOUT_MS);
}

static int
resolve (GuardianRequest *request)
{
  CardeaMessage *result = request->result;

  if (request->deed == NULL)
    return begin (request);
  if (result == NULL)
    return guardian_request_refuse (request, "unavailable", "it cannot be told who asks", NULL);
  if (cardea_message_is (result, "refused"))
    return guardian_request_refuse_as (request, result);
  CardeaJson *program = cardea_json_new_object ();
  const char *sha256 = cardea_message_get_string (result, "sha256");
  cardea_path_json_set (program, "path", cardea_message_get_path (result, "program"));
  cardea_json_set_int (program, "pid", cardea_message_get_int (result, "pid", 0));
  if (sha256 != NULL)
    cardea_json_set_string (program, "sha256", sha256);
  cardea_json_set (request->deed, "program", program);
  return GUARDIAN_STEP_NEXT;
}

/* --- deciding --- */

static GuardianGrant *
find_grant (const GuardianRequest *request)
{
  const GuardianSession *session = request->session;
  g_autoptr (GuardianDestination) to
      = guardian_destination_new ("GET", cardea_json_get_string (request->deed, "url"), NULL);

  return to != NULL ? guardian_grant_table_match_host (request->context->grants, session->id,
                                                       guardian_session_agent (session), to)
                    : NULL;
}

static int
decide (GuardianRequest *request)
{
  GuardianContext *context = request->context;
  const GuardianGrant *grant = find_grant (request);
  gint64 seconds = GUARDIAN_BADGE_SECONDS;

  request->input = guardian_input_new (request, NULL, request->action->action,
                                       guardian_request_resource (request), grant);
  request->decision = guardian_policy_decide (context->policy, request->input);
  request->judged = TRUE;
  request->grant = grant != NULL ? g_strdup (grant->id) : NULL;
  if (request->decision.effect == GUARDIAN_EFFECT_DENY)
    return guardian_request_refuse (request, "denied", request->decision.reason,
                                    request->decision.policy);
  if (!guardian_badge_table_has_room (context->badges, request->session->id))
    return guardian_request_refuse (request, "busy", "too many tokens are good at once", NULL);
  (void) cardea_json_get_int (request->deed, "seconds", &seconds);
  gint64 most = request->decision.ttl > 0 ? MIN (request->decision.ttl, GUARDIAN_BADGE_SECONDS_MOST)
                                          : GUARDIAN_BADGE_SECONDS;
  cardea_json_set_int (request->deed, "seconds", MIN (seconds, most));
  if (request->decision.effect == GUARDIAN_EFFECT_ALLOW)
    return GUARDIAN_STEP_NEXT;
  /* One would come every minute. */
  return request->session->mode == GUARDIAN_MODE_MONITOR
             ? guardian_stage_decide_question (request)
             : guardian_request_refuse (request, "denied",
                                        "policy wants this to be asked, which badges never are",
                                        request->decision.policy);
}

/* --- making it --- */

static char *
encode (const CardeaJson *json)
{
  gsize size = 0;
  g_autofree char *text = cardea_json_write (json, &size, NULL);

  return text != NULL ? cardea_base64url_encode ((const guint8 *) text, size) : NULL;
}

/* RFC 7519; "act" RFC 8693, "scope" there, too; "cnf" RFC 7800 and 9449. */
static CardeaJson *
make_claims (const GuardianRequest *request)
{
  const GuardianSession *session = request->session;
  const CardeaJson *deed = request->deed;
  CardeaJson *claims = cardea_json_new_object ();
  CardeaJson *actor = cardea_json_new_object ();
  CardeaJson *confirmation = cardea_json_new_object ();
  const CardeaJson *actions = cardea_json_get (deed, "actions");
  g_autoptr (GString) scope = g_string_new (NULL);
  g_autofree char *issuer
      = g_strconcat (ISSUER, guardian_badge_table_key_id (request->context->badges), NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gint64 seconds = 0;

  (void) cardea_json_get_int (deed, "seconds", &seconds);
  for (guint i = 0; i < cardea_json_size (actions); i++)
    g_string_append_printf (scope, "%s%s", i > 0 ? " " : "",
                            cardea_json_string (cardea_json_nth (actions, i)));
  cardea_json_set_string (actor, "sub", guardian_session_agent (session));
  if (cardea_json_get (deed, "program") != NULL)
    cardea_json_set (actor, "program", cardea_json_ref (cardea_json_get (deed, "program")));
  if (cardea_json_get (deed, "key") != NULL)
    cardea_json_set_string (confirmation, "jkt", cardea_json_get_string (deed, "key"));
  else
    cardea_json_set_string (confirmation, "x5t#S256", cardea_json_get_string (deed, "certificate"));
  cardea_json_set_string (claims, "iss", issuer);
  cardea_json_set_string (claims, "sub",
                          session->context->user != NULL ? session->context->user : "");
  cardea_json_set (claims, "act", actor);
  cardea_json_set_string (claims, "aud", cardea_json_get_string (deed, "url"));
  cardea_json_set_string (claims, "scope", scope->str);
  cardea_json_set_string (claims, "sid", session->id);
  cardea_json_set_string (claims, "jti", cardea_json_get_string (deed, "id"));
  cardea_json_set_int (claims, "iat", now);
  cardea_json_set_int (claims, "exp", now + seconds);
  cardea_json_set (claims, "cnf", confirmation);
  return claims;
}

static char *
make_signed_part (const GuardianRequest *request, const CardeaJson *claims)
{
  g_autoptr (CardeaJson) header = cardea_json_new_object ();

  cardea_json_set_string (header, "alg", "EdDSA");
  cardea_json_set_string (header, "typ", "at+jwt"); /* RFC 9068 */
  cardea_json_set_string (header, "kid", guardian_badge_table_key_id (request->context->badges));
  g_autofree char *first = encode (header);
  g_autofree char *second = encode (claims);
  return g_strjoin (".", first, second, NULL);
}

static int
perform (GuardianRequest *request)
{
  GuardianBadgeTable *badges = request->context->badges;
  g_autoptr (GError) error = NULL;

  if (guardian_badge_table_key_id (badges) == NULL)
    return guardian_request_refuse (request, "unavailable", "the keys are not open", NULL);
  if (!guardian_badge_table_publish (badges, &error))
    return guardian_request_refuse (request, "unavailable", error->message, NULL);
  g_autoptr (CardeaJson) claims = make_claims (request);
  g_autofree char *text = make_signed_part (request, claims);
  CardeaMessage *message = cardea_message_new ("keys.sign");
  cardea_message_set_string (message, "purpose", "badge");
  cardea_message_set_bytes (message, "data", (const guint8 *) text, strlen (text));
  cardea_json_set (request->deed, "claims", g_steal_pointer (&claims));
  return guardian_request_call (request, GUARDIAN_WORKER_KEYS, message, SIGN_TIMEOUT_MS);
}

/* On the disk before anybody has it, as every grant. */
static gboolean
record_issue (const GuardianRequest *request, const CardeaJson *claims)
{
  const GuardianSession *session = request->session;
  g_autoptr (GError) error = NULL;
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "capability.issue", .session = session->id,
                              .request = request->id, .trace = session->trace,
                              .agent = guardian_session_agent (session),
                              .agent_sha256 = session->agent_sha256, .sandbox = session->sandbox,
                              .action = "credential.use", .resource = claims,
                              GUARDIAN_RECORD_POLICY (request->context->policy));
  gint64 pid = 0;

  const CardeaJson *program = cardea_json_get (request->deed, "program");
  if (program != NULL && cardea_json_get_int (program, "pid", &pid))
    record.pid = pid;
  if (guardian_record_append (request->context->audit, &record, GUARDIAN_AUDIT_SYNCED, NULL,
                              &error))
    return TRUE;
  g_warning ("a badge was not recorded: %s", error->message);
  return FALSE;
}

static int
settle (GuardianRequest *request)
{
  CardeaMessage *result = request->result;
  g_autoptr (GBytes) signature = result != NULL && cardea_message_is (result, "keys.signed")
                                     ? cardea_message_get_bytes (result, "signature")
                                     : NULL;
  g_autoptr (CardeaJson) claims = cardea_json_ref (cardea_json_get (request->deed, "claims"));
  gint64 seconds = 0;

  cardea_json_remove (request->deed, "claims"); /* its own record has them */
  if (signature == NULL || g_bytes_get_size (signature) != SIGNATURE_SIZE)
    return guardian_request_refuse (request, "unavailable", "it could not be signed", NULL);
  if (request->grant != NULL
      && guardian_grant_table_get (request->context->grants, request->grant) == NULL)
    return guardian_request_refuse (request, "unauthorized", "this is not shared any more", NULL);
  if (!record_issue (request, claims))
    return guardian_request_refuse (request, "unavailable",
                                    "the log cannot be written: nothing is done without a record",
                                    NULL);
  g_autofree char *text = make_signed_part (request, claims);
  g_autofree char *last
      = cardea_base64url_encode (g_bytes_get_data (signature, NULL), SIGNATURE_SIZE);
  g_autofree char *badge = g_strjoin (".", text, last, NULL);
  (void) cardea_json_get_int (request->deed, "seconds", &seconds);
  request->reply = cardea_message_new ("egress.answer");
  cardea_message_set_string (request->reply, "badge", badge);
  cardea_message_set_int (request->reply, "seconds", seconds);
  guardian_badge_table_add (request->context->badges, g_steal_pointer (&claims), request->grant);
  return GUARDIAN_STEP_NEXT;
}

const GuardianAction *
guardian_action_badge_row (void)
{
  static const GuardianAction row = {
    .message = "egress.badge",
    .action = "credential.use",
    .level = GUARDIAN_GRANT_READ,
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .resolve = resolve,
    .decide = decide,
    .perform = perform,
    .settle = settle,
  };
  return &row;
}
