// A look through /proc, in C: it comes at moments when a recipe is being ended and somebody waits.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csystem.h"

typedef struct {
  char *bytes;
  size_t size, room;
} text;

// Reads a whole file of /proc, with a zero before it. Returns whether there is something.
static int read_whole(const char *path, text *into) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  into->size = 1;
  ssize_t count;
  do {
    if (into->room < into->size + 4096) {
      size_t room = into->room * 2 + 65536;
      char *bytes = realloc(into->bytes, room);
      if (!bytes) break;
      into->bytes = bytes;
      into->room = room;
      bytes[0] = 0;
    }
    count = read(file, into->bytes + into->size, into->room - into->size);
    if (count > 0) into->size += (size_t)count;
  } while (count > 0);
  close(file);
  return into->size > 1;
}

static int holds(const text *environment, const char *entry) {
  size_t length = strlen(entry);
  const char *at = environment->bytes, *end = environment->bytes + environment->size;
  while ((at = memmem(at, (size_t)(end - at), entry, length))) {
    // The last one may be cut off.
    if (at[-1] == 0 && (at + length == end || at[length] == 0)) return 1;
    at += length;
  }
  return 0;
}

static int fits(const text *environment, const char *const *all, const char *const *any) {
  for (; *all; all++) {
    if (!holds(environment, *all)) return 0;
  }
  if (!*any) return 1;
  for (; *any; any++) {
    if (holds(environment, *any)) return 1;
  }
  return 0;
}

int csys_find_processes(const char *const *all, const char *const *any, pid_t *found, int capacity) {
  DIR *directory = opendir("/proc");
  if (!directory) return 0;
  text environment = {0};
  int count = 0;
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    pid_t id = (pid_t)strtol(entry->d_name, NULL, 10);
    if (id <= 0 || id == getpid()) continue;
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%d", id);
    if (stat(path, &status) != 0 || status.st_uid != geteuid()) continue;
    snprintf(path, sizeof path, "/proc/%d/environ", id);
    if (!read_whole(path, &environment) || !fits(&environment, all, any)) continue;
    if (count < capacity) found[count] = id;
    count++;
  }
  closedir(directory);
  free(environment.bytes);
  return count;
}
