/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* Who speaks on a link. A row of the message table names the roles that may send it and receive
 * it; a link knows the role of both its ends from the way it was made, never from what is said. */
typedef enum {
  CARDEA_ROLE_NONE = 0,
  CARDEA_ROLE_CORE = 1 << 0,
  CARDEA_ROLE_FRONT = 1 << 1,   /* cardea, cardeactl */
  CARDEA_ROLE_CONSENT = 1 << 2, /* cardea-consent, started by the guardian */
  CARDEA_ROLE_AGENT = 1 << 3,   /* in a sandbox */
  CARDEA_ROLE_FILES = 1 << 4,
  CARDEA_ROLE_KEYS = 1 << 5,
  CARDEA_ROLE_LAUNCH = 1 << 6,
  CARDEA_ROLE_NEWCOMER = 1 << 7, /* a peer that has no certificate yet */
  CARDEA_ROLE_CHANGE = 1 << 8,   /* the writing half of files */
  CARDEA_ROLE_VIEW = 1 << 9,     /* the files that a confined program sees */
  CARDEA_ROLE_EGRESS = 1 << 10,  /* the way out */
  CARDEA_ROLE_SCAN = 1 << 11,    /* judges content */
  CARDEA_ROLE_BUNDLE = 1 << 12,  /* unpacks policies */
  CARDEA_ROLE_PICTURE = 1 << 13, /* decodes pictures */
} CardeaRole;

#define CARDEA_ROLE_WORKER                                                                         \
  (CARDEA_ROLE_FILES | CARDEA_ROLE_CHANGE | CARDEA_ROLE_VIEW | CARDEA_ROLE_KEYS                    \
   | CARDEA_ROLE_LAUNCH | CARDEA_ROLE_EGRESS | CARDEA_ROLE_SCAN | CARDEA_ROLE_BUNDLE               \
   | CARDEA_ROLE_PICTURE)
#define CARDEA_ROLE_PERSON (CARDEA_ROLE_FRONT | CARDEA_ROLE_CONSENT)
