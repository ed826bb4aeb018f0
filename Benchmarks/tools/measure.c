/* Runs a program and writes down what it took: nanoseconds, peak memory in KiB, exit status.
 *
 *     measure FILE PROGRAM WORD...
 *
 * A small process of its own, since a child's peak memory begins with its parent's.
 */
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  pid_t pid;
  int status;
  struct rusage usage;
  long long start = now();
  if (posix_spawnp(&pid, argv[2], NULL, NULL, argv + 2, environ) != 0) return 127;
  while (wait4(pid, &status, 0, &usage) != pid) continue;
  long long end = now();
  FILE *file = fopen(argv[1], "w");
  if (file == NULL) return 2;
  int exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  fprintf(file, "%lld %ld %d\n", end - start, usage.ru_maxrss, exit_code);
  return fclose(file) == 0 ? 0 : 2;
}
