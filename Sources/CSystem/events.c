// Thin doors to epoll, eventfd, signalfd, pipe2 and waitid on a pidfd.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "csystem.h"

int csys_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int csys_epoll_add(int epoll, int descriptor, uint64_t tag) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

int csys_epoll_add_once(int epoll, int descriptor, uint64_t tag) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = tag};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0) return 0;
  return errno == EEXIST ? epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) : -1;
}

int csys_epoll_remove(int epoll, int descriptor) {
  struct epoll_event event = {0};
  return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}

int csys_epoll_wait(int epoll, uint64_t *tags, int capacity, int64_t timeout_ns) {
  struct epoll_event events[64];
  if (capacity > 64) capacity = 64;
  int count;
#ifdef SYS_epoll_pwait2
  struct timespec time = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
  count = (int)syscall(SYS_epoll_pwait2, epoll, events, capacity, timeout_ns < 0 ? NULL : &time, NULL, 0);
  if (count < 0 && errno == ENOSYS)
#endif
    count = epoll_wait(epoll, events, capacity, timeout_ns < 0 ? -1 : timeout_ns / 1000000 >= 0x7ffffffe ? 0x7fffffff : (int)(timeout_ns / 1000000) + (timeout_ns % 1000000 != 0));
  for (int i = 0; i < count; i++) tags[i] = events[i].data.u64;
  return count;
}

int csys_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }
int csys_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int csys_signalfd(const sigset_t *set) { return signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK); }

int csys_signalfd_change(int descriptor, const sigset_t *set) {
  return signalfd(descriptor, set, SFD_CLOEXEC | SFD_NONBLOCK) < 0 ? -1 : 0;
}

int csys_is_ignored(int signal) {
  struct sigaction action;
  return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int csys_read_signal(int descriptor) {
  struct signalfd_siginfo info;
  return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int csys_reap(int pidfd, pid_t pid, int *exited, int *status, struct rusage *usage) {
  siginfo_t info = {0};
  // P_PIDFD is 3; glibc 2.36 has it, older headers do not. The raw call gives the usage too.
  long result = pidfd >= 0
    ? syscall(SYS_waitid, 3, pidfd, &info, WEXITED | WNOHANG, usage)
    : syscall(SYS_waitid, P_PID, pid, &info, WEXITED | WNOHANG, usage);
  if (result < 0) return -1;
  if (info.si_pid == 0) return 1;
  *exited = info.si_code == CLD_EXITED;
  *status = info.si_status;
  return 0;
}

int csys_take_stop(int pidfd, pid_t pid) {
  siginfo_t info = {0};
  long result = pidfd >= 0 ? syscall(SYS_waitid, 3, pidfd, &info, WSTOPPED | WNOHANG, NULL)
                           : syscall(SYS_waitid, P_PID, pid, &info, WSTOPPED | WNOHANG, NULL);
  return result < 0 || info.si_pid == 0 ? 0 : info.si_status;
}

int csys_affinity_count(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

static int64_t limit(int resource) {
  struct rlimit found;
  return getrlimit(resource, &found) != 0 || found.rlim_cur > INT64_MAX ? -1 : (int64_t)found.rlim_cur;
}

int64_t csys_most_descriptors(void) { return limit(RLIMIT_NOFILE); }
int64_t csys_most_processes(void) { return limit(RLIMIT_NPROC); }

void csys_set_timer_slack(int64_t nanoseconds) {
  prctl(PR_SET_TIMERSLACK, (unsigned long)nanoseconds, 0, 0, 0);
}

// The system's own calls and not glibc's, which wants whole words of a fixed set.
long csys_affinity(pid_t process, unsigned char *mask, long size) {
  return syscall(SYS_sched_getaffinity, process, (unsigned long)size, mask);
}

int csys_set_affinity(const unsigned char *mask, long size) {
  return (int)syscall(SYS_sched_setaffinity, 0, (unsigned long)size, mask);
}
