/* demo_logs: the shipped logs of a break-in, as files. */
#ifndef SPOOR_CLI_DEMO_LOGS_H
#define SPOOR_CLI_DEMO_LOGS_H

#include "src/base/err.h"

#define DEMO_TITLE "Spoor demo"

/* Write them below `folder`, one folder a host, with the modification times
 * that date the stamps without a year. */
int demo_logs_write(const char *folder, struct err *err);

#endif
