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

/* A request to change ~/Documents/report.txt, or, when changes (JSON of "changes") are several,
 * what lies in ~/Documents. */
static inline CardeaJson *
fixture_change (const char *action, const char *changes)
{
  g_autoptr (GError) error = NULL;
  CardeaJson *array = cardea_json_parse (changes, strlen (changes), &error);
  g_assert_no_error (error);
  CardeaJson *request = fixture_request ();
  CardeaJson *resource = cardea_json_get (request, "resource");
  gboolean several = cardea_json_size (array) > 1;
  cardea_json_set_string (request, "action", action);
  cardea_json_set_string (resource, "kind", several ? "folder" : "file");
  cardea_json_set_string (resource, "path",
                          several ? "/home/eva/Documents" : "/home/eva/Documents/report.txt");
  if (several)
    cardea_json_set_int (resource, "count", cardea_json_size (array));
  cardea_json_set (request, "changes", array);
  return request;
}

#define FIXTURE_DIFF "--- a\\n+++ b\\n@@ -1,3 +1,3 @@\\n one\\n-two\\n+2\\n three\\n"
#define FIXTURE_WRITE                                                                              \
  "[{\"op\":\"write\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/report.txt\","              \
  "\"exists\":true,\"size\":\"14\",\"size_after\":\"12\",\"diff\":\"" FIXTURE_DIFF                 \
  "\",\"added\":1,\"removed\":1,\"undoable\":true}]"

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
