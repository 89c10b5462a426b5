package io.sightlog.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sightlog.capture.Ffmpeg;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken of native memory is given back at once, and not when the collector finds it. */
@Tag("alone")
class NativeMemoryTest {
    private static final int TIMES = 20;
    /** Then all is loaded that is loaded once, and as many videos are open as stay open. */
    private static final int WARM = 5;

    @TempDir
    Path folder;

    private Journal journal;
    private EventPictures pictures;

    @BeforeEach
    void open() throws Exception {
        journal = Journal.open(folder.resolve("q"));
        pictures = new EventPictures(journal, new SourceGate(List.of()));
    }

    @AfterEach
    void close() {
        pictures.close();
        journal.close();
    }

    private void assertNothingStays(String what, boolean isThere, IntFunction<EventDraft> events) {
        for (int i = 0; i < WARM; i++) {
            ask(isThere, events.apply(i));
        }
        long before = Pointer.totalCount();
        for (int i = WARM; i < WARM + TIMES; i++) {
            ask(isThere, events.apply(i));
        }
        assertThat(Pointer.totalCount() - before).as(what).isLessThan(TIMES);
    }

    private void ask(boolean isThere, EventDraft draft) {
        for (int side : new int[] {50, 1000}) {
            if (isThere) {
                try {
                    assertThat(pictures.jpeg(Scene.lasting(draft), side, true).bytes())
                            .isNotEmpty();
                } catch (UndrawableException e) {
                    throw new AssertionError(e);
                }
            } else {
                assertThrows(UndrawableException.class, () -> pictures.jpeg(Scene.lasting(draft), side, true));
            }
        }
    }

    @Test
    void ofPicturesAndKeptOnes() throws Exception {
        Path picture = Scene.picture(folder.resolve("a.png"), 200, 100);
        Path changed = Scene.picture(folder.resolve("b.png"), 100, 100);
        Path cut = folder.resolve("cut.png");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(picture), 90));
        var kept = KeptScene.keep(folder.resolve("q"), 320, 240);
        assertNothingStays("a picture", true, i -> Scene.frame(picture).detection(0, 0.5f, 1, 1, 20, 20, 0));
        assertNothingStays("one that was kept", true, i -> KeptScene.live(kept));
        assertNothingStays(
                "one that has changed", false, i -> Scene.frame(changed).size(99, 100));
        assertNothingStays("one that is cut", false, i -> Scene.frame(cut));
    }

    @Test
    void ofVideosAndAnimations() throws Exception {
        Ffmpeg.need();
        Path video = Ffmpeg.make(folder.resolve("a.mp4"), 4, 0, "-c:v", "libx264", "-g", "10");
        Path moving = Ffmpeg.make(folder.resolve("a.gif"), 2, 0);
        Path cut = folder.resolve("cut.mp4");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(video), 5000));
        assertNothingStays("a video", true, i -> Scene.frame(video).frame(99 - i * 3, 0));
        assertNothingStays(
                "one that has changed",
                false,
                i -> Scene.frame(video)
                        .frame(40 + i, 1_600_000_000L + i * 40_000_000L)
                        .digest(5));
        assertNothingStays("an animation", true, i -> Scene.frame(moving).frame(40 - i, 0));
        assertNothingStays(
                "one that is too short", false, i -> Scene.frame(moving).frame(100 + i, 0));
        assertNothingStays("one that is cut", false, i -> Scene.frame(cut).frame(i, 0));
    }
}
