package io.sightlog.capture;

import static org.bytedeco.opencv.global.opencv_core.ROTATE_180;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_CLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_COUNTERCLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.rotate;
import static org.bytedeco.opencv.global.opencv_core.transpose;

import org.bytedeco.opencv.opencv_core.Mat;

/** Turns and mirrors pictures as EXIF's orientation says. */
final class Upright {
    private static final int BOTH_WAYS = -1;
    private static final int UPSIDE_DOWN = 0;
    private static final int LEFT_TO_RIGHT = 1;

    private Upright() {}

    /**
     * @param picture is closed when another one comes back
     * @param orientation 1..8
     */
    static Mat of(Mat picture, int orientation) {
        if (orientation == 1) {
            return picture;
        }
        try (picture) {
            Mat upright = new Mat();
            switch (orientation) {
                case 2 -> flip(picture, upright, LEFT_TO_RIGHT);
                case 3 -> rotate(picture, upright, ROTATE_180);
                case 4 -> flip(picture, upright, UPSIDE_DOWN);
                case 5 -> transpose(picture, upright);
                case 6 -> rotate(picture, upright, ROTATE_90_CLOCKWISE);
                case 7 -> {
                    try (Mat transposed = new Mat()) {
                        transpose(picture, transposed);
                        flip(transposed, upright, BOTH_WAYS);
                    }
                }
                default -> rotate(picture, upright, ROTATE_90_COUNTERCLOCKWISE);
            }
            return upright;
        }
    }
}
