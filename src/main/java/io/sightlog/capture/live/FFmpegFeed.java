package io.sightlog.capture.live;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.sightlog.capture.FFmpegLog;
import io.sightlog.capture.Pictures;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.Pointer;

/** A camera in the network, through FFmpeg. Owned by one thread. */
final class FFmpegFeed implements Feed {
    private static final AVRational NANOS = new AVRational().num(1).den(1_000_000_000);

    /** A camera that saves on key frames sends one in 20 seconds. */
    private static final long LONGEST_WITHOUT_FRAME_NANOS = 30_000_000_000L;

    /** What a camera's deadline is; its {@link Camera} says how long that was. */
    static final String SILENT = "silent";

    private final LiveAddress address;
    private final Limits limits;
    private final Interrupt interrupt;
    private final AVFormatContext format;
    private final AVPacket packet = av_packet_alloc();
    private final AVFrame frame = av_frame_alloc();
    private AVCodecContext codec = new AVCodecContext(null);
    private int index = -1;
    private AVRational timeBase = NANOS;
    private boolean standAlone;
    private boolean waitsForKey = true;
    private long lastFrameNanos = System.nanoTime();

    /** Asked by FFmpeg while it waits. */
    private static final class Interrupt extends AVIOInterruptCB.Callback_Pointer {
        private static final long serialVersionUID = 1;
        private final transient Limits limits;
        /** Whether FFmpeg was told to give up: what it gives after that may be half of something. */
        private volatile boolean told;

        Interrupt(Limits limits) {
            this.limits = limits;
        }

        @Override
        public int call(Pointer unused) {
            if (limits.isOver()) {
                told = true;
            }
            return told ? 1 : 0;
        }
    }

    private FFmpegFeed(LiveAddress address, Limits limits) {
        this.address = address;
        this.limits = limits;
        this.interrupt = new Interrupt(limits);
        this.format = avformat_alloc_context();
        try (AVIOInterruptCB callback = new AVIOInterruptCB()) {
            callback.callback(interrupt);
            format.interrupt_callback(callback);
        }
    }

    static Feed open(LiveAddress address, LiveOptions options, Limits limits) throws FeedException {
        Names.require(address.host(), limits);
        FFmpegLog.route();
        FFmpegFeed feed = new FFmpegFeed(address, limits);
        try {
            feed.open(options);
            return feed;
        } catch (FeedException | RuntimeException e) {
            feed.close();
            throw e;
        }
    }

    private void open(LiveOptions options) throws FeedException {
        AVDictionary dictionary = new AVDictionary(null);
        for (Map.Entry<String, String> entry :
                FFmpegOptions.of(address, options).entrySet()) {
            av_dict_set(dictionary, entry.getKey(), entry.getValue(), 0);
        }
        FFmpegLog.clear();
        int result = avformat_open_input(format, address.url(), null, dictionary);
        av_dict_free(dictionary);
        require(result, "cannot be opened");
        limits.alive();
        require(avformat_find_stream_info(format, (AVDictionary) null), "says nothing of its frames");
        limits.alive();
        index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
        if (index < 0) {
            throw new FeedException("there is no video in it");
        }
        AVStream stream = format.streams(index);
        timeBase = stream.time_base();
        AVCodec decoder = avcodec_find_decoder(stream.codecpar().codec_id());
        if (decoder == null) {
            throw new FeedException("no decoder for "
                    + avcodec_get_name(stream.codecpar().codec_id()).getString());
        }
        AVCodecDescriptor descriptor = avcodec_descriptor_get(stream.codecpar().codec_id());
        standAlone = descriptor != null && (descriptor.props() & AV_CODEC_PROP_INTRA_ONLY) != 0;
        codec = avcodec_alloc_context3(decoder);
        avcodec_parameters_to_context(codec, stream.codecpar());
        codec.pkt_timebase(timeBase);
        codec.flags(codec.flags() | AV_CODEC_FLAG_OUTPUT_CORRUPT);
        codec.err_recognition(codec.err_recognition() | AV_EF_CRCCHECK);
        codec.thread_count(1); // its complaints come on this thread, and no frame is held back
        codec.max_pixels(Pictures.MAX_PIXELS);
        require(avcodec_open2(codec, decoder, (AVDictionary) null), "its decoder does not start");
    }

