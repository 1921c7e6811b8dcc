/* The loop that our reader of EVTX is measured against: every record of the
 * files as XML, by libevtx, as often as asked. Built by bench.sh where the
 * library is there; the program itself does not use it.
 *     bench_libevtx TIMES FILE...    prints records and seconds */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <libevtx.h>

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* True when the record's XML could be had. */
static int read_record(libevtx_file_t *file, int index)
{
    static uint8_t xml[4 << 20];
    libevtx_record_t *record = NULL;
    size_t size = 0;
    int done =
        libevtx_file_get_record_by_index(file, index, &record, NULL) == 1 &&
        libevtx_record_get_utf8_xml_string_size(record, &size, NULL) == 1 &&
        size <= sizeof(xml) &&
        libevtx_record_get_utf8_xml_string(record, xml, size, NULL) == 1;
    libevtx_record_free(&record, NULL);
    return done;
}

static unsigned long read_file(const char *path)
{
    libevtx_file_t *file = NULL;
    unsigned long records = 0;
    int count = 0;
    if (libevtx_file_initialize(&file, NULL) == 1 &&
        libevtx_file_open(file, path, LIBEVTX_OPEN_READ, NULL) == 1 &&
        libevtx_file_get_number_of_records(file, &count, NULL) == 1)
        for (int i = 0; i < count; i++)
            records += (unsigned long)read_record(file, i);
    libevtx_file_close(file, NULL);
    libevtx_file_free(&file, NULL);
    return records;
}

int main(int argc, char **argv)
{
    unsigned long records = 0;
    long times = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    double start = seconds_now();
    for (int i = 2; i < argc; i++)
        for (long k = 0; k < times; k++)
            records += read_file(argv[i]);
    printf("%lu %.6f\n", records, seconds_now() - start);
    return EXIT_SUCCESS;
}
