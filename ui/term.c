/* The real terminal. Curses starts and stops it, knows its capabilities and
 * decodes its keys; the screen itself is written here, cell by cell, because
 * curses trusts the C library's idea of how wide a character is and a wrong
 * guess shifts the rest of the line. Here every character past ASCII is
 * followed by moving the cursor to where the next cell stands, so that no text
 * from a log can displace another, whatever the terminal makes of it.
 *
 * Only one terminal is ever open, and signal handlers can reach nothing but
 * globals: its state is the one static struct below. */
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include "ui/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/probe.h"

enum {
    ESCAPE_DELAY_MS = 25, /* how long the rest of a key's bytes may take */
    SEQUENCE_MAX = 64,    /* bytes of a sequence nobody knows */
    OUTPUT_AT_ONCE = 1 << 16,
};

/* Own codes for what curses has none for. */
enum { KEY_PASTE_BEGIN = KEY_MAX + 1, KEY_PASTE_END };

static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";

static struct terminal {
    bool started, curses_made, unicode;
    bool mouse, pasting, redraw;
    int ambiguous;
    const struct theme *theme;
    SCREEN *screen;
    WINDOW *keys; /* a pad: reading from it never draws */
    int colours;
    struct termios before;
    int signals[2]; /* a pipe: handlers write the signal's number */
    struct canvas shown;
    struct buf out;
    const char *move, *plain, *bold, *dim, *underline, *reverse, *colour,
        *background, *hide, *show, *clear;
    struct cell pen; /* style and reverse in force */
    bool pen_known;
    size_t restore_len;
    char restore[256]; /* what puts the terminal back, for handlers */
} term;

/* --- signals ------------------------------------------------------------- */

