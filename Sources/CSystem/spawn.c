// posix_spawn with a pidfd and a death signal: clone() with CLONE_VM, so that no page table is copied.
//
// The parent sleeps until exec (CLONE_VFORK, as in glibc's spawni.c) only if it is asked to. If it goes
// on, the child shares its memory and its errno meanwhile: the child writes to its stack and to two
// fields of its csys_child alone, and calls the system and no function of libc.
#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CSYS_FORKS 1
#endif
#endif

// MARK: The child

// The result, or -errno; errno itself is left alone where the machine is known.
static long call(long number, long a, long b, long c, long d) {
#if defined(__x86_64__)
  long result;
  register long fourth __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "0"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
#else
#define CSYS_ALWAYS_WAITS 1
  long result = syscall(number, a, b, c, d);
  return result < 0 ? -errno : result;
#endif
}

typedef struct {
  csys_child *child;
  pid_t parent;
} start;

static long become(int from, int to) {
  if (from < 0) return 0;
  // dup3 onto itself is an error, and dup2 would keep close-on-exec.
  if (from == to) return call(SYS_fcntl, from, F_SETFD, 0, 0);
  return call(SYS_dup3, from, to, 0, 0);
}

// Exec makes handlers the default itself; what is ignored stays so. Asking for all 62 signals costs
// more than the rest of a start, so that is done once; those that a program may well begin to ignore
// later are reset each time.
static const int often_ignored[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD,
                                    SIGTSTP, SIGTTIN, SIGTTOU};
// What a person or a terminal sends, and whoever started this program has said to ignore (nohup, `&` of a
// shell without job control): for children it holds as well. This program never begins to ignore them.
static const int meant_for_all[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
static _Atomic uint64_t ignored_at_first;

static void reset_signals(void) {
  // The kernel's own struct, on every machine: zero is SIG_DFL without flags.
  static const uint64_t action[4];
  for (uint64_t left = ignored_at_first; left; left &= left - 1) {
    call(SYS_rt_sigaction, __builtin_ctzll(left) + 1, (long)action, 0, sizeof(uint64_t));
  }
}

// Comes back only when something failed, which is in the csys_child then.
static void become_child(const start *s) {
  static const uint64_t none, all[16] = {~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL,
                                         ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL};
  csys_child *child = s->child;
  long failure;
  call(SYS_setpgid, 0, 0, 0, 0);
  call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
  if (call(SYS_getppid, 0, 0, 0, 0) != s->parent) call(SYS_exit_group, 127, 0, 0, 0);
  if (child->reset_affinity) call(SYS_sched_setaffinity, 0, sizeof all, (long)all, 0);
  child->step = CSYS_STEP_DIRECTORY;
  if (child->directory && (failure = call(SYS_chdir, (long)child->directory, 0, 0, 0)) < 0) goto failed;
  child->step = CSYS_STEP_DESCRIPTORS;
  if ((failure = become(child->input, 0)) < 0) goto failed;
  if ((failure = become(child->output, 1)) < 0) goto failed;
  if ((failure = become(child->error, 2)) < 0) goto failed;
  if (child->kept >= 0 && (failure = call(SYS_fcntl, child->kept, F_SETFD, 0, 0)) < 0) goto failed;
  reset_signals();
  call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof none);
  child->step = CSYS_STEP_EXEC;
  failure = call(SYS_execve, (long)child->program, (long)child->argv, (long)child->envp, 0);
failed:
  child->failure = (int)-failure;
}

// MARK: The parent

#ifndef CSYS_FORKS
static _Atomic int must_wait;
#endif

static void learn_once(void) {
  static _Atomic int is_known;
  if (is_known) return;
  uint64_t found = 0;
  for (int signal = 1; signal < NSIG; signal++) {
    struct sigaction action;
    if (sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
      found |= UINT64_C(1) << (signal - 1);
    }
  }
  // Children that nobody hears of end without a status.
  if (found & UINT64_C(1) << (SIGCHLD - 1)) signal(SIGCHLD, SIG_DFL);
  uint64_t kept = 0;
  for (size_t i = 0; i < sizeof meant_for_all / sizeof *meant_for_all; i++) {
    kept |= found & UINT64_C(1) << (meant_for_all[i] - 1);
  }
  for (size_t i = 0; i < sizeof often_ignored / sizeof *often_ignored; i++) {
    found |= UINT64_C(1) << (often_ignored[i] - 1);
  }
  ignored_at_first = found & ~kept;
#ifndef CSYS_FORKS
#ifdef CSYS_ALWAYS_WAITS
  must_wait = 1;
#else
  // Valgrind makes a fork of a child whose parent sleeps, and gives up at one whose parent does not.
  const char *preloaded = getenv("LD_PRELOAD");
  must_wait = preloaded && strstr(preloaded, "vgpreload");
#endif
#endif
  is_known = 1;
}

#ifdef CSYS_FORKS
// The thread sanitizer cannot follow a child that shares its memory: a fork instead, which tells by a
// pipe what went wrong.
int csys_spawn(csys_child *child, pid_t *pid, int *pidfd) {
  learn_once();
  start s = {.child = child, .parent = getpid()};
  child->failure = 0;
  child->step = CSYS_STEP_CLONE;
  child->is_over = 1;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  pid_t made = fork();
  if (made == 0) {
    become_child(&s);
    if (write(ends[1], child, sizeof *child) < 0) _exit(127);
    _exit(127);
  }
  int fork_error = errno;
  close(ends[1]);
  csys_child told;
  ssize_t count = made < 0 ? 0 : read(ends[0], &told, sizeof told);
  close(ends[0]);
  if (made < 0) return fork_error;
  if (count == (ssize_t)sizeof told) {
    waitpid(made, NULL, 0);
    child->step = told.step;
    return told.failure;
  }
  *pidfd = (int)syscall(SYS_pidfd_open, made, 0);
  *pid = made;
  return *pidfd < 0 ? errno : 0;
}
#else
// Runs in the parent's memory, on a stack of its own, with all signals blocked.
static int run(void *argument) {
  become_child(argument);
  call(SYS_exit_group, 127, 0, 0, 0);
  return 127;
}

int csys_spawn(csys_child *child, pid_t *pid, int *pidfd) {
  learn_once();
  int waits = child->waits || must_wait;
  child->failure = 0;
  child->step = CSYS_STEP_CLONE;
  // At the far end of the stack, which the child does not reach.
  start *s = (start *)child->stack;
  *s = (start){.child = child, .parent = getpid()};
  char *top = child->stack + child->stack_size;
  int flags = CLONE_VM | SIGCHLD | (waits ? CLONE_VFORK : 0);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  *pidfd = -1;
  pid_t made = clone(run, top, flags | CLONE_PIDFD, s, pidfd);
  if (made < 0 && errno == EINVAL) {
    made = clone(run, top, flags, s);
    if (made > 0) *pidfd = (int)syscall(SYS_pidfd_open, made, 0);
  }
  int clone_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  child->is_over = waits || made < 0;
  if (made < 0) return clone_error;
  if (waits && child->failure) {
    waitpid(made, NULL, 0);
    if (*pidfd >= 0) close(*pidfd);
    return child->failure;
  }
  // The child does so too: whoever is first, its group is there when this returns.
  if (!waits) setpgid(made, made);
  *pid = made;
  return 0;
}
#endif
