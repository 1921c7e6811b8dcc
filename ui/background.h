/* background: work that must not take the processor from keys. */
#ifndef SPOOR_UI_BACKGROUND_H
#define SPOOR_UI_BACKGROUND_H

/* The calling thread, and those it will start, give way to the thread that
 * draws and to those that read what it waits for. */
void background_thread(void);

#endif
