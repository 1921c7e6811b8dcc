/* readers: the const struct of every reader, for the table in registry.c. */
#ifndef SPOOR_PARSERS_READERS_H
#define SPOOR_PARSERS_READERS_H

#include "parsers/parser.h"

extern const struct parser parser_lines;
extern const struct parser parser_carrying;
extern const struct parser parser_json_lines;
extern const struct parser parser_json_array;
extern const struct parser parser_json_objects;
extern const struct parser parser_csv;
extern const struct parser parser_w3c;
extern const struct parser parser_logfmt;
extern const struct parser parser_plain;
extern const struct parser parser_windows_xml;
extern const struct parser parser_evtx;
extern const struct parser parser_journal;
extern const struct parser parser_journal_export;
extern const struct parser parser_journal_json;
extern const struct parser parser_utmp;
extern const struct parser parser_lastlog;
extern const struct parser parser_wtmpdb;
extern const struct parser parser_lastlog2;
extern const struct parser parser_auditd;
extern const struct parser parser_asl;
extern const struct parser parser_bodyfile;
extern const struct parser parser_mactime;
extern const struct parser parser_vc0;

#endif
