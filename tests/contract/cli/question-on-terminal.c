/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws one question on its controlling terminal as cardeactl does, and prints what it would send
 * to the guardian. Driven by test-question.py, which is the person.
 * usage: question-on-terminal REQUEST.json SECONDS */

#include "ui/cli/ui-cli-question.h"

#include <string.h>

typedef struct {
  GMainLoop *loop;
  CardeaMessage *answer;
} Run;

static void
answered_cb (const UiConsentQuestion *question, const UiConsentAnswer *answer, gpointer user_data)
{
  Run *run = user_data;
  g_autoptr (GError) error = NULL;
  run->answer = ui_consent_answer_new_message (question, answer, &error);
  if (run->answer == NULL)
    g_printerr ("no answer: %s\n", error->message);
  g_main_loop_quit (run->loop);
}

static CardeaMessage *
make_message (const char *file, int seconds)
{
  g_autofree char *text = NULL;
  gsize size;
  if (!g_file_get_contents (file, &text, &size, NULL))
    return NULL;
  CardeaJson *request = cardea_json_parse (text, size, NULL);
  gint64 tier = 0;
  if (request == NULL || !cardea_json_get_int (request, "tier", &tier))
    return NULL;
  g_autofree char *canonical = cardea_json_write (request, &size, NULL);
  g_autofree char *digest
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) canonical, size);
  CardeaMessage *message = cardea_message_new ("consent.question");
  cardea_message_set_string (message, "id", "0011223344556677");
  cardea_message_set_string (message, "digest", digest);
  cardea_message_set_string (message, "nonce", "00112233445566778899aabbccddeeff");
  cardea_message_set_int (message, "tier", tier);
  cardea_message_set_int (message, "seconds", seconds);
  cardea_message_set_int (message, "position", 1);
  cardea_message_set_int (message, "waiting", 1);
  cardea_message_set_boolean (message, "answerable", TRUE);
  cardea_message_set_json (message, "question", request);
  return message;
}

int
main (int argc, char *argv[])
{
  g_autoptr (CardeaMessage) message
      = argc == 3 ? make_message (argv[1], (int) g_ascii_strtoll (argv[2], NULL, 10)) : NULL;
  g_autoptr (GError) error = NULL;
  UiConsentQuestion *question = message != NULL ? ui_consent_question_new (message, &error) : NULL;
  if (question == NULL)
    {
      g_printerr ("question: %s\n", error != NULL ? error->message : "cannot be read");
      return 2;
    }
  g_autoptr (UiCliTty) tty = ui_cli_tty_open ();
  if (tty == NULL)
    {
      g_printerr ("no terminal\n");
      return 3;
    }
  Run run = { .loop = g_main_loop_new (NULL, FALSE) };
  UiCliQuestion *shown = ui_cli_question_new (question, tty, "/home/eva", answered_cb, &run);
  if (shown == NULL)
    return 3;
  g_main_loop_run (run.loop);
  ui_cli_question_free (shown);
  g_main_loop_unref (run.loop);
  if (run.answer != NULL)
    {
      g_autofree char *text = cardea_json_write (cardea_message_body (run.answer), NULL, NULL);
      g_print ("ANSWER %s\n", text);
      cardea_message_unref (run.answer);
    }
  return 0;
}
