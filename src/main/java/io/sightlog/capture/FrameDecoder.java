package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the packets of one track and accounts for each of them: what it gives is, in the order of showing, a sound frame
 * or a {@link Lost}. Owned by one thread.
 */
final class FrameDecoder implements AutoCloseable {
    /** No codec holds back more packets before it shows one. */
    private static final int MAX_HELD = 32;

    /** One of so many packets after a first key frame that does not forget what was before it may speak of that. */
    private static final int SPEAK_OF_BEFORE = 4;

    private static final String NO_FRAME = "its decoder gives no frame here";

    /**
     * Codecs of which each packet gives a frame, H.264 as long as none is put together of two fields. Others have packets that are
     * meant to give none.
     */
    private static final Set<Integer> ONE_FRAME_EACH =
            Set.of(AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO);

    static final String BEFORE_KEY = "before the first key frame";

    /** What came next. */
    enum Outcome {
        FRAME,
        LOST,
        END
    }

    /**
     * Frames that cannot be shown.
     *
     * @param frames how many, 1 or more
     * @param positionNanos place of the first
     */
    record Lost(long frames, long positionNanos, String reason) {}

    private final VideoFile file;
    private final AVCodecContext codec;
    private final AVFrame frame = av_frame_alloc();
    private final AVPacket packet = av_packet_alloc();
    private final FrameClock clock;
    private final Damage damage;
    private boolean oneFrameEach;
    private final Tag tag = new Tag();
    private final TreeMap<Long, Coded> inside = new TreeMap<>();
    private final Deque<Lost> losses = new ArrayDeque<>();

    private long current;
    private long currentShownAt = AV_NOPTS_VALUE;
    private long firstKey = Long.MAX_VALUE;
    private long firstKeyShownAt = AV_NOPTS_VALUE;
    private long lastOfBefore;
    private boolean anySound;
    private boolean frameWaits;
    private boolean draining;
    private boolean ended;
    private long positionNanos;
    private @Nullable Lost lost;

    /** Carries a packet's number through the decoder, as the pointer that FFmpeg copies to the packet's frame. */
    private static final class Tag extends Pointer {
        private static final long serialVersionUID = 1;

        Tag number(long value) {
            address = value;
            return this;
        }
    }

    /** @throws UnreadableException when there is no decoder for it, or it does not start */
    FrameDecoder(VideoFile file) throws UnreadableException {
        this(
                file,
                new FrameClock(file.timeBase(), file.startStamp(), file.header().framesPerSecond()));
    }

    private FrameDecoder(VideoFile file, FrameClock clock) throws UnreadableException {
        this.file = file;
        this.clock = clock;
        this.codec = file.newDecoder();
        boolean standAlone = file.everyFrameStandsAlone();
        this.damage = new Damage(!standAlone);
        this.oneFrameEach = standAlone || ONE_FRAME_EACH.contains(codec.codec_id());
    }

    /**
     * Jumps in the file. This decoder is closed then, unless an exception is thrown.
     *
     * @param nanos a place, as {@link #positionNanos}, 0 for the start; known once a frame was given
     * @return one that begins with the key frame that the container has for it
     * @throws UnreadableException when it has none
     */
    FrameDecoder at(long nanos) throws UnreadableException {
        FrameDecoder there = new FrameDecoder(file, clock.elsewhere());
        try {
            file.seek(clock.stamp(nanos), nanos == 0);
        } catch (UnreadableException e) {
            there.close();
            throw e;
        }
        close();
        return there;
    }

    /** Goes on to the next frame or loss. */
    Outcome next() {
        while (true) {
            if (!losses.isEmpty() && !(losses.size() == 1 && mayGrow(losses.peek()))) {
                lost = losses.poll();
                return Outcome.LOST;
            }
            if (frameWaits) {
                frameWaits = false;
                return Outcome.FRAME;
            }
            if (ended) {
                return Outcome.END;
            }
            receive();
        }
    }

    /** A run of frames before the first key frame is one loss; more of it may come. */
    private boolean mayGrow(Lost last) {
        return last.reason.endsWith(BEFORE_KEY) && !frameWaits && !ended;
    }

    private void receive() {
        int result = avcodec_receive_frame(codec, frame);
        noteComplaint();
        if (result == 0) {
            shown();
        } else if (result == AVERROR_EOF()) {
            ended = true;
            settle(List.copyOf(inside.values()));
        } else {
            if (result != AVERROR_EAGAIN()) {
                failed(result);
            }
            feed();
        }
    }

