package io.sightlog.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * The verbs, in the order of the help. Reading the annotations of all of them takes longer than most verbs run, so that only
 * what the command line asks for is made.
 */
enum Verb {
    PRODUCE,
    APPEND,
    SEND,
    TAIL,
    REPLAY,
    DRAW,
    SERVE,
    FRAMES,
    MIRROR,
    KAFKA,
    MQTT,
    INFO,
    CONSUMERS,
    LATENCY,
    MODELS,
    VERIFY,
    RECOVER,
    DOCTOR,
    PRUNE,
    BENCH,
    DEMO;

    /** What needs no verb, given alone. */
    private static final List<String> NEEDS_NONE = List.of("-V", "--version");

    /** Its class, loaded no sooner than here. */
    Class<?> type() {
        return switch (this) {
            case PRODUCE -> Produce.class;
            case APPEND -> Append.class;
            case SEND -> Send.class;
            case TAIL -> Tail.class;
            case REPLAY -> Replay.class;
            case DRAW -> Draw.class;
            case SERVE -> Serve.class;
            case FRAMES -> Frames.class;
            case MIRROR -> Mirror.class;
            case KAFKA -> Kafka.class;
            case MQTT -> Mqtt.class;
            case INFO -> Info.class;
            case CONSUMERS -> Consumers.class;
            case LATENCY -> Latency.class;
            case MODELS -> Models.class;
            case VERIFY -> Verify.class;
            case RECOVER -> Recover.class;
            case DOCTOR -> Doctor.class;
            case PRUNE -> Prune.class;
            case BENCH -> Bench.class;
            case DEMO -> Demo.class;
        };
    }

    /** As it is typed. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Adds what this command line needs: its verb alone, none for the version, or all of them. */
    static void addTo(CommandLine line, String... args) {
        Verb asked = args.length == 0 ? null : named(args[0]);
        if (asked != null) {
            line.addSubcommand(asked.type());
        } else if (args.length != 1 || !NEEDS_NONE.contains(args[0])) {
            for (Verb verb : values()) {
                line.addSubcommand(verb.type());
            }
        }
    }

    private static @Nullable Verb named(String text) {
        for (Verb verb : values()) {
            if (verb.text().equals(text)) {
                return verb;
            }
        }
        return null;
    }
}
