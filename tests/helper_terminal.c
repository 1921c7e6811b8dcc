/* helper_terminal: drive a program on a terminal, step by step, and check every
 * byte it sends there.
 *
 *     helper_terminal STEPS PROGRAM [ARGUMENT...]        STEPS `-`: stdin
 *
 * A line of the steps is one of
 *     terminal NAME      before all others: TERM; xterm-256color otherwise
 *     size 120x40        before all others; 80x24 otherwise
 *     forbid colour      no colour may be sent
 *     forbid high        no byte past ASCII may be sent
 *     silent             the terminal answers no question
 *     limit SECONDS      how long a step may wait; 10 otherwise
 *     key Key Key        as in ui/key.h: j C-d Enter
 *     type TEXT          typed character by character
 *     paste TEXT         as a terminal pastes: between brackets
 *     until TEXT [at N]  until the text is on the screen, in row N (from 0;
 *                        from the bottom, -1 and up)
 *     gone TEXT          until it is not
 *     quiet MS           until nothing was sent for so long
 *     resize 120x40
 *     signal NAME        TERM, HUP, SEGV ...
 *     hangup             the terminal is gone
 *     exit N             until the program ends, with this status
 *     exit signal NAME   or of this signal
 *     time LABEL         notes the time from the last key (the start, if there
 *                        was none) to when its awaited text was there
 *     each KEYS N ROWS LABEL   presses the keys (j or C-d,C-u) in turn, N in
 *                        all, and notes for each the time until rows FROM-TO
 *                        had changed and the bytes of that had come
 *     show               the screen, to standard output
 *     # comment
 *
 * Once the program has ended the terminal must be as it was found. At the end
 * each label is told on standard output with its times in milliseconds:
 * LABEL, how many, median, worst, tabs between. The first step that fails is
 * told with the screen on standard error, and the exit status is 1. */
#define _XOPEN_SOURCE 700
#include <inttypes.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "src/base/mem.h"
#include "tests/emulator.h"
#include "tests/pseudo.h"
#include "tests/terminal_keys.h"
#include "tests/timings.h"
#include "ui/key.h"

enum {
    READ_SIZE = 1 << 16,
    POLL_MS = 10,
    FRAME_GAP_MS = 1,   /* within a frame, bytes come closer than this */
    SETTLE_MS = 15,     /* before the next measured key */
    SETTLE_MAX_MS = 60, /* while other work draws on and on */
    ESCAPE_MS = 200,    /* a key that comes sooner after Esc is Alt and a key */
};

struct play {
    char *const *command;
    struct pseudo pseudo;
    struct emulator emulator;
    int width, height;
    bool started, ended, silent, hung_up;
    int status;
    int64_t limit_ns, key_ns, shown_ns, came_ns;
    struct timings timings;
};

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* --- what the program sends ------------------------------------------------
 */

/* Returns false when nothing came. */
static bool pump(struct play *play, int timeout_ms)
{
    static char bytes[READ_SIZE];
    struct emulator *emulator = &play->emulator;
    size_t n = pseudo_read(&play->pseudo, bytes, sizeof(bytes), timeout_ms);
    if (n == 0) {
        play->ended =
            play->ended || pseudo_has_ended(&play->pseudo, &play->status);
        return false;
    }
    play->came_ns = now_ns();
    emulator_feed(emulator, str_make(bytes, n));
    if (emulator->answers.len > 0 && !play->silent)
        pseudo_write(&play->pseudo, buf_str(&emulator->answers));
    buf_clear(&emulator->answers);
    return true;
}

static int check_output(const struct play *play, struct err *err)
{
    const struct buf *problem = &play->emulator.problem;
    if (problem->len > 0)
        return err_set(
            err, ERR_INPUT, "it sent %.*s", STR_ARG(buf_str(problem)));
    return 0;
}

/* One turn of a step that waits since `start_ns`. */
static int wait_on(struct play *play, int64_t start_ns, struct err *err)
{
    bool came = pump(play, POLL_MS);
    if (check_output(play, err) < 0)
        return -1;
    if (!came && play->ended)
        return err_set(err, ERR_IO, "the program has ended");
    if (now_ns() - start_ns > play->limit_ns)
        return err_set(err, ERR_IO, "waited %" PRId64 " s in vain",
            play->limit_ns / INT64_C(1000000000));
    return 0;
}

/* --- setting up ------------------------------------------------------------
 */

static bool read_size(struct str text, int *width, int *height)
{
    uint64_t w, h;
    struct str first = str_cut(&text, 'x');
    if (!str_to_u64(first, &w) || !str_to_u64(text, &h) || w < 1 || h < 1 ||
        w > 1000 || h > 1000)
        return false;
    *width = (int)w;
    *height = (int)h;
    return true;
}

