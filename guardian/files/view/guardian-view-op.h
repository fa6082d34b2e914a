/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/view/guardian-view-private.h"

/* One operation of the kernel that may need a decision. It is a function that is run from its
 * beginning again when an answer came; whatever it needs is asked first, whatever it does is done
 * after the last question. */

typedef struct _GuardianViewOp GuardianViewOp;

#define GUARDIAN_VIEW_OP_WAIT (-1) /* a question is under way; the operation is kept */

struct _GuardianViewOp {
  GuardianView *view;
  fuse_req_t req;
  /* 0: it replied; an errno: to be replied; WAIT. */
  int (*run) (GuardianViewOp *op);
  guint64 node;
  guint64 other; /* a second node */
  char *name;
  char *new_name;
  char *text; /* of a symbolic link */
  struct fuse_file_info info;
  struct stat attributes;
  int to_set;
  mode_t mode;
  unsigned flags;
  guint64 question;  /* that is waited for; 0: none */
  char *asked;       /* its key */
  char *asked_under; /* the grant below which its answer may hold for others; NULL: none */
  GPtrArray *answers;
  GBytes *judged;  /* guardian-view-obeyed.h: what lands; NULL: nothing that is obeyed */
  GBytes *former;  /* what is replaced by it */
  char **settings; /* what that changes; NULL: not understood */
};

/* A copy of op (whose strings are taken) is run. */
void guardian_view_op_start (const GuardianViewOp *op);

/* 0: it may be done; WAIT; or the errno of a refusal. ret_grant: under which; NULL: once; may be
 * NULL. Asks once per operation, action and path. */
int guardian_view_op_need (GuardianViewOp *op, const GuardianViewQuestion *question,
                           const char **ret_grant);
/* The same for a REAL node and what its verdict says already. */
int guardian_view_op_need_read (GuardianViewOp *op, GuardianViewNode *node, const char **ret_grant);
int guardian_view_op_need_write (GuardianViewOp *op, GuardianViewNode *node, const char *action,
                                 const char **ret_grant);
/* For a new name in a real folder. */
int guardian_view_op_need_new (GuardianViewOp *op, GuardianViewNode *parent, const char *name,
                               const char *from, gboolean is_folder, const char **ret_grant);
/* For what has a name in a real folder, whether the kernel knows it or not. to: of what is renamed;
 * or NULL. */
int guardian_view_op_need_name (GuardianViewOp *op, GuardianViewNode *parent, const char *name,
                                const struct stat *st, const char *action, const char *to);

/* --- guardian-view-keep.c --- */

/* Puts what name is in parent aside, for the undo store, before it is replaced or removed (how). 0:
 * it is; WAIT: when there is room again the operation is run again; or an errno. */
int guardian_view_op_keep (GuardianViewOp *op, GuardianViewNode *parent, const char *name,
                           const struct stat *st, GuardianViewStashHow how);

/* It is run again; or answered, and gone. */
void guardian_view_op_again (GuardianViewOp *op);
void guardian_view_op_give_up (GuardianViewOp *op, int error);

/* It was asked for this very operation. */
gboolean guardian_view_op_is_answered (const GuardianViewOp *op, const GuardianViewNode *parent,
                                       const char *name, const char *action);

/* The view ends: everything that waits is let go. */
void guardian_view_op_abandon_all (GuardianView *view);

/* The node of op; NULL: the kernel made it up. */
GuardianViewNode *guardian_view_op_node (const GuardianViewOp *op);

/* Every operation that may wait. */
int guardian_view_op_open (GuardianViewOp *op);
int guardian_view_op_open_folder (GuardianViewOp *op);
int guardian_view_op_create (GuardianViewOp *op);
int guardian_view_op_make (GuardianViewOp *op); /* mkdir, mknod, symlink by mode */
int guardian_view_op_link (GuardianViewOp *op);
int guardian_view_op_remove (GuardianViewOp *op); /* unlink, rmdir by flags */
int guardian_view_op_rename (GuardianViewOp *op);
int guardian_view_op_set (GuardianViewOp *op);

/* Answers an operation with a new or known entry, whose lookup is counted. 0 or an errno. */
int guardian_view_op_reply_entry (GuardianViewOp *op, GuardianViewNode *parent, const char *name);
/* The same with a node whose attributes are in entry; info: it is opened, too. FALSE: nobody took
 * it. */
gboolean guardian_view_op_reply_node (GuardianViewOp *op, GuardianViewNode *node,
                                      struct fuse_entry_param *entry,
                                      const struct fuse_file_info *info);
