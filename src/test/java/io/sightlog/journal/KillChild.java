package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** The processes that {@link KillTest} kills: they work until then, and log what they were promised. */
final class KillChild {
    static final int MOST_IN_BATCH = 16;
    private static final int MOST_IN_STORM = 100_000;

    /** After so many events a writer that has this in its environment ends by itself, and its storm does not abate before. */
    static final String EVENTS = "KILL_CHILD_EVENTS";

    /** How a writer goes about it. */
    enum Pace {
        /** Some thousand events a second, in bursts. */
        STEADY,
        /** As many as it can: it is in the middle of an append whenever it is killed. */
        STORM,
        /** It holds the write lock half of the time. */
        HOLDING
    }

    private KillChild() {}

    /** How many events an append beginning with that frame has. */
    static int eventsAt(long frame) {
        return frame % 7 == 3 ? 1 + (int) (frame % MOST_IN_BATCH) : 1;
    }

    /** The only event that run has of that number. */
    static EventDraft fill(EventDraft draft, int run, long frame) {
        draft.clear()
                .capturedNanos(0)
                .source("run-" + run)
                .frame(frame, frame * 1000)
                .digest(digest(run, frame));
        for (int i = 0; i < frame % 5; i++) {
            draft.detection(i, 0.5f, frame % 100_000, run, i + 1, 2, frame);
        }
        return draft;
    }

    /** Appends what begins with that frame. */
    static long append(JournalWriter writer, EventDraft draft, EventBatch batch, int run, long frame) {
        int events = eventsAt(frame);
        if (events == 1) {
            return writer.append(fill(draft, run, frame));
        }
        batch.clear();
        for (int i = 0; i < events; i++) {
            assertThat(batch.add(fill(draft, run, frame + i))).isTrue();
        }
        return writer.append(batch);
    }

    private static long digest(int run, long frame) {
        return (run * 0x9e37_79b9_7f4a_7c15L) ^ (frame * 0xc2b2_ae3d_27d4_eb4fL);
    }

    /** Its run, when it is as it was written. */
    static int check(Event event) {
        int run = Integer.parseInt(event.source().substring(4));
        long frame = event.frame();
        boolean sound = event.digest() == digest(run, frame)
                && event.positionNanos() == frame * 1000
                && event.detectionCount() == frame % 5;
        for (int i = 0; sound && i < event.detectionCount(); i++) {
            sound = event.classId(i) == i
                    && event.x(i) == frame % 100_000
                    && event.y(i) == run
                    && event.trackId(i) == frame;
        }
        assertThat(sound).as("frame %d of run %d", frame, run).isTrue();
        return run;
    }

    /** What stands for an event beside its index. */
    static long identity(Event event) {
        return event.sequence() << 16 | event.place();
    }

    /** Appends; arguments: journal, log, roll, run, pace, durability, seed. Logs index and first frame of what was acknowledged. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws IOException {
            int run = Integer.parseInt(args[3]);
            Pace pace = Pace.valueOf(args[4]);
            Random random = new Random(Long.parseLong(args[6]));
            KillLog log = new KillLog(Path.of(args[1]));
            NanoClock clock = pace == Pace.HOLDING
                    ? () -> {
                        LockSupport.parkNanos(50_000); // under the lock
                        return NanoClock.SYSTEM.nanos();
                    }
                    : NanoClock.SYSTEM;
            WriterOptions options = WriterOptions.DEFAULT
                    .roll(Roll.valueOf(args[2]))
                    .durability(Durability.parse(args[5]))
                    .lockTimeout(Duration.ofSeconds(30));
            JournalWriter writer = Journal.open(Path.of(args[0]), clock).writer(options);
            EventDraft draft = new EventDraft().capturedNanos(0);
            EventBatch batch = new EventBatch();
            long frame = 0;
            long most = Long.parseLong(System.getenv().getOrDefault(EVENTS, "0"));
            while (most == 0 || frame < most) {
                boolean storm = pace == Pace.STORM && frame < Math.max(most, MOST_IN_STORM);
                int burst = storm ? 1000 : 1 + random.nextInt(60);
                for (int i = 0; i < burst && (most == 0 || frame < most); i++) {
                    frame = append(writer, draft, batch, log, run, frame);
                }
                if (!storm) {
                    LockSupport.parkNanos(5_000_000);
                }
            }
            writer.close();
        }

        private static long append(
                JournalWriter writer, EventDraft draft, EventBatch batch, KillLog log, int run, long frame) {
            log.add(KillChild.append(writer, draft, batch, run, frame), frame);
            return frame + eventsAt(frame);
        }
    }

    /** Follows under a name; arguments: journal, log, name. Logs index and identity of what it handled. */
    static final class Consumer {
        private Consumer() {}

        public static void main(String[] args) throws Exception {
            KillLog log = new KillLog(Path.of(args[1]));
            try (Journal journal = Journal.open(Path.of(args[0]));
                    IdleStrategy wait = journal.idleStrategy(IdleStrategy.Mode.PARK);
                    JournalReader reader = journal.reader(args[2])) {
                EventHandler handler = event -> {
                    check(event);
                    log.add(event.index(), identity(event));
                };
                while (true) {
                    wait.idle(reader.poll(handler, 64));
                }
            }
        }
    }
}
