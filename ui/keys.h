/* keys: every key and command of the workbench as its tables say them, for the
 * man page. What the user's configuration changes is not in it. */
#ifndef SPOOR_UI_KEYS_H
#define SPOOR_UI_KEYS_H

struct key_row {
    const char *where; /* "Timeline", "Everywhere", "In every list" */
    const char *keys;  /* "C-r U", "" for none; lives for the call */
    const char *name;  /* its `:` command, or NULL */
    const char *help;
};

/* Rows of one place follow each other. */
void keys_each(
    void (*visit)(void *context, const struct key_row *row), void *context);

#endif
