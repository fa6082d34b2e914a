/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-message-table.h"
#include "common/protocol/cardea-picture.h"

/* How a row and its fields are written in cardea-message-rows-*.c, and nowhere else. */

#define CORE CARDEA_ROLE_CORE
#define FRONT CARDEA_ROLE_FRONT
#define CONSENT CARDEA_ROLE_CONSENT
#define AGENT CARDEA_ROLE_AGENT
#define FILES CARDEA_ROLE_FILES
#define CHANGE CARDEA_ROLE_CHANGE
#define KEYS CARDEA_ROLE_KEYS
#define VIEW CARDEA_ROLE_VIEW
#define LAUNCH CARDEA_ROLE_LAUNCH
#define EGRESS CARDEA_ROLE_EGRESS
#define SCAN CARDEA_ROLE_SCAN
#define BUNDLE CARDEA_ROLE_BUNDLE
#define PICTURE CARDEA_ROLE_PICTURE
#define WORKER CARDEA_ROLE_WORKER
#define NEWCOMER CARDEA_ROLE_NEWCOMER
#define PERSON CARDEA_ROLE_PERSON
#define PEER (FRONT | CONSENT | AGENT)
#define ANYONE (PEER | WORKER | CORE)

#define DIGITS_SESSION 16
#define DIGITS_TRACE 32
#define DIGITS_SHA256 64
#define LIMIT_FILES 256
#define LIMIT_ENTRIES 2000
#define LIMIT_PAGE 500
#define LIMIT_ITEMS 786432 /* bytes of a transaction's items as text */
#define LIMIT_QUESTION 786432
#define LIMIT_CERTIFICATE_TEXT 5464 /* base64 of 4096 bytes */
#define LIMIT_URL 8192
#define LIMIT_HOSTS 64
#define LIMIT_HEADERS 100
#define LIMIT_HEADER_BYTES 65536
#define LIMIT_BADGE 4096
#define LIMIT_BADGES 1000
#define LIMIT_MARKS 256
#define LIMIT_HOST_PORT 268 /* http://NAME:65535 */
#define LIMIT_CONNECTIONS 100
#define LIMIT_PLACEHOLDERS 33 /* 32 of credentials, and the session */
#define LIMIT_LOOPBACK 8
#define LIMIT_FLOW 8192      /* bytes of what a conversation has taken in, as text */
#define LIMIT_COMMAND 262144 /* bytes of a program's arguments and variables as text */
#define LIMIT_SHARES 64
#define LIMIT_SCRIPTS 32
#define LIMIT_DAYS_30 (30 * 24 * 3600)

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define FIELDS(...) ((const CardeaField[]){ __VA_ARGS__, { NULL } })
#define NO_FIELDS ((const CardeaField[]){ { NULL } })

#define STRING(name_, need, max_, what_)                                                           \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_STRING, .required = need, .max = max_, .what = what_       \
  }
#define TEXT(name_, need, max_, what_)                                                             \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_TEXT, .required = need, .max = max_, .what = what_         \
  }
#define PATH(name_, need, what_)                                                                   \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_PATH, .required = need, .max = CARDEA_LIMIT_PATH,          \
    .what = what_                                                                                  \
  }
#define ID(name_, need, digits, what_)                                                             \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_ID, .required = need, .max = digits, .what = what_         \
  }
#define BYTES(name_, need, max_, what_)                                                            \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_BYTES, .required = need, .max = max_, .what = what_        \
  }
#define BOOLEAN(name_, need, what_)                                                                \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_BOOLEAN, .required = need, .what = what_                   \
  }
#define INT(name_, need, min_, max_, what_)                                                        \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_INT, .required = need, .min = min_, .max = max_,           \
    .what = what_                                                                                  \
  }
#define INT64(name_, need, what_)                                                                  \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_INT64, .required = need, .min = 0, .what = what_           \
  }
#define ENUM(name_, need, values_, what_)                                                          \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_ENUM, .required = need, .values = values_, .what = what_   \
  }
#define STRINGS(name_, need, count_, max_, what_)                                                  \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_STRINGS, .required = need, .max = max_, .count = count_,   \
    .what = what_                                                                                  \
  }
#define PATHS(name_, need, count_, what_)                                                          \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_PATHS, .required = need, .max = CARDEA_LIMIT_PATH,         \
    .count = count_, .what = what_                                                                 \
  }
#define OBJECT(name_, need, max_, what_)                                                           \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_OBJECT, .required = need, .max = max_, .what = what_       \
  }
#define OBJECTS(name_, need, count_, max_, what_)                                                  \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_OBJECTS, .required = need, .max = max_, .count = count_,   \
    .what = what_                                                                                  \
  }
#define FD(name_, need, types, what_)                                                              \
  {                                                                                                \
    .name = name_, .type = CARDEA_FIELD_FD, .required = need, .min = types, .what = what_          \
  }

#define REQUEST(name_, from_, to_, reply_, fields_, what_)                                         \
  {                                                                                                \
    .name = name_, .kind = CARDEA_MESSAGE_REQUEST, .from = from_, .to = to_, .reply = reply_,      \
    .fields = fields_, .what = what_                                                               \
  }
