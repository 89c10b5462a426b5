package io.sightlog.detect.internal.darknet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CfgTest {
    private static Section section(String... lines) {
        String text = "[net]\n" + String.join("\n", lines);
        return Cfg.parse(text.getBytes(StandardCharsets.UTF_8), "x.cfg")
                .sections()
                .get(0);
    }

    @Test
    void numbersAreReadAsFarAsTheyGo() {
        Section section = section("a=12abc", "b=+7.9", "c=-3#4", "d = 1 2", "e=.5x", "f=-2.5e-1;", "g=3.", "h=4e");
        assertThat(section.integer("a", 0)).isEqualTo(12);
        assertThat(section.integer("b", 0)).isEqualTo(7);
        assertThat(section.integer("c", 0)).isEqualTo(-3);
        assertThat(section.integer("d", 0)).isEqualTo(12);
        assertThat(section.decimal("e", 0)).isEqualTo(.5f);
        assertThat(section.decimal("f", 0)).isEqualTo(-.25f);
        assertThat(section.decimal("g", 0)).isEqualTo(3);
        assertThat(section.decimal("h", 0)).isEqualTo(4);
        assertThat(section.integer("none", 5)).isEqualTo(5);
    }

    @Test
    void listsEndAtTheirComment() {
        Section section = section("layers = -1, 223 ###S7", "anchors=1.5, 2,# 3,4", "mask=0,,1");
        assertThat(section.integers("layers")).containsExactly(-1, 223);
        assertThat(section.decimals("anchors")).containsExactly(1.5f, 2f);
        assertThatThrownBy(() -> section.integers("mask"))
                .hasMessage("the cfg x.cfg, line 4: mask=; wanted: a whole number");
        assertThat(section.decimals("none")).isEmpty();
    }

    @Test
    void theFirstOfTwoCountsAndAKeyWithoutAValueIsNone() {
        Section section = section("a=1", "a=2", "b=", "b=3");
        assertThat(section.integer("a", 0)).isEqualTo(1);
        assertThat(section.integer("b", 0)).isEqualTo(3);
        assertThat(section.lineOf("b")).isEqualTo(5);
        assertThat(section.has("c")).isFalse();
    }

    @Test
    void textThatIsNoNumberIsTold() {
        Section section = section("a=x", "b=-", "c=2147483648", "d=" + "9".repeat(100), "e=\u00e9\u0001", "f=nan");
        for (String key : new String[] {"a", "b", "c", "d", "e", "f"}) {
            assertThatThrownBy(() -> section.integer(key, 0))
                    .hasMessageContaining(key + "=")
                    .message()
                    .matches("[\\x20-\\x7e]+");
        }
        assertThatThrownBy(() -> section.decimal("f", 0)).hasMessageContaining("f=nan; wanted: a number");
    }
}
