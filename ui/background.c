/* Threads of one priority share a processor in turns of some milliseconds, and
 * a search has one for each processor: a key then waits for a turn. POSIX gives
 * a nice value to the whole process; Linux gives each thread its own, which
 * threads inherit. Elsewhere the whole program becomes a little nicer. */
#define _XOPEN_SOURCE 700
#include "ui/background.h"

#include <unistd.h>

enum { NICER = 5 };

void background_thread(void)
{
    int ignored = nice(NICER);
    (void)ignored; /* as it was: slower, not wrong */
}
