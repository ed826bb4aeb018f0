// Signals that ask the process to stop: seen by whoever works for long, and an end by themselves where
// nobody looks.
#define _GNU_SOURCE
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "csystem.h"

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};
static atomic_int seen;
static atomic_int group;

int csys_stop_signal_seen(void) { return atomic_load_explicit(&seen, memory_order_relaxed); }

void csys_note_stop_signal(int number) {
  for (int i = 0; i < 3; i++) {
    if (stop_signals[i] == number) atomic_store_explicit(&seen, number, memory_order_relaxed);
  }
}

void csys_ask_to_stop(int number) {
  int none = 0;
  atomic_compare_exchange_strong(&seen, &none, number);
}

int csys_stop_signal(void) {
  int number = csys_stop_signal_seen();
  if (number != 0) return number;
  sigset_t set;
  // Those that are blocked and wait, for this thread or for any.
  if (sigpending(&set) != 0) return 0;
  for (int i = 0; i < 3; i++) {
    if (sigismember(&set, stop_signals[i]) == 1) {
      csys_note_stop_signal(stop_signals[i]);
      return stop_signals[i];
    }
  }
  return 0;
}

void csys_also_end(int number) { atomic_store(&group, number); }

static void end(int number) {
  int also = atomic_load(&group);
  if (also > 0) {
    kill(-also, SIGTERM);
    // What would not go on TERM has no parent to see to it.
    struct timespec pause = {0, 100000000};
    nanosleep(&pause, NULL);
    kill(-also, SIGKILL);
  }
  static const char text[] = "sched: interrupted\n";
  (void)!write(2, text, sizeof text - 1);
  _exit(128 + number);
}

void csys_exit_on_stop_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = end;
  sigfillset(&action.sa_mask);
  for (int i = 0; i < 3; i++) {
    struct sigaction before;
    if (sigaction(stop_signals[i], NULL, &before) != 0 || before.sa_handler == SIG_IGN) continue;
    sigaction(stop_signals[i], &action, NULL);
  }
}
