/**
 * Events from NDJSON: the other half of {@code io.sightlog.sink.print}.
 *
 * <p>The law: what was printed as NDJSON, appended to any journal and printed again, differs only in {@code index},
 * {@code place}, {@code appendedNanos}, {@code producer} and {@code sequence}. It holds for frames, skips and messages, and
 * for everything in them that the printer knows;
 * sections of other types are not in NDJSON and get lost.
 *
 * <p>Anything may be left out of a line, and {@code null} is the same as leaving it out:
 *
 * <ul>
 *   <li>{@code kind} is {@code frame}; a {@code skip} needs its {@code reason}, which nothing else has, and a
 *       {@code message} its {@code topic}.
 *   <li>A message holds {@code text}, empty when left out, or {@code base64}; of the numbers, sizes, digests and labels of
 *       frames it has none, but zeros and empty texts may be there.
 *   <li>{@code capturedNanos} is {@code capturedAt}, or else the time of parsing.
 *   <li>Texts are empty, numbers 0, but {@code confidence} is 1. A detection needs a label, a class id, or both.
 *   <li>{@code index}, {@code place}, {@code appendedNanos}, {@code producer} and {@code sequence} must be well-formed and
 *       are then ignored: an appended event gets its own.
 *   <li>Fields of other names are ignored, so that lines of a newer Sightlog, or with notes of their producer's, can be
 *       appended. A misspelt name is ignored likewise.
 *   <li>64-bit numbers may be strings or whole JSON numbers.
 * </ul>
 *
 * <p>What the ids mean comes from one of three places:
 *
 * <ul>
 *   <li>The line names a {@code labelSet}: if the catalogue has it, and it says what the line says, the event refers to
 *       it. Else the event keeps the hash, and carries the model and labels of the line itself.
 *   <li>{@code labelSet} is empty: the event carries them itself.
 *   <li>There is none: labels are gathered, for each {@code model} (or "append"), in a label set that grows during the
 *       run, and is published whenever a new label comes. Ids given with labels are kept, labels without ids are given
 *       free ones. A line that contradicts earlier ones carries its own labels, and so do lines with new labels once
 *       1,000 label sets have been published, or 10,000 labels gathered. A line with nothing but ids needs no labels.
 * </ul>
 */
@NullMarked
package io.sightlog.produce.lines;

import org.jspecify.annotations.NullMarked;
