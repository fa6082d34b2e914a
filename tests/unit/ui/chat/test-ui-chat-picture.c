/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window takes for a picture, whoever says it, and where in a conversation it goes. */

#include "common/protocol/cardea-descriptor.h"
#include "ui/chat/ui-chat-picture.h"
#include "ui/chat/ui-chat-record.h"
#include "ui/chat/ui-chat-turn.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const guint8 pixels[2 * 3 * 4]
    = { 255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 9, 9, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8 };

static CardeaMessage *
new_message (guint width, guint height, int fd)
{
  CardeaMessage *message = cardea_message_new ("chat.pictured");
  const CardeaPicture picture = { width, height, width * 4, 200, 300, fd };
  cardea_picture_put (message, &picture);
  return message;
}

static UiChatPicture *
new_picture (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) message
      = new_message (2, 3, cardea_descriptor_new_memfd ("test", pixels, sizeof pixels));
  UiChatPicture *picture = ui_chat_picture_take (message, 64, name, &error);
  g_assert_no_error (error);
  return picture;
}

static void
test_taken (void)
{
  g_autoptr (UiChatPicture) picture = new_picture ("cat.png");
  g_autoptr (GBytes) bytes = ui_chat_picture_get_pixels (picture);
  g_autofree char *words = ui_chat_picture_describe (picture);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), pixels, sizeof pixels);
  g_assert_cmpuint (ui_chat_picture_get_width (picture), ==, 2);
  g_assert_cmpuint (ui_chat_picture_get_height (picture), ==, 3);
  g_assert_cmpuint (ui_chat_picture_get_stride (picture), ==, 8);
  g_assert_cmpstr (words, ==, "Picture cat.png, 200 × 300");
}

/* The pixels outlive whoever took them. */
static void
test_kept (void)
{
  UiChatPicture *picture = new_picture (NULL);
  g_autoptr (GBytes) bytes = ui_chat_picture_get_pixels (picture);
  g_autofree char *words = ui_chat_picture_describe (picture);
  g_object_unref (picture);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), pixels, sizeof pixels);
  g_assert_cmpstr (words, ==, "Picture, 200 × 300");
}

static void
test_name (void)
{
  g_autofree char *long_name = g_strnfill (2000, 'x');
  g_autoptr (UiChatPicture) hidden = new_picture ("cat\u202egnp.exe\n");
  g_autoptr (UiChatPicture) longer = new_picture (long_name);

  g_assert_null (strstr (ui_chat_picture_get_name (hidden), "\u202e"));
  g_assert_null (strchr (ui_chat_picture_get_name (hidden), '\n'));
  g_assert_cmpuint (strlen (ui_chat_picture_get_name (longer)), <=, 300);
}

static void
assert_refused (CardeaMessage *taken, guint edge)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) message = taken;
  g_assert_null (ui_chat_picture_take (message, edge, NULL, &error));
  g_assert_true (error->domain == CARDEA_PICTURE_ERROR);
}

/* A guardian that was taken over, or is of another opinion. */
static void
test_lies (void)
{
  int unsealed = memfd_create ("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  g_assert_cmpint (ftruncate (unsealed, sizeof pixels), ==, 0);
  assert_refused (new_message (2, 3, unsealed), 64);
  assert_refused (new_message (2, 4, cardea_descriptor_new_memfd ("t", pixels, sizeof pixels)), 64);
  assert_refused (new_message (2, 2, cardea_descriptor_new_memfd ("t", pixels, sizeof pixels)), 64);
  assert_refused (new_message (2048, 2048, cardea_descriptor_new_memfd ("t", pixels, 24)), 2048);
  assert_refused (new_message (1u << 31, 2, cardea_descriptor_new_memfd ("t", pixels, 24)), 2048);
  assert_refused (new_message (2, 3, cardea_descriptor_new_memfd ("t", pixels, 24)), 2);
  assert_refused (new_message (0, 0, cardea_descriptor_new_memfd ("t", pixels, 0)), 64);
}

/* With its chat: small, and the same again when it is small already. */
static void
test_written (void)
{
  g_autoptr (UiChatPicture) picture = new_picture ("cat.png");
  g_autoptr (CardeaJson) json = ui_chat_picture_write (picture);
  g_autoptr (UiChatPicture) again = ui_chat_picture_read (json);
  g_autoptr (GBytes) bytes = ui_chat_picture_get_pixels (again);
  g_autofree char *words = ui_chat_picture_describe (again);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), 12, pixels, 12);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, sizeof pixels);
  g_assert_cmpstr (words, ==, "Picture cat.png, 200 × 300");

  g_autoptr (GError) error = NULL;
  g_autofree guint8 *red = g_malloc0 (1024 * 512 * 4);
  for (guint i = 0; i < 1024 * 512; i++)
    red[i * 4] = red[i * 4 + 3] = i % 1024 < 512 ? 255 : 0;
  g_autoptr (CardeaMessage) message
      = new_message (1024, 512, cardea_descriptor_new_memfd ("test", red, 1024 * 512 * 4));
  g_autoptr (UiChatPicture) large = ui_chat_picture_take (message, 1024, NULL, &error);
  g_autoptr (CardeaJson) kept = ui_chat_picture_write (large);
  g_autoptr (UiChatPicture) small = ui_chat_picture_read (kept);
  g_autoptr (GBytes) rows = ui_chat_picture_get_pixels (small);
  const guint8 *first = g_bytes_get_data (rows, NULL);
  g_assert_cmpuint (ui_chat_picture_get_width (small), ==, UI_CHAT_PICTURE_KEPT);
  g_assert_cmpuint (ui_chat_picture_get_height (small), ==, UI_CHAT_PICTURE_KEPT / 2);
  g_assert_cmpmem (first, 4, "\xff\0\0\xff", 4);
  g_assert_cmpuint (first[UI_CHAT_PICTURE_KEPT * 4 - 1], ==, 0);
}

