#include "ui/key.h"

#include <stdio.h>
#include <string.h>

#include "src/base/utf8.h"

static const struct named_key {
    uint32_t key;
    const char *name;
} named_keys[] = {
    {UIKEY_TAB, "Tab"},
    {UIKEY_ENTER, "Enter"},
    {UIKEY_ESC, "Esc"},
    {' ', "Space"},
    {UIKEY_BACKSPACE, "Backspace"},
    {UIKEY_UP, "Up"},
    {UIKEY_DOWN, "Down"},
    {UIKEY_LEFT, "Left"},
    {UIKEY_RIGHT, "Right"},
    {UIKEY_PAGE_UP, "PgUp"},
    {UIKEY_PAGE_DOWN, "PgDn"},
    {UIKEY_HOME, "Home"},
    {UIKEY_END, "End"},
    {UIKEY_INSERT, "Insert"},
    {UIKEY_DELETE, "Delete"},
    {UIKEY_BACK_TAB, "S-Tab"},
};
enum { NAMED = sizeof(named_keys) / sizeof(*named_keys), FUNCTION_KEYS = 12 };

enum { NAME_BUFFERS = 8, NAME_SIZE = 16 };

static char *next_buffer(void)
{
    static _Thread_local char buffers[NAME_BUFFERS][NAME_SIZE];
    static _Thread_local unsigned turn;
    return buffers[turn++ % NAME_BUFFERS];
}

static void format_character(uint32_t key, const char *prefix, char *out)
{
    char text[5] = "";
    text[utf8_encode(key, text)] = '\0';
    snprintf(out, NAME_SIZE, "%s%s", prefix, text);
}

const char *key_label(uint32_t key)
{
    for (size_t i = 0; i < NAMED; i++)
        if (named_keys[i].key == key)
            return named_keys[i].name;
    char *out = next_buffer();
    if (key >= UIKEY_F1 && key < UIKEY_F1 + FUNCTION_KEYS)
        snprintf(out, NAME_SIZE, "F%u", key - UIKEY_F1 + 1);
    else if (key < ' ')
        format_character(key == 0 ? '@' : key + 'a' - 1, "C-", out);
    else if (key & UIKEY_META)
        format_character(key & ~UIKEY_META, "M-", out);
    else if (key < UIKEY_SPECIAL)
        format_character(key, "", out);
    else
        snprintf(out, NAME_SIZE, "key %x", key);
    return out;
}

/* The only character of the text, or UIKEY_NONE. */
static uint32_t single_character(struct str text)
{
    size_t at = 0;
    if (text.len == 0)
        return UIKEY_NONE;
    uint32_t character = utf8_next(text, &at);
    bool whole = at == text.len && character != UTF8_BAD && character >= ' ';
    return whole ? character : UIKEY_NONE;
}

uint32_t key_parse(struct str name)
{
    uint64_t number;
    for (size_t i = 0; i < NAMED; i++)
        if (str_eq_nocase(name, str_from(named_keys[i].name)))
            return named_keys[i].key;
    if (name.len > 1 && (name.ptr[0] == 'F' || name.ptr[0] == 'f') &&
        str_to_u64(str_from_index(name, 1), &number) && number >= 1 &&
        number <= FUNCTION_KEYS)
        return UIKEY_F1 + (uint32_t)number - 1;

    uint32_t last = single_character(str_from_index(name, 2));
    if (str_starts_with(name, STR("C-")) && last >= '@' && last <= 'z')
        return UIKEY_CTRL(last);
    if (str_starts_with(name, STR("M-")) && last != UIKEY_NONE)
        return last | UIKEY_META;
    return single_character(name);
}
