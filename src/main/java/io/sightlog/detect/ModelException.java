package io.sightlog.detect;

import org.jspecify.annotations.Nullable;

/** A model or its card cannot be used. The message is one line for people: what, which value, what to try. */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final @Nullable String card;

    public ModelException(String message) {
        super(message);
        this.card = null;
    }

    public ModelException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.card = null;
    }

    private ModelException(String message, String card) {
        super(message);
        this.card = card;
    }

    /** A model that cannot be used without a card. */
    static ModelException withCard(String message, String card) {
        return new ModelException(message, card);
    }

    /** A card for somebody to complete, as YAML, to be shown below the message; or null. */
    public @Nullable String card() {
        return card;
    }
}
