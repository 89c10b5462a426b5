package io.sightlog.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sightlog.Seeds;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Patterns mean what they mean to the JDK, and none takes longer than its length and that of the text ask for. */
class GlobTest {
    private static final List<String> PIECES = List.of(
            "*",
            "**",
            "?",
            "a",
            "b",
            "/",
            ".",
            "[ab]",
            "[!a]",
            "[^a]",
            "[a-c]",
            "[]a]",
            "[-a]",
            "{a,b}",
            "{a*,/b,**}",
            "{",
            "}",
            ",",
            "\\*",
            "\\",
            "é",
            "😀",
            "\n",
            "[😀a]",
            "(",
            "&",
            "{,a}");
    private static final List<String> TEXTS =
            List.of("a", "b", "c", "/", ".", "é", "😀", "\n", "*", "^", "-", ",", "}", "\\", "(", "&");

    private static String some(Random random, List<String> of, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(of.get(random.nextInt(of.size())));
        }
        return text.toString();
    }

    @Test
    void aPatternMatchesWhatTheJdksMatches() {
        Random random = new Random(Seeds.of(GlobTest.class));
        int patterns = 0;
        int matched = 0;
        for (int i = 0; i < 20_000; i++) {
            String pattern = some(random, PIECES, 6);
            PathMatcher expected;
            try {
                expected = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            } catch (IllegalArgumentException e) {
                continue;
            }
            patterns++;
            Glob glob = Glob.of(pattern);
            for (int k = 0; k < 10; k++) {
                String text = some(random, TEXTS, 5);
                boolean isMatch = text.equals(pattern) || expected.matches(Path.of(text));
                assertThat(glob.matches(text)).as("%s for %s", pattern, text).isEqualTo(isMatch);
                matched += isMatch ? 1 : 0;
            }
        }
        assertThat(patterns).isGreaterThan(5_000);
        assertThat(matched).isGreaterThan(5_000);
    }

    @Test
    void noPatternTakesForEver() {
        String text = "a".repeat(60_000);
        for (String piece : List.of("*a", "**a", "?*", "{a,*}", "[a]*")) {
            Glob glob = Glob.of(piece.repeat(40) + "b");
            boolean isMatch = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> glob.matchesPath(text), piece);
            assertThat(isMatch).isFalse();
        }
    }
}
