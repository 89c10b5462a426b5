package io.sightlog.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.detect.DetectorOptions;
import io.sightlog.detect.DetectorOptions.Device;
import io.sightlog.detect.DetectorOptions.ImageSize;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class ModelOptionsTest {
    private static ModelOptions parsed(String... args) {
        return CommandLine.populateCommand(new ModelOptions(), args);
    }

    @Test
    void nothingAskedForIsAsTheModelSaysOnAsManyThreadsAsAreBest() {
        assertThat(parsed().detection()).isEqualTo(DetectorOptions.DEFAULT);
        assertThat(parsed("--threads", "AUTO", "--device", "cpu").detection()).isEqualTo(DetectorOptions.DEFAULT);
        assertThat(parsed().files(null).weights()).isNull();
    }

    @Test
    void aSizeIsOneSideOrHeightAndWidth() {
        assertThat(parsed("--imgsz", "640").detection().imgsz()).isEqualTo(new ImageSize(640, 640));
        assertThat(parsed("--imgsz", "480,640").detection().imgsz()).isEqualTo(new ImageSize(640, 480));
    }

    @Test
    void threadsAndDeviceAreTakenAsTheyAre() {
        assertThat(parsed("--threads", "4").detection().threads()).isEqualTo(4);
        assertThat(parsed("--device", "cuda").detection().device()).isEqualTo(new Device(0));
        assertThat(parsed("--device", "cuda:3").detection().device()).isEqualTo(new Device(3));
    }

    @Test
    void filesAreHandedOn() {
        Path labels = Path.of("coco.names");
        assertThat(parsed("--weights", "a.weights").files(labels).weights()).isEqualTo(Path.of("a.weights"));
        assertThat(parsed().files(labels).labels()).isEqualTo(labels);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--imgsz=",
                "--imgsz=x",
                "--imgsz=640x480",
                "--imgsz=0",
                "--imgsz=9000",
                "--imgsz=-1",
                "--imgsz=1,2,3",
                "--threads=0",
                "--threads=-1",
                "--threads=1.5",
                "--threads=1025",
                "--threads=99999999999",
                "--threads=",
                "--device=gpu",
                "--device=cuda:",
                "--device=cuda:x",
                "--device=cuda:-1",
                "--device=0"
            })
    void othersAreRefused(String arg) {
        assertThatThrownBy(() -> parsed(arg))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(arg.replaceFirst("=.*", ""))
                .hasMessageNotContaining("\n");
    }
}