static void write_all(const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            struct pollfd room = {.fd = STDOUT_FILENO, .events = POLLOUT};
            poll(&room, 1, -1);
            continue;
        }
        if (n <= 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

/* A crash: put the terminal back with what a handler may use, then die of the
 * same signal. */
static void on_crash(int signal_number)
{
    signal(signal_number, SIG_DFL);
    if (term.started) {
        write_all(term.restore, term.restore_len);
        tcsetattr(STDIN_FILENO, TCSANOW, &term.before);
    }
    raise(signal_number);
}

/* The second SIGTERM or SIGHUP does not wait for a loop that does not listen.
 */
static void on_end(int signal_number)
{
    static volatile sig_atomic_t times;
    if (times++ > 0)
        on_crash(signal_number);
    char byte = (char)signal_number;
    if (write(term.signals[1], &byte, 1) < 0)
        on_crash(signal_number);
}

static void on_event(int signal_number)
{
    int saved = errno;
    char byte = (char)signal_number;
    ssize_t ignored = write(term.signals[1], &byte, 1);
    (void)ignored; /* full: the loop has enough to wake for */
    errno = saved;
}

static const struct {
    int number;
    void (*handler)(int);
} handled[] = {
    {SIGSEGV, on_crash},
    {SIGABRT, on_crash},
    {SIGBUS, on_crash},
    {SIGFPE, on_crash},
    {SIGILL, on_crash},
    {SIGQUIT, on_crash},
    {SIGTERM, on_end},
    {SIGHUP, on_end},
    {SIGWINCH, on_event},
    {SIGTSTP, on_event},
    {SIGINT, on_event},
};
enum { HANDLED = sizeof(handled) / sizeof(*handled) };

static void handle_signals(bool ours)
{
    for (size_t i = 0; i < HANDLED; i++) {
        struct sigaction action = {.sa_handler = SIG_DFL};
        sigemptyset(&action.sa_mask);
        if (ours) {
            action.sa_handler = handled[i].handler;
            action.sa_flags = SA_RESTART;
        }
        sigaction(handled[i].number, &action, NULL);
    }
    signal(SIGPIPE, ours ? SIG_IGN : SIG_DFL);
}

static int open_signal_pipe(struct err *err)
{
    if (pipe(term.signals) < 0)
        return err_errno(err, "taking over the terminal");
    for (int i = 0; i < 2; i++) {
        fcntl(term.signals[i], F_SETFD, FD_CLOEXEC);
        fcntl(term.signals[i], F_SETFL, O_NONBLOCK);
    }
    return 0;
}

/* --- what goes out ------------------------------------------------------- */

static void flush_output(void)
{
    write_all(term.out.ptr, term.out.len);
    buf_clear(&term.out);
}

/* A capability without its padding ("$<5>"), which no terminal needs now. */
static void send_to(struct buf *out, const char *capability)
{
    for (const char *c = capability; c != NULL && *c != '\0'; c++) {
        const char *end = c[0] == '$' && c[1] == '<' ? strchr(c, '>') : NULL;
        if (end != NULL)
            c = end;
        else
            buf_add_char(out, *c);
    }
}

static void send(const char *capability)
{
    send_to(&term.out, capability);
}

static void send_number(const char *capability, int number)
{
    if (capability != NULL && number >= 0)
        send(tparm(capability, number));
}

static void move_to(int x, int y)
{
    send(tparm(term.move, y, x));
}

static int choose_colour(int16_t basic, int16_t rich)
{
    if (term.colours < 8)
        return COLOUR_DEFAULT;
    return term.colours >= 256 && rich >= 0 ? rich : basic;
}

/* Under the cursor a cell keeps its colour when the theme's bar has one of its
 * own for the background, else it is reversed. */
static void set_pen(const struct cell *cell)
{
    if (term.pen_known && cell->style == term.pen.style &&
        cell->reverse == term.pen.reverse)
        return;
    term.pen = *cell;
    term.pen_known = true;

    const struct look *look = &term.theme->looks[cell->style];
    const struct look *bar = &term.theme->looks[STYLE_CURSOR];
    int colour = choose_colour(look->colour, look->colour256);
    int background = choose_colour(look->background, look->background256);
    bool reverse = look->reverse;
    if (cell->reverse || cell->style == STYLE_CURSOR) {
        int behind = choose_colour(bar->background, bar->background256);
        background = behind >= 0 ? behind : background;
        reverse = behind >= 0 ? reverse : !look->reverse || !cell->reverse;
    }
    send(term.plain);
    send(look->bold ? term.bold : NULL);
    send(look->dim ? term.dim : NULL);
    send(look->underline ? term.underline : NULL);
    send(reverse ? term.reverse : NULL);
    send_number(term.colour, colour);
    send_number(term.background, background);
}

/* Without UTF-8: bars keep their height, anything else is a question mark. */
static char plain_character(const char *text)
{
    size_t at = 0;
    uint32_t character = utf8_next(str_from(text), &at);
    if (character < 0x80)
        return (char)character;
    if (character < 0x2800 || character > 0x28FF)
        return '?';
    return " .:::|||#"[__builtin_popcount(character & 0xFF)];
}

/* Returns true when the cursor may now be anywhere. */
static bool send_cell(const struct cell *cell, bool wide)
{
    bool ascii = (unsigned char)cell->text[0] < 0x80 && cell->text[1] == '\0';
    set_pen(cell);
    if (ascii || term.unicode) {
        buf_add_cstr(&term.out, cell->text);
        return !ascii;
    }
    buf_add_char(&term.out, plain_character(cell->text));
    if (wide)
        buf_add_char(&term.out, ' ');
    return false;
}

static bool cells_equal(const struct cell *a, const struct cell *b)
{
    return a->style == b->style && a->reverse == b->reverse &&
           strcmp(a->text, b->text) == 0;
}

static bool is_changed(
    const struct cell *row, const struct cell *old, int x, int width)
{
    if (!cells_equal(&row[x], &old[x]))
        return true;
    /* a wide character whose half was something else */
    return x + 1 < width && row[x + 1].text[0] == '\0' &&
           !cells_equal(&row[x + 1], &old[x + 1]);
}

static void send_row(
    const struct cell *row, const struct cell *old, int y, int width)
{
    bool placed = false;
    for (int x = 0; x < width; x++) {
        bool wide = x + 1 < width && row[x + 1].text[0] == '\0';
        if (row[x].text[0] == '\0')
            continue;
        if (!is_changed(row, old, x, width)) {
            placed = false;
            continue;
        }
        /* Blanks first: a terminal that gives the character one column only
         * would leave what stood under the other. */
        if (wide && term.unicode) {
            move_to(x, y);
            set_pen(&row[x]);
            buf_add_cstr(&term.out, "  ");
            placed = false;
        }
        if (!placed)
            move_to(x, y);
        placed = !send_cell(&row[x], wide);
    }
}

/* Unlike any cell a canvas holds. */
static void forget_shown(const struct canvas *canvas)
{
    canvas_resize(&term.shown, canvas->width, canvas->height);
    size_t count = (size_t)canvas->width * (size_t)canvas->height;
    memset(term.shown.cells, 1, count * sizeof(struct cell));
    for (size_t i = 0; i < count; i++)
        term.shown.cells[i].text[CELL_BYTES] = '\0';
    term.pen_known = false;
}

void term_show(const struct canvas *canvas)
{
    size_t width = (size_t)canvas->width;
    int cursor_y = canvas->cursor_y;
    send(term.hide);
    if (term.redraw || term.shown.width != canvas->width ||
        term.shown.height != canvas->height) {
        forget_shown(canvas);
        send(term.plain);
        send(term.clear);
        term.redraw = false;
    }
    for (int y = 0; y < canvas->height; y++) {
        const struct cell *row = canvas->cells + (size_t)y * width;
        struct cell *old = term.shown.cells + (size_t)y * width;
        if (memcmp(row, old, width * sizeof(*row)) == 0)
            continue;
        send_row(row, old, y, canvas->width);
        memcpy(old, row, width * sizeof(*row));
        if (term.out.len > OUTPUT_AT_ONCE)
            flush_output();
    }
    if (cursor_y >= 0) {
        move_to(canvas->cursor_x, cursor_y);
        send(term.show);
    }
    flush_output();
}

void term_redraw(void)
{
    term.redraw = true;
}

/* --- taking over and giving back ----------------------------------------- */

static const char *capability(const char *name)
{
    /* the interface of 1985 wants a pointer that can be written through */
    char *value = tigetstr(name);
    return value == (char *)-1 ? NULL : value;
}

static void find_capabilities(void)
{
    term.move = capability("cup");
    term.plain = capability("sgr0");
    term.bold = capability("bold");
    term.dim = capability("dim");
    term.underline = capability("smul");
    term.reverse = capability("rev");
    term.colour = capability("setaf");
    term.background = capability("setab");
    term.hide = capability("civis");
    term.show = capability("cnorm");
    term.clear = capability("clear");
    term.colours = tigetnum("colors");
}

static void prepare_restore(void)
{
    struct buf text = {0};
    send_to(&text, paste_off);
    send_to(&text, "\033[?1000l\033[?1006l");
    send_to(&text, term.plain);
    send_to(&text, term.show);
    send_to(&text, capability("rmkx"));
    send_to(&text, capability("rmcup"));
    term.restore_len =
        text.len < sizeof(term.restore) ? text.len : sizeof(term.restore);
    memcpy(term.restore, text.ptr, term.restore_len);
    buf_done(&text);
}

static int check_terminal(struct err *err)
{
    const char *name = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(err, ERR_USAGE,
            "the workbench needs a terminal; use the commands instead "
            "(spoor help), or --screen with --script");
    if (name == NULL || *name == '\0' || strcmp(name, "dumb") == 0)
        return err_set(err, ERR_USAGE,
            "this terminal (TERM=%s) cannot show the workbench; use the "
            "commands instead (spoor help)",
            name != NULL ? name : "");
    return 0;
}

static void set_modes(void)
{
    raw();
    noecho();
    nonl();
    keypad(term.keys, TRUE);
    nodelay(term.keys, TRUE);
    buf_add_cstr(&term.out, paste_on);
    term_set_mouse(term.mouse);
    flush_output();
    term.redraw = true;
}

static int start_curses(struct err *err)
{
    const char *name = getenv("TERM");
    term.screen = newterm(NULL, stdout, stdin);
    if (term.screen == NULL)
        return err_set(err, ERR_USAGE,
            "this terminal (TERM=%s) is not known here; try TERM=xterm", name);
    term.curses_made = true;
    find_capabilities();
    if (term.move == NULL || term.clear == NULL) {
        endwin();
        return err_set(err, ERR_USAGE,
            "this terminal (TERM=%s) cannot move its cursor", name);
    }
    set_escdelay(ESCAPE_DELAY_MS);
    refresh(); /* enters the screen of our own */
    term.keys = newpad(1, 1);
    define_key("\033[200~", KEY_PASTE_BEGIN);
    define_key("\033[201~", KEY_PASTE_END);
    return 0;
}

int term_start(const struct term_options *options, struct err *err)
{
    struct buf typed = {0};
    if (check_terminal(err) < 0)
        return -1;
    setlocale(LC_CTYPE, "");
    term.theme = options->theme;
    term.mouse = options->mouse;
    term.unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    term.ambiguous = options->ambiguous;
    tcgetattr(STDIN_FILENO, &term.before);
    if (term.ambiguous == 0 && term.unicode)
        term.ambiguous = probe_ambiguous(&typed);
    if (open_signal_pipe(err) < 0)
        return -1;
    handle_signals(true);
    if (start_curses(err) < 0) {
        handle_signals(false);
        return -1;
    }
    prepare_restore();
    term.started = true;
    atexit(term_stop);
    set_modes();
    for (size_t i = typed.len; i-- > 0;)
        ungetch((unsigned char)typed.ptr[i]);
    buf_done(&typed);
    return 0;
}

void term_stop(void)
{
    if (!term.started)
        return;
    term.started = false;
    write_all(term.restore, term.restore_len);
    delwin(term.keys);
    endwin();
    tcsetattr(STDIN_FILENO, TCSADRAIN, &term.before);
    handle_signals(false);
    close(term.signals[0]);
    close(term.signals[1]);
    delscreen(term.screen);
    canvas_done(&term.shown);
    buf_done(&term.out);
}

void term_suspend(void)
{
    write_all(term.restore, term.restore_len);
    endwin();
    tcsetattr(STDIN_FILENO, TCSADRAIN, &term.before);
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    handle_signals(true);
    refresh();
    set_modes();
}

void term_size(int *width, int *height)
{
    struct winsize size;
    *width = 80;
    *height = 24;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
        size.ws_row > 0) {
        *width = size.ws_col;
        *height = size.ws_row;
    }
}

