package io.sightlog.cli;

import io.sightlog.detect.Near;
import io.sightlog.text.BadLineException;
import io.sightlog.text.UnknownFields;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Reports each unknown field once, or refuses its line. */
final class UnknownFieldsReport implements UnknownFields {
    /** More names than this are not kept in mind, whatever comes. */
    private static final int MOST = 100;

    private final boolean strict;
    private final Consumer<String> notice;
    private final Set<String> reported = new HashSet<>();

    /**
     * @param strict whether a line with such a field is refused
     * @param notice gets a line for people
     */
    UnknownFieldsReport(boolean strict, Consumer<String> notice) {
        this.strict = strict;
        this.notice = notice;
    }

    @Override
    public void met(String name, Owner owner) throws BadLineException {
        if (strict) {
            throw new BadLineException(text(name, owner));
        }
        if (reported.size() < MOST && reported.add(owner + " " + name)) {
            notice.accept(text(name, owner) + ", and is not kept"
                    + (reported.size() == MOST ? "; more of them are not reported" : ""));
        }
    }

    private static String text(String name, Owner owner) {
        List<String> near = Near.nearest(name, owner.fields());
        return "\"" + BadLineException.shown(name) + "\" is no field of " + owner.text()
                + (near.isEmpty() ? "" : " (near it: " + String.join(", ", near) + ")");
    }
}
