/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel. Refuses: to go on without listener or table.
 * Known gaps: none. The namespace has loopback alone, and nobody inside has a capability over it;
 * the table is there for the day when one of these does not hold.
 *
 * The table is sent as the kernel's own messages (linux/netfilter/nf_tables.h). libnftables would
 * take a parser, a cache and 10 ms for these five constants; a bare bwrap starts in 4. */

#include "guardian/launch/hold/guardian-hold-egress.h"

#include "guardian/launch/guardian-handoff.h"
#include "guardian/launch/guardian-proxy-place.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define TABLE "cardea"
#define BATCH_SIZE 2048
#define REPLY_SIZE 4096
#define BACKLOG 1024
#define LOOPBACK GUARDIAN_PROXY_PLACE_LOOPBACK

/* --- a batch of messages, each of attributes that may nest --- */

typedef struct {
  _Alignas(NLMSG_ALIGNTO) char bytes[BATCH_SIZE];
  size_t size;
  struct nlmsghdr *message; /* being written */
  uint32_t count;
  bool full; /* something did not fit: nothing is sent */
} Batch;

static void *
reserve (Batch *batch, size_t size)
{
  size_t aligned = NLMSG_ALIGN (size);
  char *place = batch->bytes + batch->size;

  batch->full = batch->full || batch->size + aligned > sizeof batch->bytes;
  if (batch->full)
    return NULL;
  memset (place, 0, aligned);
  batch->size += aligned;
  if (batch->message != NULL)
    batch->message->nlmsg_len = (uint32_t) (batch->bytes + batch->size - (char *) batch->message);
  return place;
}

static void
begin_message (Batch *batch, uint16_t type, uint16_t flags, uint8_t family, uint16_t resource)
{
  batch->message = NULL;
  struct nlmsghdr *header = reserve (batch, sizeof *header);
  batch->message = header;
  struct nfgenmsg *body = reserve (batch, sizeof *body);

  if (header == NULL || body == NULL)
    return;
  header->nlmsg_type = type;
  header->nlmsg_flags = NLM_F_REQUEST | flags;
  header->nlmsg_seq = ++batch->count;
  body->nfgen_family = family;
  body->version = NFNETLINK_V0;
  body->res_id = htons (resource);
}

static void
begin_nft (Batch *batch, uint16_t type, uint16_t flags)
{
  begin_message (batch, (uint16_t) (NFNL_SUBSYS_NFTABLES << 8 | type), flags | NLM_F_ACK,
                 NFPROTO_INET, 0);
}

static void
put (Batch *batch, uint16_t type, const void *value, size_t size)
{
  struct nlattr *attribute = reserve (batch, NLA_HDRLEN + size);

  if (attribute == NULL)
    return;
  attribute->nla_type = type;
  attribute->nla_len = (uint16_t) (NLA_HDRLEN + size);
  memcpy ((char *) attribute + NLA_HDRLEN, value, size);
}

static void
put_text (Batch *batch, uint16_t type, const char *text)
{
  put (batch, type, text, strlen (text) + 1);
}

static void
put_number (Batch *batch, uint16_t type, uint32_t number)
{
  uint32_t wire = htonl (number);
  put (batch, type, &wire, sizeof wire);
}

static struct nlattr *
begin_nest (Batch *batch, uint16_t type)
{
  struct nlattr *attribute = reserve (batch, NLA_HDRLEN);

  if (attribute != NULL)
    attribute->nla_type = type | NLA_F_NESTED;
  return attribute;
}

static void
end_nest (const Batch *batch, struct nlattr *attribute)
{
  if (attribute != NULL)
    attribute->nla_len = (uint16_t) (batch->bytes + batch->size - (const char *) attribute);
}

/* --- the table --- */

