package io.sightlog.capture.live;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_videoio.CAP_V4L2;

import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_videoio.VideoCapture;

/** A camera at this machine, through Video4Linux and OpenCV. Owned by one thread. */
final class DeviceFeed implements Feed {
    private final VideoCapture device;

    private DeviceFeed(VideoCapture device) {
        this.device = device;
    }

    static Feed open(LiveAddress address) throws FeedException {
        Path path = Path.of(address.url());
        if (!Files.exists(path)) {
            throw new FeedException("there is no " + path + "; is the camera plugged in?");
        }
        if (!Files.isReadable(path)) {
            throw new FeedException("no permission to read " + path + "; is this user in the group video?");
        }
        Natives.load(Bundle.OPENCV_VIDEO);
        VideoCapture device = new VideoCapture(address.url(), CAP_V4L2);
        if (!device.isOpened()) {
            device.close();
            throw new FeedException("OpenCV cannot open " + path + "; does another program have it?");
        }
        return new DeviceFeed(device);
    }

    @Override
    public Next next() throws FeedException {
        Mat picture = new Mat();
        if (!device.read(picture) || picture.empty()) {
            picture.close();
            throw new FeedException("it gives no frame any more");
        }
        if (picture.type() != CV_8UC3) {
            picture.close();
            return new Damaged("a frame that is not of three colours of 8 bits");
        }
        return new Decoded(new MatShot(picture), Long.MIN_VALUE);
    }

    /** A picture that is ready. */
    private static final class MatShot implements Shot {
        private final Mat picture;
        private boolean isTaken;

        MatShot(Mat picture) {
            this.picture = picture;
        }

        @Override
        public Mat picture() {
            isTaken = true;
            return picture;
        }

        @Override
        public void close() {
            if (!isTaken) {
                picture.close();
            }
        }
    }

    @Override
    public void close() {
        device.release();
        device.close();
    }
}
