package io.sightlog.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Those who do not read keep nobody from a turn, and go on without waiting for one. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TurnsTest {
    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

    private boolean isMemoryWanted;
    private final Turns turns = new Turns(() -> isMemoryWanted);

    private Turns.@Nullable Turn take(boolean isPicture) {
        return turns.take(isPicture, 0);
    }

    private List<Turns.Turn> takeAll(boolean isPicture) {
        List<Turns.Turn> taken = new ArrayList<>();
        for (Turns.Turn turn = take(isPicture); turn != null; turn = take(isPicture)) {
            taken.add(turn);
        }
        return taken;
    }

    private static Connections.Deadline deadline() {
        return new Connections.Deadline(HOUR_MILLIS);
    }

    private static boolean isCut(Connections.Deadline deadline) {
        return deadline.isOver(System.nanoTime() + 1);
    }

    private static long ago(long millis) {
        return System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private List<Connections.Deadline> waiting(int count, long millis) {
        List<Connections.Deadline> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(deadline());
            turns.waits(all.get(i), ago(millis));
        }
        return all;
    }

    @Test
    void whoReadsAgainGoesOnWithoutATurnWhenNoneIsFree() {
        List<Turns.Turn> taken = takeAll(false);
        assertThat(taken).hasSize(Limits.ANSWERS);
        taken.get(0).stalls(deadline());
        Turns.Turn other = take(false);
        assertThat(other).isNotNull();

        taken.get(0).goesOn();
        taken.get(0).close();
        assertThat(take(false)).as("one that was never free").isNull();

        taken.get(1).stalls(deadline());
        taken.get(1).goesOn();
        assertThat(take(false)).as("the one that was free").isNull();
        taken.forEach(Turns.Turn::close);
        other.close();
        assertThat(takeAll(false)).hasSize(Limits.ANSWERS);
    }

    @Test
    void aPictureThatGoesOnTakesBothTurnsOrNone() {
        List<Turns.Turn> pictures = takeAll(true);
        assertThat(pictures).hasSize(Limits.PICTURES);
        pictures.get(0).stalls(deadline());
        List<Turns.Turn> others = takeAll(false);
        pictures.get(0).goesOn();
        others.forEach(Turns.Turn::close);
        assertThat(takeAll(true)).hasSize(1);
    }

    @Test
    void ofPicturesOnlySomeWait() throws Exception {
        List<Turns.Turn> pictures = takeAll(true);
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < Limits.WAITING_PICTURES; i++) {
            Thread thread = new Thread(() -> turns.take(true, HOUR_MILLIS));
            thread.start();
            waiting.add(thread);
        }
        for (Thread thread : waiting) {
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }
        assertThat(turns.take(true, HOUR_MILLIS)).as("one more").isNull();
        assertThat(take(false)).as("something else").isNotNull();
        for (Thread thread : waiting) {
            thread.interrupt();
            thread.join();
        }
        pictures.get(0).close();
        assertThat(turns.take(true, HOUR_MILLIS)).isNotNull();
    }

    @Test
    void ofTooManyThoseAreCutThatHaveNotReadForTheLongest() {
        List<Connections.Deadline> all = waiting(Limits.STALLED + 2, Limits.STALL_MILLIS);
        assertThat(all.subList(0, 2)).allMatch(TurnsTest::isCut);
        assertThat(all.subList(2, all.size())).noneMatch(TurnsTest::isCut);
    }

    @Test
    void anAnswerThatIsOnItsWayCutsNobodyUntilItStalls() {
        List<Connections.Deadline> stalled = waiting(Limits.STALLED, Limits.STALL_MILLIS);
        Connections.Deadline healthy = deadline();
        turns.waits(
                healthy, System.nanoTime() + TimeUnit.HOURS.toNanos(1)); // for a moment that is longer than this test
        assertThat(stalled).noneMatch(TurnsTest::isCut);
        turns.reads(healthy);
        turns.waits(healthy, ago(Limits.STALL_MILLIS));
        assertThat(stalled.get(0)).matches(TurnsTest::isCut);
        assertThat(healthy).matches(one -> !isCut(one));
    }

    @Test
    void whileOthersWaitForMemoryThoseAreCutThatHaveNotReadForAWhile() {
        List<Connections.Deadline> longer = waiting(2, Limits.HOLDING_MILLIS);
        turns.look();
        assertThat(longer).noneMatch(TurnsTest::isCut);
        isMemoryWanted = true;
        Connections.Deadline shorter = deadline();
        turns.waits(shorter, System.nanoTime());
        assertThat(longer).allMatch(TurnsTest::isCut);
        assertThat(shorter).matches(one -> !isCut(one));
    }
}
