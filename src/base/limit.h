/* limit: every named bound on what input can make us do. */
#ifndef SPOOR_BASE_LIMIT_H
#define SPOOR_BASE_LIMIT_H

#include <stddef.h>
#include <stdint.h>

/* A record longer than this is kept, cut and marked. */
#define LIMIT_RECORD ((size_t)16 << 20)

/* The content a chunk aims at; a record that is longer makes a longer one. */
#define LIMIT_CHUNK ((size_t)1 << 20)

/* How far back a joined record (multi-line trace, CSV with quoted newlines) may
 * reach; past it, lines are lines again. */
#define LIMIT_JOIN_BYTES ((size_t)1 << 20)
#define LIMIT_JOIN_LINES ((size_t)1000)

/* Text in a row (path, URL, command) is cut here; the whole is in the bytes. */
#define LIMIT_OBJECT ((size_t)4096)
#define LIMIT_NAME ((size_t)512) /* a user, host or process name */

/* Named values one record may carry beyond the short fields, and how deep a
 * JSON value may nest. */
#define LIMIT_EXTRAS ((size_t)1024)
#define LIMIT_DEPTH 64

/* Names of such values that are remembered for each kind of event, and for all
 * kinds of a case together. A kind that has more may have any name. */
#define LIMIT_OWN_NAMES ((size_t)512)
#define LIMIT_OWN_NAMES_CASE ((size_t)65536)

/* EVTX: the text of one record's values, the substitutions and the nested
 * pieces of BinXml it may have, the definitions of templates compiled for one
 * chunk (of 64 KiB), and what is kept of them. A template may name one value
 * many times: without a bound, 64 KiB would become gigabytes. */
#define LIMIT_EVTX_TEXT ((size_t)256 << 10)
#define LIMIT_EVTX_SUBSTITUTIONS ((size_t)16384)
#define LIMIT_EVTX_FRAGMENTS 64
#define LIMIT_EVTX_COMPILED ((size_t)1 << 20)
#define LIMIT_EVTX_TEMPLATES ((size_t)4096)
#define LIMIT_EVTX_TEMPLATE_BYTES ((size_t)16 << 20)

/* Runs of record numbers that are told apart in one source. */
#define LIMIT_NUMBER_RUNS ((size_t)1 << 20)

/* Systemd journals: the values of a file that are kept at hand, and how much
 * may be read of values in all, relative to the file's size. */
#define LIMIT_JOURNAL_CACHE ((size_t)32 << 20)
#define LIMIT_JOURNAL_EXPANSION 64u

/* PCRE2: match steps, heap in KiB, depth. A pattern that meets one does not
 * match, and the source counts it. */
#define LIMIT_MATCH_STEPS 100000u
#define LIMIT_MATCH_HEAP_KIB 1024u
#define LIMIT_MATCH_DEPTH 1000u

/* How much of a text patterns look at; what follows is kept but not matched.
 * (Steps are counted between the characters a loop runs over, not by them.) */
#define LIMIT_PATTERN_TEXT ((size_t)32 << 10)

/* Archives: how deep containers nest, how many members, how much one member
 * may expand to relative to the bytes read for it (a bomb), and the size from
 * which that ratio is looked at. */
#define LIMIT_CONTAINER_DEPTH 4
#define LIMIT_MEMBERS ((size_t)1000000)
#define LIMIT_EXPANSION 2000u
#define LIMIT_EXPANSION_FROM ((size_t)64 << 20)

/* Directory recursion. */
#define LIMIT_DIRECTORY_DEPTH 128

/* A configuration, format or rule file, and how many values it may hold. */
#define LIMIT_CONFIG_FILE ((size_t)4 << 20)
#define LIMIT_CONFIG_VALUES ((size_t)500000)

/* Holes of a sparse file from this length on are kept and hashed as their
 * length, where a reader can pass over them; shorter ones as the zeros they
 * are. A multiple of LIMIT_CHUNK. */
#define LIMIT_HOLE ((uint64_t)256 << 20)

/* Logins and logouts of one machine that are paired at once. */
#define LIMIT_SESSION_STEPS ((size_t)4 << 20)

/* SQLite databases among the evidence: pages, depth of a tree, columns, and the
 * text of a table's definition. */
#define LIMIT_SQLITE_PAGES ((uint64_t)1 << 24)
#define LIMIT_SQLITE_DEPTH 20
#define LIMIT_SQLITE_COLUMNS ((size_t)2000)
#define LIMIT_SQLITE_SCHEMA ((size_t)64 << 10)

/* A passwd file that names users: how much of it is looked at, and how many
 * names it may give. */
#define LIMIT_PASSWD ((size_t)16 << 20)
#define LIMIT_IDENTITIES 200000

/* A collector's list of digests: how much of it is read. */
#define LIMIT_HASH_LIST ((size_t)64 << 20)

/* How many names are looked at for one such list, where many are the same. */
#define LIMIT_HASH_LIST_STEPS ((uint64_t)50000000)

/* A query's text, and how deep its parentheses nest. */
#define LIMIT_QUERY ((size_t)65536)
#define LIMIT_QUERY_DEPTH 100

/* Memory of a grouping before it spills, and of a query's cached batches. */
#define LIMIT_GROUP_BYTES ((size_t)64 << 20)
#define LIMIT_CACHE_BYTES ((size_t)64 << 20)

#endif
