package io.sightlog.detect.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.detect.Cards;
import io.sightlog.detect.ModelException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private enum Unit {
        PIXELS,
        WHOLE_PICTURES
    }

    private static Settings settings(Map<String, Object> settings, String... known) {
        return new Settings(Cards.of("ssd", settings, 1, 1, "dog"), known);
    }

    private static void isWrong(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(ModelException.class).hasMessage("the card of the model m: " + message);
    }

    @Test
    void whatTheCardSaysIsRead() {
        Settings settings = settings(
                Map.of("a", 3, "b", 0.5, "c", List.of(1, 2.5), "d", "whole-pictures"), "a", "b", "c", "d", "e");
        assertThat(settings.whole("a", null, 0, 3)).isEqualTo(3);
        assertThat(settings.number("a", null, 0, 3)).isEqualTo(3);
        assertThat(settings.number("b", 0.75f, 0, 1)).isEqualTo(0.5f);
        assertThat(settings.numbers("c", null)).containsExactly(1, 2.5f);
        assertThat(settings.choice("d", Unit.class, Unit.PIXELS)).isEqualTo(Unit.WHOLE_PICTURES);
    }

    @Test
    void whatTheCardDoesNotSayIsAsUsual() {
        Settings settings = settings(Map.of(), "a");
        assertThat(settings.whole("a", 2, 0, 3)).isEqualTo(2);
        assertThat(settings.number("a", 0.75f, 0, 1)).isEqualTo(0.75f);
        assertThat(settings.numbers("a", List.of(7f))).containsExactly(7);
        assertThat(settings.choice("a", Unit.class, Unit.PIXELS)).isEqualTo(Unit.PIXELS);
    }

    @Test
    void whatIsNotUnderstoodNamesTheKey() {
        isWrong(
                () -> settings(Map.of("x", 1), "b", "a"),
                "unknown key settings.x; those of the decoder ssd are [a, b]");
        isWrong(() -> settings(Map.of("x", 1)), "unknown key settings.x; the decoder ssd has no settings");
        Settings settings = settings(Map.of("a", 4, "b", "so\nso", "c", List.of(1, "two")), "a", "b", "c", "d");
        isWrong(() -> settings.whole("a", null, 0, 3), "settings.a is 4; wanted: a whole number from 0 to 3");
        isWrong(() -> settings.whole("a", null, 5, 6), "settings.a is 4; wanted: a whole number from 5 to 6");
        isWrong(() -> settings.number("a", null, 0, 3.5f), "settings.a is 4; wanted: a number from 0.0 to 3.5");
        isWrong(() -> settings.number("b", null, 0, 1), "settings.b is so so; wanted: a number from 0.0 to 1.0");
        isWrong(() -> settings.numbers("c", null), "settings.c is [1, two]; wanted: a list of numbers");
        isWrong(
                () -> settings.choice("b", Unit.class, null),
                "settings.b is so so; wanted: one of [pixels, whole-pictures]");
        isWrong(
                () -> settings.choice("d", Unit.class, null),
                "the key settings.d is missing; the decoder ssd needs it");
    }
}
