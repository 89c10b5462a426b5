package io.sightlog.capture.live;

import java.util.LinkedHashMap;
import java.util.Map;

/** What FFmpeg is told about a camera. */
final class FFmpegOptions {
    /** FFmpeg's own deadlines, in case ours is not asked for. */
    private static final double LATER = 1.5;

    private FFmpegOptions() {}

    /** Names and values of FFmpeg's options. Nothing that a stream names is taken from this machine's files. */
    static Map<String, String> of(LiveAddress address, LiveOptions options) {
        Map<String, String> all = new LinkedHashMap<>();
        String later = String.valueOf(Math.round(options.timeoutNanos() * LATER / 1000));
        all.put("analyzeduration", "3000000");
        switch (address.scheme()) {
            case "rtsp", "rtsps" -> {
                all.put("protocol_whitelist", "rtsp,rtsps,rtp,srtp,udp,tcp,tls,crypto");
                all.put("timeout", later);
                switch (options.transport()) {
                    case AUTO -> all.put("rtsp_flags", "prefer_tcp");
                    case TCP -> all.put("rtsp_transport", "tcp");
                    case UDP -> all.put("rtsp_transport", "udp");
                }
            }
            case "http", "https" -> {
                all.put("protocol_whitelist", "http,https,tcp,tls,crypto,httpproxy,hls");
                all.put("rw_timeout", later);
            }
            case "udp" -> {
                all.put("protocol_whitelist", "udp,rtp");
                all.put("fifo_size", "50000");
                all.put("overrun_nonfatal", "1");
            }
            default -> {
                all.put(
                        "protocol_whitelist",
                        "rtmp,rtmps,rtmpt,rtmpts,tcp,tls,http,https,crypto,ffrtmphttp,ffrtmpcrypt");
                all.put("rw_timeout", later);
            }
        }
        if (address.isEncrypted()) {
            all.put("tls_verify", options.insecure() ? "0" : "1");
            String authorities = options.insecure() ? null : Authorities.file();
            if (authorities != null) {
                all.put("ca_file", authorities);
            }
        }
        return all;
    }
}
