/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-message-macros.h"
#include "common/protocol/cardea-message-rows.h"

/* Every link; and what is said before a link has TLS. */

static const char *const refusal_codes[] = {
  "malformed",                 /* unknown, undeclared or out of its limits */
  "unauthorized",              /* capability missing, wrong, expired, foreign, replayed */
  "denied",                    /* by policy */
  "declined",                  /* by a person */
  "unanswered",                /* nobody was there, or time ran out */
  "not-found",    "ambiguous", /* several files bear the name */
  "unsuitable",                /* not a regular file or folder, a loop, too large */
  "changed",                   /* not what was asked about any more */
  "stale",                     /* the change worker to the core: not what `expect` says */
  "busy",                      /* a limit of this session is reached */
  "unavailable",               /* a worker died, keys are locked, the disk is full, no sandbox */
  "internal",     NULL,
};

const CardeaMessageRow cardea_message_rows_link[] = {
  REPLY ("refused", ANYONE, ANYONE | NEWCOMER,
         FIELDS (ENUM ("code", TRUE, refusal_codes, "the kind of refusal"),
                 TEXT ("reason", TRUE, CARDEA_LIMIT_REASON, "a sentence for the person"),
                 STRING ("policy", FALSE, 256, "the rule that decided"),
                 TEXT ("note", FALSE, 1024, "what the person wrote beside the refusal"),
                 PATHS ("candidates", FALSE, 8, "ambiguous: the folders; never to an agent")),
         "the request was not carried out"),
  REPLY ("done", ANYONE, ANYONE, FIELDS (INT ("count", FALSE, 0, G_MAXINT32, "how many")),
         "the request was carried out"),

  /* --- before TLS --- */
  REQUEST ("enrol", NEWCOMER, CORE, "enrolled",
           FIELDS (BYTES ("spki", TRUE, 256, "DER SubjectPublicKeyInfo, Ed25519, made just now")),
           "the only message of a peer in clear"),
  REPLY ("enrolled", CORE, NEWCOMER,
         FIELDS (STRINGS ("chain", TRUE, 2, LIMIT_CERTIFICATE_TEXT,
                          "DER in base64: the peer's certificate, the authority's")),
         "from here on the link is mutual TLS 1.3"),
  { NULL },
};
