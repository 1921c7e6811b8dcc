#include "tests/terminal_keys.h"

#include "src/base/utf8.h"
#include "ui/key.h"

/* What xterm sends; the second form while cursor keys are the application's. */
static const struct {
    uint32_t key;
    const char *bytes, *application;
} sequences[] = {
    {UIKEY_UP, "\033[A", "\033OA"},
    {UIKEY_DOWN, "\033[B", "\033OB"},
    {UIKEY_RIGHT, "\033[C", "\033OC"},
    {UIKEY_LEFT, "\033[D", "\033OD"},
    {UIKEY_HOME, "\033[H", "\033OH"},
    {UIKEY_END, "\033[F", "\033OF"},
    {UIKEY_PAGE_UP, "\033[5~", "\033[5~"},
    {UIKEY_PAGE_DOWN, "\033[6~", "\033[6~"},
    {UIKEY_INSERT, "\033[2~", "\033[2~"},
    {UIKEY_DELETE, "\033[3~", "\033[3~"},
    {UIKEY_BACK_TAB, "\033[Z", "\033[Z"},
    {UIKEY_F1, "\033OP", "\033OP"},
    {UIKEY_F1 + 9, "\033[21~", "\033[21~"},
};

void keys_add(uint32_t key, bool application, struct buf *out)
{
    char bytes[4];
    for (size_t i = 0; i < sizeof(sequences) / sizeof(*sequences); i++) {
        if (sequences[i].key != key)
            continue;
        buf_add_cstr(
            out, application ? sequences[i].application : sequences[i].bytes);
        return;
    }
    if (key & UIKEY_META)
        buf_add_char(out, 27);
    buf_add(out, bytes, utf8_encode(key & ~UIKEY_META, bytes));
}
