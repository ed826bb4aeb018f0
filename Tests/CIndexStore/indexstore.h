// The part of LLVM's index store interface that the tests ask: types only, since the library of the toolchain is
// opened at run time.
#ifndef SCHED_INDEXSTORE_H
#define SCHED_INDEXSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *data;
  size_t length;
} indexstore_string;

typedef void *(*indexstore_create)(const char *path, void **error);
typedef bool (*indexstore_each_unit)(
    void *store, unsigned sorted, void *context, bool (*body)(void *, indexstore_string));
typedef void *(*indexstore_open)(void *store, const char *name, void **error);
typedef void (*indexstore_dispose)(void *reader);
typedef bool (*indexstore_each)(void *of, void *context, bool (*body)(void *, void *));
typedef indexstore_string (*indexstore_text)(void *of);
typedef int (*indexstore_kind)(void *of);
typedef uint64_t (*indexstore_roles)(void *of);
typedef void *(*indexstore_symbol)(void *of);
typedef void (*indexstore_place)(void *occurrence, unsigned *line, unsigned *column);

#endif
