package io.sightlog.natives;

import io.sightlog.capture.MediaLibraries;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tests use OpenCV's and FFmpeg's classes themselves, which would unpack their libraries elsewhere if nobody loaded them before. */
public final class MediaLibrariesFirst implements BeforeAllCallback {
    private static final String ROOMS = "io\\.sightlog\\.(capture|detect|sink\\.draw|system)\\..*";

    @Override
    public void beforeAll(ExtensionContext context) {
        if (context.getRequiredTestClass().getName().matches(ROOMS)) {
            MediaLibraries.forVideos();
        }
    }
}
