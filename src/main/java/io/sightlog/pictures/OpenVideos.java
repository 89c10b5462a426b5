package io.sightlog.pictures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Videos that were used lately and stay open for a while. Any thread. */
final class OpenVideos implements AutoCloseable {
    private static final int MAX_OPEN = 4;

    private final long quietNanos;
    private final ScheduledThreadPoolExecutor closer;
    /** Those that nobody uses, that of the last use at the end. */
    private final Deque<Idle> idle = new ArrayDeque<>();

    private @Nullable ScheduledFuture<?> closing;
    private boolean closed;

    /** A file as it was when it was opened. */
    record Version(Path file, @Nullable FileTime modified, long bytes) {
        static Version of(Path file) throws UndrawableException {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                return new Version(file, now.lastModifiedTime(), now.size());
            } catch (IOException e) {
                throw new UndrawableException("it is gone");
            }
        }
    }

    private record Idle(Version version, OpenVideo video, long sinceNanoTime) {}

    /** @param quiet after which one that nobody used is closed */
    OpenVideos(Duration quiet) {
        quietNanos = quiet.toNanos();
        closer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "pictures");
            thread.setDaemon(true);
            return thread;
        });
        closer.setKeepAliveTime(1, TimeUnit.SECONDS);
        closer.allowCoreThreadTimeOut(true);
        closer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * One that is open: the one that is near a frame, else any.
     *
     * @return null when none is; the caller gives it back or closes it
     */
    synchronized @Nullable OpenVideo take(Version version, Wanted wanted) {
        Idle found = null;
        for (Idle one : idle) {
            if (one.version.equals(version)
                    && (found == null || !found.video.isNear(wanted) || one.video.isNear(wanted))) {
                found = one;
            }
        }
        if (found == null) {
            return null;
        }
        idle.remove(found);
        return found.video;
    }

    /** Keeps one open for a while. */
    void giveBack(Version version, OpenVideo video) {
        List<OpenVideo> done = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                done.add(video);
            } else {
                idle.addLast(new Idle(version, video, System.nanoTime()));
                if (idle.size() > MAX_OPEN) {
                    done.add(idle.removeFirst().video);
                }
                closeLater(quietNanos);
            }
        }
        done.forEach(OpenVideo::close);
    }

    private void closeLater(long nanos) {
        if (closing == null) {
            closing = closer.schedule(this::closeQuiet, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void closeQuiet() {
        List<OpenVideo> done = new ArrayList<>();
        synchronized (this) {
            closing = null;
            long now = System.nanoTime();
            Iterator<Idle> each = idle.iterator();
            while (each.hasNext()) {
                Idle one = each.next();
                if (now - one.sinceNanoTime >= quietNanos) {
                    each.remove();
                    done.add(one.video);
                }
            }
            if (!idle.isEmpty()) {
                closeLater(idle.getFirst().sinceNanoTime + quietNanos - now);
            }
        }
        done.forEach(OpenVideo::close);
    }

    /** How many are open that nobody uses. */
    synchronized int count() {
        return idle.size();
    }

    /** Closes all; those in use when they are given back. */
    @Override
    public void close() {
        List<Idle> done;
        synchronized (this) {
            closed = true;
            done = List.copyOf(idle);
            idle.clear();
        }
        closer.shutdown();
        done.forEach(one -> one.video.close());
    }
}
