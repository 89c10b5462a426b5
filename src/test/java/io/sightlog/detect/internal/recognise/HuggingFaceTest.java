package io.sightlog.detect.internal.recognise;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input.MeanStd;
import io.sightlog.detect.Input.Range;
import io.sightlog.detect.internal.recognise.Subject.Neighbours;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceTest {
    private static Neighbours files(String config, String preprocessor) {
        return Map.of(HuggingFace.CONFIG, config, HuggingFace.PREPROCESSOR, preprocessor)::get;
    }

    @Test
    void nothingIsKnownWithoutFiles() {
        assertThat(HuggingFace.activation(Neighbours.NONE)).isNull();
        assertThat(HuggingFace.labels(Neighbours.NONE)).isEmpty();
        assertThat(HuggingFace.preparation(Neighbours.NONE)).isEqualTo(Preparation.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "detr,softmax",
        "yolos,softmax",
        "table-transformer,softmax",
        "rt_detr,sigmoid",
        "d_fine,sigmoid",
        "deformable_detr,sigmoid",
        "mask2former,"
    })
    void theKindOfModelSaysHowConfidencesAreMade(String type, String activation) {
        assertThat(HuggingFace.activation(files("{\"model_type\": \"" + type + "\"}", "{}")))
                .isEqualTo(activation);
    }

    @Test
    void labelsAreTakenByTheirNumbersAndGapsAreNamed() {
        assertThat(HuggingFace.labels(files("{\"id2label\": {\"2\": \"hot\\n dog\", \"0\": \"N/A\"}}", "{}")))
                .containsExactly("N/A", "class 1", "hot dog");
    }

    @Test
    void aPictureOfItsOwnSizeGoesIntoTheCorner() {
        Preparation detr = HuggingFace.preparation(files("{}", """
                {"do_resize": true, "size": {"shortest_edge": 800, "longest_edge": 1333}, "do_rescale": true,
                 "rescale_factor": 0.00392156862745098, "do_normalize": true,
                 "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "do_pad": true}
                """));
        assertThat(detr.width()).isEqualTo(800);
        assertThat(detr.height()).isEqualTo(800);
        assertThat(detr.fit()).isEqualTo(new Fit(Fit.Kind.CORNER, 114, Fit.Rounding.ROUND, Fit.Filter.AREA));
        assertThat(detr.scale()).isEqualTo(MeanStd.IMAGENET);
        assertThat(detr.assumed()).singleElement().asString().contains("keep their proportions");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"do_rescale\": false, \"do_normalize\": false}|0|255",
                "{\"do_rescale\": true, \"do_normalize\": false}|0|1",
                "{\"do_rescale\": true, \"rescale_factor\": 0.5, \"do_normalize\": false}|0|127.5",
            })
    void pixelsMayBeScaledOnly(String preprocessor, float low, float high) {
        assertThat(HuggingFace.preparation(files("{}", preprocessor)).scale()).isEqualTo(new Range(low, high));
    }

    @Test
    void whatIsNotSaidIsNotGuessed() {
        assertThat(HuggingFace.preparation(files("{}", "{\"do_rescale\": true}"))
                        .scale())
                .isNull();
        assertThat(HuggingFace.preparation(files("{}", "{\"do_rescale\": true, \"do_normalize\": true}"))
                        .scale())
                .isNull();
        assertThat(HuggingFace.preparation(files("{}", "{}")).fit()).isNull();
    }
}
