/* Time formats: timefmt_new() turns a pattern into an array of steps, each a
 * function of timescan.c or a byte to match; timefmt_read() runs them from left
 * to right and never goes back, except over one optional step. */
#include "src/base/timefmt.h"

#include <stdlib.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/base/timescan.h"

enum {
    GIVES_YEAR = 1,
    GIVES_OFFSET = 2,
    GIVES_HALF_DAY = 4,
    NEEDS_YEAR = 8,
    NEEDS_HALF_DAY = 16,
};
#define GIVES_MOMENT (GIVES_YEAR | GIVES_OFFSET)

static const struct directive {
    char letter;
    uint8_t flags;
    bool (*read)(struct scan *scan);
    const char *stands_for; /* instead of `read` */
} directives[] = {
    {'Y', GIVES_YEAR, scan_year, NULL},
    {'y', GIVES_YEAR, scan_short_year, NULL},
    {'m', 0, scan_month, NULL},
    {'b', 0, scan_month_name, NULL},
    {'d', 0, scan_day, NULL},
    {'e', 0, scan_day, NULL},
    {'H', 0, scan_hour, NULL},
    {'I', NEEDS_HALF_DAY, scan_hour, NULL},
    {'p', GIVES_HALF_DAY, scan_half_day, NULL},
    {'M', 0, scan_minute, NULL},
    {'S', 0, scan_second, NULL},
    {'T', 0, scan_clock, NULL},
    {'F', 0, NULL, "%Y-%m-%d"},
    {'D', 0, NULL, "%m/%d/%y"},
    {'j', NEEDS_YEAR, scan_day_of_year, NULL},
    {'a', 0, scan_weekday, NULL},
    {'z', GIVES_OFFSET, scan_offset, NULL},
    {'Z', 0, scan_zone_name, NULL},
    {'s', GIVES_MOMENT, scan_epoch_s, NULL},
    {'L', GIVES_MOMENT, scan_epoch_ms, NULL},
    {'U', GIVES_MOMENT, scan_epoch_us, NULL},
    {'N', GIVES_MOMENT, scan_epoch_ns, NULL},
    {'E', GIVES_MOMENT, scan_epoch_fraction, NULL},
    {'X', GIVES_MOMENT, scan_hex_epoch, NULL},
    {'@', GIVES_MOMENT, scan_tai64n, NULL},
    {'q', GIVES_OFFSET, scan_bias, NULL},
    {'x', GIVES_YEAR, scan_hex_civil, NULL},
};

struct step {
    bool (*read)(struct scan *scan); /* NULL: match `literal` */
    char literal;
    bool optional;
};

enum { STEPS_MAX = 64 };

struct timefmt {
    size_t count;
    unsigned flags; /* of the steps that are not optional */
    struct step steps[STEPS_MAX];
};

/* --- reading -------------------------------------------------------------- */

/* What a bare %f reads: the digits, with a point or comma if one is there. */
static bool scan_any_fraction(struct scan *scan)
{
    char c = scan_peek(scan);
    if (c == '.' || c == ',')
        scan->at++;
    return scan_fraction(scan);
}

static bool scan_pointed_fraction(struct scan *scan)
{
    char c = scan_peek(scan);
    if (c != '.' && c != ',')
        return false;
    scan->at++;
    return scan_fraction(scan);
}

static inline bool run_step(const struct step *step, struct scan *scan)
{
    if (step->read == NULL)
        return scan_char(scan, step->literal);
    return step->read(scan);
}

size_t timefmt_read(
    const struct timefmt *format, struct str text, struct civil *out)
{
    struct scan scan = scan_from(text);
    const struct step *end = format->steps + format->count;
    for (const struct step *step = format->steps; step < end; step++) {
        if (!step->optional) {
            if (!run_step(step, &scan))
                return 0;
            continue;
        }
        struct scan before = scan;
        if (!run_step(step, &scan))
            scan = before;
    }
    return scan_finish(&scan, out) ? (size_t)(scan.at - text.ptr) : 0;
}

/* --- compiling ------------------------------------------------------------ */

static int add_step(
    struct timefmt *format, const struct step *step, struct err *err)
{
    if (format->count == STEPS_MAX)
        return err_set(err, ERR_LIMIT, "more than %d items", STEPS_MAX);
    format->steps[format->count++] = *step;
    return 0;
}

static int add_pattern(
    struct timefmt *format, struct str pattern, struct err *err);

