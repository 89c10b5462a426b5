package io.sightlog.detect;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Test material that is not part of the project: models of other people, and what Darknet finds. It is looked for in the folder
 * that the system property {@code sightlog.material} or the environment's {@code SIGHTLOG_MATERIAL} names, else in {@code ../shared}.
 */
public final class Material {
    private Material() {}

    /** A file or folder of it; the test is skipped when it is not there, or fails under {@code SIGHTLOG_REQUIRE_MATERIAL=true}. */
    public static Path need(String name) {
        Path path = folder().resolve(name);
        if (!Files.exists(path)) {
            String missing = "not here: " + path + "; SIGHTLOG_MATERIAL names the folder that has it";
            if ("true".equals(System.getenv("SIGHTLOG_REQUIRE_MATERIAL"))) {
                fail(missing);
            }
            assumeTrue(false, missing);
        }
        return path;
    }

    private static Path folder() {
        String property = System.getProperty("sightlog.material");
        String environment = System.getenv("SIGHTLOG_MATERIAL");
        return Path.of(property != null ? property : environment != null ? environment : "../shared");
    }
}