int term_ambiguous(void)
{
    return term.ambiguous;
}

void term_set_theme(const struct theme *theme)
{
    term.theme = theme;
    term.redraw = true;
}

/* Presses and the wheel, in the form that has no limit on columns. */
void term_set_mouse(bool on)
{
    term.mouse = on;
    mmask_t wanted = BUTTON1_PRESSED | BUTTON1_DOUBLE_CLICKED |
                     BUTTON4_PRESSED | BUTTON5_PRESSED;
    mousemask(on ? wanted : 0, NULL);
    mouseinterval(0);
}

/* --- keys ---------------------------------------------------------------- */

static const struct {
    int curses;
    uint32_t key;
} key_codes[] = {
    {KEY_UP, UIKEY_UP},
    {KEY_DOWN, UIKEY_DOWN},
    {KEY_LEFT, UIKEY_LEFT},
    {KEY_RIGHT, UIKEY_RIGHT},
    {KEY_PPAGE, UIKEY_PAGE_UP},
    {KEY_NPAGE, UIKEY_PAGE_DOWN},
    {KEY_HOME, UIKEY_HOME},
    {KEY_END, UIKEY_END},
    {KEY_IC, UIKEY_INSERT},
    {KEY_DC, UIKEY_DELETE},
    {KEY_BTAB, UIKEY_BACK_TAB},
    {KEY_BACKSPACE, UIKEY_BACKSPACE},
    {KEY_ENTER, UIKEY_ENTER},
};
enum { KEY_CODES = sizeof(key_codes) / sizeof(*key_codes), FUNCTION_KEYS = 12 };

