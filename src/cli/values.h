/* values: option values that several commands take, checked and explained. Each
 * returns false when the value is wrong: the message is out and `status` set.
 * An absent option leaves `out` untouched. */
#ifndef SPOOR_CLI_VALUES_H
#define SPOOR_CLI_VALUES_H

#include "src/base/zone.h"
#include "src/cli/cli.h"
#include "src/query/query.h"

bool value_zone(
    const struct cli *cli, const struct zone **out, bool *given, int *status);
bool value_year(const struct cli *cli, int32_t *out, int *status);
bool value_clock_offset(
    const struct cli *cli, int64_t *out, bool *given, int *status);
bool value_limit(const struct cli *cli, uint64_t *out, int *status);
bool value_id(const struct cli *cli, const char *text, const char *what,
    int64_t *out, int *status);

/* The query of a command line: zone of the case, newest acquisition, and the
 * times of its events. The message of a bad query is printed. */
struct query *value_query(
    struct cli *cli, struct store *store, const char *text, int *status);

/* The zone of the case (UTC unless set). */
const struct zone *case_zone(struct store *store);

#endif
