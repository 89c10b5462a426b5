package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Engine;
import io.sightlog.detect.internal.engine.OnnxFile;
import java.util.List;

/** Tells which family a model belongs to. A new family is registered here. */
public final class Recogniser {
    private static final List<Family> FAMILIES = List.of();

    private Recogniser() {}

    /**
     * Refuses what no program of this kind can use, before it is loaded: by its operators, its task, its outputs.
     *
     * @throws ModelException which names what it is, and what to do
     */
    public static void refuse(OnnxFile file, String where) {}

    /** The one match, or an error that says what was seen. */
    static Match match(Facts facts, String where) {
        throw new ModelException(where + " " + facts + FAMILIES);
    }

    /** Runs the model once on a grey picture. */
    static Facts facts(OnnxFile file, Engine engine) {
        throw new ModelException(file + " " + engine);
    }
}