static void
add_chain (Batch *batch, const char *name, uint32_t hook)
{
  begin_nft (batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
  put_text (batch, NFTA_CHAIN_TABLE, TABLE);
  put_text (batch, NFTA_CHAIN_NAME, name);
  struct nlattr *nest = begin_nest (batch, NFTA_CHAIN_HOOK);
  put_number (batch, NFTA_HOOK_HOOKNUM, hook);
  put_number (batch, NFTA_HOOK_PRIORITY, 0);
  end_nest (batch, nest);
  put_text (batch, NFTA_CHAIN_TYPE, "filter");
  put_number (batch, NFTA_CHAIN_POLICY, NF_DROP);
}

static void
add_expression (Batch *batch, const char *name, void (*fill) (Batch *batch, uint32_t argument),
                uint32_t argument)
{
  struct nlattr *element = begin_nest (batch, NFTA_LIST_ELEM);
  put_text (batch, NFTA_EXPR_NAME, name);
  struct nlattr *data = begin_nest (batch, NFTA_EXPR_DATA);
  fill (batch, argument);
  end_nest (batch, data);
  end_nest (batch, element);
}

static void
fill_meta (Batch *batch, uint32_t key)
{
  put_number (batch, NFTA_META_KEY, key);
  put_number (batch, NFTA_META_DREG, NFT_REG_1);
}

/* The kernel compares an interface's number as it is in memory. */
static void
fill_compare (Batch *batch, uint32_t value)
{
  put_number (batch, NFTA_CMP_SREG, NFT_REG_1);
  put_number (batch, NFTA_CMP_OP, NFT_CMP_EQ);
  struct nlattr *data = begin_nest (batch, NFTA_CMP_DATA);
  put (batch, NFTA_DATA_VALUE, &value, sizeof value);
  end_nest (batch, data);
}

static void
fill_verdict (Batch *batch, uint32_t verdict)
{
  put_number (batch, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
  struct nlattr *data = begin_nest (batch, NFTA_IMMEDIATE_DATA);
  struct nlattr *nest = begin_nest (batch, NFTA_DATA_VERDICT);
  put_number (batch, NFTA_VERDICT_CODE, verdict);
  end_nest (batch, nest);
  end_nest (batch, data);
}

/* Accepts what goes over loopback by that key (its interface in, or out). */
static void
add_rule (Batch *batch, const char *chain, uint32_t key, uint32_t loopback)
{
  begin_nft (batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
  put_text (batch, NFTA_RULE_TABLE, TABLE);
  put_text (batch, NFTA_RULE_CHAIN, chain);
  struct nlattr *nest = begin_nest (batch, NFTA_RULE_EXPRESSIONS);
  add_expression (batch, "meta", fill_meta, key);
  add_expression (batch, "cmp", fill_compare, loopback);
  add_expression (batch, "immediate", fill_verdict, NF_ACCEPT);
  end_nest (batch, nest);
}

static uint32_t
write_batch (Batch *batch, uint32_t loopback)
{
  begin_message (batch, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
  uint32_t before = batch->count;
  begin_nft (batch, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL);
  put_text (batch, NFTA_TABLE_NAME, TABLE);
  add_chain (batch, "input", NF_INET_LOCAL_IN);
  add_chain (batch, "forward", NF_INET_FORWARD);
  add_chain (batch, "output", NF_INET_LOCAL_OUT);
  add_rule (batch, "input", NFT_META_IIF, loopback);
  add_rule (batch, "output", NFT_META_OIF, loopback);
  uint32_t answers = batch->count - before;
  begin_message (batch, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
  return answers;
}

/* One answer a message; 0 in all of them, or errno is the first that is not. */
static bool
take_answers (int netlink, uint32_t due)
{
  _Alignas(NLMSG_ALIGNTO) char reply[REPLY_SIZE];

  while (due > 0)
    {
      ssize_t got = recv (netlink, reply, sizeof reply, 0);
      if (got < 0)
        return false;
      size_t left = (size_t) got;
      const struct nlmsghdr *header = (const struct nlmsghdr *) (const void *) reply;
      for (; NLMSG_OK (header, left) && due > 0; header = NLMSG_NEXT (header, left))
        {
          const struct nlmsgerr *answer = NLMSG_DATA (header);
          errno = header->nlmsg_type == NLMSG_ERROR ? -answer->error : EPROTO;
          if (errno != 0)
            return false;
          due--;
        }
    }
  return true;
}

bool
guardian_hold_egress_close_others (void)
{
  const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
  Batch batch = { .size = 0 };
  int netlink = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  bool done = false;

  if (netlink < 0)
    return false;
  uint32_t loopback = if_nametoindex ("lo");
  uint32_t due = loopback != 0 ? write_batch (&batch, loopback) : 0;
  done = due > 0 && !batch.full
         && sendto (netlink, batch.bytes, batch.size, 0, (const struct sockaddr *) &kernel,
                    sizeof kernel)
                == (ssize_t) batch.size
         && take_answers (netlink, due);
  int saved = errno;
  close (netlink);
  errno = saved;
  return done;
}

/* --- the listener --- */

static int
listen_at (uint16_t port)
{
  const struct sockaddr_in place = { .sin_family = AF_INET,
                                     .sin_port = htons (port),
                                     .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (listener < 0 || bind (listener, (const struct sockaddr *) &place, sizeof place) != 0
      || listen (listener, BACKLOG) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_EGRESS, "listener");
  return listener;
}

static void
pass (int listener)
{
  if (!guardian_handoff_pass (GUARDIAN_HANDOFF_EGRESS_FD, listener))
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_EGRESS, "the egress worker went away");
  close (listener);
}

bool
guardian_hold_egress_knows (const char *word)
{
  return strncmp (word, LOOPBACK, sizeof LOOPBACK - 1) == 0;
}

/* 0: none that could be served. */
static uint16_t
read_port (const char *word)
{
  char *end = NULL;
  unsigned long port = strtoul (word + sizeof LOOPBACK - 1, &end, 10);

  return *end == '\0' && port <= UINT16_MAX && port != GUARDIAN_PROXY_PLACE_PORT ? (uint16_t) port
                                                                                 : 0;
}

/* Outside, where its folder can be written: inside it is only connected to. */
int
guardian_hold_egress_listen (const char *stage)
{
  struct sockaddr_un place = { .sun_family = AF_UNIX };
  int size = snprintf (place.sun_path, sizeof place.sun_path, "%s%s", stage,
                       GUARDIAN_PROXY_PLACE_BADGES);
  int listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (size < 0 || size >= (int) sizeof place.sun_path || listener < 0
      || bind (listener, (const struct sockaddr *) &place, sizeof place) != 0
      || chmod (place.sun_path, 0666) != 0 || listen (listener, BACKLOG) != 0)
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_EGRESS, "socket");
  return listener;
}

void
guardian_hold_egress_open (int badges, char **words, int count)
{
  int left = GUARDIAN_PROXY_PLACE_LOOPBACK_MAX;
  int listener = listen_at (GUARDIAN_PROXY_PLACE_PORT);

  if (!guardian_hold_egress_close_others ())
    guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_EGRESS, "nftables");
  pass (listener);
  pass (badges);
  for (int i = 0; i < count && left > 0; i++)
    if (guardian_hold_egress_knows (words[i]) && read_port (words[i]) != 0)
      {
        pass (listen_at (read_port (words[i])));
        left--;
      }
  close (GUARDIAN_HANDOFF_EGRESS_FD);
}
