#pragma once
// MPI's constants are macros, and its handles pointers in one MPI and numbers in another: Swift sees
// neither. Here they are functions and structures. Each function that can fail returns 0 or the
// error code of MPI; none of them blocks but cmpi_start and cmpi_finish.
#include <dlfcn.h>
#include <mpi.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

typedef struct {
  MPI_Comm handle;
} cmpi_communicator;

typedef struct {
  MPI_Request handle;
} cmpi_request;

/// Initialises MPI for calls from one thread at a time, and says whether they may come from any
/// thread or only from this one.
static inline int cmpi_start(int *any_thread) {
  int provided = 0;
  int error = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  if (error != MPI_SUCCESS) return error;
  *any_thread = provided >= MPI_THREAD_SERIALIZED;
  return provided >= MPI_THREAD_FUNNELED ? 0 : MPI_ERR_OTHER;
}

static inline int cmpi_is_started(void) {
  int yes = 0;
  MPI_Initialized(&yes);
  return yes;
}

static inline int cmpi_is_finished(void) {
  int yes = 0;
  MPI_Finalized(&yes);
  return yes;
}

/// What MPI says it is, on one line or more; may be asked before it is started. `text` holds at least
/// cmpi_library_capacity() bytes.
static inline int cmpi_library_capacity(void) { return MPI_MAX_LIBRARY_VERSION_STRING; }
static inline void cmpi_library(char *text) {
  int length = 0;
  if (MPI_Get_library_version(text, &length) != MPI_SUCCESS) length = 0;
  text[length] = 0;
}

/// Whether each look for messages that finds none gives the processor away, as Open MPI's ranks do
/// where there are more of them than processors: right for a rank that waits in MPI itself, and a
/// delay of up to a time slice for one that sleeps between looks. Returns what was so before. Other
/// MPIs have no such switch.
static inline bool cmpi_set_yielding(bool yields) {
  // NULL: among all that is loaded.
  bool (*set)(bool) = (bool (*)(bool))dlsym(NULL, "opal_progress_set_yield_when_idle");
  return set ? set(yields) : false;
}

/// Lets the small messages of MPI's connections to the launcher go out at once. Left to itself, the
/// last one of a rank waits for the delayed acknowledgement of the one before: 40 ms of each end.
/// MPI does not say which these are: it is set for each TCP connection that the process has when MPI
/// has started, which are MPI's unless some were inherited, and does those no harm.
static inline void cmpi_send_without_delay(void) {
  int yes = 1, type = 0;
  for (int descriptor = 3; descriptor < 256; descriptor++) {
    socklen_t size = sizeof type;
    if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0) continue;
    // Where it is no TCP, nothing is set.
    if (type == SOCK_STREAM) setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
}

/// Waits for all ranks.
static inline int cmpi_finish(void) { return MPI_Finalize(); }

/// Ends all ranks; does not return.
static inline void cmpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

/// A communicator of all ranks that nobody else sends on, and whose errors are returned. Collective.
static inline int cmpi_own_world(cmpi_communicator *communicator) {
  int error = MPI_Comm_dup(MPI_COMM_WORLD, &communicator->handle);
  if (error != MPI_SUCCESS) return error;
  return MPI_Comm_set_errhandler(communicator->handle, MPI_ERRORS_RETURN);
}

static inline int cmpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static inline int cmpi_size(void) {
  int size = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

/// Begins to send; the bytes must stay until cmpi_test says that the request is done.
static inline int cmpi_send(cmpi_communicator to, const void *bytes, int count, int rank,
                            cmpi_request *request) {
  return MPI_Isend(bytes, count, MPI_BYTE, rank, 0, to.handle, &request->handle);
}

/// Whether a message from any rank is there: its source and its size.
static inline int cmpi_probe(cmpi_communicator from, int *is_there, int *source, int *count) {
  MPI_Status status;
  int error = MPI_Iprobe(MPI_ANY_SOURCE, 0, from.handle, is_there, &status);
  if (error != MPI_SUCCESS || !*is_there) return error;
  *source = status.MPI_SOURCE;
  return MPI_Get_count(&status, MPI_BYTE, count);
}

/// Begins to receive the message that was probed.
static inline int cmpi_receive(cmpi_communicator from, void *bytes, int count, int rank,
                               cmpi_request *request) {
  return MPI_Irecv(bytes, count, MPI_BYTE, rank, 0, from.handle, &request->handle);
}

/// Whether a request is done; it is released then.
static inline int cmpi_test(cmpi_request *request, int *is_done) {
  return MPI_Test(&request->handle, is_done, MPI_STATUS_IGNORE);
}

/// What MPI says of an error code; `text` holds at least cmpi_text_capacity() bytes.
static inline int cmpi_text_capacity(void) { return MPI_MAX_ERROR_STRING; }
static inline void cmpi_error_text(int error, char *text) {
  int length = 0;
  if (MPI_Error_string(error, text, &length) != MPI_SUCCESS) length = 0;
  text[length] = 0;
}