    private void feed() {
        if (draining) {
            if (inside.isEmpty() || current++ > inside.lastKey() + MAX_HELD) {
                ended = true; // a decoder that fails for ever
                settle(List.copyOf(inside.values()));
            }
            return;
        }
        if (!file.read(packet)) {
            draining = true;
            FFmpegLog.clear();
            avcodec_send_packet(codec, (AVPacket) null);
            return;
        }
        current++;
        Coded coded = Coded.of(current, packet);
        inside.put(current, coded);
        if (coded.wanted()) {
            clock.decoding(coded.shownAt(), coded.decodedAt());
        }
        if (firstKey == Long.MAX_VALUE && (packet.flags() & AV_PKT_FLAG_KEY) != 0) {
            firstKey = current;
            firstKeyShownAt = coded.shownAt();
            if (codec.codec_id() == AV_CODEC_ID_H264 && !H264Packet.forgetsAllBefore(packet, codec)) {
                lastOfBefore = current + SPEAK_OF_BEFORE;
            }
        }
        currentShownAt = coded.shownAt();
        String complaint = file.takeComplaint();
        if (complaint != null) {
            damaged("damaged frame: " + complaint);
        } else if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
            damaged("damaged frame: a part of it is missing in the file");
        }
        packet.opaque(tag.number(current));
        FFmpegLog.clear();
        int result = avcodec_send_packet(codec, packet);
        av_packet_unref(packet);
        noteComplaint();
        if (result < 0) {
            failed(result);
        }
    }

    /** The decoder found fault with the packet it was given last. */
    private void noteComplaint() {
        String complaint = FFmpegLog.complaint();
        if (complaint != null) {
            boolean ofBefore = current <= lastOfBefore && complaint.equals(FFmpegLog.LETS_GO_OF_NOTHING);
            if (ofBefore) {
                lastOfBefore = 0;
            } else {
                damaged("damaged frame: " + complaint);
            }
            FFmpegLog.clear();
        }
    }

    private void damaged(String reason) {
        damage.add(current, currentShownAt, reason, true);
    }

    private void failed(int result) {
        damaged("damaged frame: " + VideoFile.error(result));
        String reason = damage.of(current);
        inside.computeIfPresent(current, (number, coded) -> coded.failed(String.valueOf(reason)));
    }

    /** The decoder has given a frame. Packets whose frames should have come before it have none. */
    private void shown() {
        Pointer tagged = frame.opaque();
        long number = tagged == null || tagged.isNull() ? current : tagged.address();
        Coded own = inside.remove(number);
        if (codec.codec_id() == AV_CODEC_ID_H264 && (frame.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0) {
            oneFrameEach = false;
        }
        long shownAt = frame.pts();
        if (!inside.isEmpty()) {
            settle(inside.values().stream()
                    .filter(coded -> isOverdue(coded, number, shownAt))
                    .toList());
        }
        long stamp = shownAt == AV_NOPTS_VALUE ? shownAt : frame.best_effort_timestamp();
        long place = clock.place(stamp, codec.has_b_frames() > 0, own == null ? AV_NOPTS_VALUE : own.decodedAt());
        if ((frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags() != 0) {
            damage.add(number, shownAt, "damaged frame", true);
        }
        boolean key = (frame.flags() & AVFrame.AV_FRAME_FLAG_KEY) != 0 && frame.pict_type() == AV_PICTURE_TYPE_I;
        if (key) {
            damage.healedBy(number, shownAt);
        }
        String reason = damage.of(number);
        damage.shown(number);
        if (reason == null) {
            anySound = true;
            frameWaits = true;
            positionNanos = place;
            return;
        }
        lose(!anySound && (number < firstKey || before(shownAt, firstKeyShownAt)) ? BEFORE_KEY : reason, place);
    }

    /** Whether a packet's frame should have been shown before the one that is shown now. */
    private boolean isOverdue(Coded coded, long number, long shownAt) {
        if (coded.number() < current - MAX_HELD) {
            return true;
        }
        if (coded.shownAt() == AV_NOPTS_VALUE || shownAt == AV_NOPTS_VALUE) {
            return coded.failure() != null && coded.number() < number;
        }
        // One that was decoded later with an earlier stamp may belong to another recording.
        boolean settled = coded.failure() != null || coded.number() < number || !anySound;
        return settled && coded.shownAt() < shownAt;
    }

    private static boolean before(long stamp, long other) {
        return stamp != AV_NOPTS_VALUE && other != AV_NOPTS_VALUE && stamp < other;
    }

    /** Accounts for packets of which no frame will come. */
    private void settle(List<Coded> frameless) {
        frameless.stream()
                .sorted(Comparator.comparingLong(Coded::shownAt).thenComparing(Coded::number))
                .forEach(coded -> {
                    inside.remove(coded.number());
                    String reason = reason(coded);
                    if (reason == null) {
                        clock.passOver(coded.decodedAt());
                    } else {
                        lose(reason, clock.place(coded.shownAt(), codec.has_b_frames() > 0, coded.decodedAt()));
                    }
                });
    }

    private @Nullable String reason(Coded coded) {
        if (!coded.wanted()) {
            return null;
        }
        if (!anySound && (coded.failure() == null || coded.number() < firstKey)) {
            return BEFORE_KEY;
        }
        if (coded.failure() != null) {
            return coded.failure();
        }
        return oneFrameEach ? Objects.requireNonNullElse(damage.of(coded.number()), NO_FRAME) : null;
    }

    private void lose(String reason, long place) {
        Lost last = losses.peekLast();
        if (reason.equals(BEFORE_KEY)) {
            if (last != null && last.reason.endsWith(BEFORE_KEY)) {
                losses.pollLast();
                losses.add(beforeKey(last.frames + 1, last.positionNanos));
                return;
            }
            losses.add(beforeKey(1, place));
            return;
        }
        losses.add(new Lost(1, place, reason));
    }

    private static Lost beforeKey(long packets, long place) {
        return new Lost(packets, place, packets + (packets == 1 ? " packet " : " packets ") + BEFORE_KEY);
    }

    /** The frame that {@link #next} has come to; valid until it is called again. */
    AVFrame frame() {
        return frame;
    }

    /** The loss that {@link #next} has come to. */
    Lost lost() {
        return Objects.requireNonNull(lost, "next() has given no loss");
    }

    /** Place of the frame that {@link #next} has come to. */
    long positionNanos() {
        return positionNanos;
    }

    /** Place after all that was given. */
    long endNanos() {
        return clock.next();
    }

    @Override
    public void close() {
        ended = true;
        av_frame_free(frame);
        av_packet_free(packet);
        avcodec_free_context(codec);
    }
}
