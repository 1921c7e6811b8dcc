/* utmp_layout: the shapes that login records have had, and finding the one that
 * a file is written in.
 *
 * Nothing in such a file says which system wrote it. Records have a fixed size
 * (FreeBSD's log: a length before each), and a stated time that stands where it
 * should is what tells one shape, and one alignment, from another. */
#ifndef SPOOR_PARSERS_UTMP_LAYOUT_H
#define SPOOR_PARSERS_UTMP_LAYOUT_H

#include "src/base/ip.h"
#include "src/base/stamp.h"
#include "src/base/str.h"

/* What a record is about; systems number these differently. */
enum utmp_type {
    UTMP_EMPTY,
    UTMP_RUN_LEVEL,
    UTMP_BOOT,
    UTMP_NEW_TIME,
    UTMP_OLD_TIME,
    UTMP_INIT,
    UTMP_LOGIN,
    UTMP_USER,
    UTMP_DEAD,
    UTMP_ACCOUNTING,
    UTMP_SIGNATURE,
    UTMP_SHUTDOWN,
    UTMP_TYPE_COUNT
};
const char *utmp_type_name(enum utmp_type type); /* "USER_PROCESS" */

/* One record. Texts end before their first NUL and lie in the bytes it was read
 * from, or in the walk. */
struct utmp_entry {
    enum utmp_type type;
    int64_t pid, session; /* 0: none */
    struct str line, id, user, host;
    int64_t time; /* ns, UTC; STAMP_NONE: none */
    enum stamp_precision precision;
    bool has_exit;
    int64_t termination, exit; /* of DEAD_PROCESS */
    struct ip address;         /* family 0: none */
    bool is_clean;             /* its texts are padded with zeros */
    bool is_short;             /* the file ends inside it */
};

struct utmp_layout;

/* The layout that explains most of these bytes, and how much of them it does,
 * in thousandths of what is not zero; NULL when none explains anything. */
const struct utmp_layout *utmp_layout_find(struct str bytes, unsigned *share);

const char *utmp_layout_name(const struct utmp_layout *layout);
/* A number for a layout that stays the same within one version of the program,
 * and back: NULL when it is none. */
uint8_t utmp_layout_number(const struct utmp_layout *layout);
const struct utmp_layout *utmp_layout_at(uint8_t number);
size_t utmp_layout_size(const struct utmp_layout *layout); /* of a record */

enum utmp_span_kind {
    UTMP_SPAN_END,
    UTMP_SPAN_RECORD,
    UTMP_SPAN_ZERO,   /* nothing but zeros: wiped, or never written */
    UTMP_SPAN_DAMAGE, /* no record begins here */
};

struct utmp_span {
    size_t offset, length;
    struct utmp_entry entry; /* of UTMP_SPAN_RECORD */
};

enum { UTMP_RECORD_MAX = 640 };

/* Goes over bytes that begin at a record, and finds the next one where they do
 * not. Set layout (NULL: none is known), bytes and at_end, the rest zero. */
struct utmp_walk {
    const struct utmp_layout *layout;
    struct str bytes;
    bool at_end; /* the file ends with the bytes: a cut record may count */
    size_t at;
    size_t sync; /* no record begins before it */
    char padded[UTMP_RECORD_MAX];
};

enum utmp_span_kind utmp_walk_next(
    struct utmp_walk *walk, struct utmp_span *span);

#endif
