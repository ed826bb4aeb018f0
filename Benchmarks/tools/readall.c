/* The floor of 'all times are new': reads and hashes each file of a list, one path a line. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

int main(int argc, char **argv) {
  static char path[4096], content[1 << 20];
  XXH64_hash_t sum = 0;
  FILE *list = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (list == NULL) return 2;
  while (fgets(path, sizeof path, list) != NULL) {
    path[strcspn(path, "\n")] = '\0';
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size;
    if (file < 0) {
      perror(path);
      return 1;
    }
    while ((size = read(file, content, sizeof content)) > 0)
      sum ^= XXH3_128bits(content, (size_t)size).low64;
    close(file);
  }
  return sum == 0;
}
