/* Finding a time nobody described. timefmt_find() tries every place where a
 * word begins, up to `skip`. At a place, the first bytes decide which reader is
 * asked: for digits how many there are and what follows them, for letters the
 * name of a month or weekday. A reader reads the date and calls
 * scan_clock_and_zone(), which knows all the ways to write the rest.
 *
 * A date without a clock is no time here: versions and file names look the
 * same. Neither are numeric dates that could be read in two orders. */
#include "src/base/timefmt.h"

#include "src/base/timescan.h"

/* --- the time of day ------------------------------------------------------ */

static char peek_at(const struct scan *scan, size_t ahead)
{
    return (size_t)(scan->end - scan->at) > ahead ? scan->at[ahead] : '\0';
}

static bool char_is_word(char c)
{
    return char_is_digit(c) || char_is_letter(c);
}

static bool at_word_end(const struct scan *scan)
{
    return !char_is_word(scan_peek(scan));
}

/* Where a column, a bracket or the text ends. */
static bool at_field_end(const struct scan *scan)
{
    return scan->at == scan->end ||
           str_find_char(STR(" \t\r\n,;:|])}\"'"), *scan->at) >= 0;
}

/* After a point any digits are a fraction. After a comma or colon only whole
 * thousandths are, and not when the next column begins behind them: in
 * "02:11:09,443,tcp" 443 is a port. */
static void find_fraction(struct scan *scan)
{
    char mark = scan_peek(scan);
    if (mark != '.' && mark != ',' && mark != ':')
        return;
    struct scan before = *scan;
    scan->at++;
    size_t digits = scan_digit_run(scan);
    if (!scan_fraction(scan) ||
        (mark != '.' && (digits % 3 != 0 || scan_peek(scan) == mark)))
        *scan = before;
}

/* "AM" with or without a blank; some writers use a narrow no-break space. */
static void find_half_day(struct scan *scan)
{
    struct scan before = *scan;
    if (peek_at(scan, 0) == '\xe2' && peek_at(scan, 1) == '\x80' &&
        peek_at(scan, 2) == '\xaf')
        scan->at += 3;
    else
        scan_char(scan, ' ');
    if (scan->civil.hour < 1 || scan->civil.hour > 12 || !scan_half_day(scan) ||
        !at_field_end(scan))
        *scan = before;
}

/* Behind a blank, "+9" or "-12" is more likely to be something else. */
static bool offset_is_long(const struct scan *scan)
{
    char c = scan_peek(scan);
    if (c == 'U' || c == 'G' || c == 'Z')
        return true;
    size_t minutes = peek_at(scan, 3) == ':' ? 4 : 3;
    return (c == '+' || c == '-') && char_is_digit(peek_at(scan, minutes));
}

static void find_offset(struct scan *scan)
{
    struct scan before = *scan;
    bool apart = scan_char(scan, ' ');
    if ((apart && !offset_is_long(scan)) || !scan_offset(scan) ||
        !(apart ? at_field_end(scan) : at_word_end(scan)))
        *scan = before;
}

/* 02:11:09, 2:11 or 021109. */
static bool find_clock(struct scan *scan)
{
    if (scan_digit_run(scan) == 6)
        return scan_hour(scan) && scan_minute(scan) && scan_second(scan);
    if (!scan_hour(scan) || !scan_char(scan, ':') || !scan_minute(scan))
        return false;
    if (scan_peek(scan) == ':' && char_is_digit(peek_at(scan, 1)))
        return scan_char(scan, ':') && scan_second(scan);
    return true;
}

/* A clock of a date without a year has no AM or PM: in syslog the host's name
 * comes next, and it may be "pm". */
static bool scan_long_clock(struct scan *scan)
{
    if (!scan_clock(scan))
        return false;
    find_fraction(scan);
    find_offset(scan);
    return !char_is_digit(scan_peek(scan));
}

