package io.sightlog.pictures;

import io.sightlog.capture.Credentials;
import io.sightlog.capture.PictureFile;
import io.sightlog.capture.UnreadableException;
import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.FrameReader;
import io.sightlog.journal.Journal;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * The pictures that events are about, as JPEGs: what was kept beside the journal, else the frame of the source, found again and compared
 * with what the event says of it.
 *
 * <p>Any thread. No more than two pictures are made at once, and what was made lately is handed out again. Videos stay open for half a
 * minute after their last use, so that the next frame is only a step away.
 *
 * <pre>{@code
 * try (EventPictures pictures = new EventPictures(journal, new SourceGate(List.of()))) {
 *     Files.write(file, pictures.jpeg(event, 1280, true).bytes());
 * }
 * }</pre>
 */
public final class EventPictures implements AutoCloseable {
    private static final int AT_ONCE = 2;
    private static final long CACHE_BYTES = 32 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofSeconds(30);
    private static final int MAX_NAME = 300;

    private final Journal journal;
    private final @Nullable SourceGate gate;
    private final String closedBecause;
    private final Duration wait;
    private final Semaphore turns = new Semaphore(AT_ONCE, /* fair= */ true);
    private final JpegCache made = new JpegCache(CACHE_BYTES);
    private final SourcePictures sources;
    private volatile boolean closed;

    /**
     * A picture.
     *
     * @param bytes a JPEG; not to be changed
     * @param isKept whether it was kept beside the journal, and not read from its source
     * @param width of the frame that the event's boxes are in, in pixels; the JPEG may be smaller
     * @param height likewise
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Jpeg(byte[] bytes, boolean isKept, int width, int height) {}

    /**
     * Also of sources.
     *
     * @param journal stays the caller's, as does the gate
     */
    public EventPictures(Journal journal, SourceGate gate) {
        this(journal, gate, "", WAIT, LIMIT, QUIET);
    }

    /**
     * Only those that were kept.
     *
     * @param journal stays the caller's
     * @param whyNoSources why no source is opened, for people
     */
    public EventPictures(Journal journal, String whyNoSources) {
        this(journal, null, whyNoSources, WAIT, LIMIT, QUIET);
    }

    EventPictures(
            Journal journal,
            @Nullable SourceGate gate,
            String closedBecause,
            Duration wait,
            Duration limit,
            Duration quiet) {
        this.journal = journal;
        this.gate = gate;
        this.closedBecause = closedBecause;
        this.wait = wait;
        this.sources = new SourcePictures(limit, quiet);
    }

    /**
     * The picture of a frame. It takes up to 30 s when other pictures are being made, or the frame is found only by decoding its video
     * from the start.
     *
     * @param event not used after this returns
     * @param maxSide what the longer side of the JPEG has at most, in pixels, 1 or more; a smaller picture stays as it is
     * @param boxes whether to draw its detections
     * @throws UndrawableException when there is none; the message is one line that says why
     */
    public Jpeg jpeg(Event event, int maxSide, boolean boxes) throws UndrawableException {
        if (maxSide < 1) {
            throw new IllegalArgumentException("maxSide " + maxSide + " is too small; 1 or more");
        }
        if (event.kind() != EventKind.FRAME) {
            throw new UndrawableException(
                    event.kind() == EventKind.SKIP ? "it is a frame that was not looked at" : "it is no frame");
        }
        JpegCache.Key key = JpegCache.Key.of(event, maxSide, boxes);
        Jpeg known = made.get(key);
        if (known != null) {
            return known;
        }
        takeTurn();
        try {
            known = made.get(key); // somebody else may have asked for the same
            if (known == null) {
                known = make(event, maxSide, boxes);
                made.put(key, known);
            }
            return known;
        } catch (OutOfMemoryError e) {
            throw new UndrawableException("there is not enough memory left for it; SIGHTLOG_OPTS=-Xmx4g gives more");
        } finally {
            turns.release();
        }
    }

