// posix_spawn with a pidfd and a death signal: clone() with CLONE_VM and CLONE_VFORK, so that no
// page table is copied and the parent sleeps until exec (as in glibc's spawni.c).
#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK_SIZE = 64 * 1024 };

typedef struct {
  const csys_child *child;
  sigset_t all;
  pid_t parent;
  int error;
  int step;
} start;

static int become(int from, int to) {
  if (from < 0) return 0;
  // dup2 onto itself would keep close-on-exec.
  if (from == to) return fcntl(from, F_SETFD, 0);
  return dup2(from, to) < 0 ? -1 : 0;
}

// Exec makes handlers the default itself; what is ignored stays so. Asking for all 62 signals costs
// more than the rest of a start, so that is done once; those that a program may well begin to ignore
// later are reset each time.
static const int often_ignored[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD, SIGTSTP};
static _Atomic uint64_t ignored_at_first;
static _Atomic int is_known;

static void find_ignored_signals(void) {
  if (is_known) return;
  uint64_t found = 0;
  for (int signal = 1; signal < NSIG; signal++) {
    struct sigaction action;
    if (sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
      found |= UINT64_C(1) << (signal - 1);
    }
  }
  for (size_t i = 0; i < sizeof often_ignored / sizeof *often_ignored; i++) {
    found |= UINT64_C(1) << (often_ignored[i] - 1);
  }
  ignored_at_first = found;
  is_known = 1;
}

static void reset_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  for (uint64_t left = ignored_at_first; left; left &= left - 1) {
    sigaction(__builtin_ctzll(left) + 1, &action, NULL);
  }
}

// Comes back only when something failed, which is in `s` then.
static void become_child(start *s) {
  const csys_child *child = s->child;
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != s->parent) _exit(127);
  if (child->reset_affinity) {
    cpu_set_t all;
    memset(&all, 0xFF, sizeof all);
    sched_setaffinity(0, sizeof all, &all);
  }
  s->step = CSYS_STEP_DIRECTORY;
  if (child->directory && chdir(child->directory) != 0) goto failed;
  s->step = CSYS_STEP_DESCRIPTORS;
  if (become(child->input, 0) || become(child->output, 1) || become(child->error, 2)) goto failed;
  if (child->kept >= 0 && fcntl(child->kept, F_SETFD, 0) != 0) goto failed;
  reset_signals();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  s->step = CSYS_STEP_EXEC;
  execve(child->program, child->argv, child->envp);
failed:
  s->error = errno;
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CSYS_FORKS 1
#endif
#endif

#ifdef CSYS_FORKS
// The thread sanitizer cannot follow a child that shares its memory: a fork instead, which tells by a
// pipe what went wrong.
int csys_spawn(const csys_child *child, pid_t *pid, int *pidfd, int *step) {
  find_ignored_signals();
  start s = {.child = child, .parent = getpid(), .error = 0, .step = CSYS_STEP_CLONE};
  *step = CSYS_STEP_CLONE;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  pid_t made = fork();
  if (made == 0) {
    become_child(&s);
    if (write(ends[1], &s, sizeof s) < 0) _exit(127);
    _exit(127);
  }
  int fork_error = errno;
  close(ends[1]);
  ssize_t count = made < 0 ? 0 : read(ends[0], &s, sizeof s);
  close(ends[0]);
  if (made < 0) return fork_error;
  if (count == (ssize_t)sizeof s) {
    waitpid(made, NULL, 0);
    *step = s.step;
    return s.error;
  }
  *pidfd = (int)syscall(SYS_pidfd_open, made, 0);
  *pid = made;
  return *pidfd < 0 ? errno : 0;
}
#else
// Runs in the parent's memory, on a stack of its own, with all signals blocked.
static int run(void *argument) {
  become_child(argument);
  _exit(127);
}

int csys_spawn(const csys_child *child, pid_t *pid, int *pidfd, int *step) {
  // One stack for the calling thread: it sleeps while the child uses it.
  static __thread char *stack;
  if (!stack) {
    stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
      stack = NULL;
      *step = CSYS_STEP_CLONE;
      return errno;
    }
  }
  find_ignored_signals();
  start s = {.child = child, .parent = getpid(), .error = 0, .step = CSYS_STEP_CLONE};
  sigset_t before;
  sigfillset(&s.all);
  pthread_sigmask(SIG_BLOCK, &s.all, &before);
  *pidfd = -1;
  pid_t made = clone(run, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &s, pidfd);
  if (made < 0 && errno == EINVAL) {
    made = clone(run, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD, &s);
    if (made > 0 && !s.error) *pidfd = (int)syscall(SYS_pidfd_open, made, 0);
  }
  int clone_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  *step = s.step;
  if (made < 0) return clone_error;
  if (s.error) {
    waitpid(made, NULL, 0);
    if (*pidfd >= 0) close(*pidfd);
    return s.error;
  }
  *pid = made;
  return 0;
}
#endif
