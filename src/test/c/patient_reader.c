/*
 * Reads a journal as a named consumer, and waits for a line on its standard input after the first event and after each error that
 * is no damage; then it goes on with the same reader.
 *
 *     patient_reader DIRECTORY NAME
 *
 * Prints "event SEQUENCE", "error CODE TEXT" and, where there are no more, "end".
 */
#include "sightlog.h"

#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv) {
    sightlog_reader *reader;
    sightlog_event event;
    sightlog_error error;
    sightlog_reader_options options = {.name = argc == 3 ? argv[2] : NULL};
    char line[64];
    int result, first = 1;
    if (argc != 3) {
        return 2;
    }
    if (sightlog_reader_open(&reader, argv[1], &options, &error) != SIGHTLOG_OK) {
        printf("error %d %s\n", error.code, error.text);
        return 1;
    }
    while ((result = sightlog_next(reader, &event)) != SIGHTLOG_NONE) {
        if (result == SIGHTLOG_OK) {
            printf("event %" PRId64 "\n", event.sequence);
            if (sightlog_handled(reader) != SIGHTLOG_OK) {
                return 1;
            }
        } else {
            printf("error %d %s\n", result, sightlog_reader_error(reader)->text);
        }
        fflush(stdout);
        if ((result != SIGHTLOG_OK || first) && !fgets(line, sizeof line, stdin)) {
            return 1;
        }
        first = 0;
    }
    printf("end\n");
    sightlog_reader_close(reader);
    return 0;
}
