package io.sightlog;

/**
 * Where random tests begin. The short form, which is part of {@code mvn verify}, has the same seed each time, so that it fails for
 * a change and never by chance; the long form, {@code -Dsightlog.long=true}, has another one each time. {@code -Dsightlog.seed=N}
 * takes that one.
 */
public final class Seeds {
    private static final long SHORT_FORM = 1;

    private Seeds() {}

    /** The seed, which is printed as the option that takes it again. */
    public static long of(Class<?> test) {
        long other = Boolean.getBoolean("sightlog.long") ? System.nanoTime() : SHORT_FORM;
        long seed = Long.getLong("sightlog.seed", other);
        System.out.println(test.getSimpleName() + ": -Dsightlog.seed=" + seed);
        return seed;
    }
}
