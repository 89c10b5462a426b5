package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.DetectorOptions.ImageSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model that is looked at, and what was said about it.
 *
 * @param where its path, for messages
 * @param name how people call it
 * @param file name of its file
 * @param sha256 of its file, 64 lower-case hex digits
 * @param imgsz size of the input that was asked for, or null
 * @param labels those that come from files
 * @param neighbours what an exporter may have written into files of their own
 */
public record Subject(
        String where,
        String name,
        String file,
        String sha256,
        @Nullable ImageSize imgsz,
        LabelFiles labels,
        Neighbours neighbours) {
    /** Files with labels that belong to the model. Each throws a ModelException where a file is wrong, or has not as many. */
    public interface LabelFiles {
        /** Those of a file that somebody has named, or null; they are stronger than what the model says. */
        @Nullable
        GivenLabels asked();

        /**
         * Those of a file beside the model, or null.
         *
         * @param classes how many the model has, or 0 when that is not known
         */
        @Nullable
        GivenLabels beside(int classes);
    }

    /**
     * Labels that come from a file.
     *
     * @param values from id 0
     * @param file for people
     */
    public record GivenLabels(List<String> values, String file) {
        public GivenLabels {
            values = List.copyOf(values);
        }
    }

    /** Small files beside the model. */
    @FunctionalInterface
    public interface Neighbours {
        /** None. */
        Neighbours NONE = name -> null;

        /**
         * The text of one, or null when there is none of that name.
         *
         * @throws io.sightlog.detect.ModelException when it cannot be read, or is not small
         */
        @Nullable
        String text(String name);
    }
}
