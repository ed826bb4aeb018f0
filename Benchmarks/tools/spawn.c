/* The floor of running recipes: posix_spawn of one program COUNT times, SLOTS at once.
 *
 *     spawn COUNT SLOTS PROGRAM
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int count = atoi(argv[1]), slots = atoi(argv[2]), running = 0;
  char *arguments[] = {argv[3], NULL};
  while (count > 0 || running > 0) {
    if (count > 0 && running < slots) {
      pid_t pid;
      if (posix_spawn(&pid, argv[3], NULL, NULL, arguments, environ) != 0) return 1;
      count--, running++;
    } else if (wait(NULL) > 0) {
      running--;
    }
  }
  return 0;
}
