package io.sightlog.capture.live;

import io.sightlog.capture.Captured;
import io.sightlog.capture.Captures;
import io.sightlog.capture.Frame;
import io.sightlog.capture.MediaLibraries;
import io.sightlog.capture.Pictures;
import io.sightlog.capture.Skip;
import io.sightlog.capture.SourceException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * The frames of cameras, as of now: each camera has one frame at most that waits to be looked at, the newest; those before it are
 * dropped, and counted. The cameras take turns. A camera that is gone is a {@link Skip} that says why, and is waited for.
 *
 * <p>Used by one thread; {@link #states} by any.
 */
public final class LiveSources implements Captures {
    private static final long LOOK_MILLIS = 100;
    private static final long JOIN_MILLIS = 300;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final List<Camera> cameras = new ArrayList<>();
    private final Camera.Watch watch = new Camera.Watch();
    private final LiveOptions options;
    private final BooleanSupplier stopped;
    private int turn;
    private long frames;

    /**
     * Begins to open all cameras, and does not wait for it.
     *
     * @param stopped asked some ten times a second while nothing comes: whether {@link #next} shall return null
     * @throws SourceException when two have the same name, or a certificate could not be compared with an address
     */
    public static LiveSources open(List<LiveAddress> addresses, LiveOptions options, BooleanSupplier stopped) {
        for (LiveAddress address : addresses) {
            if (address.isEncrypted() && address.isNumeric() && !options.insecure()) {
                throw new SourceException(
                        "cannot look at " + address.shown() + ": a certificate is for a name, and " + address.host()
                                + " is a number; use the camera's name, or --insecure, which takes any certificate");
            }
        }
        MediaLibraries.forVideos();
        Feed.Opener opener = (address, how, limits) ->
                address.isDevice() ? DeviceFeed.open(address) : FFmpegFeed.open(address, how, limits);
        return new LiveSources(addresses, options, stopped, opener, LiveClock.SYSTEM, RandomGenerator.getDefault());
    }

    LiveSources(
            List<LiveAddress> addresses,
            LiveOptions options,
            BooleanSupplier stopped,
            Feed.Opener opener,
            LiveClock clock,
            RandomGenerator random) {
        this.options = options;
        this.stopped = stopped;
        Set<String> streams = new HashSet<>();
        for (LiveAddress address : addresses) {
            if (!streams.add(address.stream())) {
                throw new SourceException("two cameras are called " + address.stream()
                        + "; give each a name of its own, as in front=" + address.shown());
            }
            cameras.add(new Camera(address, options, opener, clock, random, watch));
        }
        cameras.forEach(Camera::start);
    }

    /** Null when told to stop, after the most frames that are wanted, or when no camera is waited for any more. */
    @Override
    public @Nullable Captured next() throws InterruptedException {
        while (!stopped.getAsBoolean() && frames < options.maxFrames()) {
            Camera.Taken taken;
            long waitMillis;
            synchronized (watch) {
                taken = take();
                waitMillis = waitMillis();
                if (taken == null && cameras.stream().allMatch(Camera::isDone)) {
                    return null;
                }
            }
            if (taken != null) {
                Captured captured = captured(taken);
                frames += captured instanceof Frame ? 1 : 0;
                return captured;
            }
            watch.await(waitMillis);
        }
        return null;
    }

    private Camera.@Nullable Taken take() {
        for (int i = 0; i < cameras.size(); i++) {
            Camera camera = cameras.get((turn + i) % cameras.size());
            camera.look();
            Camera.Taken taken = camera.take();
            if (taken != null) {
                turn = (turn + i + 1) % cameras.size();
                return taken;
            }
        }
        return null;
    }

    private long waitMillis() {
        long least = LOOK_MILLIS * NANOS_PER_MILLI;
        for (Camera camera : cameras) {
            long wait = camera.waitNanos();
            least = wait > 0 ? Math.min(least, wait) : least;
        }
        return Math.max(1, least / NANOS_PER_MILLI);
    }

    private static Captured captured(Camera.Taken taken) {
        Skip facts = taken.facts();
        Feed.Shot shot = taken.shot();
        if (shot == null) {
            return facts;
        }
        long began = System.nanoTime();
        try (shot) {
            Mat picture = shot.picture();
            return new Frame(
                    facts.source(),
                    facts.number(),
                    facts.positionNanos(),
                    facts.capturedNanos(),
                    Pictures.digest(picture),
                    picture,
                    System.nanoTime() - began,
                    0,
                    0,
                    facts.live());
        } catch (FeedException e) {
            return new Skip(
                    facts.source(),
                    facts.number(),
                    facts.positionNanos(),
                    facts.capturedNanos(),
                    0,
                    String.valueOf(e.getMessage()),
                    facts.live());
        }
    }

    /** How each camera is doing, in the order in which they were given. Any thread. */
    public List<CameraState> states() {
        synchronized (watch) {
            return cameras.stream().map(Camera::state).toList();
        }
    }

    /** Returns within a second, whatever the cameras do. */
    @Override
    public void close() {
        cameras.forEach(Camera::close);
        try {
            long end = System.nanoTime() + JOIN_MILLIS * NANOS_PER_MILLI;
            for (Camera camera : cameras) {
                camera.join(Math.max(1, (end - System.nanoTime()) / NANOS_PER_MILLI));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