static int set_terminal(struct play *play, struct str text, struct err *err)
{
    (void)play;
    char *name = str_dup(text);
    int rc = setenv("TERM", name, 1);
    free(name);
    return rc < 0 ? err_errno(err, "setting TERM") : 0;
}

static int set_size(struct play *play, struct str text, struct err *err)
{
    return read_size(text, &play->width, &play->height)
               ? 0
               : err_set(err, ERR_USAGE, "no size");
}

static int set_forbidden(struct play *play, struct str text, struct err *err)
{
    bool colour = str_eq(text, STR("colour"));
    if (!colour && !str_eq(text, STR("high")))
        return err_set(err, ERR_USAGE, "forbid colour, or high");
    *(colour ? &play->emulator.forbid_colour : &play->emulator.forbid_high) =
        true;
    return 0;
}

static int set_silent(struct play *play, struct str text, struct err *err)
{
    (void)text;
    (void)err;
    play->silent = true;
    return 0;
}

static int set_limit(struct play *play, struct str text, struct err *err)
{
    uint64_t seconds;
    if (!str_to_u64(text, &seconds) || seconds > 3600)
        return err_set(err, ERR_USAGE, "no number of seconds");
    play->limit_ns = (int64_t)seconds * INT64_C(1000000000);
    return 0;
}

static int start(struct play *play, struct err *err)
{
    play->started = true;
    emulator_resize(&play->emulator, play->width, play->height);
    play->key_ns = now_ns();
    return pseudo_start(
        &play->pseudo, play->width, play->height, play->command, err);
}

/* --- keys ------------------------------------------------------------------
 */

static void settle_for(struct play *play, int quiet_ms)
{
    int64_t start_ns = now_ns();
    while (pump(play, quiet_ms) &&
           now_ns() - start_ns < SETTLE_MAX_MS * INT64_C(1000000))
        continue;
}

/* A program that does not read for long fills the terminal's queue. */
static int send_bytes(struct play *play, struct str bytes, struct err *err)
{
    int64_t start_ns = now_ns();
    play->key_ns = start_ns;
    while (!pseudo_write(&play->pseudo, bytes))
        if (wait_on(play, start_ns, err) < 0)
            return -1;
    return 0;
}

static int send_key(struct play *play, struct str name, struct err *err)
{
    struct buf bytes = {0};
    uint32_t key = key_parse(name);
    int rc = -1;
    if (key == UIKEY_NONE) {
        err_set(err, ERR_USAGE, "no key %.*s", STR_ARG(name));
    } else {
        keys_add(key, play->emulator.modes & MODE_CURSOR_KEYS, &bytes);
        rc = send_bytes(play, buf_str(&bytes), err);
    }
    if (key == UIKEY_ESC)
        settle_for(play, ESCAPE_MS);
    buf_done(&bytes);
    return rc;
}

static int press_keys(struct play *play, struct str text, struct err *err)
{
    while (text.len > 0)
        if (send_key(play, str_cut(&text, ' '), err) < 0)
            return -1;
    return 0;
}

static int type_text(struct play *play, struct str text, struct err *err)
{
    for (size_t i = 0; i < text.len; i++)
        if (send_bytes(play, str_sub(text, i, 1), err) < 0)
            return -1;
    return 0;
}

static int paste_text(struct play *play, struct str text, struct err *err)
{
    struct buf bytes = {0};
    buf_add_cstr(&bytes, "\033[200~");
    buf_add_str(&bytes, text);
    buf_add_cstr(&bytes, "\033[201~");
    int rc = send_bytes(play, buf_str(&bytes), err);
    buf_done(&bytes);
    return rc;
}

/* --- waiting ---------------------------------------------------------------
 */

/* "TEXT at 3" or "TEXT at -1". */
static struct str cut_row(const struct play *play, struct str text, int *row)
{
    int64_t number;
    ptrdiff_t blank = str_find_last_char(text, ' ');
    *row = -1;
    if (blank < 3 ||
        !str_ends_with(str_sub(text, 0, (size_t)blank), STR(" at")) ||
        !str_to_i64(str_from_index(text, (size_t)blank + 1), &number))
        return text;
    *row = (int)(number < 0 ? play->emulator.height + number : number);
    return str_sub(text, 0, (size_t)blank - 3);
}

static int wait_shown(
    struct play *play, struct str text, bool wanted, struct err *err)
{
    int row;
    int64_t start_ns = now_ns();
    text = cut_row(play, text, &row);
    while (emulator_shows(&play->emulator, text, row) != wanted)
        if (wait_on(play, start_ns, err) < 0)
            return -1;
    play->shown_ns = play->came_ns;
    return 0;
}

static int until_text(struct play *play, struct str text, struct err *err)
{
    return wait_shown(play, text, true, err);
}

