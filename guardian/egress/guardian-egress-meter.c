/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing of what programs send and hosts answer. Refuses: what is beyond a limit, at the
 * byte that is. Known gaps: headers are not counted; they have limits of their own. A worker that
 * was started again counts anew. */

#include "guardian/egress/guardian-egress-meter.h"

#include <string.h>

#define MINUTE_US (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)
#define HOUR_US (60 * MINUTE_US)

/* Something counted in windows of a length, each beginning with the first thing in it. */
typedef struct {
  gint64 begun_us;
  gint64 count;
} Window;

struct _GuardianEgressMeter {
  CardeaHostLimits *limits;
  Window minute;
  Window hour;
  gint64 session;
};

static void
clear (gpointer data)
{
  cardea_host_limits_free (((GuardianEgressMeter *) data)->limits);
}

GuardianEgressMeter *
guardian_egress_meter_new (const CardeaHostLimits *limits)
{
  GuardianEgressMeter *meter = g_rc_box_new0 (GuardianEgressMeter);
  meter->limits = cardea_host_limits_copy (limits);
  return meter;
}

GuardianEgressMeter *
guardian_egress_meter_ref (GuardianEgressMeter *meter)
{
  return meter != NULL ? g_rc_box_acquire (meter) : NULL;
}

void
guardian_egress_meter_unref (GuardianEgressMeter *meter)
{
  g_rc_box_release_full (meter, clear);
}

/* FALSE: it does not fit any more, and was not added. */
static gboolean
add (Window *window, gint64 what, gint64 limit, gint64 length_us, gint64 now_us)
{
  if (window->count == 0 || now_us - window->begun_us >= length_us)
    *window = (Window){ now_us, 0 };
  if (limit > 0 && what > limit - window->count)
    return FALSE;
  window->count += what;
  return TRUE;
}

const char *
guardian_egress_meter_begin (GuardianEgressMeter *meter, gint64 body_size, gint64 now_us)
{
  if (meter == NULL)
    return NULL;
  if (meter->limits->sent > 0 && body_size > meter->limits->sent)
    return "more is sent than may be sent there at once";
  if (meter->limits->session > 0 && meter->session >= meter->limits->session)
    return "as much went there and back in this session as may";
  return add (&meter->minute, 1, meter->limits->minute, MINUTE_US, now_us)
             ? NULL
             : "there are more requests in a minute than may be";
}

const char *
guardian_egress_meter_head (const GuardianEgressMeter *meter, guint status,
                            const GPtrArray *headers)
{
  const char *type = NULL;
  guint64 size = 0;

  for (guint i = 0; meter != NULL && i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      if (g_ascii_strcasecmp (header->name, "Content-Type") == 0)
        type = header->value;
      if (g_ascii_strcasecmp (header->name, "Content-Length") == 0
          && !g_ascii_string_to_unsigned (header->value, 10, 0, G_MAXINT64, &size, NULL))
        return "the host does not say clearly how much it sends";
    }
  if (meter == NULL)
    return NULL;
  /* A refusal or a redirect of the host's is no content. */
  if (status >= 200 && status < 300 && status != 204
      && !cardea_host_limits_cover_type (meter->limits, type))
    return "the host sends another type of content than may come from there";
  return meter->limits->received > 0 && size > (guint64) meter->limits->received
             ? "the answer is larger than may come from there"
             : NULL;
}

static const char *
count (GuardianEgressMeter *meter, gint64 *used, gint64 limit, gsize bytes, gint64 now_us,
       const char *too_much)
{
  *used += (gint64) bytes;
  if (limit > 0 && *used > limit)
    return too_much;
  meter->session += (gint64) bytes;
  if (meter->limits->session > 0 && meter->session > meter->limits->session)
    return "as much went there and back in this session as may";
  return add (&meter->hour, (gint64) bytes, meter->limits->hour, HOUR_US, now_us)
             ? NULL
             : "as much went there and back in this hour as may";
}

const char *
guardian_egress_meter_sent (GuardianEgressMeter *meter, GuardianEgressMeterUse *use, gsize bytes,
                            gint64 now_us)
{
  return meter == NULL ? NULL
                       : count (meter, &use->sent, meter->limits->sent, bytes, now_us,
                                "more is sent than may be sent there at once");
}

const char *
guardian_egress_meter_received (GuardianEgressMeter *meter, GuardianEgressMeterUse *use,
                                gsize bytes, gint64 now_us)
{
  return meter == NULL ? NULL
                       : count (meter, &use->received, meter->limits->received, bytes, now_us,
                                "the answer is larger than may come from there");
}

/* --- without a grant --- */

struct _GuardianEgressMeters {
  GHashTable *sessions; /* id → table: host, port and limits, as text → GuardianEgressMeter */
};

GuardianEgressMeters *
guardian_egress_meters_new (void)
{
  GuardianEgressMeters *meters = g_new0 (GuardianEgressMeters, 1);

  meters->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify) g_hash_table_unref);
  return meters;
}

void
guardian_egress_meters_free (GuardianEgressMeters *meters)
{
  g_hash_table_unref (meters->sessions);
  g_free (meters);
}

void
guardian_egress_meters_forget (GuardianEgressMeters *meters, const char *session)
{
  if (session != NULL)
    g_hash_table_remove (meters->sessions, session);
}

static GHashTable *
find_session (GuardianEgressMeters *meters, const char *session)
{
  GHashTable *table = g_hash_table_lookup (meters->sessions, session);

  if (table != NULL)
    return table;
  table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                 (GDestroyNotify) guardian_egress_meter_unref);
  g_hash_table_insert (meters->sessions, g_strdup (session), table);
  return table;
}

gboolean
guardian_egress_meters_find (GuardianEgressMeters *meters, const char *session, const char *host,
                             guint16 port, const CardeaJson *json, GuardianEgressMeter **ret_meter)
{
  *ret_meter = NULL;
  if (json == NULL)
    return TRUE;
  g_autoptr (CardeaHostLimits) limits = cardea_host_limits_read (json);
  if (limits == NULL || session == NULL)
    return FALSE;
  GHashTable *table = find_session (meters, session);
  g_autofree char *text = cardea_json_write (json, NULL, NULL);
  g_autofree char *key = g_strdup_printf ("%s %u %s", host, port, text);
  GuardianEgressMeter *meter = g_hash_table_lookup (table, key);
  if (meter == NULL && g_hash_table_size (table) >= GUARDIAN_EGRESS_METERS)
    return FALSE;
  if (meter == NULL)
    {
      meter = guardian_egress_meter_new (limits);
      g_hash_table_insert (table, g_steal_pointer (&key), meter);
    }
  *ret_meter = guardian_egress_meter_ref (meter);
  return TRUE;
}
