package io.sightlog.metrics;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which of the two forms of the text a client prefers, by the Accept header of its request. */
final class Accept {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String PLAIN = "text/plain";

    private Accept() {}

    /** Whether it asks for OpenMetrics by name, and for nothing else that there is more. */
    static boolean prefersOpenMetrics(@Nullable String header) {
        double open = weight(header, OPEN_METRICS);
        return open > 0 && open >= weight(header, PLAIN);
    }

    /** The highest that the header gives to the type, in any version of it; 0 when it does not name it. */
    private static double weight(@Nullable String header, String type) {
        double highest = 0;
        for (String range : header == null ? new String[0] : header.split(",")) {
            String[] parts = range.split(";", -1);
            if (!parts[0].strip().equalsIgnoreCase(type)) {
                continue;
            }
            double weight = 1;
            for (int i = 1; i < parts.length; i++) {
                String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
                weight = parameter.startsWith("q=") ? quality(parameter.substring(2)) : weight;
            }
            highest = Math.max(highest, weight);
        }
        return highest;
    }

    private static double quality(String text) {
        return text.matches("[01](\\.\\d{0,3})?") ? Double.parseDouble(text) : 0;
    }
}