static uint32_t take_mouse(struct mouse *mouse)
{
    static struct mouse last;
    static struct timespec last_time;
    struct timespec now;
    MEVENT event;
    if (getmouse(&event) != OK)
        return UIKEY_NONE;
    struct mouse at = {.x = event.x, .y = event.y, .what = MOUSE_PRESS};
    if (event.bstate & BUTTON4_PRESSED)
        at.what = MOUSE_WHEEL_UP;
    else if (event.bstate & BUTTON5_PRESSED)
        at.what = MOUSE_WHEEL_DOWN;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t apart_ms = (now.tv_sec - last_time.tv_sec) * 1000 +
                       (now.tv_nsec - last_time.tv_nsec) / 1000000;
    if (at.what == MOUSE_PRESS && last.what == MOUSE_PRESS && at.x == last.x &&
        at.y == last.y && apart_ms < 400)
        at.what = MOUSE_DOUBLE;
    last = at;
    last_time = now;
    *mouse = at;
    return UIKEY_MOUSE;
}

static uint32_t take_code(int code, struct mouse *mouse)
{
    for (size_t i = 0; i < KEY_CODES; i++)
        if (key_codes[i].curses == code)
            return key_codes[i].key;
    if (code > KEY_F0 && code <= KEY_F0 + FUNCTION_KEYS)
        return UIKEY_F1 + (uint32_t)(code - KEY_F0 - 1);
    if (code == KEY_MOUSE)
        return take_mouse(mouse);
    if (code == KEY_PASTE_BEGIN || code == KEY_PASTE_END)
        term.pasting = code == KEY_PASTE_BEGIN;
    return UIKEY_NONE;
}

