/* helper_time: run a command several times and print the median of its wall
 * seconds, its processor seconds and its peak memory in MiB. For make bench.
 *
 *     helper_time RUNS COMMAND [ARGUMENT...]
 *
 * The command's output is read and thrown away: into /dev/null some programs
 * (grep) do not do their work. Exits 1 when a run does not exit 0. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 100 };

struct run {
    double wall, processor, memory;
};

static double seconds(struct timespec t)
{
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void become(char **command, const int output[2])
{
    dup2(output[1], STDOUT_FILENO);
    dup2(output[1], STDERR_FILENO);
    close(output[0]);
    close(output[1]);
    execvp(command[0], command);
    _exit(127);
}

static void drain(int from)
{
    static char bytes[1 << 16];
    while (read(from, bytes, sizeof(bytes)) > 0)
        continue;
    close(from);
}

static int run_once(char **command, struct run *out)
{
    struct timespec start, end;
    struct rusage usage;
    int status, output[2];

    if (pipe(output) < 0)
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t child = fork();
    if (child < 0)
        return -1;
    if (child == 0)
        become(command, output);
    close(output[1]);
    drain(output[0]);
    if (wait4(child, &status, 0, &usage) < 0)
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &end);
    *out = (struct run){
        .wall = seconds(end) - seconds(start),
        .processor = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
        .memory = (double)usage.ru_maxrss / 1024,
    };
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static int by_wall(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    return (x->wall > y->wall) - (x->wall < y->wall);
}

int main(int argc, char **argv)
{
    struct run runs[RUNS_MAX];
    int count = argc > 2 ? atoi(argv[1]) : 0;

    if (count < 1 || count > RUNS_MAX) {
        fprintf(stderr, "usage: helper_time RUNS COMMAND...\n");
        return 2;
    }
    for (int i = 0; i < count; i++) {
        if (run_once(argv + 2, &runs[i]) < 0) {
            fprintf(stderr, "helper_time: %s failed\n", argv[2]);
            return 1;
        }
    }
    qsort(runs, (size_t)count, sizeof(runs[0]), by_wall);
    const struct run *median = &runs[count / 2];
    printf("%.3f %.3f %.0f\n", median->wall, median->processor, median->memory);
    return 0;
}
