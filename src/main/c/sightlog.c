/*
 * The library behind sightlog.h. docs/format.md says what lies where, and in which order it is written; names here are its names.
 *
 * It is compiled as one, so that it shows nothing but what sightlog.h declares, and can be compiled into a program by naming this file. Each
 * part uses only those above it. "make" also writes a single file of them, build/sightlog.c, which needs sightlog.h alone.
 *
 * Everything read out of a file is bounded before it is followed: a journal from elsewhere is data.
 */
#define _GNU_SOURCE
#include "sightlog.h"

/* What reading and appending build on. */
#include "parts/base.c"
#include "parts/hash.c"
#include "parts/os.c"
#include "parts/format.c"
#include "parts/owner.c"

/* Reading: documents, breaks, batches, events, labels, named consumers, kept pictures. */
#include "parts/event.c"
#include "parts/cursor.c"
#include "parts/peek.c"
#include "parts/find.c"
#include "parts/pruned.c"
#include "parts/id.c"
#include "parts/walk.c"
#include "parts/seek.c"
#include "parts/labels.c"
#include "parts/consumers.c"
#include "parts/reader.c"
#include "parts/picture.c"

/* Appending: drafts, slots and the write lock, blocks before use, new cycles, index, label sets, repair. */
#include "parts/draft.c"
#include "parts/slots.c"
#include "parts/writer.c"
#include "parts/cycle.c"
#include "parts/lock.c"
#include "parts/append.c"
#include "parts/publish.c"
#include "parts/restore.c"
#include "parts/fillers.c"
#include "parts/mend.c"
#include "parts/make.c"
#include "parts/open.c"
