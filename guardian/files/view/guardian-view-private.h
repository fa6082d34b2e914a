/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#define FUSE_USE_VERSION 312

#include "guardian/files/view/guardian-view-layer.h"
#include "guardian/files/view/guardian-view-linger.h"
#include "guardian/files/view/guardian-view-node.h"
#include "guardian/files/view/guardian-view-park.h"
#include "guardian/files/view/guardian-view-watch.h"
#include "guardian/files/view/guardian-view-way.h"
#include "guardian/files/view/guardian-view.h"
#include "guardian/privsep/guardian-sandbox-bounds.h"

#include <fuse_lowlevel.h>

/* What the parts of a view share. Everything belongs to the view's thread. */

#define GUARDIAN_VIEW_HANDLES_LIMIT 16384u /* open at the same time */
#define GUARDIAN_VIEW_NODES_LIMIT 2000000u /* names the kernel may hold */
#define GUARDIAN_VIEW_WAITING_LIMIT 256u   /* questions */
#define GUARDIAN_VIEW_ASIDE_LIMIT 20000u   /* paths whose end is told */
#define GUARDIAN_VIEW_MADE_LIMIT 100000u   /* files of its own that are told apart */
/* Bytes of private files. */
#define GUARDIAN_VIEW_UPPER_LIMIT GUARDIAN_SANDBOX_BOUNDS_PROGRAM_PRIVATE
#define GUARDIAN_VIEW_SECONDS 1.0 /* the kernel believes what nobody listens for */

#define GUARDIAN_VIEW_DIDS 3u /* reading, listing, and whatever changes something */

#define GUARDIAN_VIEW_PROPOSAL_LIMIT (16 << 20) /* bytes of a file that is proposed */

typedef struct _GuardianViewCopy GuardianViewCopy;

typedef struct {
  int fd;
  guint64 node;
  GuardianViewCopy *copy; /* it may write a private copy; or NULL */
  char *grant;            /* under which it was opened, or over it; NULL: for once, or private */
  gboolean is_private;
  gboolean reads;        /* a file, and nothing else can be done by it */
  struct timespec ctime; /* of that, when it was opened */
  gboolean is_way;       /* a folder of which only what is known is listed */
  gboolean cut;          /* revoked: nothing goes through it any more */
  GPtrArray *entries;    /* of a folder: Entry of guardian-view-folder.c */
} GuardianViewHandle;

typedef struct {
  dev_t dev;
  ino_t ino;
} GuardianViewMade;

struct _GuardianView {
  gint references;
  GuardianViewHandler handler;
  gpointer user_data;
  GMainContext *context;
  int wake;    /* an eventfd: something was posted */
  gint posted; /* atomic: and nobody looked at it yet */
  int door;
  gboolean ending;
  struct fuse_session *fuse; /* NULL before the door was used */
  struct fuse_buf buffer;    /* of what the kernel asks */
  gboolean left_behind;      /* nobody waits for an answer to what that was */
  GuardianViewLinger linger;
  uid_t inside_uid; /* who the program is there */
  gid_t inside_gid;
  uid_t uid; /* our own */
  gid_t gid;
  char *piece; /* of what is read; NULL before the first */
  GuardianViewNodes *nodes;
  GuardianViewWays *ways;
  GuardianViewWatches *watches;
  GQueue parked; /* GuardianViewParked, the oldest first */
  GuardianViewLayer real;
  GuardianViewLayer upper;
  char *upper_path;
  gint64 upper_used;
  char **tops;     /* what is shown, canonical */
  char *beginning; /* where the program begins */
  gboolean deny;
  GPtrArray *grants;   /* GuardianViewGrant */
  GHashTable *removed; /* paths of the person's that the program sees no more */
  GHashTable *made;    /* GuardianViewMade: real files that it made itself */
  GHashTable *aside;   /* paths whose former content is kept */
  GHashTable *kept;    /* and that are kept as they were */
  GHashTable *landed;  /* and what it had written to be obeyed: that is judged each time */
  GuardianViewStash *stash;
  GQueue crowded;      /* GuardianViewOp that wait for room there */
  GHashTable *handles; /* set */
  GHashTable *waiting; /* id → GuardianViewOp */
  GHashTable *copies;  /* path → GuardianViewCopy: private copies of the person's files */
  guint64 next_question;
  GuardianViewDid did[GUARDIAN_VIEW_DIDS]; /* not told yet */
  int journal;                             /* -1: it cannot be written any more */
  gint64 journal_end;
  gint64 journal_told;
  gboolean unmounted;
  GMutex lock;     /* over the next */
  gboolean over;   /* its loop runs no more; written in the view's thread */
  guint notifiers; /* threads that tell the kernel what to forget */
};

/* Has callback run in the view's thread; from any thread. FALSE: the view has ended; destroy was
 * called, callback is not. */
gboolean guardian_view_post (GuardianView *view, int priority, GSourceFunc callback, gpointer data,
                             GDestroyNotify destroy);

/* --- guardian-view-serve.c --- */

/* Answers what the kernel asks now and, while it goes on asking, what follows; at most for about a
 * millisecond, and not once something was posted. */
void guardian_view_serve (GuardianView *view);

/* --- guardian-view-place.c: what a path is in this view --- */