    private void require(int result, String what) throws FeedException {
        if (result < 0) {
            throw failure(result, what);
        }
    }

    /** Why FFmpeg gave up: by our own deadline, or by what it says. */
    private FeedException failure(int result, String what) {
        String said = FFmpegLog.complaint();
        FFmpegLog.clear();
        if (interrupt.told || limits.isOver()) {
            return new FeedException(SILENT);
        }
        return new FeedException(
                what + ": " + address.scrub(said == null ? error(result) : said + " (" + error(result) + ")"));
    }

    @Override
    public Next next() throws FeedException {
        while (true) {
            int result = avcodec_receive_frame(codec, frame);
            if (result == 0) {
                Next next = decoded();
                if (next != null) {
                    return next;
                }
            } else if (result == AVERROR_EAGAIN() || result == AVERROR_EOF()) {
                String damage = feed();
                if (damage != null) {
                    waitsForKey = !standAlone;
                    return new Damaged(damage);
                }
            } else {
                waitsForKey = !standAlone;
                return new Damaged("damaged frame: " + error(result));
            }
        }
    }

    /** Null when the frame is one of those that wait for a key frame. */
    private @org.jspecify.annotations.Nullable Next decoded() {
        boolean isCorrupt = (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags() != 0;
        boolean isKey = standAlone || (frame.flags() & AVFrame.AV_FRAME_FLAG_KEY) != 0;
        if (isCorrupt) {
            boolean isNews = !waitsForKey;
            waitsForKey = !standAlone;
            av_frame_unref(frame);
            return isNews ? new Damaged("damaged frame") : null;
        }
        if (waitsForKey && !isKey) {
            av_frame_unref(frame);
            return null;
        }
        waitsForKey = false;
        lastFrameNanos = System.nanoTime();
        long stamp = frame.best_effort_timestamp();
        long stampNanos = stamp == AV_NOPTS_VALUE ? Long.MIN_VALUE : av_rescale_q(stamp, timeBase, NANOS);
        AVFrame own = av_frame_alloc();
        av_frame_move_ref(own, frame);
        return new Decoded(new FFmpegShot(own), stampNanos);
    }

    /** Gives the decoder a packet; what was wrong with it, or null. */
    private @org.jspecify.annotations.Nullable String feed() throws FeedException {
        FFmpegLog.clear();
        int result = av_read_frame(format, packet);
        if (interrupt.told) {
            av_packet_unref(packet);
            throw new FeedException(SILENT);
        }
        if (result < 0) {
            if (result == AVERROR_EOF() && !limits.isOver()) {
                throw new FeedException("it has ended the stream");
            }
            throw failure(result, "broken off");
        }
        limits.alive();
        if (System.nanoTime() - lastFrameNanos > LONGEST_WITHOUT_FRAME_NANOS) {
            throw new FeedException("it sends, but has sent no frame that can be decoded for "
                    + LONGEST_WITHOUT_FRAME_NANOS / 1_000_000_000 + " s");
        }
        if (packet.stream_index() != index) {
            av_packet_unref(packet);
            FFmpegLog.clear();
            return null;
        }
        boolean wasWaiting = waitsForKey;
        result = avcodec_send_packet(codec, packet);
        av_packet_unref(packet);
        String said = FFmpegLog.complaint();
        FFmpegLog.clear();
        if (result < 0 && result != AVERROR_EAGAIN()) {
            said = said == null ? error(result) : said;
        } else if (standAlone) {
            said = null; // the frame says itself whether it is sound
        }
        return said == null || wasWaiting ? null : "damaged frame: " + address.scrub(said);
    }

    static String error(int result) {
        byte[] text = new byte[AV_ERROR_MAX_STRING_SIZE];
        av_strerror(result, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        av_frame_free(frame);
        av_packet_free(packet);
        if (!codec.isNull()) {
            avcodec_free_context(codec);
        }
        if (!format.isNull()) {
            avformat_close_input(format);
        }
        interrupt.close();
    }
}
