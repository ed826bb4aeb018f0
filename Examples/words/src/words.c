#include "words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Generated from stopwords.txt: one string a line. */
static const char *const stopwords[] = {
#include "stopwords.h"
};

static int is_stopword(const char *text) {
  for (size_t i = 0; i < sizeof stopwords / sizeof *stopwords; i++)
    if (strcmp(stopwords[i], text) == 0) return 1;
  return 0;
}

static void *checked(void *memory) {
  if (memory == NULL) abort();
  return memory;
}

static void add(struct words *words, const char *text) {
  if (is_stopword(text)) return;
  for (size_t i = 0; i < words->count; i++)
    if (strcmp(words->items[i].text, text) == 0) {
      words->items[i].count++;
      return;
    }
  if (words->count == words->capacity) {
    words->capacity = words->capacity == 0 ? 64 : 2 * words->capacity;
    words->items = checked(realloc(words->items, words->capacity * sizeof *words->items));
  }
  char *copy = checked(malloc(strlen(text) + 1));
  words->items[words->count++] = (struct word){strcpy(copy, text), 1};
}

void words_read(struct words *words, FILE *stream) {
  char text[64];
  size_t length = 0;
  int byte;
  do {
    byte = getc(stream);
    if (byte != EOF && isalpha(byte)) {
      if (length < sizeof text - 1) text[length++] = (char)tolower(byte);
    } else if (length > 0) {
      text[length] = '\0';
      add(words, text);
      length = 0;
    }
  } while (byte != EOF);
}

void words_free(struct words *words) {
  for (size_t i = 0; i < words->count; i++) free(words->items[i].text);
  free(words->items);
}
