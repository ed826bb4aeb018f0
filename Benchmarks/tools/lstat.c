/* The floor of 'nothing to do': one lstat for each path of a list, one path a line. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int main(int argc, char **argv) {
  static char path[4096];
  struct stat status;
  FILE *list = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (list == NULL) return 2;
  while (fgets(path, sizeof path, list) != NULL) {
    path[strcspn(path, "\n")] = '\0';
    if (lstat(path, &status) != 0) {
      perror(path);
      return 1;
    }
  }
  return 0;
}
