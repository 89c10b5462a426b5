package io.sightlog.cli.options;

import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.journal.Durability;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.WhenFull;
import io.sightlog.journal.WriterOptions;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a producer writes its journal. */
public final class WriteOptions {
    @Mixin
    RollOption roll = new RollOption();

    @Option(
            names = "--durability",
            paramLabel = "LEVEL",
            defaultValue = "none",
            converter = DurabilityConverter.class,
            description = "What a loss of power may cost: none (whatever the kernel has not written yet), "
                    + "interval=TIME (at most what was appended in that time, e.g. interval=100ms) or "
                    + "every-event (nothing that was "
                    + "appended; each append waits for the device) (default: ${DEFAULT-VALUE}).")
    Durability durability = Durability.NONE;

    @Option(
            names = "--when-full",
            paramLabel = "stop|block|drop-oldest",
            defaultValue = "stop",
            converter = WhenFullConverter.class,
            description =
                    "When there is no room on the device: end with an error, wait for room, or delete closed cycles, "
                            + "oldest first, but none that a named consumer has not read (default: ${DEFAULT-VALUE}).")
    WhenFull whenFull = WhenFull.STOP;

    @Mixin
    RetentionOption retention = new RetentionOption();

    @Mixin
    PreTouchOption preTouch = new PreTouchOption();

    @Option(
            names = "--mode",
            paramLabel = "OCTAL",
            defaultValue = "0600",
            converter = ModeConverter.class,
            description =
                    "Permissions of a new journal's files, e.g. 0640; its directories may be searched by those who may "
                            + "read (default: ${DEFAULT-VALUE}, its owner only).")
    Set<PosixFilePermission> mode = WriterOptions.DEFAULT.permissions();

    /** Reports damage at the journal's end, and opens a writer. Waiting for room ends when a signal asks for it. */
    public JournalWriter open(Journal journal) {
        journal.damageAtEnd().forEach(Console.ERR::println);
        NativeCalls.look();
        return journal.writer(WriterOptions.DEFAULT
                .roll(roll.roll)
                .durability(durability)
                .whenFull(whenFull)
                .permissions(mode)
                .notice(Console.ERR::println)
                .giveUp(Stop::requested)
                .preTouch(preTouch.isWanted())
                .retention(retention.policy(), retention::report));
    }

    static final class WhenFullConverter implements ITypeConverter<WhenFull> {
        @Override
        public WhenFull convert(String text) {
            return switch (text) {
                case "stop" -> WhenFull.STOP;
                case "block" -> WhenFull.BLOCK;
                case "drop-oldest" -> WhenFull.DROP_OLDEST;
                default ->
                    throw new TypeConversionException(
                            "\"" + text + "\" is no way to go on: stop, block or drop-oldest is needed");
            };
        }
    }

    static final class DurabilityConverter implements ITypeConverter<Durability> {
        @Override
        public Durability convert(String text) {
            try {
                return Durability.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    public static final class ModeConverter implements ITypeConverter<Set<PosixFilePermission>> {
        @Override
        public Set<PosixFilePermission> convert(String text) {
            if (!text.matches("0?[67][0-7]{2}")) {
                throw new TypeConversionException(
                        "\"" + text + "\" is no mode: three octal digits are needed, the first 6 or 7, e.g. 0640");
            }
            int bits = Integer.parseInt(text, 8) & 0666;
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's read bit down
            for (int i = 0; i < all.length; i++) {
                if ((bits & (0400 >> i)) != 0) {
                    permissions.add(all[i]);
                }
            }
            return permissions;
        }
    }
}
