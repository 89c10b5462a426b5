package io.sightlog.sink.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.shm.CocoClasses;
import io.sightlog.shm.SegmentName;
import io.sightlog.shm.SegmentReader;
import io.sightlog.shm.SegmentWriter;
import io.sightlog.shm.SharedFrame;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentMirrorTest {
    private static final int MOST = 25;

    /** What is in the segment after a frame of detections of these confidences: the places of those that are shown, by their x. */
    private static List<Integer> shown(SegmentMirror mirror, SegmentReader reader, float... confidences) {
        EventDraft draft = new EventDraft().capturedNanos(0).ownLabels("m", "5\tdog\n");
        for (int i = 0; i < confidences.length; i++) {
            draft.detection(5, confidences[i], i, 0, 1, 1, 0);
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(draft.encodedBytes());
        draft.encode(Memory.addressOf(bytes), bytes.capacity(), 1, 0, 0);
        Event event = new Event(LabelSource.NONE);
        event.wrap(Memory.addressOf(bytes), bytes.capacity());
        mirror.accept(event);
        SharedFrame frame = new SharedFrame();
        reader.read(frame);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < frame.count(); i++) {
            assertThat(frame.confidence(i)).isEqualTo(confidences[frame.left(i)]);
            places.add(frame.left(i));
        }
        return places;
    }

    /** Of equals the first; in the order of the event. */
    @Test
    void theTenMostConfidentAreShown() {
        assumeTrue(Files.isDirectory(Path.of("/dev/shm")), "no /dev/shm here: shared memory was not tried");
        SegmentName name = new SegmentName("sightlog-test-" + UUID.randomUUID());
        Random random = new Random(1);
        try (SegmentWriter segment = new SegmentWriter(name, PosixFilePermissions.fromString("rw-------"), false);
                SegmentReader reader = new SegmentReader(name)) {
            SegmentMirror mirror = new SegmentMirror(segment, new CocoClasses(List.of("dog")), notice -> {});
            int crowded = 0;
            for (int round = 0; round < 300; round++) {
                float[] confidences = new float[random.nextInt(MOST)];
                for (int i = 0; i < confidences.length; i++) {
                    confidences[i] = random.nextInt(5) / 4f;
                }
                List<Integer> expected = IntStream.range(0, confidences.length)
                        .boxed()
                        .sorted(Comparator.comparing(i -> -confidences[i]))
                        .limit(SharedFrame.MAX_BOXES)
                        .sorted()
                        .toList();
                assertThat(shown(mirror, reader, confidences)).isEqualTo(expected);
                crowded += confidences.length > SharedFrame.MAX_BOXES ? 1 : 0;
                assertThat(mirror.crowdedFrames()).isEqualTo(crowded);
            }
            segment.unlink();
        }
    }
}
