package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/**
 * Whether a video ends where it says it does. Containers say it in different ways, as a count of packets, a length of the
 * track or of the file in time, a length in bytes; some say nothing.
 */
final class Tail {
    private static final AVRational NANOS = new AVRational().num(1).den(1_000_000_000);

    /** More packets than a codec puts out of order. */
    private static final int LAST_SHOWN = 33;

    /** As many ticks as this are no count, but what a recorder wrote before it knew. */
    private static final long UNKNOWN_TICKS = 1 << 30;

    private final AVFormatContext format;
    private final AVStream stream;
    private final String formatName;
    private final double framesPerSecond;
    private final FileStructure structure;
    private final long indexed;

    private long packets;
    private long trackEndNanos;
    private long fileEndNanos;
    private final long[] lastShownNanos = new long[LAST_SHOWN];
    private long lastDecodedNanos = AV_NOPTS_VALUE;
    private long longestStepNanos;
    private long shortestStepNanos = Long.MAX_VALUE;
    private int readError;
    private @Nullable String complaint;

    Tail(Path file, AVFormatContext format, AVStream stream, double framesPerSecond) {
        this.format = format;
        this.stream = stream;
        this.formatName = format.iformat().name().getString();
        this.framesPerSecond = framesPerSecond;
        this.structure = FileStructure.of(file, formatName);
        this.indexed = avformat_index_get_entries_count(stream);
    }

    /** How many frames the track has by its header or index, 0 when unknown. */
    long totalFrames() {
        long promised = promisedPackets();
        return promised > 0 ? promised : Math.max(0, Math.round(promisedNanos() / 1e9 * framesPerSecond));
    }

    /** 0 when unknown. The header of an AVI counts ticks, of which a frame may take several; its index counts frames. */
    private long promisedPackets() {
        if (formatName.equals("avi")) {
            return structure.complete() ? indexed : 0;
        }
        return Math.max(stream.nb_frames(), tagged("NUMBER_OF_FRAMES"));
    }

