package io.sightlog.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PackAheadTest extends OutgoingFixture {
    /** A sound event whose own labels are none. */
    private Position appendOdd() {
        draft.clear().capturedNanos(0).ownLabels("m", "1\tdog").detection(1, 0.5f, 0, 0, 1, 1, 0);
        int bytes = draft.encodedBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        long at = Memory.addressOf(buffer);
        draft.encode(at, bytes, 1, 0, 0);
        for (int i = 0; i < bytes - 2; i++) {
            if (buffer.get(i) == '1' && buffer.get(i + 1) == '\t' && buffer.get(i + 2) == 'd') {
                buffer.put(i, (byte) 'x');
            }
        }
        Memory.putInt(at, new Crc32c().of(at + 4, bytes - 4));
        Event odd = new Event(LabelSource.NONE);
        odd.wrap(at, bytes);
        try (JournalWriter writer = journal().writer(Roll.MINUTELY)) {
            return new Position(writer.append(odd, true), 0);
        }
    }

    private List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.equals("sightlog-pack"))
                .collect(Collectors.toList());
    }

    @Test
    void allOfALongRowComesInItsOrderAndSaysWhatItIs() throws Exception {
        List<Position> positions = append(0, 5_000);
        bridge(BridgeRun.untilEnd()).run();
        assertThat(sentPositions()).isEqualTo(positions);
        for (int i = 0; i < positions.size(); i++) {
            assertThat(new String(broker.all().get(i).envelope().body(), StandardCharsets.UTF_8))
                    .contains("\"frame\":" + i + ",")
                    .startsWith("{\"index\":\"0x"
                            + Long.toHexString(positions.get(i).index()) + "\"");
        }
        assertThat(lag()).isZero();
        assertThat(threads()).as("threads that are left").isEmpty();
    }

    @Test
    void whatCannotBeReadIsToldByItsOwnPositionAndPassed() throws Exception {
        List<Position> positions = new ArrayList<>(append(0, 200));
        Position odd = appendOdd();
        positions.addAll(append(200, 400));
        BridgeRun bridge = bridge(BridgeRun.untilEnd());
        OutgoingOutcome outcome = bridge.run();
        assertThat(sentPositions()).containsExactlyInAnyOrderElementsOf(positions); // two producers, two partitions
        assertThat(outcome.consumption().damaged()).isEqualTo(1);
        assertThat(outcome.isWhole()).isFalse();
        assertThat(bridge.told.lines)
                .singleElement()
                .asString()
                .contains("event " + odd + " of ", "cannot be read", "label");
        assertThat(lag()).isZero();
    }

    @Test
    void whatIsPackedAndNotSentComesAgain() throws Exception {
        List<Position> positions = append(0, 2_000);
        broker.holdsAcks = true;
        BridgeRun bridge = bridge(BridgeRun.follow().window(100, 1 << 20)).start();
        bridge.await("the window is full", () -> broker.inFlight() == 100);
        OutgoingOutcome outcome = bridge.stop();
        assertThat(outcome.waiting()).isGreaterThan(100);
        assertThat(lag()).isEqualTo(2_000);
        broker.set(() -> broker.holdsAcks = false);
        bridge(BridgeRun.untilEnd()).run();
        assertThat(sentPositions()).isEqualTo(positions);
        assertThat(lag()).isZero();
    }
}
