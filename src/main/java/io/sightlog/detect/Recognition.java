package io.sightlog.detect;

import java.util.List;

/**
 * What was concluded about a model, and why.
 *
 * @param conclusions in the order in which people ask
 * @param assumptions what could not be seen in the model's file and is only its family's habit, one sentence each
 */
public record Recognition(List<Conclusion> conclusions, List<String> assumptions) {
    /** Everything is as the model's card says. */
    public static final Recognition BY_CARD = new Recognition(List.of(), List.of());

    public Recognition {
        conclusions = List.copyOf(conclusions);
        assumptions = List.copyOf(assumptions);
    }

    /**
     * One of them.
     *
     * @param what such as {@code family}
     * @param value such as {@code yolov8}
     * @param why where it was seen, or that it was assumed
     */
    public record Conclusion(String what, String value, String why) {}
}
