package io.sightlog.cli;

import io.sightlog.cli.options.CameraOptions;
import io.sightlog.cli.options.JsonOption;
import io.sightlog.cli.options.KafkaOptions;
import io.sightlog.cli.options.KeepFramesOptions;
import io.sightlog.cli.options.ModelOptions;
import io.sightlog.cli.options.MqttOptions;
import io.sightlog.cli.options.PreTouchOption;
import io.sightlog.cli.options.ReadOptions;
import io.sightlog.cli.options.RollOption;
import io.sightlog.cli.options.SelectionOptions;
import io.sightlog.cli.options.WaitOption;
import io.sightlog.cli.options.WriteOptions;
import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** How {@code --help} looks: a short first line, options in groups with the everyday ones first, exit codes, examples. */
final class HelpLayout {
    /** In the order in which they are shown. */
    private enum Group {
        OPTIONS("Options"),
        BROKER("Broker"),
        SELECTION("Selection"),
        DETECTOR("Detector"),
        CAPTURE("Capture"),
        CAMERAS("Cameras"),
        OUTPUT("Output"),
        CONSUMER("Consumer"),
        JOURNAL("Writing the journal"),
        RETENTION("What the journal keeps"),
        GENERAL("General");

        private final String heading;

        Group(String heading) {
            this.heading = heading;
        }
    }

    private static final Map<Class<?>, Group> BY_CLASS = Map.ofEntries(
            Map.entry(SelectionOptions.class, Group.SELECTION),
            Map.entry(ReadOptions.class, Group.CONSUMER),
            Map.entry(WaitOption.class, Group.CONSUMER),
            Map.entry(ModelOptions.class, Group.DETECTOR),
            Map.entry(CameraOptions.class, Group.CAMERAS),
            Map.entry(KeepFramesOptions.class, Group.CAPTURE),
            Map.entry(JsonOption.class, Group.OUTPUT),
            Map.entry(KafkaOptions.class, Group.BROKER),
            Map.entry(MqttOptions.class, Group.BROKER),
            Map.entry(WriteOptions.class, Group.JOURNAL),
            Map.entry(RollOption.class, Group.JOURNAL),
            Map.entry(PreTouchOption.class, Group.JOURNAL),
            Map.entry(Main.class, Group.GENERAL));

    private static final Set<String> RETENTION = Set.of("--keep-for", "--keep-size", "--keep-cycles", "--drop-unread");
    private static final Set<String> OUTPUT = Set.of(
            "--format", "--latency", "--all", "--out", "--overwrite", "--labels", "--write-card", "--force", "--plot");
    private static final Set<String> DETECTOR = Set.of("--model", "--labels", "--conf", "--iou", "--classes");
    private static final Set<String> CAPTURE =
            Set.of("--stride", "--max-frames", "--start-time", "--captured", "--pages", "--poll-millis");
    private static final Set<String> SELECTION = Set.of("--from", "--to");
    private static final Set<String> GENERAL = Set.of("--help", "--version");

    private HelpLayout() {}

    /** Gives it to a command and all below it. */
    static void apply(CommandLine line) {
        CommandSpec spec = line.getCommandSpec();
        UsageMessageSpec usage = spec.usageMessage();
        usage.abbreviateSynopsis(true);
        usage.exitCodeListHeading("%nExit codes:%n");
        usage.exitCodeList(exitCodes());
        List<String> footer = new ArrayList<>(Arrays.asList(usage.footer()));
        List<String> examples = HelpExamples.of(spec.qualifiedName());
        if (!examples.isEmpty()) {
            footer.add("");
            footer.add("Examples:");
            examples.forEach(example -> footer.add("  " + example));
            usage.footer(footer.toArray(String[]::new));
        }
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpLayout::options);
        line.getSubcommands().values().forEach(HelpLayout::apply);
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "Done.");
        codes.put("1", "Failed; one line on standard error says why.");
        codes.put("2", "Not understood: a wrong option or value.");
        codes.put("3", "Done, but something was skipped, missing or damaged, and was reported.");
        codes.put("129, 130, 143", "After SIGHUP, Ctrl-C, SIGTERM: the event at hand is finished.");
        return codes;
    }

    private static String options(Help help) {
        CommandSpec spec = help.commandSpec();
        Map<Group, List<OptionSpec>> groups = new EnumMap<>(Group.class);
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                groups.computeIfAbsent(group(spec, option), group -> new ArrayList<>())
                        .add(option);
            }
        }
        StringBuilder text = new StringBuilder();
        groups.forEach((group, options) -> {
            options.sort(Comparator.comparing(option -> option.longestName().replaceFirst("^-+(\\[no-])?", "")));
            Help.Layout layout =
                    help.createDefaultLayout(spec.options(), spec.positionalParameters(), help.colorScheme());
            layout.addOptions(options, help.createDefaultParamLabelRenderer());
            text.append(System.lineSeparator())
                    .append(group.heading)
                    .append(':')
                    .append(System.lineSeparator());
            text.append(layout);
        });
        return text.toString();
    }

    private static Group group(CommandSpec spec, OptionSpec option) {
        String name = option.longestName();
        if (GENERAL.contains(name)) {
            return Group.GENERAL;
        }
        if (RETENTION.contains(name)) {
            return spec.name().equals("prune") ? Group.OPTIONS : Group.RETENTION;
        }
        Class<?> owner = option.userObject() instanceof Member member ? member.getDeclaringClass() : Object.class;
        Group group = BY_CLASS.get(owner);
        if (group != null) {
            return group;
        }
        if (owner == Produce.class && (DETECTOR.contains(name) || CAPTURE.contains(name))) {
            return DETECTOR.contains(name) ? Group.DETECTOR : Group.CAPTURE;
        }
        return OUTPUT.contains(name) ? Group.OUTPUT : SELECTION.contains(name) ? Group.SELECTION : Group.OPTIONS;
    }
}