static bool scan_clock_and_zone(struct scan *scan)
{
    if (!find_clock(scan))
        return false;
    find_fraction(scan);
    find_half_day(scan);
    find_offset(scan);
    return !char_is_digit(scan_peek(scan));
}

/* The length of a terminal's control sequence (ECMA-48 5.4: ESC [, parameters,
 * a final byte) at the start of `text`; 0 when there is none. Programs colour
 * their lines also when a file takes them. */
static size_t control_sequence(struct str text)
{
    enum { LONGEST = 24 };
    if (text.len < 3 || text.ptr[0] != '\x1b' || text.ptr[1] != '[')
        return 0;
    for (size_t i = 2; i < text.len && i < LONGEST; i++) {
        char c = text.ptr[i];
        if (c >= '@' && c <= '~')
            return i + 1;
        if (c < ' ' || c > '?')
            return 0;
    }
    return 0;
}

/* Blanks, and what colours the text behind them. */
static bool find_blanks(struct scan *scan)
{
    if (!scan_blanks(scan))
        return false;
    for (size_t len; (len = control_sequence(str_make(
                          scan->at, (size_t)(scan->end - scan->at)))) > 0;)
        scan->at += len;
    return true;
}

/* Between a numeric date and its clock: one mark, blanks, or both. */
static bool scan_date_end(struct scan *scan)
{
    char c = scan_peek(scan);
    bool mark =
        c == 'T' || c == 't' || c == '_' || c == '-' || c == ',' || c == ':';
    if (mark)
        scan->at++;
    bool blanks = find_blanks(scan);
    return mark || blanks;
}

/* --- dates in digits ------------------------------------------------------ */

/* Many numbers look like a time of another century. */
static bool year_is_likely(const struct scan *scan)
{
    return scan->civil.year >= 1970 && scan->civil.year <= 2105;
}

/* 2026-03-04, 2026/03/04, 2026 Mar  4, 2026-063. */
static bool read_year_first(struct scan *scan)
{
    if (!scan_year(scan))
        return false;
    char mark = *scan->at++;
    if (mark == '-' && scan_digit_run(scan) == 3)
        return scan_day_of_year(scan) && scan_date_end(scan) &&
               scan_clock_and_zone(scan);
    bool month = char_is_letter(scan_peek(scan)) ? scan_month_name(scan)
                                                 : scan_month(scan);
    return month && scan_char(scan, mark) && scan_day(scan) &&
           scan_date_end(scan) && scan_clock_and_zone(scan);
}

/* Of 3/25/2026 and 25/3/2026 only one reading is a date; 3/4/2026 is left to a
 * format that knows, 3/3/2026 is the same either way. */
static bool scan_day_and_month(struct scan *scan, char mark)
{
    if (!scan_day(scan) || !scan_char(scan, mark) || !scan_month(scan))
        return false;
    struct civil *civil = &scan->civil;
    if (mark == '.')
        return true;
    if (civil->day <= 12 && civil->month <= 12)
        return civil->day == civil->month;
    if (civil->month > 12) {
        int8_t day = civil->month;
        civil->month = civil->day;
        civil->day = day;
    }
    return true;
}

/* 04/Mar/2026:02:11:09, 04-Mar-26, 25/3/2026, 04.03.2026. */
static bool read_day_first(struct scan *scan)
{
    size_t digits = scan_digit_run(scan);
    char mark = scan->at[digits];
    bool named = char_is_letter(peek_at(scan, digits + 1));
    if (named &&
        !(scan_day(scan) && scan_char(scan, mark) && scan_month_name(scan)))
        return false;
    if (!named && !scan_day_and_month(scan, mark))
        return false;
    if (!scan_char(scan, mark))
        return false;
    bool short_year = named && scan_digit_run(scan) == 2;
    return (short_year ? scan_short_year(scan) : scan_year(scan)) &&
           scan_date_end(scan) && scan_clock_and_zone(scan);
}

