/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/ui-models-verdict.h"

#include "ui/models/ui-models-answer.h"

#include <glib/gi18n.h>

#define STATUS_OK 200

/* Trusts the guardian for status and time, nothing of the body. */

/* Of a status, or of the first of a hundred. */
static const struct {
  int status;
  const char *problem;
} problems[] = {
  { 401, N_ ("The server does not take the key: give it anew.") },
  { 403, N_ ("The server does not take the key, or not for this: check what it allows.") },
  { 404, N_ ("Nothing of a model is at this address: check the path; it is often /v1.") },
  { 407, N_ ("A proxy wants a password; that is not possible.") },
  { 429, N_ ("The server has had too many requests: try again later.") },
  { 300, N_ ("The server points to another address: use that one.") },
  { 400, N_ ("The server does not understand what it is asked: check the address and the kind.") },
  { 500, N_ ("The server reports an error of its own: look at what it says, or try later.") },
};

void
ui_models_verdict_free (UiModelsVerdict *verdict)
{
  if (verdict == NULL)
    return;
  g_strfreev (verdict->models);
  g_free (verdict->problem);
  g_free (verdict);
}

static const char *
problem_of (int status)
{
  const int wanted[] = { status, status / 100 * 100 };
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (problems); j++)
      if (problems[j].status == wanted[i])
        return _ (problems[j].problem);
  return _ ("The server answers in a way that is not understood: check the address.");
}

UiModelsVerdict *
ui_models_verdict_new (const CardeaMessage *tested, const char *wanted, const GByteArray *body)
{
  UiModelsVerdict *verdict = g_new0 (UiModelsVerdict, 1);
  const char *text = (const char *) body->data;
  int status = (int) cardea_message_get_int (tested, "status", 0);

  verdict->ms = (guint) cardea_message_get_int (tested, "ms", 0);
  if (status != STATUS_OK)
    {
      verdict->problem = g_strdup (problem_of (status));
      return verdict;
    }
  verdict->models = text != NULL ? ui_models_answer_parse (text, body->len) : NULL;
  if (verdict->models == NULL)
    verdict->problem = g_strdup (_ ("Something answers there, but not as a server of models does: "
                                    "check the path; it is often /v1."));
  else if (verdict->models[0] == NULL)
    verdict->problem = g_strdup (_ ("The server has no model yet: load one there."));
  else if (wanted != NULL && !g_strv_contains ((const char *const *) verdict->models, wanted))
    verdict->problem = g_strdup_printf (
        _ ("The server does not list the model “%s”: choose one that it has."), wanted);
  verdict->good = verdict->problem == NULL;
  return verdict;
}
