#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE /* TIOCSWINSZ, TIOCSCTTY */
#include "tests/pseudo.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_both(struct pseudo *pseudo, struct err *err)
{
    pseudo->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (pseudo->master < 0 || grantpt(pseudo->master) < 0 ||
        unlockpt(pseudo->master) < 0)
        return err_errno(err, "opening a pseudo-terminal");
    const char *name = ptsname(pseudo->master);
    pseudo->slave =
        name != NULL ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (pseudo->slave < 0 || tcgetattr(pseudo->slave, &pseudo->before) < 0)
        return err_errno(err, "opening a pseudo-terminal's other end");
    fcntl(pseudo->master, F_SETFL, O_NONBLOCK);
    return 0;
}

static void become(const struct pseudo *pseudo, char *const *command)
{
    setsid();
    ioctl(pseudo->slave, TIOCSCTTY, 0);
    for (int fd = 0; fd <= 2; fd++)
        dup2(pseudo->slave, fd);
    execvp(command[0], command);
    _exit(127);
}

int pseudo_start(struct pseudo *pseudo, int width, int height,
    char *const *command, struct err *err)
{
    *pseudo = (struct pseudo){.master = -1, .slave = -1};
    if (open_both(pseudo, err) < 0)
        return -1;
    pseudo_resize(pseudo, width, height);
    pseudo->pid = fork();
    if (pseudo->pid < 0)
        return err_errno(err, "starting %s", command[0]);
    if (pseudo->pid == 0)
        become(pseudo, command);
    return 0;
}

void pseudo_done(struct pseudo *pseudo)
{
    int status;
    pseudo_hang_up(pseudo);
    if (pseudo->pid > 0 && !pseudo_has_ended(pseudo, &status)) {
        kill(pseudo->pid, SIGKILL);
        waitpid(pseudo->pid, &status, 0);
    }
    if (pseudo->slave >= 0)
        close(pseudo->slave);
}

size_t pseudo_read(
    struct pseudo *pseudo, char *bytes, size_t size, int timeout_ms)
{
    struct pollfd wait = {.fd = pseudo->master, .events = POLLIN};
    if (poll(&wait, 1, timeout_ms) <= 0)
        return 0;
    ssize_t n = read(pseudo->master, bytes, size);
    return n > 0 ? (size_t)n : 0;
}

bool pseudo_write(struct pseudo *pseudo, struct str bytes)
{
    return write(pseudo->master, bytes.ptr, bytes.len) == (ssize_t)bytes.len;
}

void pseudo_resize(struct pseudo *pseudo, int width, int height)
{
    struct winsize size = {
        .ws_col = (unsigned short)width, .ws_row = (unsigned short)height};
    ioctl(pseudo->master, TIOCSWINSZ, &size);
}

void pseudo_hang_up(struct pseudo *pseudo)
{
    if (pseudo->master >= 0)
        close(pseudo->master);
    pseudo->master = -1;
}

bool pseudo_has_ended(struct pseudo *pseudo, int *status)
{
    if (pseudo->pid <= 0 ||
        waitpid(pseudo->pid, status, WNOHANG) != pseudo->pid)
        return false;
    pseudo->pid = 0;
    return true;
}

bool pseudo_is_restored(const struct pseudo *pseudo)
{
    struct termios now;
    if (tcgetattr(pseudo->slave, &now) < 0)
        return false;
    return now.c_iflag == pseudo->before.c_iflag &&
           now.c_oflag == pseudo->before.c_oflag &&
           now.c_cflag == pseudo->before.c_cflag &&
           now.c_lflag == pseudo->before.c_lflag &&
           memcmp(now.c_cc, pseudo->before.c_cc, sizeof(now.c_cc)) == 0;
}
