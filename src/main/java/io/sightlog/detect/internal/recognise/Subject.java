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
 */
public record Subject(
        String where,
        String name,
        String file,
        String sha256,
        @Nullable ImageSize imgsz,
        LabelFiles labels) {
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
}
