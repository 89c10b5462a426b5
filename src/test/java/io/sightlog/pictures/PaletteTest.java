package io.sightlog.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PaletteTest {
    @Test
    void aClassHasItsColourForEver() {
        assertThat(Palette.rgb("person")).isEqualTo(0xe62845);
        assertThat(Palette.rgb("dog")).isEqualTo(0xfea923);
        assertThat(Palette.rgb("bicycle")).isEqualTo(0x00d7e0);
        assertThat(Palette.rgb("car")).isEqualTo(0x0282e4);
        assertThat(Palette.rgb("Dog")).isEqualTo(Palette.rgb("dog"));
    }

    @Test
    void whatPeopleLookForMostDiffers() {
        List<String> common = List.of(
                "person",
                "dog",
                "bicycle",
                "car",
                "cat",
                "truck",
                "bus",
                "motorbike",
                "motorcycle",
                "horse",
                "bird",
                "chair");
        assertThat(common.stream().map(Palette::rgb).collect(Collectors.toSet()))
                .hasSameSizeAs(common);
    }

    @Test
    void textIsReadOnEveryColour() {
        for (int i = 0; i < 1000; i++) {
            int background = Palette.rgb("class " + i);
            assertThat(contrast(background, Palette.textOn(background)))
                    .as("%06x", background)
                    .isGreaterThan(3.4);
        }
    }

    /** As WCAG 2 has it. */
    private static double contrast(int rgb, int other) {
        double a = luminance(rgb) + 0.05;
        double b = luminance(other) + 0.05;
        return Math.max(a, b) / Math.min(a, b);
    }

    private static double luminance(int rgb) {
        return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
    }

    private static double linear(int channel) {
        double value = channel / 255.0;
        return value <= 0.03928 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
