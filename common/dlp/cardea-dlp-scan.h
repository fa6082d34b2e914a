/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-classifier.h"
#include "common/dlp/cardea-dlp-result.h"

/* A whole scan: the content as it is, then every other way of seeing it, breadth first, until there
 * is none, or a bound is reached, which the result says: "not looked at" is never "nothing found".
 */

#define CARDEA_DLP_SCAN_MAX_CONTENT (16u * 1024u * 1024u)
#define CARDEA_DLP_SCAN_MAX_DEPTH 8u /* wrappers around something */
#define CARDEA_DLP_SCAN_MAX_VIEWS 256u
#define CARDEA_DLP_SCAN_GROWTH 8u /* all views together: so many times the content, */
#define CARDEA_DLP_SCAN_SPARE (16u * 1024u * 1024u) /* and this */
#define CARDEA_DLP_SCAN_BINARIES 32u                /* blobs of one view that are looked into */

/* Where a member of an archive lies in what came out of it. */
typedef struct {
  gsize start, size;
} CardeaDlpMember;

#define CARDEA_DLP_SCAN_MEMBERS 128u /* of one archive that may be containers themselves */

/* How far something was unpacked. */
typedef struct {
  const char *obstacle; /* part of it could not be (static); NULL: all that was found could */
  gboolean whole;       /* and nothing else is in its bytes, that the opener knows of */
} CardeaDlpUnpacked;

/* Unpacks an archive, a compressed text or a document: appends what is in it, names included, to
 * out, which may grow by limit bytes, and each content to members (array of CardeaDlpMember).
 * FALSE: it is nothing that has something in it. */
typedef gboolean (*CardeaDlpOpener) (const guint8 *bytes, gsize size, gsize limit, gint64 deadline,
                                     GByteArray *out, GArray *members,
                                     CardeaDlpUnpacked *ret_unpacked);

typedef struct {
  const char *const *canaries;           /* more of them, exact texts; NULL-terminated, or NULL */
  CardeaDlpOpener open;                  /* NULL: nothing is unpacked */
  const CardeaDlpClassifier *classifier; /* NULL: no guess is made */
  gint64 deadline;                       /* monotonic; 0: none */
} CardeaDlpScanOptions;

/* content is at most CARDEA_DLP_SCAN_MAX_CONTENT bytes; of what is longer the rest is not looked
 * at. Never NULL. */
CardeaDlpResult *cardea_dlp_scan (CardeaDlpEngine *engine, const void *content, gsize size,
                                  const CardeaDlpScanOptions *options);

/* Its parts, for cardea-dlp-memory: what is found goes into result, which is not settled; what the
 * classifier says of content. */
void cardea_dlp_scan_into (CardeaDlpEngine *engine, const void *content, gsize size,
                           const CardeaDlpScanOptions *options, CardeaDlpResult *result);
void cardea_dlp_scan_guess (CardeaDlpResult *result, const CardeaDlpClassifier *classifier,
                            const char *content, gsize size);
