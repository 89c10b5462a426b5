package io.sightlog.detect;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The decoders a card may name. A new family of models is registered here. */
final class OutputDecoders {
    private static final Map<String, OutputDecoder> BY_NAME =
            new TreeMap<>(Map.of("centernet", new CenterNetDecoder(), "ssd", new SsdDecoder()));

    private OutputDecoders() {}

    static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /** @throws ModelException when no decoder has that name */
    static OutputDecoder named(String name) {
        OutputDecoder decoder = BY_NAME.get(name);
        if (decoder == null) {
            throw new ModelException("no decoder is called " + name + "; wanted: one of " + names());
        }
        return decoder;
    }

    /** The outputs a family has, by their number. */
    static void requireCount(List<Tensor> outputs, int wanted) {
        if (outputs.size() != wanted) {
            throw new ModelException(
                    "the card names " + outputs.size() + " outputs " + outputs + "; wanted: " + wanted);
        }
    }
}
