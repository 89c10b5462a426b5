package io.sightlog.sink.draw;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.*;

import io.sightlog.capture.FFmpegLog;
import io.sightlog.capture.MediaLibraries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Writes BGR pictures as an MP4 without sound.
 *
 * <p>H.264 where its encoder takes the size, VP9 for the rest: 4:2:0 H.264 has even sizes only. JavaCV's own recorder
 * is not used because it makes odd widths even, and knows no time base finer than the frame rate. One thread at a
 * time.
 */
final class VideoEncoder implements AutoCloseable {
    static {
        MediaLibraries.forVideos();
    }

    private static final int H264_MIN_PIXELS = 16;
    private static final long H264_MAX_AREA = 9_437_184;

    private final Path file;
    private final int width;
    private final int height;
    private final long ticksPerFrame;
    private final AVFormatContext format = new AVFormatContext(null);
    private final AVPacket packet;
    private final AVFrame frame;
    private AVCodecContext codec = new AVCodecContext(null);
    private AVStream stream = new AVStream(null);
    private SwsContext scaler = new SwsContext(null);
    private boolean closed;

    /**
     * Creates or truncates the file.
     *
     * @param rate of the frames, and of ticks: see {@link VideoRate}
     * @param aspectNum shape of a pixel, 0 when unknown
     * @throws IOException when no encoder takes this size, or the file cannot be written
     */
    VideoEncoder(Path file, int width, int height, VideoRate rate, int aspectNum, int aspectDen) throws IOException {
        this.file = file;
        this.width = width;
        this.height = height;
        this.ticksPerFrame = rate.ticksPerFrame();
        this.packet = av_packet_alloc();
        this.frame = av_frame_alloc();
        try {
            FFmpegLog.route();
            start(rate, aspectNum, aspectDen);
        } catch (IOException | RuntimeException e) {
            release();
            throw e;
        }
    }

    private void start(VideoRate rate, int aspectNum, int aspectDen) throws IOException {
        try (BytePointer path = utf8(file.toString());
                BytePointer mp4 = utf8("mp4")) {
            check(avformat_alloc_output_context2(format, null, mp4, path), "no MP4 writer");
        }
        AVCodec encoder = encoder();
        codec = avcodec_alloc_context3(encoder);
        stream = avformat_new_stream(format, null);
        AVRational tick = av_make_q(rate.tickDen(), rate.tickNum());
        AVRational frameRate = av_make_q(rate.num(), rate.den());
        codec.width(width)
                .height(height)
                .pix_fmt(AV_PIX_FMT_YUV420P)
                .time_base(tick)
                .framerate(frameRate);
        codec.color_range(AVCOL_RANGE_MPEG).colorspace(AVCOL_SPC_SMPTE170M);
        codec.color_primaries(AVCOL_PRI_SMPTE170M).color_trc(AVCOL_TRC_SMPTE170M);
        codec.gop_size(Math.max(1, (int) Math.min(300, Math.round(2 * rate.framesPerSecond()))));
        codec.max_b_frames(0);
        codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        if (aspectNum > 0 && aspectDen > 0) {
            codec.sample_aspect_ratio(av_make_q(aspectNum, aspectDen));
            stream.sample_aspect_ratio(codec.sample_aspect_ratio());
        }
        AVDictionary options = new AVDictionary(null);
        if (encoder.id() == AV_CODEC_ID_H264) {
            codec.qmin(20).qmax(20); // by quality, not by bit rate
            codec.profile(AV_PROFILE_H264_MAIN);
            av_dict_set(options, "rc_mode", "off", 0);
            av_dict_set(options, "coder", "cabac", 0);
        } else {
            av_dict_set(options, "crf", "24", 0);
            av_dict_set(options, "b", "0", 0);
            av_dict_set(options, "deadline", "realtime", 0);
            av_dict_set(options, "cpu-used", "8", 0);
            av_dict_set(options, "lag-in-frames", "0", 0);
            av_dict_set(options, "auto-alt-ref", "0", 0);
        }
        try {
            check(
                    avcodec_open2(codec, encoder, options),
                    "encoder " + encoder.name().getString() + " refused it");
        } finally {
            av_dict_free(options);
        }
        check(avcodec_parameters_from_context(stream.codecpar(), codec), "parameters");
        stream.time_base(tick);
        stream.avg_frame_rate(frameRate);
        AVIOContext io = new AVIOContext(null);
        try (BytePointer path = utf8(file.toString())) {
            check(avio_open(io, path, AVIO_FLAG_WRITE), "cannot be opened for writing");
        }
        format.pb(io);
        AVDictionary muxing = new AVDictionary(null);
        av_dict_set(muxing, "movflags", "faststart", 0);
        try {
            check(avformat_write_header(format, muxing), "cannot write its header");
        } finally {
            av_dict_free(muxing);
        }
        frame.format(AV_PIX_FMT_YUV420P);
        frame.width(width).height(height);
        frame.color_range(AVCOL_RANGE_MPEG);
        frame.colorspace(AVCOL_SPC_SMPTE170M);
        check(av_frame_get_buffer(frame, 0), "no memory for a frame");
        SwsContext found = sws_getContext(
                width,
                height,
                AV_PIX_FMT_BGR24,
                width,
                height,
                AV_PIX_FMT_YUV420P,
                SWS_BICUBIC | SWS_FULL_CHR_H_INP | SWS_ACCURATE_RND,
                null,
                null,
                (DoublePointer) null);
        if (found == null) {
            throw new IOException("no conversion for " + width + "x" + height);
        }
        scaler = found;
    }

