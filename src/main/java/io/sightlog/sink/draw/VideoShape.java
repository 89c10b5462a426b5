package io.sightlog.sink.draw;

import io.sightlog.capture.VideoHeader;

/**
 * What a copy of a video needs to know besides the frames.
 *
 * @param aspectNum shape of a pixel of the upright picture, width ..
 * @param aspectDen .. to height; 0 when unknown
 */
record VideoShape(VideoRate rate, int aspectNum, int aspectDen) {
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
