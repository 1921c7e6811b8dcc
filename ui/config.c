#include "ui/config.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/yaml.h"
#include "ui/key.h"

struct reading_config {
    struct config *config;
    const char *name; /* of the file */
};

static void problem(const struct reading_config *reading,
    const struct yaml *node, const char *reason, struct str what)
{
    buf_printf(&reading->config->problems, "%s:%d: %s '%s'\n",
        escape_cstr(reading->name), node->line, reason, escape_text(what));
}

static void set_theme(
    const struct reading_config *reading, const struct yaml *node)
{
    reading->config->theme = theme_find(node->text);
    if (reading->config->theme == NULL)
        problem(reading, node, "no theme", node->text);
}

static void set_mouse(
    const struct reading_config *reading, const struct yaml *node)
{
    static const char *const words[] = {
        "no", "yes", "off", "on", "false", "true"};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (str_eq_nocase(node->text, str_from(words[i]))) {
            reading->config->mouse = i % 2 == 1;
            return;
        }
    }
    problem(reading, node, "mouse is yes or no, not", node->text);
}

static void set_ambiguous(
    const struct reading_config *reading, const struct yaml *node)
{
    static const char *const words[] = {"ask", "1", "2"};
    for (int i = 0; i < 3; i++) {
        if (str_eq(node->text, str_from(words[i]))) {
            reading->config->ambiguous = i;
            return;
        }
    }
    problem(reading, node, "ambiguous is 1, 2 or ask, not", node->text);
}

static bool read_key(const struct reading_config *reading,
    const struct yaml *node, uint32_t *key)
{
    *key = UIKEY_NONE;
    if (node->kind == YAML_TEXT && str_eq(node->text, STR("none")))
        return true;
    if (node->kind == YAML_TEXT)
        *key = key_parse(node->text);
    if (*key == UIKEY_NONE)
        problem(reading, node, "no key is called", node->text);
    return *key != UIKEY_NONE;
}

static void set_action(
    const struct reading_config *reading, const struct yaml *node)
{
    struct config *config = reading->config;
    struct config_keys keys = {.line = node->line};
    const struct yaml *items = node->kind == YAML_LIST ? node->items : node;
    size_t count = node->kind == YAML_LIST ? node->count : 1;

    if (node->kind == YAML_MAP || count > CONFIG_KEYS_MAX) {
        problem(reading, node, "up to three keys are wanted for", node->key);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (!read_key(reading, &items[i], &keys.keys[i]))
            return;
    keys.action = str_dup(node->key);
    config->keys[config->key_count++] = keys;
}

static void set_keys(
    const struct reading_config *reading, const struct yaml *node)
{
    if (node->kind != YAML_MAP) {
        problem(reading, node, "not a list of NAME: KEY:", node->key);
        return;
    }
    reading->config->keys = xcalloc(node->count, sizeof(struct config_keys));
    for (size_t i = 0; i < node->count; i++)
        set_action(reading, &node->items[i]);
}

static const struct setting_row {
    const char *name;
    enum yaml_kind kind;
    void (*set)(const struct reading_config *reading, const struct yaml *node);
} settings[] = {
    {"theme", YAML_TEXT, set_theme},
    {"mouse", YAML_TEXT, set_mouse},
    {"ambiguous", YAML_TEXT, set_ambiguous},
    {"keys", YAML_MAP, set_keys},
};

static void set_one(
    const struct reading_config *reading, const struct yaml *node)
{
    for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
        if (!str_eq(node->key, str_from(settings[i].name)))
            continue;
        if (node->kind == settings[i].kind)
            settings[i].set(reading, node);
        else
            problem(reading, node, "wrong kind of value for", node->key);
        return;
    }
    problem(reading, node, "no setting is called", node->key);
}

static int read_text(
    struct str text, const char *name, struct config *out, struct err *err)
{
    struct yaml_file *file = yaml_parse(text, name, err);
    if (file == NULL)
        return -1;
    struct reading_config reading = {.config = out, .name = name};
    const struct yaml *root = yaml_document(file, 0);
    if (root != NULL && root->kind == YAML_MAP)
        for (size_t i = 0; i < root->count; i++)
            set_one(&reading, &root->items[i]);
    else if (root != NULL)
        problem(&reading, root, "not a list of NAME: VALUE:", root->text);
    yaml_file_free(file);
    return 0;
}

int config_load(const char *path, struct config *out, struct err *err)
{
    *out = (struct config){0};
    char *own = path == NULL ? place_config("config.yaml") : xstrdup(path);
    struct buf text = {0};
    int rc = 0;
    if (own != NULL && file_exists(own)) {
        rc = file_read(own, LIMIT_CONFIG_FILE, &text, err);
        if (rc == 0)
            rc = read_text(buf_str(&text), own, out, err);
    }
    buf_done(&text);
    free(own);
    return rc;
}

void config_done(struct config *config)
{
    for (size_t i = 0; i < config->key_count; i++)
        free(config->keys[i].action);
    free(config->keys);
    buf_done(&config->problems);
    *config = (struct config){0};
}

const struct config_keys *config_find(
    const struct config *config, const char *action)
{
    for (size_t i = 0; i < config->key_count; i++)
        if (strcmp(config->keys[i].action, action) == 0)
            return &config->keys[i];
    return NULL;
}
