package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.jspecify.annotations.Nullable;

/**
 * A packet that a decoder was given and that no frame has come of yet.
 *
 * @param number in the order of decoding, from 1
 * @param shownAt stamp, {@code AV_NOPTS_VALUE} when it has none
 * @param decodedAt stamp, likewise
 * @param wanted false when the container says that it is decoded for others only
 * @param failure why no frame will come of it; null while one may
 */
record Coded(
        long number,
        long shownAt,
        long decodedAt,
        boolean wanted,
        @Nullable String failure) {
    static Coded of(long number, AVPacket packet) {
        boolean wanted = (packet.flags() & AV_PKT_FLAG_DISCARD) == 0;
        return new Coded(number, packet.pts(), packet.dts(), wanted, null);
    }

    Coded failed(String why) {
        return new Coded(number, shownAt, decodedAt, wanted, failure == null ? why : failure);
    }
}
