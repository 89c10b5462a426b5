/**
 * An event as text, in both directions: {@link io.sightlog.text.PrintFormat} prints one line for people, NDJSON and YAML
 * with every field, or CSV with a row a detection; {@link io.sightlog.text.EventLines} reads NDJSON back.
 *
 * <p>NDJSON is the form that other programs and {@code append} read. The order of its fields, which of them are strings and how numbers are written are fixed, so that programs in other
 * languages can print the same bytes; {@code docs/ndjson.md} says all of it for them:
 *
 * <ul>
 *   <li>64-bit numbers are strings of decimal digits, because many JSON readers keep only 53 bits. {@code frame} is a
 *       JSON number nevertheless, as people expect of a frame number: append takes none of 2^53 or more.
 *   <li>{@code digest} and {@code labelSet} are 16 hex digits in the order of their bytes, as {@code sha256sum} prints
 *       them, or empty; {@code producer} is a number, so its hex digits begin with the most significant one.
 *   <li>Floats are what {@link io.sightlog.text.ShortestFloat} says.
 *   <li>A class id without a label has the id as its label.
 *   <li>UTF-8; in strings only {@code "}, {@code \} and what is below U+0020 are escaped, as {@code \b \f \n \r \t} or
 *       with lower-case hex digits.
 *   <li>A message has, behind everything else, its {@code topic}, and its {@code text} or {@code base64}. In CSV all rows
 *       have these columns.
 *   <li>Sections of other types are not printed.
 * </ul>
 */
@NullMarked
package io.sightlog.text;

import org.jspecify.annotations.NullMarked;