static void
test_read (void)
{
  static const struct {
    const char *name;
    gint64 value;
  } lies[] = { { "width", 3 },  { "width", 0 },  { "width", -2 },     { "height", 321 },
               { "height", 4 }, { "height", 2 }, { "full_width", 0 }, { "width", 1 << 30 } };
  g_autoptr (UiChatPicture) picture = new_picture ("cat.png");

  g_assert_null (ui_chat_picture_read (NULL));
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autoptr (CardeaJson) json = ui_chat_picture_write (picture);
      cardea_json_set_int (json, lies[i].name, lies[i].value);
      g_assert_null (ui_chat_picture_read (json));
    }
}

/* A chat's records give its pictures again, also when their card was said anew after them. */
static void
test_records (void)
{
  g_autoptr (UiChatPicture) picture = new_picture ("cat.png");
  g_autoptr (UiChatRecords) records = ui_chat_records_new ();
  g_autoptr (UiChatCard) card = ui_chat_card_new ("read", "/home/eva/cat.png");
  ui_chat_entry_set_number (UI_CHAT_ENTRY (card), 1);
  g_autoptr (CardeaJson) entry = ui_chat_record_entry (UI_CHAT_ENTRY (card));
  g_autoptr (CardeaJson) record = ui_chat_record_picture (card, picture);
  g_autoptr (CardeaJson) lost = cardea_json_copy (record);

  cardea_json_set_int (lost, "number", 2);
  g_assert_true (ui_chat_records_take (records, entry));
  g_assert_true (ui_chat_records_take (records, record));
  g_assert_true (ui_chat_records_take (records, entry));
  g_assert_false (ui_chat_records_take (records, lost));
  ui_chat_records_finish (records);
  const GPtrArray *read = ui_chat_card_facts (records->entries->pdata[0])->pictures;
  g_assert_cmpuint (read->len, ==, 1);
  g_assert_cmpstr (ui_chat_picture_get_name (read->pdata[0]), ==, "cat.png");
}

static UiChatCard *
nth_card (UiChat *chat, guint index)
{
  GListModel *entries = ui_chat_get_entries (chat);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (GObject) entry = g_list_model_get_item (entries, i);
      if (UI_IS_CHAT_CARD (entry) && index-- == 0)
        return UI_CHAT_CARD (entry); /* the list holds it */
    }
  g_assert_not_reached ();
}

static void
take_tool (UiChatTurn *turn, const char *state)
{
  g_autoptr (CardeaJson) data = cardea_json_new_object ();
  cardea_json_set_string (data, "tool", "read");
  cardea_json_set_string (data, "id", "1");
  cardea_json_set_string (data, "state", state);
  g_assert_true (ui_chat_turn_take (turn, "tool", "", data));
}

/* On the card of what is being done; else on one of its own; never without end. */
static void
test_place (void)
{
  g_autoptr (UiChat) chat = ui_chat_new ("0123456789abcdef");
  g_autoptr (UiChatTurn) turn = ui_chat_turn_new (chat);
  g_autoptr (UiChatPicture) picture = new_picture ("cat.png");

  ui_chat_turn_begin (turn);
  take_tool (turn, "running");
  ui_chat_turn_take_picture (turn, picture);
  UiChatCard *reading = nth_card (chat, 0);
  g_assert_cmpuint (ui_chat_card_facts (reading)->pictures->len, ==, 1);
  g_assert_true (ui_chat_card_facts (reading)->pictures->pdata[0] == picture);
  take_tool (turn, "done");
  ui_chat_turn_take_picture (turn, picture);
  UiChatCard *own = nth_card (chat, 1);
  g_assert_cmpstr (ui_chat_card_facts (own)->tool, ==, "picture");
  g_assert_cmpint (ui_chat_card_get_state (own), ==, UI_CHAT_CARD_DONE);
  g_assert_cmpuint (ui_chat_card_facts (reading)->pictures->len, ==, 1);
  for (guint i = 0; i < 2 * UI_CHAT_CARD_PICTURES; i++)
    ui_chat_card_add_picture (own, picture);
  g_assert_cmpuint (ui_chat_card_facts (own)->pictures->len, ==, UI_CHAT_CARD_PICTURES);
  ui_chat_turn_end (turn, UI_CHAT_STATE_DONE, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat-picture/taken", test_taken);
  g_test_add_func ("/chat-picture/kept", test_kept);
  g_test_add_func ("/chat-picture/name", test_name);
  g_test_add_func ("/chat-picture/lies", test_lies);
  g_test_add_func ("/chat-picture/written", test_written);
  g_test_add_func ("/chat-picture/read", test_read);
  g_test_add_func ("/chat-picture/records", test_records);
  g_test_add_func ("/chat-picture/place", test_place);
  return g_test_run ();
}
