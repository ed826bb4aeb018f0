// What Swift's Glibc does not export: clone with a pidfd, epoll, signalfd and friends.
#pragma once

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/// What a child is to be, and what went wrong on its way. It reads this, all that it points to and its
/// stack until it is another program or has ended: `is_over` tells that it does not any more.
typedef struct {
  const char *program;
  char *const *argv;
  char *const *envp;
  /// Where it runs; NULL: where the parent does.
  const char *directory;
  /// What becomes its standard input, output and error; -1: the parent's own.
  int input, output, error;
  /// A descriptor that stays open under its own number; -1: none.
  int kept;
  /// Nonzero: lets it run on all processors that the machine allows.
  int reset_affinity;
  /// Nonzero: csys_spawn returns when it is another program, or its error. Otherwise at once, and
  /// `failure` is good when the child has ended.
  int waits;
  char *stack;
  size_t stack_size;
  /// The errno of `step`, written by the child; 0: nothing failed.
  volatile int failure;
  volatile int step;
  /// Set by csys_spawn if it waited or failed; otherwise whoever reaps the child sets it.
  int is_over;
} csys_child;

/// The step of a child's preparation that failed.
enum { CSYS_STEP_CLONE = 0, CSYS_STEP_DIRECTORY = 1, CSYS_STEP_DESCRIPTORS = 2, CSYS_STEP_EXEC = 3 };

/// Starts a child in a process group of its own that dies with the calling thread. Returns 0, or
/// the errno of `child->step`. `*pidfd` is close-on-exec.
int csys_spawn(csys_child *child, pid_t *pid, int *pidfd);

int csys_epoll_create(void);
int csys_epoll_add(int epoll, int descriptor, uint64_t tag);
/// Tells of the descriptor once: then no more of it, until it is added so again.
int csys_epoll_add_once(int epoll, int descriptor, uint64_t tag);
int csys_epoll_remove(int epoll, int descriptor);
/// Waits for at most `capacity` events; writes their tags. -1 and errno on failure.
int csys_epoll_wait(int epoll, uint64_t *tags, int capacity, int64_t timeout_ns);
int csys_pipe(int descriptors[2]);
int csys_eventfd(void);
int csys_signalfd(const sigset_t *set);
/// What a signalfd tells of from now on: 0, or -1 and errno.
int csys_signalfd_change(int descriptor, const sigset_t *set);
/// Whether this process ignores the signal.
int csys_is_ignored(int signal);
/// The number of the next signal, or 0 if there is none.
int csys_read_signal(int descriptor);
/// The signal that asks this process to stop, if one waits in a thread that blocks it or was read before;
/// 0: none.
int csys_stop_signal(void);
/// The same without asking the system.
int csys_stop_signal_seen(void);
/// A signal was read; others than those that ask to stop are no matter.
void csys_note_stop_signal(int number);
/// As if this one had been read, unless another was.
void csys_ask_to_stop(int number);
/// From now on such a signal ends the process with the status 128 + its number where it is not blocked;
/// not one that is ignored.
void csys_exit_on_stop_signals(void);
/// The process group that is ended with it; 0: none.
void csys_also_end(int group);
/// Reaps a child by pidfd: 0, and what became of it; 1 if it still runs; or -1 and errno.
int csys_reap(int pidfd, pid_t pid, int *exited, int *status, struct rusage *usage);
/// The signal that has stopped a child since this was asked last; 0: none has.
int csys_take_stop(int pidfd, pid_t pid);
/// The number of processors this thread may run on; 0 if the system does not tell.
int csys_affinity_count(void);
/// The processors that a process (0: this thread) may run on, a bit each: the number of bytes
/// written, or -1 and errno.
long csys_affinity(pid_t process, unsigned char *mask, long size);
/// Sets those of this thread: 0, or -1 and errno.
int csys_set_affinity(const unsigned char *mask, long size);
/// How many descriptors this process may have, and processes this user; -1: without limit.
int64_t csys_most_descriptors(void);
int64_t csys_most_processes(void);
/// Finds this user's processes, but this one, whose environment holds each entry of `all` (NAME=VALUE) and, unless
/// there are none, one of `any`; null pointers end the lists. Returns how many there are, and writes as many of their
/// ids as there is room for. Those that come and go meanwhile are passed over.
int csys_find_processes(const char *const *all, const char *const *any, pid_t *found, int capacity);
/// Sets how late the system may wake this thread, in nanoseconds.
void csys_set_timer_slack(int64_t nanoseconds);
/// Forks a process that shares nothing with this one but a pipe. Only while there is one thread.
/// In the parent: its id, and the writing end; in the child: 0, and the reading end; or -1.
pid_t csys_fork_guard(int *descriptor);
/// Renames, and fails with EEXIST where there is something. EINVAL or ENOSYS: the file system cannot.
int csys_rename_to_new(const char *from, const char *to);
/// Whether something is mounted there; -1: the system does not tell.
int csys_is_mount_point(const char *path);
