package io.sightlog.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the plain numbers people type. */
public final class Numbers {
    private Numbers() {}

    /** 0 to 1, as confidence and overlap are. */
    public static final class FractionConverter implements ITypeConverter<Float> {
        @Override
        public Float convert(String text) {
            try {
                float value = Float.parseFloat(text);
                if (value >= 0 && value <= 1) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // reported below
            }
            throw new TypeConversionException("bad confidence \"" + text + "\": a number in 0..1 is needed");
        }
    }

    /** 0 or more. */
    public static final class CountConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                long value = Long.parseLong(text);
                if (value >= 0) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // reported below
            }
            throw new TypeConversionException("bad count \"" + text + "\": a whole number, 0 or more, is needed");
        }
    }
}
