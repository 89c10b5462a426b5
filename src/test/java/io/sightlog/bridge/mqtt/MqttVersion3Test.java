package io.sightlog.bridge.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Form;
import io.sightlog.bridge.InboxOptions;
import io.sightlog.bridge.Outlet;
import io.sightlog.event.EventKind;
import io.sightlog.event.JournalId;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that does not speak MQTT 5 is spoken to in 3.1.1, in both directions. */
@Tag("slow")
class MqttVersion3Test {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eventsArePublishedAndReceivedAllTheSame(boolean refuses) throws Exception {
        try (Mosquitto broker = Mosquitto.keeping(folder.resolve("broker"));
                Version3Only old = new Version3Only(broker, refuses)) {
            MqttAddress address = new MqttAddress("127.0.0.1", old.port(), "old-in", null, null, null);
            MqttIn in = new MqttIn(List.of("a/#"), 1, MqttIn.FOR_EVER, false, false);
            SourceRun run =
                    SourceRun.start(folder.resolve("journal"), address, in, new InboxOptions(false, false, false));
            run.awaitConnected(1);
            MqttOutlets outlets =
                    new MqttOutlets(address, new MqttOut(TopicPattern.of("a/{stream}"), 1, false, null, "old-out"));
            for (int connection = 0; connection < 2; connection++) {
                try (MqttOutlet outlet =
                        outlets.open(new Outlet.Bridge(new JournalId(1, 2), "out", 0, false), () -> false)) {
                    assertThat(outlet.version()).isEqualTo(3);
                    CompletableFuture<Void> done = new CompletableFuture<>();
                    outlet.send(event(connection), receipt(done));
                    done.get(30, TimeUnit.SECONDS);
                    outlet.finish(Duration.ofSeconds(5));
                }
            }
            run.awaitAppended(6);
            assertThat(run.stop()).isZero();
            assertThat(SourceRun.events(folder.resolve("journal"), event -> event.topic() + " " + event.text()))
                    .containsExactly(
                            "a/status/old-out online",
                            "a/s event 0",
                            "a/status/old-out offline",
                            "a/status/old-out online",
                            "a/s event 1",
                            "a/status/old-out offline");
        }
    }

    private static Envelope event(long sequence) {
        return new Envelope(
                new Position(sequence, 0),
                42,
                sequence,
                1,
                "s",
                "cam",
                EventKind.FRAME,
                List.of(),
                List.of(new JournalId(1, 2)),
                Form.NDJSON.contentType(),
                ("event " + sequence).getBytes(StandardCharsets.UTF_8));
    }

    private static Outlet.Receipt receipt(CompletableFuture<Void> done) {
        return new Outlet.Receipt() {
            @Override
            public void acked() {
                done.complete(null);
            }

            @Override
            public void failed(IOException why) {
                done.completeExceptionally(why);
            }
        };
    }
}
