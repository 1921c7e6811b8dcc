/* meter: long work with a progress line on a terminal and Ctrl-C that stops it
 * cleanly. */
#ifndef SPOOR_CLI_METER_H
#define SPOOR_CLI_METER_H

#include "src/job/job.h"

enum meter_unit { METER_BYTES, METER_EVENTS };

/* Run the job in a thread of its own and wait. While stderr is a terminal, one
 * line there tells how far it is, how fast, and what time is left. The first
 * Ctrl-C asks the job to stop and keep what is done, the second ends the
 * program as usual. */
int meter_run(job_run *run, void *context, const char *verb,
    enum meter_unit unit, struct err *err);

/* For messages while the line is on screen: erase it first. */
void meter_erase(void);

#endif
