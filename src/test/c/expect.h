/* For tests: what must be so, or the program ends with 1 and says where. */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdio.h>
#include <stdlib.h>

#define EXPECT(what)                                                   \
    do {                                                               \
        if (!(what)) {                                                 \
            fprintf(stderr, "line %d: not so: %s\n", __LINE__, #what); \
            exit(1);                                                   \
        }                                                              \
    } while (0)

#endif
