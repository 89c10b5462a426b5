package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.recognise.Subject.GivenLabels;
import io.sightlog.detect.internal.recognise.Subject.LabelFiles;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a model's class ids mean.
 *
 * @param values from id 0
 * @param why where they were seen
 * @param assumed a sentence when they were not seen, else null
 */
record Labels(List<String> values, String why, @Nullable String assumed) {
    /** Where nobody says how many classes there are. */
    private static final int MANY = 1000;

    /**
     * The first that there is: a file that somebody has named, what the exporter wrote, a file beside the model, the family's habit,
     * {@code class 0} and so on.
     *
     * @param names what the exporter wrote, or empty
     * @param where the model's path, for messages
     * @throws ModelException when their number is not that of the model's classes
     */
    static Labels of(Match match, List<String> names, LabelFiles files, String where) {
        GivenLabels asked = files.asked();
        if (asked != null) {
            return counted(match, asked.values(), asked.file(), where);
        }
        if (!names.isEmpty()) {
            return counted(match, names, "metadata names", where);
        }
        if (match.given() != null) {
            return counted(match, match.given().values(), match.given().file(), where);
        }
        GivenLabels beside = files.beside(match.classes());
        if (beside != null) {
            return counted(match, beside.values(), beside.file(), where);
        }
        if (!match.habit().isEmpty()) {
            return new Labels(
                    match.habit(),
                    "assumed",
                    "labels are the " + match.habit().size() + " of COCO, which " + match.family()
                            + " is trained on unless somebody trains it anew; --labels FILE says otherwise");
        }
        int classes = match.classes() > 0 ? match.classes() : MANY;
        return new Labels(
                IntStream.range(0, classes).mapToObj(Names::unnamed).toList(),
                "no labels are in the file or beside it",
                "labels are class 0 to class " + (classes - 1)
                        + ", as none are in the file or beside it; --labels FILE says what they mean");
    }

    /** How many there are, wherever they are, or 0. */
    static int count(List<String> names, LabelFiles files) {
        GivenLabels asked = files.asked();
        if (asked != null) {
            return asked.values().size();
        }
        GivenLabels beside = names.isEmpty() ? files.beside(0) : null;
        return beside == null ? names.size() : beside.values().size();
    }

    private static Labels counted(Match match, List<String> values, String from, String where) {
        if (match.classes() > 0 && match.classes() != values.size()) {
            throw new ModelException("the model " + where + " has " + match.classes() + " classes as " + match.family()
                    + ", but " + from + " has " + values.size() + " labels; "
                    + (match.decoder().equals("rf-detr") && values.size() == match.classes() - 1
                            ? "if its first or last class stands for nothing, a card says which: settings.background"
                            : "give others with --labels FILE"));
        }
        return new Labels(values, from, null);
    }
}
