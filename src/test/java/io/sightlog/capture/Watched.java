package io.sightlog.capture;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * All that came of a video.
 *
 * @param frames rows of BGR, by number
 * @param skips reasons, by number
 * @param places nanoseconds, in the order in which frames and skips came
 * @param next number after the last
 */
record Watched(SortedMap<Long, byte[]> frames, SortedMap<Long, String> skips, List<Long> places, long next) {
    static Watched of(Path file) throws UnreadableException {
        SortedMap<Long, byte[]> frames = new TreeMap<>();
        SortedMap<Long, String> skips = new TreeMap<>();
        List<Long> places = new ArrayList<>();
        try (VideoReader video = VideoReader.open(file)) {
            while (!video.ended()) {
                try {
                    if (video.advance()) {
                        frames.put(video.number(), bytes(video));
                        places.add(video.positionNanos());
                    }
                } catch (UnreadableException e) {
                    skips.put(video.number(), e.getMessage());
                    places.add(video.positionNanos());
                }
            }
            return new Watched(frames, skips, places, video.nextNumber());
        }
    }

    private static byte[] bytes(VideoReader video) throws UnreadableException {
        try (Mat picture = video.picture()) {
            ByteBuffer rows = picture.createBuffer();
            byte[] bytes = new byte[rows.remaining()];
            rows.get(bytes);
            return bytes;
        }
    }

    /** Mean difference of two pictures in levels; 255 when they have another size. */
    static double distance(byte[] one, byte[] other) {
        if (one.length != other.length) {
            return 255;
        }
        long sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs((one[i] & 0xff) - (other[i] & 0xff));
        }
        return (double) sum / one.length;
    }
}
