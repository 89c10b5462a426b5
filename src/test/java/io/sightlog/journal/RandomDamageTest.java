package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several places of a journal of some thousand events are damaged at once, as by a bad disk; the seed is printed. */
@Tag("slow")
class RandomDamageTest {
    private static final int ROUNDS = Boolean.getBoolean("sightlog.long") ? 2_000 : 60;
    private static final int EVENTS = 3_000;
    private static final int SECTOR = 512;

    @TempDir
    Path temp;

    private final long seed = Long.getLong("sightlog.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whateverIsDamagedNothingWrongIsReadAndWhatIsSoundIsSaved() throws IOException {
        Damageable journal = new Damageable(temp, EVENTS);
        List<String> truth = Damageable.content(journal.truth);
        List<Path> files = journal.files().stream()
                .filter(file -> file.toString().endsWith(".cq4"))
                .toList();
        long lines = 0;
        long saved = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] sound = Files.readAllBytes(file);
            byte[] damaged = sound.clone();
            for (int places = 1 + random.nextInt(4); places > 0; places--) {
                damage(damaged);
            }
            Files.write(file, damaged);
            String when = "round " + round + ", seed " + seed;
            Damageable.Got got = journal.read(Start.OLDEST);
            journal.assertNothingWrong(got, when);
            List<String> recovered = journal.recover();
            if (got.lines().size() < truth.size()) {
                assertThat(got.errors()).as(when).isNotEmpty();
                assertThat(journal.verify()).as(when).isNotEmpty();
            }
            assertThat(recovered)
                    .as(when)
                    .hasSizeGreaterThanOrEqualTo(got.lines().size());
            assertThat(new java.util.HashSet<>(truth).containsAll(recovered))
                    .as(when)
                    .isTrue();
            assertThat(new java.util.HashSet<>(recovered).containsAll(Damageable.content(got.lines())))
                    .as(when)
                    .isTrue();
            lines += got.lines().size();
            saved += recovered.size();
            Files.write(file, sound);
        }
        System.out.println(ROUNDS + " rounds of random damage to " + truth.size() + " events: readers saw "
                + lines / ROUNDS + " of them, recover saved " + saved / ROUNDS + ", seed " + seed);
    }

    private void damage(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 ->
                java.util.Arrays.fill(
                        bytes, at / SECTOR * SECTOR, Math.min(bytes.length, (at / SECTOR + 1) * SECTOR), (byte) 0);
            default -> {
                byte[] noise = new byte[Math.min(SECTOR, bytes.length - at)];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, bytes, at, noise.length);
            }
        }
    }
}