/* 4 Mar 2026 02:11:09 +0000; the year may be missing. */
static bool read_day_month_name(struct scan *scan)
{
    if (!scan_day(scan) || !scan_blanks(scan) || !scan_month_name(scan) ||
        !scan_blanks(scan))
        return false;
    if (scan_digit_run(scan) != 4)
        return scan_long_clock(scan);
    return scan_year(scan) && scan_date_end(scan) && scan_clock_and_zone(scan);
}

/* 20260304T021109Z, 20260304 02:11:09. */
static bool read_compact_date(struct scan *scan)
{
    return scan_year(scan) && scan_month(scan) && scan_day(scan) &&
           scan_date_end(scan) && scan_clock_and_zone(scan);
}

/* 20260304021109, perhaps with thousandths: 20260304021109120. */
static bool read_compact(struct scan *scan)
{
    size_t digits = scan_digit_run(scan);
    if (!scan_year(scan) || !scan_month(scan) || !scan_day(scan) ||
        !scan_hour(scan) || !scan_minute(scan) || !scan_second(scan))
        return false;
    if (!year_is_likely(scan))
        return false;
    if (digits != 14)
        return scan_fraction(scan);
    find_fraction(scan);
    find_offset(scan);
    return true;
}

/* 260304 02:11:09. */
static bool read_short_compact_date(struct scan *scan)
{
    return scan_short_year(scan) && scan_month(scan) && scan_day(scan) &&
           scan_blanks(scan) && scan_clock_and_zone(scan);
}

static bool read_epoch(struct scan *scan)
{
    static bool (*const readers[])(struct scan *) = {
        [10] = scan_epoch_fraction,
        [13] = scan_epoch_ms,
        [16] = scan_epoch_us,
        [19] = scan_epoch_ns,
    };
    return *scan->at != '0' && readers[scan_digit_run(scan)](scan) &&
           year_is_likely(scan) && at_field_end(scan);
}

/* --- dates that begin with a letter --------------------------------------- */

/* "2026" behind the clock, where a zone's capitals may stand between. */
static void find_trailing_year(struct scan *scan)
{
    struct scan before = *scan;
    scan_blanks(scan);
    bool zone = scan_peek(scan) >= 'A' && scan_peek(scan) <= 'Z';
    if ((zone && !(scan_zone_name(scan) && scan_blanks(scan))) ||
        scan_digit_run(scan) != 4 || !scan_year(scan) ||
        !year_is_likely(scan) || !at_field_end(scan))
        *scan = before;
}

/* The short names that a French locale prints, where they are not English. */
static bool scan_french_month(struct scan *scan)
{
    static const struct {
        struct str name;
        int8_t month;
    } names[] = {
        {STR_INIT("janv."), 1},
        {STR_INIT("f\xc3\xa9vr."), 2},
        {STR_INIT("mars"), 3},
        {STR_INIT("avril"), 4},
        {STR_INIT("avr."), 4},
        {STR_INIT("mai"), 5},
        {STR_INIT("juin"), 6},
        {STR_INIT("juil."), 7},
        {STR_INIT("ao\xc3\xbbt"), 8},
        {STR_INIT("sept."), 9},
        {STR_INIT("oct."), 10},
        {STR_INIT("nov."), 11},
        {STR_INIT("d\xc3\xa9\x63."), 12},
    };
    struct str rest = str_make(scan->at, (size_t)(scan->end - scan->at));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!str_starts_with(rest, names[i].name))
            continue;
        scan->at += names[i].name.len;
        scan->civil.month = names[i].month;
        scan->civil.has_date = true;
        return true;
    }
    return false;
}

static bool find_month_name(struct scan *scan)
{
    struct scan before = *scan;
    if (scan_month_name(scan) && scan_blanks(scan))
        return true;
    *scan = before;
    return scan_french_month(scan) && scan_blanks(scan);
}

/* Mar  4 02:11:09, Mar 4 2026 02:11:09, Mar 4, 2026 2:11:09 AM,
 * Mar  4 02:11:09 2026. */
