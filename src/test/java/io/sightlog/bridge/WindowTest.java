package io.sightlog.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.journal.Position;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WindowTest {
    private final AtomicLong ticks = new AtomicLong();
    private final BridgeCounts counts = new BridgeCounts();

    private Window window(int events, long bytes) {
        return new Window(events, bytes, ticks::get, counts);
    }

    private static Position at(long index) {
        return new Position(index, 0);
    }

    private static Outlet.Receipt send(Window window, long index, int bytes) {
        window.add(at(index));
        assertThat(window.awaitRoom(bytes, 0)).isTrue();
        return window.send(bytes);
    }

    @Test
    void theOldestOneCountsInWhateverOrderReceiptsCome() {
        Window window = window(1000, Long.MAX_VALUE);
        List<Outlet.Receipt> receipts = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            receipts.add(send(window, i, 1));
            order.add(i);
        }
        Collections.shuffle(order, new Random(1));
        boolean[] acked = new boolean[1000];
        for (int i : order) {
            receipts.get(i).acked();
            receipts.get(i).acked(); // once counts
            acked[i] = true;
            int oldest = 0;
            while (oldest < 1000 && acked[oldest]) {
                oldest++;
            }
            assertThat(window.oldest()).isEqualTo(oldest == 1000 ? null : at(oldest));
            assertThat(counts.acked().value()).isEqualTo(oldest);
        }
        assertThat(window.sent()).isZero();
        assertThat(counts.inFlight().value()).isZero();
    }

    @Test
    void oneThatIsSlowHoldsBackAsManyAsTheWindowHas() {
        Window window = window(3, Long.MAX_VALUE);
        Outlet.Receipt slow = send(window, 0, 1);
        send(window, 1, 1).acked();
        send(window, 2, 1).acked();
        window.add(at(3));
        assertThat(window.awaitRoom(1, 0)).isFalse();
        slow.acked();
        assertThat(window.awaitRoom(1, 0)).isTrue();
        assertThat(window.oldest()).isEqualTo(at(3));
    }

    @Test
    void bytesAreBoundedButOneMayAlwaysGo() {
        Window window = window(10, 100);
        Outlet.Receipt first = send(window, 0, 1000);
        window.add(at(1));
        assertThat(window.awaitRoom(1, 0)).isFalse();
        first.acked();
        assertThat(window.awaitRoom(60, 0)).isTrue();
        Outlet.Receipt second = window.send(60);
        window.add(at(2));
        assertThat(window.awaitRoom(41, 0)).isFalse();
        assertThat(window.awaitRoom(40, 0)).isTrue();
        window.send(40);
        window.add(at(3));
        assertThat(window.awaitRoom(0, 0)).as("what stays needs no room").isTrue();
        window.skip(Reason.LOOP);
        window.add(at(4));
        assertThat(window.awaitRoom(1, 0)).isFalse();
        second.acked();
        assertThat(window.awaitRoom(60, 0)).isTrue();
    }

    @Test
    void whatStaysIsCountedWhenAllBeforeItIsDone() {
        Window window = window(10, 100);
        Outlet.Receipt first = send(window, 0, 1);
        window.add(at(1));
        window.skip(Reason.FORWARDED);
        window.add(at(2));
        window.arrived();
        assertThat(counts.skipped(Reason.FORWARDED).value()).isZero();
        assertThat(window.oldest()).isEqualTo(at(0));
        first.acked();
        assertThat(counts.skipped(Reason.FORWARDED).value()).isEqualTo(1);
        assertThat(counts.acked().value()).isEqualTo(2);
        assertThat(window.oldest()).isNull();
    }

    @Test
    void afterAFailureThereIsNoRoomAndLateReceiptsTellNothing() {
        Window window = window(10, 100);
        Outlet.Receipt first = send(window, 0, 1);
        Outlet.Receipt second = send(window, 1, 1);
        BrokerException why = new BrokerException("gone", null);
        second.failed(why);
        assertThat(window.failure()).isSameAs(why);
        window.add(at(2));
        assertThat(window.awaitRoom(1, 0)).isFalse();
        first.acked();
        assertThat(window.oldest()).isEqualTo(at(1));
        window.close();
        second.acked();
        assertThat(window.oldest()).isEqualTo(at(1));
        assertThat(counts.acked().value()).isEqualTo(1);
        assertThat(counts.inFlight().value()).isZero();
    }

    @Test
    void silenceIsCountedFromTheLastAcknowledgementAndWhileSomethingIsOnItsWay() {
        Window window = window(10, 100);
        ticks.set(1000);
        assertThat(window.silentNanos()).isZero();
        Outlet.Receipt first = send(window, 0, 1);
        ticks.set(1500);
        Outlet.Receipt second = send(window, 1, 1);
        assertThat(window.silentNanos()).isEqualTo(500);
        first.acked();
        ticks.set(1600);
        assertThat(window.silentNanos()).isEqualTo(100);
        second.acked();
        ticks.set(9000);
        assertThat(window.silentNanos()).isZero();
    }
}
