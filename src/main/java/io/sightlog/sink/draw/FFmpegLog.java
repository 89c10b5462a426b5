package io.sightlog.sink.draw;

import org.bytedeco.ffmpeg.global.avutil;

/** FFmpeg, which writes to the process's stderr unless it is told not to. */
final class FFmpegLog {
    private FFmpegLog() {}

    /** Silences it for the whole process. What it reports as an error still becomes an exception. */
    static void hush() {
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
    }
}
