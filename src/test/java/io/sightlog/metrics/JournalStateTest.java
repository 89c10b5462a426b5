package io.sightlog.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.inspect.Diagnosis;
import io.sightlog.inspect.JournalInfo;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Roll;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalStateTest {
    @TempDir
    Path temp;

    private List<Family> state() throws Exception {
        Journal journal = Journal.open(temp.resolve("q"));
        try (JournalWriter writer = journal.writer(Roll.DAILY)) {
            for (int i = 0; i < 5; i++) {
                writer.append(new EventDraft()
                        .capturedNanos(0)
                        .source("/videos/\"a\"\\b.avi")
                        .frame(i, 0)
                        .ownLabels("m", "1\tdog\n")
                        .detection(1, .5f, 1, 2, 3, 4, 0));
            }
            writer.append(new EventDraft().capturedNanos(0).skip("dark"));
            writer.append(new EventDraft().capturedNanos(0).message("door", "open"));
        }
        try (JournalReader reader = journal.reader("alarm")) {
            for (int i = 0; i < 3; i++) {
                assertThat(reader.next()).isTrue();
                reader.handled();
            }
        }
        byte[] noise = new byte[4096];
        Arrays.fill(noise, (byte) 1);
        Files.write(temp.resolve("q/consumers/broken.position"), noise);
        List<Family> families = new ArrayList<>(JournalState.of(JournalInfo.of(journal)));
        families.addAll(JournalState.of(journal.consumers()));
        families.addAll(JournalState.of(Diagnosis.of(journal, NanoClock.SYSTEM)));
        return families;
    }

    @Test
    void saysWhatIsInTheJournalAndWhoLagsBehind() throws Exception {
        Map<String, Double> values = new HashMap<>();
        for (Exposition.Sample sample :
                Exposition.parse(new String(PrometheusText.of(state()), StandardCharsets.UTF_8))) {
            values.put(sample.name() + sample.labels().values(), sample.value());
        }
        assertThat(values)
                .containsEntry("sightlog_journal_events[frame]", 5.0)
                .containsEntry("sightlog_journal_events[skip]", 1.0)
                .containsEntry("sightlog_journal_events[message]", 1.0)
                .containsEntry("sightlog_journal_source_events[/videos/\"a\"\\b.avi]", 5.0)
                .containsEntry("sightlog_journal_topic_messages[door]", 1.0)
                .containsEntry("sightlog_journal_detections[dog]", 5.0)
                .containsEntry("sightlog_journal_producers[]", 1.0)
                .containsEntry("sightlog_journal_missing_events[]", 0.0)
                .containsEntry("sightlog_journal_damages[]", 0.0)
                .containsEntry("sightlog_consumer_lag_events[alarm]", 4.0)
                .containsEntry("sightlog_consumer_running[alarm]", 0.0)
                .containsEntry("sightlog_consumer_damaged[alarm]", 0.0)
                .containsEntry("sightlog_consumer_damaged[broken]", 1.0)
                .doesNotContainKey("sightlog_consumer_lag_events[broken]")
                .containsEntry("sightlog_journal_cycles[]", 1.0)
                .containsKey("sightlog_symptoms[consumers]");
        assertThat(values.get("sightlog_journal_bytes[]")).isPositive();
        assertThat(values.get("sightlog_last_append_timestamp_seconds[]")).isGreaterThan(1.7e9);
    }

    /** Skipped where Python has no prometheus_client, unless the environment has {@code SIGHTLOG_REQUIRE_TOOLS=true}. */
    @Test
    void isReadByPrometheusOwnClient() throws Exception {
        Path text = Files.write(temp.resolve("metrics"), PrometheusText.of(state()));
        assertThat(PrometheusClient.samples(temp, text.toString()))
                .contains("sightlog_consumer_lag_events{consumer=alarm} 4.0", "sightlog_journal_cycles{} 1.0");
    }

    /** Likewise. */
    @Test
    void hasNothingThatPromtoolFinds() throws Exception {
        Promtool.findsNothingIn(temp, new String(PrometheusText.of(state()), StandardCharsets.UTF_8));
    }
}
