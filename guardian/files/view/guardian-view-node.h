/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/view/guardian-view-grant.h"
#include "guardian/files/view/guardian-view-heeded.h"

#include <glib.h>
#include <sys/stat.h>
#include <sys/types.h>

/* The names a sandbox's kernel knows, as a tree that begins at "/". No descriptor stays open for
 * one but for folders in use (guardian-view-way.c): it is found again by its way, and is the same
 * when device and inode are. */

#define GUARDIAN_VIEW_NODE_ROOT 1u /* FUSE_ROOT_ID */

typedef enum {
  GUARDIAN_VIEW_NODE_WAY,     /* a folder above what is shown: only what leads there is in it */
  GUARDIAN_VIEW_NODE_REAL,    /* of the person */
  GUARDIAN_VIEW_NODE_PRIVATE, /* in the upper layer: the program's own, gone at the end */
} GuardianViewNodeKind;

typedef enum {
  GUARDIAN_VIEW_VERDICT_UNKNOWN,
  GUARDIAN_VIEW_VERDICT_ALLOWED,
  GUARDIAN_VIEW_VERDICT_REFUSED,
} GuardianViewVerdict;

typedef struct _GuardianViewNode GuardianViewNode;
typedef struct _GuardianViewParked GuardianViewParked;
typedef struct _GuardianViewWatch GuardianViewWatch;
typedef struct _GuardianViewWay GuardianViewWay;

struct _GuardianViewNode {
  guint64 id;
  GuardianViewNode *parent; /* NULL: the root, or removed under this name */
  char *name;
  guint64 lookups; /* the kernel's count */
  guint children;  /* nodes whose parent it is */
  GuardianViewNodeKind kind;
  dev_t dev;
  ino_t ino;
  gboolean is_folder;
  GuardianViewVerdict read; /* of a REAL one: file.read, or file.list of a folder */
  GuardianViewVerdict write;
  char *grant;           /* under which read or write is ALLOWED */
  struct timespec mtime; /* and size at the last open: whether the kernel's pages are still good */
  off_t size;
  GuardianViewWay *way;       /* of a folder in use; owned */
  GuardianViewParked *parked; /* of a file that may be opened again; owned */
  GuardianViewWatch *watch;   /* of a folder in which changes are heard; owned */
  gboolean listed;            /* the kernel may have kept its list, as of mtime */
  gboolean believed;          /* the kernel was told its attributes for long */
  /* Worked out when asked for, and good while the tree's epoch is the same. */
  guint64 epoch;
  const GuardianViewGrant *shared; /* the best grant over what is in a folder */
  guint depth;                     /* elements of its path */
  guint heeded;                    /* so many of them, to the last whose name policy heeds */
};

typedef struct _GuardianViewNodes GuardianViewNodes;

/* grants: GuardianViewGrant, borrowed; guardian_view_nodes_changed() says that they changed. */
GuardianViewNodes *guardian_view_nodes_new (const GPtrArray *grants);
void guardian_view_nodes_free (GuardianViewNodes *nodes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianViewNodes, guardian_view_nodes_free)

/* NULL: there is none. */
GuardianViewNode *guardian_view_nodes_get (GuardianViewNodes *nodes, guint64 id);
GuardianViewNode *guardian_view_nodes_find (GuardianViewNodes *nodes,
                                            const GuardianViewNode *parent, const char *name);

/* The node of that name, made when there is none; one that stood for another object there is cut
 * off from its name first. Its count of lookups is not raised. */
GuardianViewNode *guardian_view_nodes_take (GuardianViewNodes *nodes, GuardianViewNode *parent,
                                            const char *name, GuardianViewNodeKind kind,
                                            const struct stat *st);

/* The best of the grants that hold for all below a folder, over what is in folder; NULL: none. A
 * grant covers by device, inode and name, all three. Borrowed, until grants change. */
const GuardianViewGrant *guardian_view_nodes_shared (GuardianViewNodes *nodes,
                                                     GuardianViewNode *folder);
void guardian_view_nodes_changed (GuardianViewNodes *nodes);
/* Which names policy heeds from now on; taken. Before: all. */
void guardian_view_nodes_set_heeded (GuardianViewNodes *nodes, GuardianViewHeeded *heeded);
/* name in folder is reached, from grant's folder on, by names only that policy heeds not. */
gboolean guardian_view_nodes_is_plain (GuardianViewNodes *nodes, GuardianViewNode *folder,
                                       const char *name, const GuardianViewGrant *grant);

/* The name leads to it no more; handles go on. */
void guardian_view_nodes_cut (GuardianViewNodes *nodes, GuardianViewNode *node);
/* It is called otherwise now; what had that name before is cut off. */
void guardian_view_nodes_move (GuardianViewNodes *nodes, GuardianViewNode *node,
                               GuardianViewNode *parent, const char *name);

/* The kernel forgets so many lookups. */
void guardian_view_nodes_forget (GuardianViewNodes *nodes, guint64 id, guint64 count);

void guardian_view_nodes_foreach (GuardianViewNodes *nodes,
                                  void (*visit) (GuardianViewNode *node, gpointer user_data),
                                  gpointer user_data);
guint guardian_view_nodes_count (const GuardianViewNodes *nodes);

/* Its whole path; NULL: it has been cut off. The caller owns it. */
char *guardian_view_node_path (const GuardianViewNode *node);
/* The path of a name in it. */
char *guardian_view_node_path_of (const GuardianViewNode *node, const char *name);
