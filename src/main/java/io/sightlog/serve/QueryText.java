package io.sightlog.serve;

import io.sightlog.serve.api.Refusal;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what stands in an address. What is not sound is refused, never mended. */
final class QueryText {
    private static final int MOST_PARAMETERS = 256;
    private static final int HEX = 16;

    private QueryText() {}

    /**
     * The parameters, in their order.
     *
     * @param query without its question mark, as it was sent; null when there is none
     */
    static Map<String, List<String>> parameters(@Nullable String query) throws Refusal {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        String[] parts = query.split("&", MOST_PARAMETERS + 1);
        if (parts.length > MOST_PARAMETERS) {
            throw new Refusal(
                    400, "there are more than " + MOST_PARAMETERS + " filters and other parameters; take some away");
        }
        for (String part : parts) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            parameters
                    .computeIfAbsent(decoded(name.replace('+', ' ')), n -> new ArrayList<>())
                    .add(decoded(value.replace('+', ' ')));
        }
        return parameters;
    }

    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, HEX) : -1; // there are digits in other scripts
    }

    /** Escapes undone; what they stand for is UTF-8. */
    static String decoded(String text) throws Refusal {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                boolean isWhole = text.length() - i > 2;
                int high = isWhole ? hex(text.charAt(i + 1)) : -1;
                int low = isWhole ? hex(text.charAt(i + 2)) : -1;
                if (high < 0 || low < 0) {
                    throw new Refusal(
                            400, "bad escape in the address: a percent sign and two digits of 0-9 a-f are needed");
                }
                bytes.write(high * HEX + low);
                i += 2;
            } else if (c >= ' ' && c < 0x7f) {
                bytes.write(c);
            } else {
                throw new Refusal(400, "the address has characters that must be escaped");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Refusal(400, "the address is no UTF-8");
        }
    }
}
