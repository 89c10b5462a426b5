package io.sightlog.sink.draw;

import io.sightlog.capture.FrameReader;
import io.sightlog.capture.VideoHeader;

/**
 * What a copy of a video needs to know besides the frames.
 *
 * @param aspectNum shape of a pixel of the upright picture, width ..
 * @param aspectDen .. to height; 0 when unknown
 */
record VideoShape(VideoRate rate, int aspectNum, int aspectDen) {
    /** Of a picture that moves, whose delays are whole milliseconds or nearly. */
    static VideoShape of(FrameReader moving) {
        int perThousandSeconds = (int) Math.min(Integer.MAX_VALUE, Math.round(moving.framesPerSecond() * 1000));
        return new VideoShape(VideoRate.of(Math.max(1, perThousandSeconds), 1000, 1000, 1), 0, 0);
    }

    static VideoShape of(VideoHeader header) {
        VideoRate rate = VideoRate.of(
                header.averageRate().num(),
                header.averageRate().den(),
                header.gridRate().num(),
                header.gridRate().den());
        return new VideoShape(
                rate, header.pixelShape().num(), header.pixelShape().den());
    }
}