static int until_gone(struct play *play, struct str text, struct err *err)
{
    return wait_shown(play, text, false, err);
}

static int until_quiet(struct play *play, struct str text, struct err *err)
{
    uint64_t ms;
    int64_t start_ns = now_ns();
    if (!str_to_u64(text, &ms) || ms > 60000)
        return err_set(err, ERR_USAGE, "no number of milliseconds");
    play->came_ns = start_ns;
    while (now_ns() - play->came_ns < (int64_t)ms * 1000000)
        if (wait_on(play, start_ns, err) < 0)
            return -1;
    return 0;
}

/* --- what happens to a terminal --------------------------------------------
 */

static int resize(struct play *play, struct str text, struct err *err)
{
    if (!read_size(text, &play->width, &play->height))
        return err_set(err, ERR_USAGE, "no size");
    emulator_resize(&play->emulator, play->width, play->height);
    pseudo_resize(&play->pseudo, play->width, play->height);
    return 0;
}

static int signal_number(struct str name)
{
    static const struct {
        const char *name;
        int number;
    } signals[] = {
        {"TERM", SIGTERM},
        {"HUP", SIGHUP},
        {"INT", SIGINT},
        {"SEGV", SIGSEGV},
        {"ABRT", SIGABRT},
        {"BUS", SIGBUS},
        {"KILL", SIGKILL},
        {"CONT", SIGCONT},
        {"TSTP", SIGTSTP},
        {"STOP", SIGSTOP},
    };
    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
        if (str_eq(name, str_from(signals[i].name)))
            return signals[i].number;
    return 0;
}

static int send_signal(struct play *play, struct str text, struct err *err)
{
    int number = signal_number(text);
    if (number == 0)
        return err_set(err, ERR_USAGE, "no signal");
    if (play->ended || kill(play->pseudo.pid, number) < 0)
        return err_set(err, ERR_IO, "the program has ended");
    return 0;
}

static int hang_up(struct play *play, struct str text, struct err *err)
{
    (void)text;
    (void)err;
    play->hung_up = true;
    pseudo_hang_up(&play->pseudo);
    return 0;
}

static int check_restored(const struct play *play, struct err *err)
{
    struct buf left = {0};
    int rc = 0;
    if (!emulator_is_restored(&play->emulator, &left))
        rc = err_set(err, ERR_INPUT, "the terminal is not as it was: %s",
            buf_cstr(&left));
    else if (!pseudo_is_restored(&play->pseudo))
        rc = err_set(err, ERR_INPUT,
            "the terminal's settings are not as "
            "they were");
    buf_done(&left);
    return rc;
}

static int check_status(
    const struct play *play, struct str text, int number, struct err *err)
{
    uint64_t wanted = 0;
    int status = play->status;
    if (number == 0 && !str_to_u64(text, &wanted))
        return err_set(err, ERR_USAGE, "exit N, or exit signal NAME");
    if (WIFSIGNALED(status) && WTERMSIG(status) != number)
        return err_set(err, ERR_IO, "it died of signal %d", WTERMSIG(status));
    if (WIFEXITED(status) &&
        (number != 0 || WEXITSTATUS(status) != (int)wanted))
        return err_set(
            err, ERR_IO, "it ended with status %d", WEXITSTATUS(status));
    return 0;
}

static int until_exit(struct play *play, struct str text, struct err *err)
{
    int64_t start_ns = now_ns();
    struct str name = text;
    int number =
        str_eq(str_cut(&name, ' '), STR("signal")) ? signal_number(name) : 0;
    while (!play->ended)
        if (wait_on(play, start_ns, err) < 0 && !play->ended)
            return -1;
    while (pump(play, 0))
        continue;
    if (check_output(play, err) < 0 ||
        check_status(play, text, number, err) < 0)
        return -1;
    return play->hung_up || number == SIGKILL ? 0 : check_restored(play, err);
}

/* --- times -----------------------------------------------------------------
 */

static int note_time(struct play *play, struct str text, struct err *err)
{
    (void)err;
    timings_add(
        &play->timings, text, (double)(play->shown_ns - play->key_ns) / 1e6);
    return 0;
}

/* One measured key: until rows [from, to] look different, and the frame that
 * did it is whole. */
static int measure_key(struct play *play, struct str key, const int rows[2],
    struct str label, struct err *err)
{
    settle_for(play, SETTLE_MS);
    uint64_t before = emulator_hash(&play->emulator, rows[0], rows[1]);
    if (send_key(play, key, err) < 0)
        return -1;
    int64_t pressed_ns = play->key_ns;
    while (emulator_hash(&play->emulator, rows[0], rows[1]) == before)
        if (wait_on(play, pressed_ns, err) < 0)
            return -1;
    while (
        pump(play, FRAME_GAP_MS) && play->came_ns - pressed_ns < play->limit_ns)
        continue;
    if (check_output(play, err) < 0)
        return -1;
    timings_add(
        &play->timings, label, (double)(play->came_ns - pressed_ns) / 1e6);
    return 0;
}

