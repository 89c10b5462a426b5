package io.sightlog.capture;

import java.util.regex.Pattern;

/** Users and passwords in what somebody typed, which no message may repeat. */
public final class Credentials {
    private static final Pattern USER_INFO = Pattern.compile("(:/{0,2}|//)[^\\s/@]+[:][^\\s]*@");

    private Credentials() {}

    /** A text without whatever stands between slashes and the last {@code @} and has a colon: {@code rtsp://...@host}. */
    public static String hidden(String text) {
        return USER_INFO.matcher(text).replaceAll("$1...@");
    }
}
