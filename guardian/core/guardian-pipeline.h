/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* The one choke point (architecture.md §1, §2): every action of every agent goes through the same
 * stages in the same order. The table stands in guardian-pipeline.c. */

#define GUARDIAN_PIPELINE_TOTAL_LIMIT 256u /* requests in flight, of all sessions */

/* From the dispatcher. */
void guardian_pipeline_start (GuardianLink *link, CardeaMessage *message,
                              const GuardianAction *action);
/* From a worker, for a program of the session. */
void guardian_pipeline_start_worker (GuardianSession *session, CardeaMessage *message,
                                     const GuardianAction *action, GuardianAsker asker);
/* Whoever asked does not wait any more. */
void guardian_pipeline_cancel (GuardianSession *session, const char *id, GuardianAsker asker);
/* Sends a worker the answer it waits for under id: allowed, which is taken, or a refusal. */
void guardian_pipeline_answer (GuardianSession *session, GuardianAsker asker, const char *id,
                               CardeaMessage *allowed, const char *code, const char *reason);
/* What a request waited for is there (or will never come): its stage runs again. */
void guardian_pipeline_resume (GuardianRequest *request);
/* What had to be there before an action is performed is, or (code) will never be: it begins now, or
 * is refused. */
void guardian_pipeline_perform (GuardianRequest *request, const char *code, const char *reason);
/* The request's state changes to waiting; returns GUARDIAN_STEP_WAIT. */
GuardianStep guardian_pipeline_wait (GuardianRequest *request, GuardianRequestEvent event);
/* Every request in flight of a session is refused, recorded and forgotten. */
void guardian_pipeline_cancel_session (GuardianSession *session);

guint guardian_pipeline_n_stages (void);
const char *guardian_pipeline_stage_name (guint stage);

/* The stages: guardian-stage-check.c, -resolve.c, -decide.c, -record.c; -plan.c. A stage that
 * waited is called again with the answer in the request. */
GuardianStep guardian_stage_validate (GuardianRequest *request);
GuardianStep guardian_stage_authenticate (GuardianRequest *request);
GuardianStep guardian_stage_resolve (GuardianRequest *request);
/* The files.resolve that stage sends; asked once more before something a person allowed is done. */
CardeaMessage *guardian_stage_resolve_question (const GuardianRequest *request);
/* The same for the folder that something new would lie in: path, absolute. */
CardeaMessage *guardian_stage_resolve_folder (const GuardianRequest *request, const char *path);
GuardianStep guardian_stage_decide (GuardianRequest *request);
/* How a decision to ask goes on in the session's mode; and refused in words that tell an agent
 * nothing. */
GuardianStep guardian_stage_decide_question (GuardianRequest *request);
GuardianStep guardian_stage_decide_hide (GuardianRequest *request, const char *code,
                                         const char *reason);
GuardianStep guardian_stage_consent (GuardianRequest *request);
GuardianStep guardian_stage_record (GuardianRequest *request);
GuardianStep guardian_stage_perform (GuardianRequest *request);
GuardianStep guardian_stage_record_outcome (GuardianRequest *request);
/* An outcome of an attempt after which the request begins again. */
GuardianStep guardian_stage_record_attempt (GuardianRequest *request, const char *outcome,
                                            const char *reason);
GuardianStep guardian_stage_reply (GuardianRequest *request);
