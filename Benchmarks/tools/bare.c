/* The least that a program can do when it is asked for its version. */
#include <stdio.h>

int main(void) {
  puts("bare 1.0");
  return 0;
}
