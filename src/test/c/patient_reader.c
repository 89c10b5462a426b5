/*
 * Reads a journal as a named consumer, and waits for a line on its standard input after the first event and after each error that
 * is no damage; then it goes on with the same reader.
 *
 *     patient_reader DIRECTORY NAME [again]
 *
 * Prints "event SEQUENCE", "error CODE TEXT" and, where there are no more, "end". With "again" it then waits for a line and goes on.
 */
#include "sightlog.h"

#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv) {
    sightlog_reader *reader;
    sightlog_event event;
    sightlog_error error;
    sightlog_reader_options options = {.name = argc >= 3 ? argv[2] : NULL};
    char line[64];
    int result, again = argc == 4, first = !again;
    if (argc < 3) {
        return 2;
    }
    if (sightlog_reader_open(&reader, argv[1], &options, &error) != SIGHTLOG_OK) {
        printf("error %d %s\n", error.code, error.text);
        return 1;
    }
    while (1) {
        result = sightlog_next(reader, &event);
        if (result == SIGHTLOG_NONE) {
            printf("end\n");
            fflush(stdout);
            if (!again || !fgets(line, sizeof line, stdin)) {
                break;
            }
            continue;
        }
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
    sightlog_reader_close(reader);
    return 0;
}