static const struct directive *find_directive(char letter)
{
    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++)
        if (directives[i].letter == letter)
            return &directives[i];
    return NULL;
}

static int add_directive(
    struct timefmt *format, struct str letter, bool optional, struct err *err)
{
    const struct directive *directive = find_directive(*letter.ptr);
    if (directive == NULL)
        return err_set(err, ERR_INPUT, "there is no %%%s", escape_text(letter));
    if (directive->stands_for != NULL) {
        if (optional)
            return err_set(err, ERR_INPUT,
                "%%%c is several items and cannot be optional", *letter.ptr);
        return add_pattern(format, str_from(directive->stands_for), err);
    }
    if (!optional)
        format->flags |= directive->flags;
    else
        format->flags |= directive->flags & (NEEDS_YEAR | NEEDS_HALF_DAY);
    return add_step(format,
        &(struct step){.read = directive->read, .optional = optional}, err);
}

/* Move past "%f", with a '.' or ',' before it. */
static bool cut_fraction(struct str *pattern, struct step *step)
{
    static const struct {
        struct str text;
        bool (*read)(struct scan *scan);
    } forms[] = {
        {STR_INIT("%f"), scan_any_fraction},
        {STR_INIT(".%f"), scan_pointed_fraction},
        {STR_INIT(",%f"), scan_pointed_fraction},
    };
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (!str_starts_with(*pattern, forms[i].text))
            continue;
        *pattern = str_from_index(*pattern, forms[i].text.len);
        step->read = forms[i].read;
        return true;
    }
    return false;
}

/* Add the first item of `pattern` and move past it. */
static int add_item(
    struct timefmt *format, struct str *pattern, bool optional, struct err *err)
{
    struct step step = {.optional = optional};
    if (cut_fraction(pattern, &step))
        return add_step(format, &step, err);

    char c = *pattern->ptr;
    *pattern = str_from_index(*pattern, 1);
    if (c == '%') {
        if (pattern->len == 0)
            return err_set(err, ERR_INPUT, "it ends in a lone %%");
        struct str letter = str_sub(*pattern, 0, 1);
        *pattern = str_from_index(*pattern, 1);
        if (*letter.ptr != '%')
            return add_directive(format, letter, optional, err);
    }
    if (char_is_blank(c)) {
        step.read = scan_blanks;
        while (pattern->len > 0 && char_is_blank(*pattern->ptr))
            *pattern = str_from_index(*pattern, 1);
    }
    step.literal = c;
    return add_step(format, &step, err);
}

static int add_pattern(
    struct timefmt *format, struct str pattern, struct err *err)
{
    while (pattern.len > 0) {
        bool optional = str_starts_with(pattern, STR("%?"));
        if (optional) {
            pattern = str_from_index(pattern, 2);
            if (pattern.len == 0)
                return err_set(err, ERR_INPUT, "nothing follows %%?");
        }
        if (add_item(format, &pattern, optional, err) < 0)
            return -1;
    }
    return 0;
}

static int check(const struct timefmt *format, struct err *err)
{
    if (format->count == 0)
        return err_set(err, ERR_INPUT, "it is empty");
    if ((format->flags & NEEDS_HALF_DAY) && !(format->flags & GIVES_HALF_DAY))
        return err_set(err, ERR_INPUT, "%%I needs %%p");
    if ((format->flags & GIVES_HALF_DAY) && !(format->flags & NEEDS_HALF_DAY))
        return err_set(err, ERR_INPUT, "%%p needs %%I instead of %%H");
    if ((format->flags & NEEDS_YEAR) && !(format->flags & GIVES_YEAR))
        return err_set(err, ERR_INPUT, "%%j needs a year");
    return 0;
}

struct timefmt *timefmt_new(struct str pattern, struct err *err)
{
    struct timefmt *format = xcalloc(1, sizeof(*format));
    if (add_pattern(format, pattern, err) < 0 || check(format, err) < 0) {
        err_wrap(err, "time format \"%s\"", escape_text(pattern));
        timefmt_free(format);
        return NULL;
    }
    return format;
}

void timefmt_free(struct timefmt *format)
{
    free(format);
}

bool timefmt_has_year(const struct timefmt *format)
{
    return format->flags & GIVES_YEAR;
}

bool timefmt_has_offset(const struct timefmt *format)
{
    return format->flags & GIVES_OFFSET;
}