static bool read_month_name_first(struct scan *scan)
{
    if (!find_month_name(scan) || scan_digit_run(scan) > 2 || !scan_day(scan))
        return false;
    scan_char(scan, ',');
    if (!find_blanks(scan))
        return false;
    if (scan_digit_run(scan) == 4)
        return scan_year(scan) && scan_date_end(scan) &&
               scan_clock_and_zone(scan);
    if (!scan_long_clock(scan))
        return false;
    find_trailing_year(scan);
    return true;
}

/* I0304 02:11:09.120000: a severity, month and day. */
static bool read_severity_date(struct scan *scan)
{
    char severity = *scan->at++;
    return str_find_char(STR("DIWEF"), severity) >= 0 &&
           scan_digit_run(scan) == 4 && scan_month(scan) && scan_day(scan) &&
           scan_blanks(scan) && scan_long_clock(scan);
}

/* --- which reader --------------------------------------------------------- */

static const struct lead {
    size_t digits;
    const char *next; /* NULL: whatever follows */
    bool (*read)(struct scan *scan);
} leads[] = {
    {4, "-/. ", read_year_first},
    {2, "/-.", read_day_first},
    {1, "/-.", read_day_first},
    {2, " ", read_day_month_name},
    {1, " ", read_day_month_name},
    {10, NULL, read_epoch},
    {13, NULL, read_epoch},
    {16, NULL, read_epoch},
    {19, NULL, read_epoch},
    {8, "Tt -_:", read_compact_date},
    {6, " ", read_short_compact_date},
    {14, NULL, read_compact},
    {17, NULL, read_compact},
};

static bool lead_fits(const struct lead *lead, size_t digits, char next)
{
    if (lead->digits != digits)
        return false;
    for (const char *c = lead->next; c != NULL; c++) {
        if (*c == '\0')
            return false;
        if (*c == next)
            return true;
    }
    return true;
}

static bool read_digits_first(struct scan *scan)
{
    size_t digits = scan_digit_run(scan);
    char next = peek_at(scan, digits);
    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
        if (lead_fits(&leads[i], digits, next))
            return leads[i].read(scan);
    return false;
}

/* A weekday leads to one of the other forms. */
static bool read_letters_first(struct scan *scan)
{
    if (char_is_digit(peek_at(scan, 1)))
        return scan_digit_run(
                   &(struct scan){.at = scan->at + 1, .end = scan->end}) == 4 &&
               read_severity_date(scan);
    if (scan_weekday(scan)) {
        scan_char(scan, ',');
        if (!scan_blanks(scan))
            return false;
        if (char_is_digit(scan_peek(scan)))
            return read_digits_first(scan);
    }
    return read_month_name_first(scan);
}

static size_t find_here(struct str text, struct civil *out)
{
    struct scan scan = scan_from(text);
    bool found;
    if (char_is_digit(*text.ptr))
        found = read_digits_first(&scan);
    else if (char_is_letter(*text.ptr))
        found = read_letters_first(&scan);
    else if (*text.ptr == '@')
        found = scan_tai64n(&scan) && at_word_end(&scan);
    else
        return 0;
    if (!found || !scan_finish(&scan, out))
        return 0;
    return (size_t)(scan.at - text.ptr);
}

size_t timefmt_find(
    struct str text, size_t skip, size_t *start, struct civil *out)
{
    size_t word = 0; /* where one may begin whatever stands before it */
    for (size_t i = 0; i <= skip && i < text.len; i++) {
        struct str here = str_from_index(text, i);
        size_t control = control_sequence(here);
        if (control > 0) { /* it takes no place */
            word = i + control;
            skip += control;
            i = word - 1;
            continue;
        }
        if (i > word && char_is_word(text.ptr[i - 1]))
            continue;
        size_t len = find_here(here, out);
        if (len > 0) {
            *start = i;
            return len;
        }
    }
    return 0;
}
