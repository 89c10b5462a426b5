package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.detect.FamilyNet;
import io.sightlog.detect.FamilyNets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletedCardTest {
    @TempDir
    Path folder;

    @Test
    void aModelThatNeedsACardShowsItAndRunsWhenItIsCompleted() throws IOException {
        FamilyNet family = FamilyNets.withCard()
                .filter(net -> net.name().equals("YOLO-NAS"))
                .findAny()
                .orElseThrow();
        Path onnx = family.write(folder);
        Path dog = folder.resolve("dog.jpg");
        try (InputStream in = CompletedCardTest.class.getResourceAsStream("/io/sightlog/demo/dog.jpg")) {
            Files.copy(Objects.requireNonNull(in), dog);
        }
        String queue = folder.resolve("journal").toString();
        String[] produce = {"produce", "-q", queue, "--model", onnx.toString(), dog.toString()};
        Sightlog.Done failed = Sightlog.run(produce).expect(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err().get(0))
                .contains(": the model " + onnx
                        + " is YOLO-NAS, but its file does not say input.fit, input.range, labels; ");
        String card = String.join("\n", failed.err().subList(1, failed.err().size()));
        assertThat(card).startsWith("# Model card. ");
        Files.writeString(folder.resolve("net.yaml"), family.complete(card));
        Sightlog.run(produce).expect(0);
        assertThat(Sightlog.run("info", "-q", queue).expect(0).toString()).contains("1 event");
    }
}
