/* A cheap stand-in for a compiler, an archiver and a linker.
 *
 *     fakecc [-MF DEPFILE] -o OUTPUT INPUT...
 *
 * The output is a digest of the inputs and of what they include with #include "PATH", paths
 * from the working directory, one level deep; the depfile lists what was included.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char content[1 << 20];

/* Reads a whole file into `content`, which it ends with a NUL. */
static size_t load(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = file < 0 ? -1 : read(file, content, sizeof content - 1);
  if (size < 0) {
    perror(path);
    exit(1);
  }
  close(file);
  content[size] = '\0';
  return (size_t)size;
}

static uint64_t digest(uint64_t seed, size_t size) {
  for (size_t i = 0; i < size; i++) seed = (seed ^ (uint8_t)content[i]) * 0x100000001b3u;
  return seed;
}

static void store(const char *path, const char *text, size_t size) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0 || write(file, text, size) != (ssize_t)size) {
    perror(path);
    exit(1);
  }
  close(file);
}

int main(int argc, char **argv) {
  const char *depfile = NULL, *output = NULL;
  static char dependencies[1 << 16], includes[64][256];
  size_t length = 0;
  uint64_t hash = 0xcbf29ce484222325u;

  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "-MF") == 0) {
      depfile = argv[++i];
      continue;
    }
    if (strcmp(argv[i], "-o") == 0) {
      output = argv[++i];
      continue;
    }
    hash = digest(hash, load(argv[i]));
    if (depfile == NULL) continue;

    int count = 0;
    for (char *at = content; (at = strstr(at, "#include \"")) != NULL && count < 64; count++) {
      at += 10;
      snprintf(includes[count], sizeof *includes, "%.*s", (int)strcspn(at, "\"\n"), at);
    }
    length += (size_t)sprintf(dependencies + length, "%s: %s", output, argv[i]);
    for (int k = 0; k < count; k++) {
      hash = digest(hash, load(includes[k]));
      length += (size_t)sprintf(dependencies + length, " \\\n  %s", includes[k]);
    }
    length += (size_t)sprintf(dependencies + length, "\n");
  }
  if (output == NULL) {
    fputs("usage: fakecc [-MF DEPFILE] -o OUTPUT INPUT...\n", stderr);
    return 2;
  }
  char text[32];
  store(output, text, (size_t)sprintf(text, "%016llx\n", (unsigned long long)hash));
  if (depfile != NULL) store(depfile, dependencies, length);
  return 0;
}
