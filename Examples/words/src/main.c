/* words: prints the most frequent words of a text.
 *
 *     words LIMIT FILE...
 *     words --version
 */
#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "version.h"

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    puts("words " REVISION);
    return 0;
  }
  if (argc < 3) {
    fputs("usage: words LIMIT FILE...\n", stderr);
    return 2;
  }
  struct words words = {0};
  for (int i = 2; i < argc; i++) {
    FILE *stream = fopen(argv[i], "r");
    if (stream == NULL) {
      perror(argv[i]);
      return 1;
    }
    words_read(&words, stream);
    fclose(stream);
  }
  words_report(&words, strtoul(argv[1], NULL, 10), stdout);
  words_free(&words);
  return 0;
}
