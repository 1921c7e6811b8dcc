/* One log in two containers: what a format says of names and meanings holds for
 * another, too, that finds the same values elsewhere. Its own come first. */
#include <string.h>

#include "parsers/define.h"
#include "src/base/escape.h"

/* `name` as it stands below `below`. */
static struct rename below(
    struct format *format, const struct rename *rename, struct str below)
{
    struct rename moved = *rename;
    if (below.len == 0)
        return moved;
    moved.from = arena_printf(
        &format->arena, "%.*s.%.*s", STR_ARG(below), STR_ARG(rename->from));
    moved.dig_count = dig_read(moved.from, moved.digs);
    return moved;
}

static bool has_rename(const struct format *format, struct str from)
{
    for (size_t i = 0; i < format->rename_count; i++)
        if (str_eq(format->renames[i].from, from))
            return true;
    return false;
}

static void join_renames(struct format *format, const struct format *base)
{
    struct rename *all = arena_alloc(&format->arena,
        (format->rename_count + base->rename_count + 1) * sizeof(*all));
    size_t count = format->rename_count;
    if (count > 0)
        memcpy(all, format->renames, count * sizeof(*all));
    for (size_t i = 0; i < base->rename_count; i++) {
        struct rename moved = below(format, &base->renames[i], format->below);
        if (!has_rename(format, moved.from))
            all[count++] = moved;
    }
    format->renames = all;
    format->rename_count = count;
}

/* Later values replace earlier ones, so what `base` sets stands before; but own
 * maps come first, as they may find what those of `base` look at. */
static void join_meaning(struct format *format, const struct format *base)
{
    struct settings *set = &format->set;
    struct setting *settings = arena_alloc(
        &format->arena, (set->count + base->set.count + 1) * sizeof(*settings));
    struct mapping *maps = arena_alloc(&format->arena,
        (format->map_count + base->map_count + 1) * sizeof(*maps));
    if (base->set.count > 0)
        memcpy(settings, base->set.items, base->set.count * sizeof(*settings));
    if (set->count > 0)
        memcpy(settings + base->set.count, set->items,
            set->count * sizeof(*settings));
    if (format->map_count > 0)
        memcpy(maps, format->maps, format->map_count * sizeof(*maps));
    if (base->map_count > 0)
        memcpy(maps + format->map_count, base->maps,
            base->map_count * sizeof(*maps));
    set->items = settings;
    set->count += base->set.count;
    format->maps = maps;
    format->map_count += base->map_count;
}

int format_join(
    struct format *format, const struct format *base, struct err *err)
{
    if (base == NULL)
        return format_fail(format, NULL, err, "like: there is no format %s",
            escape_text(format->like));
    if (base->like.len > 0)
        return format_fail(format, NULL, err, "like: %s is itself like another",
            escape_text(format->like));
    format->base = base;
    join_renames(format, base);
    join_meaning(format, base);
    if (format->time_count == 0 && format->time_name_count == 0) {
        format->times = base->times;
        format->times_shared = true;
        format->time_count = base->time_count;
        format->time_names = base->time_names;
        format->time_name_count = base->time_name_count;
    }
    if (format->zone == NULL)
        format->zone = base->zone;
    if (format->logsource_count == 0) {
        format->logsources = base->logsources;
        format->logsource_count = base->logsource_count;
    }
    if (format->moment_count == 0) {
        format->moments = base->moments;
        format->moment_count = base->moment_count;
    }
    if (format->split_count == 0) {
        format->splits = base->splits;
        format->split_count = base->split_count;
    }
    format->accounts = format->accounts || base->accounts;
    if (!format->repeats) {
        format->repeats = base->repeats;
        format->repeat_ignores = base->repeat_ignores;
    }
    format->fields |= base->fields;
    return 0;
}