static int measure_each(struct play *play, struct str text, struct err *err)
{
    struct str keys = str_cut(&text, ' ');
    struct str count_text = str_cut(&text, ' ');
    struct str to_text = str_cut(&text, ' ');
    struct str from_text = str_cut(&to_text, '-');
    uint64_t count, from, to;
    if (!str_to_u64(count_text, &count) || !str_to_u64(from_text, &from) ||
        !str_to_u64(to_text, &to) || to >= (uint64_t)play->height)
        return err_set(err, ERR_USAGE, "each KEYS COUNT FROM-TO LABEL");
    const int rows[2] = {(int)from, (int)to};
    struct str rest = keys;
    for (uint64_t i = 0; i < count; i++) {
        if (rest.len == 0)
            rest = keys;
        if (measure_key(play, str_cut(&rest, ','), rows, text, err) < 0)
            return -1;
    }
    return 0;
}

static int show(struct play *play, struct str text, struct err *err)
{
    struct buf screen = {0};
    (void)text;
    (void)err;
    emulator_screen(&play->emulator, &screen);
    fwrite(screen.ptr, 1, screen.len, stdout);
    buf_done(&screen);
    return 0;
}

/* --- steps -----------------------------------------------------------------
 */

static const struct step {
    const char *name;
    bool before; /* the program is started */
    int (*play)(struct play *play, struct str text, struct err *err);
} steps[] = {
    {"terminal", true, set_terminal},
    {"size", true, set_size},
    {"forbid", true, set_forbidden},
    {"silent", true, set_silent},
    {"limit", true, set_limit},
    {"key", false, press_keys},
    {"type", false, type_text},
    {"paste", false, paste_text},
    {"until", false, until_text},
    {"gone", false, until_gone},
    {"quiet", false, until_quiet},
    {"resize", false, resize},
    {"signal", false, send_signal},
    {"hangup", false, hang_up},
    {"exit", false, until_exit},
    {"time", false, note_time},
    {"each", false, measure_each},
    {"show", false, show},
};

static int play_line(struct play *play, struct str line, struct err *err)
{
    struct str text = line;
    struct str name = str_cut(&text, ' ');
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        if (!str_eq(name, str_from(steps[i].name)))
            continue;
        if (!steps[i].before && !play->started && start(play, err) < 0)
            return -1;
        return steps[i].play(play, text, err);
    }
    return err_set(err, ERR_USAGE, "no such step");
}

static int play_all(struct play *play, struct str lines, struct err *err)
{
    for (int number = 1; lines.len > 0; number++) {
        struct str line = str_trim(str_cut(&lines, '\n'));
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (play_line(play, line, err) < 0)
            return err_wrap(err, "step %d, %.*s", number, STR_ARG(line));
    }
    if (play->started && !play->ended)
        return err_set(err, ERR_IO, "the steps are done, the program is not");
    return 0;
}

static int read_steps(const char *path, struct buf *out, struct err *err)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    char bytes[4096];
    size_t n;
    if (file == NULL)
        return err_errno(err, "reading %s", path);
    while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
        buf_add(out, bytes, n);
    if (file != stdin)
        fclose(file);
    return 0;
}

static void play_done(struct play *play)
{
    if (play->started)
        pseudo_done(&play->pseudo);
    emulator_done(&play->emulator);
    timings_done(&play->timings);
}

static void tell_failure(const struct play *play, const struct err *err)
{
    struct buf screen = {0};
    emulator_screen(&play->emulator, &screen);
    fprintf(stderr, "%s\n%.*s", err->text, STR_ARG(buf_str(&screen)));
    buf_done(&screen);
}

int main(int argc, char **argv)
{
    struct err err = {0};
    struct buf text = {0};
    if (argc < 3) {
        fprintf(stderr, "usage: %s STEPS PROGRAM [ARGUMENT...]\n", argv[0]);
        return 2;
    }
    setlocale(LC_CTYPE, "C.UTF-8"); /* for wcwidth */
    setenv("TERM", "xterm-256color", 1);
    struct play play = {
        .command = argv + 2,
        .width = 80,
        .height = 24,
        .limit_ns = INT64_C(10000000000),
    };
    emulator_init(&play.emulator, play.width, play.height);
    int rc = read_steps(argv[1], &text, &err);
    if (rc == 0)
        rc = play_all(&play, buf_str(&text), &err);
    if (rc < 0)
        tell_failure(&play, &err);
    else
        timings_print(&play.timings);
    play_done(&play);
    buf_done(&text);
    return rc < 0 ? 1 : 0;
}
