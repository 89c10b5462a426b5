package io.sightlog.journal.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.append.AppendInside;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CycleHeadTest {
    private static final long NOW = 1_700_000_000_000L;

    @TempDir
    Path temp;

    @ParameterizedTest
    @EnumSource
    void isWhatTheLibraryMakes(Roll roll) throws Exception {
        Path directory = temp.resolve("q");
        try (var queue = AppendInside.queue(directory, roll, () -> NOW);
                var appender = queue.createAppender();
                var document = appender.writingDocument()) {
            document.rollbackOnClose();
        }
        byte[] head = CycleHead.of(roll);
        ByteBuffer made = ByteBuffer.allocate(head.length + 4096);
        try (FileChannel file = FileChannel.open(directory.resolve(Cycles.fileName(roll, Cycles.at(roll, NOW))))) {
            assertThat(file.size()).isEqualTo(AppendInside.NEW_CYCLE_BYTES);
            file.read(made);
        }
        assertThat(made.array()).isEqualTo(java.util.Arrays.copyOf(head, head.length + 4096));
    }
}
