/* config: how the user wants the workbench, from config.yaml of the user's
 * configuration folder (place_config):
 *
 *     theme: light             # dark, light, mono, safe
 *     mouse: yes
 *     ambiguous: 2             # columns of ambiguous characters: 1, 2, ask
 *     keys:
 *       next-failure: F8       # an action's name: a key, or up to three
 *       filter: [f, /]         # "none" takes its keys away
 *
 * An entry that is wrong is set aside with file, line and reason; the others
 * hold. */
#ifndef SPOOR_UI_CONFIG_H
#define SPOOR_UI_CONFIG_H

#include "src/base/buf.h"
#include "src/base/err.h"
#include "ui/theme.h"

enum { CONFIG_KEYS_MAX = 3 }; /* as many as struct action has */

struct config_keys {
    char *action;
    uint32_t keys[CONFIG_KEYS_MAX]; /* UIKEY_NONE: none */
    int line;
};

struct config {
    const struct theme *theme; /* NULL: not said */
    bool mouse;
    int ambiguous; /* 1, 2; 0: ask the terminal */
    struct config_keys *keys;
    size_t key_count;
    struct buf problems; /* lines "FILE:LINE: reason", escaped */
};

/* Read `path`, or the user's own file for NULL; a missing file gives the
 * defaults. -1 when the file cannot be read or is no YAML: `out` then holds
 * the defaults, and is to be released all the same. */
int config_load(const char *path, struct config *out, struct err *err);
void config_done(struct config *config);

/* The user's keys of an action, or NULL: its own ones hold. */
const struct config_keys *config_find(
    const struct config *config, const char *action);

#endif
