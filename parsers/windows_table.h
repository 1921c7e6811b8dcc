/* windows_table: parsers/windows/NAME.yaml in compiled form: what an event of
 * some provider and number means. Immutable once loaded, shared by threads.
 *
 * Names are worked out when a file is loaded: whatever a rule sets, maps, cuts
 * or says refers to a short field or, by number, to one of the rule's own
 * `names`. Reading an event then compares no names. */
#ifndef SPOOR_PARSERS_WINDOWS_TABLE_H
#define SPOOR_PARSERS_WINDOWS_TABLE_H

#include "parsers/define.h"
#include "parsers/windows.h"

/* A short field, or (FIELD_NONE) one of the rule's names. */
struct windows_ref {
    enum field field;
    uint16_t name;
};

/* Literal text, then a value. `option` numbers the [...] it stands in, 0 for
 * none: a bracket in which a value is absent is left out as a whole. */
struct windows_part {
    struct str before;
    bool has_value;
    uint8_t option;
    struct windows_ref value;
};

struct windows_template {
    struct windows_part *parts;
    size_t count;
};

struct windows_setting {
    struct windows_ref to;
    struct windows_template value;
};

struct windows_settings {
    struct windows_setting *items;
    size_t count;
};

struct windows_choice {
    struct str from; /* "*": any other */
    struct windows_settings set;
};

struct windows_map {
    struct windows_ref from;
    struct windows_choice *choices;
    size_t choice_count;
};

/* Lines "NAME=VALUE" of a text become values of their own, or what stands
 * between two texts goes somewhere. */
struct windows_cut {
    struct windows_ref *from; /* the first that has a value */
    size_t from_count;
    char by; /* between name and value; 0: the other way */
    struct str after, before;
    struct windows_ref to;
};

/* Where an event's value of that name goes. In order: of several names for one
 * field the first that has a value gives it. */
struct windows_place {
    struct str name;
    enum field field;
};

struct windows_rule {
    const struct windows_table *table;
    uint32_t id;
    int line;          /* in the file */
    struct str *names; /* as events write them, or as the rule calls them */
    size_t name_count, name_capacity;
    struct windows_place *places;
    size_t place_count;
    struct windows_cut *cuts;
    size_t cut_count;
    struct windows_settings set;
    struct windows_map *maps;
    size_t map_count;
    struct windows_template says;
    /* The message is a log line of this format's messages (sshd). */
    struct windows_ref hand_on;
    struct str hand_to; /* empty: it is not */
};

/* "Subject/Account Name" of a rendered message is the value SubjectUserName. */
struct windows_label {
    struct str section, label, name;
};

struct windows_example {
    const struct yaml *node;
    uint32_t id;
    const struct yaml *values, *gives;
};

struct windows_table {
    struct format *file; /* its path, arena, name and YAML */
    struct str *providers;
    size_t provider_count;
    struct str *channels;
    size_t channel_count;
    struct windows_rule *rules;
    size_t rule_count;
    struct windows_label *labels;
    size_t label_count;
    struct windows_example *examples;
    size_t example_count;
};

/* Read one file; NULL with the reason ("file:line: ...") in `err`. */
struct windows_table *windows_table_load(
    const struct embedded *source, struct err *err);
void windows_table_free(struct windows_table *table);

/* All files in force. A file of a name already there takes its place. */
int windows_tables_add(struct windows_tables *tables,
    const struct embedded *file, struct err *err);
void windows_tables_done(struct windows_tables *tables);
/* FIELD_BIT of all that events may set, their System part included. */
uint64_t windows_tables_fields(const struct windows_tables *tables);

/* The rule for an event: of its provider, or, where the event names none, of
 * its channel. NULL when there is none. */
const struct windows_rule *windows_tables_find(
    const struct windows_tables *tables, struct str provider,
    struct str channel, uint32_t id);
/* The file for a provider or channel, whatever the event; NULL. */
const struct windows_table *windows_tables_of(
    const struct windows_tables *tables, struct str provider,
    struct str channel);

/* Run the examples inside a file: how many failed, with a line each. */
size_t windows_table_test(const struct formats *formats,
    const struct windows_table *table, struct buf *report);

#endif
