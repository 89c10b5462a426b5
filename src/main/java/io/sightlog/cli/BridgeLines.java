package io.sightlog.cli;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.bridge.BridgeNotices;
import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.terminal.Console;
import java.util.Locale;

/** Says on standard error, in a line each, what happens on a bridge, and at the end what it did. */
final class BridgeLines implements BridgeNotices {
    @Override
    public void connected(String broker) {
        Console.ERR.println("connected to " + broker);
    }

    @Override
    public void away(String why, String waiting) {
        Console.ERR.println("trying again: " + why + (waiting.isEmpty() ? "" : "; " + waiting));
    }

    @Override
    public void passedOver(String what, String why) {
        Console.ERR.println("passed over " + what + ": " + why);
    }

    @Override
    public void note(String text) {
        Console.ERR.println(text);
    }

    /** The last line of a bridge out. */
    static void sumUpOut(BridgeCounts counts) {
        Console.ERR.println("sent " + Amounts.count(counts.sent().value(), "event") + ", "
                + counts.acked().value() + " acknowledged"
                + (counts.repeated().value() == 0
                        ? ""
                        : ", " + counts.repeated().value() + " repeated")
                + skipped(counts));
    }

    /**
     * The last line of a bridge in.
     *
     * @param what of which something was received: "record"
     */
    static void sumUpIn(BridgeCounts counts, String what) {
        Console.ERR.println("received " + Amounts.count(counts.received().value(), what) + ", appended "
                + Amounts.count(counts.appended().value(), "event")
                + (counts.repeated().value() == 0
                        ? ""
                        : ", " + counts.repeated().value() + " repeated")
                + skipped(counts));
    }

    /** As the rest of a line; empty when nothing was. */
    static String skipped(BridgeCounts counts) {
        StringBuilder text = new StringBuilder();
        for (Reason reason : Reason.values()) {
            long count = counts.skipped(reason).value();
            if (count > 0) {
                text.append(text.isEmpty() ? "; skipped " : ", ")
                        .append(count)
                        .append(" (")
                        .append(reason.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                        .append(')');
            }
        }
        return text.toString();
    }
}
