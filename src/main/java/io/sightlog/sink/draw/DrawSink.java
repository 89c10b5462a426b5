package io.sightlog.sink.draw;

import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.sightlog.capture.MediaLibraries;
import io.sightlog.capture.PictureFile;
import io.sightlog.capture.Pictures;
import io.sightlog.capture.UnreadableException;
import io.sightlog.capture.VideoReader;
import io.sightlog.consume.Sink;
import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.FrameReader;
import io.sightlog.pictures.Box;
import io.sightlog.pictures.BoxPainter;
import io.sightlog.pictures.KeptPictures;
import io.sightlog.pictures.SameFrame;
import io.sightlog.pictures.SourceGate;
import io.sightlog.pictures.UndrawableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Draws events into the frames they are about.
 *
 * <p>A picture is re-read and written with its boxes when its event is accepted; of a file with several, each by itself. A video,
 * or a picture that moves, is opened by its first
 * event, carried along by the next ones and completed by {@link #finish}, when its frame numbers start again, or when
 * too many others are open: its copy has all its frames, the ones between events with the boxes of the event before,
 * those after the last event soon without, and no sound. A frame number that does not go up begins another copy. The same event again, as after a kill, is
 * drawn once.
 *
 * <p>The picture that is kept beside the journal takes the place of a source that is gone, has changed, or is a camera.
 *
 * <p>A source that cannot be drawn is warned about in one line and counted; it never ends the run. One thread at a
 * time.
 */
public final class DrawSink implements Sink {
    /** A video for which nothing came for so long, when nothing comes at all, is complete. */
    private static final Duration QUIET = Duration.ofSeconds(5);

    private static final int MAX_OPEN_VIDEOS = 4;
    private static final int MAX_KNOWN_FAILURES = 1024;

    /** One pass of one producer over one video. */
    private record Pass(String source, String stream, long producer) {}

    private final DrawOptions options;
    private final SourceGate gate;
    private final OutputFolder folder;
    private final KeptPictures kept;
    private final KeptDrawing keptDrawing;
    private final Map<Pass, VideoDrawing> open = new LinkedHashMap<>(16, 0.75f, true);
    /** Passes that were given up, and the frame they had come to. */
    private final Map<Pass, Long> failed = new LinkedHashMap<>();

    private final Set<Long> missingLabelSets = new LinkedHashSet<>();
    private long pictures;
    private long videos;
    private long videoFrames;
    private long skips;
    private long notKept;
    private long undrawn;

    /** @throws IOException when the output folder cannot be made, or a source root does not exist */
    public DrawSink(DrawOptions options) throws IOException {
        this(options, null);
    }

    /**
     * @param frames of the journal, which is not closed; null when its kept pictures are not to be used
     * @throws IOException when the output folder cannot be made, or a source root does not exist
     */
    public DrawSink(DrawOptions options, @Nullable FrameReader frames) throws IOException {
        MediaLibraries.forPictures();
        this.options = options;
        this.gate = new SourceGate(options.sourceRoots());
        this.folder = new OutputFolder(options.out(), options.overwrite());
        this.kept = new KeptPictures(frames);
        this.keptDrawing = new KeptDrawing(kept, folder);
    }

    /**
     * Draws one event.
     *
     * @param event not used after this returns
     * @throws IOException when the output cannot be written
     */
    @Override
    public void accept(Event event) throws IOException {
        if (event.labelSetHash() != 0 && event.labels() == null) {
            missingLabelSets.add(event.labelSetHash());
        }
        if (event.kind() == EventKind.SKIP) {
            skips++;
            return;
        }
        if (event.kind() != EventKind.FRAME) {
            return;
        }
        try {
            if (KeptPictures.isLive(event)) {
                drawLive(event);
            } else if (OutputNames.isVideo(event.source()) || isUnderWay(event)) {
                drawVideo(event);
            } else {
                drawPicture(event);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private IOException unwritable(IOException why) {
        return new IOException(
                "cannot draw into " + options.out() + ": " + why.getMessage()
                        + "; make room there, or choose another folder",
                why);
    }

    /** Whether an event of the same pass has begun a copy, or could not. */
    private boolean isUnderWay(Event event) {
        Pass pass = new Pass(event.source(), event.stream(), event.producer());
        return open.containsKey(pass) || failed.containsKey(pass);
    }

    private void drawLive(Event event) throws IOException {
        if (kept.of(event) == null) {
            notKept++;
        } else {
            instead(event, "", new UndrawableException("it is a camera"));
        }
    }

    /** In place of a source that cannot be drawn: the picture that was kept, or a warning. */
    private void instead(Event event, String frame, Exception why) throws IOException {
        KeptFrame picture = kept.of(event);
        if (picture == null) {
            undrawn++;
            warnUndrawn(event.source(), frame, why);
            return;
        }
        try {
            keptDrawing.draw(event, picture);
            pictures++;
        } catch (UndrawableException e) {
            undrawn++;
            warnUndrawn(event.source(), frame, new UndrawableException(why.getMessage() + ", and " + e.getMessage()));
        }
    }

    private void drawPicture(Event event) throws IOException {
        String source = event.source();
        try {
            Path file = gate.open(source);
            boolean later = event.frame() > 0 || event.positionNanos() > 0;
            if ((later || VideoReader.isOne(file)) && !PictureFile.isOne(file)) {
                drawVideo(event); // a video of any name
                return;
            }
            try (PictureFile opened = PictureFile.open(file)) {
                if (!opened.moves()) {
                    drawPage(event, file, opened);
                    return;
                }
            }
            drawVideo(event);
        } catch (UndrawableException | UnreadableException e) {
            instead(event, "", e);
        }
    }

    private void drawPage(Event event, Path file, PictureFile opened)
            throws IOException, UndrawableException, UnreadableException {
        try (Pictures.Picture read = SameFrame.page(opened, event)) {
            Mat picture = read.bgr();
            BoxPainter.paint(picture, Box.of(event));
            String extension = OutputNames.pictureExtension(event.source(), Math.max(picture.cols(), picture.rows()));
            String stem = OutputNames.stem(event.source()) + (opened.count() > 1 ? "-page" + event.frame() : "");
            folder.place(write(picture, extension), file, stem, extension);
            pictures++;
        }
    }

    private Path write(Mat picture, String extension) throws IOException {
        try (BytePointer encoded = new BytePointer()) {
            if (!imencode("." + extension, picture, encoded)) {
                throw new IOException("OpenCV cannot encode a picture of " + picture.cols() + "x" + picture.rows()
                        + " as " + extension);
            }
            Path scratch = folder.scratch(extension);
            try (FileChannel file =
                    FileChannel.open(scratch, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = encoded.asByteBuffer();
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            }
            return scratch;
        }
    }

    private void drawVideo(Event event) throws IOException {
        Pass pass = new Pass(event.source(), event.stream(), event.producer());
        VideoDrawing drawing = open.get(pass);
        if (drawing != null && event.frame() <= drawing.lastFrame()) {
            if (event.sequence() == drawing.lastSequence()) {
                return;
            }
            finish(pass, drawing);
            drawing = null;
        }
        Long failedAt = failed.get(pass);
        if (failedAt != null && event.frame() > failedAt) {
            failed.put(pass, event.frame());
            if (kept.of(event) == null) {
                undrawn++; // said already
            } else {
                instead(event, " frame=" + event.frame(), new UndrawableException("its source cannot be drawn"));
            }
            return;
        }
        failed.remove(pass);
        try {
            if (drawing == null) {
                drawing = begin(pass);
            }
            drawing.draw(new VideoDrawing.Seen(
                    event.frame(), event.sequence(), event.width(), event.height(), event.digest(), Box.of(event)));
        } catch (UndrawableException | UnreadableException e) {
            giveUp(pass, event.frame());
            instead(event, " frame=" + event.frame(), e);
        }
    }

    private VideoDrawing begin(Pass pass) throws IOException, UndrawableException, UnreadableException {
        Path file = gate.open(pass.source);
        while (open.size() >= MAX_OPEN_VIDEOS) {
            Map.Entry<Pass, VideoDrawing> oldest = open.entrySet().iterator().next();
            finish(oldest.getKey(), oldest.getValue());
        }
        MediaLibraries.forVideos();
        VideoDrawing drawing = new VideoDrawing(file, () -> folder.scratch("mp4"));
        open.put(pass, drawing);
        return drawing;
    }

    private void giveUp(Pass pass, long frame) throws IOException {
        VideoDrawing drawing = open.remove(pass);
        if (drawing != null) {
            drawing.close();
            for (Path part : drawing.parts()) {
                Files.deleteIfExists(part);
            }
        }
        if (failed.size() >= MAX_KNOWN_FAILURES) {
            Iterator<Pass> oldest = failed.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        failed.put(pass, frame);
    }

    private void finish(Pass pass, VideoDrawing drawing) throws IOException {
        open.remove(pass);
        try (drawing) {
            drawing.finish(options.stop());
            for (Path part : drawing.parts()) {
                folder.place(part, drawing.source(), OutputNames.stem(pass.source), "mp4");
                videos++;
            }
            if (drawing.parts().size() > 1) {
                options.warn()
                        .accept(printable(pass.source) + ": its frames change their size: its copy is "
                                + drawing.parts().size() + " files");
            }
            videoFrames += drawing.frames();
        }
    }

    private void warnUndrawn(String source, String frame, Exception why) {
        options.warn().accept("not drawn: " + printable(source) + frame + ": " + why.getMessage());
    }

    private static String printable(String source) {
        return source.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public void caughtUp() throws IOException {
        finishIdle(QUIET);
    }

    /**
     * Completes all videos that are open. More events may follow; they begin new copies.
     *
     * @throws IOException when the output cannot be written; what could not be completed is dropped
     */
    @Override
    public void finish() throws IOException {
        finishIdle(Duration.ZERO);
    }

    /**
     * Completes the videos that no event came for in a while, as when events are followed live. An event that comes
     * later begins another copy.
     *
     * @param quiet how long
     * @throws IOException when the output cannot be written
     */
    public void finishIdle(Duration quiet) throws IOException {
        long now = System.nanoTime();
        try {
            for (Map.Entry<Pass, VideoDrawing> entry : List.copyOf(open.entrySet())) {
                if (now - entry.getValue().drawnNanoTime() >= quiet.toNanos()) {
                    finish(entry.getKey(), entry.getValue());
                }
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** What was drawn so far; videos count once they are complete. */
    public DrawSummary summary() {
        return new DrawSummary(pictures, videos, videoFrames, skips, notKept, undrawn);
    }

    /** Label sets that events refer to and that could not be had, so that class ids were drawn. */
    public Set<Long> missingLabelSets() {
        return missingLabelSets;
    }

    /** Drops videos that were not {@linkplain #finish finished}. */
    @Override
    public void close() throws IOException {
        try (folder) {
            open.values().forEach(VideoDrawing::close);
            open.clear();
        }
    }
}
