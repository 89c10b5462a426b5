package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.sightlog.capture.VideoHeader.Ratio;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/** An open video file: its header, and the packets of the track that is looked at. Owned by one thread. */
final class VideoFile implements AutoCloseable {
    /** Containers that hold their pictures themselves; play lists, which open other files, are not among them. */
    private static final String FORMATS =
            "avi,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpeg,mpegts,mpegvideo,flv,asf,ogg,h264,hevc,mjpeg,m4v,ivf";

    private static final Set<String> FORMATS_WITHOUT_INDEX = Set.of("mpegts", "mpeg");

    private static final String OTHER_CONTAINER = "Format not on whitelist";

    /** How FFmpeg's programs choose among several videos: by size, and before that by the mark "default". */
    private static final long DEFAULT_TRACK_BONUS = 5_000_000;

    private static final long FED_TRACK_BONUS = 100_000_000;

    /** FFmpeg's mark may come as many packets too early. */
    private static final int RESTART_PACKETS = 2;

    private final AVFormatContext format;
    private final @Nullable ReadBound bound;
    private final AVStream stream;
    private final AVCodec decoder;
    private final Orientation orientation;
    private final VideoHeader header;
    private final Tail tail;
    private final String formatName;
    /** Packets that were read already. */
    private final Deque<AVPacket> ahead = new ArrayDeque<>();

    private @Nullable String complaint;

    /**
     * @param bound until when it is read, closed with this; null: as long as it takes
     * @throws UnreadableException when it cannot be read, holds no video that can be decoded, or is too large
     */
    VideoFile(Path path, @Nullable ReadBound bound) throws UnreadableException {
        this.bound = bound;
        this.format = bound == null ? new AVFormatContext(null) : bound.context();
        FFmpegLog.route();
        FFmpegLog.clear();
        try {
            open(path);
            formatName = format.iformat().name().getString();
            stream = bestTrack();
            decoder = decoder();
            AVCodecParameters coded = stream.codecpar();
            requireSize(coded.width(), coded.height());
            orientation = orientation(coded);
            double framesPerSecond = framesPerSecond();
            tail = new Tail(path, format, stream, framesPerSecond);
            header = header(coded, framesPerSecond);
        } catch (UnreadableException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void open(Path file) throws UnreadableException {
        AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "protocol_whitelist", "file", 0);
        av_dict_set(options, "format_whitelist", FORMATS, 0);
        // FFmpeg would take a row of JPEGs for pictures by its content
        boolean jpegs = file.toString().toLowerCase(Locale.ROOT).matches(".*\\.mjpe?g");
        AVInputFormat given = jpegs ? av_find_input_format("mjpeg") : null;
        int result;
        try (BytePointer url = new BytePointer(url(file))) {
            result = avformat_open_input(format, url, given, options);
        }
        av_dict_free(options);
        if (result < 0) {
            String said = FFmpegLog.complaint();
            if (said != null && said.startsWith(OTHER_CONTAINER)) {
                throw new UnreadableException("not supported: a container that this program does not read");
            }
            if (result == AVERROR_EXIT()) {
                throw new UnreadableException("not a video, or it takes too long to find out");
            }
            throw new UnreadableException("not a video, or damaged: " + (said == null ? error(result) : said));
        }
        result = avformat_find_stream_info(format, (AVDictionary) null);
        if (result < 0) {
            throw new UnreadableException("damaged: " + error(result));
        }
    }

    /** The bytes of the name, which need not be UTF-8. */
    private static byte[] url(Path file) {
        ByteArrayOutputStream url = new ByteArrayOutputStream();
        url.writeBytes("file:".getBytes(StandardCharsets.US_ASCII));
        url.writeBytes(FileNames.bytes(file.toAbsolutePath()));
        url.write(0);
        return url.toByteArray();
    }

    private AVStream bestTrack() throws UnreadableException {
        AVStream best = null;
        AVStream unknown = null;
        boolean cover = false;
        for (int i = 0; i < format.nb_streams(); i++) {
            AVStream candidate = format.streams(i);
            if (candidate.codecpar().codec_type() != AVMEDIA_TYPE_VIDEO) {
                continue;
            }
            if (isCover(candidate)) {
                cover = true;
            } else if (avcodec_find_decoder(candidate.codecpar().codec_id()) == null) {
                unknown = candidate;
            } else if (best == null || score(candidate) > score(best)) {
                best = candidate;
            }
        }
        if (best == null && unknown == null) {
            throw new UnreadableException(cover ? "no video in it, but a cover picture" : "no video in it");
        }
        return best == null ? Objects.requireNonNull(unknown) : best;
    }

    private static boolean isCover(AVStream candidate) {
        return (candidate.disposition() & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)) != 0;
    }