/* The rest of a sequence that no table knows (a late answer of the terminal, a
 * key of another one): its letters must not be taken for keys. */
static void skip_sequence(void)
{
    wint_t c;
    for (int i = 0; i < SEQUENCE_MAX; i++)
        if (wget_wch(term.keys, &c) != OK || (c >= 0x40 && c <= 0x7E))
            return;
}

static uint32_t take_escape(void)
{
    wint_t c;
    if (wget_wch(term.keys, &c) != OK)
        return UIKEY_ESC;
    if (c == '[' || c == 'O') {
        skip_sequence();
        return UIKEY_NONE;
    }
    return c < ' ' ? UIKEY_ESC : (uint32_t)c | UIKEY_META;
}

static uint32_t take_character(uint32_t c)
{
    if (term.pasting)
        return (c < ' ' ? ' ' : c) | UIKEY_PASTE;
    if (c == 27)
        return take_escape();
    if (c == '\n')
        return UIKEY_ENTER;
    return c == 8 ? UIKEY_BACKSPACE : c;
}

/* One key that is there, UIKEY_NONE when none is (`any` false then). */
static uint32_t read_key(struct mouse *mouse, bool *any)
{
    wint_t c = 0;
    int what = wget_wch(term.keys, &c);
    *any = what != ERR;
    if (what == KEY_CODE_YES)
        return take_code((int)c, mouse);
    return what == OK ? take_character((uint32_t)c) : UIKEY_NONE;
}

static uint32_t read_signal(void)
{
    char number;
    while (read(term.signals[0], &number, 1) == 1) {
        switch (number) {
        case SIGWINCH:
            return UIKEY_RESIZE;
        case SIGINT:
            return UIKEY_CTRL('c');
        case SIGTSTP:
            term_suspend();
            return UIKEY_RESIZE;
        default:
            return UIKEY_HANGUP;
        }
    }
    return UIKEY_NONE;
}

uint32_t term_key(int wake_fd, int timeout_ms, struct mouse *mouse)
{
    bool any = true;
    struct pollfd wait[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = term.signals[0], .events = POLLIN},
        {.fd = wake_fd, .events = POLLIN},
    };
    uint32_t key = read_signal();
    while (key == UIKEY_NONE && any)
        key = read_key(mouse, &any);
    if (key != UIKEY_NONE)
        return key;
    if (poll(wait, 3, timeout_ms) <= 0)
        return UIKEY_NONE;
    if (wait[1].revents != 0)
        return read_signal();
    if (wait[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        return UIKEY_HANGUP;
    if (wait[0].revents != 0) {
        key = read_key(mouse, &any);
        return any || key != UIKEY_NONE ? key : UIKEY_HANGUP;
    }
    return UIKEY_JOB;
}
