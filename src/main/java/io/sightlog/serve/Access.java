package io.sightlog.serve;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Who may read: who knows the token, or has the cookie that was given for it. Immutable; compares in constant time. */
final class Access {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String BEARER = "bearer ";

    private final byte[] tokenKey;
    private final byte @Nullable [] metricsKey;
    private final byte[] cookieKey;
    private final String cookieName;
    private final String cookieValue;
    private final boolean isSecure;

    /**
     * Of one server.
     *
     * @param port of the server, as cookies of one host are shared by all its ports
     * @param isSecure whether the cookie is for TLS only
     */
    Access(String token, @Nullable String metricsToken, int port, boolean isSecure) {
        this.tokenKey = digest("token", token);
        this.metricsKey = metricsToken == null ? null : digest("token", metricsToken);
        this.cookieName = "sightlog-" + port;
        this.cookieValue = Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(token, "sightlog cookie"));
        this.cookieKey = digest("cookie", cookieValue);
        this.isSecure = isSecure;
    }

    /** Whether it is the token, as given in the link. */
    boolean isToken(String text) {
        return MessageDigest.isEqual(tokenKey, digest("token", text));
    }

    /** The header that gives the cookie. */
    String setCookie() {
        return cookieName + "=" + cookieValue + "; Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "");
    }

    /**
     * Whether these headers open everything.
     *
     * @param authorization all of that name
     * @param cookies all of that name
     */
    boolean opens(List<String> authorization, List<String> cookies) {
        String bearer = bearer(authorization);
        boolean isOpen = bearer != null && isToken(bearer);
        for (String header : cookies) {
            for (String pair : header.split(";", -1)) {
                String cookie = pair.strip();
                if (cookie.startsWith(cookieName + "=")) {
                    String value = cookie.substring(cookieName.length() + 1);
                    isOpen |= MessageDigest.isEqual(cookieKey, digest("cookie", value));
                }
            }
        }
        return isOpen;
    }

    /** Whether this header opens {@code /metrics}, though it may open nothing else. */
    boolean opensMetrics(List<String> authorization) {
        String bearer = bearer(authorization);
        return metricsKey != null && bearer != null && MessageDigest.isEqual(metricsKey, digest("token", bearer));
    }

    private static @Nullable String bearer(List<String> authorization) {
        if (authorization.size() != 1) {
            return null;
        }
        String header = authorization.get(0);
        return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length()).strip()
                : null;
    }

    /** Of equal length, whatever the text is. */
    private static byte[] digest(String kind, String text) {
        return hmac("sightlog " + kind, text);
    }

    private static byte[] hmac(String key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
