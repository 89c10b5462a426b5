package io.sightlog.cli.options;

import io.sightlog.journal.Roll;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a new journal rolls. */
public final class RollOption {
    @Option(
            names = "--roll",
            paramLabel = "ROLL",
            defaultValue = "hourly",
            converter = RollConverter.class,
            description =
                    "How long a new journal writes one file before it begins the next: secondly, minutely, five-minutely, ten-minutely, "
                            + "half-hourly, hourly, six-hourly or daily (default: ${DEFAULT-VALUE}). An existing journal keeps its own.")
    Roll roll = Roll.HOURLY;

    static final class RollConverter implements ITypeConverter<Roll> {
        @Override
        public Roll convert(String text) {
            try {
                return Roll.named(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
