/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define FUSE_USE_VERSION 35

#include "fault-disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 5000

struct _FaultDisk {
  pid_t pid;
  char *mount;
  FaultPlan *plan;
};

typedef struct {
  int folder;
  FaultPlan *plan;
} Server;

static Server *
server (void)
{
  return fuse_get_context ()->private_data;
}

/* 0, or the negative errno that this call is to give. */
static int
fault (FaultOperation operation)
{
  FaultPlan *plan = server ()->plan;
  if (g_atomic_int_get (&plan->operation) != (gint) operation)
    return 0;
  if (g_atomic_int_add (&plan->skip, -1) > 0 || g_atomic_int_add (&plan->times, -1) <= 0)
    return 0;
  g_atomic_int_inc (&plan->hits);
  int number = g_atomic_int_get (&plan->number);
  if (number != 0)
    return -number;
  g_atomic_int_inc (&plan->hangs);
  while (!g_atomic_int_get (&plan->release))
    g_usleep (1000);
  (void) g_atomic_int_dec_and_test (&plan->hangs);
  return 0;
}

/* Below the folder; "." for the root. */
static const char *
below (const char *path)
{
  return path[1] != '\0' ? path + 1 : ".";
}

static int
result (int value)
{
  return value < 0 ? -errno : 0;
}

static int
disk_getattr (const char *path, struct stat *st, struct fuse_file_info *info)
{
  return result (fstatat (server ()->folder, below (path), st, AT_SYMLINK_NOFOLLOW));
}

