package io.sightlog.capture.live;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a camera is. Its {@link #toString} and {@link #shown} have no credentials; only who opens the camera asks for the {@link #url}.
 */
public final class LiveAddress {
    private static final Pattern NAMED = Pattern.compile("([^=/?#]+)=(.+)", Pattern.DOTALL);
    /** Whatever stands before it is meant as a name. */
    private static final Pattern WITH_ANY_NAME =
            Pattern.compile("(?i)((?:(?!://).)*?)=\\s*((?:rtsps?|https?|udp|rtmps?)://.+)", Pattern.DOTALL);

    private static final Pattern HOST = Pattern.compile("(?:[^:\\[\\]]+|\\[[0-9a-fA-F:.%a-z]+])(?::(\\d{1,5}))?");
    private static final Pattern DEVICE = Pattern.compile("\\d{1,3}|/dev/video\\d{1,3}");
    private static final Pattern URL = Pattern.compile("(?i)(rtsps?|https?|udp|rtmps?)://.+");
    /** What a web server has whole, and is not to be looked at as of now. */
    private static final Pattern FILE_IN_NETWORK = Pattern.compile(
            "(?i)https?://[^?#]*\\.(jpe?g|png|gif|bmp|webp|tiff?|mp4|mkv|avi|mov|webm|m4v|mpe?g)([?#].*)?");

    private static final Pattern PARTS =
            Pattern.compile("([A-Za-z0-9+.-]+)://(?:([^/?#]*)@)?([^/?#@]*)([^?#]*)(\\?[^#]*)?(#.*)?");
    private static final Pattern SECRET_KEY = Pattern.compile(
            "(?i)([?&;](?:[^=&;]*(?:pass|pwd|secret|token|auth|key|user|usr|login|sig)[^=&;]*)=)([^&;#]*)");
    private static final Pattern ANY_USERINFO = Pattern.compile("://[^/\\s@?#]*@");
    private static final String ENVIRONMENT = "env:";
    /** A shorter secret would be found in innocent words. */
    private static final int LEAST_SECRET = 3;

    private final String stream;
    private final String url;
    private final String shown;
    private final Set<String> secrets;

    private LiveAddress(String stream, String url, String shown, Set<String> secrets) {
        this.stream = stream;
        this.url = url;
        this.shown = shown;
        this.secrets = secrets;
    }

    /** Whether a source is a camera by its look: {@code 0}, {@code /dev/video0}, a URL of a live stream, {@code env:NAME}, or one of these with {@code NAME=} before it. */
    public static boolean isOne(String source) {
        Matcher named = NAMED.matcher(source);
        Matcher meant = WITH_ANY_NAME.matcher(source);
        return isBare(source)
                || (named.matches() && isBare(named.group(2).strip()))
                || (meant.matches() && isBare(meant.group(2)));
    }

    private static boolean isBare(String source) {
        return DEVICE.matcher(source).matches()
                || (URL.matcher(source).matches()
                        && !FILE_IN_NETWORK.matcher(source).matches())
                || (source.startsWith(ENVIRONMENT) && source.length() > ENVIRONMENT.length());
    }

    /**
     * @param source for which {@link #isOne} is true
     * @param environment gives the value of a variable, null when there is none
     * @throws IllegalArgumentException when it cannot be an address; the message has no credentials
     */
    public static LiveAddress parse(String source, java.util.function.Function<String, @Nullable String> environment) {
        String name = "";
        String bare = source;
        if (!isBare(source)) {
            Matcher named = NAMED.matcher(source);
            if (!named.matches() || named.group(1).isBlank()) {
                Matcher meant = WITH_ANY_NAME.matcher(source);
                throw new IllegalArgumentException(
                        meant.matches()
                                ? "the camera's name is \"" + meant.group(1)
                                        + "\"; wanted: one or more characters, none of them =, /, ? or #"
                                : "not a camera: " + scrubbed(source));
            }
            name = named.group(1).strip();
            bare = named.group(2).strip();
        }
        if (bare.startsWith(ENVIRONMENT)) {
            String variable = bare.substring(ENVIRONMENT.length());
            String value = environment.apply(variable);
            if (value == null || !isBare(value.strip()) || value.strip().startsWith(ENVIRONMENT)) {
                throw new IllegalArgumentException(
                        "the environment's " + variable + (value == null ? " is not set" : " is no address of a camera")
                                + "; wanted: as rtsp://HOST/PATH");
            }
            bare = value.strip();
        }
        return DEVICE.matcher(bare).matches() ? device(name, bare) : network(name, bare);
    }

    private static LiveAddress device(String name, String bare) {
        String path = bare.startsWith("/") ? bare : "/dev/video" + Integer.parseInt(bare);
        return new LiveAddress(name.isEmpty() ? path.substring("/dev/".length()) : name, path, path, Set.of());
    }

    private static LiveAddress network(String name, String url) {
        Matcher parts = PARTS.matcher(url);
        if (!parts.matches()
                || !isHost(parts.group(3))
                || hasMark(parts)
                || url.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new IllegalArgumentException(
                    "not an address of a camera: " + scrubbed(url)
                            + "; wanted: SCHEME://[USER:PASSWORD@]HOST[:PORT][/PATH]; in a user, password or path, @ is written %40, / %2F, ? %3F, # %23");
        }
        Set<String> secrets = new LinkedHashSet<>();
        String userInfo = parts.group(2);
        if (userInfo != null) {
            secrets.add(userInfo);
            for (String part : userInfo.split(":", 2)) {
                addSecret(secrets, part);
            }
        }
        String query = parts.group(5) == null ? "" : parts.group(5);
        Matcher keys = SECRET_KEY.matcher(query);
        while (keys.find()) {
            addSecret(secrets, keys.group(2));
        }
        String shown = parts.group(1).toLowerCase(Locale.ROOT) + "://" + parts.group(3) + parts.group(4)
                + SECRET_KEY.matcher(query).replaceAll("$1...");
        String stream = name.isEmpty() ? (parts.group(3) + parts.group(4)).replaceFirst("/+$", "") : name;
        int scheme = parts.group(1).length();
        return new LiveAddress(stream, parts.group(1).toLowerCase(Locale.ROOT) + url.substring(scheme), shown, secrets);
    }

    private static boolean isHost(String host) {
        Matcher matcher = HOST.matcher(host);
        if (!matcher.matches()) {
            return false;
        }
        int port = matcher.group(1) == null ? 1 : Integer.parseInt(matcher.group(1));
        return port >= 1 && port <= 65_535;
    }

    /** An @ after the machine is most likely of a password that was not encoded. */
    private static boolean hasMark(Matcher parts) {
        return parts.group(4).contains("@")
                || (parts.group(5) != null && parts.group(5).contains("@"))
                || parts.group(6) != null;
    }

    private static void addSecret(Set<String> secrets, String text) {
        if (text.length() >= LEAST_SECRET) {
            secrets.add(text);
        }
        try {
            String plain = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (plain.length() >= LEAST_SECRET) {
                secrets.add(plain);
            }
        } catch (IllegalArgumentException e) {
            // no percent code
        }
    }

    /** What is before it when nothing else is known about a text: no user, no password. */
    private static String scrubbed(String text) {
        return SECRET_KEY.matcher(text).replaceAll("$1...").replaceAll("://.*@", "://");
    }

    /** A text without this camera's credentials, as what a library says of it. */
    public String scrub(String text) {
        String clean = text.replace(url, shown);
        for (String secret : secrets) {
            clean = clean.replace(secret, "...");
        }
        return ANY_USERINFO.matcher(clean).replaceAll("://");
    }

    /** Name of the stream: as given, else host and path. */
    public String stream() {
        return stream;
    }

    public LiveAddress withStream(String name) {
        return new LiveAddress(name, url, shown, secrets);
    }

    /** For events and people: without credentials. */
    public String shown() {
        return shown;
    }

    /** A path below {@code /dev}, or the whole URL with its credentials: never printed. */
    public String url() {
        return url;
    }

    /** Whether the URL has a user or a password in it. */
    public boolean hasSecrets() {
        return !secrets.isEmpty();
    }

    public boolean isDevice() {
        return url.startsWith("/dev/");
    }

    /** Of the URL, in lower case; {@code file} for a device. */
    String scheme() {
        return isDevice() ? "file" : url.substring(0, url.indexOf(':')).toLowerCase(Locale.ROOT);
    }

    /** Name or address of the machine; empty for a device. */
    String host() {
        Matcher parts = PARTS.matcher(url);
        return isDevice() || !parts.matches()
                ? ""
                : parts.group(3).replaceFirst(":\\d*$", "").replaceAll("^\\[|]$", "");
    }

    /** Whether it is spoken to through TLS. */
    boolean isEncrypted() {
        return scheme().endsWith("s");
    }

    /** Whether the machine is given by its number, and not by a name. */
    boolean isNumeric() {
        return host().matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.%a-z]*");
    }

    @Override
    public String toString() {
        return stream + "=" + shown;
    }
}
