package io.sightlog.timeline;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What files of the index are called. */
final class IndexNames {
    static final String CYCLE = ".cycle";
    private static final String DAY = ".day";
    private static final String MONTH = ".month";

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);
    private static final DateTimeFormatter YEAR_AND_MONTH = DateTimeFormatter.ofPattern("uuuuMM", Locale.ROOT);

    private IndexNames() {}

    static String ofDay(long startSecond) {
        return LocalDate.ofEpochDay(startSecond / Levels.DAY).format(DATE) + DAY;
    }

    static String ofMonth(long startSecond) {
        return LocalDate.ofEpochDay(startSecond / Levels.DAY).format(YEAR_AND_MONTH) + MONTH;
    }

    /** Whether a file is one of an index. */
    static boolean isOne(String name) {
        return name.endsWith(CYCLE) || name.endsWith(DAY) || name.endsWith(MONTH);
    }
}