    private long tagged(String name) {
        AVDictionaryEntry entry = av_dict_get(stream.metadata(), name, null, AV_DICT_IGNORE_SUFFIX);
        try {
            return entry == null ? 0 : Long.parseLong(entry.value().getString());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** How long the track is to be played, 0 when unknown. */
    private long promisedNanos() {
        return switch (formatName) {
            case "avi" -> stream.nb_frames() >= UNKNOWN_TICKS ? 0 : nanos(stream.nb_frames(), stream);
            case "matroska,webm" -> trackTagNanos() > 0 ? trackTagNanos() : fileNanos();
            case "asf" -> structure.lengthNanos();
            case "flv" -> fileNanos();
            case "ogg", "mpegts", "mpeg" -> 0; // would be taken from the end of the file
            default -> stream.duration() == AV_NOPTS_VALUE ? fileNanos() : nanos(stream.duration(), stream);
        };
    }

    private long trackTagNanos() {
        AVDictionaryEntry entry = av_dict_get(stream.metadata(), "DURATION", null, AV_DICT_IGNORE_SUFFIX);
        String[] parts = entry == null
                ? new String[0]
                : entry.value().getString().strip().split(":", -1);
        try {
            return parts.length != 3
                    ? 0
                    : Math.round((Long.parseLong(parts[0]) * 3600
                                    + Long.parseLong(parts[1]) * 60
                                    + Double.parseDouble(parts[2]))
                            * 1e9);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** 0 when unknown, or only guessed from what the file holds. */
    private long fileNanos() {
        boolean said = format.duration_estimation_method() == AVFMT_DURATION_FROM_STREAM;
        return said && format.duration() != AV_NOPTS_VALUE ? format.duration() * 1000 : 0;
    }

    private static long nanos(long stamp, AVStream of) {
        return av_rescale_q(stamp, of.time_base(), NANOS);
    }

    void saw(AVPacket packet) {
        AVStream of = format.streams(packet.stream_index());
        boolean ours = packet.stream_index() == stream.index();
        long stamp = packet.pts() != AV_NOPTS_VALUE ? packet.pts() : packet.dts();
        if (stamp != AV_NOPTS_VALUE) {
            long end = nanos(stamp + Math.max(0, packet.duration()), of);
            fileEndNanos = Math.max(fileEndNanos, end);
            trackEndNanos = ours ? Math.max(trackEndNanos, end) : trackEndNanos;
        }
        if (ours) {
            lastShownNanos[(int) (packets % LAST_SHOWN)] = stamp == AV_NOPTS_VALUE ? -1 : nanos(stamp, of);
            packets++;
            step(packet.dts());
        }
    }

    private void step(long decodedAt) {
        if (decodedAt == AV_NOPTS_VALUE) {
            return;
        }
        long nanos = nanos(decodedAt, stream);
        if (lastDecodedNanos != AV_NOPTS_VALUE && nanos > lastDecodedNanos) {
            longestStepNanos = Math.max(longestStepNanos, nanos - lastDecodedNanos);
            shortestStepNanos = Math.min(shortestStepNanos, nanos - lastDecodedNanos);
        }
        lastDecodedNanos = nanos;
    }

    /** @param said what the reader complained of there */
    void reached(int error, @Nullable String said) {
        readError = error == AVERROR_EOF() ? 0 : error;
        complaint = said;
    }

    /** Why there should have been more; null when all is there, or nothing tells. */
    @Nullable
    String missing() {
        long promised = promisedPackets();
        if (promised > 0 && packets == promised) {
            return null;
        }
        if (readError != 0) {
            return "damaged from here on: " + VideoFile.error(readError);
        }
        long promisedNanos = promisedNanos();
        if (promisedNanos > 0) {
            long missingNanos = promisedNanos - reachedNanos();
            if (missingNanos > toleratedNanos()) {
                return missing(promised, promisedNanos, missingNanos);
            }
            if (!hasHole() && !(isFragmented() && structure.missingBytes() > 0)) {
                return null;
            }
        }
        if (structure.missingBytes() > 0) {
            return "the end is missing: the file is " + structure.missingBytes() + " bytes shorter than it says";
        }
        String shown = structure.cut() != null ? structure.cut() : complaint;
        return shown == null ? null : "the end is missing: " + shown.toLowerCase(Locale.ROOT);
    }

    /** Up to where the file goes, on the clock of {@link #promisedNanos}. */
    private long reachedNanos() {
        return switch (formatName) {
            case "matroska,webm" -> trackTagNanos() > 0 ? trackEndNanos : fileEndNanos;
            case "asf", "flv" -> fileEndNanos;
            default -> {
                long start = stream.start_time();
                yield start == AV_NOPTS_VALUE ? trackEndNanos : trackEndNanos - nanos(start, stream);
            }
        };
    }

    /** The last frame may be shown for longer than others, and where it is short of one tick nothing is missing. */
    private long toleratedNanos() {
        if (formatName.equals("avi")) {
            if (structure.complete()) {
                return Long.MAX_VALUE;
            }
            return shortestStepNanos == Long.MAX_VALUE ? 0 : shortestStepNanos - 1;
        }
        long frame = framesPerSecond > 0 ? Math.round(1e9 / framesPerSecond) : 0;
        boolean cut = structure.missingBytes() > 0 || structure.cut() != null || complaint != null;
        return frame / 2 + (cut ? 0 : Math.max(frame, longestStepNanos));
    }

    /** An MP4 in parts, each with an index of its own: what is known at first is the length of those that are there. */
    private boolean isFragmented() {
        return formatName.startsWith("mov") && packets != stream.nb_frames();
    }

    /** Whether frames are missing among the last ones: a cut may leave a frame that is shown after those it takes. */
    private boolean hasHole() {
        long[] shown = Arrays.copyOf(lastShownNanos, (int) Math.min(packets, LAST_SHOWN));
        Arrays.sort(shown);
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int i = 1; i < shown.length; i++) {
            shortest = Math.min(shortest, shown[i] - shown[i - 1]);
            longest = Math.max(longest, shown[i] - shown[i - 1]);
        }
        return shown.length > 2 && shown[0] >= 0 && longest > 1.5 * shortest;
    }

    private String missing(long promised, long promisedNanos, long missingNanos) {
        if (promised > packets) {
            return "frames are missing: the header promises " + promised + ", the file has " + packets;
        }
        double fps = framesPerSecond;
        String frames = fps > 0 ? ", about " + Math.max(1, Math.round(missingNanos / 1e9 * fps)) + " frames less" : "";
        return String.format(
                Locale.ROOT,
                "the end is missing: the header promises %.3f s, the file has %.3f s%s",
                promisedNanos / 1e9,
                (promisedNanos - missingNanos) / 1e9,
                frames);
    }
}
