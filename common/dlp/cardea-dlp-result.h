/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-obstacle.h"
#include "common/dlp/cardea-dlp-view.h"

/* What a scan found. Nothing in it holds a byte of what was scanned. */

#define CARDEA_DLP_RESULT_MAX 1000u /* findings; with more of them not all was looked at */

typedef struct {
  const CardeaDlpRule *rule; /* NULL: could not be looked into (CARDEA_DLP_OPAQUE) */
  CardeaDlpClass class;
  gsize start; /* bytes of the content as it came */
  gsize end;
  guint line;  /* of start, from 1 */
  guint depth; /* passes it took */
  gboolean sure;
  char *passes; /* "" or "percent,base64" */
} CardeaDlpFinding;

typedef struct _CardeaDlpResult CardeaDlpResult;

CardeaDlpResult *cardea_dlp_result_new (void);
void cardea_dlp_result_free (CardeaDlpResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaDlpResult, cardea_dlp_result_free)

/* A match within a view. The same spot is found once a rule, by the shortest way. */
void cardea_dlp_result_add (CardeaDlpResult *result, const CardeaDlpMatch *match,
                            const CardeaDlpView *view);
/* A spot of a view that cannot be looked into. */
void cardea_dlp_result_add_opaque (CardeaDlpResult *result, const CardeaDlpView *view, gsize start,
                                   gsize end);
/* Not all of it was looked at; the first reason stays. text is static. */
void cardea_dlp_result_set_obstacle (CardeaDlpResult *result, const char *text);
/* label is borrowed and outlives the result. */
void cardea_dlp_result_add_label (CardeaDlpResult *result, const char *label);
/* Sorts by place, drops what gives way, counts lines of the content. Once, at the end. */
void cardea_dlp_result_settle (CardeaDlpResult *result, const char *content, gsize size);
/* Of what was looked at, size bytes at byte at are not the content's own: what lies in them is
 * dropped, what reaches into them cut there, and the rest counts without them. Before settling. */
void cardea_dlp_result_cut (CardeaDlpResult *result, gsize at, gsize size);

/* The content has gap more bytes at its byte at than what was looked at. Before settling. */
void cardea_dlp_result_widen (CardeaDlpResult *result, gsize at, gsize gap);
/* What lies within [start, end) is dropped. */
void cardea_dlp_result_drop (CardeaDlpResult *result, gsize start, gsize end);
void cardea_dlp_result_remove (CardeaDlpResult *result, guint i);
/* A copy of another result's finding, as if found at start. */
void cardea_dlp_result_add_known (CardeaDlpResult *result, const CardeaDlpFinding *finding,
                                  gsize start);

guint cardea_dlp_result_size (const CardeaDlpResult *result);
const CardeaDlpFinding *cardea_dlp_result_nth (const CardeaDlpResult *result, guint i);
/* NULL: all of it was looked at. */
const char *cardea_dlp_result_obstacle (const CardeaDlpResult *result);
/* NULL-terminated, borrowed: the classes of the findings, and what the classifier says. */
const char *const *cardea_dlp_result_labels (const CardeaDlpResult *result);

/* One finding as objects.md has it (common/protocol). */
CardeaJson *cardea_dlp_finding_to_json (const CardeaDlpFinding *finding);
/* "opaque" without a rule. */
const char *cardea_dlp_finding_rule (const CardeaDlpFinding *finding);