static int
disk_readdir (const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset,
              struct fuse_file_info *info, enum fuse_readdir_flags flags)
{
  int fd = openat (server ()->folder, below (path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  if (dir == NULL)
    return -errno;
  for (struct dirent *entry = readdir (dir); entry != NULL; entry = readdir (dir))
    fill (buffer, entry->d_name, NULL, 0, 0);
  closedir (dir);
  return 0;
}

static int
disk_open (const char *path, struct fuse_file_info *info)
{
  int fd = openat (server ()->folder, below (path), info->flags | O_CLOEXEC);
  info->fh = fd;
  return result (fd);
}

static int
disk_create (const char *path, mode_t mode, struct fuse_file_info *info)
{
  int failed = fault (FAULT_CREATE);
  if (failed != 0)
    return failed;
  int fd = openat (server ()->folder, below (path), info->flags | O_CREAT | O_CLOEXEC, mode);
  info->fh = fd;
  return result (fd);
}

static int
disk_read (const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *info)
{
  gssize got = pread (info->fh, buffer, size, offset);
  return got < 0 ? -errno : got;
}

static int
disk_write (const char *path, const char *buffer, size_t size, off_t offset,
            struct fuse_file_info *info)
{
  int failed = fault (FAULT_WRITE);
  gssize put = failed == 0 ? pwrite (info->fh, buffer, size, offset) : 0;
  return failed != 0 ? failed : put < 0 ? -errno : put;
}

static int
disk_release (const char *path, struct fuse_file_info *info)
{
  close (info->fh);
  return 0;
}

static int
disk_fsync (const char *path, int data, struct fuse_file_info *info)
{
  int failed = fault (FAULT_FSYNC);
  return failed != 0 ? failed : result (fsync (info->fh));
}

static int
disk_fsyncdir (const char *path, int data, struct fuse_file_info *info)
{
  return fault (FAULT_FSYNC);
}

static int
disk_rename (const char *path, const char *to, unsigned flags)
{
  int failed = fault (FAULT_RENAME);
  if ((flags & RENAME_EXCHANGE) != 0)
    return -EINVAL;
  return failed != 0 ? failed
                     : result (renameat2 (server ()->folder, below (path), server ()->folder,
                                          below (to), flags));
}

static int
disk_unlink (const char *path)
{
  int failed = fault (FAULT_UNLINK);
  return failed != 0 ? failed : result (unlinkat (server ()->folder, below (path), 0));
}

static int
disk_rmdir (const char *path)
{
  return result (unlinkat (server ()->folder, below (path), AT_REMOVEDIR));
}

static int
disk_mkdir (const char *path, mode_t mode)
{
  int failed = fault (FAULT_MKDIR);
  return failed != 0 ? failed : result (mkdirat (server ()->folder, below (path), mode));
}

static int
disk_link (const char *path, const char *to)
{
  return result (linkat (server ()->folder, below (path), server ()->folder, below (to), 0));
}

static int
disk_chmod (const char *path, mode_t mode, struct fuse_file_info *info)
{
  int failed = fault (FAULT_CHMOD);
  return failed != 0 ? failed : result (fchmodat (server ()->folder, below (path), mode, 0));
}

static int
disk_truncate (const char *path, off_t size, struct fuse_file_info *info)
{
  if (info != NULL)
    return result (ftruncate (info->fh, size));
  int fd = openat (server ()->folder, below (path), O_WRONLY | O_CLOEXEC);
  int answer = result (fd < 0 ? fd : ftruncate (fd, size));
  if (fd >= 0)
    close (fd);
  return answer;
}

static int
disk_utimens (const char *path, const struct timespec times[2], struct fuse_file_info *info)
{
  return result (utimensat (server ()->folder, below (path), times, AT_SYMLINK_NOFOLLOW));
}

/* Nothing is remembered: what somebody does to the folder behind it is seen at once. */
static void *
disk_init (struct fuse_conn_info *connection, struct fuse_config *config)
{
  config->use_ino = 1;
  config->attr_timeout = 0;
  config->entry_timeout = 0;
  config->negative_timeout = 0;
  config->direct_io = 1;
  config->hard_remove = 1;
  return fuse_get_context ()->private_data;
}

static const struct fuse_operations operations = {
  .init = disk_init,
  .getattr = disk_getattr,
  .readdir = disk_readdir,
  .open = disk_open,
  .create = disk_create,
  .read = disk_read,
  .write = disk_write,
  .release = disk_release,
  .fsync = disk_fsync,
  .fsyncdir = disk_fsyncdir,
  .rename = disk_rename,
  .unlink = disk_unlink,
  .rmdir = disk_rmdir,
  .mkdir = disk_mkdir,
  .link = disk_link,
  .chmod = disk_chmod,
  .truncate = disk_truncate,
  .utimens = disk_utimens,
};

static void
serve (const char *folder, const char *mount, FaultPlan *plan)
{
  struct fuse_args args = FUSE_ARGS_INIT (0, NULL);
  Server own = { open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC), plan };
  struct fuse_loop_config config = { .clone_fd = 0, .max_idle_threads = 4 };
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  umask (0);
  fuse_opt_add_arg (&args, "fault-disk");
  fuse_opt_add_arg (&args, "-odefault_permissions,fsname=fault-disk");
  struct fuse *fuse = fuse_new (&args, &operations, sizeof operations, &own);
  if (own.folder < 0 || fuse == NULL || fuse_mount (fuse, mount) != 0)
    _exit (EXIT_FAILURE);
  fuse_loop_mt (fuse, &config);
  _exit (EXIT_SUCCESS);
}

static gboolean
is_mounted (const char *folder, const char *mount)
{
  struct stat a, b;
  return stat (folder, &a) == 0 && stat (mount, &b) == 0 && a.st_dev != b.st_dev
         && a.st_ino == b.st_ino;
}

FaultDisk *
fault_disk_new (const char *folder, const char *mount)
{
  FaultDisk *disk = g_new0 (FaultDisk, 1);
  disk->mount = g_strdup (mount);
  disk->plan
      = mmap (NULL, sizeof *disk->plan, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  disk->pid = fork ();
  if (disk->pid == 0)
    serve (folder, mount, disk->plan);
  for (guint waited = 0; waited < PATIENCE_MS; waited += 5)
    {
      if (is_mounted (folder, mount))
        return disk;
      if (waitpid (disk->pid, NULL, WNOHANG) == disk->pid)
        break;
      g_usleep (5000);
    }
  disk->pid = -1;
  fault_disk_free (disk);
  return NULL;
}

void
fault_disk_free (FaultDisk *disk)
{
  if (disk->pid > 0)
    {
      g_atomic_int_set (&disk->plan->release, TRUE);
      (void) umount2 (disk->mount, MNT_DETACH);
      kill (disk->pid, SIGKILL);
      (void) waitpid (disk->pid, NULL, 0);
    }
  munmap (disk->plan, sizeof *disk->plan);
  g_free (disk->mount);
  g_free (disk);
}

FaultPlan *
fault_disk_plan (FaultDisk *disk)
{
  return disk->plan;
}

void
fault_disk_set (FaultDisk *disk, FaultOperation operation, int number, int skip, int times)
{
  FaultPlan *plan = disk->plan;
  g_atomic_int_set (&plan->operation, FAULT_NONE);
  g_atomic_int_set (&plan->number, number);
  g_atomic_int_set (&plan->skip, skip);
  g_atomic_int_set (&plan->times, times);
  g_atomic_int_set (&plan->hits, 0);
  g_atomic_int_set (&plan->release, FALSE);
  g_atomic_int_set (&plan->operation, operation);
}