    private void takeTurn() throws UndrawableException {
        try {
            if (!turns.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new UndrawableException("too many pictures are asked for at once; ask again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndrawableException("waiting for it was interrupted");
        }
        if (closed) {
            turns.release();
            throw new UndrawableException("no more pictures are made: this program ends");
        }
    }

    private Jpeg make(Event event, int maxSide, boolean boxes) throws UndrawableException {
        String keptWhy = "";
        try (FrameReader frames = journal.frames()) {
            KeptPictures pictures = new KeptPictures(frames);
            KeptFrame kept = pictures.of(event);
            if (kept != null) {
                return ofKept(event, pictures.bytes(kept), maxSide, boxes);
            }
        } catch (UndrawableException e) {
            keptWhy = e.getMessage();
        } catch (FileAccessException e) {
            keptWhy = "its kept picture cannot be read: " + e.getMessage();
        }
        return ofSource(event, keptWhy, maxSide, boxes);
    }

    /** As it is, where nothing has to be done to it. */
    private static Jpeg ofKept(Event event, byte[] bytes, int maxSide, boolean boxes) throws UndrawableException {
        try (PictureFile file = PictureFile.of(bytes)) {
            if (file.moves()) {
                throw new UndrawableException("its kept picture cannot be read: it moves");
            }
            PictureFile.Size size = file.size(0);
            boolean asItIs = file.isJpeg() && Math.max(size.width(), size.height()) <= maxSide;
            if (asItIs && !(boxes && event.detectionCount() > 0)) {
                return jpeg(event, bytes, true, size);
            }
            try (Mat picture = file.picture(0).bgr()) {
                return jpeg(event, Painted.jpeg(picture, event, maxSide, boxes), true, size);
            }
        } catch (UnreadableException e) {
            throw new UndrawableException("its kept picture cannot be read: " + e.getMessage());
        }
    }

    private Jpeg ofSource(Event event, String keptWhy, int maxSide, boolean boxes) throws UndrawableException {
        if (KeptPictures.isLive(event)) {
            throw new UndrawableException(
                    "it is a camera, and " + (keptWhy.isEmpty() ? "no picture of it was kept" : keptWhy));
        }
        if (gate == null) {
            throw new UndrawableException((keptWhy.isEmpty() ? "no picture of it was kept" : keptWhy)
                    + ", and its source is not opened: " + closedBecause);
        }
        String source = event.source();
        if (source.isEmpty()) {
            throw new UndrawableException("its event names no source" + (keptWhy.isEmpty() ? "" : ", and " + keptWhy));
        }
        try (Mat picture = sources.read(gate.open(source), Wanted.of(event))) {
            PictureFile.Size size = new PictureFile.Size(picture.cols(), picture.rows());
            return jpeg(event, Painted.jpeg(picture, event, maxSide, boxes), false, size);
        } catch (UndrawableException e) {
            throw none(e.getMessage(), source, keptWhy);
        } catch (UnreadableException e) {
            throw none(e.getMessage(), source, keptWhy);
        }
    }

    private static UndrawableException none(String why, String source, String keptWhy) {
        String ofSource =
                why.startsWith("it ") ? "its source " + why.substring(3) : "its source cannot be read: " + why;
        return new UndrawableException(ofSource + ": " + named(source) + (keptWhy.isEmpty() ? "" : ", and " + keptWhy));
    }

    private static String named(String source) {
        String name = Credentials.hidden(source).replaceAll("\\p{Cntrl}", "?");
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "...";
    }

    /** Boxes are in pixels of the frame; of which size that was, not every event says. */
    private static Jpeg jpeg(Event event, byte[] bytes, boolean isKept, PictureFile.Size found) {
        boolean says = event.width() > 0 && event.height() > 0;
        return new Jpeg(bytes, isKept, says ? event.width() : found.width(), says ? event.height() : found.height());
    }

    /** One for each picture that is being made. */
    Semaphore turns() {
        return turns;
    }

    /** How many videos are open that nobody uses. */
    int idleVideos() {
        return sources.idleVideos();
    }

    /** Closes all videos. What is being made is still handed out. */
    @Override
    public void close() {
        closed = true;
        sources.close();
    }
}
