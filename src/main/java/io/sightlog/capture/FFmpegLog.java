package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * What FFmpeg says while it works. It never reaches stderr, where it would stand without the file's name: the thread that
 * called FFmpeg asks for it and makes it a reason. Every FFmpeg decoder here runs on its caller's thread.
 */
public final class FFmpegLog {
    private static final Pattern PREFIX = Pattern.compile("(?:\\[([^\\]]*) @ [^\\]]*\\] )+");

    /** H.264 lets go of a picture that is not there. Of the pictures that are, it says nothing. */
    static final String LETS_GO_OF_NOTHING = "mmco: unref short failure";

    private static final int LEVEL_BITS = 0xff;
    private static final ThreadLocal<@Nullable String> COMPLAINT = new ThreadLocal<>();
    private static final ThreadLocal<@Nullable String> SPEAKER = new ThreadLocal<>();
    private static final LogCallback CALLBACK = new Lines();

    static {
        av_log_set_level(AV_LOG_ERROR);
        setLogCallback(CALLBACK);
    }

    private FFmpegLog() {}

    /** Takes FFmpeg's lines away from stderr, for the whole process. */
    public static void route() {
        // the class is loaded now
    }

    /** Forgets what was said on this thread. */
    public static void clear() {
        COMPLAINT.remove();
        SPEAKER.remove();
    }

    /**
     * The first error that was logged on this thread since {@link #clear}, without FFmpeg's prefix; {@link
     * #LETS_GO_OF_NOTHING} only when there was no other, null for none.
     */
    public static @Nullable String complaint() {
        return COMPLAINT.get();
    }

    /**
     * Likewise, when a part of FFmpeg said it.
     *
     * @param part its name as it begins its lines, such as that of a container's reader
     */
    static @Nullable String complaintOf(String part) {
        return part.equals(SPEAKER.get()) ? COMPLAINT.get() : null;
    }

    private static final class Lines extends LogCallback {
        private static final long serialVersionUID = 1;

        @Override
        public void call(int level, BytePointer message) {
            if ((level & LEVEL_BITS) <= AV_LOG_ERROR
                    && (COMPLAINT.get() == null || LETS_GO_OF_NOTHING.equals(COMPLAINT.get()))) {
                note(message.getString().strip());
            }
        }

        /** A line begins with who says it and where that lies in memory: {@code [h264 @ 0x7f..] }. */
        private static void note(String line) {
            Matcher prefix = PREFIX.matcher(line);
            boolean known = prefix.lookingAt();
            SPEAKER.set(known ? prefix.group(1) : "");
            COMPLAINT.set(known ? line.substring(prefix.end()) : line);
        }
    }
}
