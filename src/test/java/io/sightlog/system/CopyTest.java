package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that go from one journal to another. */
final class CopyTest {
    @TempDir
    Path temp;

    private String queue = "";
    private String other = "";

    @BeforeEach
    void place() {
        queue = temp.resolve("journal").toString();
        other = temp.resolve("other").toString();
    }

    @Test
    void whatTailPrintedIsAppendedUnchanged() {
        fillWithAllKinds();
        List<String> printed = Ndjson.all(queue);
        Sightlog.feed(printed, "append", "-q", other).expect(0);
        List<String> again = Ndjson.all(other);
        Ndjson.assertSame(content(again), content(printed));
        assertThat(Ndjson.fields(again, "producer")).doesNotContainAnyElementsOf(Ndjson.fields(printed, "producer"));
    }

    @Test
    void replayIntoKeepsCapturedTimeProducerAndSequence() {
        fillWithAllKinds();
        List<String> printed = Ndjson.all(queue);
        assertThat(Sightlog.run("replay", "-q", queue, "--rate", "max", "--into", other)
                        .expect(0)
                        .err())
                .singleElement()
                .asString()
                .startsWith("replayed " + printed.size() + " events")
                .contains("rate asked for max");
        List<String> again = Ndjson.all(other);
        Ndjson.assertSame(content(again), content(printed));
        assertThat(Ndjson.fields(again, "producer")).isEqualTo(Ndjson.fields(printed, "producer"));
        assertThat(Ndjson.fields(again, "sequence")).isEqualTo(Ndjson.fields(printed, "sequence"));
    }

    private void fillWithAllKinds() {
        List<String> lines = new ArrayList<>(Ndjson.lines("door", 0, 20));
        lines.add("{\"kind\":\"skip\",\"source\":\"/a/b.jpg\",\"reason\":\"not a picture: \\\"quoted\\\" \\u00e9\"}");
        lines.add("{\"source\":\"rtsp://cam/1\",\"frame\":9007199254740991,\"positionNanos\":\"123456789012345678\","
                + "\"digest\":\"00ff00ff00ff00ff\",\"decodeNanos\":\"5\",\"inferNanos\":\"6\"}");
        lines.add("{\"detections\":[{\"classId\":7,\"confidence\":0.1,\"x\":0.3333333,\"y\":1e-7,\"w\":1e6,\"h\":0,"
                + "\"trackId\":\"9223372036854775807\"},{\"label\":\"\\u732b \\ud83d\\udc31\",\"confidence\":1,"
                + "\"x\":null,\"y\":null,\"w\":null,\"h\":null}]}");
        lines.add("{\"model\":\"another\",\"detections\":[{\"classId\":0,\"label\":\"cat\",\"confidence\":0.25,"
                + "\"x\":null,\"y\":null,\"w\":null,\"h\":null}]}");
        lines.add("{\"kind\":\"message\",\"topic\":\"door/\\u00fc\",\"text\":\"open \\\"now\\\"\\n\"}");
        lines.add("{\"kind\":\"message\",\"topic\":\"bytes\",\"stream\":\"s\",\"base64\":\"++9B/w==\"}");
        lines.add("{\"kind\":\"message\",\"topic\":\"empty\",\"base64\":\"\"}");
        lines.add("{\"kind\":\"message\",\"topic\":\"empty\"}");
        Sightlog.feed(lines, "append", "-q", queue).expect(0);
        Sightlog.feed(Ndjson.lines("gate", 0, 5), "append", "-q", queue).expect(0);
    }

    private static List<String> content(List<String> lines) {
        return lines.stream().map(Ndjson::content).toList();
    }

    @Test
    void replayKeepsThePaceAskedFor() {
        int events = 41;
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            lines.add("{\"frame\":" + i + ",\"capturedNanos\":\"" + (1_000_000_000_000L + i * 50_000_000L) + "\"}");
        }
        Sightlog.feed(lines, "append", "-q", queue).expect(0);
        try (Sightlog replay = Sightlog.start("replay", "-q", queue, "--rate", "2")) {
            replay.awaitLines(1);
            Sightlog.Done done = replay.await().expect(0);
            assertThat(Ndjson.fields(done.out(), "frame")).hasSize(events);
            String report = done.err().get(0);
            assertThat(report).startsWith("replayed 41 events in ").contains("rate asked for 2.000");
            double seconds = Double.parseDouble(report.replaceAll(".* in (\\S+) s:.*", "$1"));
            double reached = Double.parseDouble(report.replaceAll(".*reached (\\S+?),?( .*)?$", "$1"));
            assertThat(seconds).isBetween(0.999, 3.0);
            assertThat(reached).isBetween(0.6, 2.001);
        }
    }
}
