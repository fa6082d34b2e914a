/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a link for whose pictures they are: a front end, or an agent, has them already, and wants
 * them seen. They pass through the core without being read. Refuses more than one of an agent's at
 * a time. Known gaps: none. */

#include "guardian/core/guardian-picture-show.h"

#include "guardian/core/guardian-picture-queue.h"
#include "guardian/core/guardian-session.h"

#define AGENT_EDGE 1024u /* pixels of the longer side that an agent may have shown */

typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
  GuardianSession *session; /* whose agent shows it; NULL: a front end wants it */
} Command;

static Command *
command_new (GuardianLink *link, CardeaMessage *message, GuardianSession *session)
{
  Command *command = g_new0 (Command, 1);
  command->link = guardian_link_ref (link);
  command->message = cardea_message_ref (message);
  if (session != NULL)
    command->session = guardian_session_ref (session);
  return command;
}

static void
command_free (gpointer data)
{
  Command *command = data;
  if (command->session != NULL)
    {
      command->session->shows_picture = FALSE;
      guardian_session_unref (command->session);
    }
  guardian_link_unref (command->link);
  cardea_message_unref (command->message);
  g_free (command);
}

static void
put_picture (CardeaMessage *message, CardeaPicture *picture)
{
  cardea_picture_put (message, picture);
  picture->pixels = -1;
}

static void
add (GuardianLink *link, CardeaMessage *message, guint edge, GuardianSession *session,
     GuardianPictureShown shown)
{
  Command *command = command_new (link, message, session);
  int content = cardea_message_take_fd (message, "content");

  if (guardian_picture_queue_add (link->context->pictures, content, edge, shown, command,
                                  command_free))
    return;
  guardian_link_refuse (link, message, "busy", "too many pictures at once");
  command_free (command);
}

static void
shown_cb (CardeaPicture *picture, const char *code, const char *reason, gpointer user_data)
{
  Command *command = user_data;

  if (picture == NULL)
    {
      guardian_link_refuse (command->link, command->message, code, reason);
      return;
    }
  CardeaMessage *reply = cardea_message_new_reply (command->message, "picture.shown");
  put_picture (reply, picture);
  guardian_link_send (command->link, reply);
}

void
guardian_picture_show_front (GuardianLink *link, CardeaMessage *message)
{
  guint edge = (guint) cardea_message_get_int (message, "edge", CARDEA_PICTURE_EDGE_LEAST);
  add (link, message, edge, NULL, shown_cb);
}

static void
pictured_cb (CardeaPicture *picture, const char *code, const char *reason, gpointer user_data)
{
  Command *command = user_data;
  GuardianSession *session = command->session;

  if (picture == NULL)
    {
      guardian_link_refuse (command->link, command->message, code, reason);
      return;
    }
  CardeaMessage *event = cardea_message_new ("chat.pictured");
  cardea_message_set_session (event, session->id);
  cardea_message_set_trace (event, session->trace);
  cardea_message_set_string (event, "name", cardea_message_get_string (command->message, "name"));
  put_picture (event, picture);
  if (session->owner == NULL || session->owner->closed)
    {
      cardea_message_unref (event);
      guardian_link_refuse (command->link, command->message, "unavailable",
                            "nobody is there to see it");
      return;
    }
  guardian_link_send (session->owner, event);
  guardian_link_done (command->link, command->message);
}

void
guardian_picture_show_agent (GuardianLink *link, CardeaMessage *message)
{
  GuardianSession *session = link->session;

  if (session->shows_picture)
    {
      guardian_link_refuse (link, message, "busy", "one picture at a time");
      return;
    }
  session->shows_picture = TRUE;
  add (link, message, AGENT_EDGE, session, pictured_cb);
}
