#include "words.h"

#include <stdlib.h>
#include <string.h>

static int by_count(const void *left, const void *right) {
  const struct word *a = left, *b = right;
  if (a->count != b->count) return a->count < b->count ? 1 : -1;
  return strcmp(a->text, b->text);
}

void words_report(struct words *words, size_t limit, FILE *stream) {
  if (words->count == 0) return;
  qsort(words->items, words->count, sizeof *words->items, by_count);
  for (size_t i = 0; i < words->count && i < limit; i++)
    fprintf(stream, "%4u %s\n", words->items[i].count, words->items[i].text);
}
