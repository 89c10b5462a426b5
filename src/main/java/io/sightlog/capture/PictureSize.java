package io.sightlog.capture;

import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.bmp.BmpHeaderDirectory;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.gif.GifHeaderDirectory;
import com.drew.metadata.jpeg.JpegDirectory;
import com.drew.metadata.png.PngDirectory;
import com.drew.metadata.webp.WebpDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The size of a picture as its header gives it, before it is turned.
 *
 * @param width in pixels
 * @param height in pixels
 */
record PictureSize(long width, long height) {
    private record Tags(Class<? extends Directory> directory, int width, int height) {}

    /** EXIF's come last: in a JPEG they may be wrong, in a TIFF there is nothing else. */
    private static final Tags[] TAGS = {
        new Tags(JpegDirectory.class, JpegDirectory.TAG_IMAGE_WIDTH, JpegDirectory.TAG_IMAGE_HEIGHT),
        new Tags(PngDirectory.class, PngDirectory.TAG_IMAGE_WIDTH, PngDirectory.TAG_IMAGE_HEIGHT),
        new Tags(BmpHeaderDirectory.class, BmpHeaderDirectory.TAG_IMAGE_WIDTH, BmpHeaderDirectory.TAG_IMAGE_HEIGHT),
        new Tags(WebpDirectory.class, WebpDirectory.TAG_IMAGE_WIDTH, WebpDirectory.TAG_IMAGE_HEIGHT),
        new Tags(GifHeaderDirectory.class, GifHeaderDirectory.TAG_IMAGE_WIDTH, GifHeaderDirectory.TAG_IMAGE_HEIGHT),
        new Tags(ExifIFD0Directory.class, ExifIFD0Directory.TAG_IMAGE_WIDTH, ExifIFD0Directory.TAG_IMAGE_HEIGHT)
    };

    /** The largest size the header gives, or null when it gives none. */
    static @Nullable PictureSize of(Metadata metadata) {
        for (Tags tags : TAGS) {
            PictureSize largest = null;
            for (Directory directory : metadata.getDirectoriesOfType(tags.directory)) {
                Long width = directory.getLongObject(tags.width);
                Long height = directory.getLongObject(tags.height);
                if (width != null && height != null && width > 0 && height != 0) {
                    PictureSize size = new PictureSize(width, Math.abs(height)); // BMP: negative means from the top
                    largest = largest == null || size.pixels() > largest.pixels() ? size : largest;
                }
            }
            if (largest != null) {
                return largest;
            }
        }
        return null;
    }

    /** Saturates. */
    long pixels() {
        return width > Integer.MAX_VALUE || height > Integer.MAX_VALUE ? Long.MAX_VALUE : width * height;
    }
}
