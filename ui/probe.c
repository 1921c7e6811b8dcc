/* The terminal is shown one ambiguous character (a line, the kind we would draw
 * with) at the left margin and asked where its cursor stands: CSI 6 n, answered
 * by CSI row ; column R (ECMA-48 8.3.14, 8.3.35). */
#include "ui/probe.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

enum { ANSWER_MS = 300, ANSWER_MAX = 256 };

static const char question[] = "\r\xE2\x94\x80\033[6n";
static const char erase[] = "\r\033[K";

/* The answer within what came, or the empty slice. */
static struct str find_answer(struct str came)
{
    ptrdiff_t start = str_find(came, STR("\033["));
    if (start < 0)
        return (struct str){0};
    struct str rest = str_from_index(came, (size_t)start);
    ptrdiff_t end = str_find_char(rest, 'R');
    return end < 0 ? (struct str){0} : str_sub(rest, 0, (size_t)end + 1);
}

static int answered_columns(struct str answer)
{
    uint64_t column;
    struct str place = str_sub(answer, 2, answer.len - 3);
    str_cut(&place, ';');
    if (!str_to_u64(place, &column) || column < 2 || column > 3)
        return 0;
    return (int)column - 1;
}

static int read_answer(struct buf *typed)
{
    struct buf came = {0};
    struct str answer = {0};
    struct pollfd wait = {.fd = STDIN_FILENO, .events = POLLIN};
    while (answer.len == 0 && came.len < ANSWER_MAX &&
           poll(&wait, 1, ANSWER_MS) > 0) {
        char bytes[64];
        ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));
        if (n <= 0)
            break;
        buf_add(&came, bytes, (size_t)n);
        answer = find_answer(buf_str(&came));
    }
    int columns = answer.len > 0 ? answered_columns(answer) : 0;
    size_t before = answer.len > 0 ? (size_t)(answer.ptr - came.ptr) : came.len;
    buf_add(typed, came.ptr, before);
    if (answer.len > 0)
        buf_add_str(typed, str_from_index(buf_str(&came), before + answer.len));
    buf_done(&came);
    return columns;
}

int probe_ambiguous(struct buf *typed)
{
    struct termios before, asking;
    if (tcgetattr(STDIN_FILENO, &before) < 0)
        return 0;
    asking = before;
    asking.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    asking.c_cc[VMIN] = 1;
    asking.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &asking);
    int columns = 0;
    if (write(STDOUT_FILENO, question, sizeof(question) - 1) > 0)
        columns = read_answer(typed);
    ssize_t ignored = write(STDOUT_FILENO, erase, sizeof(erase) - 1);
    (void)ignored; /* at worst one line character stays behind */
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    return columns;
}
