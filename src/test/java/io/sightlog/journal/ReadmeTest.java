package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ReadmeTest {
    @TempDir
    Path temp;

    @Test
    void theExampleInTheReadmeCompiles() throws Exception {
        Matcher block =
                Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
        assertThat(block.find()).isTrue();
        Path source = Files.writeString(temp.resolve("DoorAlarm.java"), block.group(1));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler).as("a JDK, not a JRE").isNotNull();
        int failures = compiler.run(
                null,
                null,
                System.err,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                temp.toString(),
                source.toString());
        assertThat(failures).isZero();
        assertThat(List.of(temp.toFile().list())).contains("DoorAlarm.class");
    }
}