    private static long score(AVStream candidate) {
        long pixels = (long) candidate.codecpar().width() * candidate.codecpar().height();
        boolean marked = (candidate.disposition() & AV_DISPOSITION_DEFAULT) != 0;
        boolean fed = (candidate.event_flags() & AVStream.AVSTREAM_EVENT_FLAG_NEW_PACKETS) != 0;
        return pixels + (marked ? DEFAULT_TRACK_BONUS : 0) + (fed ? FED_TRACK_BONUS : 0);
    }

    private AVCodec decoder() throws UnreadableException {
        AVCodec found = avcodec_find_decoder(stream.codecpar().codec_id());
        if (found == null) {
            throw new UnreadableException("no decoder for "
                    + avcodec_get_name(stream.codecpar().codec_id()).getString());
        }
        return found;
    }

    private static Orientation orientation(AVCodecParameters coded) {
        AVPacketSideData matrix =
                av_packet_side_data_get(coded.coded_side_data(), coded.nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
        return matrix == null || matrix.size() < Orientation.MATRIX_BYTES
                ? Orientation.UPRIGHT
                : Orientation.of(new IntPointer(matrix.data()));
    }

    private double framesPerSecond() {
        try (AVRational rate = av_guess_frame_rate(format, stream, null)) {
            return rate.num() > 0 && rate.den() > 0 ? (double) rate.num() / rate.den() : 0;
        }
    }

    private VideoHeader header(AVCodecParameters coded, double framesPerSecond) {
        boolean sideways = orientation.transposed();
        AVDictionaryEntry created = av_dict_get(format.metadata(), "creation_time", null, 0);
        return new VideoHeader(
                sideways ? coded.height() : coded.width(),
                sideways ? coded.width() : coded.height(),
                framesPerSecond,
                tail.totalFrames(),
                created == null ? null : FileTimes.iso(created.value().getString()),
                ratio(stream.avg_frame_rate()),
                ratio(stream.r_frame_rate()),
                ratio(coded.sample_aspect_ratio()).turned(sideways),
                otherTracks());
    }

    private int otherTracks() {
        int others = 0;
        for (int i = 0; i < format.nb_streams(); i++) {
            AVStream other = format.streams(i);
            if (i != stream.index() && other.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO && !isCover(other)) {
                others++;
            }
        }
        return others;
    }

    private static Ratio ratio(AVRational value) {
        return new Ratio(value.num(), value.den());
    }

    /** @throws UnreadableException when a picture has more pixels than are decoded */
    static void requireSize(long width, long height) throws UnreadableException {
        if (width * height > Pictures.MAX_PIXELS) {
            throw new UnreadableException(
                    "too large: " + width + "x" + height + " pixels, the limit is " + Pictures.MAX_PIXELS + " pixels");
        }
    }

    /** A decoder for the track, ready; the caller frees it. */
    AVCodecContext newDecoder() throws UnreadableException {
        AVCodecContext context = avcodec_alloc_context3(decoder);
        avcodec_parameters_to_context(context, stream.codecpar());
        context.pkt_timebase(stream.time_base());
        // Frames that the decoder doubts come with a mark, so that they keep their numbers.
        context.flags(
                context.flags() | AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_COPY_OPAQUE | AV_CODEC_FLAG_OUTPUT_CORRUPT);
        context.err_recognition(context.err_recognition() | AV_EF_CRCCHECK);
        context.thread_count(1); // how damage is patched up depends on the threads, and digests must repeat
        context.max_pixels(Pictures.MAX_PIXELS);
        int result = avcodec_open2(context, decoder, (AVDictionary) null);
        if (result < 0) {
            avcodec_free_context(context);
            throw new UnreadableException("its decoder does not start: " + error(result));
        }
        return context;
    }

    /**
     * Reads the next packet of the track.
     *
     * @param into unreferenced by the caller when this returned true
     * @return false at the end of the file, or where it cannot be read any further
     */
    boolean read(AVPacket into) {
        if (ahead.isEmpty()) {
            if (!readOwn(into)) {
                return false;
            }
        } else {
            AVPacket next = ahead.remove();
            av_packet_move_ref(into, next);
            av_packet_free(next);
        }
        if (formatName.equals("mpegts") && (into.flags() & AV_PKT_FLAG_CORRUPT) != 0 && restartsAfter(into)) {
            into.flags(into.flags() & ~AV_PKT_FLAG_CORRUPT);
        }
        return true;
    }

    /**
     * Jumps to a key frame at a stamp or before it, as far as the container knows.
     *
     * @param first whether it is the stamp of the first frame
     * @throws UnreadableException when it knows nothing, or does not get there; it may be anywhere then
     */
    void seek(long stamp, boolean first) throws UnreadableException {
        if (stamp == AV_NOPTS_VALUE || (format.iformat().flags() & AVFMT_NOTIMESTAMPS) != 0) {
            throw new UnreadableException("it does not say when its frames are shown");
        }
        dropAhead();
        complaint = null;
        // where nothing says which packets begin a frame, the first byte is a better start than what is guessed
        int result = first && FORMATS_WITHOUT_INDEX.contains(formatName)
                ? av_seek_frame(format, -1, 0, AVSEEK_FLAG_BYTE)
                : av_seek_frame(format, stream.index(), stamp, AVSEEK_FLAG_BACKWARD);
        FFmpegLog.clear();
        if (result < 0) {
            throw new UnreadableException("there is no way to its frames but from the first: " + error(result));
        }
    }

    /** @param nanoTime as {@link System#nanoTime} counts */
    void readUntil(long nanoTime) {
        Objects.requireNonNull(bound, "it was opened without a bound").until(nanoTime);
    }

    private void dropAhead() {
        ahead.forEach(packet -> av_packet_free(packet));
        ahead.clear();
    }

    /** A transport stream that misses a number lost something, unless another recording begins there. */
    private boolean restartsAfter(AVPacket packet) {
        while (ahead.size() < RESTART_PACKETS) {
            AVPacket next = av_packet_alloc();
            if (!readOwn(next)) {
                av_packet_free(next);
                break;
            }
            ahead.add(next);
        }
        return ahead.stream().anyMatch(next -> next.dts() < packet.dts());
    }

    private boolean readOwn(AVPacket into) {
        while (true) {
            if (bound != null) {
                bound.packet();
            }
            FFmpegLog.clear();
            int result = av_read_frame(format, into);
            String said = FFmpegLog.complaintOf(formatName);
            FFmpegLog.clear();
            complaint = complaint == null ? said : complaint;
            if (result < 0) {
                tail.reached(result, complaint);
                return false;
            }
            tail.saw(into);
            if (into.stream_index() == stream.index() && into.size() > 0) { // an empty one repeats the frame before
                return true;
            }
            av_packet_unref(into);
        }
    }

    /** What the reader complained of since this was last asked, null for nothing. */
    @Nullable
    String takeComplaint() {
        String taken = complaint;
        complaint = null;
        return taken;
    }

    /** Whether every frame can be decoded by itself. */
    boolean everyFrameStandsAlone() {
        AVCodecDescriptor descriptor = avcodec_descriptor_get(stream.codecpar().codec_id());
        return descriptor != null && (descriptor.props() & AV_CODEC_PROP_INTRA_ONLY) != 0;
    }

    VideoHeader header() {
        return header;
    }

    Orientation orientation() {
        return orientation;
    }

    Tail tail() {
        return tail;
    }

    AVRational timeBase() {
        return stream.time_base();
    }

    /** {@code AV_NOPTS_VALUE} when unknown. */
    long startStamp() {
        return stream.start_time();
    }

    @Override
    public void close() {
        dropAhead();
        if (!format.isNull()) {
            avformat_close_input(format);
        }
        if (bound != null) {
            bound.close();
        }
    }

    static String error(int result) {
        byte[] text = new byte[AV_ERROR_MAX_STRING_SIZE];
        av_strerror(result, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }
}
