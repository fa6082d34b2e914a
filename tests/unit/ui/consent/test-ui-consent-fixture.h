/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

#include <string.h>

#define FIXTURE_ID "0011223344556677"
#define FIXTURE_NONCE "00112233445566778899aabbccddeeff"

/* A whole and ordinary request for ~/Documents/bank.csv; tests change parts of it. */
static inline CardeaJson *
fixture_request (void)
{
  static const char text[]
      = "{\"version\":1,\"request\":\"r1\",\"session\":\"8899aabbccddeeff\","
        "\"trace\":\"0123456789abcdef0123456789abcdef\","
        "\"subject\":{\"agent\":{\"name\":\"cardea-agent\",\"kind\":\"built-in\","
        "\"sha256\":\"00\"},\"title\":\"Summarise bank.csv\"},"
        "\"action\":\"file.read\","
        "\"resource\":{\"kind\":\"file\",\"path\":\"/home/eva/Documents/bank.csv\","
        "\"size\":\"1234\",\"dev\":\"1\",\"ino\":\"2\",\"uid\":\"1000\",\"labels\":[]},"
        "\"why\":\"to add the amounts\","
        "\"because\":{\"request\":\"Summarise Amount by month in bank.csv\",\"labels_read\":[],"
        "\"files_read\":0,\"untrusted_input\":false},"
        "\"tier\":2,\"policy\":\"cardea.ask\",\"reason\":\"outside every grant\","
        "\"remember\":{\"durations\":[\"once\",\"task\",\"time\"],\"scopes\":[\"exact\",\"folder\"]"
        ","
        "\"max_seconds\":2592000},\"details\":{\"mode\":\"ask\"}}";
  CardeaJson *json = cardea_json_parse (text, strlen (text), NULL);
  g_assert_nonnull (json);
  return json;
}

/* request is borrowed. */
static inline CardeaMessage *
fixture_message (CardeaJson *request, int tier)
{
  gsize size;
  g_autofree char *canonical = cardea_json_write (request, &size, NULL);
  g_autofree char *digest
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) canonical, size);
  CardeaMessage *message = cardea_message_new ("consent.question");
  cardea_message_set_string (message, "id", FIXTURE_ID);
  cardea_message_set_string (message, "digest", digest);
  cardea_message_set_string (message, "nonce", FIXTURE_NONCE);
  cardea_message_set_int (message, "tier", tier);
  cardea_message_set_int (message, "seconds", 120);
  cardea_message_set_int (message, "position", 1);
  cardea_message_set_int (message, "waiting", 1);
  cardea_message_set_boolean (message, "answerable", TRUE);
  cardea_message_set_json (message, "question", cardea_json_ref (request));
  return message;
}
