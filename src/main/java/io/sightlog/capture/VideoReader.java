package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one video file in order. Owned by one thread; close it to free its native memory.
 *
 * <pre>{@code
 * try (VideoReader video = VideoReader.open(file)) {
 *     while (video.advance()) {
 *         try (Mat picture = video.picture()) {
 *             System.out.println(video.number() + " " + Digest.hex(Pictures.digest(picture)));
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>It speaks to FFmpeg itself and not through JavaCV's frame grabber, because that one passes over whatever cannot be
 * decoded without a word, counts frames from rounded times, and converts with rounding that differs between machines.
 * Here the same file gives the same bytes, and damage is told.
 */
public final class VideoReader implements AutoCloseable {
    private static final AVRational NANOS = new AVRational().num(1).den(1_000_000_000);

    /** Containers that hold their pictures themselves; play lists, which open other files, are not among them. */
    private static final String FORMATS =
            "avi,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpeg,mpegts,mpegvideo,flv,asf,ogg,h264,hevc,mjpeg,m4v,ivf";

    static {
        av_log_set_level(AV_LOG_QUIET);
    }

    private final AVFormatContext format = new AVFormatContext(null);
    private final AVPacket packet = av_packet_alloc();
    private final AVFrame frame = av_frame_alloc();
    private final BgrPictures pictures = new BgrPictures();
    private @Nullable AVCodecContext codec;

    private int streamIndex;
    private AVRational timeBase = NANOS;
    private double framesPerSecond;
    private long totalFrames;
    private long expectedPackets;
    private int width;
    private int height;
    private int quarterTurns;
    private @Nullable Long createdNanos;

    private long number = -1;
    private long positionNanos;
    private long startStamp = AV_NOPTS_VALUE;
    private long lastStamp = AV_NOPTS_VALUE;
    private long durationStamps = AV_NOPTS_VALUE;
    private long packets;
    private int readError;
    private State state = State.READING;

    private enum State {
        READING,
        /** The file has been read to its end, the decoder still holds frames. */
        DRAINING,
        ENDED
    }

    private VideoReader() {}

    /** @throws UnreadableException when it cannot be read, holds no video that can be decoded, or is too large */
    public static VideoReader open(Path file) throws UnreadableException {
        if (!Files.isRegularFile(file)) {
            throw new UnreadableException(Files.exists(file) ? "not a regular file" : "no such file");
        }
        if (!Files.isReadable(file)) {
            throw new UnreadableException("no permission to read the file");
        }
        VideoReader reader = new VideoReader();
        try {
            reader.openFormat(file);
            reader.openCodec();
            return reader;
        } catch (UnreadableException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private void openFormat(Path file) throws UnreadableException {
        AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "protocol_whitelist", "file", 0);
        av_dict_set(options, "format_whitelist", FORMATS, 0);
        int result = avformat_open_input(format, "file:" + file.toAbsolutePath(), null, options);
        av_dict_free(options);
        if (result < 0) {
            throw new UnreadableException("not a video, or damaged: " + error(result));
        }
        result = avformat_find_stream_info(format, (AVDictionary) null);
        if (result < 0) {
            throw new UnreadableException("damaged: " + error(result));
        }
    }

    private void openCodec() throws UnreadableException {
        streamIndex = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
        if (streamIndex < 0) {
            throw new UnreadableException("no video in it: " + error(streamIndex));
        }
        AVStream stream = format.streams(streamIndex);
        AVCodec decoder = avcodec_find_decoder(stream.codecpar().codec_id());
        if (decoder == null) {
            throw new UnreadableException("no decoder for "
                    + avcodec_get_name(stream.codecpar().codec_id()).getString());
        }
        requireSize(stream.codecpar().width(), stream.codecpar().height());
        AVCodecContext context = avcodec_alloc_context3(decoder);
        codec = context;
        avcodec_parameters_to_context(context, stream.codecpar());
        context.pkt_timebase(stream.time_base());
        context.flags(context.flags() | AV_CODEC_FLAG_BITEXACT);
        context.thread_count(1); // how damage is patched up depends on the threads, and digests must repeat
        context.max_pixels(Pictures.MAX_PIXELS);
        int result = avcodec_open2(context, decoder, (AVDictionary) null);
        if (result < 0) {
            throw new UnreadableException("its decoder does not start: " + error(result));
        }
        describe(stream);
    }

    private void describe(AVStream stream) {
        timeBase = stream.time_base();
        startStamp = stream.start_time();
        durationStamps = stream.duration();
        expectedPackets = stream.nb_frames();
        AVRational rate = av_guess_frame_rate(format, stream, null);
        framesPerSecond = rate.num() > 0 && rate.den() > 0 ? (double) rate.num() / rate.den() : 0;
        double seconds = durationStamps != AV_NOPTS_VALUE
                ? (double) durationStamps * timeBase.num() / timeBase.den()
                : format.duration() != AV_NOPTS_VALUE ? format.duration() / (double) AV_TIME_BASE : 0;
        totalFrames = expectedPackets > 0 ? expectedPackets : Math.max(0, Math.round(seconds * framesPerSecond));
        quarterTurns = quarterTurns(stream);
        boolean sideways = quarterTurns % 2 != 0;
        width = sideways ? stream.codecpar().height() : stream.codecpar().width();
        height = sideways ? stream.codecpar().width() : stream.codecpar().height();
        AVDictionaryEntry created = av_dict_get(format.metadata(), "creation_time", null, 0);
        createdNanos = created == null ? null : FileTimes.iso(created.value().getString());
    }

    /** How often a picture must be turned clockwise by 90 degrees to be upright. */
    private static int quarterTurns(AVStream stream) {
        AVPacketSideData matrix = av_packet_side_data_get(
                stream.codecpar().coded_side_data(), stream.codecpar().nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
        if (matrix == null || matrix.size() < 9 * Integer.BYTES) {
            return 0;
        }
        double counterClockwise = av_display_rotation_get(new IntPointer(matrix.data()));
        return Double.isNaN(counterClockwise) ? 0 : Math.floorMod(Math.round(-counterClockwise / 90), 4);
    }

    private static void requireSize(long width, long height) throws UnreadableException {
        if (width * height > Pictures.MAX_PIXELS) {
            throw new UnreadableException(
                    "too large: " + width + "x" + height + " pixels, the limit is " + Pictures.MAX_PIXELS + " pixels");
        }
    }

    /**
     * Decodes the next frame. Its picture is made only when {@linkplain #picture asked for}, so passing over frames is
     * cheap.
     *
     * @return false at the end of the video
     * @throws UnreadableException when the next frame is damaged; {@link #number} is then the number of that frame, and
     *     the one after it can be asked for unless this {@link #ended}
     */
    public boolean advance() throws UnreadableException {
        if (state == State.ENDED) {
            return false;
        }
        number++;
        while (true) {
            int result = avcodec_receive_frame(codec, frame);
            if (result == 0) {
                return frameDecoded();
            }
            if (result == AVERROR_EOF()) {
                return videoEnded();
            }
            if (result != AVERROR_EAGAIN()) {
                frameLost(result);
            }
            feed();
        }
    }

    private boolean frameDecoded() throws UnreadableException {
        long stamp = frame.best_effort_timestamp();
        if (stamp == AV_NOPTS_VALUE) {
            positionNanos = positionByNumber();
        } else {
            startStamp = startStamp == AV_NOPTS_VALUE ? stamp : startStamp;
            positionNanos = Math.max(0, av_rescale_q(stamp - startStamp, timeBase, NANOS));
        }
        if ((frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags() != 0) {
            throw new UnreadableException("damaged frame");
        }
        requireSize(frame.width(), frame.height());
        return true;
    }

    private void feed() throws UnreadableException {
        while (state == State.READING) {
            int result = av_read_frame(format, packet);
            if (result < 0) {
                readError = result == AVERROR_EOF() ? 0 : result;
                state = State.DRAINING;
                avcodec_send_packet(codec, (AVPacket) null);
                return;
            }
            boolean ours = packet.stream_index() == streamIndex;
            if (ours) {
                packets++;
                long stamp = packet.pts() != AV_NOPTS_VALUE ? packet.pts() : packet.dts();
                if (stamp != AV_NOPTS_VALUE) {
                    lastStamp = Math.max(lastStamp, stamp + packet.duration());
                }
            }
            boolean sent = ours && packet.size() > 0; // an empty one repeats the frame before, but would end decoding
            if (sent) {
                result = avcodec_send_packet(codec, packet);
            }
            av_packet_unref(packet);
            if (result < 0) {
                frameLost(result);
            }
            if (sent) {
                return;
            }
        }
    }

    private void frameLost(int result) throws UnreadableException {
        positionNanos = positionByNumber();
        if (state == State.DRAINING) {
            state = State.ENDED;
        }
        throw new UnreadableException("damaged frame: " + error(result));
    }

    private boolean videoEnded() throws UnreadableException {
        state = State.ENDED;
        positionNanos = positionByNumber();
        if (readError != 0) {
            throw new UnreadableException("damaged from here on: " + error(readError));
        }
        if (endsEarly()) {
            throw new UnreadableException(
                    "frames are missing: the header promises " + expectedPackets + ", the file has " + packets);
        }
        return false;
    }

    /**
     * Whether frames are missing that the header promises. Fewer packets alone say so in an AVI only, whose duration
     * FFmpeg corrects to what it finds; elsewhere an edit list may leave frames out, and then the duration is met.
     */
    private boolean endsEarly() {
        if (packets >= expectedPackets) {
            return false;
        }
        if (format.iformat().name().getString().equals("avi")) {
            return true;
        }
        if (durationStamps == AV_NOPTS_VALUE || framesPerSecond == 0) {
            return false;
        }
        if (lastStamp == AV_NOPTS_VALUE || startStamp == AV_NOPTS_VALUE) {
            return true;
        }
        long missingNanos = av_rescale_q(startStamp + durationStamps - lastStamp, timeBase, NANOS);
        return missingNanos > 1.5e9 / framesPerSecond;
    }

    private long positionByNumber() {
        return framesPerSecond > 0 ? Math.round(number * 1e9 / framesPerSecond) : 0;
    }

    /**
     * The picture of the frame last decoded, upright. The caller owns it and closes it.
     *
     * @throws UnreadableException when it cannot be converted
     */
    public Mat picture() throws UnreadableException {
        return pictures.convert(frame, quarterTurns);
    }

    /** Number of the frame last asked for, from 0; -1 before the first. */
    public long number() {
        return number;
    }

    /** Place in the video of the frame last asked for, 0 or more. */
    public long positionNanos() {
        return positionNanos;
    }

    /** Whether nothing comes any more. */
    public boolean ended() {
        return state == State.ENDED;
    }

    /** In pixels, upright, as the header says. */
    public int width() {
        return width;
    }

    /** In pixels, upright, as the header says. */
    public int height() {
        return height;
    }

    /** 0 when unknown. */
    public double framesPerSecond() {
        return framesPerSecond;
    }

    /** As the header says, 0 when unknown. */
    public long totalFrames() {
        return totalFrames;
    }

    /** When the header says it was made, nanoseconds since the epoch; null when it does not. */
    public @Nullable Long createdNanos() {
        return createdNanos;
    }

    @Override
    public void close() {
        state = State.ENDED;
        pictures.close();
        av_frame_free(frame);
        av_packet_free(packet);
        if (codec != null) {
            avcodec_free_context(codec);
            codec = null;
        }
        if (!format.isNull()) {
            avformat_close_input(format);
        }
    }

    private static String error(int result) {
        byte[] text = new byte[AV_ERROR_MAX_STRING_SIZE];
        av_strerror(result, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }
}
