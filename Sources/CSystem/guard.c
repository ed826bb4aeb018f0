// A process that outlives this one to clean up after it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "csystem.h"

pid_t csys_fork_guard(int *descriptor) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  pid_t child = fork();
  if (child < 0) {
    close(ends[0]);
    close(ends[1]);
    return -1;
  }
  if (child > 0) {
    close(ends[0]);
    // What the guard does not read in time is not worth waiting for.
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    *descriptor = ends[1];
    return child;
  }
  // A session of its own: signals to the parent's group, and the launcher's, do not reach it. It
  // keeps none of the parent's files open: a launcher waits until its ranks' output is closed.
  setsid();
  int nothing = open("/dev/null", O_RDWR);
  for (int i = 0; i < 3; i++) dup2(nothing, i);
  dup2(ends[0], 3);
  close_range(4, ~0U, 0);
  fcntl(3, F_SETFL, O_NONBLOCK);
  signal(SIGPIPE, SIG_IGN);
  *descriptor = 3;
  return 0;
}
