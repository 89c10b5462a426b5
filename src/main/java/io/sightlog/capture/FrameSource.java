package io.sightlog.capture;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The frames of pictures and videos, one after the other. While the caller handles one, the next is decoded on a thread
 * of this source; at most two are decoded ahead.
 *
 * <p>What cannot be looked at comes as a {@link Skip} in its place, and the rest goes on. Used by one thread at a time;
 * {@link #close} stops the decoding thread and frees what it has decoded.
 *
 * <pre>{@code
 * try (FrameSource frames = FrameSource.open(List.of("photos"), CaptureOptions.DEFAULT)) {
 *     Captured next;
 *     while ((next = frames.next()) != null) {
 *         if (next instanceof Frame frame) {
 *             try (frame) {
 *                 look(frame.picture());
 *             }
 *         }
 *     }
 * }
 * }</pre>
 */
public final class FrameSource implements Captures {
    private static final int CLOSE_MILLIS = 10;

    private sealed interface Message {}

    private record Given(Captured captured) implements Message {}

    /** @param failure null when all sources are done */
    private record End(@Nullable Throwable failure) implements Message {}

    private final List<Source> sources;
    private final List<String> passedOver;
    private final CaptureOptions options;
    private final BlockingQueue<Message> ahead = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private volatile boolean closed;
    private boolean ended;

    private FrameSource(Sources.Found found, CaptureOptions options) {
        this.sources = found.sources();
        this.passedOver = found.passedOver();
        this.options = options;
        this.thread = new Thread(this::decode, "capture");
        thread.setDaemon(true);
    }

    /**
     * Opens files, folders, globs and lists. A folder gives what is a picture or video by its name or its first bytes, in the
     * order of the names, not what is in folders in it. What cannot be read of it comes as a skip.
     * A list is a {@code .txt} with one source a line, relative to the list's folder; blank lines and lines that begin
     * with {@code #} are passed over.
     *
     * @throws SourceException when one of them is missing, or there is nothing in it
     */
    public static FrameSource open(List<String> sources, CaptureOptions options) {
        FrameSource source = new FrameSource(Sources.expand(sources), options);
        source.loadLibraries();
        source.thread.start();
        return source;
    }

    /** Before anybody appends what they read. */
    private void loadLibraries() {
        MediaLibraries.forPictures();
        if (sources.stream().anyMatch(Source::video)) {
            MediaLibraries.forVideos();
        }
    }

    /**
     * The next frame or skip, in the order of the sources; waits for it. The caller closes a frame.
     *
     * @return null at the end
     * @throws InterruptedException when the calling thread is interrupted; nothing is lost
     * @throws IllegalStateException when the decoding thread failed in a way that is a mistake of this program
     */
    @Override
    public @Nullable Captured next() throws InterruptedException {
        if (ended || closed) {
            return null;
        }
        Message message = ahead.take();
        if (message instanceof Given given) {
            return given.captured;
        }
        ended = true;
        Throwable failure = ((End) message).failure;
        if (failure != null) {
            throw new IllegalStateException("decoding stopped: " + failure, failure);
        }
        return null;
    }

    /**
     * How many frames and skips to expect, for showing progress. Opens every video, so it takes some milliseconds for
     * each; empty when one does not tell its length.
     */
    public OptionalLong expectedFrames() {
        long frames = 0;
        for (Source source : sources) {
            if (frames >= options.maxFrames()) {
                break;
            }
            long own = source.video() ? Decoding.expectedFrames(source, options.stride()) : 1;
            if (own < 0) {
                return OptionalLong.empty();
            }
            frames += own;
        }
        return OptionalLong.of(Math.min(frames, options.maxFrames()));
    }

    /** How many files there are to look at. */
    public int files() {
        return sources.size();
    }

    /** A line for each folder that holds more than pictures and videos: how much of it is not looked at. */
    public List<String> passedOver() {
        return passedOver;
    }

    private void decode() {
        Message end = new End(null);
        try {
            Decoding decoding = new Decoding(options, this::give, () -> closed);
            for (Source source : sources) {
                if (!decoding.wantsMore()) {
                    break;
                }
                decoding.decode(source);
            }
        } catch (InterruptedException e) {
            return; // closed
        } catch (Throwable e) { // an Error, too, must reach the caller, who would wait for ever
            end = new End(e);
        }
        try {
            ahead.put(end);
        } catch (InterruptedException e) {
            // closed, nobody waits for the end
        }
    }

    private void give(Captured captured) throws InterruptedException {
        try {
            ahead.put(new Given(captured));
        } catch (InterruptedException e) {
            free(captured);
            throw e;
        }
    }

    /**
     * Returns when the decoding thread has ended, at the latest after the frame it is at.
     *
     * <p>It is not interrupted: it may be loading native libraries, which forget an interrupt or fail from it. Making room
     * wakes it.
     */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            freeAhead();
            try {
                thread.join(CLOSE_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        freeAhead();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void freeAhead() {
        Message left = ahead.poll();
        if (left instanceof Given given) {
            free(given.captured);
        }
    }

    private static void free(Captured captured) {
        if (captured instanceof Frame frame) {
            frame.close();
        }
    }
}
