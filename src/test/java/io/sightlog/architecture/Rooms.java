package io.sightlog.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.FileDescriptor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** The plan of the house as rules, for a house that stands in any package. */
final class Rooms {
    /** What a room may import of the others. Only {@code cli} is missing: it wires them all. */
    private static final Map<String, List<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("event", List.of()),
            Map.entry("natives", List.of()),
            Map.entry("journal", List.of("event", "natives")),
            Map.entry("shm", List.of("event")),
            Map.entry("retry", List.of()),
            Map.entry("capture", List.of("event", "natives", "retry")),
            Map.entry("detect", List.of("event", "natives")),
            Map.entry("produce", List.of("event", "text", "journal", "shm", "capture", "detect", "metrics")),
            Map.entry("consume", List.of("event", "text", "journal")),
            Map.entry("replay", List.of("event", "journal", "consume")),
            Map.entry("inspect", List.of("event", "journal")),
            Map.entry("timeline", List.of("event", "journal", "consume")),
            Map.entry("metrics", List.of("event", "journal", "inspect")),
            Map.entry("bridge", List.of("event", "text", "journal", "consume", "metrics", "retry")),
            // compresses with native code
            Map.entry(
                    "bridge.kafka",
                    List.of("event", "natives", "text", "journal", "consume", "metrics", "retry", "bridge")),
            Map.entry("bridge.mqtt", List.of("event", "text", "journal", "consume", "metrics", "retry", "bridge")),
            Map.entry("bench", List.of("event", "journal")),
            // prints YAML through Chronicle Wire, which has native code
            Map.entry("text", List.of("event", "natives")),
            Map.entry("sink", List.of("event", "text", "journal", "consume")),
            // reads again the pictures that were captured
            Map.entry("pictures", List.of("event", "journal", "capture")),
            Map.entry("sink.draw", List.of("event", "journal", "consume", "capture", "pictures", "sink")),
            Map.entry(
                    "serve",
                    List.of("event", "text", "journal", "consume", "inspect", "timeline", "metrics", "pictures")),
            Map.entry("sink.mirror", List.of("event", "journal", "consume", "shm", "sink")));

    /** Classes beside the hot path: used when a journal is opened, labels are published or something has failed. */
    private static final String COLD = "Roll|LabelSet|ChronicleAdapter";

    /** The journal's inner rooms: each may import those after it. */
    private static final List<String> INNER = List.of("append", "mend", "read", "frames", "format", "os");

    /** The detector's inner rooms, and what of the others each may import. */
    private static final Map<String, List<String>> INNER_OF_DETECT = Map.of(
            "engine", List.of(),
            "picture", List.of(),
            "decode", List.of("engine"),
            "darknet", List.of("engine", "decode"),
            "recognise", List.of("engine", "decode"));

    /** What of the journal's face is neither a value nor an exception. */
    private static final String FACE =
            "Journal|JournalWriter|JournalReader|FrameWriter|FrameReader|Retention|LockHolder|EventHandler";

    private static final DescribedPredicate<JavaClass> IS_VERB = DescribedPredicate.describe(
            "are verbs, or parts of one", type -> outermost(type).isAnnotatedWith(Command.class));

    private final String root;

    Rooms(String root) {
        this.root = root;
    }

    /** Every rule, under a name that says it. */
    Map<String, ArchRule> rules() {
        Map<String, ArchRule> rules = new TreeMap<>();
        MAY_IMPORT.forEach((room, others) -> rules.put(room + " imports of other rooms: " + others, imports(room)));
        rules.put("every class lives in a room", everyClassLivesInARoom());
        rules.put("only journal enters journal.internal", onlyJournalEntersInternal());
        rules.put("journal.audit is no part of the journal's inner rooms or face", nobodyInsideImportsAudit());
        for (int i = 1; i < INNER.size(); i++) { // the first may import all
            rules.put("journal.internal." + INNER.get(i) + " imports of those behind it only", innerArrow(i));
        }
        rules.put("only detect enters detect.internal", onlyDetectEntersInternal());
        INNER_OF_DETECT.forEach((room, others) ->
                rules.put("detect.internal." + room + " imports of its like: " + others, innerOfDetect(room)));
        rules.put("detect's inner rooms know of its face only values and exceptions", innerOfDetectKnowsValuesOnly());
        rules.put("inner rooms know of the face only values and exceptions", innerKnowsValuesOnly());
        rules.put("event imports nothing but the JDK", importsNothingButTheJdk("event"));
        rules.put("natives imports nothing but the JDK", importsNothingButTheJdk("natives"));
        rules.put("nobody but journal and text imports Chronicle", nobodyElseImportsChronicle());
        rules.put("text imports of Chronicle only Wire, for YAML", textImportsOnlyWire());
        rules.put("only detect imports DJL", onlyDetectImportsDjl());
        rules.put("only metrics imports the Prometheus library", onlyMetricsImportsPrometheus());
        rules.put("only metrics imports the JDK's web server", onlyImports("metrics", "com.sun.net.httpserver.."));
        rules.put("only serve imports Jetty", onlyImports("serve", "org.eclipse.jetty.."));
        rules.put("serve.api and serve.live know no web server", innerOfServeKnowNoServer());
        rules.put("only bridge.kafka imports Kafka's client", onlyImports("bridge.kafka", "org.apache.kafka.."));
        rules.put("only bridge.mqtt imports MQTT's client", onlyImports("bridge.mqtt", "com.hivemq.."));
        rules.put("bridge knows neither broker", bridgeKnowsNoBroker());
        rules.put("bridge.kafka and bridge.mqtt do not know each other", bridgesAreIndependent());
        rules.put("no sink imports another", noSinkImportsAnother());
        rules.put("the hot path does not log", hotPathDoesNotLog());
        rules.put("the hot path uses no streams", hotPathUsesNoStreams());
        rules.put("only cli.terminal's Console, Output and Input use the standard streams", onlyConsolePrints());
        rules.put("nothing imports cli", nothingImportsCli());
        rules.put("cli.options imports no verb", optionsImportNoVerb());
        rules.put("cli.terminal imports no other of cli", terminalImportsNoOtherOfCli());
        rules.put("no verb calls another", noVerbCallsAnother());
        rules.put("only event uses Unsafe", onlyEventUsesUnsafe());
        rules.replaceAll((name, rule) -> rule.as(name).allowEmptyShould(true));
        return rules;
    }

    private ArchRule imports(String room) {
        String[] allowed = Stream.concat(Stream.of(room), MAY_IMPORT.get(room).stream())
                .map(this::pattern)
                .toArray(String[]::new);
        DescribedPredicate<JavaClass> inRoom = in(room);
        for (String other : MAY_IMPORT.keySet()) {
            inRoom = other.startsWith(room + ".") ? inRoom.and(not(in(other))) : inRoom;
        }
        return noClasses()
                .that(inRoom)
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..").and(not(resideInAnyPackage(allowed))));
    }

    private ArchRule everyClassLivesInARoom() {
        String[] rooms = Stream.concat(Stream.of("cli"), MAY_IMPORT.keySet().stream())
                .map(this::pattern)
                .toArray(String[]::new);
        return classes().that().resideInAPackage(root + "..").should().resideInAnyPackage(rooms);
    }

    private ArchRule onlyJournalEntersInternal() {
        return noClasses()
                .that(resideInAPackage(root + "..").and(not(in("journal"))))
                .should()
                .dependOnClassesThat(in("journal.internal"));
    }

    private ArchRule onlyDetectEntersInternal() {
        return noClasses()
                .that(resideInAPackage(root + "..").and(not(in("detect"))))
                .should()
                .dependOnClassesThat(in("detect.internal"));
    }

    private ArchRule innerOfDetect(String room) {
        String[] others = INNER_OF_DETECT.keySet().stream()
                .filter(other ->
                        !other.equals(room) && !INNER_OF_DETECT.get(room).contains(other))
                .map(other -> pattern("detect.internal." + other))
                .toArray(String[]::new);
        return noClasses().that(in("detect.internal." + room)).should().dependOnClassesThat(resideInAnyPackage(others));
    }

    private ArchRule innerOfDetectKnowsValuesOnly() {
        return noClasses()
                .that(in("detect.internal"))
                .should()
                .dependOnClassesThat(nameMatching(
                        root + "\\.detect\\.(Model|CardModel|BareModel|DarknetModel|Detector|LoadedModel)(\\$.*)?"));
    }

    private ArchRule nobodyInsideImportsAudit() {
        return noClasses()
                .that(in("journal").and(not(in("journal.audit"))))
                .should()
                .dependOnClassesThat(in("journal.audit"));
    }

    private ArchRule innerArrow(int room) {
        String[] before = INNER.subList(0, room).stream()
                .map(other -> pattern("journal.internal." + other))
                .toArray(String[]::new);
        return noClasses()
                .that(in("journal.internal." + INNER.get(room)))
                .should()
                .dependOnClassesThat(resideInAnyPackage(before));
    }

    private ArchRule innerKnowsValuesOnly() {
        return noClasses()
                .that(in("journal.internal"))
                .should()
                .dependOnClassesThat(nameMatching(root + "\\.journal\\.(" + FACE + ")(\\$.*)?"));
    }

    private ArchRule importsNothingButTheJdk(String room) {
        return noClasses()
                .that(in(room))
                .should()
                .dependOnClassesThat(
                        not(resideInAnyPackage(root + "..", "java..", "sun.misc..", "org.jspecify..", "")));
    }

    private ArchRule nobodyElseImportsChronicle() {
        return noClasses()
                .that(not(in("journal").or(in("text"))))
                .should()
                .dependOnClassesThat(resideInAPackage("net.openhft.."));
    }

    private ArchRule textImportsOnlyWire() {
        return noClasses()
                .that(in("text"))
                .should()
                .dependOnClassesThat(resideInAPackage("net.openhft..")
                        .and(not(resideInAnyPackage("net.openhft.chronicle.wire..", "net.openhft.chronicle.bytes.."))));
    }

    private ArchRule onlyDetectImportsDjl() {
        return noClasses()
                .that(not(in("detect")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("ai.djl..", "ai.onnxruntime.."));
    }

    private ArchRule onlyMetricsImportsPrometheus() {
        return noClasses().that(not(in("metrics"))).should().dependOnClassesThat(resideInAPackage("io.prometheus.."));
    }

    private ArchRule onlyImports(String room, String library) {
        return noClasses().that(not(in(room))).should().dependOnClassesThat(resideInAPackage(library));
    }

    private ArchRule innerOfServeKnowNoServer() {
        return noClasses()
                .that(in("serve.api").or(in("serve.live")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(root + ".serve", "org.eclipse.jetty.."));
    }

    private ArchRule bridgeKnowsNoBroker() {
        return noClasses()
                .that(resideInAPackage(root + ".bridge"))
                .should()
                .dependOnClassesThat(resideInAnyPackage(root + ".bridge.kafka..", root + ".bridge.mqtt.."));
    }

    private ArchRule bridgesAreIndependent() {
        return slices().matching(root + ".bridge.(*)..").should().notDependOnEachOther();
    }

    private ArchRule noSinkImportsAnother() {
        return slices().matching(root + ".sink.(*)..").should().notDependOnEachOther();
    }

    private ArchRule hotPathDoesNotLog() {
        return noClasses()
                .that(in("event").or(in("journal")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.slf4j..", "java.util.logging..")
                        .or(JavaClass.Predicates.assignableTo(System.Logger.class)));
    }

    private ArchRule hotPathUsesNoStreams() {
        return noClasses()
                .that(in("event").or(in("journal")))
                .and()
                .haveNameNotMatching(".*\\.(" + COLD + ")(\\$.*)?")
                .should()
                .dependOnClassesThat(resideInAPackage("java.util.stream.."));
    }

    /** What reaches a terminal is made harmless in one place, and what standard output does not take is an error there. */
    private ArchRule onlyConsolePrints() {
        return noClasses()
                .that(resideInAPackage(root + "..")
                        .and(not(nameMatching(root + "\\.cli\\.terminal\\.(Console|Output|Input)(\\$.*)?"))))
                .should(ACCESS_STANDARD_STREAMS)
                .orShould()
                .accessField(FileDescriptor.class, "out")
                .orShould()
                .accessField(FileDescriptor.class, "err")
                .orShould()
                .accessField(FileDescriptor.class, "in");
    }

    private ArchRule nothingImportsCli() {
        return noClasses()
                .that(resideInAPackage(root + "..").and(not(in("cli"))))
                .should()
                .dependOnClassesThat(in("cli"));
    }

    /** Verbs, and what they share with each other, stand in {@code cli} itself. */
    private ArchRule optionsImportNoVerb() {
        return noClasses().that(in("cli.options")).should().dependOnClassesThat(resideInAPackage(root + ".cli"));
    }

    private ArchRule terminalImportsNoOtherOfCli() {
        return noClasses()
                .that(in("cli.terminal"))
                .should()
                .dependOnClassesThat(in("cli").and(not(in("cli.terminal"))));
    }

    /** That a verb names another in its list of subcommands is no call. */
    private ArchRule noVerbCallsAnother() {
        return classes().that(in("cli").and(IS_VERB)).should(new ArchCondition<>("call no other verb") {
            @Override
            public void check(JavaClass verb, ConditionEvents events) {
                JavaClass own = outermost(verb);
                verb.getAccessesFromSelf().stream()
                        .filter(access -> IS_VERB.test(access.getTargetOwner()))
                        .filter(access -> !outermost(access.getTargetOwner()).equals(own))
                        .forEach(access -> events.add(SimpleConditionEvent.violated(verb, access.getDescription())));
            }
        });
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(Rooms::outermost).orElse(type);
    }

    private ArchRule onlyEventUsesUnsafe() {
        return noClasses().that(not(in("event"))).should().dependOnClassesThat().haveNameMatching(".*\\.misc\\.Unsafe");
    }

    private DescribedPredicate<JavaClass> in(String room) {
        return resideInAPackage(pattern(room));
    }

    private String pattern(String room) {
        return root + "." + room + "..";
    }
}
