package io.sightlog.detect.internal.recognise;

import org.jspecify.annotations.Nullable;

/** A kind of models that are fed and read alike. Keeps no state. */
@FunctionalInterface
interface Family {
    /**
     * @param where the model's path, for messages
     * @return what is known of the model if it looks like one of this family, else null
     * @throws io.sightlog.detect.ModelException when it is surely of this family, and cannot be used
     */
    @Nullable
    Match match(Facts facts, String where);
}
