package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One event of ten that is not what was written. */
final class DamageTest {
    private static final int DAMAGED = 4;
    private static final int SEARCHED_BYTES = 4 << 20;

    @TempDir
    Path temp;

    private String queue = "";
    private List<String> truth = List.of();

    @BeforeEach
    void fill() {
        queue = temp.resolve("journal").toString();
        Sightlog.feed(Ndjson.lines("door", 0, 10), "append", "-q", queue).expect(0);
        truth = Ndjson.all(queue);
    }

    @Test
    void aFlippedByteCostsOneEventAndIsToldByItsPosition() throws IOException {
        patch((file, at) -> {
            byte[] confidence = read(file, at + EventLayout.HEADER_BYTES + EventLayout.CONFIDENCE, 4);
            confidence[2] ^= 1;
            write(file, at + EventLayout.HEADER_BYTES + EventLayout.CONFIDENCE, confidence);
        });
        costsOneEvent("checksum");
    }

    @Test
    void anEventOfANewerVersionIsToldAndNotGuessed() throws IOException {
        patch((file, at) -> {
            int bytes = number(file, at + EventLayout.TOTAL_BYTES);
            byte[] event = read(file, at, bytes);
            event[EventLayout.VERSION_OFFSET] = EventLayout.VERSION + 1;
            CRC32C crc = new CRC32C();
            crc.update(event, 4, bytes - 4);
            ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN).putInt(EventLayout.CRC, (int) crc.getValue());
            write(file, at, event);
        });
        costsOneEvent("version is " + (EventLayout.VERSION + 1));
    }

    private void costsOneEvent(String says) {
        List<String> rest = new ArrayList<>(truth);
        String position = Ndjson.field(rest.remove(DAMAGED), "index");
        Sightlog.Done tail = Sightlog.run("tail", "-q", queue, "--from", "start", "--format", "ndjson")
                .expect(3);
        Ndjson.assertSame(tail.out(), rest);
        assertThat(tail.err()).singleElement().asString().contains(position, says);

        Sightlog.Done info = Sightlog.run("info", "-q", queue).expect(3);
        assertThat(info.out()).anyMatch(line -> line.startsWith("damage") && line.contains(position));
        assertThat(info.out()).anyMatch(line -> line.contains("missing 1: " + DAMAGED));

        Sightlog.Done replay = Sightlog.run(
                        "replay",
                        "-q",
                        queue,
                        "--rate",
                        "max",
                        "--into",
                        temp.resolve("copy").toString())
                .expect(3);
        assertThat(replay.err()).anyMatch(line -> line.contains(position));
        assertThat(Ndjson.all(temp.resolve("copy").toString())).hasSize(rest.size());

        Sightlog.Done named = Sightlog.run("tail", "-q", queue, "--as", "x", "--format", "ndjson")
                .expect(3);
        Ndjson.assertSame(named.out(), rest);
        assertThat(Sightlog.run("tail", "-q", queue, "--as", "x").expect(0).out())
                .isEmpty();
    }

    private interface Patch {
        void apply(FileChannel file, int at) throws IOException;
    }

    /** Changes the event of that number in the journal's only file. */
    private void patch(Patch patch) throws IOException {
        Path cycle;
        try (Stream<Path> files = Files.list(Path.of(queue))) {
            cycle = files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
        try (FileChannel file = FileChannel.open(cycle, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(read(file, 0, SEARCHED_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            int found = 0;
            for (int at = 0; at + 4 <= bytes.limit(); at += 4) {
                if (bytes.getInt(at) == EventLayout.MAGIC && found++ == DAMAGED) {
                    patch.apply(file, at - EventLayout.MAGIC_OFFSET);
                    return;
                }
            }
        }
        throw new AssertionError("no event " + DAMAGED + " in " + cycle);
    }

    private static int number(FileChannel file, int at) throws IOException {
        return ByteBuffer.wrap(read(file, at, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static byte[] read(FileChannel file, int at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) >= 0) {
            // more
        }
        return buffer.array();
    }

    private static void write(FileChannel file, int at, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            file.write(buffer, at + buffer.position());
        }
    }
}
