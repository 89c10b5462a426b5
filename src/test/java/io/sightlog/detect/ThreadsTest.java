package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sightlog.detect.DetectorOptions.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadsTest {
    @TempDir
    Path cpus;

    /** As the kernel describes processors; each text names those of one core. */
    private void processors(String file, String... siblings) throws IOException {
        for (int i = 0; i < siblings.length; i++) {
            Path topology = Files.createDirectories(cpus.resolve("cpu" + i).resolve("topology"));
            Files.writeString(topology.resolve(file), siblings[i] + "\n");
        }
        Files.createDirectories(cpus.resolve("cpufreq")); // no processor
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void oneWhereThereAreTwoProcessorsOrFewer(int processors) throws IOException {
        processors("core_cpus_list", "0", "1", "2", "3"); // of which this process may use less
        Threads best = Threads.best(processors, cpus);
        assertThat(best.count()).isEqualTo(1);
        assertThat(best.why()).startsWith(processors + " processor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"core_cpus_list", "thread_siblings_list"})
    void allPhysicalCoresButOne(String file) throws IOException {
        processors(file, "0,4", "1,5", "2,6", "3,7", "0,4", "1,5", "2,6", "3,7");
        assertThat(Threads.best(8, cpus)).isEqualTo(new Threads(3, "one less than 4 physical cores"));
    }

    @Test
    void coresWithOneProcessorEachAreCountedLikewise() throws IOException {
        processors("core_cpus_list", "0", "1", "2", "3");
        assertThat(Threads.best(4, cpus).count()).isEqualTo(3);
    }

    @Test
    void twoCoresOfFourProcessorsGiveOne() throws IOException {
        processors("core_cpus_list", "0-1", "0-1", "2-3", "2-3");
        assertThat(Threads.best(4, cpus).count()).isEqualTo(1);
    }

    @Test
    void oneCoreOfFourProcessorsGivesOneAndNotNone() throws IOException {
        processors("core_cpus_list", "0-3", "0-3", "0-3", "0-3");
        assertThat(Threads.best(4, cpus)).isEqualTo(new Threads(1, "1 physical core"));
    }

    @Test
    void aProcessThatMayUseFewProcessorsOfManyCountsThose() throws IOException {
        processors("core_cpus_list", "0", "1", "2", "3", "4", "5", "6", "7");
        assertThat(Threads.best(3, cpus).count()).isEqualTo(2);
    }

    @Test
    void processorsThatAreSwitchedOffAreNotCounted() throws IOException {
        processors("core_cpus_list", "0", "1", "2", "3");
        Files.createDirectories(cpus.resolve("cpu4"));
        assertThat(Threads.best(8, cpus).count()).isEqualTo(3);
    }

    @Test
    void whereNothingIsSaidHalfOfTheProcessorsAreTakenForCores() {
        assertThat(Threads.best(8, cpus).count()).isEqualTo(3);
        assertThat(Threads.best(8, cpus.resolve("nothere")))
                .isEqualTo(new Threads(3, "one less than 4 cores, guessed from 8 processors"));
        assertThat(Threads.best(3, cpus).count()).isEqualTo(1);
    }

    @Test
    void thisMachineHasABestNumberThatIsTheDefault() {
        Threads best = Threads.best();
        assertThat(best.count()).isBetween(1, Runtime.getRuntime().availableProcessors());
        assertThat(DetectorOptions.DEFAULT.effectiveThreads()).isEqualTo(best);
        assertThat(DetectorOptions.DEFAULT.withThreads(5).effectiveThreads().count())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1025})
    void othersAreRefused(int threads) {
        assertThatThrownBy(() -> DetectorOptions.DEFAULT.withThreads(threads))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("threads is " + threads + "; wanted: 1 to 1024");
    }

    @Test
    void aGpuIsRefusedInOneLineWhereThisProgramWasBuiltWithout() {
        assumeFalse(System.getProperty("java.class.path").contains("onnxruntime_gpu"), "built with -Pgpu");
        assertThatThrownBy(() -> Detector.open(Model.byDefault(), DetectorOptions.DEFAULT.withDevice(new Device(1))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("cuda:1")
                .hasMessageContaining("mvn -Pgpu")
                .hasMessageNotContaining("\n");
    }
}