#define ACTION(name_, reply_, fields_, what_)                                                      \
  {                                                                                                \
    .name = name_, .kind = CARDEA_MESSAGE_REQUEST, .from = AGENT, .to = CORE, .reply = reply_,     \
    .capability = TRUE, .fields = fields_, .what = what_                                           \
  }
#define REPLY(name_, from_, to_, fields_, what_)                                                   \
  {                                                                                                \
    .name = name_, .kind = CARDEA_MESSAGE_REPLY, .from = from_, .to = to_, .fields = fields_,      \
    .what = what_                                                                                  \
  }
#define EVENT(name_, from_, to_, fields_, what_)                                                   \
  {                                                                                                \
    .name = name_, .kind = CARDEA_MESSAGE_EVENT, .from = from_, .to = to_, .fields = fields_,      \
    .what = what_                                                                                  \
  }

#define STREAM(name_, what_) FD (name_, FALSE, CARDEA_FD_PIPE | CARDEA_FD_TTY, what_)
/* Which program it is, and what comes with it when it is started. */
#define RUN_KIND                                                                                   \
  PATH ("program", TRUE, "absolute"),                                                              \
      PATHS ("companions", FALSE, 64, "programs it needs: where they are installed is shown"),     \
      BOOLEAN ("terminal", FALSE, "input becomes its controlling terminal")

#define RUN_PROGRAM                                                                                \
  RUN_KIND,                                                                                        \
      FD ("command", TRUE, CARDEA_FD_MEMFD, "its arguments and environment: objects.md, Command"), \
      STREAM ("input", "absent: /dev/null"), STREAM ("output", ""), STREAM ("error", "")

/* What a sandbox is built from. */
#define RUN_SANDBOX                                                                                \
  PATH ("folder", TRUE, "where it begins, if that exists inside"),                                 \
      PATH ("home", TRUE, "where its home appears inside"),                                        \
      PATHS ("folders", FALSE, LIMIT_FILES, "shown in the view, beside the home"),                 \
      PATHS ("shared", FALSE, LIMIT_FILES, "all that the person shared: its view is there"),       \
      STRINGS ("loopback", FALSE, LIMIT_LOOPBACK, 5,                                               \
               "ports of this computer's that were shared: there they are inside, too, served as " \
               "the proxy is"),                                                                    \
      OBJECT ("profile", FALSE, 131072, "objects.md, Profile")

/* And what it is served through. */
#define RUN_DOORS                                                                                  \
  FD ("view", FALSE, CARDEA_FD_SOCKET,                                                             \
      "where its view is served from; absent: the home is private"),                               \
      FD ("egress", FALSE, CARDEA_FD_SOCKET,                                                       \
          "where its proxy is served from; absent: there is none"),                                \
      BYTES ("authority", FALSE, 2048, "DER, with egress: whom it trusts, too")

#define SHARED_HOSTS                                                                               \
  STRINGS ("net", FALSE, LIMIT_HOSTS, LIMIT_HOST_PORT,                                             \
           "HOST[:PORT] shared; .HOST: and every name below it; no port: 80 and 443")

#define LOGIN_CODE                                                                                 \
  FIELDS (STRING ("code", TRUE, 64, "that the person types"),                                      \
          TEXT ("url", TRUE, LIMIT_URL, "where"),                                                  \
          TEXT ("whole", FALSE, LIMIT_URL, "the same with the code in it"),                        \
          INT ("seconds", TRUE, 1, 1800, "that it is good for"))

#define PICTURE_EDGE                                                                               \
  INT ("edge", TRUE, CARDEA_PICTURE_EDGE_LEAST, CARDEA_PICTURE_EDGE_MOST,                          \
       "pixels of the longer side at most")
#define PICTURE_FIELDS                                                                             \
  INT ("width", TRUE, 1, CARDEA_PICTURE_EDGE_MOST, "pixels"),                                      \
      INT ("height", TRUE, 1, CARDEA_PICTURE_EDGE_MOST, ""),                                       \
      INT ("stride", TRUE, CARDEA_PICTURE_PIXEL, CARDEA_PICTURE_EDGE_MOST *CARDEA_PICTURE_PIXEL,   \
           "bytes of a row: four for each pixel"),                                                 \
      INT ("full_width", TRUE, 1, G_MAXINT32, "before it was made smaller"),                       \
      INT ("full_height", TRUE, 1, G_MAXINT32, ""),                                                \
      FD ("pixels", TRUE, CARDEA_FD_MEMFD, "RGBA, rows from the top: height * stride bytes")

#define CONNECTION_NAME(name_, need, what_) STRING (name_, need, 64, what_)
/* All three or none: what runs in a session of its own (run.open) and is spoken for in this one. */
#define FOREIGN_AGENT                                                                              \
  ID ("beside", FALSE, DIGITS_SESSION, "the session of its program, by run.open"),                 \
      STRING ("foreign", FALSE, 32, "a foreign agent by its profile's name; it speaks ACP"),       \
      FD ("foreign_input", FALSE, CARDEA_FD_PIPE, "what it says"),                                 \
      FD ("foreign_output", FALSE, CARDEA_FD_PIPE, "what it hears")

#define MODES VALUES ("ask", "deny", "monitor")
#define STORES VALUES ("keyring", "file", "passphrase")
