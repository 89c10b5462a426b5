package io.sightlog.capture.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.capture.Captured;
import io.sightlog.capture.Frame;
import io.sightlog.capture.MediaLibraries;
import io.sightlog.capture.Skip;
import io.sightlog.capture.SourceException;
import io.sightlog.capture.live.FakeCameras.Damage;
import io.sightlog.capture.live.FakeCameras.Go;
import io.sightlog.capture.live.FakeCameras.Hang;
import io.sightlog.capture.live.FakeCameras.Open;
import io.sightlog.capture.live.FakeCameras.Send;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LiveSourcesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3600 * SECOND;

    private final FakeCameras fakes = new FakeCameras();
    private final AtomicBoolean stop = new AtomicBoolean();
    private LiveSources sources;

    @BeforeAll
    static void load() {
        MediaLibraries.forPictures();
    }

    private LiveSources open(LiveOptions options, String... streams) {
        List<LiveAddress> addresses = Arrays.stream(streams)
                .map(stream -> LiveAddress.parse(stream + "=rtsp://cameras/" + stream, name -> null))
                .toList();
        sources = new LiveSources(addresses, options, stop::get, fakes, fakes.clock, new Random(1));
        return sources;
    }

    @AfterEach
    void allIsFreed() {
        if (sources != null) {
            sources.close();
            FakeCameras.await(() -> fakes.unclosedShots.get() == 0);
        }
    }

    private static LiveOptions fps(double most) {
        return new LiveOptions(10 * SECOND, true, LiveOptions.Transport.AUTO, false, most, Long.MAX_VALUE);
    }

    private Frame frame() throws InterruptedException {
        Captured next = sources.next();
        assertThat(next).isInstanceOf(Frame.class);
        ((Frame) next).close();
        return (Frame) next;
    }

    private Skip skip() throws InterruptedException {
        Captured next = sources.next();
        assertThat(next).isInstanceOf(Skip.class);
        return (Skip) Objects.requireNonNull(next);
    }

    private CameraState state() {
        return sources.states().get(0);
    }

    @Test
    void theNewestFrameIsGivenAndThoseBeforeItAreCounted() throws InterruptedException {
        open(LiveOptions.DEFAULT, "a");
        fakes.tell("a", new Open(), new Send(0), new Send(SECOND), new Send(2 * SECOND));
        FakeCameras.await(() -> state().arrived() == 3);
        Frame newest = frame();
        assertThat(newest.number()).isEqualTo(2);
        assertThat(newest.live().source().dropped()).isEqualTo(2);
        assertThat(newest.live().stream()).isEqualTo("a");
        assertThat(newest.source()).isEqualTo("rtsp://cameras/a");
        fakes.tell("a", new Send(3 * SECOND));
        Frame next = frame();
        assertThat(next.number()).isEqualTo(3);
        assertThat(next.live().source().dropped()).isZero();
        assertThat(next.positionNanos()).isGreaterThan(newest.positionNanos());
        assertThat(next.capturedNanos()).isGreaterThan(newest.capturedNanos());
    }

    @Test
    void aFrameSaysHowLongItHasWaited() throws InterruptedException {
        open(LiveOptions.DEFAULT, "a");
        fakes.tell("a", new Open(), new Send(0));
        FakeCameras.await(() -> state().arrived() == 1);
        long arrivedAt = fakes.clock.epochNanos();
        fakes.clock.pass(7);
        Frame frame = frame();
        assertThat(frame.live().source().ageNanos()).isEqualTo(7);
        assertThat(frame.capturedNanos()).isEqualTo(arrivedAt);
    }

    @Test
    void camerasTakeTurnsHoweverFastOneOfThemIs() throws InterruptedException {
        open(LiveOptions.DEFAULT, "fast", "slow");
        fakes.tell("fast", new Open());
        fakes.tell("slow", new Open());
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int before = 2 * i;
            fakes.tell("fast", new Send(before), new Send(before + 1));
            fakes.tell("slow", new Send(i));
            int round = i;
            FakeCameras.await(() -> sources.states().get(0).arrived() == 2 * round + 2
                    && sources.states().get(1).arrived() == round + 1);
            seen.add(frame().live().stream());
            seen.add(frame().live().stream());
        }
        assertThat(seen).containsExactly("fast", "slow", "fast", "slow", "fast", "slow");
    }

    @Test
    void noMoreFramesASecondAreGivenThanAsked() throws InterruptedException {
        open(fps(2), "a");
        fakes.tell("a", new Open(), new Send(0));
        frame();
        fakes.tell("a", new Send(SECOND / 10));
        FakeCameras.await(() -> state().arrived() == 2);
        synchronized (sources) {
            fakes.clock.pass(SECOND / 4);
        }
        stop.set(true);
        assertThat(sources.next()).isNull();
        stop.set(false);
        fakes.clock.pass(SECOND / 4);
        assertThat(frame().number()).isEqualTo(1);
    }

    @Test
    void anOutageIsOneSkipAndTheFirstFrameAfterItSaysHowLongItWas() throws InterruptedException {
        open(LiveOptions.DEFAULT, "a");
        fakes.tell("a", new Open(), new Send(0));
        frame();
        fakes.tell("a", new Go("broken off"), new Go("refused"), new Go("refused"), new Open(), new Send(0));
        Skip gone = skip();
        assertThat(gone.reason()).isEqualTo("no picture: broken off");
        assertThat(gone.live().source().reconnects()).isZero();
        Frame back = frame();
        assertThat(back.live().source().reconnects()).isEqualTo(1);
        assertThat(back.live().source().outageNanos())
                .isBetween(5 * SECOND, 9 * SECOND); // 1 + 2 + 4, by chance 0.8 to 1.2 of it
        fakes.tell("a", new Send(SECOND));
        assertThat(frame().live().source().outageNanos()).isZero();
    }

    @Test
    void aDayWithoutACameraIsOneSkipAnHour() throws InterruptedException {
        open(LiveOptions.DEFAULT, "a");
        long end = fakes.clock.nanoTime() + 24 * HOUR;
        List<Skip> skips = new ArrayList<>();
        int tries = 0;
        while (fakes.clock.nanoTime() < end) {
            fakes.tell("a", new Go("refused"));
            fakes.finish();
            tries++;
        }
        FakeCameras.await(() -> state().phase() == CameraState.Phase.GONE);
        fakes.tell("a", new Open(), new Send(0));
        FakeCameras.await(() -> state().arrived() == 1);
        Captured next;
        while ((next = sources.next()) instanceof Skip skip) {
            skips.add(skip);
        }
        ((Frame) Objects.requireNonNull(next)).close();
        assertThat(tries).isBetween(2500, 3800); // every 24 to 30 s
        assertThat(skips).hasSizeBetween(24, 25);
        for (int i = 1; i < 24; i++) {
            assertThat(skips.get(i).live().source().outageNanos()).isBetween(i * HOUR, i * HOUR + 31 * SECOND);
        }
    }

    @Test
    void whoIsNotToReconnectEnds() throws InterruptedException {
        open(new LiveOptions(SECOND, false, LiveOptions.Transport.AUTO, false, 0, Long.MAX_VALUE), "a", "b");
        fakes.tell("a", new Go("refused"));
        fakes.tell("b", new Open(), new Send(0));
        List<Captured> all = new ArrayList<>(List.of(sources.next(), sources.next()));
        fakes.tell("b", new Go("broken off"));
        all.add(skip());
        assertThat(all).filteredOn(Skip.class::isInstance).hasSize(2);
        all.stream().filter(Frame.class::isInstance).forEach(f -> ((Frame) f).close());
        assertThat(sources.next()).isNull();
    }

    @Test
    void aDamagedFrameIsASkip() throws InterruptedException {
        open(LiveOptions.DEFAULT, "a");
        fakes.tell("a", new Open(), new Damage("damaged frame: half of it"), new Send(0));
        assertThat(skip().reason()).startsWith("damaged frame: half of it");
        assertThat(frame().number()).isEqualTo(1);
    }

    @Test
    void silenceIsAnOutage() throws InterruptedException {
        open(LiveOptions.DEFAULT, "a");
        fakes.tell("a", new Open(), new Send(0));
        frame();
        fakes.finish();
        fakes.clock.pass(11 * SECOND);
        assertThat(skip().reason()).isEqualTo("no picture: silent for 10 s");
    }

    @Test
    void aLibraryThatDoesNotGiveUpIsSaidAndDoesNotHoldTheOthersOrTheEnd() throws InterruptedException {
        AtomicBoolean released = new AtomicBoolean();
        open(LiveOptions.DEFAULT, "stuck", "well");
        fakes.tell("stuck", new Hang(released::get));
        fakes.tell("well", new Open(), new Send(0));
        assertThat(frame().live().stream()).isEqualTo("well");
        fakes.finish();
        fakes.clock.pass(8 * SECOND);
        fakes.tell("well", new Send(8 * SECOND));
        assertThat(frame().live().stream()).isEqualTo("well");
        fakes.clock.pass(8 * SECOND);
        fakes.tell("well", new Send(16 * SECOND));
        Captured first = sources.next();
        Captured second = sources.next();
        assertThat(List.of(first, second)).filteredOn(Skip.class::isInstance).hasSize(1);
        for (Captured one : List.of(first, second)) {
            if (one instanceof Skip skip) {
                assertThat(skip.reason()).contains("does not give up");
            } else {
                ((Frame) one).close();
            }
        }
        long began = System.nanoTime();
        sources.close();
        assertThat(System.nanoTime() - began).isLessThan(SECOND);
        released.set(true);
    }

    @Test
    void namesThatAreAlikeAreRefused() {
        LiveAddress one = LiveAddress.parse("rtsp://u:p@host/x", name -> null);
        assertThatThrownBy(() -> new LiveSources(
                        List.of(one, one), LiveOptions.DEFAULT, () -> false, fakes, fakes.clock, new Random(1)))
                .isInstanceOf(SourceException.class)
                .hasMessage("two cameras are called host/x; give each a name of its own, as in front=rtsp://host/x");
    }
}
