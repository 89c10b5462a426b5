package io.sightlog.capture;

import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;

/** OpenCV, silent, and FFmpeg. To be asked for before any class of theirs is used. */
public final class MediaLibraries {
    private static boolean forPictures;
    private static boolean forVideos;

    private MediaLibraries() {}

    /** @throws io.sightlog.natives.NativesException when they cannot be had */
    public static synchronized void forPictures() {
        if (!forPictures) {
            Natives.load(Bundle.JNA); // by which warnings of decoders are heard
            Natives.load(Bundle.OPENCV);
            OpenCvLog.silence();
            forPictures = true;
        }
    }

    /** Likewise; what FFmpeg says is for {@link FFmpegLog}. */
    public static synchronized void forVideos() {
        if (!forVideos) {
            forPictures();
            Natives.load(Bundle.FFMPEG);
            forVideos = true;
        }
    }
}
