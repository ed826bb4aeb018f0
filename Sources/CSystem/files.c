// Calls on files that Swift's Glibc does not export.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "csystem.h"

int csys_rename_to_new(const char *from, const char *to) {
  // By its number: musl and older glibc have no function for it.
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1u /* RENAME_NOREPLACE */);
}

int csys_is_mount_point(const char *path) {
  struct statx info;
  const unsigned long long mount_root = 0x2000;  // STATX_ATTR_MOUNT_ROOT, Linux 5.8
  if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &info) != 0) return -1;
  if (!(info.stx_attributes_mask & mount_root)) return -1;
  return (info.stx_attributes & mount_root) != 0;
}