    private AVCodec encoder() throws IOException {
        boolean even = width % 2 == 0 && height % 2 == 0;
        boolean fits = Math.min(width, height) >= H264_MIN_PIXELS && (long) width * height <= H264_MAX_AREA;
        AVCodec h264 = even && fits ? avcodec_find_encoder_by_name("libopenh264") : null;
        AVCodec found = h264 != null ? h264 : avcodec_find_encoder_by_name("libvpx-vp9");
        if (found == null) {
            throw new IOException(
                    "this FFmpeg has no encoder for " + width + "x" + height + " video (libopenh264, libvpx-vp9)");
        }
        return found;
    }

    /** Whether a picture has the size of this video. */
    boolean takes(Mat bgr) {
        return bgr.cols() == width && bgr.rows() == height;
    }

    /**
     * Adds a frame.
     *
     * @param bgr 8-bit BGR of this encoder's size; stays the caller's
     * @param tick when it is shown; larger than the one before
     */
    void write(Mat bgr, long tick) throws IOException {
        if (bgr.cols() != width || bgr.rows() != height || bgr.channels() != 3) {
            throw new IllegalArgumentException("a frame of " + bgr.cols() + "x" + bgr.rows() + "x" + bgr.channels()
                    + " for a video of " + width + "x" + height + "x3");
        }
        check(av_frame_make_writable(frame), "no memory for a frame");
        try (PointerPointer<BytePointer> planes = new PointerPointer<BytePointer>(1).put(0, bgr.data());
                IntPointer strides = new IntPointer(1).put((int) bgr.step())) {
            check(sws_scale(scaler, planes, strides, 0, height, frame.data(), frame.linesize()), "conversion failed");
        }
        frame.pts(tick);
        encode(frame);
    }

    private void encode(@Nullable AVFrame next) throws IOException {
        check(avcodec_send_frame(codec, next), "cannot encode a frame");
        while (true) {
            int result = avcodec_receive_packet(codec, packet);
            if (result == AVERROR_EAGAIN() || result == AVERROR_EOF()) {
                return;
            }
            check(result, "cannot encode a frame");
            packet.duration(ticksPerFrame);
            packet.stream_index(stream.index());
            av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
            check(av_interleaved_write_frame(format, packet), "cannot be written");
        }
    }

    /** Writes what is left and closes the file, which is playable when this returns without an exception. */
    void finish() throws IOException {
        if (closed) {
            return;
        }
        try {
            encode(null);
            check(av_write_trailer(format), "cannot write its end");
            check(closeFile(), "cannot be closed");
        } finally {
            release();
        }
    }

    /** Closes the file as it is, unplayable unless {@link #finish} came before. */
    @Override
    public void close() {
        release();
    }

    private void release() {
        if (closed) {
            return;
        }
        closed = true;
        closeFile();
        if (!codec.isNull()) {
            avcodec_free_context(codec);
        }
        if (!scaler.isNull()) {
            sws_freeContext(scaler);
        }
        av_packet_free(packet);
        av_frame_free(frame);
        if (!format.isNull()) {
            avformat_free_context(format);
        }
    }

    private int closeFile() {
        AVIOContext io = format.isNull() ? null : format.pb();
        if (io == null || io.isNull()) {
            return 0;
        }
        format.pb(new AVIOContext(null));
        return avio_close(io);
    }

    private static BytePointer utf8(String text) {
        return new BytePointer(text + "\0", StandardCharsets.UTF_8); // FFmpeg's own encoding on every platform
    }

    private void check(int result, String what) throws IOException {
        if (result < 0) {
            byte[] text = new byte[AV_ERROR_MAX_STRING_SIZE];
            av_strerror(result, text, text.length);
            String why = new String(text, StandardCharsets.UTF_8);
            throw new IOException(
                    "video of " + width + "x" + height + ": " + what + ": " + why.substring(0, why.indexOf('\0')));
        }
    }
}
