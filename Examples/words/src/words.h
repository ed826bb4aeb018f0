#ifndef WORDS_H
#define WORDS_H

#include <stdio.h>

/* How often a word was seen. */
struct word {
  char *text;
  unsigned count;
};

/* The words of a text that mean something, in no order. */
struct words {
  struct word *items;
  size_t count, capacity;
};

/* Adds the words of a stream, in lower case, but for those that stand in every text. */
void words_read(struct words *words, FILE *stream);

/* Prints the most frequent ones, at most LIMIT, ties in alphabetical order. */
void words_report(struct words *words, size_t limit, FILE *stream);

void words_free(struct words *words);

#endif
