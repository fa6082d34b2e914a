/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message-table.h"

/* How a row and its fields are written in cardea-message-table.c, and nowhere else. AGENT and CORE
 * are that file's names of the roles. */

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