/* Takes a grant that came later. */
void guardian_view_place_admit (GuardianView *view, GuardianViewGrant *grant);
/* The best grant over name in parent: of a folder above, or for it itself; st NULL: it does not
 * exist. Borrowed; NULL: none. */
const GuardianViewGrant *guardian_view_place_grant (const GuardianView *view,
                                                    GuardianViewNode *parent, const char *name,
                                                    const struct stat *st);
const GuardianViewGrant *guardian_view_place_grant_of (const GuardianView *view,
                                                       const GuardianViewNode *node);
/* Finds what name is in parent. FALSE with errno. */
gboolean guardian_view_place_look (GuardianView *view, GuardianViewNode *parent, const char *name,
                                   GuardianViewNodeKind *ret_kind, struct stat *ret_st);
/* Of the person's folders, one above what is shared, or in which the program begins: its list is
 * looked at by every program, so that nobody is asked, and what is not known is not in it. */
gboolean guardian_view_place_is_way (const GuardianView *view, const GuardianViewNode *folder);
/* A name in such a folder that the program may know: shared, or opened before, or on the way. */
gboolean guardian_view_place_is_known (GuardianView *view, GuardianViewNode *folder,
                                       const char *name);
/* Of the person's files, those that the program sees no more. */
gboolean guardian_view_place_is_removed (const GuardianView *view, const GuardianViewNode *parent,
                                         const char *name);
void guardian_view_place_remove (GuardianView *view, const GuardianViewNode *parent,
                                 const char *name);
/* Real files that the program made itself, and those that are kept. One that is gone is neither
 * when it comes again. */
GHashTable *guardian_view_place_set_new (void);
gboolean guardian_view_place_has (GHashTable *set, dev_t dev, ino_t ino);
void guardian_view_place_note (GHashTable *set, dev_t dev, ino_t ino);
void guardian_view_place_gone (GuardianView *view, const struct stat *st);
/* As the kernel is told. */
void guardian_view_place_attributes (const GuardianView *view, struct stat *st);
/* Attributes of a node. FALSE with errno; ESTALE: its name leads to another object now, or to none.
 */
gboolean guardian_view_place_stat (GuardianView *view, const GuardianViewNode *node,
                                   struct stat *ret_st);
/* What name is in folder itself, of the person or (upper) of the program's own. FALSE with errno.
 */
gboolean guardian_view_place_stat_in (GuardianView *view, GuardianViewNode *folder,
                                      const char *name, gboolean upper, struct stat *ret_st);
/* A descriptor of a node, whoever has its name now: to be compared. -1 with errno. */
int guardian_view_place_open (GuardianView *view, const GuardianViewNode *node, int flags);

/* --- guardian-view-unkept.c: what goes with the private layer --- */

/* Counts the files of it that are new and meant to be found: neither copies of the person's files,
 * which are proposed, nor what programs keep for themselves (names with a dot, compiled Python).
 * The rest of end is the caller's. */
void guardian_view_unkept_count (const GuardianView *view, GuardianViewEnd *end);

/* --- guardian-view-upper.c: the private layer --- */

/* A real file becomes a private copy, with its content unless empty. 0 or an errno. */
int guardian_view_upper_copy (GuardianView *view, GuardianViewNode *node, gboolean empty);
/* Room for a file to grow from before to after. */
gboolean guardian_view_upper_grow (GuardianView *view, off_t before, off_t after);

/* --- guardian-view-propose.c --- */
GHashTable *guardian_view_propose_new (void);
/* name in parent has a private copy from now on. */
void guardian_view_propose_note (GuardianView *view, const GuardianViewNode *parent,
                                 const char *name);
/* node is opened for writing; NULL: it is no copy. Borrowed until the view ends. */
GuardianViewCopy *guardian_view_propose_opened (GuardianView *view, const GuardianViewNode *node);
void guardian_view_propose_written (GuardianViewCopy *copy);
void guardian_view_propose_closed (GuardianView *view, GuardianViewCopy *copy);
/* The copy was changed otherwise. */
void guardian_view_propose_replaced (GuardianView *view, const GuardianViewNode *parent,
                                     const char *name);

/* --- guardian-view-keep.c --- */
void guardian_view_keep_flush (GuardianView *view);
/* What a path said before is kept, by whomever. */
void guardian_view_keep_note (GuardianView *view, const GuardianViewNode *parent, const char *name);
/* The core is told how all that was kept for was left. */
void guardian_view_keep_tell (GuardianView *view);

/* --- guardian-view-handle.c --- */

/* Takes fd; NULL (and fd closed): there are too many. */
GuardianViewHandle *guardian_view_handle_new (GuardianView *view, int fd,
                                              const GuardianViewNode *node, const char *grant);
GuardianViewHandle *guardian_view_handle_of (const struct fuse_file_info *info);
void guardian_view_handle_free (GuardianView *view, GuardianViewHandle *handle);

/* --- guardian-view-folder.c --- */
void guardian_view_folder_read (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
                                struct fuse_file_info *info);
void guardian_view_folder_read_plus (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
                                     struct fuse_file_info *info);

/* --- guardian-view-fuse.c: the kernel's operations --- */
extern const struct fuse_lowlevel_ops guardian_view_fuse_operations;
