package io.sightlog.text;

import io.sightlog.event.LabelSet;
import java.io.IOException;

/** Where new label sets go: the catalogue of the journal that is appended to. */
@FunctionalInterface
public interface LabelPublisher {
    /**
     * Makes a label set known, so that events may refer to it from now on. One that is known already is no error.
     *
     * @return its hash, never 0
     */
    long publish(LabelSet labels) throws IOException;
}
